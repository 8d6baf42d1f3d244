"""The sentences about where a provider processes and stores: why an answer holds, and how to get one that is missing.

They are read by people who have the manifest in front of them: they name the words that are declared there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.errors import did_you_mean
from checker.expressions.functions import ANYWHERE, NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checker.engine.route import Open
    from checker.engine.target import Target
    from checker.model.catalog import Catalog, Record
    from checker.model.evidence import Evidence

WORDS = ("sku", "residency", "plan", "routing")
"""The attributes whose values are words of a provider."""
_OWN_RECORD = "add what your contract says to your own catalog (`catalog` in .modelpolicy.yaml)"
_TOGETHER = "declare words and a region that belong together"

Sentences = tuple[str, str]
"""Why something is not known, and how to supply it."""


# --- Why an answer holds -----------------------------------------------------------------------------------------


def because(route: Record, target: Target, region: str | None) -> str:
    """Say what made a route hold: the declared words that its conditions read; nothing where it always holds."""
    parts = [_condition(name, target, region) for name in route.get("when", {})]
    used = "region" in (route.get("processing"), route.get("storage")) or route.get("processing") == "profile"
    if region is not None and used:
        parts.append(f"region {region}")
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _condition(name: str, target: Target, region: str | None) -> str:
    if name == "profile":
        return _of_profile(target)
    if name in ("region", "region_in"):
        return f"region {region}" if region else "no region"
    value = target.entry.get(name)
    return f"{name} {value}" if value else f"no {name}"


def _of_profile(target: Target) -> str:
    if target.identity.profile:
        return f"id prefix `{target.identity.profile}.`"
    return "an id without a region prefix" if target.is_model else ""


def told(reasons: str, provider: Record, evidence: Evidence | None) -> str:
    """Say who tells where data goes: the provider for what is declared, or the organization's own evidence."""
    name = str(provider["name"])
    said = f"{name}: {reasons}" if reasons else f"{name}, however it is called"
    return said if evidence is None else f"{said}, by {evidence.named()}"


# --- Why there is no answer, and how to get one ------------------------------------------------------------------


def not_stated(route: Record, provider: Record, region: str | None) -> Sentences:
    """Say that a route does not tell a place, and what would."""
    by_region = "region" in (route.get("processing"), route.get("storage"))
    if region is None and ("regions" in provider or by_region):
        declare = "declare `region`: a cloud region, or the code of a country"
        missing = "no region is declared"
        return (missing if by_region else f"{missing}, and without one {provider['name']} does not say where"), declare
    return f"{provider['name']} does not say where", f"choose a provider or a routing that says it, or {_OWN_RECORD}"


def no_routes(provider: Record) -> Sentences:
    """Say that nothing is on record of where a provider processes and stores."""
    why = f"the catalog does not record where {provider['name']} processes and stores"
    return why, f"choose a provider that says it, or {_OWN_RECORD}"


def not_listed(target: Target, region: str | None, places: Sequence[str] | None) -> Sentences:
    """Say that no list tells where a profile leads for this model and region, and how to get the list."""
    prefix = f"`{target.identity.profile}.`"
    if region is None:
        why = f"where {prefix} leads depends on the region of the call, which is not declared"
        return f"{why}{_possibly(places)}", "declare `region`: the region that you call"
    called = f"`{target.identity.spelling}` called from {region}"
    why = f"where {prefix} leads depends on the model, and for {called} no list is on record"
    command = f"aws bedrock list-inference-profiles --region {region}"
    entry = "{kind: aws-inference-profiles, file: ..., checked: ...}"
    supply = f"save what `{command}` prints, and name the file in .modelpolicy.yaml under `evidence`: {entry}"
    return f"{why}{_possibly(places)}", supply


def _possibly(places: Sequence[str] | None) -> str:
    """Say among which places the answer is, where they are known and not too many."""
    if places is None or NOT_KNOWN in places:
        return ""
    return f"; it is among {', '.join(place.removesuffix(NOT_KNOWN) for place in places)}"


def open_route(found: Open, provider: Record, target: Target, catalog: Catalog) -> Sentences:
    """Say what is not declared, and what each word that may be declared means."""
    needs = " and ".join(f"`{name}`" for name in found.needs)
    why = f"where {provider['name']} processes depends on {needs}, which {_are(found.needs)} not declared"
    if "region" in target.entry and "region" not in found.needs:
        why += ", and not on `region`"
    told_words = [text for name in found.needs if (text := vocabulary(name, provider, catalog))]
    return why, "; ".join([f"declare {needs} of this deployment", *told_words])


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def no_route(provider: Record, target: Target, region: str | None, catalog: Catalog) -> Sentences:
    """Say that the words declared are none of the provider's, or do not belong together, and which there are."""
    declared = declared_words(target)
    routes = provider.get("routes", ())
    wrong = {name: value for name, value in declared.items() if value.lower() not in _lowered(words(name, routes))}
    stated = " with ".join(f"`{name}: {value}`" for name, value in (wrong or declared).items()) or "this deployment"
    where = f" in region {region}" if region and not wrong else ""
    why = f"the catalog knows no {stated}{where} of {provider['name']}"
    near = [hint for name, value in wrong.items() if (hint := did_you_mean(value, words(name, routes)))]
    known = [text for name in wrong or declared if (text := vocabulary(name, provider, catalog))]
    unused = [f"remove `{name}`: nothing depends on it there" for name in wrong if not words(name, routes)]
    return why, " ".join([*near, "; ".join([*known, *unused])]).strip() or _TOGETHER


