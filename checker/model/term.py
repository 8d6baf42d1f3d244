"""The term of what is granted and ends: a waiver, an approval, an agreement. Both days are inclusive, in UTC."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(Enum):
    """Where a day lies in a term, in the words that reports use."""

    NOT_BEGUN = "not begun"
    HOLDS = "holds"
    OVER = "over"


class Term(NamedTuple):
    """The first day and the last, YYYY-MM-DD; "" where there is none."""

    granted: str = ""
    expires: str = ""

    def state(self, day: str) -> State:
        """Return the state of the term on a day."""
        if self.expires and self.expires < day:
            return State.OVER
        return State.NOT_BEGUN if self.granted > day else State.HOLDS


def of(record: Mapping[str, Any]) -> Term:
    """Return the term of a record of the config."""
    return Term(granted=record.get("granted", ""), expires=record.get("expires", ""))
