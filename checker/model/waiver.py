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


class Draft(NamedTuple):
    """A waiver that nobody has granted yet: what it would be for, when it would begin, and the finding in words."""

    rule: str
    keys: tuple[tuple[str, str | tuple[str, ...]], ...]
    granted: str
    message: str


class Drafts(NamedTuple):
    """Drafts for what stops a build, how long a waiver may last, and the rules among them that can't be waived."""

    drafts: tuple[Draft, ...]
    max_days: int
    fixed: tuple[str, ...]
