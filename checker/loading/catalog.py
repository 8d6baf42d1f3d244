"""The catalog: YAML files under `policies/catalog/`, and an organization's own files beside them.

What ships is compiled when the package is built into tables that are read where they lie, so that a check pays for the
records that it asks for and not for those that exist. A checkout reads the YAML.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError
from checker.loading import schema, shipped
from checker.loading.catalog_names import KINDS, names
from checker.loading.documents import decode
from checker.loading.table import Table, dump
from checker.model.catalog import Catalog

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from checker.source import Document

COMPILED = "catalog.txt"

Tables = Mapping[str, Mapping[str, Any]]


def load(own: Iterable[Document] = ()) -> Catalog:
    """Return the shipped catalog with an organization's own documents added.

    Raises CheckerError with everything that is wrong with those: names that clash, references that lead nowhere.
    """
    shipped_catalog, documents = _shipped(), list(own)
    if not documents:
        return shipped_catalog
    from checker.loading.catalog_integrity import problems

    found = list(problems(documents, shipped_catalog))
    if found:
        raise CheckerError(*found)
    return _with_own(shipped_catalog, documents)


def compile_shipped() -> str:
    """Return the compiled form of the shipped YAML, for the build: a line with the lengths of all tables, then them."""
    catalog = _from_yaml()
    rows = [name for name in Catalog._fields if name not in {"own_licenses", "digest"}]
    tables = {name: dump(getattr(catalog, name)) for name in rows}
    lengths = {name: len(text.encode()) for name, text in tables.items()}
    head = json.dumps({"digest": catalog.digest, "lengths": lengths})
    return f"{head}\n{''.join(tables.values())}"


def documents(folder: Traversable, prefix: str = "policies/catalog") -> Iterator[Document]:
    """Yield every catalog file below a folder, validated, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from documents(entry, path)
        elif entry.name.endswith((".yaml", ".yml")):
            yield from_text(decode(entry.read_bytes(), path), path)


def shipped_documents() -> list[Document]:
    """Return the YAML files of the shipped catalog."""
    return [*documents(shipped.folder("policies") / "catalog")]


def from_text(text: str, path: str) -> Document:
    """Parse and validate one catalog file."""
    return schema.load(text, path, "catalog")


@cache
def _shipped() -> Catalog:
    raw = shipped.compiled(COMPILED)
    return _from_yaml() if raw is None else _compiled(raw)


def _compiled(raw: bytes) -> Catalog:
    head, _, rows = raw.partition(b"\n")
    index = json.loads(head)
    tables: dict[str, Any] = {}
    at = 0
    for name, length in index["lengths"].items():
        tables[name] = Table(rows[at : at + length])
        at += length
    return Catalog(**tables, own_licenses=frozenset(), digest=index["digest"])


def _from_yaml() -> Catalog:
    tables: dict[str, Any] = _tables(shipped_documents())
    return Catalog(**{**tables, **names(tables)}, own_licenses=frozenset(), digest=_digest(tables))


def _tables(files: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """Return all records by kind and id."""
    tables: dict[str, dict[str, Any]] = {"sources": {}, "countries": {}, **{kind: {} for kind in KINDS}}
    for document in files:
        tables["sources"].update(document.data.get("sources", {}))
        tables["countries"].update(document.data.get("countries", {}).get("names", {}))
        for kind in KINDS:
            tables[kind].update((record["id"], record) for record in document.data.get(kind, ()))
    return tables


def _digest(tables: Any) -> str:
    import hashlib

    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def _with_own(base: Catalog, documents: list[Document]) -> Catalog:
    """Add an organization's own records; those that override one of the same id take its place, and its names go."""
    added = _tables(documents)
    replaced = {kind: {name for name in added[kind] if name in getattr(base, kind)} for kind in KINDS}
    layers: dict[str, Any] = {**added, **names(added)}
    below = {name: _without(base, name, replaced) for name in layers}
    merged = {name: ChainMap(layers[name], below[name]) for name in layers}
    # Who publishes models again publishes the public ones: a name of our own does not change what theirs stands for.
    overriding = {name: model for name, model in layers["basenames"].items() if model in replaced["models"]}
    merged["basenames"] = ChainMap(overriding, below["basenames"])
    digest = _digest({"base": base.digest, "added": added})
    return Catalog(**merged, own_licenses=frozenset(added["licenses"]), digest=digest)


_NAMES_OF = {
    "spellings": "models",
    "floating": "models",
    "patterns": "models",
    "basenames": "models",
    "license_aliases": "licenses",
    "provider_aliases": "providers",
    "prefixes": "providers",
    "id_prefixes": "providers",
    "id_suffixes": "providers",
    "profile_prefixes": "providers",
    "owners": "rehosters",
    "suffixes": "formats",
    "extensions": "formats",
    "before": "notations",
    "after": "notations",
    "developer_seats": "seats",
    "provider_seats": "seats",
}


def _without(base: Catalog, table: str, replaced: Mapping[str, set[str]]) -> Any:
    """Return a table of the shipped catalog without the names of the records that are replaced."""
    rows: Mapping[str, Any] = getattr(base, table)
    gone = replaced.get(_NAMES_OF.get(table, ""), set())
    return {name: record for name, record in rows.items() if record not in gone} if gone else rows
