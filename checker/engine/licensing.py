"""The licenses that bind one use, with the numbers and places that their limits, territories and duties count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import duties
from checker.errors import did_you_mean
from checker.expressions import spdx
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog, Record

Facts = Mapping[str, Any]

_WHAT = {
    "commercial_use": "whether commercial use is permitted by",
    "modification": "whether modification is permitted by",
    "redistribution": "whether redistribution is permitted by",
    "limits": "the limits of",
    "territories": "the territories excluded by",
    "duties": "the duties of",
    "outputs": "what may be done with outputs under",
}

_GOES_BY = {
    "licensee-domicile": "where the licensee is domiciled",
    "place-of-use": "where the model is used",
    "end-user": "where end users are",
}

_METRICS = {
    "monthly-active-users": "monthly_active_users",
    "annual-revenue-usd": "annual_revenue_usd",
    "monthly-revenue-usd": "monthly_revenue_usd",
}


class Parties(NamedTuple):
    """Those whose numbers and places a license may count: the project, the licensee, and who runs it for them.

    `notices` is what people see of the files of `attribution`, `papers` of those and of `notices`; `model` is the name
    that the use gives its model.
    """

    project: Facts
    organization: Facts
    operator: Facts
    processing: Sequence[str]
    notices: Mapping[str, str | None]
    papers: Mapping[str, str | None] = MappingProxyType({})
    model: str = ""

    @property
    def licensees(self) -> list[Facts]:
        """The organization, and the operator where one is declared."""
        return [self.organization, self.operator] if "declared" in self.operator else [self.organization]


class Unsettled(NamedTuple):
    """Why it is not settled which licenses bind, what settles it, and the part of the use that decides."""

    why: str
    supply: str
    at: str = "license"


def terms(declared: str, catalog: Catalog) -> list[Any] | Unsettled:
    """Return a declared license as an AND list, as the catalog has them: a name, or the terms of an SPDX expression."""
    if catalog.license(declared) is not None or not spdx.is_expression(declared):
        return [declared]
    parsed = spdx.parse(declared)
    if isinstance(parsed, spdx.Malformed):
        why = f"`{declared}` is not a license expression: {parsed.reason}"
        return Unsettled(why, "join the ids of licenses by AND, OR or WITH, as SPDX does, with parentheses")
    return parsed


def settle_choices(choices: Sequence[str], licenses: Sequence[Any], catalog: Catalog) -> list[str] | Unsettled:
    """Return the ids of all licenses that bind, or why that is not settled.

    `licenses` is an AND list, whose `any_of` entries are settled by the use's `license.choose`: one for each. What is
    chosen binds for every rule. A choice of what is not offered settles nothing and is not passed over.
    """
    bound = _bound(choices, licenses, catalog)
    if isinstance(bound, Unsettled):
        return bound
    # Where one license alone binds, naming it is redundant, and harmless.
    offered = bound.offered if len(set(bound.licenses)) > 1 else [*bound.offered, *bound.licenses]
    idle = [choice for choice in choices if not any(_same(choice, name, catalog) for name in offered)]
    if idle:
        why = f"{idle[0]} is chosen, but the model is under {' AND '.join(bound.licenses)}, which leaves no choice"
        return Unsettled(why, "remove `license.choose`, or choose one of the licenses on offer")
    return list(dict.fromkeys(bound.licenses))


class _Bound(NamedTuple):
    """The licenses that bind, and the alternatives among which a choice led to them."""

    licenses: list[str]
    offered: list[str]


def _bound(choices: Sequence[str], licenses: Sequence[Any], catalog: Catalog) -> _Bound | Unsettled:
    bound = _Bound([], [])
    for item in licenses:
        part = _chosen(choices, item["any_of"], catalog) if isinstance(item, Mapping) else _Bound([item], [])
        if isinstance(part, Unsettled):
            return part
        bound.licenses.extend(part.licenses)
        bound.offered.extend(part.offered)
    return bound


def _chosen(choices: Sequence[str], offered: Sequence[str], catalog: Catalog) -> _Bound | Unsettled:
    """Settle one OR; an alternative that is an expression is settled in its turn."""
    picked = [one for one in offered if any(_same(choice, one, catalog) for choice in choices)]
    if len(picked) != 1:
        said = f"{' and '.join(picked)} are chosen together" if picked else "none of them is chosen"
        supply = f"declare `license: {{choose: {offered[0]}}}`, or another of them"
        return Unsettled(f"the model is offered under {' OR '.join(offered)}, and {said}", supply)
    inner = terms(picked[0], catalog)
    bound = inner if isinstance(inner, Unsettled) else _bound(choices, inner, catalog)
    return bound if isinstance(bound, Unsettled) else _Bound(bound.licenses, [*bound.offered, picked[0]])


def _same(one: str, other: str, catalog: Catalog) -> bool:
    """Say whether two spellings mean one license, or one expression."""
    first, second = catalog.license(one), catalog.license(other)
    return first is second if first and second else " ".join(one.lower().split()) == " ".join(other.lower().split())


def facts(name: str, address: str, parties: Parties, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return one license as rules see it; a license that the catalog does not know has nothing but its id."""
    record = catalog.license(name)
    if record is None:
        ledger.gap(address, f"the license {name} is not in the catalog", _supply_license(name, catalog))
        return {ADDRESS: address, "id": name}
    source = ledger.record("licenses", record, catalog)
    facts: dict[str, Any] = {**record, ADDRESS: source}
    facts |= _cited(record, source, catalog, ledger)
    if "limits" in facts:
        facts["limits"] = [_count(limit, parties, ledger) for limit in facts["limits"]]
    if "territories" in record:
        territories = _items(record, "territories", source)
        facts["territories"] = [_places(territory, parties, catalog, ledger) for territory in territories]
    facts |= _asked(record, source, parties, ledger)
    for part, what in _WHAT.items():
        supply = "ask the people who read licenses for you, and add it to your own catalog"
        ledger.gap(below(source, part), f"the catalog does not record {what} {record['name']}", supply)
    return facts


