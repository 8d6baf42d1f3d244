"""Destinations: every place a use's data goes, with the countries that may process and store it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.conflict import conflict, declared_regions
from checker.engine.route import Attributes, Open, choose, places_of, region_places, routing_of
from checker.errors import did_you_mean
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.identify import Identity
    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog, Record

_WORDS = ("region", "sku", "residency", "plan", "routing", "account")
_DECLARED_IN_WORDS = ("sku", "residency", "plan", "routing")
_PLACES = ("processing", "storage")
_TERMS = ("trains_on_data", "stores_content", "certifications", "sla")


class Target(NamedTuple):
    """One destination to resolve: what is declared, at which address, and for the model itself what its id implies."""

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
        "left_to_user": [],
        **{word: entry[word] for word in ("provider", *_WORDS) if word in entry},
    }
    _identify_provider(record, provider, catalog, ledger)
    contradiction = conflict(entry, provider, target.identity, target.serving, catalog)
    if contradiction is not None:
        _withhold(record, contradiction, target, ledger)
        return record
    record["consistent"] = True
    record["ours"] = _ours(record, infrastructure, catalog)
    how = "self-hosted on a provider of organization.infrastructure, or on the device"
    ledger.infer(
        below(target.address, "ours"), how, below(target.address, "provider" if "provider" in record else "type")
    )
    if provider is not None:
        _terms(record, provider, target, catalog, ledger)
    if entry["type"] != "on-device":
        _places(record, provider, target, catalog, ledger)
    return record


def _withhold(record: dict[str, Any], contradiction: str, target: Target, ledger: Ledger) -> None:
    """Withhold whatever a contradiction touches: what is known to be neither must not pass as one of the two."""
    record.pop("type")
    supply = "make the id, the type, the provider, the region and the routing agree"
    withheld = ("type", "consistent", "ours", *_PLACES, *_TERMS)
    ledger.gap_all(target.address, withheld, contradiction, supply, below(target.address, "provider"))


def _identify_provider(record: dict[str, Any], provider: Record | None, catalog: Catalog, ledger: Ledger) -> None:
    address = below(record[ADDRESS], "provider_known")
    if provider is not None:
        record |= {"provider_id": provider["id"], "provider_name": provider["name"], "provider_known": True}
    elif record["type"] != "api":
        record |= {"provider_id": record.get("provider", "device"), "provider_known": True}
    else:
        why = f"{record['provider']} is not in the catalog of providers"
        missing = ("provider_known", *_TERMS)
        ledger.gap_all(
            record[ADDRESS], missing, why, _suggest_provider(record, catalog), below(record[ADDRESS], "provider")
        )
    ledger.infer(address, "", below(record[ADDRESS], "provider"))


def _suggest_provider(record: Mapping[str, Any], catalog: Catalog) -> str:
    near = did_you_mean(record.get("provider", ""), list(catalog.provider_aliases))
    return near or "add the provider to your own catalog (`catalog` in .modelpolicy.yaml), with a source"


def _ours(record: Mapping[str, Any], infrastructure: Sequence[str] | None, catalog: Catalog) -> bool:
    if record["type"] == "on-device":
        return True
    return record["type"] == "self-hosted" and (
        infrastructure is None or record["provider_id"] in {catalog.provider_id(name) for name in infrastructure}
    )


def _terms(record: dict[str, Any], provider: Record, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    """Add what the catalog says of the provider's terms under this destination's plan."""
    source = ledger.record("providers", provider, catalog)
    attributes = _attributes(target, None)
    _leave_to_user(record, provider, attributes, catalog, ledger)
    terms = {
        "trains_on_data": _chosen(provider, "training", attributes, catalog).get("uses_customer_content"),
        "stores_content": _chosen(provider, "retention", attributes, catalog).get("stores_content"),
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


def _leave_to_user(
    record: dict[str, Any], provider: Record, attributes: Attributes, catalog: Catalog, ledger: Ledger
) -> None:
    """Add what the end user decides by the plan of their own account, which the author of the manifest can't know."""
    how = f"the plan is that of the end user's own account with {provider['name']}"
    ledger.infer(below(record[ADDRESS], "left_to_user"), how, below(record[ADDRESS], "account"))
    if record.get("account") != "user" or "plan" in record:
        return
    sections = {"trains_on_data": "training", "stores_content": "retention"}
    found = {name: choose(provider.get(section, ()), attributes, catalog) for name, section in sections.items()}
    record["left_to_user"] = ["plan", *(name for name, case in found.items() if _hangs_on_plan(case))]


