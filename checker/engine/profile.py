"""Where a geographic profile leads: by the organization's own evidence, else by the catalog's list for the model.

What is possible for some model is not known of this one. Where no list holds for the model and the region of the call,
the places that the profile never leaves are all that is known: each of them is possible, none is certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.engine.route import canonical, region_places
from checker.expressions.functions import ANYWHERE, NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checker.engine.target import Target
    from checker.model.catalog import Catalog, Record
    from checker.model.evidence import Evidence

AWS = "aws-inference-profiles"
_Rows = list[tuple[str, ...]]


class Listed(NamedTuple):
    """The places of a profile (None: nothing is known) and who says so: a record of the catalog by its id, or evidence.

    Without a list for the model and the region they are not `known`, and only possible.
    """

    places: tuple[str, ...] | None
    record: str = ""
    evidence: Evidence | None = None
    known: bool = True


def listed(target: Target, provider: Record, region: str | None, catalog: Catalog) -> Listed:
    """Return where calls from a region (None: not declared) through the profile of a target's id are processed."""
    source = None if region is None else canonical(region, provider, catalog)
    for evidence in reversed(target.evidence):
        rows = _of_evidence(evidence, names(target, catalog), source)
        if rows:
            return Listed(places=_places(rows, provider, catalog), evidence=evidence)
    record = catalog.profile(provider["id"], target.identity.profile or "", target.identity.model or "")
    rows = [] if record is None else _of_record(record, source, provider, catalog)
    if record is not None and rows:
        return Listed(places=_places(rows, provider, catalog), record=record["id"])
    return Listed(places=_possible(provider, target.identity.profile or "", catalog), known=False)


def names(target: Target, catalog: Catalog) -> tuple[str, ...]:
    """Return the ids of a profile that stand for a target's id, in lower case: as it is spelled, and as it is sold."""
    profile = target.identity.profile
    spelled = target.identity.spelling.lower().rpartition("/")[2]
    record = catalog.models.get(target.identity.model or "", {})
    sold = (f"{profile}.{name}".lower() for name in record.get("ids", {}).get("bedrock", ()))
    return tuple(dict.fromkeys((spelled, *sold)))


def told_by_evidence(target: Target, catalog: Catalog) -> bool:
    """Say whether the organization's evidence lists the profile of a target's id, from any region."""
    known = names(target, catalog) if target.identity.profile else ()
    return any(profile in known for evidence in target.evidence for _, profile in evidence.profiles)


def _of_evidence(evidence: Evidence, known: Iterable[str], source: str | None) -> _Rows:
    called = set(known)
    return [
        destinations
        for (region, profile), destinations in evidence.profiles.items()
        if profile in called and source in (None, region)
    ]


def _of_record(record: Record, source: str | None, provider: Record, catalog: Catalog) -> _Rows:
    """Return the lists that hold for a region of the call; a country stands for every region of it that is listed."""
    rows = record["routes"]
    if source is None:
        return [tuple(row["to"]) for row in rows]
    exact = [tuple(row["to"]) for row in rows if source in row["from"]]
    countries = region_places(source, provider, catalog) or ()
    if exact or source in _regions(provider, catalog):
        return exact
    return [
        tuple(row["to"]) for row in rows if any(_country(name, provider, catalog) in countries for name in row["from"])
    ]


def _regions(provider: Record, catalog: Catalog) -> Mapping[str, str]:
    names: Mapping[str, str] = catalog.regions.get(provider.get("regions", ""), {}).get("names", {})
    return names


def _country(region: str, provider: Record, catalog: Catalog) -> str:
    """Return the country of a destination; no name stands for anywhere, one that is not known for no known place."""
    return _regions(provider, catalog).get(region.lower(), NOT_KNOWN) if region else ANYWHERE


def _places(rows: _Rows, provider: Record, catalog: Catalog) -> tuple[str, ...]:
    """Return the countries of lists that may hold: certain where every list has them, else possible."""
    sets = [[_country(region, provider, catalog) for region in row] for row in rows]
    union = dict.fromkeys(sorted(country for row in sets for country in row))
    return tuple(country if all(country in row for row in sets) else _perhaps(country) for country in union)


def _possible(provider: Record, profile: str, catalog: Catalog) -> tuple[str, ...] | None:
    never_left: Sequence[str] | None = provider.get("profiles", {}).get(profile, {}).get("within")
    countries = None if never_left is None else catalog.expand(never_left)
    if countries is None or ANYWHERE in countries:
        return countries
    return countries if len(countries) == 1 else tuple(_perhaps(country) for country in sorted(countries))


def _perhaps(country: str) -> str:
    return country if country.endswith(NOT_KNOWN) else f"{country}{NOT_KNOWN}"
