"""Destinations: every place a use's data goes, with the countries that may process and store it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.engine.nearby import did_you_mean
from checker.engine.route import Attributes, Open, choose, places_of, region_places
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.identify import Identity
    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog, Record

_WORDS = ("region", "sku", "residency", "plan", "routing", "account")
_PLACES = ("processing", "storage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One destination to resolve: what is declared, at which address, and (for the model itself) what its id implies."""

    name: str
    role: str
    entry: Mapping[str, Any]
    address: str
    id_address: str
    identity: Identity
    serving: Sequence[Record] = ()


def resolve(target: Target, infrastructure: Sequence[str] | None, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return a destination as rules see it; what can't be known of it is absent, with its gap in the ledger."""
    entry = target.entry
    provider = catalog.provider(entry["provider"]) if "provider" in entry else None
    record: dict[str, Any] = {
        ADDRESS: target.address,
        "name": target.name,
        "role": target.role,
        "type": entry["type"],
        "sees": entry.get("sees", "content"),
        "ours": _ours(entry, infrastructure),
        "provider_known": provider is not None or entry["type"] != "api",
        **{word: entry[word] for word in ("provider", *_WORDS) if word in entry},
    }
    _infer_ours(record, ledger)
    if provider is not None:
        record["provider_name"] = provider["name"]
        _terms(record, provider, target, catalog, ledger)
    if entry["type"] != "on-device" or target.identity.provider is not None:
        _places(record, provider, target, catalog, ledger)
    return record


def _ours(entry: Mapping[str, Any], infrastructure: Sequence[str] | None) -> bool:
    if entry["type"] == "on-device":
        return True
    return entry["type"] == "self-hosted" and (infrastructure is None or entry.get("provider") in infrastructure)


def _infer_ours(record: Mapping[str, Any], ledger: Ledger) -> None:
    address = record[ADDRESS]
    how = "self-hosted on a provider of organization.infrastructure, or on the device"
    ledger.infer(below(address, "ours"), how, below(address, "provider" if "provider" in record else "type"))
    ledger.infer(below(address, "provider_known"), "looked up in the catalog", below(address, "provider"))


def _terms(record: dict[str, Any], provider: Record, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    """Add what the catalog says of the provider's terms under this destination's plan."""
    source = ledger.record("providers", provider, catalog)
    attributes = _attributes(target, None)
    training = _chosen(provider, "training", attributes, catalog)
    retention = _chosen(provider, "retention", attributes, catalog)
    terms = {
        "trains_on_data": training.get("uses_customer_content"),
        "stores_content": retention.get("stores_content"),
        "certifications": provider.get("certifications"),
        "sla": provider.get("sla"),
    }
    for name, value in terms.items():
        address = below(target.address, name)
        if value is None:
            _term_gap(address, name, provider, ledger)
        else:
            record[name] = list(value) if isinstance(value, list | tuple) else value
            how = f"what the catalog records of {provider['name']}"
            ledger.infer(address, how, below(target.address, "provider"), source)


def _chosen(provider: Record, name: str, attributes: Attributes, catalog: Catalog) -> Record:
    found = choose(provider.get(name, ()), attributes, None, catalog)
    return {} if found is None or isinstance(found, Open) else found


def _term_gap(address: str, name: str, provider: Record, ledger: Ledger) -> None:
    plans = {word for entry in provider.get("training", ()) for word in entry.get("when", {}).get("plan", ())}
    if name == "trains_on_data" and plans:
        supply = f"declare `plan` ({' or '.join(sorted(plans - {'absent'}))}) of this deployment"
        ledger.gap(address, f"{provider['name']} treats content by plan, and no plan is declared", supply)
    else:
        what = name.replace("_", " ")
        supply = "record an agreement in .modelpolicy.yaml, or add the fact to your own catalog"
        ledger.gap(address, f"the catalog does not record `{what}` for {provider['name']}", supply)


def _attributes(target: Target, region: str | None) -> Attributes:
    entry, identity = target.entry, target.identity
    return Attributes(
        region=region,
        sku=entry.get("sku"),
        residency=entry.get("residency"),
        plan=entry.get("plan"),
        routing=entry.get("routing"),
        profile=identity.profile,
    )


def _places(record: dict[str, Any], provider: Record | None, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    conflict = _conflict(provider, target, catalog)
    if conflict is not None:
        # What contradicts itself is known to be neither: the type is withheld too, or "on-device" would pass.
        record.pop("type")
        supply = "make the id, the provider, the region and the routing agree"
        ledger.gap_all(target.address, ("type", *_PLACES), conflict, supply, below(target.address, "provider"))
        return
    found = [_resolve_region(region, provider, target, catalog) for region in _regions(target)]
    for which in _PLACES:
        _place(record, which, found, target, ledger)


def _regions(target: Target) -> Sequence[str | None]:
    declared = target.entry.get("region", target.identity.region)
    return [declared] if declared is None or isinstance(declared, str) else declared


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """Where one region's traffic is processed and stored (None: not known), and why."""

    processing: tuple[str, ...] | None = None
    storage: tuple[str, ...] | None = None
    how: str = ""
    decided_by: str = "region"
    record: str = ""
    why: str = ""
    supply: str = ""


def _resolve_region(region: str | None, provider: Record | None, target: Target, catalog: Catalog) -> _Answer:
    countries = None if region is None else region_places(region, provider, catalog)
    if region is not None and countries is None:
        return _unknown_region(region, provider, target, catalog)
    if provider is None:
        return _unlisted(region, countries, target, catalog)
    routes = provider.get("routes", ())
    chosen = choose(routes, _attributes(target, region), countries, catalog)
    if isinstance(chosen, Open):
        needs = " and ".join(f"`{name}`" for name in chosen.needs)
        why = f"where {provider['name']} processes depends on {needs}, which is not declared"
        return _Answer(why=why, supply=f"declare {needs} of this deployment", decided_by=chosen.needs[0])
    if chosen is None:
        return _no_route(provider, target, region)
    declared = target.entry.get("routing")
    if declared is not None and chosen.get("routing", declared) != declared:
        why = f"`routing: {declared}` is declared, but {_because(chosen, target, region)} means {chosen['routing']} routing"
        return _Answer(why=why, supply="make them agree", decided_by="routing")
    return _Answer(
        processing=places_of(chosen.get("processing"), countries, catalog),
        storage=places_of(chosen.get("storage"), countries, catalog),
        how=f"{provider['name']}: {_because(chosen, target, region)}",
        record=f"catalog/providers/{provider['id']}#",
        decided_by=_decisive(chosen, target),
        why=_not_stated(chosen, provider, region),
        supply=_state(chosen, region),
    )


def _not_stated(route: Record, provider: Record, region: str | None) -> str:
    if region is None and "region" in (route.get("processing"), route.get("storage")):
        return "no region is declared"
    return f"{provider['name']} does not state where"


def _state(route: Record, region: str | None) -> str:
    if region is None and "region" in (route.get("processing"), route.get("storage")):
        return "declare `region`: a cloud region, or the code of a country"
    return "choose a provider or a routing that states it, or add what your contract says to your own catalog"


def _because(route: Record, target: Target, region: str | None) -> str:
    """Say what made a route hold: the declared words that its conditions read."""
    parts = []
    for name in route.get("when", {}):
        if name == "profile":
            parts.append(
                f"id prefix `{target.identity.profile}.`"
                if target.identity.profile
                else "an id without a region prefix"
            )
        elif name in ("region", "region_in"):
            parts.append(f"region {region}" if region else "no region")
        else:
            value = target.entry.get(name)
            parts.append(f"{name} {value}" if value else f"no {name}")
    if (
        region is not None
        and "region" in (route.get("processing"), route.get("storage"))
        and f"region {region}" not in parts
    ):
        parts.append(f"region {region}")
    return ", ".join(parts) or "whatever is declared"


def _decisive(route: Record, target: Target) -> str:
    """Name the declared attribute that a person would change: that of the first condition, else the region."""
    for name in route.get("when", {}):
        if name == "profile" and target.identity.profile:
            return "model"
        if name in target.entry:
            return name
    return "region" if "region" in target.entry else "provider"


def _unknown_region(region: str, provider: Record | None, target: Target, catalog: Catalog) -> _Answer:
    table = catalog.regions.get(provider.get("regions", ""), {}) if provider else {}
    candidates = [*table.get("names", {}), *table.get("groups", {}), *catalog.places, *catalog.countries]
    where = table.get("name") or "the catalog"
    hint = did_you_mean(region, candidates) or "use a cloud region of the provider, or the code of a country such as DE"
    return _Answer(why=f"{region} is not a region or place known to {where}", supply=hint)


def _unlisted(region: str | None, countries: tuple[str, ...] | None, target: Target, catalog: Catalog) -> _Answer:
    name = target.entry.get("provider", "the provider")
    if target.entry["type"] == "self-hosted":
        if countries is not None:
            return _Answer(processing=countries, storage=countries, how=f"self-hosted in {region}")
        return _Answer(
            why=f"no place is declared for {name}",
            supply="declare `region`: a cloud region, or the code of a country",
        )
    hint = did_you_mean(str(name), list(catalog.provider_aliases)) or "add it to your own catalog, with a source"
    return _Answer(why=f"{name} is not in the catalog of providers", supply=hint, decided_by="provider")


def _no_route(provider: Record, target: Target, region: str | None) -> _Answer:
    declared = {name: target.entry[name] for name in ("sku", "residency", "plan", "routing") if name in target.entry}
    stated = ", ".join(f"{name} {value}" for name, value in declared.items()) or "this deployment"
    accepted = [
        word
        for route in provider.get("routes", ())
        for name in declared
        for word in route.get("when", {}).get(name, ())
    ]
    hints = [hint for value in declared.values() if value not in accepted and (hint := did_you_mean(value, accepted))]
    where = f" with region {region}" if region else ""
    why = f"the catalog knows no routing of {provider['name']} for {stated}{where}"
    decided = next(iter(declared), "region")
    return _Answer(
        why=why,
        supply=hints[0] if hints else "check the spelling, and that the two belong together",
        decided_by=decided,
    )


def _place(record: dict[str, Any], which: str, answers: Sequence[_Answer], target: Target, ledger: Ledger) -> None:
    """Add one set of places to the record: the union over all regions, with `?` for those that are not known."""
    address = below(target.address, which)
    sets = [getattr(answer, which) for answer in answers]
    for answer, places in zip(answers, sets, strict=True):
        decided_by = target.id_address if answer.decided_by == "model" else below(target.address, answer.decided_by)
        if places is None:
            ledger.gap(address, answer.why, answer.supply, decided_by)
        elif address not in ledger.inferred:
            ledger.infer(address, answer.how, decided_by, answer.record)
    if any(places is not None for places in sets):
        union = dict.fromkeys(place for places in sets for place in (places or (NOT_KNOWN,)))
        record[which] = list(union)


def _conflict(provider: Record | None, target: Target, catalog: Catalog) -> str | None:
    """Return in which way the id contradicts what is declared next to it, naming both; None where they agree."""
    identity, entry = target.identity, target.entry
    if identity.opaque:
        return identity.how
    return (
        _kind_conflict(provider, entry)
        or _provider_conflict(provider, identity, entry, catalog)
        or _region_conflict(provider, target, catalog)
    )


def _kind_conflict(provider: Record | None, entry: Mapping[str, Any]) -> str | None:
    kind, declared = provider["kind"] if provider else None, entry["type"]
    if kind == "api" and declared == "self-hosted":
        return f"`type: self-hosted` is declared, but {provider['name'] if provider else ''} is an API"
    if kind == "host" and declared == "api":
        return f"`type: api` is declared, but {entry['provider']} is a host for models of your own (its API has a name of its own)"
    return None


def _provider_conflict(
    provider: Record | None, identity: Identity, entry: Mapping[str, Any], catalog: Catalog
) -> str | None:
    implied = identity.provider
    if implied is None or (provider is not None and implied == provider["id"]):
        return None
    if provider is not None and provider["kind"] == "gateway":
        return None
    name = catalog.providers[implied]["name"] if implied in catalog.providers else implied
    declared = entry.get("provider", entry["type"])
    return f"the id `{identity.spelling}` means {name} ({identity.how}), but `{declared}` is declared"


def _region_conflict(provider: Record | None, target: Target, catalog: Catalog) -> str | None:
    identity, declared = target.identity, target.entry.get("region")
    if provider is None or declared is None:
        return None
    regions = [declared] if isinstance(declared, str) else list(declared)
    if identity.region is not None and regions != [identity.region]:
        return f"the id names region {identity.region}, but {', '.join(regions)} is declared"
    if identity.profile is not None:
        return _profile_conflict(provider, identity.profile, regions, catalog)
    return _serving_conflict(provider, target.serving, regions)


def _profile_conflict(provider: Record, profile: str, regions: Sequence[str], catalog: Catalog) -> str | None:
    callers = catalog.expand(provider.get("profiles", {}).get(profile, {}).get("callable_from", ("ANY",))) or ()
    for region in regions:
        countries = region_places(region, provider, catalog)
        if countries is not None and "ANY" not in callers and not set(countries) <= set(callers):
            return f"the id prefix `{profile}.` can't be called from region {region}"
    return None


def _serving_conflict(provider: Record, serving: Sequence[Record], regions: Sequence[str]) -> str | None:
    for offer in serving:
        if offer["provider"] == provider["id"] and "regions" in offer:
            outside = [region for region in regions if region.lower() not in offer["regions"]]
            if outside:
                others = [f"`{name}.`" for name in offer.get("profiles", ())]
                instead = f"; it is served through the id prefix {' or '.join(others)}" if others else ""
                return f"{provider['name']} does not serve this model in {', '.join(outside)} alone{instead}"
    return None