def _hangs_on_plan(case: Record | Open | None) -> bool:
    return isinstance(case, Open) and case.needs == ("plan",)


def _chosen(provider: Record, name: str, attributes: Attributes, catalog: Catalog) -> Record:
    found = choose(provider.get(name, ()), attributes, catalog)
    return {} if found is None or isinstance(found, Open) else found


def _term_gap(address: str, name: str, provider: Record, ledger: Ledger) -> None:
    plans = _words("plan", provider.get("training", ()))
    if name == "trains_on_data" and plans:
        supply = f"declare `plan`{_choices(plans)} of this deployment"
        ledger.gap(address, f"{provider['name']} treats content by plan, and no plan is declared", supply)
    else:
        what = name.replace("_", " ")
        supply = "record an agreement in .modelpolicy.yaml, or add the fact to your own catalog"
        ledger.gap(address, f"the catalog does not record `{what}` for {provider['name']}", supply)


def _attributes(target: Target, region: str | None, countries: Sequence[str] | None = None) -> Attributes:
    entry, identity = target.entry, target.identity
    return Attributes(
        region=region,
        sku=entry.get("sku"),
        residency=entry.get("residency"),
        plan=entry.get("plan"),
        routing=entry.get("routing"),
        profile=identity.profile,
        countries=countries,
    )