def _cited(record: Record, source: str, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return the sections whose items may have sources of their own."""
    sections = {name: _items(record, name, source) for name in ("limits", "readings") if name in record}
    for item in (item for items in sections.values() for item in items):
        ledger.item(item[ADDRESS], item, catalog)
    return sections


def _asked(record: Record, source: str, parties: Parties, ledger: Ledger) -> dict[str, Any]:
    """Return the duties and what is said of outputs, with what the use has to meet them."""
    asked: dict[str, Any] = {}
    offered = duties.Offered(notices=parties.notices, papers=parties.papers, model=parties.model)
    if "duties" in record:
        asked["duties"] = [duties.met(duty, record, offered, ledger) for duty in _items(record, "duties", source)]
    if "outputs" in record:
        asked["outputs"] = duties.trained(record["outputs"], below(source, "outputs"), offered, ledger)
    return asked


def _supply_license(name: str, catalog: Catalog) -> str:
    if " WITH " in name:
        # Of the license without its exception something else may hold: it is no correction of a spelling.
        return f"an exception makes another license: add a record to your own catalog with the alias `{name}`"
    return did_you_mean(name, list(catalog.license_aliases)) or "add the license to your own catalog, with its source"


def _items(record: Record, section: str, source: str) -> list[dict[str, Any]]:
    return [{**item, ADDRESS: below(source, section, number)} for number, item in enumerate(record[section])]


def _count(limit: dict[str, Any], parties: Parties, ledger: Ledger) -> dict[str, Any]:
    """Add the number that a limit's scope counts, as far as it is declared."""
    metric = _METRICS[limit["metric"]]
    address = below(limit[ADDRESS], "count")
    product = parties.project if metric == "monthly_active_users" else None
    if limit.get("scope") == "product" and product is not None:
        counted, count = product, product.get(metric)
    else:
        counted = parties.organization
        count = _largest([party.get(metric) for party in parties.licensees], product and product.get(metric))
    at = below(counted[ADDRESS], metric)
    if count is not None:
        limit["count"] = count
    ledger.infer(address, _how(limit, metric), at)
    where = "in the manifest" if counted is parties.project else "in the manifest or in .modelpolicy.yaml"
    noun = metric.replace("_", " ")
    who = "this product" if counted is parties.project else "the licensee and its affiliates"
    supply = f"declare `{_dotted(at)}` {where}: a number, or a bound such as {{at_most: {limit['threshold']}}}"
    ledger.gap(address, f"the {noun} of {who} are not known exactly enough", supply, at)
    return limit


def _how(limit: Mapping[str, Any], metric: str) -> str:
    if limit.get("scope") == "product":
        return f"project.{metric}, which this limit counts"
    when = limit.get("measured_on")
    counted = "" if when is None else " all the time" if when == "continuous" else f" once, on {when}"
    return f"organization.{metric} stands in for what the license counts{counted}"


def _largest(counts: Sequence[Facts | None], floor: Facts | None) -> dict[str, Any] | None:
    """Return bounds that hold for the largest of several counts; `floor` adds a lower bound only."""
    known = [count for count in counts if count is not None]
    lows = [count["at_least"] for count in (*known, *((floor,) if floor else ())) if "at_least" in count]
    highs = [count["at_most"] for count in known if "at_most" in count]
    bounds: dict[str, Any] = {"at_least": max(lows)} if lows else {}
    if highs and len(highs) == len(counts):
        bounds["at_most"] = max(highs + lows)
    return bounds or None


def _places(territory: dict[str, Any], parties: Parties, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Add the places that a territory's basis asks about, and expand those that it excludes."""
    territory["excluded_names"] = list(territory["excluded"])
    territory["goes_by"] = _GOES_BY[territory["basis"]]
    territory["excluded"] = list(catalog.expand(territory["excluded"]) or [NOT_KNOWN])
    address = below(territory[ADDRESS], "places")
    places, at, missing = _basis(territory["basis"], parties, catalog)
    territory["places"] = list(dict.fromkeys(places))
    ledger.infer(address, f"the license goes by {territory['goes_by']}", at)
    if missing:
        supply = f"declare `{missing}`" + (" in the manifest or in .modelpolicy.yaml" if "domicile" in missing else "")
        ledger.gap(address, f"{missing} is not known, and the license depends on it", supply, at)
    return territory


def _basis(basis: str, parties: Parties, catalog: Catalog) -> tuple[list[str], str, str]:
    """Return the places of a basis (`?` for unknown ones), the address that decides, and what is missing."""
    if basis == "licensee-domicile":
        found = [catalog.expand([party["domicile"]]) if "domicile" in party else None for party in parties.licensees]
        parts = ["organization.domicile", "operator.domicile"]
        lacking = [part for part, places in zip(parts, found, strict=False) if places is None]
        places = [place for group in found for place in (group or (NOT_KNOWN,))]
        return places, below(parties.organization[ADDRESS], "domicile"), " and ".join(lacking)
    serves = list(parties.project.get("serves", (NOT_KNOWN,)))
    at = below(parties.project[ADDRESS], "serves")
    if basis == "end-user":
        return serves, at, "project.serves" if NOT_KNOWN in serves else ""
    places = [*serves, *parties.processing]
    lacking = ["project.serves"] * (NOT_KNOWN in serves) + ["the place of processing"] * (
        NOT_KNOWN in parties.processing
    )
    return places, at, " and ".join(lacking)


def _dotted(address: str) -> str:
    return address.partition("#")[2].lstrip("/").replace("/", ".")
