"""What a project declares of itself, its organization and its data, in the form that rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from checker.errors import did_you_mean
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog
    from checker.model.manifest import Config, Manifest

_COUNTS = ("monthly_active_users", "annual_revenue_usd", "monthly_revenue_usd")


def project_facts(manifest: Manifest, config: Config, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return the project: counts as bounds, places as countries, and what is odd about the manifest as a whole."""
    address = "manifest#/project"
    declared = manifest.data["project"]
    project = {"stage": "production", "facts": {}, **_counted(declared), ADDRESS: address}
    if "serves" in declared:
        project["serves"] = _countries(declared["serves"], below(address, "serves"), catalog, ledger)
    for name in _COUNTS:
        _count_gap(project, name, ledger)
    seen = {name for use in manifest.uses for name in (*use.entry["data"], *use.entry.get("trained_on", ()))}
    project["unused_data"] = [
        {ADDRESS: f"manifest#/data/{name}", "name": name} for name in manifest.data.get("data", {}) if name not in seen
    ]
    project["other_configs"] = [{ADDRESS: address, "name": path} for path in manifest.other_configs]
    project["redefined"] = _redefined(manifest, config)
    return project


def _count_gap(facts: Mapping[str, Any], name: str, ledger: Ledger) -> None:
    why = "is not declared" if name not in facts else "is declared only as bounds, and the limit lies between them"
    address = below(facts[ADDRESS], name)
    dotted = address.partition("#")[2][1:].replace("/", ".")
    ledger.gap(address, f"`{dotted}` {why}", f"declare `{dotted}`: a number, or closer bounds")


def organization_facts(
    name: str, manifest: Manifest, config: Config, catalog: Catalog, ledger: Ledger
) -> dict[str, Any]:
    """Return the organization or the operator; where the config declares it, the config wins key by key."""
    ours = config.section(name) or {}
    theirs = manifest.data.get(name, {})
    address = f"config#/{name}" if ours and not theirs else f"manifest#/{name}"
    facts: dict[str, Any] = {**_counted(theirs), **_counted(ours), ADDRESS: address}
    if name in manifest.data:
        facts["declared"] = True
    for key in ours if theirs else ():
        ledger.infer(below(address, key), "the config wins over the manifest", f"config#/{name}/{key}")
    if "domicile" in facts and catalog.members(facts["domicile"]) is None:
        unknown = facts.pop("domicile")
        hint = did_you_mean(unknown, [*catalog.countries, *catalog.places]) or "use the code of a country, such as DE"
        ledger.gap(below(address, "domicile"), f"{unknown} is not a country or place of the catalog", hint)
    return facts


def data_facts(manifest: Manifest, config: Config, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return the data sets by name, those of the config before the manifest's, residency as sets of countries."""
    shared, own = config.section("data") or {}, manifest.data.get("data", {})
    sets = {name: (f"config#/data/{name}", entry) for name, entry in shared.items()}
    sets |= {name: (f"manifest#/data/{name}", entry) for name, entry in own.items() if name not in shared}
    records = {name: _data_set(name, address, entry, catalog, ledger) for name, (address, entry) in sets.items()}
    return {**records, ADDRESS: "manifest#/data"}


def _data_set(name: str, address: str, entry: Mapping[str, Any], catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    record: dict[str, Any] = {"may_leave_infrastructure": True, **entry, "name": name, ADDRESS: address}
    if "residency" in entry:
        record["residency"] = _residency(entry["residency"], below(address, "residency"), catalog, ledger)
    if "jurisdiction" in entry:
        record["jurisdiction_names"] = list(entry["jurisdiction"])
        countries = _countries(entry["jurisdiction"], below(address, "jurisdiction"), catalog, ledger)
        del record["jurisdiction"]
        record |= {} if NOT_KNOWN in countries else {"jurisdiction": countries}
    return record


def _residency(declared: Any, address: str, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return where data may be processed and stored; one list stands for both."""
    facts: dict[str, Any] = {ADDRESS: address}
    for which in ("processing", "storage"):
        names = declared.get(which) if isinstance(declared, Mapping) else declared
        if names is None:
            continue
        at = below(address, which) if isinstance(declared, Mapping) else address
        facts[f"{which}_names"] = list(names)
        facts[which] = _countries(names, at, catalog, ledger)
        facts[f"{which}_known"] = True
        ledger.infer(below(address, which), "", at)
        if NOT_KNOWN in facts[which]:
            del facts[which]
    return facts


def _countries(names: Iterable[str], address: str, catalog: Catalog, ledger: Ledger) -> list[str]:
    countries: dict[str, None] = {}
    for name in names:
        members = catalog.members(name)
        if members is None:
            hint = (
                did_you_mean(name, [*catalog.places, *catalog.countries])
                or "use the code of a country, such as DE, or a named set, such as EU"
            )
            ledger.gap(address, f"{name} is not a place known to the catalog", hint)
        countries.update(dict.fromkeys(members or (NOT_KNOWN,)))
    return list(countries)


def _counted(declared: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bounds(value) if name in _COUNTS else value for name, value in declared.items()}


def bounds(count: Any) -> dict[str, Any]:
    """Return a declared count as bounds: a number is both of them."""
    return dict(count) if isinstance(count, Mapping) else {"at_least": count, "at_most": count}


def _redefined(manifest: Manifest, config: Config) -> list[dict[str, Any]]:
    """Return what a manifest says although the config owns it, at the place where the manifest says so."""
    found: list[dict[str, Any]] = []
    owned, declared = config.section("organization") or {}, manifest.data.get("organization", {})
    for name, value in declared.items():
        if name in owned and owned[name] != value:
            found.append({ADDRESS: f"stated#/organization/{name}", "name": f"organization.{name}"})
    shared = set(config.section("data") or ()) & set(manifest.data.get("data", ()))
    return [*found, *({ADDRESS: f"stated#/data/{name}", "name": f"data.{name}"} for name in sorted(shared))]
