"""The licenses that bind a use, with the numbers, places and files that their limits, territories and duties count."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.ledger import Ledger
from checker.engine.licensing import Parties, Unsettled, facts, settle_choices
from checker.loading import catalog
from checker.model.catalog import Catalog
from checker.model.fact import ADDRESS

SHIPPED = catalog.load()
AT = "manifest#/models/0/license/id"


def number(value: int) -> dict[str, int]:
    return {"at_least": value, "at_most": value}


def at_most(value: int) -> dict[str, int]:
    return {"at_most": value}


def at_least(value: int) -> dict[str, int]:
    return {"at_least": value}


def parties(
    project: dict[str, Any] | None = None,
    organization: dict[str, Any] | None = None,
    operator: dict[str, Any] | None = None,
    processing: tuple[str, ...] = (),
    notices: dict[str, str | None] | None = None,
) -> Parties:
    return Parties(
        project={ADDRESS: "manifest#/project", **(project or {})},
        organization={ADDRESS: "manifest#/organization", **(organization or {})},
        operator={ADDRESS: "manifest#/operator", **({"declared": True, **operator} if operator is not None else {})},
        processing=processing,
        notices=notices or {},
    )


def told(name: str, of: Parties, known: Catalog = SHIPPED) -> tuple[dict[str, Any], Ledger]:
    ledger = Ledger()
    return facts(name, AT, of, known, ledger), ledger


def own(**record: Any) -> Catalog:
    """Return a catalog with one license of the given record, and three countries in two sets."""
    empty: dict[str, Any] = {name: {} for name in Catalog.__annotations__}
    license_ = {"id": "own", "name": "Own", "source": ["own"], "checked": "2026-11-01", "status": "verified", **record}
    tables = {
        "licenses": {"own": license_},
        "license_aliases": {"own": "own", "own license": "own"},
        "countries": dict.fromkeys(("DE", "FR", "US"), ""),
        "places": {"EU": {"members": ["DE", "FR"]}},
    }
    return Catalog(**{**empty, "own_licenses": frozenset(), "digest": "", **tables})


# --- Which licenses ----------------------------------------------------------------------------------------------

EITHER = {"any_of": ["MIT", "Apache-2.0"]}
NESTED = {"any_of": ["MIT AND (Apache-2.0 OR BSD-3-Clause)", "llama4"]}
CHOICES: dict[str, tuple[list[str], list[Any], list[str]]] = {
    "one": ([], ["MIT"], ["MIT"]),
    "all of several": ([], ["MIT", "llama3.1"], ["MIT", "llama3.1"]),
    "one of two, chosen": (["MIT"], [EITHER], ["MIT"]),
    "one of two, chosen in another case": (["mit"], [EITHER], ["MIT"]),
    "one of two, chosen by another of its names": (["mit license"], [EITHER], ["MIT"]),
    "all of several, one of them a choice": (["MIT"], ["llama4", {"any_of": ["MIT", "X"]}], ["llama4", "MIT"]),
    "the only one": (["llama4"], ["llama4"], ["llama4"]),
    "two choices": (["MIT", "X"], [EITHER, {"any_of": ["X", "Y"]}], ["MIT", "X"]),
    "one choice for both": (["MIT"], [EITHER, {"any_of": ["MIT", "Y"]}], ["MIT"]),
    "an expression, and a choice in it": (
        ["MIT AND (Apache-2.0 OR BSD-3-Clause)", "apache-2.0"],
        [NESTED],
        ["MIT", "Apache-2.0"],
    ),
    "none": ([], [], []),
}
UNSETTLED: dict[str, tuple[list[str], list[Any], str]] = {
    "one of two, none chosen": ([], [EITHER], "MIT OR Apache-2.0, and none of them is chosen"),
    "one of two, another chosen": (["BSD"], [EITHER], "MIT OR Apache-2.0, and none of them is chosen"),
    "one of two, both chosen": (["MIT", "Apache-2.0"], [EITHER], "MIT and Apache-2.0 are chosen together"),
    "a choice where there is none": (["MIT"], ["llama4"], "MIT is chosen, but the model is under llama4"),
    "a choice of one of two that both bind": (
        ["MIT"],
        ["MIT", "llama3.1"],
        "under MIT AND llama3.1, which leaves no choice",
    ),
    "a choice of what binds beside a choice": (["MIT", "llama4"], ["llama4", EITHER], "llama4 is chosen"),
    "a choice that is left over": (["MIT", "BSD"], [EITHER], "BSD is chosen"),
    "an expression, without the choice in it": (
        ["MIT AND (Apache-2.0 OR BSD-3-Clause)"],
        [NESTED],
        "Apache-2.0 OR BSD-3-Clause, and none of them is chosen",
    ),
}


@pytest.mark.parametrize(("choices", "licenses", "settled"), CHOICES.values(), ids=CHOICES)
def test_alternatives_are_settled_by_choosing_one_and_never_by_guessing(
    choices: list[str], licenses: list[Any], settled: list[str]
) -> None:
    assert settle_choices(choices, licenses, SHIPPED) == settled


@pytest.mark.parametrize(("choices", "licenses", "why"), UNSETTLED.values(), ids=UNSETTLED)
def test_what_is_not_chosen_from_what_is_offered_is_not_settled(
    choices: list[str], licenses: list[Any], why: str
) -> None:
    settled = settle_choices(choices, licenses, SHIPPED)
    assert isinstance(settled, Unsettled)
    assert why in settled.why


@pytest.mark.parametrize("name", ["MIT", "mit", "Mit"])
def test_a_license_is_known_in_any_case(name: str) -> None:
    record, ledger = told(name, parties())
    assert record["id"] == "MIT"
    assert record["commercial_use"] is True
    assert record[ADDRESS] == "catalog/licenses/MIT#"
    assert ledger.known["catalog/licenses/MIT#"].checked


def test_of_a_license_that_nobody_knows_nothing_is_known_but_its_id() -> None:
    record, ledger = told("MIIT", parties())
    assert record == {ADDRESS: AT, "id": "MIIT"}
    assert ledger.gaps[AT].supply.lower().startswith("did you mean `mit`")


def test_what_a_record_does_not_say_is_absent_and_has_a_reason() -> None:
    record, ledger = told("own", parties(), own())
    assert {"commercial_use", "limits", "territories", "duties", "outputs"} & record.keys() == set()
    assert "commercial use is permitted" in ledger.gaps["catalog/licenses/own#/commercial_use"].why


# --- Limits ------------------------------------------------------------------------------------------------------

USERS = {"metric": "monthly-active-users", "op": "gt", "threshold": 700, "effect": "license-required"}
AFFILIATES = {**USERS, "scope": "licensee-and-affiliates"}
PRODUCT = {**USERS, "scope": "product"}
REVENUE = {**USERS, "metric": "annual-revenue-usd", "scope": "licensee"}

COUNTS: dict[str, tuple[dict[str, Any], Parties, dict[str, int] | None]] = {
    "the organization's": (AFFILIATES, parties(organization={"monthly_active_users": number(5)}), number(5)),
    "the organization's bound": (AFFILIATES, parties(organization={"monthly_active_users": at_most(5)}), at_most(5)),
    "not declared": (AFFILIATES, parties(), None),
    "only the product's, which is at least as large": (
        AFFILIATES,
        parties(project={"monthly_active_users": number(9)}),
        at_least(9),
    ),
    "only an upper bound of the product": (AFFILIATES, parties(project={"monthly_active_users": at_most(9)}), None),
    "the organization's, below its own product's": (
        AFFILIATES,
        parties(project={"monthly_active_users": number(9)}, organization={"monthly_active_users": number(5)}),
        number(9),
    ),
    "the operator's, where it is larger": (
        AFFILIATES,
        parties(organization={"monthly_active_users": number(5)}, operator={"monthly_active_users": number(9)}),
        number(9),
    ),
    "the operator's, where it is smaller": (
        AFFILIATES,
        parties(organization={"monthly_active_users": number(9)}, operator={"monthly_active_users": number(5)}),
        number(9),
    ),
    "the operator's is not declared": (
        AFFILIATES,
        parties(organization={"monthly_active_users": number(5)}, operator={}),
        at_least(5),
    ),
    "the organization's is not declared": (
        AFFILIATES,
        parties(operator={"monthly_active_users": at_most(5)}),
        None,
    ),
    "the product's, by scope": (
        PRODUCT,
        parties(project={"monthly_active_users": number(9)}, organization={"monthly_active_users": number(50)}),
        number(9),
    ),
    "the product's, by scope, is not declared": (
        PRODUCT,
        parties(organization={"monthly_active_users": number(5)}),
        None,
    ),
    "revenue": (
        REVENUE,
        parties(project={"monthly_active_users": number(9)}, organization={"annual_revenue_usd": number(5)}),
        number(5),
    ),
    "revenue is not declared": (REVENUE, parties(project={"monthly_active_users": number(9)}), None),
}


@pytest.mark.parametrize(("limit", "of", "count"), COUNTS.values(), ids=COUNTS)
def test_a_limit_counts_what_its_scope_says(limit: dict[str, Any], of: Parties, count: dict[str, int] | None) -> None:
    record, ledger = told("own", of, own(limits=[limit]))
    (counted,) = record["limits"]
    assert counted.get("count") == count
    gap = ledger.gaps["catalog/licenses/own#/limits/0/count"]
    assert gap.at == f"manifest#/{'project' if limit is PRODUCT else 'organization'}/" + (
        "annual_revenue_usd" if limit is REVENUE else "monthly_active_users"
    )
    assert "700" in gap.supply


def test_bounds_of_several_parties_hold_for_the_largest_of_them() -> None:
    bounds = parties(
        organization={"monthly_active_users": {"at_least": 2, "at_most": 6}},
        operator={"monthly_active_users": {"at_least": 3, "at_most": 4}},
    )
    record, _ = told("own", bounds, own(limits=[AFFILIATES]))
    assert record["limits"][0]["count"] == {"at_least": 3, "at_most": 6}


def test_that_the_organization_stands_in_for_the_license_s_own_count_is_said() -> None:
    _, ledger = told("llama4", parties(organization={"monthly_active_users": number(5)}))
    how = ledger.inferred["catalog/licenses/llama4#/limits/0/count"].how
    assert "stands in" in how
    assert "once, on 2025-04-05" in how


# --- Territories -------------------------------------------------------------------------------------------------

DOMICILE = {"excluded": ["EU"], "basis": "licensee-domicile", "applies_to": "all"}
USED = {**DOMICILE, "basis": "place-of-use"}
SERVED = {**DOMICILE, "basis": "end-user"}

TERRITORIES: dict[str, tuple[dict[str, Any], Parties, set[str], bool]] = {
    "the organization's domicile": (DOMICILE, parties(organization={"domicile": "DE"}), {"DE"}, False),
    "a domicile that is a set": (DOMICILE, parties(organization={"domicile": "EU"}), {"DE", "FR"}, False),
    "the organization's and the operator's": (
        DOMICILE,
        parties(organization={"domicile": "US"}, operator={"domicile": "FR"}),
        {"US", "FR"},
        False,
    ),
    "no domicile": (DOMICILE, parties(), {"?"}, True),
    "no domicile of the operator": (
        DOMICILE,
        parties(organization={"domicile": "US"}, operator={}),
        {"US", "?"},
        True,
    ),
    "whom it serves": (SERVED, parties(project={"serves": ["US"]}, processing=("DE",)), {"US"}, False),
    "nobody says whom it serves": (SERVED, parties(processing=("DE",)), {"?"}, True),
    "where it is used: whom it serves, and where it runs": (
        USED,
        parties(project={"serves": ["US"]}, processing=("DE",)),
        {"US", "DE"},
        False,
    ),
    "where it runs is not known": (USED, parties(project={"serves": ["US"]}, processing=("?",)), {"US", "?"}, True),
    "on the device it runs where it serves": (USED, parties(project={"serves": ["US"]}), {"US"}, False),
}


@pytest.mark.parametrize(("territory", "of", "places", "gap"), TERRITORIES.values(), ids=TERRITORIES)
def test_a_territory_goes_by_the_places_of_its_basis(
    territory: dict[str, Any], of: Parties, places: set[str], gap: bool
) -> None:
    record, ledger = told("own", of, own(territories=[territory]))
    (excluded,) = record["territories"]
    assert set(excluded["places"]) == places
    assert set(excluded["excluded"]) == {"DE", "FR"}
    assert ("catalog/licenses/own#/territories/0/places" in ledger.gaps) is gap


def test_a_territory_that_is_no_place_excludes_what_is_not_known() -> None:
    """So that it is undecided, and not empty, which would exclude nobody."""
    record, _ = told("own", parties(), own(territories=[{**DOMICILE, "excluded": ["Mars"]}]))
    assert record["territories"][0]["excluded"] == ["?"]


# --- Duties ------------------------------------------------------------------------------------------------------

NOTICES = {
    "the words": ({"about.md": "Built with Llama"}, ["about.md"]),
    "the words in a text": ({"about.md": "# About\n\n**Built with Llama.** Thanks!\n"}, ["about.md"]),
    "the words over two lines": ({"about.md": "Built\n  with Llama"}, ["about.md"]),
    "the words in capitals": ({"about.md": "BUILT WITH LLAMA"}, ["about.md"]),
    "the words in small letters": ({"about.md": "built with llama"}, ["about.md"]),
    "the words with characters that take up no room": ({"about.md": "Built\u200b with Ll\u00adama"}, ["about.md"]),
    "more than the words": ({"about.md": "Built with Llamas"}, []),
    "the words, and a version": ({"about.md": "Built with Llama 4"}, ["about.md"]),
    "other words": ({"about.md": "Made with Llama"}, []),
    "an empty file": ({"about.md": ""}, []),
    "a file that is not there": ({"about.md": None}, []),
    "one of several": ({"a.md": "x", "b.md": "Built with Llama", "c.md": None}, ["b.md"]),
    "no file": ({}, []),
}


@pytest.mark.parametrize(("notices", "found"), NOTICES.values(), ids=NOTICES)
def test_a_duty_to_show_words_is_met_by_a_file_that_holds_them(
    notices: dict[str, str | None], found: list[str]
) -> None:
    record, ledger = told("llama4", parties(notices=notices))
    (shown,) = [duty for duty in record["duties"] if duty["kind"] == "display"]
    assert shown["found_in"] == found
    assert all(name in ledger.inferred[f"{shown[ADDRESS]}/found_in"].how for name in notices)


def test_other_duties_are_left_as_they_are() -> None:
    record, _ = told("llama4", parties(notices={"about.md": "Built with Llama"}))
    assert {duty["kind"] for duty in record["duties"] if duty.get("found_in")} == {"display"}


def test_a_record_of_the_catalog_is_never_changed() -> None:
    before = repr(SHIPPED.licenses["llama4"])
    told("llama4", parties(organization={"monthly_active_users": number(5), "domicile": "DE"}, notices={"a": "x"}))
    assert repr(SHIPPED.licenses["llama4"]) == before
