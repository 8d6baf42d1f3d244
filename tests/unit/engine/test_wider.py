"""The residency that would pass: the smallest named set that holds what is allowed and what is reached."""

from __future__ import annotations

import pytest

from checker.engine.wider import hints
from checker.loading import catalog

SHIPPED = catalog.load()
EU = SHIPPED.places["EU"]["members"]
EEA_CH = SHIPPED.places["EEA+CH"]["members"]
FOUND: dict[str, tuple[list[str], list[str], str]] = {
    "the whole of a larger set": (EEA_CH, EU, "EEA+CH"),
    "one place beyond": (["DE", "NO"], EU, "EEA"),
    "a place that is only possible": (["DE", "CH?"], EU, "EEA+CH"),
    "inside already": (["DE"], EU, ""),
    "on another continent": (["US"], EU, ""),
    "anywhere": (["ANY"], EU, ""),
    "a place that is not known": (["NO", "?"], EU, ""),
    "everywhere is allowed": (["US"], ["ANY", "US"], ""),
    "nothing is asked": (["US"], [], ""),
}


@pytest.mark.parametrize(("places", "allowed", "name"), FOUND.values(), ids=FOUND)
def test_the_smallest_larger_set_is_named(places: list[str], allowed: list[str], name: str) -> None:
    found = hints({"processing": places}, {"residency": {"processing": allowed}}, SHIPPED)
    assert (f"a residency of [{name}] passes" in found["processing"]) == bool(name)
    assert bool(found["processing"]) == bool(name)
    assert found["storage"] == ""


def test_no_set_of_one_provider_is_named() -> None:
    found = hints({"processing": ["IL", "DE"]}, {"residency": {"processing": ["DE"]}}, SHIPPED)
    assert found["processing"] == ""
