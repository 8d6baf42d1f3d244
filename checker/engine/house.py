"""House lists against one use: every entry with what the use is on its axis, as records that rules compare.

Python supplies both sides; whether they match, and what follows, is for the rules of the pack `house`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.engine import traits
from checker.engine.entry import PLACE
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.entry import Entry
    from checker.engine.trait import Trait, Used

_FINER = {"license": "license-kind", "region": PLACE}
"""Axes whose entries may name a thing or a set that it belongs to: a license or a kind, a region or a place."""
_WIDER = {"license-kind": "license"}
"""Axes that restrict the same thing as another one, so that an entry of either allows it."""
_NAMED_ITSELF = frozenset({"model", "family"})
"""Axes on which a model that is allowed by its own name need not name what it was made from as well."""


def listed(lists: Mapping[str, Sequence[Entry]], used: Used) -> dict[str, Any]:
    """Return every list by the name of its parameter: its `entries`, and its `axes` with all that they allow."""
    facts = _Facts(used)
    return {name: {"entries": facts.entries(entries), "axes": facts.axes(entries)} for name, entries in lists.items()}


class _Facts:
    """Works out what a use is once for each axis, and writes down where that comes from."""

    def __init__(self, used: Used) -> None:
        self._used = used
        self._found: dict[str, list[Trait]] = {}

    def entries(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        return [
            {
                ADDRESS: entry.address,
                "name": entry.text,
                "axis": entry.axis,
                "values": list(entry.values),
                "found": self._records(entry.compared, self._of(entry.compared)),
            }
            for entry in entries
        ]

    def axes(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return one record for each axis that is mentioned, with the values of all its entries together."""
        axes = dict.fromkeys(_WIDER.get(one.axis, one.axis) for one in entries)
        return [self._axis(axis, [one for one in entries if _WIDER.get(one.axis, one.axis) == axis]) for axis in axes]

    def _axis(self, axis: str, entries: Sequence[Entry]) -> dict[str, Any]:
        found = self._either(axis, _FINER[axis], entries) if axis in _FINER else self._of(axis)
        if axis in _NAMED_ITSELF:
            found = [one for one in found if not one.inherited]
        return {
            ADDRESS: entries[0].address,
            "name": axis,
            "entries": [one.text for one in entries],
            "values": list(dict.fromkeys(value for one in entries for value in one.values)),
            "found": self._records(f"{axis}-allowed", found),
        }

    def _either(self, axis: str, coarse: str, entries: Sequence[Entry]) -> list[Trait]:
        """Return each trait by its own name where that very name is listed, else by the set that it belongs to."""
        named = {value for one in entries if one.compared == axis for value in one.values}
        if all(one.compared == axis for one in entries):
            return self._of(axis)
        pairs = zip(self._of(axis), self._of(coarse), strict=True)
        return [one if set(one.values) <= named else wider for one, wider in pairs]

    def _of(self, axis: str) -> list[Trait]:
        if axis not in self._found:
            self._found[axis] = traits.of(axis, self._used)
        return self._found[axis]

    def _records(self, axis: str, traits: Sequence[Trait]) -> list[dict[str, Any]]:
        return [self._record(one, f"traits#{self._used.subject.address}/{axis}/{n}") for n, one in enumerate(traits)]

    def _record(self, one: Trait, address: str) -> dict[str, Any]:
        ledger = self._used.ledger
        ledger.infer(address, one.how, one.at, one.record)
        if one.gap is not None:
            ledger.gaps[below(address, "values")] = one.gap
        run = {name: one.stop[name] for name in ("provider", "type") if one.stop and name in one.stop}
        return {ADDRESS: address, "name": one.name, "says": one.says, "values": list(one.values), **run}
