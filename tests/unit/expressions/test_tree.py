"""What an expression reads: the paths that explanations and missing facts are named by."""

from __future__ import annotations

import pytest

from checker.expressions.cel import Expression, compile_expression

NAMES = ("use", "model", "many", "params", "variables")


def reading(text: str):
    compiled = compile_expression(text, NAMES)
    assert isinstance(compiled, Expression), compiled
    return compiled.reading


PATHS: dict[str, tuple[str, set[str]]] = {
    "a constant": ("true", set()),
    "a root": ("use", {"use"}),
    "a field": ("use.model", {"use.model"}),
    "a field of a field": ("use.deployment.region", {"use.deployment.region"}),
    "a field by a constant index": ('use["model"].name', {"use.model.name"}),
    "a field by another fact": ("params.caps[model.license]", {"params.caps.*", "model.license"}),
    "an element by its number": ("use.via[0].name", {"use.via.*.name"}),
    "a root with a leading dot": (".use.model", {"use.model"}),
    "a field that is asked for": ("has(use.plan)", {"use.plan"}),
    "both sides of an operator": ("use.a == model.b", {"use.a", "model.b"}),
    "the same path twice": ("use.a == use.a", {"use.a"}),
    "operands of and, or and not": ("(use.a || use.b) && !use.c", {"use.a", "use.b", "use.c"}),
    "all parts of a choice": ("use.a ? model.b : model.c", {"use.a", "model.b", "model.c"}),
    "arguments of a function": ('within(use.places, ["DE"])', {"use.places"}),
    "arguments of a method": ("use.a.matches(model.b)", {"use.a", "model.b"}),
    "a list that is measured": ("size(use.via)", {"use.via"}),
    "elements of a list literal": ("[use.a, [model.b]]", {"use.a", "model.b"}),
    "keys and values of a map literal": ('{"a": use.x, use.y: 1}', {"use.x", "use.y"}),
    "a list and its elements": ("use.via.all(v, v.region == model.b)", {"use.via", "use.via.*.region", "model.b"}),
    "an element itself": ("many.all(e, e)", {"many", "many.*"}),
    "elements of elements": (
        "use.via.exists(v, v.hops.exists(h, h.a == v.b))",
        {"use.via", "use.via.*.hops", "use.via.*.hops.*.a", "use.via.*.b"},
    ),
    "what map builds": ("use.via.map(v, v.region)", {"use.via", "use.via.*.region"}),
    "what map builds of those that fit": ("use.via.map(v, v.a, v.b)", {"use.via", "use.via.*.a", "use.via.*.b"}),
    "what filter and exists_one look at": ("use.via.exists_one(v, v.a)", {"use.via", "use.via.*.a"}),
    "a name of a macro hides a root": ("use.via.all(use, use.a)", {"use.via", "use.via.*.a"}),
    "keys of a map, used as an index": ("use.map.all(k, use.map[k].a)", {"use.map", "use.map.*", "use.map.*.a"}),
    "elements of a literal are no facts": ("[1, 2].all(n, n > use.a)", {"use.a"}),
    "a variable": ("variables.ours", {"variables.ours"}),
    "text and escapes": ('use["ein 宽"] == "\\n"', {"use.ein 宽"}),
}


@pytest.mark.parametrize(("text", "paths"), PATHS.values(), ids=PATHS)
def test_every_fact_that_an_expression_reads_is_found(text: str, paths: set[str]) -> None:
    assert {".".join(path) for path in reading(text).paths} == paths


FILTERED: dict[str, tuple[str, set[str]]] = {
    "gone through": ("use.via.filter(v, v.a).all(w, w.b)", {"use.via.*.a", "use.via.*.b"}),
    "gone through by the same name": ("use.via.filter(v, v.a).all(v, v.b)", {"use.via.*.a", "use.via.*.b"}),
    "filtered again": (
        "use.via.filter(v, v.a).filter(v, v.b).exists(v, v.c)",
        {"use.via.*.a", "use.via.*.b", "use.via.*.c"},
    ),
    "by its number": ("use.via.filter(v, v.a)[0].b", {"use.via.*.a", "use.via.*.b"}),
    "as a whole": ("size(use.via.filter(v, v.a))", {"use.via.*.a"}),
}


