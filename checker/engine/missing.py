"""Which fact was missing: from what an expression reads to the addresses that hold nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.expressions.functions import undecided_value
from checker.expressions.tree import EACH, Path
from checker.model.fact import ADDRESS, below
from checker.source import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checker.expressions.result import Missing


class Absence(NamedTuple):
    """A fact that an expression needed: its name as rules write it, and its address (empty where it has none)."""

    name: str
    address: str


def absences(paths: Iterable[Path], bindings: Mapping[str, Any], result: Missing) -> tuple[Absence, ...]:
    """Return what was missing, the one that the engine named first; never empty."""
    found = sorted({absence for path in paths for absence in _walk(path, bindings, result.key)})
    named = [absence for absence in found if result.key is None or _is_named(absence, result.key)]
    return tuple(named or found) or (Absence(name=result.key or result.reason, address=""),)


def _is_named(absence: Absence, key: str) -> bool:
    return absence.name == key or split(absence.address)[-1:] == [key]


def _walk(path: Path, bindings: Mapping[str, Any], key: str | None) -> Iterator[Absence]:
    root, *rest = path
    if root in bindings:
        yield from _descend(bindings[root], tuple(rest), root, f"{root}#", undecided=key is None)
    elif root != "variables":
        yield Absence(name=root, address="")


def _descend(value: Any, rest: Path, name: str, address: str, *, undecided: bool) -> Iterator[Absence]:
    """Follow a path into a value: yield where it ends early, or what left a function undecided."""
    address = value.get(ADDRESS, address) if isinstance(value, dict) else address
    if not rest:
        if undecided and undecided_value(value):
            yield Absence(name=name, address=address)
        return
    part, *after = rest
    if part == EACH:
        for number, element in enumerate(value if isinstance(value, list) else ()):
            yield from _descend(element, tuple(after), name, below(address, number), undecided=undecided)
    elif isinstance(value, dict):
        inner, shown = below(address, part), f"{name}.{part}"
        if part in value:
            yield from _descend(value[part], tuple(after), shown, inner, undecided=undecided)
        elif not undecided:
            yield Absence(name=shown, address=inner)
