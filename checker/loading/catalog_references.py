"""What the records of a catalog refer to, and which names there are to refer to."""

from __future__ import annotations

from collections import ChainMap
from functools import cached_property
from typing import TYPE_CHECKING, Any

from checker.loading.catalog_names import KINDS, names
from checker.source import child

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from checker.model.catalog import Catalog, Record
    from checker.source import Document


class Known:
    """The names that records may refer to: those of the files at hand and of the catalog that they stand beside."""

    def __init__(self, documents: Iterable[Document], base: Catalog | None) -> None:
        own = {kind: _by_id(documents, kind) for kind in KINDS}
        layer = {kind: ChainMap(own[kind], getattr(base, kind, {})) for kind in KINDS}
        spelled = names(own)
        self.models: Mapping[str, Record] = layer["models"]
        shipped: Mapping[str, str] = getattr(base, "license_aliases", {})
        kept = {name: license_id for name, license_id in shipped.items() if license_id not in own["licenses"]}
        self.licenses = ChainMap(spelled["license_aliases"], kept)
        self.records = layer
        self.spellings = ChainMap(spelled["spellings"], getattr(base, "spellings", {}))
        sources = {name: source for one in documents for name, source in one.data.get("sources", {}).items()}
        self.sources: Mapping[str, Record] = ChainMap(sources, getattr(base, "sources", {}))
        codes = {code for one in documents for code in one.data.get("countries", {}).get("names", {})}
        self.countries = {*getattr(base, "countries", ()), *codes}
        self.places = {"ANY", *self.countries, *layer["places"]}

    @cached_property
    def developers(self) -> set[str]:
        """The developers of all models, as their records write them."""
        return {model["developer"] for model in self.models.values()}

    def license_id(self, name: str) -> str:
        """Return the id behind a name of a license; one that nobody knows is its own."""
        return self.licenses.get(name.lower(), name)

    def regions(self, provider: str) -> set[str]:
        """Return the names of regions, and of groups of them, that a provider uses."""
        table = self.records["regions"].get(self.records["providers"].get(provider, {}).get("regions", ""), {})
        return {*table.get("names", ()), *table.get("groups", ())}

    def profiles(self, provider: str) -> set[str]:
        """Return the geographic prefixes of a provider."""
        return set(self.records["providers"].get(provider, {}).get("profiles", ()))


def _by_id(documents: Iterable[Document], kind: str) -> dict[str, Record]:
    return {record["id"]: record for document in documents for record in document.data.get(kind, ())}


Reference = tuple[str, str, str, "Collection[str]"]
"""A reference: its pointer, what it names, the name, and the names there are."""


def references(document: Document, known: Known) -> Iterator[Reference]:
    """Yield every reference of a file."""
    for pointer, value in texts(document.data, ""):
        parts = pointer.split("/")[1:]
        if parts[-2:-1] == ["source"] and parts[0] != "sources":
            yield pointer, "a source", value, known.sources
        if len(parts) > 2 and parts[0] in _REFERRING:
            yield from _REFERRING[parts[0]](pointer, parts[2:], value, document, known)


def _of_model(pointer: str, parts: list[str], value: Any, document: Document, known: Known) -> Iterator[Reference]:
    record = document.data["models"][int(pointer.split("/")[2])]
    match parts:
        case ["licenses", _] | ["licenses", _, "any_of", _] if isinstance(value, str):
            yield _license(pointer, value, known)
        case ["terms", _, "licenses", _]:
            yield _license(pointer, value, known)
        case ["base_models", _]:
            yield pointer, "a model", value, known.models
        case ["tuning", _] | ["serving" | "lifecycle" | "terms", _, "provider"]:
            yield pointer, "a provider", value, known.records["providers"]
        case ["serving", number, "regions", _]:
            yield pointer, "a region", value, known.regions(record["serving"][int(number)]["provider"])
        case ["serving", number, "profiles", _]:
            yield pointer, "a profile", value, known.profiles(record["serving"][int(number)]["provider"])
        case _:
            pass


def _license(pointer: str, value: str, known: Known) -> Reference:
    return pointer, "a license", value if value.lower() not in known.licenses else value.lower(), known.licenses


def _of_license(pointer: str, parts: list[str], value: Any, _document: Document, known: Known) -> Iterator[Reference]:
    match parts:
        case ["territories", _, "excluded", _]:
            yield pointer, "a place", value, known.places
        case _:
            pass


def _of_provider(pointer: str, parts: list[str], value: Any, _document: Document, known: Known) -> Iterator[Reference]:
    match parts:
        case ["regions"]:
            yield pointer, "a list of regions", value, known.records["regions"]
        case ["sellers", _, "licenses", _]:
            yield _license(pointer, value, known)
        case ["sellers", _, "developer"]:
            yield pointer, "a developer", value, known.developers
        case ["routes", _, "processing" | "storage", _] | ["profiles", _, "callable_from" | "within", _]:
            yield pointer, "a place", value, known.places
        case [_, _, "when", "region_in", _] if value != "absent":
            yield pointer, "a place", value, known.places
        case _:
            pass


def _of_notation(pointer: str, parts: list[str], value: Any, _document: Document, known: Known) -> Iterator[Reference]:
    match parts:
        case ["providers" | "under" | "services", _]:
            yield pointer, "a provider", value, known.records["providers"]
        case _:
            pass


def _of_place(pointer: str, parts: list[str], value: Any, document: Document, known: Known) -> Iterator[Reference]:
    match parts:
        case ["members", _] | ["names", _]:
            yield pointer, "a country", value, known.countries
        case ["groups", _, _]:
            yield pointer, "a place", value, known.places
        case ["labels", _]:
            table = document.data["regions"][int(pointer.split("/")[2])]
            yield pointer, "a region", value, {*table["names"], *table.get("groups", ())}
        case _:
            pass


def _of_profile(pointer: str, parts: list[str], value: Any, document: Document, known: Known) -> Iterator[Reference]:
    record = document.data["profiles"][int(pointer.split("/")[2])]
    match parts:
        case ["provider"]:
            yield pointer, "a provider", value, known.records["providers"]
        case ["profile"]:
            yield pointer, "a profile", value, known.profiles(record["provider"])
        case ["model"]:
            yield pointer, "a model", value, known.models
        case ["routes", _, "from" | "to", _]:
            yield pointer, "a region", value, known.regions(record["provider"])
        case _:
            pass


def _of_seat(pointer: str, parts: list[str], value: Any, _document: Document, known: Known) -> Iterator[Reference]:
    match parts:
        case ["develops_as", _]:
            yield pointer, "a developer", value, known.developers
        case ["operates", _]:
            yield pointer, "a provider", value, known.records["providers"]
        case ["country"] | ["parent", "country"]:
            yield pointer, "a country", value, known.countries
        case _:
            pass


def _of_correction(
    pointer: str, parts: list[str], value: Any, _document: Document, known: Known
) -> Iterator[Reference]:
    match parts:
        case ["licenses" | "models" | "providers" as kind, _]:
            yield pointer, f"one of the {kind}", value, known.records[kind]
        case _:
            pass


_REFERRING = {
    "models": _of_model,
    "licenses": _of_license,
    "providers": _of_provider,
    "places": _of_place,
    "regions": _of_place,
    "notations": _of_notation,
    "profiles": _of_profile,
    "corrections": _of_correction,
    "seats": _of_seat,
}


def texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every text below a value with its pointer."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, child(pointer, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, child(pointer, number))
    elif isinstance(value, str):
        yield pointer, value
