"""The catalog: YAML files under `policies/catalog/`, and an organization's own files beside them.

What ships is compiled when the package is built: an index of all names, and every record as JSON, parsed when asked
for, so that a check pays for the records that it reads and not for those that exist. A checkout reads the YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.loading import schema, shipped
from checker.loading.documents import decode
from checker.model.catalog import Catalog

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from checker.source import Document

KINDS = ("licenses", "models", "providers", "places", "regions")
COMPILED = "catalog.json"


def load(own: Iterable[Document] = ()) -> Catalog:
    """Return the shipped catalog with an organization's own documents added; raises CheckerError where names clash."""
    return _catalog(_merge(_shipped(), list(own)))


def compile_shipped() -> str:
    """Return the compiled form of the shipped YAML, for the build."""
    tables = _tables([*documents(shipped.folder("policies") / "catalog")])
    tables["index"] = _index(tables)
    tables["digest"] = _digest(tables)
    for kind in KINDS:
        tables[kind] = {name: json.dumps(record, separators=(",", ":")) for name, record in tables[kind].items()}
    return json.dumps(tables, separators=(",", ":"), sort_keys=True)


def documents(folder: Traversable, prefix: str = "policies/catalog") -> Iterator[Document]:
    """Yield every catalog file below a folder, validated, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from documents(entry, path)
        elif entry.name.endswith((".yaml", ".yml")):
            yield from_text(decode(entry.read_bytes(), path), path)


def from_text(text: str, path: str) -> Document:
    """Parse and validate one catalog file."""
    return schema.load(text, path, "catalog")


@cache
def _shipped() -> dict[str, Any]:
    tables = shipped.compiled(COMPILED)
    if tables is None:
        tables = _tables([*documents(shipped.folder("policies") / "catalog")])
        return {**tables, "index": _index(tables), "digest": _digest(tables)}
    return {**tables, **{kind: _Records(tables[kind]) for kind in KINDS}}


class _Records(Mapping[str, Any]):
    """Records that are parsed when they are asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._parsed: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._parsed:
            self._parsed[name] = json.loads(self._texts[name])
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _tables(files: Iterable[Document]) -> dict[str, Any]:
    """Return all records by kind and id; raises CheckerError where an id stands twice."""
    tables: dict[str, Any] = {"sources": {}, "countries": {}, **{kind: {} for kind in KINDS}}
    problems: list[Problem] = []
    for document in files:
        tables["sources"].update(document.data.get("sources", {}))
        tables["countries"].update(document.data.get("countries", {}).get("names", {}))
        for kind in KINDS:
            for number, record in enumerate(document.data.get(kind, ())):
                if record["id"] in tables[kind]:
                    problems.append(
                        document.problem(
                            f"/{kind}/{number}/id",
                            f"the id `{record['id']}` stands twice in the catalog",
                            "give it an id of its own",
                        )
                    )
                tables[kind][record["id"]] = record
    if problems:
        raise CheckerError(*problems)
    return tables


def _index(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return every spelling in lower case with the id that it stands for."""
    index: dict[str, dict[str, str]] = {
        "spellings": {},
        "floating": {},
        "patterns": {},
        "license_aliases": {},
        "provider_aliases": {},
        "prefixes": {},
        "id_prefixes": {},
    }
    for model in tables["models"].values():
        index["spellings"].update({name.lower(): model["id"] for names in model["ids"].values() for name in names})
        index["floating"].update({name.lower(): model["id"] for name in model.get("floating", ())})
        index["patterns"].update(dict.fromkeys(model.get("patterns", ()), model["id"]))
    for record in tables["licenses"].values():
        index["license_aliases"].update(
            {name.lower(): record["id"] for name in (*record.get("aliases", ()), record["id"])}
        )
    for record in tables["providers"].values():
        index["provider_aliases"].update(
            {name.lower(): record["id"] for name in (*record.get("aliases", ()), record["id"])}
        )
        index["id_prefixes"].update({prefix.lower(): record["id"] for prefix in record.get("id_prefixes", ())})
        index["prefixes"].update({prefix.lower(): record["id"] for prefix in record.get("prefixes", ())})
    return index


def _digest(tables: Mapping[str, Any]) -> str:
    import hashlib

    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def _merge(base: dict[str, Any], own: list[Document]) -> dict[str, Any]:
    """Add an organization's own records; a record or a spelling that is already there is refused."""
    if not own:
        return base
    added = _tables(own)
    index = _index(added)
    problems = [*_clashes(base, own), *_spelling_clashes(base["index"], index, own)]
    if problems:
        raise CheckerError(*problems)
    merged = {kind: {**base[kind], **added[kind]} for kind in (*KINDS, "sources", "countries")}
    names = {table: {**base["index"][table], **index[table]} for table in index}
    return {
        **merged,
        "own_licenses": list(added["licenses"]),
        "index": names,
        "digest": _digest({"base": base["digest"], "added": added}),
    }


def _clashes(base: Mapping[str, Any], own: list[Document]) -> Iterator[Problem]:
    for document in own:
        for kind in KINDS:
            for number, record in enumerate(document.data.get(kind, ())):
                if record["id"] in base[kind]:
                    message = f"the shipped catalog already has `{record['id']}` among its {kind}"
                    yield document.problem(f"/{kind}/{number}/id", message, "give your record an id of its own")


def _spelling_clashes(base: Mapping[str, Any], own: Mapping[str, Any], files: list[Document]) -> Iterator[Problem]:
    for table in ("spellings", "license_aliases", "provider_aliases", "prefixes"):
        taken = {**base[table], **(base["floating"] if table == "spellings" else {})}
        for name in own[table]:
            if name in taken and name not in own.get("ids", ()):
                yield files[0].problem(
                    "",
                    f"the spelling `{name}` already stands for `{taken[name]}` in the shipped catalog",
                    "remove it from your record",
                )


def _catalog(tables: Mapping[str, Any]) -> Catalog:
    index = tables["index"]
    return Catalog(
        sources=tables["sources"],
        licenses=tables["licenses"],
        models=tables["models"],
        providers=tables["providers"],
        places=tables["places"],
        regions=tables["regions"],
        countries=tables["countries"],
        spellings=index["spellings"],
        floating=index["floating"],
        patterns=index["patterns"],
        license_aliases=index["license_aliases"],
        provider_aliases=index["provider_aliases"],
        prefixes=index["prefixes"],
        id_prefixes=index["id_prefixes"],
        own_licenses=frozenset(tables.get("own_licenses", ())),
        digest=tables["digest"],
    )
