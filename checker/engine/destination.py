"""Destinations: every place a use's data goes, with the countries that may process and store it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.engine import reason, seat
from checker.engine.answer import Answer, answer
from checker.engine.conflict import conflict, declared_regions
from checker.engine.offer import unsold
from checker.engine.route import Open, choose
from checker.engine.target import Target, attributes
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.ledger import Ledger
    from checker.engine.route import Attributes
    from checker.model.catalog import Catalog, Record

_WORDS = ("region", "sku", "residency", "plan", "routing", "account")
_PLACES = ("processing", "storage")
_TERMS = ("trains_on_data", "stores_content", "certifications", "sla")


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
    record |= seat.of_destination(record, provider, target, catalog, ledger)
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
    withheld = ("type", "consistent", "ours", "seat", *_PLACES, *_TERMS)
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
        supply = reason.near_provider(record["provider"], catalog)
        ledger.gap_all(record[ADDRESS], missing, why, supply, below(record[ADDRESS], "provider"))
    ledger.infer(address, "", below(record[ADDRESS], "provider"))


def _ours(record: Mapping[str, Any], infrastructure: Sequence[str] | None, catalog: Catalog) -> bool:
    if record["type"] == "on-device":
        return True
    return record["type"] == "self-hosted" and (
        infrastructure is None or record["provider_id"] in {catalog.provider_id(name) for name in infrastructure}
    )


def _terms(record: dict[str, Any], provider: Record, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    """Add what the catalog says of the provider's terms under this destination's plan."""
    source = ledger.record("providers", provider, catalog)
    declared = attributes(target, None, None, provider, catalog)
    _leave_to_user(record, provider, declared, catalog, ledger)
    terms = {
        "trains_on_data": _chosen(provider, "training", declared, catalog).get("uses_customer_content"),
        "stores_content": _chosen(provider, "retention", declared, catalog).get("stores_content"),
        "certifications": provider.get("certifications"),
        "sla": provider.get("sla"),
    }
    for name, value in terms.items():
        address = below(target.address, name)
        if value is None:
            ledger.gap(address, *reason.no_terms(name, provider, catalog))
        else:
            record[name] = list(value) if isinstance(value, list | tuple) else value
            how = f"what the catalog records of {provider['name']}"
            ledger.infer(address, how, below(target.address, "provider"), source)


def _leave_to_user(
    record: dict[str, Any], provider: Record, declared: Attributes, catalog: Catalog, ledger: Ledger
) -> None:
    """Add what the end user decides by the plan of their own account, which the author of the manifest can't know."""
    how = f"the plan is that of the end user's own account with {provider['name']}"
    ledger.infer(below(record[ADDRESS], "left_to_user"), how, below(record[ADDRESS], "account"))
    if record.get("account") != "user" or "plan" in record:
        return
    sections = {"trains_on_data": "training", "stores_content": "retention"}
    found = {name: choose(provider.get(section, ()), declared, catalog) for name, section in sections.items()}
    record["left_to_user"] = ["plan", *(name for name, case in found.items() if _hangs_on_plan(case))]


def _hangs_on_plan(case: Record | Open | None) -> bool:
    return isinstance(case, Open) and case.needs == ("plan",)


def _chosen(provider: Record, name: str, declared: Attributes, catalog: Catalog) -> Record:
    found = choose(provider.get(name, ()), declared, catalog)
    return {} if found is None or isinstance(found, Open) else found


def _places(record: dict[str, Any], provider: Record | None, target: Target, catalog: Catalog, ledger: Ledger) -> None:
    regions: Sequence[str | None] = declared_regions(target.entry, target.identity) or (None,)
    answers = _where_sold([answer(region, provider, target, catalog) for region in regions], provider, target, catalog)
    for which in _PLACES:
        _place(record, which, answers, target, catalog, ledger)
    if "plan" in record["left_to_user"] and any(one.needs == ("plan",) for one in answers):
        record["left_to_user"] += _PLACES
    for one in answers:
        if one.misdeclared:
            record.pop("consistent", None)
            at = target.address_of(one.decided_by)
            ledger.gap(below(target.address, "consistent"), one.why, one.supply, at)


def _where_sold(answers: list[Answer], provider: Record | None, target: Target, catalog: Catalog) -> list[Answer]:
    """Return answers that hold: none does for a model that is not known to run at the provider."""
    lacking = unsold(target, provider, catalog)
    if lacking is None or (provider is not None and "routes" not in provider):
        return answers
    why, supply = lacking
    return [one if one.misdeclared else Answer(why=why, supply=supply, decided_by="model") for one in answers]


def _place(
    record: dict[str, Any], which: str, answers: Sequence[Answer], target: Target, catalog: Catalog, ledger: Ledger
) -> None:
    """Add one set of places to the record: the union over all regions, with `?` for those that are not known."""
    address = below(target.address, which)
    sets = [getattr(one, which) for one in answers]
    for one, places in zip(answers, sets, strict=True):
        if places is None or any(place.endswith(NOT_KNOWN) for place in places):
            ledger.gap(address, one.why, one.supply, target.address_of(one.decided_by))
    if any(places is not None for places in sets):
        union = dict.fromkeys(place for places in sets for place in (places or (NOT_KNOWN,)))
        record[which] = list(union)
        how = "; ".join(dict.fromkeys(one.how for one in answers if one.how))
        record.setdefault("because", how)
        decided = target.address_of(answers[0].decided_by)
        ledger.infer(address, how, decided, _source(which, answers[0], catalog, ledger))


def _source(which: str, one: Answer, catalog: Catalog, ledger: Ledger) -> str:
    """Note the evidence, or the list of a profile, that tells where an answer's traffic is processed; its address."""
    if which == "processing" and one.evidence is not None:
        return ledger.evidence(one.evidence)
    if which == "processing" and one.listed:
        return ledger.record("profiles", catalog.profiles[one.listed], catalog)
    return one.record