@pytest.mark.parametrize(("text", "paths"), FILTERED.values(), ids=FILTERED)
def test_elements_of_a_filtered_list_are_elements_of_the_list(text: str, paths: set[str]) -> None:
    """They are read as a whole, too, since they are kept as a whole."""
    assert {".".join(path) for path in reading(text).paths} == {"use.via", "use.via.*", *paths}


def test_elements_of_a_list_that_is_filtered_inside_another_are_those_of_both() -> None:
    paths = reading("use.via.all(v, v.hops.filter(h, h.a).all(h, h.b))").paths
    assert {".".join(path[3:]) for path in paths if path[:3] == ("use", "via", "*")} == {
        "hops",
        "hops.*",
        "hops.*.a",
        "hops.*.b",
    }


NO_ELEMENTS: dict[str, tuple[str, set[str]]] = {
    "what map builds": ("use.via.map(v, v.a).all(w, w.b)", {"use.via", "use.via.*.a"}),
    "what map builds of those that fit": (
        "use.via.map(v, v.a, v.b).all(w, w.c)",
        {"use.via", "use.via.*.a", "use.via.*.b"},
    ),
    "a filtered literal": ("[1, 2].filter(n, n > 1).all(n, n > use.a)", {"use.a"}),
}


@pytest.mark.parametrize(("text", "paths"), NO_ELEMENTS.values(), ids=NO_ELEMENTS)
def test_elements_of_what_is_built_are_no_facts(text: str, paths: set[str]) -> None:
    assert {".".join(path) for path in reading(text).paths} == paths


TESTED: dict[str, tuple[str, set[str]]] = {
    "nothing": ("use.a == model.b", set()),
    "a field": ("has(use.plan)", {"use.plan"}),
    "a field of a field": ("has(use.deployment.region)", {"use.deployment.region"}),
    "a field by index": ('has(use["a b"].plan)', {"use.a b.plan"}),
    "a field of an element": ("use.via.all(v, has(v.region))", {"use.via.*.region"}),
    "a field of a filtered element": ("use.via.filter(v, v.a).all(v, has(v.b))", {"use.via.*.b"}),
    "a field besides others": ("has(use.a) && use.b || !has(model.c)", {"use.a", "model.c"}),
    "a variable": ("has(variables.x)", {"variables.x"}),
    "a field of what is no fact": ('has({"a": 1}.a)', set()),
}


@pytest.mark.parametrize(("text", "paths"), TESTED.values(), ids=TESTED)
def test_what_an_expression_asks_for_is_told_apart_and_read_too(text: str, paths: set[str]) -> None:
    found = reading(text)
    assert {".".join(path) for path in found.tested} == paths
    assert found.tested <= found.paths


DEPTHS = [
    ("use.a", 0),
    ("many.all(a, a)", 1),
    ("many.all(a, a.exists(b, b))", 2),
    ("many.map(a, a.filter(b, b.all(c, c)))", 3),
    ("many.filter(a, a).map(b, b).all(c, c)", 1),
    ("many.all(a, a) && many.exists(a, a)", 1),
    ("many.all(a, many.exists(b, b) && many.exists(c, c))", 2),
]


@pytest.mark.parametrize(("text", "depth"), DEPTHS)
def test_macros_inside_macros_are_counted(text: str, depth: int) -> None:
    assert reading(text).macro_depth == depth


ADDITIONS = [
    ("use.a + use.b", False),
    ("many.map(a, a) + many", False),
    ("many.map(a, a.b)", False),
    ("many.filter(a, a)", False),
]


@pytest.mark.parametrize(("text", "inside"), ADDITIONS)
def test_what_macros_themselves_add_is_no_addition(text: str, inside: bool) -> None:
    assert reading(text).concatenates_in_macro is inside
