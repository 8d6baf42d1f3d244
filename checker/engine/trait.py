"""What a use is, axis by axis: the facts that house lists are compared with, each with its place and its source.

A fine-tune has the developer of the model that it was made from, beside its own; so has whatever else is built on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import seat
from checker.engine.entry import PLACE, developer_key
from checker.engine.route import canonical
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, Gap, below, nearest
from checker.model.openness import openness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.engine.ledger import Ledger
    from checker.engine.lineage import Subject
    from checker.model.catalog import Catalog, Record

_UNKNOWN = (NOT_KNOWN,)
_OWN = "to your own catalog (`catalog` in .modelpolicy.yaml), with its source"


class Used(NamedTuple):
    """A use with its facts: what rules see of it and of its model, and where these come from."""

    subject: Subject
    use: Mapping[str, Any]
    model: Mapping[str, Any]
    catalog: Catalog
    ledger: Ledger


class Trait(NamedTuple):
    """One thing that a use is on one axis: its name for people, its values, and the address of what decides it.

    NOT_KNOWN among the values has a `gap`. `record` is the address of the catalog record that says so. What comes
    from a model that the known model was made from is `inherited`.
    """

    name: str
    values: tuple[str, ...]
    at: str
    how: str = ""
    record: str = ""
    gap: Gap | None = None
    inherited: bool = False
    stop: Mapping[str, Any] | None = None


def of(axis: str, used: Used) -> list[Trait]:
    """Return what a use is on an axis; empty where the axis says nothing of it (an on-device use has no provider)."""
    return list(_TRAITS[axis](used))


# --- The model, and what it was made from ------------------------------------------------------------------------


class _Carried(NamedTuple):
    record: Record
    at: str
    of: str


def _carried(used: Used) -> Iterator[_Carried]:
    """Yield the model, and every model that it was made from: those of its record, and those that are declared."""
    subject, catalog = used.subject, used.catalog
    declared = below(subject.address, "base_model")
    start = [_Carried(subject.record, subject.use.address("model"), "")] if subject.record is not None else []
    waiting = [*start, *(_Carried(base, declared, subject.identity.spelling) for base in subject.bases)]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop(0)
        if one.record["id"] in seen:
            continue
        seen.add(one.record["id"])
        yield one
        bases = (catalog.models[name] for name in one.record.get("base_models", ()) if name in catalog.models)
        waiting += [_Carried(base, one.at, str(one.record["name"])) for base in bases]


def _unsettled(used: Used) -> Iterator[Trait]:
    """Yield what is not known of the model itself: it, or a model that it is said to be made from."""
    subject = used.subject
    if (subject.record is None and not subject.bases) or subject.foreign or subject.unknown_base is not None:
        at = below(subject.address, "base_model") if subject.unknown_base is not None else subject.use.address("model")
        gap = used.ledger.gaps.get(at) or nearest(used.ledger.gaps, below(used.model[ADDRESS], "licenses"))
        yield Trait(subject.identity.spelling, _UNKNOWN, at, gap=gap)


def _by_record(used: Used, name: str, values: tuple[str, ...], one: _Carried) -> Trait:
    source = used.ledger.record("models", one.record, used.catalog)
    how = f"the catalog's record of {one.record['name']}" + (f", which {one.of} was made from" if one.of else "")
    told = f"{name} ({one.of} was made from {one.record['name']})" if one.of else name
    inherited = bool(one.of) and used.subject.record is not None
    return Trait(told, values, one.at, how, source, inherited=inherited)


def _models(used: Used) -> Iterator[Trait]:
    yield from (_by_record(used, str(one.record["name"]), (str(one.record["id"]),), one) for one in _carried(used))
    yield from _unsettled(used)


def _families(used: Used) -> Iterator[Trait]:
    for one in _carried(used):
        family = one.record.get("family")
        trait = _by_record(used, str(family), (str(family).lower(),), one)
        yield trait if family else _not_recorded(trait, f"the family of {one.record['name']}")
    yield from _unsettled(used)


def _developers(used: Used) -> Iterator[Trait]:
    for one in _carried(used):
        developer = str(one.record["developer"])
        yield _by_record(used, developer, (developer_key(developer, used.catalog),), one)
    yield from _unsettled(used)


def _countries(used: Used) -> Iterator[Trait]:
    for one in _carried(used):
        developer = str(one.record["developer"])
        trait = _by_record(used, developer, _UNKNOWN, one)
        found = used.catalog.developer(developer)
        if found is None:
            field = f"develops_as: [{developer}]"
            why = f"the catalog does not record in which country {developer} has its seat"
            supply = f"add a record with `{field}` and `country` under `seats` {_OWN}"
            yield trait._replace(gap=Gap(why, supply, one.at))
        else:
            yield _seated(trait, found, used)
    yield from _unsettled(used)


def _seated(trait: Trait, found: Record, used: Used) -> Trait:
    """Return a trait with the countries of a seat and of its parent."""
    values = seat.countries(found)
    gap = Gap(*seat.not_recorded(found), trait.at) if NOT_KNOWN in values else None
    name = f"{trait.name}, {' and '.join(value for value in values if value != NOT_KNOWN)}" if values else trait.name
    record = used.ledger.record("seats", found, used.catalog)
    return trait._replace(name=name.removesuffix(", "), values=values, gap=gap, record=record, how=seat.told(found))


def _not_recorded(trait: Trait, what: str) -> Trait:
    gap = Gap(f"the catalog does not record {what}", f"add it {_OWN}", trait.at)
    return trait._replace(name=what, values=_UNKNOWN, gap=gap)


# --- The model as it is judged: openness, modalities, tasks, licenses --------------------------------------------


def _of_model(used: Used, words: tuple[str, ...], what: str) -> Iterator[Trait]:
    """Yield one trait for each word that is known of the model itself, or one that is not known."""
    at = used.subject.use.address("model")
    record = used.model[ADDRESS] if used.subject.record is not None else ""
    for word in words:
        yield Trait(word, (word.lower(),), at, f"the catalog's record of {used.model.get('name', '')}", record)
    if not words:
        name = used.model.get("name", used.subject.identity.spelling)
        gap = nearest(used.ledger.gaps, used.model[ADDRESS]) or Gap(
            f"the catalog does not record {what} of {name}", f"add it {_OWN}", at
        )
        yield Trait(what, _UNKNOWN, at, gap=gap)


def _openness(used: Used) -> Iterator[Trait]:
    word = openness(used.model) if "openness" in used.model else "unknown"
    yield from _of_model(used, () if word == "unknown" else (word,), "how open each part is")


def _modalities(used: Used) -> Iterator[Trait]:
    sides = used.model.get("modalities", {}).values()
    yield from _of_model(used, tuple(dict.fromkeys(word for side in sides for word in side)), "the modalities")


def _tasks(used: Used) -> Iterator[Trait]:
    yield from _of_model(used, tuple(used.model.get("tasks", ())), "the tasks")


def _licenses(used: Used) -> Iterator[Trait]:
    yield from _of_licenses(used, "id")


def _license_kinds(used: Used) -> Iterator[Trait]:
    yield from _of_licenses(used, "kind")


def _of_licenses(used: Used, field: str) -> Iterator[Trait]:
    """Yield the ids or kinds of all licenses that bind; one that the catalog does not have is not known."""
    at = used.subject.use.address("model")
    for license_ in used.model.get("licenses", ()):
        name = str(license_.get("name", license_["id"]))
        told = name if field == "id" else f"{license_.get('kind', 'not known')} ({name})"
        if "kind" in license_:
            yield Trait(told, (str(license_[field]).lower(),), at, "a license that binds", license_[ADDRESS])
        else:
            yield Trait(told, _UNKNOWN, at, gap=nearest(used.ledger.gaps, license_[ADDRESS]))
    if "licenses" not in used.model:
        gap = nearest(used.ledger.gaps, below(used.model[ADDRESS], "licenses"))
        yield Trait("its license", _UNKNOWN, at, gap=gap)


# --- Where the data goes: every destination ----------------------------------------------------------------------


def _stops(used: Used) -> Iterator[tuple[Mapping[str, Any], Record | None]]:
    """Yield every destination that somebody runs at a place: all but the user's own device."""
    for stop in used.use["destinations"]:
        if stop.get("type") != "on-device":
            yield stop, used.catalog.provider(str(stop.get("provider", "")))


