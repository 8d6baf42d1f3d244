"""What a waiver or an approval was decided about, and whether a use is still that.

A use id and a project name are chosen by the manifest. What is decided about is the model as identified, the license
that a manifest declares, the models that it names as base, and the provider. A record that names these covers only a
use that is so. Beside a trusted commit, one that names no model covers what that commit declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import lineage
from checker.engine.identify import identify

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from checker.engine.lineage import Subject
    from checker.model.catalog import Catalog

Record = Mapping[str, Any]
Key = tuple[str, str]
"""The path of a manifest, and the id of a use in it ("": the manifest as a whole)."""

NEEDS = {"license": "license", "base-model": "base_model"}
"""Kinds of approvals that are about something a manifest claims, and the key that names it."""
_WORDS = {"identified": "the model", "license": "the license", "base_model": "the base model", "provider": "provider"}


class Ground(NamedTuple):
    """What a use is, as far as exceptions are decided about it; what it does not declare is "".

    `known` says whether the catalog has the model; `stops` are its destinations by name, with their providers.
    """

    identified: str
    known: bool
    license: str = ""
    base_model: str = ""
    stops: tuple[tuple[str, str], ...] = ()

    def provider(self, names: Collection[str] = ()) -> str:
        """Return the provider of the destination that is called so, else of the deployment."""
        found = next((provider for name, provider in self.stops[1:] if name in names), None)
        return found if found is not None else self.stops[0][1] if self.stops else ""


class Base(NamedTuple):
    """What a trusted commit has: manifests with their projects, what their uses are, and the records of its config."""

    ref: str
    projects: Mapping[str, str]
    grounds: Mapping[Key, Ground]
    records: Sequence[Record]

    def has(self, record: Record) -> bool:
        """Say whether a record is one of these, whatever is noted in it besides; a new one is for what is there now."""
        return any(own.items() <= record.items() for own in self.records)


class Refusal(NamedTuple):
    """Why a record does not cover a use, and what to write into it where it is to."""

    why: str
    write: str


class Case(NamedTuple):
    """A use that a record names: where it is, what it is, and what of it matters beyond model and license.

    `subject` are the names of the element that a finding is about; `placed` says that it is about where data goes.
    """

    key: Key
    ground: Ground | None
    subject: tuple[str, ...] = ()
    placed: bool = False


def ground(one: Subject, catalog: Catalog) -> Ground:
    """Return what a use is."""
    entry = one.use.entry
    bases = sorted(_model(name, catalog)[1] for name in one.use.many("base_model"))
    declared = entry.get("license", {}).get("id", "")
    stops = [(one.use.id, entry["deployment"]), *((stop["name"], stop) for stop in entry.get("via", ()))]
    return Ground(
        identified=one.identity.model or one.identity.spelling,
        known=one.identity.model is not None,
        license=lineage.license_text(declared, catalog) if declared else "",
        base_model=" and ".join(bases),
        stops=tuple((name, _provider(stop.get("provider", ""), catalog)) for name, stop in stops),
    )


def refusal(record: Record, case: Case, catalog: Catalog, base: Base | None) -> Refusal | None:
    """Return why a record that names a use does not cover it; None where it does."""
    return (
        _of_claim(record, case.ground)
        or _of_names(record, case, catalog)
        or (_of_base(record, case, base) if base is not None and base.has(record) else None)
    )


def keys(case: Case) -> dict[str, str | list[str]]:
    """Return the keys that bind a record to a use, with values: the model, what is claimed of it, the path."""
    found: dict[str, str | list[str]] = {}
    if case.ground is not None:
        names = ["identified", "license", "base_model", *(["provider"] * case.placed)]
        found = {name: value for name in names if (value := _value(case.ground, name, case.subject))}
        if " and " in case.ground.base_model:
            found["base_model"] = case.ground.base_model.split(" and ")
    return {**found, "path": case.key[0]}


def lines(case: Case) -> str:
    """Return the keys that bind a record to a use as they are written on one line."""
    written = {key: value if isinstance(value, str) else f"[{', '.join(value)}]" for key, value in keys(case).items()}
    return ", ".join(f"{key}: {value}" for key, value in written.items())


def _of_claim(record: Record, found: Ground | None) -> Refusal | None:
    """Refuse an approval of what a manifest claims that does not say what was claimed."""
    key = NEEDS.get(record.get("kind", ""))
    if key is None or key in record or found is None:
        return None
    value = getattr(found, key)
    return Refusal(f"it does not say which {key} it approves", f"{key}: {value}" if value else f"a `{key}`")


def _of_names(record: Record, case: Case, catalog: Catalog) -> Refusal | None:
    """Refuse a use that differs from what the record names."""
    for key, word in _WORDS.items():
        if key in record and not _is(record[key], key, case, catalog):
            now = _value(case.ground, key, case.subject) if case.ground is not None else ""
            granted = _shown(record[key])
            why = f"it was granted for {word} {granted}, and `{case.key[1]}` has {now or 'none'} here"
            return Refusal(why, f"{key}: {now}" if now else f"no `{key}`")
    return None


def _is(given: Any, key: str, case: Case, catalog: Catalog) -> bool:
    if case.ground is None:
        return False
    if key == "identified":
        return _model(given, catalog) == (case.ground.known, case.ground.identified)
    return _read(given, key, catalog) == _value(case.ground, key, case.subject)


def _read(given: Any, key: str, catalog: Catalog) -> str:
    if key == "license":
        return lineage.license_text(given, catalog)
    if key == "provider":
        return _provider(given, catalog)
    names = [given] if isinstance(given, str) else given
    return " and ".join(sorted(_model(name, catalog)[1] for name in names))


def _value(found: Ground, key: str, subject: tuple[str, ...]) -> str:
    return found.provider(subject) if key == "provider" else getattr(found, key)


def _of_base(record: Record, case: Case, base: Base) -> Refusal | None:
    """Refuse what the trusted commit did not declare: a record can't have been granted for that."""
    path, use = case.key
    if path not in base.projects:
        if "path" in record and ("identified" in record or not use):
            return None
        return Refusal(f"{base.ref} has no manifest {path} that it could have been granted for", lines(case))
    if "path" not in record and base.projects[path] != record.get("project", base.projects[path]):
        return Refusal(f"at {base.ref} the project of {path} was {base.projects[path]}", lines(case))
    if "identified" in record or not use:
        return None
    before = base.grounds.get(case.key)
    if before is None:
        return Refusal(f"at {base.ref} {path} has no use `{use}` that it could have been granted for", lines(case))
    changed = [said for said in _changed(before, case) if said]
    return Refusal(f"it names no model, and since {base.ref} {' and '.join(changed)}", lines(case)) if changed else None


def _changed(before: Ground, case: Case) -> list[str]:
    """Say what a use was and no longer is."""
    now = case.ground
    if now is None:
        return ["the use is gone"]
    said = []
    if (before.known, before.identified) != (now.known, now.identified):
        said.append(f"`{case.key[1]}` turned from {before.identified} into {now.identified}")
    for key in ("license", "base_model"):
        was, will = getattr(before, key), getattr(now, key)
        if was != will:
            said.append(f"{_WORDS[key]} that it declares turned from {was or 'none'} into {will or 'none'}")
    if case.placed and before.stops != now.stops:
        said.append(f"its data goes to {_stops(now)} and no longer to {_stops(before)}")
    return said


def _stops(found: Ground) -> str:
    return ", ".join(dict.fromkeys(provider or "no provider" for _, provider in found.stops))


def _model(spelling: str, catalog: Catalog) -> tuple[bool, str]:
    """Return whether a model is known, and its id in the catalog, else its spelling."""
    model = spelling if spelling in catalog.models else identify(spelling, catalog).model
    return model is not None, model or spelling


def _provider(name: str, catalog: Catalog) -> str:
    return catalog.provider_id(name) or name


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else " and ".join(value)
