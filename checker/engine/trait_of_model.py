"""What a use is by its model: who made it and what it was made from, how open it is, and which licenses bind.

A fine-tune has the developer of the model that it was made from, beside its own; so has whatever else is built on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.engine.entry import developer_key
from checker.engine.trait import OWN, UNKNOWN, Trait, Used, seated
from checker.model.fact import ADDRESS, Gap, below, nearest
from checker.model.openness import openness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.model.catalog import Record


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
        yield Trait(subject.identity.spelling, f"{subject.identity.spelling} is not known", UNKNOWN, at, gap=gap)


def _by_record(used: Used, name: str, says: str, values: tuple[str, ...], one: _Carried) -> Trait:
    source = used.ledger.record("models", one.record, used.catalog)
    inherited = bool(one.of) and used.subject.record is not None
    how = f"the catalog's record of {one.record['name']}"
    return Trait(name, says, values, one.at, how, source, inherited=inherited)


def models(used: Used) -> Iterator[Trait]:
    """Yield the model, and every model that it was made from."""
    for one in _carried(used):
        name = str(one.record["name"])
        says = f"{one.of} was made from {name}" if one.of else f"the model is {name}"
        yield _by_record(used, name, says, (str(one.record["id"]),), one)
    yield from _unsettled(used)


def families(used: Used) -> Iterator[Trait]:
    """Yield the families of the model and of what it was made from."""
    for one in _carried(used):
        family = str(one.record["family"])
        yield _by_record(used, family, f"{one.named} is of the family {family}", (family.lower(),), one)
    yield from _unsettled(used)


def developers(used: Used) -> Iterator[Trait]:
    """Yield the developers of the model and of what it was made from."""
    yield from _each_once(
        _by_record(used, name, f"{one.named} is by {name}", (developer_key(name, used.catalog),), one)
        for one in _carried(used)
        for name in [str(one.record["developer"])]
    )
    yield from _unsettled(used)


def countries(used: Used) -> Iterator[Trait]:
    """Yield the countries in which those developers, and their parents, have their seats."""
    yield from _each_once(_country(used, str(one.record["developer"]), one) for one in _carried(used))
    yield from _unsettled(used)


def _country(used: Used, developer: str, one: _Carried) -> Trait:
    trait = _by_record(used, developer, f"{one.named} is by {developer}", UNKNOWN, one)
    found = used.catalog.developer(developer)
    if found is not None:
        return seated(trait, found, used)
    why = f"the catalog does not record in which country {developer} has its seat"
    supply = f"add a record with `develops_as: [{developer}]` and `country` under `seats` {OWN}"
    return trait._replace(gap=Gap(why, supply, one.at))


def _each_once(traits: Iterator[Trait]) -> Iterator[Trait]:
    """Yield traits without those that say nothing new: a model and its base are mostly by the same developer."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for one in traits:
        if (one.name, one.values) not in seen:
            seen.add((one.name, one.values))
            yield one


# --- The model as it is judged: openness, modalities, tasks, licenses --------------------------------------------


def _of_model(used: Used, words: Sequence[str], what: str, says: str) -> Iterator[Trait]:
    """Yield one trait for each word that is known of the model itself, or one that is not known."""
    at, name = used.subject.use.address("model"), str(used.model.get("name", used.subject.identity.spelling))
    record = str(used.model[ADDRESS]) if used.subject.record is not None else ""
    for word in words:
        yield Trait(word, says.format(name=name, word=word), (word.lower(),), at, f"the record of {name}", record)
    if not words:
        why = f"the catalog does not record {what} of {name}"
        gap = nearest(used.ledger.gaps, used.model[ADDRESS]) or Gap(why, f"add it {OWN}", at)
        yield Trait(what, why, UNKNOWN, at, gap=gap)


def how_open(used: Used) -> Iterator[Trait]:
    """Yield how open the model is as a whole."""
    word = openness(used.model) if "openness" in used.model else "unknown"
    words = () if word == "unknown" else (word,)
    yield from _of_model(used, words, "how open each part is", "{name} is {word}")


def modalities(used: Used) -> Iterator[Trait]:
    """Yield all that the model takes or makes."""
    sides = used.model.get("modalities", {}).values()
    words = tuple(dict.fromkeys(word for side in sides for word in side))
    yield from _of_model(used, words, "the modalities", "{name} takes or makes {word}")


def tasks(used: Used) -> Iterator[Trait]:
    """Yield all that the model is made for."""
    yield from _of_model(used, used.model.get("tasks", ()), "the tasks", "{name} is made for {word}")


def licenses(used: Used) -> Iterator[Trait]:
    """Yield every license that binds, by its id."""
    yield from _of_licenses(used, "id")


def license_kinds(used: Used) -> Iterator[Trait]:
    """Yield the kind of every license that binds, in the same order."""
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
            yield Trait(name, f"{name} binds", UNKNOWN, at, gap=gap)
    if "licenses" not in used.model:
        gap = nearest(used.ledger.gaps, below(used.model[ADDRESS], "licenses"))
        yield Trait("its license", "its license is not known", UNKNOWN, at, gap=gap)
