"""The provenance that is written down while facts are worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model.fact import Gap, Inferred, Known, Remark, below, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.model.catalog import Catalog, Record
    from checker.model.evidence import Evidence


class Ledger:
    """Collects, per address, where an inferred fact comes from and why a missing one is missing."""

    __slots__ = ("gaps", "inferred", "known", "remarks")

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.inferred: dict[str, Inferred] = {}
        self.gaps: dict[str, Gap] = {}
        self.remarks: dict[str, tuple[Remark, ...]] = {}

    def record(self, kind: str, record: Record, catalog: Catalog) -> str:
        """Note a catalog record, and return its address."""
        address = f"catalog/{kind}/{record['id']}#"
        if address not in self.known:
            self.known[address] = catalog.provenance(kind, record)
        return address

    def item(self, address: str, item: Record, catalog: Catalog) -> str:
        """Note an item of a record that may have a source of its own, and return its address."""
        whole = nearest(self.known, address)
        if whole is not None and {"source", "checked", "status"} & item.keys():
            self.known[address] = catalog.provenance_of_item(whole, item)
        return address

    def evidence(self, evidence: Evidence) -> str:
        """Note what an organization has on record of its own, and return its address."""
        address = f"evidence/{evidence.file}#"
        named = f"your evidence {evidence.file}"
        sources = (f"{evidence.kind} in {evidence.file}",)
        self.known[address] = Known(record=named, sources=sources, checked=evidence.checked, status="verified")
        return address

    def infer(self, address: str, how: str, decided_by: str, record: str = "") -> None:
        """Note how a fact was worked out, which fact decides it, and the address of a record that says so."""
        known = nearest(self.known, record) if record else None
        self.inferred[address] = Inferred(how=how, decided_by=decided_by, record=known)

    def remark(self, address: str, remarks: tuple[Remark, ...]) -> None:
        """Note what is to be said of consents that are on record and not in the list at an address."""
        if remarks:
            self.remarks[address] = remarks

    def gap(self, address: str, why: str, supply: str, at: str | None = None) -> None:
        """Note why the fact at an address is missing, and what supplies it."""
        self.gaps[address] = Gap(why=why, supply=supply, at=at or address)

    def gap_all(self, address: str, names: Sequence[str], why: str, supply: str, at: str) -> None:
        """Note one reason for several missing facts of a record."""
        for name in names:
            self.gap(below(address, name), why, supply, at)
