"""`modelpolicy catalog`: what is known of a model, a license, a provider or a place, and whether records are sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.identify import Identity, identify
from checker.errors import CheckerError, Problem, did_you_mean
from checker.loading import catalog as catalogs
from checker.loading import config as configs
from checker.loading import files
from checker.loading.tree import Tree
from checker.model.lookup import Found, Kind
from checker.model.openness import license_kind, openness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from checker.model.catalog import Catalog, Record

_NEAR = 3


class Filters(NamedTuple):
    """Which models to list; an empty filter lists all."""

    openness: str = ""
    license_kind: str = ""
    license: str = ""
    developer: str = ""
    task: str = ""
    status: str = ""


def load(config: Path | None, current: Path) -> Catalog:
    """Return the catalog with the records that the config in force names; raises CheckerError where it is not sound."""
    tree = Tree(files.repository_root(current))
    path = config or configs.find(tree, current)
    found = configs.load(path, tree)
    return catalogs.load(configs.catalog_documents(found, path.parent if path else tree.root, tree))


def show(name: str, kind: Kind | None, catalog: Catalog) -> Found:
    """Return what a name stands for; raises CheckerError with near names where it stands for nothing."""
    found = [one for one in (_look_up(each, name, catalog) for each in Kind) if one is not None]
    wanted = [one for one in found if kind in (None, one.kind)]
    if not wanted:
        raise CheckerError(_unknown(name, kind, catalog))
    return wanted[0]._replace(others=tuple(one.kind for one in found if one.kind is not wanted[0].kind))


def listed(kind: Kind, filters: Filters, catalog: Catalog) -> list[Found]:
    """Return all records of a kind in the order of their ids; the filters are about models.

    Raises CheckerError where a filter names a license that is not there.
    """
    if filters.license and catalog.license(filters.license) is None:
        raise CheckerError(_unknown(filters.license, Kind.LICENSE, catalog))
    found = [Found(kind=kind, record=record) for record in _records(kind, catalog)]
    if kind is Kind.MODEL:
        found = [one for one in found if _passes(one.record, filters, catalog)]
    return sorted(found, key=lambda one: str(one.record["id"]).lower())


def search(words: Sequence[str], catalog: Catalog) -> list[Found]:
    """Return every record whose names contain all words, in any case."""
    wanted = [word.lower() for word in words]
    found: list[Found] = []
    for kind in Kind:
        for one in listed(kind, Filters(), catalog):
            text = "\n".join(_names(one.record)).lower()
            if all(word in text for word in wanted):
                found.append(one)
    return found


def lint(paths: Sequence[Path], config: Path | None, current: Path, today: str) -> tuple[list[str], list[Problem]]:
    """Return the catalog files that were checked, and everything that is wrong with them.

    Without paths these are the files that the config in force names. Raises CheckerError where there are none.
    """
    tree = Tree(files.repository_root(current))
    try:
        documents = _documents(paths, config, current, tree)
    except CheckerError as error:
        return [], list(error.problems)
    if not documents:
        hint = "name a file or a folder, or `catalog: [...]` in .modelpolicy.yaml"
        raise CheckerError(Problem(path="modelpolicy catalog lint", message="there is no catalog to check", hint=hint))
    from checker.loading.catalog_integrity import ahead_of, problems

    found = [*problems(documents, catalogs.load()), *ahead_of(documents, today)]
    return [document.path for document in documents], found


def _documents(paths: Sequence[Path], config: Path | None, current: Path, tree: Tree) -> list[Any]:
    if paths:
        return configs.catalog_files(paths, tree)
    path = config or configs.find(tree, current)
    return configs.catalog_documents(configs.load(path, tree), path.parent if path else tree.root, tree)


# --- Names -------------------------------------------------------------------------------------------------------


def _look_up(kind: Kind, name: str, catalog: Catalog) -> Found | None:
    record, said = _LOOK_UPS[kind](name, catalog)
    return None if record is None else Found(kind=kind, record=record, asked=name, said=said)


def _model(name: str, catalog: Catalog) -> tuple[Record | None, tuple[str, ...]]:
    identity = identify(name, catalog)
    record = catalog.models.get(identity.model or name.lower())
    return record, tuple(_said(identity))


def _said(identity: Identity) -> Iterator[str]:
    """Yield what a spelling says in addition to the model."""
    if identity.read_as:
        yield identity.read_as
    if identity.how:
        yield identity.how
    if identity.floating:
        yield "this name can stand for another model tomorrow"


def _license(name: str, catalog: Catalog) -> tuple[Record | None, tuple[str, ...]]:
    return catalog.license(name), ()


def _provider(name: str, catalog: Catalog) -> tuple[Record | None, tuple[str, ...]]:
    return catalog.provider(name), ()


def _place(name: str, catalog: Catalog) -> tuple[Record | None, tuple[str, ...]]:
    code = name.upper()
    if code in catalog.countries:
        return _country(code, catalog), ()
    return catalog.places.get(code), ()


def _country(code: str, catalog: Catalog) -> Record:
    """Return a country as a place of its own, with the sets that hold it."""
    sets = [place["id"] for place in catalog.places.values() if code in place["members"]]
    return {"id": code, "name": catalog.countries[code], "members": [code], "in": sets}


def _region(name: str, catalog: Catalog) -> tuple[Record | None, tuple[str, ...]]:
    return next((one for one in _regions(catalog) if one["id"] == name.lower()), None), ()


def _regions(catalog: Catalog) -> list[Record]:
    """Return every name of a region with the clouds that use it, and where it lies for each."""
    found: dict[str, dict[str, Any]] = {}
    for table in catalog.regions.values():
        for name, country in table["names"].items():
            found.setdefault(name.lower(), {})[table["id"]] = [country]
        for name, places in table.get("groups", {}).items():
            found.setdefault(name.lower(), {})[table["id"]] = list(places)
    return [_region_record(name, lies, catalog) for name, lies in found.items()]


def _region_record(name: str, lies: Mapping[str, list[str]], catalog: Catalog) -> Record:
    tables = [catalog.regions[cloud] for cloud in lies]
    told = {key: min(table[key] for table in tables) for key in ("checked", "status")}
    sources = [source for table in tables for source in table["source"]]
    return {"id": name, "name": name, "lies_in": dict(lies), "source": list(dict.fromkeys(sources)), **told}


_LOOK_UPS = {
    Kind.MODEL: _model,
    Kind.LICENSE: _license,
    Kind.PROVIDER: _provider,
    Kind.PLACE: _place,
    Kind.REGION: _region,
}


def _records(kind: Kind, catalog: Catalog) -> list[Record]:
    if kind is Kind.REGION:
        return _regions(catalog)
    if kind is Kind.PLACE:
        return [*catalog.places.values(), *(_country(code, catalog) for code in catalog.countries)]
    return list({Kind.MODEL: catalog.models, Kind.LICENSE: catalog.licenses}.get(kind, catalog.providers).values())


def _names(record: Record) -> Iterator[str]:
    yield from (str(record[field]) for field in ("id", "name", "developer", "family") if field in record)
    yield from (name for field in ("aliases", "floating", "prefixes") for name in record.get(field, ()))
    yield from (name for names in record.get("ids", {}).values() for name in names)


def _passes(model: Record, filters: Filters, catalog: Catalog) -> bool:
    wanted = catalog.license(filters.license) if filters.license else None
    checks = (
        (filters.openness, openness(model) == filters.openness or _at_least(filters.openness, model)),
        (filters.license_kind, license_kind(model, catalog) == filters.license_kind),
        (filters.license, wanted is not None and wanted["id"] in catalog.licenses_of(model)),
        (filters.developer, filters.developer.lower() in model["developer"].lower()),
        (filters.task, filters.task in model["tasks"]),
        (filters.status, filters.status == model["status"]),
    )
    return all(passed for filter_, passed in checks if filter_)


def _at_least(wanted: str, model: Record) -> bool:
    """Say whether a model is at least as open as wanted; a fully open model has open weights too."""
    return wanted == "open-weights" and openness(model) == "fully-open"


def _where_to_look(name: str, catalog: Catalog) -> str:
    """Propose a search only where it finds something; else say how the catalog gets a record."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if len(word) > 2]
    for word in words:
        if search([word], catalog):
            return f"look for it: modelpolicy catalog search {word}"
    return "add a record to your own catalog (`catalog` in .modelpolicy.yaml), with its source"


def _unknown(name: str, kind: Kind | None, catalog: Catalog) -> Problem:
    known = {
        Kind.MODEL: [*catalog.spellings, *catalog.floating],
        Kind.LICENSE: list(catalog.license_aliases),
        Kind.PROVIDER: list(catalog.provider_aliases),
        Kind.PLACE: [*catalog.places, *catalog.countries],
        Kind.REGION: [region["id"] for region in _regions(catalog)],
    }
    candidates = known[kind] if kind is not None else [near for names in known.values() for near in names]
    what = kind.value if kind is not None else "model, license, provider, place or region"
    hint = did_you_mean(name, candidates, most=_NEAR) or _where_to_look(name, catalog)
    return Problem(path=name, message=f"the catalog has no {what} of this name", hint=hint)
