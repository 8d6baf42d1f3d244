"""The term of what is granted and ends: a waiver, an approval, an agreement. Both days are inclusive, in UTC."""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """Where a day lies in a term, in the words that reports use."""

    NOT_BEGUN = "not begun"
    HOLDS = "holds"
    OVER = "over"


def state(day: str, granted: str = "", expires: str = "") -> State:
    """Return the state of a term on a day; all dates are YYYY-MM-DD, and an end that is "" is open."""
    if expires and expires < day:
        return State.OVER
    return State.NOT_BEGUN if granted > day else State.HOLDS
