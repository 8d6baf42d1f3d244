"""What a use is, axis by axis: the facts that house lists are compared with, each with its place and its source.

A fine-tune has the developer of the model that it was made from, beside its own; so has whatever else is built on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import seat
from checker.engine.entry import PLACE, developer_key
from checker.engine.route import canonical
from checker.expressions.functions import NOT_KNOWN, whereabouts
from checker.model.fact import ADDRESS, Gap, below, nearest
from checker.model.openness import openness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    """One thing that a use is on one axis: its name, a sentence about it, its values, and the address that decides it.

    NOT_KNOWN among the values has a `gap`. `record` is the address of the catalog record that says so. What comes
    from a model that the known model was made from is `inherited`.
    """

    name: str
    says: str
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
    """A model that a use carries: itself, or one that `of` (a name, else nothing) was made from."""

    record: Record
    at: str
    of: str

    @property
    def named(self) -> str:
        """The model as a sentence names it."""
        name = str(self.record["name"])
        return f"{name}, which {self.of} was made from," if self.of else name


def _carried(used: Used) -> Iterator[_Carried]:
    """Yield the model, and every model that it was made from: those of its record, and those that are declared."""
    subject, catalog = used.subject, used.catalog
    # "stated" is the manifest: what is inherited from a declared base is recorded as inferred at its own address.
    declared = below(f"stated#{subject.use.pointer}", "base_model")
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
        yield Trait(subject.identity.spelling, f"{subject.identity.spelling} is not known", _UNKNOWN, at, gap=gap)


def _by_record(used: Used, name: str, says: str, values: tuple[str, ...], one: _Carried) -> Trait:
    source = used.ledger.record("models", one.record, used.catalog)
    inherited = bool(one.of) and used.subject.record is not None
    how = f"the catalog's record of {one.record['name']}"
    return Trait(name, says, values, one.at, how, source, inherited=inherited)


def _models(used: Used) -> Iterator[Trait]:
    for one in _carried(used):
        name = str(one.record["name"])
        says = f"{one.of} was made from {name}" if one.of else f"the model is {name}"
        yield _by_record(used, name, says, (str(one.record["id"]),), one)
    yield from _unsettled(used)


def _families(used: Used) -> Iterator[Trait]:
    for one in _carried(used):
        family = str(one.record["family"])
        yield _by_record(used, family, f"{one.named} is of the family {family}", (family.lower(),), one)
    yield from _unsettled(used)


def _developers(used: Used) -> Iterator[Trait]:
    yield from _each_once(
        _by_record(used, name, f"{one.named} is by {name}", (developer_key(name, used.catalog),), one)
        for one in _carried(used)
        for name in [str(one.record["developer"])]
    )
    yield from _unsettled(used)


def _countries(used: Used) -> Iterator[Trait]:
    yield from _each_once(_country(used, str(one.record["developer"]), one) for one in _carried(used))
    yield from _unsettled(used)


def _country(used: Used, developer: str, one: _Carried) -> Trait:
    trait = _by_record(used, developer, f"{one.named} is by {developer}", _UNKNOWN, one)
    found = used.catalog.developer(developer)
    if found is not None:
        return _seated(trait, found, used)
    why = f"the catalog does not record in which country {developer} has its seat"
    supply = f"add a record with `develops_as: [{developer}]` and `country` under `seats` {_OWN}"
    return trait._replace(gap=Gap(why, supply, one.at))


def _each_once(traits: Iterator[Trait]) -> Iterator[Trait]:
    """Yield traits without those that say nothing new: a model and its base are mostly by the same developer."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for one in traits:
        if (one.name, one.values) not in seen:
            seen.add((one.name, one.values))
            yield one


def _seated(trait: Trait, found: Record, used: Used) -> Trait:
    """Return a trait with the countries of a seat and of its parent."""
    values = seat.countries(found)
    known = [value for value in values if value != NOT_KNOWN]
    gap = Gap(*seat.not_recorded(found), trait.at) if NOT_KNOWN in values else None
    says = f"{trait.says}, and the seat of {seat.told(found)} is in {' and '.join(known)}" if known else trait.says
    record = used.ledger.record("seats", found, used.catalog)
    return trait._replace(says=says.replace(",,", ","), values=values, gap=gap, record=record)


# --- The model as it is judged: openness, modalities, tasks, licenses --------------------------------------------


def _of_model(used: Used, words: Sequence[str], what: str, says: str) -> Iterator[Trait]:
    """Yield one trait for each word that is known of the model itself, or one that is not known."""
    at, name = used.subject.use.address("model"), str(used.model.get("name", used.subject.identity.spelling))
    record = str(used.model[ADDRESS]) if used.subject.record is not None else ""
    for word in words:
        yield Trait(word, says.format(name=name, word=word), (word.lower(),), at, f"the record of {name}", record)
    if not words:
        why = f"the catalog does not record {what} of {name}"
        gap = nearest(used.ledger.gaps, used.model[ADDRESS]) or Gap(why, f"add it {_OWN}", at)
        yield Trait(what, why, _UNKNOWN, at, gap=gap)


def _openness(used: Used) -> Iterator[Trait]:
    word = openness(used.model) if "openness" in used.model else "unknown"
    words = () if word == "unknown" else (word,)
    yield from _of_model(used, words, "how open each part is", "{name} is {word}")


