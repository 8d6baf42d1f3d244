"""The residency that would pass: the smallest named set that holds the places of a destination and those allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.expressions.functions import ANYWHERE, NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from checker.model.catalog import Catalog


def hints(stop: Mapping[str, Any], data: Mapping[str, Any], catalog: Catalog) -> dict[str, str]:
    """Return a sentence for processing and for storage that names such a set; empty where there is none."""
    residency = data.get("residency", {})
    found = {
        which: _set_of(stop.get(which, ()), residency.get(which, ()), catalog) for which in ("processing", "storage")
    }
    return {
        which: f" Everything lies in {name}: a residency of [{name}] passes, if the data may go there." if name else ""
        for which, name in found.items()
    }


def _set_of(places: Collection[str], allowed: Collection[str], catalog: Catalog) -> str:
    """Return the smallest larger set; nothing where all is inside already, or where no set of common use holds it."""
    reached = {place.removesuffix(NOT_KNOWN) for place in places}
    if not allowed or reached <= set(allowed) or "" in reached or ANYWHERE in reached:
        return ""
    needed = reached | set(allowed)
    sets = {record["id"]: record["members"] for record in catalog.places.values() if not _of_a_provider(record["id"])}
    holding = [name for name, members in sets.items() if needed <= set(members)]
    return min(holding, key=lambda name: (len(sets[name]), name), default="")


def _of_a_provider(name: str) -> bool:
    return name.startswith("BEDROCK-")
