"""Expressions in three values: what is missing and what is broken is never taken for a truth value."""

from __future__ import annotations

import time
from typing import Any

import pytest

from checker.expressions import functions
from checker.expressions.cel import (
    MAX_LENGTH,
    MAX_SIZE,
    Broken,
    Expression,
    Missing,
    Result,
    SyntaxFault,
    Value,
    compile_expression,
    expression,
)

NAMES = ("use", "model", "many", "x", "y")


def evaluate(text: str, **bindings: Any) -> Result:
    compiled = compile_expression(text, NAMES)
    assert isinstance(compiled, Expression), compiled
    return compiled.evaluate(bindings)


def fault(text: str) -> SyntaxFault:
    compiled = compile_expression(text, NAMES)
    assert isinstance(compiled, SyntaxFault), f"{text} compiles"
    return compiled


# --- Values ------------------------------------------------------------------------------------------------------

VALUES: dict[str, tuple[str, Any, Any]] = {
    "a field": ("x.plan", {"plan": "paid"}, "paid"),
    "a field by index": ('x["a b"]', {"a b": 1}, 1),
    "an element": ("x[0]", ["a"], "a"),
    "a map": ("x", {"a": [1, {"b": True}]}, {"a": [1, {"b": True}]}),
    "a large count": ("x > 700000000", 10**17, True),
    "a whole number and a fraction": ("x < 1.5", 1, True),
    "a whole number and its float": ("x == 1", 1.0, True),
    "values of different types are different": ("x == 1", "1", False),
    "in a list": ('"a" in x', ["a"], True),
    "not in a list": ('"b" in x', ["a"], False),
    "in a list of another type": ("x in ['a']", 1, False),
    "a key of a map": ('"a" in x', {"a": 1}, True),
    "no key of a map": ('"b" in x', {"a": 1}, False),
    "dates as text are in order": ('x < "2026-01-01"', "2025-12-31", True),
    "characters are counted, not bytes": ("size(x)", "宽😀", 2),
    "all of nothing": ("x.all(e, e.a)", [], True),
    "one of nothing": ("x.exists(e, e.a)", [], False),
    "a filtered list": ("x.filter(e, e > 1)", [1, 2, 3], [2, 3]),
    "a mapped list": ("x.map(e, e * 2)", [1, 2], [2, 4]),
    "a choice": ('x ? "a" : "b"', False, "b"),
}


@pytest.mark.parametrize(("text", "x", "value"), VALUES.values(), ids=VALUES)
def test_what_is_known_has_a_plain_value(text: str, x: Any, value: Any) -> None:
    result = evaluate(text, x=x)
    assert result == Value(value=value)
    assert isinstance(result, Value)
    assert type(result.value) is type(value)


# --- Missing facts -----------------------------------------------------------------------------------------------

MISSING = {
    "a field": ("use.plan", "plan"),
    "a field by index": ('use["no such"]', "no such"),
    "a field of a field": ("use.known.plan", "plan"),
    "a field of a missing field": ("use.none.plan", "none"),
    "compared": ('use.plan == "paid"', "plan"),
    "compared with itself": ("use.plan == use.plan", "plan"),
    "ordered": ("use.count < 5", "count"),
    "negated": ("!use.ok", "ok"),
    "in a list": ('use.plan in ["paid"]', "plan"),
    "as the list": ('"a" in use.list', "list"),
    "as an element of a list": ("[use.plan].size() == 1", "plan"),
    "as a condition": ("use.ok ? true : true", "ok"),
    "as the branch that is taken": ("true ? use.ok : true", "ok"),
    "as an argument": ('within(use.places, ["DE"])', "places"),
    "as an argument of a method": ('use.plan.startsWith("p")', "plan"),
    "as a list to go through": ("use.list.all(e, true)", "list"),
    "as a list to filter": ("use.list.filter(e, true).size() == 0", "list"),
    "around a field that is asked for": ("has(use.none.plan)", "none"),
}


@pytest.mark.parametrize(("text", "key"), MISSING.values(), ids=MISSING)
def test_an_absent_key_is_a_missing_fact_and_is_named(text: str, key: str) -> None:
    assert evaluate(text, use={"known": {}}) == Missing(key=key, reason="it is not declared and not known")


def test_a_name_that_is_not_bound_is_a_missing_fact() -> None:
    assert evaluate("use.plan", model={}) == Missing(key="use", reason="it is not declared and not known")


