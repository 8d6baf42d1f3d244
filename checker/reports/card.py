"""What is known of one record, as headed sections of labeled lines: the screen that answers "may we use this?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.expressions.template import show
from checker.model.lookup import Found, Kind
from checker.reports.terms import STATUS, Line, cited, terms

if TYPE_CHECKING:
    from checker.model.catalog import Catalog, Record

_SPACES = {
    "hub": "Hugging Face",
    "api": "its maker's API",
    "ollama": "Ollama",
    "docker": "Docker",
    "bedrock": "Amazon Bedrock",
    "azure": "Azure",
    "vertex": "Vertex AI",
    "openrouter": "OpenRouter",
    "other": "elsewhere",
}


_MOST_NAMES = 2
_MOST_SOURCES = 2


class Section(NamedTuple):
    """A heading (none for the first lines) and its lines, each with a label."""

    heading: str
    lines: tuple[Line, ...]


def sections(found: Found, catalog: Catalog) -> list[Section]:
    """Return everything that is known of a record, the answer first and where it comes from last."""
    parts = _OF_KIND[found.kind](found.record, catalog)
    said = Section("", tuple(("asked", text) for text in found.said))
    also = ", ".join(f"{kind.value} (--kind {kind.value})" for kind in found.others)
    others = Section("", (("also", f"there is a {also} of this name"),) if also else ())
    return [section for section in (said, *parts, others, origin(found.record, catalog)) if section.lines]


def title(found: Found) -> str:
    """Return the name of a record, its kind and its id."""
    record = found.record
    name = record.get("name", record["id"])
    return f"{name} ({found.kind.value} {record['id']})" if name != record["id"] else f"{found.kind.value} {name}"


def origin(record: Record, catalog: Catalog) -> Section:
    """Return where a record's facts were read, when and how; for what people do not write down, nothing."""
    if "source" not in record:
        return Section("", ())
    lines = [("read", source(name, catalog)) for name in record["source"][:_MOST_SOURCES]]
    lines += (
        [("read", f"{len(record['source']) - _MOST_SOURCES} more")] if len(record["source"]) > _MOST_SOURCES else []
    )
    lines.append(("checked", f"{record['checked']}, {STATUS[record['status']]}"))
    if "overrides" in record:
        lines.append(("own", f"this record replaces the shipped one: {record['overrides']}"))
    return Section("source", tuple(lines))


def source(name: str, catalog: Catalog) -> str:
    """Return the title of a source, and the revision that was read as far as it is known."""
    entry = catalog.sources.get(name, {"title": name})
    return ", ".join(part for part in (entry["title"], entry.get("at", "")) if part)


# --- Models ------------------------------------------------------------------------------------------------------


def _model(model: Record, catalog: Catalog) -> Iterator[Section]:
    released = f"; released {model['released']}" if "released" in model else ""
    parts = "; ".join(f"{part} {model['openness'].get(part, 'not known')}" for part in ("weights", "code", "data"))
    takes = f"{show(model['modalities']['input'])} to {show(model['modalities']['output'])}"
    about = [
        ("made by", f"{model['developer']}; family {model['family']}{released}"),
        ("open", parts),
        ("takes", f"{takes}; for {show(model['tasks'])}"),
    ]
    if "base_models" in model:
        about.append(("made from", ", ".join(model["base_models"])))
    yield Section("", tuple(about))
    for item in model["licenses"]:
        if isinstance(item, Mapping):
            yield Section("licenses to choose from", (("choose", " OR ".join(item["any_of"])),))
        for name in [item] if isinstance(item, str) else item["any_of"]:
            yield _license_section(name, catalog)
    yield Section("where it can run", tuple(_where(model, catalog)))
    served = ((_provider_name(entry["provider"], catalog), _bound(entry)) for entry in model.get("terms", ()))
    yield Section("whose terms bind behind an API", tuple(served))
    if "notes" in model:
        yield Section("", (("note", model["notes"]),))


def _license_section(name: str, catalog: Catalog) -> Section:
    record = catalog.license(name)
    if record is None:
        return Section(f"license {name}", (("unknown", "the catalog does not hold it, so nothing is known about it"),))
    return Section(f"license {record['id']}: {record['name']}", tuple(terms(record)))


def _where(model: Record, catalog: Catalog) -> Iterator[Line]:
    if model["openness"].get("weights") == "open":
        yield "anywhere", "the weights are published: wherever you run them"
    for space, names in model["ids"].items():
        yield _SPACES[space], _few(names)
    if "floating" in model:
        yield "moves", f"{_few(model['floating'])} (now this model; pin it)"
    for offer in model.get("serving", ()):
        yield _provider_name(offer["provider"], catalog), _offered(offer)
    if "tuning" in model:
        tuned = [_provider_name(name, catalog) for name in model["tuning"]]
        yield "tuning", ", ".join(tuned) or "nobody offers it through an API"
    for end in model.get("lifecycle", ()):
        instead = f"; instead: {end['replacement']}" if "replacement" in end else ""
        yield "ends", f"{end['retired_on']} at {_provider_name(end['provider'], catalog)}{instead}"


