"""The names by which records are known: lower case, each kind in its own table, and no guess between two models."""

from __future__ import annotations

from typing import Any

import pytest

from checker.loading.catalog_names import KINDS, basenames, names


def model(model_id: str, *hub: str, **fields: Any) -> dict[str, Any]:
    return {"id": model_id, "ids": {"hub": list(hub)} if hub else {"api": [model_id]}, **fields}


def named(**records: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return names({kind: {one["id"]: one for one in records.get(kind, [])} for kind in KINDS})


NAMES: dict[str, tuple[str, dict[str, Any], str, dict[str, str]]] = {
    "every spelling, wherever it is used": (
        "models",
        {"id": "one", "ids": {"hub": ["Acme/One"], "ollama": ["one:1b", "ONE"]}},
        "spellings",
        {"acme/one": "one", "one:1b": "one", "one": "one"},
    ),
    "what moves": ("models", model("one", floating=["One:Latest"]), "floating", {"one:latest": "one"}),
    "a pattern, as it is written": ("models", model("one", patterns=["^One-\\d$"]), "patterns", {"^One-\\d$": "one"}),
    "a license by its id and its aliases": (
        "licenses",
        {"id": "Own-1.0", "aliases": ["Own License", "OWN"]},
        "license_aliases",
        {"own-1.0": "Own-1.0", "own license": "Own-1.0", "own": "Own-1.0"},
    ),
    "a provider by its id and its aliases": (
        "providers",
        {"id": "own-cloud", "aliases": ["Own"]},
        "provider_aliases",
        {"own-cloud": "own-cloud", "own": "own-cloud"},
    ),
    "a route": ("providers", {"id": "own-cloud", "prefixes": ["Own_AI"]}, "prefixes", {"own_ai": "own-cloud"}),
    "a mark": ("providers", {"id": "own-cloud", "id_prefixes": ["FW-"]}, "id_prefixes", {"fw-": "own-cloud"}),
    "an owner": ("rehosters", {"id": "again", "owners": ["Again", "AG"]}, "owners", {"again": "again", "ag": "again"}),
    "an extension": (
        "formats",
        {"id": "gguf", "suffixes": [], "extensions": [".GGUF"]},
        "extensions",
        {".gguf": "gguf"},
    ),
    "what stands before": ("notations", {"id": "lc", "before": ["OpenAI:"]}, "before", {"openai:": "lc"}),
    "what stands behind": ("notations", {"id": "latest", "after": [":Latest"]}, "after", {":latest": "latest"}),
    "an ending": ("formats", {"id": "gguf", "suffixes": ["-gguf"]}, "suffixes", {"-gguf": "gguf"}),
}


@pytest.mark.parametrize(("kind", "record", "table", "expected"), NAMES.values(), ids=NAMES)
def test_a_record_is_known_by(kind: str, record: dict[str, Any], table: str, expected: dict[str, str]) -> None:
    assert named(**{kind: [record]})[table] == expected


def test_without_records_there_are_no_names() -> None:
    assert set(map(len, named().values())) == {0}


BASENAMES: dict[str, tuple[list[dict[str, Any]], dict[str, str]]] = {
    "one model": ([model("one", "Acme/One-8B")], {"one-8b": "one"}),
    "two names of one model": ([model("one", "Acme/One", "Acme/One-HF")], {"one": "one", "one-hf": "one"}),
    "one name at two owners, for one model": ([model("one", "Acme/One", "acme-ai/ONE")], {"one": "one"}),
    "one name for two models stands for none": ([model("one", "Acme/Base"), model("two", "Beta/BASE")], {}),
    "what two share does not touch the rest": (
        [model("one", "Acme/Base", "Acme/One"), model("two", "Beta/Base", "Beta/Two")],
        {"one": "one", "two": "two"},
    ),
    "a name without an owner": ([model("one", "one")], {}),
    "a model that is not on the hub": ([model("one")], {}),
}


@pytest.mark.parametrize(("models", "expected"), BASENAMES.values(), ids=BASENAMES)
def test_a_name_without_its_owner_stands_for_a_model_only_where_it_is_the_only_one(
    models: list[dict[str, Any]], expected: dict[str, str]
) -> None:
    assert basenames(models) == expected
    assert basenames(reversed(models)) == expected