def test_whether_a_field_is_there_can_be_asked() -> None:
    assert evaluate("has(use.plan)", use={}) == Value(value=False)
    assert evaluate("has(use.plan)", use={"plan": "paid"}) == Value(value=True)


@pytest.mark.parametrize("key", [1, 1.5, True], ids=["a number", "a fraction", "a truth value"])
def test_an_absent_key_that_is_no_text_is_missing_without_a_name(key: Any) -> None:
    found = evaluate("use[x]", use={}, x=key)
    assert isinstance(found, Missing)
    assert found.key is None


# --- Operands that decide ----------------------------------------------------------------------------------------

T, F, M = Value(value=True), Value(value=False), "missing"

DECIDED = [
    ("true || use.no", T),
    ("use.no || true", T),
    ("false || use.no", M),
    ("use.no || false", M),
    ("use.no || use.none", M),
    ("false && use.no", F),
    ("use.no && false", F),
    ("true && use.no", M),
    ("use.no && true", M),
    ("use.no && use.none", M),
    ("!(use.no && false)", T),
    ("use.no && (use.none && false)", F),
    ("(use.no || true) && true", T),
    ("true ? true : use.no", T),
    ("false ? use.no : false", F),
    ("use.no || !use.no", M),
]


@pytest.mark.parametrize(("text", "expected"), DECIDED, ids=[text for text, _ in DECIDED])
def test_and_and_or_are_decided_by_a_decisive_operand_and_only_by_one(text: str, expected: Any) -> None:
    result = evaluate(text, use={})
    assert isinstance(result, Missing) if expected == M else result == expected


ELEMENTS = [
    ("all", [True, None], M),
    ("all", [None, True], M),
    ("all", [False, None], F),
    ("all", [None, False], F),
    ("all", [True, None, False], F),
    ("all", [None], M),
    ("all", [], T),
    ("exists", [False, None], M),
    ("exists", [None, False], M),
    ("exists", [True, None], T),
    ("exists", [None, True], T),
    ("exists", [None], M),
    ("exists", [], F),
    ("exists_one", [True, None], M),
    ("exists_one", [True, False], T),
]


@pytest.mark.parametrize(("macro", "given", "expected"), ELEMENTS, ids=[f"{m} of {g}" for m, g, _ in ELEMENTS])
def test_all_and_exists_are_decided_by_a_decisive_element_and_only_by_one(
    macro: str, given: Any, expected: Any
) -> None:
    elements = [{} if ok is None else {"ok": ok} for ok in given]
    result = evaluate(f"many.{macro}(e, e.ok)", many=elements)
    assert result == (Missing(key="ok", reason="it is not declared and not known") if expected == M else expected)


@pytest.mark.parametrize("text", ["many.filter(e, e.ok)", "many.map(e, e.ok)", "many.filter(e, e.ok).size() > 0"])
def test_a_list_that_is_built_of_missing_facts_is_missing(text: str) -> None:
    assert isinstance(evaluate(text, many=[{"ok": True}, {}]), Missing)


# --- Broken expressions ------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[str, Any]] = {
    "an operator that the types do not have": ("x + 1", "a"),
    "an order that the types do not have": ("x < 1", "a"),
    "a number as a truth value": ("x || false", 1),
    "text as a truth value": ("!x", "true"),
    "a list of numbers as truth values": ("x.all(e, e)", [True, 1]),
    "a text as a list": ('"a" in x', "abc"),
    "a text to go through": ("x.all(e, true)", "abc"),
    "a number to go through": ("x.exists(e, true)", 1),
    "a function for other types": ("x.size() > 0", 1),
    "a field of a text": ("x.plan", "paid"),
    "a field of a list": ("x.plan", [1]),
    "a field of nothing": ("x.plan", None),
    "a division by zero": ("1 / x == 1", 0),
    "a remainder by zero": ("1 % x == 1", 0),
    "an index beyond the end": ("x[5]", [1]),
    "an index before the start": ("x[-1]", [1]),
    "an index that is no number": ('x["a"]', [1]),
    "a number that grows too large": ("x * x", 10**17),
    "text that is no number": ("int(x)", "a"),
    "text that is no time": ("timestamp(x)", "2026-01-01"),
    "a regular expression that is none": ('"a".matches(x)', "["),
    "places that are no list": ('within(x, ["DE"])', "DE"),
    "a count that is no map": ('exceeds(x, "gt", 5)', 7),
    "an operator that exceeds does not know": ("exceeds({'at_least': 1}, x, 5)", "ge"),
    "a bound that is no number": ('exceeds(x, "gt", 5)', {"at_least": "a"}),
    "a value that is none of CEL's": ("x == 1", {1, 2}),
}


