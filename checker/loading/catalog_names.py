"""From records to the names by which people and machines know them, all in lower case."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.model.catalog import Record

KINDS = (
    *("licenses", "models", "providers", "places", "regions", "rehosters", "formats", "notations"),
    *("corrections", "profiles", "seats"),
)
"""Sections of a catalog file that are lists of records with an id."""

Names = dict[str, dict[str, str]]


def names(tables: Mapping[str, Mapping[str, Any]]) -> Names:
    """Return every kind of name with the id of the record that it stands for."""
    models, providers = tables["models"].values(), tables["providers"].values()
    return {
        "spellings": _lowered((name, model) for model in models for names in model["ids"].values() for name in names),
        "floating": _listed(models, "floating"),
        "patterns": {pattern: model["id"] for model in models for pattern in model.get("patterns", ())},
        "basenames": basenames(models),
        "license_aliases": _known_as(tables["licenses"].values()),
        "provider_aliases": _known_as(providers),
        "prefixes": _listed(providers, "prefixes"),
        "id_prefixes": _listed(providers, "id_prefixes"),
        "id_suffixes": _listed(providers, "id_suffixes"),
        "profile_prefixes": _listed(providers, "profiles"),
        "owners": _listed(tables["rehosters"].values(), "owners"),
        "suffixes": _listed(tables["formats"].values(), "suffixes"),
        "extensions": _listed(tables["formats"].values(), "extensions"),
        "before": _listed(tables["notations"].values(), "before"),
        "after": _listed(tables["notations"].values(), "after"),
        **_seats(tables["seats"].values()),
        **_words(models),
    }


def _seats(seats: Iterable[Record]) -> Names:
    """Return the names of developers, and those of providers and hosts, with the seat that each stands for."""
    developers = (
        (name, seat)
        for seat in seats
        if "develops_as" in seat
        for name in (*seat["develops_as"], *seat.get("aliases", ()), seat["id"])
    )
    run = ((name, seat) for seat in seats for name in (*seat.get("operates", ()), *seat.get("hosts", ())))
    return {"developer_seats": _lowered(developers), "provider_seats": _lowered(run)}


def _words(models: Iterable[Record]) -> Names:
    """Return the words by which models are sorted, as their records write them: each stands for itself."""
    found: Names = {name: {} for name in ("developers", "families", "tasks", "modalities")}
    for model in models:
        words = {
            "developers": [model["developer"]] if "developer" in model else (),
            "families": [model["family"]] if "family" in model else (),
            "tasks": model.get("tasks", ()),
            "modalities": [word for side in model.get("modalities", {}).values() for word in side],
        }
        for name, listed in words.items():
            found[name].update((word.lower(), word) for word in listed)
    return found


def basenames(models: Iterable[Record]) -> dict[str, str]:
    """Return the names on the hub without their owners; one that stands for two models stands for none."""
    found = {(name.partition("/")[2].lower(), model["id"]) for model in models for name in model["ids"].get("hub", ())}
    holders = Counter(name for name, _ in found)
    return {name: model for name, model in found if name and holders[name] == 1}


def _lowered(pairs: Iterable[tuple[str, Record]]) -> dict[str, str]:
    return {name.lower(): record["id"] for name, record in pairs}


def _listed(records: Iterable[Record], field: str) -> dict[str, str]:
    return _lowered((name, record) for record in records for name in record.get(field, ()))


def _known_as(records: Iterable[Record]) -> dict[str, str]:
    return _lowered((name, record) for record in records for name in (*record.get("aliases", ()), record["id"]))
