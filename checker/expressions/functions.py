"""The functions that rules may call beyond CEL's own, each three-valued: true, false, or UndecidedError.

A set of places is a list of ISO 3166-1 codes; `ANY` in it means anywhere. `CH?` is a place that may or may not be
among them, `?` a place that exists but is not known. A count is a map with `at_least` and `at_most`, either of which
may be absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANYWHERE = "ANY"
NOT_KNOWN = "?"
UNDECIDED = "undecided: "
MOST_NAMED = 8
"""How many places a sentence names."""


class UndecidedError(Exception):
    """Raised where a missing fact decides; its text reaches the caller as an error value of the engine."""

    def __init__(self, what: str) -> None:
        super().__init__(UNDECIDED + what)


def within(places: Sequence[str], allowed: Sequence[str]) -> bool:
    """Say whether every possible place is allowed; anywhere is inside nothing but anywhere.

    Raises UndecidedError when no place is known to be outside and one is not known to be inside.
    """
    if ANYWHERE in allowed:
        return True
    if outside(places, allowed):
        return False
    if not places or any(_bare(place) not in allowed for place in places):
        raise UndecidedError("a place is not known")
    return True


def touches(places: Sequence[str], banned: Sequence[str]) -> bool:
    """Say whether a possible place is banned; anywhere touches every ban. Raises UndecidedError as `within` does."""
    if not banned:
        return False
    hit = [place for place in places if _hits(_bare(place), banned)]
    if any(not _perhaps(place) for place in hit) or (hit and len(hit) == len(places)):
        return True
    if hit or not places or NOT_KNOWN in places:
        raise UndecidedError("a place is not known")
    return False


def _hits(place: str, banned: Sequence[str]) -> bool:
    return bool(place) and (ANYWHERE in (place, *banned) or place in banned)


def outside(places: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Return the places that are known not to be allowed.

    Where no place is certain and none of the possible ones is allowed, all of these are outside, since one of them is
    the place.
    """
    certain = [place for place in places if not _perhaps(place) and place not in allowed]
    possible = [_bare(place) for place in places]
    if certain or NOT_KNOWN in places or any(place in allowed for place in possible):
        return certain
    return possible


def whereabouts(places: Sequence[str]) -> str:
    """Return where places are as a sentence says it: `anywhere`, `in CH and GB`, or `nowhere else`; for texts."""
    if ANYWHERE in places:
        return "anywhere"
    shown = list(places) if len(places) <= MOST_NAMED else [*places[:MOST_NAMED], f"{len(places) - MOST_NAMED} more"]
    named = " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
    return f"in {named}" if named else "nowhere else"


def _perhaps(place: str) -> bool:
    return place.endswith(NOT_KNOWN)


def _bare(place: str) -> str:
    """Return the place that is meant, without the mark that it is not certain; nothing for one that is not known."""
    return place.removesuffix(NOT_KNOWN)


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
        return not value or any(isinstance(item, str) and _perhaps(item) for item in value)
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