@pytest.mark.parametrize(("text", "x"), BROKEN.values(), ids=BROKEN)
def test_an_expression_that_can_not_be_evaluated_is_broken_and_says_why(text: str, x: Any) -> None:
    result = evaluate(text, x=x)
    assert isinstance(result, Broken)
    assert result.reason


@pytest.mark.parametrize("text", ["1 / 0 == 1 || true", "true || 1 / 0 == 1"])
def test_a_decisive_operand_decides_over_a_broken_one(text: str) -> None:
    assert evaluate(text) == T


def test_text_that_looks_like_an_error_of_the_engine_is_only_text() -> None:
    text = 'NOT_FOUND: Key not found in map : "plan"'
    assert evaluate("x", x=text) == Value(value=text)
    assert isinstance(evaluate("int(x)", x=text), Broken)
    assert isinstance(evaluate("int(x)", x="undecided: a"), Broken)


# --- Bounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)x", "(a?){30}a{30}b"])
def test_a_regular_expression_takes_linear_time(pattern: str) -> None:
    start = time.perf_counter()
    assert evaluate("x.matches(y)", x="a" * 50_000 + "!", y=pattern) == F
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("depth", [2, 3])
def test_an_iteration_budget_ends_an_expression_that_would_not_end(depth: int) -> None:
    text = "true"
    for name in "abc"[:depth]:
        text = f"many.all({name}, {text})"
    start = time.perf_counter()
    result = evaluate(text, many=list(range(1_000)))
    assert isinstance(result, Broken)
    assert "budget" in result.reason
    assert time.perf_counter() - start < 2


def test_a_spent_budget_is_broken_though_an_element_before_decided() -> None:
    assert evaluate("many.all(a, many.all(b, true))", many=list(range(90))) == T