def _providers(used: Used) -> Iterator[Trait]:
    for stop, provider in _stops(used):
        at = below(stop[ADDRESS], "provider")
        named = str(stop["provider"])
        known = provider is not None or stop.get("type") == "self-hosted"
        values = (str(provider["id"] if provider else named).lower(),) if known else _UNKNOWN
        gap = None if known else nearest(used.ledger.gaps, below(stop[ADDRESS], "provider_known"))
        source = used.ledger.record("providers", provider, used.catalog) if provider else ""
        yield Trait(
            _at_stop(str(provider["name"] if provider else named), stop), values, at, "", source, gap, stop=stop
        )


def _provider_countries(used: Used) -> Iterator[Trait]:
    for stop, provider in _stops(used):
        if stop.get("provider_id") == seat.OURS:
            continue
        at = below(stop[ADDRESS], "provider")
        name = _at_stop(str(provider["name"] if provider else stop["provider"]), stop)
        found = used.catalog.operator(str(stop.get("provider_id", stop["provider"])))
        trait = Trait(name, _UNKNOWN, at, stop=stop)
        seated = trait if found is None else _seated(trait, found, used)
        open_ = nearest(used.ledger.gaps, below(stop[ADDRESS], "seat"))
        if NOT_KNOWN in stop.get("seat", _UNKNOWN):
            values = tuple(dict.fromkeys((*seated.values, NOT_KNOWN)))
            seated = seated._replace(values=values, gap=open_)
        yield seated