def unknown_region(region: str, provider: Record | None, catalog: Catalog) -> Sentences:
    """Say that a region is none, and what comes near; words of the provider's own come first."""
    table = catalog.regions.get(provider.get("regions", ""), {}) if provider else {}
    names = [*table.get("names", {}), *table.get("groups", {}), *table.get("labels", {})]
    where = table.get("name") or "the catalog"
    hint = did_you_mean(region, [*names, *catalog.places, *catalog.countries])
    supply = hint or "use a cloud region of the provider, or the code of a country such as DE"
    return f"{region} is not a region or place known to {where}", supply


def near_provider(name: str, catalog: Catalog) -> str:
    """Suggest the provider that was meant, or how to make it known."""
    near = did_you_mean(name, list(catalog.provider_aliases))
    return near or "add the provider to your own catalog (`catalog` in .modelpolicy.yaml), with a source"


def no_terms(name: str, provider: Record, catalog: Catalog) -> Sentences:
    """Say that a term of a provider is not known, and what would tell it."""
    if name == "trains_on_data" and words("plan", provider.get("training", ())):
        meaning = vocabulary("plan", provider, catalog)
        supply = f"declare `plan` of this deployment; {meaning}"
        return f"{provider['name']} treats content by plan, and no plan is declared", supply
    what = name.replace("_", " ")
    supply = "record an agreement in .modelpolicy.yaml, or add the fact to your own catalog"
    return f"the catalog does not record `{what}` for {provider['name']}", supply


# --- The words of a provider -------------------------------------------------------------------------------------


def declared_words(target: Target) -> dict[str, str]:
    """Return what is declared of the attributes whose values are words of a provider."""
    return {name: target.entry[name] for name in WORDS if name in target.entry}


def words(name: str, entries: Iterable[Record]) -> list[str]:
    """Return what may be declared for an attribute, as the conditions of routes or terms read it."""
    if name not in WORDS:
        return []
    return list(
        dict.fromkeys(word for entry in entries for word in entry.get("when", {}).get(name, ()) if word != "absent")
    )


def vocabulary(name: str, provider: Record, catalog: Catalog) -> str:
    """Return a sentence with the words that a provider has for an attribute, and what each means; else nothing."""
    entries: dict[str, list[Record]] = {}
    for entry in (*provider.get("routes", ()), *provider.get("training", ())):
        for word in words(name, (entry,)):
            entries.setdefault(word, []).append(entry)
    by_meaning: dict[str, list[str]] = {}
    for word, found in entries.items():
        by_meaning.setdefault(_meaning_of(found, catalog), []).append(word)
    listed = "; ".join(f"{', '.join(group)}: {meaning}" for meaning, group in by_meaning.items())
    return f"the words of {provider['name']} for `{name}` are {listed}" if listed else ""


def _meaning_of(entries: Sequence[Record], catalog: Catalog) -> str:
    """Return what a word means: where that differs by region, for regions in general, else the places by region."""
    general = [entry for entry in entries if not {"region", "region_in"} & entry.get("when", {}).keys()]
    if general or len(entries) == 1:
        return _meaning((general or entries)[0], catalog)
    places = [place for entry in entries if (place := _place(entry.get("processing"), catalog))]
    return f"processed {' or '.join(dict.fromkeys(places))}, by region" if places else "by region"


def _meaning(entry: Record, catalog: Catalog) -> str:
    if "uses_customer_content" in entry:
        return "content trains models" if entry["uses_customer_content"] else "content trains no models"
    processed, stored = (_place(entry.get(which), catalog) for which in ("processing", "storage"))
    if processed and processed == stored:
        return f"processed and stored {processed}"
    said = [f"processed {processed}" if processed else "no place of processing is promised"]
    return ", ".join([*said, f"stored {stored}"] if stored else said)


def _place(stated: object, catalog: Catalog) -> str:
    """Return a place as a sentence says it; nothing where it is not stated."""
    if stated in ("region", "profile"):
        return "in the region" if stated == "region" else "where the profile leads"
    if not isinstance(stated, list | tuple):
        return ""
    if ANYWHERE in stated:
        return "anywhere"
    return f"in {' and '.join(_called(place, catalog) for place in stated)}"


def _called(place: str, catalog: Catalog) -> str:
    record = catalog.places.get(place)
    return place if record is None else f"the {record['name']}"


def _lowered(values: Iterable[str]) -> set[str]:
    return {value.lower() for value in values}
