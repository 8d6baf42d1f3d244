"""The functions that rules may call beyond CEL's own, each three-valued: true, false, or UndecidedError.

A set of places is a list of ISO 3166-1 codes; `ANY` in it means anywhere, `?` a place that exists but is not known.
A count is a map with `at_least` and `at_most`, either of which may be absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANYWHERE = "ANY"
NOT_KNOWN = "?"
UNDECIDED = "undecided: "


class UndecidedError(Exception):
    """Raised where a missing fact decides; its text reaches the caller as an error value of the engine."""

    def __init__(self, what: str) -> None:
        super().__init__(UNDECIDED + what)


def within(places: Sequence[str], allowed: Sequence[str]) -> bool:
    """Say whether every possible place is allowed; anywhere is inside nothing but anywhere.

    Raises UndecidedError when no place is known to be outside and one is not known.
    """
    if ANYWHERE in allowed:
        return True
    if any(place not in allowed for place in places if place != NOT_KNOWN):
        return False
    if not places or NOT_KNOWN in places:
        raise UndecidedError("a place is not known")
    return True


def touches(places: Sequence[str], banned: Sequence[str]) -> bool:
    """Say whether a possible place is banned; anywhere touches every ban. Raises UndecidedError as `within` does."""
    if not banned:
        return False
    if ANYWHERE in places or any(place in banned for place in places):
        return True
    if ANYWHERE in banned and any(place != NOT_KNOWN for place in places):
        return True
    if not places or NOT_KNOWN in places:
        raise UndecidedError("a place is not known")
    return False


def outside(places: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Return the places that are not allowed, for texts."""
    return [place for place in places if place not in allowed]


def exceeds(count: Mapping[str, float], op: str, threshold: float) -> bool:
    """Say whether a count is beyond a threshold (`gt` or `gte`).

    Raises UndecidedError when the threshold lies inside the bounds, and ValueError for another operator.
    """
    if op not in ("gt", "gte"):
        raise ValueError(f"exceeds: the operator is gt or gte, not {op}")
    low, high = count.get("at_least"), count.get("at_most")
    if low is not None and _beyond(low, op, threshold):
        return True
    if high is not None and not _beyond(high, op, threshold):
        return False
    raise UndecidedError("the count is not known exactly enough")


def _beyond(number: float, op: str, threshold: float) -> bool:
    return number > threshold if op == "gt" else number >= threshold


def undecided_value(value: Any) -> bool:
    """Say whether a fact's value is one of those that make the functions above undecided."""
    if isinstance(value, list):
        return not value or NOT_KNOWN in value
    return isinstance(value, dict) and value.get("at_least") != value.get("at_most")


def size(value: Any, most: int) -> int:
    """Return the characters and elements of a value, counted no further than `most`."""
    size, open_values = 0, [value]
    while open_values and size <= most:
        item = open_values.pop()
        size += len(item) if isinstance(item, str | bytes | bytearray) else 1
        if isinstance(item, list):
            open_values += item
        elif isinstance(item, dict):
            open_values += (*item, *item.values())
    return size