def _regions(used: Used) -> Iterator[Trait]:
    """Yield the regions as they are typed, or as the model's id names them; `none` where a provider has no regions."""
    for stop, provider in _stops(used):
        at = below(stop[ADDRESS], "region")
        implied = used.subject.identity.region if stop["role"] == "model" else None
        declared = stop.get("region", implied)
        names = [declared] if isinstance(declared, str) else list(declared or ())
        values = tuple(canonical(name, provider, used.catalog).lower() for name in names)
        if values:
            yield Trait(_at_stop(", ".join(names), stop), values, at, stop=stop)
        elif provider is not None and "regions" not in provider:
            yield Trait(_at_stop("no region", stop), ("none",), at, stop=stop)
        else:
            why = f"no region is declared for {stop['name']}"
            gap = Gap(why, "declare `region`: a cloud region, or the code of a country", at)
            yield Trait(_at_stop("no region", stop), _UNKNOWN, at, gap=gap, stop=stop)


def _places(used: Used) -> Iterator[Trait]:
    """Yield the countries in which each destination may process."""
    for stop, _ in _stops(used):
        at = below(stop[ADDRESS], "processing")
        values = tuple(stop.get("processing", ())) or _UNKNOWN
        name = _at_stop(str(stop.get("region", stop.get("provider", ""))), stop)
        yield Trait(name, values, at, gap=nearest(used.ledger.gaps, at), stop=stop)


def _at_stop(name: str, stop: Mapping[str, Any]) -> str:
    return name if stop["role"] == "model" else f"{name} (through {stop['name']})"


_TRAITS = {
    "model": _models,
    "family": _families,
    "developer": _developers,
    "country": _countries,
    "provider": _providers,
    "provider-country": _provider_countries,
    "license": _licenses,
    "license-kind": _license_kinds,
    "openness": _openness,
    "modality": _modalities,
    "task": _tasks,
    "region": _regions,
    PLACE: _places,
}
