"""Every duty that a shipped license puts on those who use a model is judged by some shipped rule."""

from __future__ import annotations

import re

import pytest

from checker.loading import catalog, pack

CATALOG = catalog.load()
RULES = [rule for one in pack.load(pack.shipped_documents()) for rule in one.rules]
ON_RECORD = {(duty["kind"], duty["trigger"]) for one in CATALOG.licenses.values() for duty in one.get("duties", ())}
FOR_PEOPLE = {
    "acceptable-use": "what a product may be used for is not a fact of a manifest; `catalog show` tells the policy",
}
"""Kinds of duties that no rule can judge, and why."""


def read_by() -> dict[str, set[str]]:
    """Return the rules that name each kind of duty in the list that they walk."""
    found: dict[str, set[str]] = {}
    for rule in RULES:
        for kind in re.findall(r'"([\w-]+)"', rule.each.get("duty", "")):
            found.setdefault(kind, set()).add(rule.id)
    return found


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in ON_RECORD}))
def test_a_kind_of_duty_on_record_is_read_by_a_rule(kind: str) -> None:
    assert (kind in read_by()) is (kind not in FOR_PEOPLE)


def test_no_kind_of_duty_is_read_by_two_rules() -> None:
    """One duty, one finding."""
    kinds = {kind for kind, _ in ON_RECORD}
    assert {kind: rules for kind, rules in read_by().items() if kind in kinds and len(rules) > 1} == {}


def test_a_duty_to_offer_the_source_says_where_the_text_asks_for_it() -> None:
    offers = [duty for one in CATALOG.licenses.values() for duty in one.get("duties", ())]
    offers = [duty for duty in offers if duty["kind"] == "source-disclosure"]
    assert offers
    assert all({"clause", "quote"} <= duty.keys() for duty in offers)
    assert {duty["trigger"] for duty in offers} == {"distribution", "network-use"}


def test_copyleft_is_a_kind_of_its_own() -> None:
    kinds = {name: CATALOG.licenses[name]["kind"] for name in ("AGPL-3.0", "GPL-3.0", "CC-BY-SA-4.0", "CC-BY-4.0")}
    assert kinds.pop("CC-BY-4.0") == "permissive"
    assert set(kinds.values()) == {"copyleft"}


def test_what_binds_a_model_that_was_trained_on_outputs_is_cited() -> None:
    for one in CATALOG.licenses.values():
        outputs = one.get("outputs", {})
        if {"derivative", "name_prefix", "shows"} & outputs.keys():
            assert "clause" in outputs, one["id"]


@pytest.mark.parametrize("license_", ["llama3.1", "llama3.2", "llama3.3", "llama4"])
def test_the_licenses_of_llama_from_3_1_on_ask_for_its_name(license_: str) -> None:
    assert CATALOG.licenses[license_]["outputs"]["name_prefix"] == "Llama"
