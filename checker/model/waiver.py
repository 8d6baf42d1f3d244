"""A waiver as people list it."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """One waiver: what it is for, on whose word, from when to when (inclusive, UTC), and whether it holds.

    `state` is `holds`, or why it does not; `days_left` counts from today to its last day, and is negative afterwards.
    """

    rule: str
    model: str
    project: str
    path: str
    subject: str
    reason: str
    owner: str
    approved_by: str
    ticket: str
    granted: str
    expires: str
    state: str
    days_left: int
    file: str
