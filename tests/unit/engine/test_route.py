"""Where a provider processes and stores: its routes against what is declared, and never a guess."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.route import Attributes, Open, choose, places_of, region_places, routing_of
from checker.loading import catalog
from checker.model.catalog import Catalog

SHIPPED = catalog.load()


def tiny(**tables: Any) -> Catalog:
    """Return a catalog that holds nothing but what is given."""
    empty: dict[str, Any] = {name: {} for name in Catalog.__annotations__}
    return Catalog(**{**empty, "own_licenses": frozenset(), "digest": "", **tables})


PLACES = tiny(countries={"DE": "", "FR": "", "US": "", "CH": ""}, places={"EU": {"members": ["DE", "FR"]}})


def route(name: str, **when: list[str]) -> dict[str, Any]:
    return {"when": when, "quote": name} if when else {"quote": name}


def chosen(routes: list[dict[str, Any]], **declared: Any) -> Any:
    """Return the name of the route that holds, the attributes that are to be declared, or None."""
    found = choose(routes, Attributes(**declared), PLACES)
    return sorted(found.needs) if isinstance(found, Open) else None if found is None else found["quote"]


# --- Which route holds -------------------------------------------------------------------------------------------

ZONES = [
    route("standard", sku=["Standard"]),
    route("us", sku=["Zone"], region_in=["US"]),
    route("eu", sku=["Zone"], region_in=["EU"]),
]
SILENT = [route("default", residency=["absent", "global"]), route("us", residency=["us"])]
PROFILES = [route("in-region", profile=["absent"]), route("eu", profile=["eu"])]
PLANS = [route("free", plan=["free"]), route("paid", plan=["paid"])]

ROUTES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], Any]] = {
    "the first that holds": ([route("a", sku=["X"]), route("b", sku=["X"])], {"sku": "X"}, "a"),
    "one without conditions": ([route("a")], {}, "a"),
    "one without conditions, last": ([route("a", sku=["X"]), route("b")], {"sku": "Y"}, "b"),
    "words in any case": (ZONES, {"sku": "STANDARD"}, "standard"),
    "several conditions": (ZONES, {"sku": "Zone", "countries": ("DE",)}, "eu"),
    "a region of several countries, all inside": (ZONES, {"sku": "Zone", "countries": ("DE", "FR")}, "eu"),
    "a region of several countries, one outside": (ZONES, {"sku": "Zone", "countries": ("DE", "CH")}, None),
    "a country in no zone": (ZONES, {"sku": "Zone", "countries": ("CH",)}, None),
    "a word that no route knows": (ZONES, {"sku": "Global"}, None),
    "no routes at all": ([], {"sku": "X"}, None),
    "what decides is not declared": (ZONES, {}, ["sku"]),
    "the second part of what decides is not declared": (ZONES, {"sku": "Zone"}, ["region"]),
    "silence means something": (SILENT, {}, "default"),
    "silence means something, and something else is said": (SILENT, {"residency": "us"}, "us"),
    "silence means something, and a word is said that no route knows": (SILENT, {"residency": "eu"}, None),
    "an id without a profile": (PROFILES, {}, "in-region"),
    "an id with a profile": (PROFILES, {"profile": "eu"}, "eu"),
    "an id with a profile that no route knows": (PROFILES, {"profile": "apac"}, None),
    "a plan that is not declared": (PLANS, {}, ["plan"]),
    "a plan that is declared": (PLANS, {"plan": "paid"}, "paid"),
    "a later one would hold, but an earlier one might": ([route("a", sku=["X"]), route("b")], {}, ["sku"]),
    "an earlier one can't hold whatever is declared": (
        [route("a", sku=["X"], plan=["free"]), route("b")],
        {"plan": "paid"},
        "b",
    ),
}


@pytest.mark.parametrize(("routes", "declared", "expected"), ROUTES.values(), ids=ROUTES)
def test_the_first_route_that_holds_decides(
    routes: list[dict[str, Any]], declared: dict[str, Any], expected: Any
) -> None:
    assert chosen(routes, **declared) == expected


def test_no_order_of_declaring_changes_the_answer() -> None:
    declared = {"sku": "Zone", "countries": ("DE",), "plan": "paid", "region": "x"}
    assert chosen(ZONES, **declared) == chosen(ZONES, **dict(reversed(declared.items()))) == "eu"


# --- What it says of places --------------------------------------------------------------------------------------

ROUTINGS = {
    "as it states": ({"routing": "zone", "processing": ["ANY"]}, "zone"),
    "the region's own": ({"processing": "region"}, "in-region"),
    "anywhere": ({"processing": ["ANY"]}, "global"),
    "a set of countries": ({"processing": ["DE", "FR"]}, "zone"),
    "nothing": ({}, "zone"),
}


@pytest.mark.parametrize(("record", "routing"), ROUTINGS.values(), ids=ROUTINGS)
def test_a_route_tells_how_it_routes(record: dict[str, Any], routing: str) -> None:
    assert routing_of(record) == routing


STATED = {
    "nothing": (None, ("DE",), None),
    "the region": ("region", ("DE", "FR"), ("DE", "FR")),
    "the region, which is not known": ("region", None, None),
    "a set": (["EU", "CH"], None, ("DE", "FR", "CH")),
    "anywhere": (["ANY"], None, ("ANY",)),
    "a place that does not exist": (["Mars"], None, None),
}


@pytest.mark.parametrize(("stated", "countries", "places"), STATED.values(), ids=STATED)
def test_the_places_of_a_route_are_countries(stated: Any, countries: Any, places: Any) -> None:
    assert places_of(stated, countries, PLACES) == places


REGIONS = {
    "aws-bedrock": {
        "eu-central-1": ("DE",),
        "eu-central-2": ("CH",),
        "eu-west-2": ("GB",),
        "EU-WEST-2": ("GB",),
        "eusc-de-east-1": ("DE",),
        "me-central-1": ("AE",),
        "il-central-1": ("IL",),
        "europe-west2": None,
        "eu-central": None,
        "eu-central-1 ": None,
        "eu-central-1a": None,
        "": None,
        "DE": ("DE",),
        "de": ("DE",),
        "ANY": ("ANY",),
        "UK": ("GB",),
    },
    "vertex-ai": {"europe-west2": ("GB",), "europe-west6": ("CH",), "europe-west3": ("DE",), "global": ("ANY",)},
    "azure-openai": {
        "uksouth": ("GB",),
        "switzerlandnorth": ("CH",),
        "norwayeast": ("NO",),
        "swedencentral": ("SE",),
        "SwedenCentral": ("SE",),
        "westeurope": ("NL",),
    },
    "openai": {"eu-central-1": None, "FR": ("FR",)},
    "on-premises": {"eu-central-1": None, "FR": ("FR",)},
}


@pytest.mark.parametrize(
    ("provider", "region", "places"),
    [(provider, region, places) for provider, table in REGIONS.items() for region, places in table.items()],
)
def test_a_region_lies_in_the_country_that_its_cloud_says(
    provider: str, region: str, places: tuple[str, ...] | None
) -> None:
    assert region_places(region, SHIPPED.provider(provider), SHIPPED) == places


def test_without_a_provider_only_places_are_regions() -> None:
    assert region_places("DE", None, SHIPPED) == ("DE",)
    assert region_places("eu-central-1", None, SHIPPED) is None


def test_the_set_of_the_union_is_a_region_only_as_a_whole() -> None:
    assert set(region_places("EU", None, SHIPPED) or ()) == set(SHIPPED.places["EU"]["members"])