def _few(names: Sequence[str]) -> str:
    """Return the first names; a card has to fit a screen, and the whole list is in the JSON."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _offered(offer: Mapping[str, Any]) -> str:
    parts = []
    if "regions" in offer:
        parts.append(f"in-region: {', '.join(offer['regions']) or 'none'}")
    if "profiles" in offer:
        parts.append(f"profiles: {', '.join(offer['profiles']) or 'none'}")
    return "; ".join(parts) or "served"


def _provider_name(name: str, catalog: Catalog) -> str:
    return str(catalog.providers[name]["name"]) if name in catalog.providers else name


# --- Licenses ----------------------------------------------------------------------------------------------------


def _license(record: Record, catalog: Catalog) -> Iterator[Section]:
    yield Section("", tuple(terms(record)))
    about = [("SPDX", record["spdx"])] if "spdx" in record else []
    about += [("aliases", ", ".join(record["aliases"]))] if record["aliases"] else []
    about += [(label, record[key]) for key, label in _ABOUT.items() if key in record]
    yield Section("the text", tuple(about))
    models = sorted(model["id"] for model in catalog.models.values() if record["id"] in catalog.licenses_of(model))
    yield Section("models", (("under it", show(models)),) if models else ())
    channels = sorted(one["name"] for one in catalog.providers.values() if _binds_at(record["id"], one))
    yield Section("channels", (("binds at", ", ".join(channels)),) if channels else ())


def _binds_at(license_id: str, provider: Record) -> bool:
    return any(license_id in entry.get("licenses", ()) for entry in provider.get("sellers", ()))


_ABOUT = {"url": "address", "effective": "from", "governing_law": "law", "use_policy": "use policy", "notes": "note"}


# --- Providers, places and regions -------------------------------------------------------------------------------


def _provider(record: Record, _catalog: Catalog) -> Iterator[Section]:
    about = [("kind", record["kind"])]
    about += [("aliases", ", ".join(record["aliases"]))] if record["aliases"] else []
    about += [("routes", ", ".join(f"{name}/" for name in record["prefixes"]))] if record["prefixes"] else []
    yield Section("", tuple(about))
    yield Section("whose terms bind", tuple(_sold(entry) for entry in record.get("sellers", ())))
    yield Section("where content goes", tuple(_routes(record)))
    yield Section("what happens to it", tuple(_handling(record)))
    more = [("offers", record["enterprise"])] if "enterprise" in record else []
    yield Section("", (*more, *((("note", record["notes"]),) if "notes" in record else ())))


def _sold(entry: Mapping[str, Any]) -> Line:
    """Name the developer whose models an entry of `sellers` is about, and the terms under which they are served."""
    which = f"{entry['weights']} weights: " if "weights" in entry else ""
    return entry.get("developer", "of anybody"), which + _bound(entry)


def _bound(entry: Mapping[str, Any]) -> str:
    """Name the terms that bind together, who sells under them, and how well that is known."""
    own = ("the model's own license",) if entry.get("passes_on") else ()
    sold = f"; sold by {entry['seller']}" if "seller" in entry else ""
    return " AND ".join((*entry.get("licenses", ()), *own)) + sold + cited(entry) + f" [{STATUS[entry['status']]}]"


def _routes(record: Record) -> Iterator[Line]:
    for route in record.get("routes", ()):
        text = "; ".join(f"{what} {_places(route.get(what))}" for what in ("processing", "storage"))
        yield _condition(route), text + cited(route)
    if "routes" not in record and record["kind"] != "host":
        yield "not known", "where it processes and stores"


def _places(places: Any) -> str:
    return "not known" if places is None else "in the declared region" if places == "region" else show(places)


def _condition(case: Mapping[str, Any]) -> str:
    when = case.get("when", {})
    named = [f"{name.replace('_', ' ')} {' or '.join(values)}" for name, values in when.items()]
    return ", ".join(named).replace("absent", "not declared") or "always"


def _handling(record: Record) -> Iterator[Line]:
    for case in record.get("training", ()):
        used = "used to train or improve models" if case["uses_customer_content"] else "not used to train models"
        yield "training", f"{used} ({_condition(case)})" + cited(case)
    for case in record.get("retention", ()):
        days = f" for {case['days']} days" if "days" in case else ""
        kept = f"kept{days}" if case["stores_content"] else "not kept"
        yield "retention", f"{kept} ({_condition(case)})" + (f"; {case['note']}" if "note" in case else "")
    if "certifications" in record:
        yield "certified", show(record["certifications"])
    if "sla" in record:
        yield "SLA", "offered" if record["sla"] else "not offered"


def _place(record: Record, catalog: Catalog) -> Iterator[Section]:
    members = [f"{code} ({catalog.countries.get(code, code)})" for code in record["members"]]
    lines = [("holds", ", ".join(members))] if members != [f"{record['id']} ({record['name']})"] else []
    lines += [("part of", ", ".join(record["in"]))] if record.get("in") else []
    lines += [("as of", record["as_of"])] if "as_of" in record else []
    named = [
        (table["name"], ", ".join(sorted(name for name, code in table["names"].items() if code in record["members"])))
        for table in catalog.regions.values()
    ]
    yield Section("", tuple(lines))
    yield Section("regions", tuple(line for line in named if line[1]))


def _region(record: Record, catalog: Catalog) -> Iterator[Section]:
    for cloud, places in record["lies_in"].items():
        members = catalog.expand(places) or ()
        sets = [one["id"] for one in catalog.places.values() if members and set(members) <= set(one["members"])]
        named = ", ".join(
            f"{place} ({catalog.countries[place]})" if place in catalog.countries else place for place in places
        )
        inside = (("inside", ", ".join(sets)),) if sets else (("inside", "none of the named sets"),)
        yield Section(str(catalog.regions[cloud]["name"]), (("lies in", named), *inside))


_OF_KIND = {
    Kind.MODEL: _model,
    Kind.LICENSE: _license,
    Kind.PROVIDER: _provider,
    Kind.PLACE: _place,
    Kind.REGION: _region,
}
