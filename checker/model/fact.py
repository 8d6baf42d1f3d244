"""Facts: what rules read, where each value comes from, and what is known of those that are missing.

Every record that a rule sees carries its address under the key `$`; the address of a value in it is that plus a JSON
Pointer. `manifest#/models/0/deployment` and `catalog/licenses/llama4#/limits/0` are addresses.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from checker.source import Document, Span, child, parent

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "$"

T = TypeVar("T")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Declared(NamedTuple):
    """Written by a person, in the manifest or the config."""

    span: Span
    pointer: str


class Known(NamedTuple):
    """Recorded in the catalog: the record's kind and id, the titles of its sources, date checked and status.

    `overrides` is the reason of an organization's record that stands in place of a shipped one.
    """

    record: str
    sources: tuple[str, ...]
    checked: str
    status: str
    overrides: str = ""


class Inferred(NamedTuple):
    """Worked out from other facts: how, the address of the one that decides, and the record that says so, if any."""

    how: str
    decided_by: str
    record: Known | None = None


Origin = Declared | Known | Inferred


class Gap(NamedTuple):
    """Why a fact is missing, and how a person supplies it; `at` is the address of the fact to supply."""

    why: str
    supply: str
    at: str


class Remark(NamedTuple):
    """What is on record of a kind that rules ask for and counts for nothing: why, and how a person mends it."""

    kind: str
    why: str
    fix: str


class Facts(NamedTuple):
    """Everything that rules may read of one use, with provenance.

    `read_as` says how the model's id was read, where that is not the model's own name; a catalog fact that was checked
    before `stale_before` is old. `remarks` tell, by address of a list of consents, of records that are not in it. None
    of these changes a verdict: findings say them.
    """

    values: Mapping[str, Any]
    documents: Mapping[str, Document]
    known: Mapping[str, Known] = _NOTHING
    inferred: Mapping[str, Inferred] = _NOTHING
    gaps: Mapping[str, Gap] = _NOTHING
    read_as: str = ""
    stale_before: str = ""
    remarks: Mapping[str, tuple[Remark, ...]] = _NOTHING

    def origin(self, address: str) -> Origin | None:
        """Return where the value at an address comes from."""
        document, _, pointer = address.partition("#")
        found: Origin | None = _around(self.inferred, document, pointer) or _around(self.known, document, pointer)
        if found is not None:
            return found
        if document in self.documents:
            return Declared(span=self.documents[document].span(pointer), pointer=pointer)
        return None

    def gap(self, address: str) -> Gap | None:
        """Return what is known of a missing value, from its own address or the nearest around it."""
        document, _, pointer = address.partition("#")
        return _around(self.gaps, document, pointer)

    def _whole(self, document: str) -> str:
        """Return the section to point at where a whole section is absent."""
        return "/project" if "/project" in self.documents[document].values else ""

    def place(self, address: str) -> tuple[Span, str] | None:
        """Return span and pointer of what a person would change to change this fact; None for a catalog fact."""
        origin = self.origin(address)
        if isinstance(origin, Inferred):
            return None if origin.decided_by == address else self.place(origin.decided_by)
        if isinstance(origin, Declared):
            document, _, pointer = address.partition("#")
            nearest = self.documents[document].nearest(pointer) or self._whole(document)
            if nearest == pointer:
                return origin.span, nearest
            return self.documents[document].key_span(nearest), nearest
        return None


def nearest(table: Mapping[str, T], address: str) -> T | None:
    """Return what a table holds for an address, or for the nearest value around it."""
    document, _, pointer = address.partition("#")
    return _around(table, document, pointer)


def below(address: str, *parts: str | int) -> str:
    """Return the address of a value inside the record at `address`."""
    document, _, pointer = address.partition("#")
    for part in parts:
        pointer = child(pointer, part)
    return f"{document}#{pointer}"


def _around(table: Mapping[str, T], document: str, pointer: str) -> T | None:
    while True:
        found = table.get(f"{document}#{pointer}")
        if found is not None or not pointer:
            return found
        pointer = parent(pointer)
