"""How open a model is as a whole, and how strict the licenses that bind it are together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.model.catalog import Catalog, Record

OPENNESS = ("fully-open", "open-weights", "closed", "unknown")
STRICTNESS = (
    "permissive",
    "attribution",
    "copyleft",
    "use-restricted",
    "community",
    "research-only",
    "proprietary-api",
)
"""Kinds of licenses, from the least strict to the strictest."""


def openness(model: Record) -> str:
    """Return one of OPENNESS: fully open where weights, code and data are."""
    parts = model["openness"]
    if parts.get("weights") == "open":
        return "fully-open" if parts.get("code") == parts.get("data") == "open" else "open-weights"
    return str(parts.get("weights", "unknown"))


def license_kind(model: Record, catalog: Catalog) -> str | None:
    """Return the kind of the strictest license that binds, alternatives by the least strict; None: one is not known."""
    kinds = [_kind(item, catalog) for item in model["licenses"]]
    known = [kind for kind in kinds if kind is not None]
    return max(known, key=STRICTNESS.index) if len(known) == len(kinds) else None


def _kind(item: Any, catalog: Catalog) -> str | None:
    if isinstance(item, str):
        record = catalog.license(item)
        return None if record is None else str(record["kind"])
    kinds = [kind for name in item["any_of"] if (kind := _kind(name, catalog)) is not None]
    return min(kinds, key=STRICTNESS.index, default=None)
