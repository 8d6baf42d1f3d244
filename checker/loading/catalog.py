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
from checker.expressions.cel import matches
from checker.loading import schema, shipped
from checker.loading.documents import decode
from checker.model.catalog import Catalog
from checker.source import child

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
    tables |= {"digest": _digest(tables), "index": _index(tables)}
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
    """Add an organization's own records; an id, a spelling or a source that is already taken is refused."""
    if not own:
        return base
    problems = [*_taken(base, own), *_bad_patterns(own)]
    if problems:
        raise CheckerError(*problems)
    added = _tables(own)
    index = _index(added)
    merged = {kind: {**base[kind], **added[kind]} for kind in (*KINDS, "sources", "countries")}
    names = {table: {**base["index"][table], **index[table]} for table in index}
    digest = _digest({"base": base["digest"], "added": added})
    return {**merged, "own_licenses": list(added["licenses"]), "index": names, "digest": digest}


def _taken(base: Mapping[str, Any], own: list[Document]) -> Iterator[Problem]:
    """Yield a problem for every name that stands for something else already, in the file that claims it again."""
    claimed = _shipped_names(base)
    for document in own:
        for kind, name, pointer in _claims(document):
            holder = claimed.get((kind, name.lower()))
            record = pointer.rpartition("/")[0] if kind == "sources" else "/".join(pointer.split("/")[:3])
            if holder is not None and holder != (document.path, record):
                where = holder[0] or "the shipped catalog"
                message = f"{where} already has `{name}` among its {kind}"
                yield document.problem(pointer, message, "give your record a name of its own")
            claimed.setdefault((kind, name.lower()), (document.path, record))


def _shipped_names(base: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    index, tables = base["index"], {}
    tables["models"] = (*base["models"], *index["spellings"], *index["floating"])
    tables["licenses"] = (*base["licenses"], *index["license_aliases"])
    tables["providers"] = (*base["providers"], *index["provider_aliases"])
    tables["prefixes"] = (*index["prefixes"], *index["id_prefixes"])
    tables |= {kind: tuple(base[kind]) for kind in ("places", "regions", "sources")}
    return {(kind, name.lower()): ("", "") for kind, names in tables.items() for name in names}


def _claims(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield every name that a file claims: what kind of name, the name, and its pointer."""
    for name in document.data.get("sources", {}):
        yield "sources", name, child("/sources", name)
    for kind in KINDS:
        for number, record in enumerate(document.data.get(kind, ())):
            pointer = f"/{kind}/{number}"
            yield kind, record["id"], f"{pointer}/id"
            for field in ("aliases", "floating"):
                yield from (
                    (kind, name, f"{pointer}/{field}/{place}") for place, name in enumerate(record.get(field, ()))
                )
            for field in ("prefixes", "id_prefixes"):
                names = enumerate(record.get(field, ()))
                yield from (("prefixes", name, f"{pointer}/{field}/{place}") for place, name in names)
            for space, names in record.get("ids", {}).items():
                yield from ((kind, name, f"{pointer}/ids/{space}/{place}") for place, name in enumerate(names))


def _bad_patterns(own: list[Document]) -> Iterator[Problem]:
    for document in own:
        for number, record in enumerate(document.data.get("models", ())):
            for place, pattern in enumerate(record.get("patterns", ())):
                if matches("", pattern) is None:
                    pointer = f"/models/{number}/patterns/{place}"
                    message = f"`{pattern}` is no regular expression that RE2 reads"
                    yield document.problem(
                        pointer, message, "mend it; it is matched in linear time, without look-around"
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
