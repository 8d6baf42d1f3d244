"""One thing that a use is on one axis of a house list, with its place and its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import seat
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import Gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.engine.ledger import Ledger
    from checker.engine.lineage import Subject
    from checker.model.catalog import Catalog, Record

UNKNOWN = (NOT_KNOWN,)
OWN = "to your own catalog (`catalog` in .modelpolicy.yaml), with its source"


class Used(NamedTuple):
    """A use with its facts: what rules see of it and of its model, and where these come from."""

    subject: Subject
    use: Mapping[str, Any]
    model: Mapping[str, Any]
    catalog: Catalog
    ledger: Ledger


class Trait(NamedTuple):
    """One thing that a use is on one axis: its name, a sentence about it, its values, and the address that decides it.

    NOT_KNOWN among the values has a `gap`. `record` is the address of the catalog record that says so. What comes
    from a model that the known model was made from is `inherited`.
    """

    name: str
    says: str
    values: tuple[str, ...]
    at: str
    how: str = ""
    record: str = ""
    gap: Gap | None = None
    inherited: bool = False
    stop: Mapping[str, Any] | None = None


def seated(trait: Trait, found: Record, used: Used) -> Trait:
    """Return a trait with the countries of a seat and of its parent."""
    values = seat.countries(found)
    known = [value for value in values if value != NOT_KNOWN]
    gap = Gap(*seat.not_recorded(found), trait.at) if NOT_KNOWN in values else None
    says = f"{trait.says}, and the seat of {seat.told(found)} is in {' and '.join(known)}" if known else trait.says
    record = used.ledger.record("seats", found, used.catalog)
    return trait._replace(says=says.replace(",,", ","), values=values, gap=gap, record=record)