def _modalities(used: Used) -> Iterator[Trait]:
    sides = used.model.get("modalities", {}).values()
    words = tuple(dict.fromkeys(word for side in sides for word in side))
    yield from _of_model(used, words, "the modalities", "{name} takes or makes {word}")


def _tasks(used: Used) -> Iterator[Trait]:
    yield from _of_model(used, used.model.get("tasks", ()), "the tasks", "{name} is made for {word}")


def _licenses(used: Used) -> Iterator[Trait]:
    yield from _of_licenses(used, "id")


def _license_kinds(used: Used) -> Iterator[Trait]:
    yield from _of_licenses(used, "kind")


def _of_licenses(used: Used, field: str) -> Iterator[Trait]:
    """Yield the ids or kinds of all licenses that bind; one that the catalog does not have is not known."""
    at = used.subject.use.address("model")
    for one in used.model.get("licenses", ()):
        name = str(one.get("name", one["id"]))
        if "kind" in one:
            says = f"{name} binds" if field == "id" else f"{name} binds, a license of the kind {one['kind']}"
            yield Trait(name, says, (str(one[field]).lower(),), at, "a license that binds", one[ADDRESS])
        else:
            gap = nearest(used.ledger.gaps, one[ADDRESS])
            yield Trait(name, f"{name} binds", _UNKNOWN, at, gap=gap)
    if "licenses" not in used.model:
        gap = nearest(used.ledger.gaps, below(used.model[ADDRESS], "licenses"))
        yield Trait("its license", "its license is not known", _UNKNOWN, at, gap=gap)


# --- Where the data goes: every destination ----------------------------------------------------------------------


def _stops(used: Used) -> Iterator[tuple[Mapping[str, Any], Record | None]]:
    """Yield every destination that somebody runs at a place: all but the user's own device."""
    for stop in used.use["destinations"]:
        if stop.get("type") != "on-device":
            yield stop, used.catalog.provider(str(stop.get("provider", "")))


def _providers(used: Used) -> Iterator[Trait]:
    for stop, provider in _stops(used):
        known = provider is not None or stop.get("type") == "self-hosted"
        values = (str(provider["id"] if provider else stop["provider"]).lower(),) if known else _UNKNOWN
        gap = None if known else nearest(used.ledger.gaps, below(stop[ADDRESS], "provider_known"))
        source = used.ledger.record("providers", provider, used.catalog) if provider else ""
        yield _at(stop, provider, "", values)._replace(record=source, gap=gap)


def _at(stop: Mapping[str, Any], provider: Record | None, more: str, values: tuple[str, ...]) -> Trait:
    """Return a trait of a destination: its data goes to its provider, and what else is to say of it."""
    name = str(provider["name"] if provider else stop["provider"])
    through = "" if stop["role"] == "model" else f" through {stop['name']}"
    shown = name if stop["role"] == "model" else f"{name} ({stop['name']})"
    return Trait(shown, f"it goes to {name}{through}{more}", values, below(stop[ADDRESS], "provider"), stop=stop)


def _provider_countries(used: Used) -> Iterator[Trait]:
    for stop, provider in _stops(used):
        if stop.get("provider_id") != seat.OURS:
            yield _provider_country(stop, provider, used)


def _provider_country(stop: Mapping[str, Any], provider: Record | None, used: Used) -> Trait:
    found = used.catalog.operator(str(stop.get("provider_id", stop["provider"])))
    trait = _at(stop, provider, "", _UNKNOWN)
    seated = trait if found is None else _seated(trait, found, used)
    if NOT_KNOWN not in stop.get("seat", _UNKNOWN):
        return seated
    values = tuple(dict.fromkeys((*seated.values, NOT_KNOWN)))
    return seated._replace(values=values, gap=nearest(used.ledger.gaps, below(stop[ADDRESS], "seat")))


def _regions(used: Used) -> Iterator[Trait]:
    """Yield the regions as they are typed, or as the model's id names them; `none` where a provider has no regions."""
    for stop, provider in _stops(used):
        names = _typed(stop, used)
        values = tuple(canonical(name, provider, used.catalog).lower() for name in names)
        at = below(stop[ADDRESS], "region")
        if values or (provider is not None and "regions" not in provider):
            more = f", region {', '.join(names)}" if names else ""
            yield _at(stop, provider, more, values or ("none",))._replace(at=at)
        else:
            why = f"no region is declared for {stop['name']}"
            gap = Gap(why, "declare `region`: a cloud region, or the code of a country", at)
            yield _at(stop, provider, "", _UNKNOWN)._replace(at=at, gap=gap)


def _typed(stop: Mapping[str, Any], used: Used) -> list[str]:
    implied = used.subject.identity.region if stop["role"] == "model" else None
    declared = stop.get("region", implied)
    return [declared] if isinstance(declared, str) else list(declared or ())


def _places(used: Used) -> Iterator[Trait]:
    """Yield the countries in which each destination may process."""
    for stop, provider in _stops(used):
        at = below(stop[ADDRESS], "processing")
        places = tuple(stop.get("processing", ()))
        more = f", which may process it {whereabouts(places)}" if places else ""
        gap = nearest(used.ledger.gaps, at)
        yield _at(stop, provider, more, places or _UNKNOWN)._replace(at=at, gap=gap)


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
