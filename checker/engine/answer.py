"""Where the traffic of one region is processed and stored, and what the answer rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.engine import profile, reason
from checker.engine.route import Open, choose, places_of, region_places, routing_of
from checker.engine.target import attributes
from checker.expressions.functions import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.engine.target import Target
    from checker.model.catalog import Catalog, Record
    from checker.model.evidence import Evidence


class Answer(NamedTuple):
    """Where one region's traffic is processed and stored (None: not known), why, and how to learn what is not known.

    `record` is the address of the provider's record, `listed` the id of the list that tells where a profile leads,
    `evidence` the organization's own. `decided_by` names the attribute that a person would change. What is
    `misdeclared` contradicts itself, or is no word of the provider. `needs` are the attributes to declare first.
    """

    processing: tuple[str, ...] | None = None
    storage: tuple[str, ...] | None = None
    how: str = ""
    decided_by: str = "region"
    record: str = ""
    listed: str = ""
    evidence: Evidence | None = None
    why: str = ""
    supply: str = ""
    misdeclared: bool = False
    needs: tuple[str, ...] = ()


def answer(region: str | None, provider: Record | None, target: Target, catalog: Catalog) -> Answer:
    """Return where the traffic of a region (None: not declared) goes."""
    countries = None if region is None else region_places(region, provider, catalog)
    if region is not None and countries is None:
        return _unknown_region(region, provider, catalog)
    if provider is None:
        return _unlisted(region, countries, target, catalog)
    routes = provider.get("routes", ())
    if not routes:
        why, supply = reason.no_routes(provider)
        return Answer(why=why, supply=supply, decided_by="provider")
    chosen = choose(routes, attributes(target, region, countries, provider, catalog), catalog)
    if isinstance(chosen, Open):
        why, supply = reason.open_route(chosen, provider, target, catalog)
        return Answer(why=why, supply=supply, decided_by=chosen.needs[0], needs=chosen.needs)
    if chosen is None:
        return _no_route(provider, target, region, catalog)
    return _contrary(chosen, target, region) or _routed(chosen, provider, target, (region, countries), catalog)


def _contrary(route: Record, target: Target, region: str | None) -> Answer | None:
    declared, stated = target.entry.get("routing"), routing_of(route)
    if declared in (None, stated):
        return None
    why = f"`routing: {declared}` is declared, but {reason.because(route, target, region)} means {stated} routing"
    return Answer(why=why, supply="make the two agree", decided_by="routing", misdeclared=True)


def _routed(
    route: Record,
    provider: Record,
    target: Target,
    where: tuple[str | None, Sequence[str] | None],
    catalog: Catalog,
) -> Answer:
    region, countries = where
    found = profile.listed(target, provider, region, catalog) if route.get("processing") == "profile" else None
    because = reason.because(route, target, region)
    why, supply = reason.not_stated(route, provider, region)
    if found is not None and (not found.known or _has_gap(found.places)):
        why, supply = reason.not_listed(target, region, found.places)
    return Answer(
        processing=places_of(route.get("processing"), countries, catalog) if found is None else found.places,
        storage=places_of(route.get("storage"), countries, catalog),
        how=reason.told(because, provider, None if found is None else found.evidence),
        decided_by=_decisive(route, target),
        record=f"catalog/providers/{provider['id']}#",
        listed="" if found is None else found.record,
        evidence=None if found is None else found.evidence,
        why=why,
        supply=supply,
    )


def _has_gap(places: Sequence[str] | None) -> bool:
    return places is None or any(place.endswith(NOT_KNOWN) for place in places)


def _decisive(route: Record, target: Target) -> str:
    """Name the declared attribute that a person would change: that of the first condition, else the region."""
    for name in route.get("when", {}):
        if name == "profile" and target.identity.profile:
            return "model"
        if name in target.entry:
            return str(name)
    return "region" if "region" in target.entry else "provider"


def _unknown_region(region: str, provider: Record | None, catalog: Catalog) -> Answer:
    why, supply = reason.unknown_region(region, provider, catalog)
    # Of a provider whose regions nobody listed, a name that is not known contradicts nothing.
    named = provider is None or "regions" in provider
    return Answer(why=why, supply=supply, misdeclared=named)


def _unlisted(region: str | None, countries: tuple[str, ...] | None, target: Target, catalog: Catalog) -> Answer:
    """Answer for an unlisted provider: a host is where it is declared to be, an API is not known."""
    name, routing = target.entry.get("provider", "the provider"), target.entry.get("routing", "in-region")
    if target.entry["type"] != "self-hosted":
        why = f"{name} is not in the catalog of providers"
        return Answer(why=why, supply=reason.near_provider(name, catalog), decided_by="provider")
    if routing != "in-region":
        why = f"`routing: {routing}` is declared, but {name} is a host of your own, which runs where it stands"
        return Answer(why=why, supply="remove `routing`", decided_by="routing", misdeclared=True)
    if countries is None:
        supply = "declare `region`: a cloud region, or the code of a country"
        return Answer(why=f"no place is declared for {name}", supply=supply)
    return Answer(processing=countries, storage=countries, how=f"self-hosted in {region}")


def _no_route(provider: Record, target: Target, region: str | None, catalog: Catalog) -> Answer:
    declared = reason.declared_words(target)
    why, supply = reason.no_route(provider, target, region, catalog)
    decided = next(iter(declared), "region")
    return Answer(why=why, supply=supply, decided_by=decided, misdeclared=bool(declared) or region is not None)