def test_a_text_may_be_as_long_as_the_bound_and_no_longer() -> None:
    half = "a" * (MAX_SIZE // 2)
    assert evaluate("x + x", x=half) == Value(value=half * 2)
    result = evaluate("x + x + 'a'", x=half)
    assert isinstance(result, Broken)
    assert "larger than 100,000 characters and elements" in result.reason


@pytest.mark.parametrize(
    "text", ["[x + x]", "[[x + x]]", "{'a': x + x}", "{'a': [x], 'b': [x]}", "many + many", "many.map(a, x)"]
)
def test_a_list_has_a_bound_too(text: str) -> None:
    assert isinstance(evaluate(text, x="a" * MAX_SIZE, many=["a" * 1_000] * 1_000), Broken)


@pytest.mark.parametrize(
    ("text", "rest"), [("many + x", 1), ("[many, x]", 3), ("{'a': many, 'b': x}", 5)], ids=["list", "lists", "map"]
)
def test_every_element_counts_and_so_does_what_holds_them(text: str, rest: int) -> None:
    many, fits = [0] * 50_000, [0] * (MAX_SIZE - 50_000 - rest)
    assert isinstance(evaluate(text, many=many, x=fits), Value)
    assert isinstance(evaluate(text, many=many, x=[*fits, 0]), Broken)


@pytest.mark.parametrize("text", ["{x + x: 1}", "[{x + x: 1}]", "bytes(x) + bytes(x)"])
def test_the_keys_of_a_map_and_the_bytes_of_a_text_count_too(text: str) -> None:
    assert isinstance(evaluate(text, x="a" * MAX_SIZE), Broken)


def test_an_expression_may_be_as_long_as_the_bound_and_no_longer() -> None:
    text = '"' + "a" * (MAX_LENGTH - 2) + '"'
    assert evaluate(text) == Value(value="a" * (MAX_LENGTH - 2))
    assert "longer than 2,000 characters" in fault(text + " ").message


def test_a_checked_expression_is_compiled_once_for_all_that_share_its_names() -> None:
    compiled = expression("use.a == x", NAMES)
    assert compiled.evaluate({"use": {"a": 1}, "x": 1}) == T
    assert expression("use.a == x", NAMES) is compiled
    assert compiled.reading.paths == {("use", "a"), ("x",)}


# --- Syntax ------------------------------------------------------------------------------------------------------

FAULTS = {
    "nothing": ("", "Syntax error"),
    "half an expression": ("use.a ==", "Syntax error"),
    "a name that is not declared": ("zzz.a", "undeclared reference to 'zzz.a'"),
    "a function that there is not": ("read(use.a)", "undeclared reference to 'read'"),
    "types that never go together": ('1 == "1"', "no matching overload"),
    "a number where a truth value is due": ("use.a || 1", "no matching overload"),
    "too many arguments": ("within(x, y, many)", "undeclared reference to 'within'"),
    "macros too deep": ("x.all(a, a.all(b, b.all(c, c.all(d, d))))", "nest deeper than 3"),
    "macros of different kinds too deep": (
        "x.map(a, a.filter(b, b.exists(c, c.exists_one(d, d))))",
        "nest deeper than 3",
    ),
    "addition inside a macro": ("x.exists(a, a + 1 > 2)", "`+` is not allowed inside a macro"),
    "addition in a macro's result": ("x.map(a, [a] + many)", "`+` is not allowed inside a macro"),
    "addition inside an inner macro's list": ("x.exists(a, [1].map(b, b + 1).size() > 0)", "`+` is not allowed"),
    "brackets too deep": ("(" * 300 + "1" + ")" * 300, "limit"),
    "a comprehension over two variables": ("x.all(a, b, a == b)", "undeclared reference"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_what_can_not_be_judged_does_not_compile(text: str, message: str) -> None:
    assert message in fault(text).message


def test_a_fault_names_line_and_column_from_one() -> None:
    assert (fault("zzz").line, fault("zzz").column) == (1, 1)
    assert (fault("use.a\n  || zzz").line, fault("use.a\n  || zzz").column) == (2, 6)
    assert (fault('"宽😀" == zzz').line, fault('"宽😀" == zzz').column) == (1, 9)


def test_a_fault_names_its_line() -> None:
    assert fault("use.a\n|| zzz").line == 2


@pytest.mark.parametrize(
    "text", ["x.filter(a, a).map(b, b).all(c, c)", "x.map(a, a) + many == []", "x + y == 2", "x.all(a, a - 1 > 0)"]
)
def test_macros_one_after_the_other_and_addition_outside_are_fine(text: str) -> None:
    assert isinstance(compile_expression(text, NAMES), Expression)


# --- Functions of places and counts ------------------------------------------------------------------------------

UNDECIDED = "undecided"
PLACES = [
    # places, set, within it, touches it
    (["DE"], ["DE", "FR"], True, True),
    (["DE", "FR"], ["DE", "FR"], True, True),
    (["DE", "US"], ["DE", "FR"], False, True),
    (["US"], ["DE", "FR"], False, False),
    (["ANY"], ["DE", "FR"], False, True),
    (["ANY", "DE"], ["DE"], False, True),
    (["DE"], ["ANY"], True, True),
    (["ANY"], ["ANY"], True, True),
    (["?"], ["DE"], UNDECIDED, UNDECIDED),
    (["?", "DE"], ["DE"], UNDECIDED, True),
    (["?", "US"], ["DE"], False, UNDECIDED),
    (["?", "ANY"], ["DE"], False, True),
    (["?"], ["ANY"], True, UNDECIDED),
    (["?", "DE"], ["ANY"], True, True),
    ([], ["DE"], UNDECIDED, UNDECIDED),
    ([], ["ANY"], True, UNDECIDED),
    (["DE"], [], False, False),
    (["ANY"], [], False, False),
    (["?"], [], UNDECIDED, False),
    ([], [], UNDECIDED, False),
    (["DE", "CH?"], ["DE", "CH"], True, True),
    (["DE", "CH?"], ["DE"], UNDECIDED, True),
    (["DE", "CH?"], ["CH"], False, UNDECIDED),
    (["DE", "CH?"], ["US"], False, False),
    (["DE?", "CH?"], ["DE", "CH"], True, True),
    (["DE?", "CH?"], ["DE"], UNDECIDED, UNDECIDED),
    (["DE?", "CH?"], ["US"], False, False),
    (["DE?", "?"], ["US"], UNDECIDED, UNDECIDED),
    (["DE?"], ["ANY"], True, True),
]


def decided(result: Result) -> Any:
    if isinstance(result, Missing):
        assert (result.key, result.reason) in [
            (None, "a place is not known"),
            (None, "the count is not known exactly enough"),
        ]
        return UNDECIDED
    assert isinstance(result, Value), result
    return result.value


@pytest.mark.parametrize(("places", "of", "is_within", "_"), PLACES, ids=[f"{p} in {s}" for p, s, *_ in PLACES])
def test_within_asks_whether_every_possible_place_is_allowed(places: Any, of: Any, is_within: Any, _: Any) -> None:
    assert decided(evaluate("within(x, y)", x=places, y=of)) == is_within


@pytest.mark.parametrize(("places", "of", "_", "does"), PLACES, ids=[f"{p} in {s}" for p, s, *_ in PLACES])
def test_touches_asks_whether_a_possible_place_is_banned(places: Any, of: Any, _: Any, does: Any) -> None:
    assert decided(evaluate("touches(x, y)", x=places, y=of)) == does


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('within(["?"], ["DE"]) || true', True),
        ('within(["?"], ["DE"]) && false', False),
        ('[["?"], ["US"]].all(e, within(e, ["DE"]))', False),
        ('[["?"], ["DE"]].all(e, within(e, ["DE"]))', UNDECIDED),
        ('!within(["?"], ["DE"])', UNDECIDED),
    ],
)
def test_an_undecided_place_is_a_missing_fact_like_any_other(text: str, expected: Any) -> None:
    assert decided(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("places", "allowed", "shown"),
    [
        (["DE", "US"], ["DE"], ["US"]),
        (["DE"], ["DE"], []),
        (["?", "ANY"], ["DE"], ["ANY"]),
        ([], ["DE"], []),
        (["DE", "CH?"], ["FR"], ["DE"]),
        (["DE", "CH?"], ["DE"], []),
        (["DE?", "CH?"], ["US"], ["DE", "CH"]),
    ],
)
def test_outside_lists_the_places_that_are_not_allowed(places: Any, allowed: Any, shown: Any) -> None:
    assert evaluate("outside(x, y)", x=places, y=allowed) == Value(value=shown)


COUNTS = [
    # count, more than 5, at least 5
    ({"at_least": 6, "at_most": 6}, True, True),
    ({"at_least": 5, "at_most": 5}, False, True),
    ({"at_least": 4, "at_most": 4}, False, False),
    ({"at_least": 6}, True, True),
    ({"at_least": 5}, UNDECIDED, True),
    ({"at_least": 4}, UNDECIDED, UNDECIDED),
    ({"at_most": 6}, UNDECIDED, UNDECIDED),
    ({"at_most": 5}, False, UNDECIDED),
    ({"at_most": 4}, False, False),
    ({"at_least": 4, "at_most": 6}, UNDECIDED, UNDECIDED),
    ({"at_least": 5, "at_most": 9}, UNDECIDED, True),
    ({"at_least": 5.5, "at_most": 9.5}, True, True),
    ({"at_least": 0, "at_most": 0}, False, False),
    ({"at_most": 4.9}, False, False),
    ({}, UNDECIDED, UNDECIDED),
]


@pytest.mark.parametrize(("count", "more", "at_least"), COUNTS, ids=[str(count) for count, *_ in COUNTS])
def test_exceeds_is_undecided_where_the_threshold_lies_inside_the_bounds(count: Any, more: Any, at_least: Any) -> None:
    assert decided(evaluate('exceeds(x, "gt", 5)', x=count)) == more
    assert decided(evaluate('exceeds(x, "gte", 5)', x=count)) == at_least


@pytest.mark.parametrize("threshold", ["5", "5.0", "y"])
def test_a_threshold_may_be_a_whole_number_a_fraction_or_a_fact(threshold: str) -> None:
    assert evaluate(f'exceeds(x, "gt", {threshold})', x={"at_least": 6}, y=5) == T


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["?"], True),
        (["DE", "?"], True),
        ([], True),
        (["DE"], False),
        ({"at_least": 1}, True),
        ({"at_most": 1}, True),
        ({"at_least": 1, "at_most": 2}, True),
        ({"at_least": 2, "at_most": 2}, False),
        ({"name": "x"}, False),
        ({}, False),
        ("?", False),
        (5, False),
    ],
    ids=repr,
)
def test_the_values_that_leave_a_function_undecided_are_known(value: Any, expected: bool) -> None:
    assert functions.undecided_value(value) is expected
