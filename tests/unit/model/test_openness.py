"""How open a model is, and how strict its licenses are together: what is not known is never made better than it is."""

from __future__ import annotations

from typing import Any

import pytest

from checker.model.catalog import Catalog
from checker.model.openness import OPENNESS, STRICTNESS, license_kind, openness

PARTS: dict[str, tuple[dict[str, str], str]] = {
    "everything": ({"weights": "open", "code": "open", "data": "open"}, "fully-open"),
    "weights and code": ({"weights": "open", "code": "open", "data": "closed"}, "open-weights"),
    "weights and code, data in part": ({"weights": "open", "code": "open", "data": "partial"}, "open-weights"),
    "weights and code, data not known": ({"weights": "open", "code": "open"}, "open-weights"),
    "weights and data, code not known": ({"weights": "open", "data": "open"}, "open-weights"),
    "weights": ({"weights": "open"}, "open-weights"),
    "weights, the rest in part": ({"weights": "open", "code": "partial", "data": "partial"}, "open-weights"),
    "no weights": ({"weights": "closed"}, "closed"),
    "no weights, but code and data": ({"weights": "closed", "code": "open", "data": "open"}, "closed"),
    "weights not known": ({"code": "open", "data": "open"}, "unknown"),
    "nothing known": ({}, "unknown"),
}


@pytest.mark.parametrize(("parts", "expected"), PARTS.values(), ids=PARTS)
def test_a_model_is_as_open_as_its_weights_and_fully_open_with_code_and_data(
    parts: dict[str, str], expected: str
) -> None:
    assert openness({"openness": parts}) == expected
    assert expected in OPENNESS


def kinds() -> Catalog:
    """Return a catalog with a license of every kind, named by it, and a second name for one of them."""
    empty: dict[str, Any] = {name: {} for name in Catalog.__annotations__}
    tables = {
        "licenses": {kind: {"id": kind, "kind": kind} for kind in STRICTNESS},
        "license_aliases": {**{kind: kind for kind in STRICTNESS}, "free": "permissive"},
    }
    return Catalog(**{**empty, "own_licenses": frozenset(), "digest": "", **tables})


KNOWN = kinds()


def either(*names: str) -> dict[str, list[str]]:
    return {"any_of": list(names)}


LICENSES: dict[str, tuple[list[Any], str | None]] = {
    "one": (["community"], "community"),
    "one by another name, in another case": (["Free"], "permissive"),
    "the stricter of two": (["permissive", "community"], "community"),
    "the stricter of two, in the other order": (["community", "permissive"], "community"),
    "of alternatives the less strict": ([either("research-only", "permissive")], "permissive"),
    "of alternatives the less strict, in the other order": ([either("permissive", "research-only")], "permissive"),
    "alternatives beside one that binds": ([either("permissive", "community"), "use-restricted"], "use-restricted"),
    "one that binds beside stricter alternatives": (["attribution", either("community", "research-only")], "community"),
    "one that is not known": (["nobody-knows"], None),
    "one that is not known beside one that is": (["permissive", "nobody-knows"], None),
    "one that is not known beside the strictest": (["proprietary-api", "nobody-knows"], None),
    "alternatives of which none is known": ([either("nobody-knows", "nor-this")], None),
}


@pytest.mark.parametrize(("licenses", "expected"), LICENSES.values(), ids=LICENSES)
def test_the_strictest_license_counts_and_one_that_is_not_known_leaves_it_open(
    licenses: list[Any], expected: str | None
) -> None:
    assert license_kind({"licenses": licenses}, KNOWN) == expected


@pytest.mark.parametrize("stricter", range(1, len(STRICTNESS)))
def test_a_kind_outweighs_every_kind_before_it(stricter: int) -> None:
    for weaker in STRICTNESS[:stricter]:
        assert license_kind({"licenses": [weaker, STRICTNESS[stricter]]}, KNOWN) == STRICTNESS[stricter]
        assert license_kind({"licenses": [either(STRICTNESS[stricter], weaker)]}, KNOWN) == weaker