def _places(record: dict[str, Any], provider: Record | None, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    regions: Sequence[str | None] = declared_regions(target.entry, target.identity) or (None,)
    answers = [_resolve_region(region, provider, target, catalog) for region in regions]
    for which in _PLACES:
        _place(record, which, answers, target, ledger)
    if "plan" in record["left_to_user"] and any(answer.needs == ("plan",) for answer in answers):
        record["left_to_user"] += _PLACES
    for answer in answers:
        if answer.misdeclared:
            record.pop("consistent", None)
            at = below(target.address, answer.decided_by)
            ledger.gap(below(target.address, "consistent"), answer.why, answer.supply, at)


class _Answer(NamedTuple):
    """Where one region's traffic is processed and stored (None: not known), and why."""

    processing: tuple[str, ...] | None = None
    storage: tuple[str, ...] | None = None
    how: str = ""
    decided_by: str = "region"
    record: str = ""
    why: str = ""
    supply: str = ""
    misdeclared: bool = False
    needs: tuple[str, ...] = ()


def _resolve_region(region: str | None, provider: Record | None, target: Target, catalog: Catalog) -> _Answer:
    countries = None if region is None else region_places(region, provider, catalog)
    if region is not None and countries is None:
        return _unknown_region(region, provider, catalog)
    if provider is None:
        return _unlisted(region, countries, target, catalog)
    routes = provider.get("routes", ())
    chosen = choose(routes, _attributes(target, region, countries), catalog)
    if isinstance(chosen, Open):
        needs = " and ".join(f"`{name}`" for name in chosen.needs)
        why = f"where {provider['name']} processes depends on {needs}, which is not declared"
        declare = " and ".join(f"`{name}`{_choices(_words(name, routes))}" for name in chosen.needs)
        return _Answer(
            why=why, supply=f"declare {declare} of this deployment", decided_by=chosen.needs[0], needs=chosen.needs
        )
    if chosen is None:
        return _no_route(provider, target, region)
    declared, stated = target.entry.get("routing"), routing_of(chosen)
    if declared is not None and declared != stated:
        why = f"`routing: {declared}` is declared, but {_because(chosen, target, region)} means {stated} routing"
        return _Answer(why=why, supply="make the two agree", decided_by="routing", misdeclared=True)
    return _Answer(
        processing=places_of(chosen.get("processing"), countries, catalog),
        storage=places_of(chosen.get("storage"), countries, catalog),
        how=f"{provider['name']}: {_because(chosen, target, region)}",
        record=f"catalog/providers/{provider['id']}#",
        decided_by=_decisive(chosen, target),
        why=_not_stated(chosen, provider, region),
        supply=_state(chosen, provider, region),
    )


def _words(name: str, entries: Sequence[Record]) -> list[str]:
    """Return what may be declared for an attribute, as conditions of routes or terms read it; for a region nothing."""
    if name not in _DECLARED_IN_WORDS:
        return []
    words = {word for entry in entries for word in entry.get("when", {}).get(name, ())}
    return sorted(words - {"absent"})


def _choices(words: Sequence[str]) -> str:
    """Return words to choose from as they stand behind a name, or nothing."""
    listed = ", ".join(words[:-1])
    return f" ({listed} or {words[-1]})" if listed else "".join(f" ({word})" for word in words)


def _not_stated(route: Record, provider: Record, region: str | None) -> str:
    if region is not None or "regions" not in provider:
        return f"{provider['name']} does not state where"
    if "region" in (route.get("processing"), route.get("storage")):
        return "no region is declared"
    return f"no region is declared, and for that {provider['name']} does not state where"


def _state(route: Record, provider: Record, region: str | None) -> str:
    if region is None and ("regions" in provider or "region" in (route.get("processing"), route.get("storage"))):
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
            return str(name)
    return "region" if "region" in target.entry else "provider"


def _unknown_region(region: str, provider: Record | None, catalog: Catalog) -> _Answer:
    table = catalog.regions.get(provider.get("regions", ""), {}) if provider else {}
    candidates = [*table.get("names", {}), *table.get("groups", {}), *catalog.places, *catalog.countries]
    where = table.get("name") or "the catalog"
    hint = did_you_mean(region, candidates) or "use a cloud region of the provider, or the code of a country such as DE"
    return _Answer(why=f"{region} is not a region or place known to {where}", supply=hint, misdeclared=True)


def _unlisted(region: str | None, countries: tuple[str, ...] | None, target: Target, catalog: Catalog) -> _Answer:
    """Answer for an unlisted provider: a host is where it is declared to be, an API is not known."""
    name, routing = target.entry.get("provider", "the provider"), target.entry.get("routing", "in-region")
    if target.entry["type"] != "self-hosted":
        supply = _suggest_provider(target.entry, catalog)
        return _Answer(why=f"{name} is not in the catalog of providers", supply=supply, decided_by="provider")
    if routing != "in-region":
        why = f"`routing: {routing}` is declared, but {name} is a host of your own, which runs where it stands"
        return _Answer(why=why, supply="remove `routing`", decided_by="routing", misdeclared=True)
    if countries is None:
        supply = "declare `region`: a cloud region, or the code of a country"
        return _Answer(why=f"no place is declared for {name}", supply=supply)
    return _Answer(processing=countries, storage=countries, how=f"self-hosted in {region}")


def _no_route(provider: Record, target: Target, region: str | None) -> _Answer:
    declared = {name: target.entry[name] for name in _DECLARED_IN_WORDS if name in target.entry}
    stated = ", ".join(f"{name} {value}" for name, value in declared.items()) or "this deployment"
    accepted = [word for name in declared for word in _words(name, provider.get("routes", ()))]
    hints = [hint for value in declared.values() if value not in accepted and (hint := did_you_mean(value, accepted))]
    where = f" with region {region}" if region else ""
    why = f"the catalog knows no routing of {provider['name']} for {stated}{where}"
    decided = next(iter(declared), "region")
    return _Answer(
        why=why,
        supply=hints[0] if hints else "check the spelling, and that the two belong together",
        decided_by=decided,
        misdeclared=True,
    )


def _place(record: dict[str, Any], which: str, answers: Sequence[_Answer], target: Target, ledger: Ledger) -> None:
    """Add one set of places to the record: the union over all regions, with `?` for those that are not known."""
    address = below(target.address, which)
    sets = [getattr(answer, which) for answer in answers]
    for answer, places in zip(answers, sets, strict=True):
        if places is None:
            ledger.gap(address, answer.why, answer.supply, _decider(answer, target))
    if any(places is not None for places in sets):
        union = dict.fromkeys(place for places in sets for place in (places or (NOT_KNOWN,)))
        record[which] = list(union)
        how = "; ".join(dict.fromkeys(answer.how for answer in answers if answer.how))
        record.setdefault("because", how)
        ledger.infer(address, how, _decider(answers[0], target), answers[0].record)


def _decider(answer: _Answer, target: Target) -> str:
    return target.id_address if answer.decided_by == "model" else below(target.address, answer.decided_by)
