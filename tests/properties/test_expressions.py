"""A missing fact never looks like a pass: for any expression and any facts, more knowledge changes no decision.

This is Kleene's order of knowledge: where an expression comes to a value although facts are absent, it comes to the
same value whatever those facts are. Left out of the grammar is what asks for absence itself (`has(x.f)`, `"f" in x`,
the size or the keys of a map, two maps compared), since its answer is to change with what is known.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.engine.evaluate import judge
from checker.errors import CheckerError
from checker.expressions import functions
from checker.expressions.cel import Expression, compile_expression
from checker.expressions.result import Broken, Missing, Value
from checker.model.fact import Facts
from tests.support import rule

NAMES = ("use", "model")
SEVERAL = settings(max_examples=400, deadline=None)

# --- Facts -------------------------------------------------------------------------------------------------------

scalars = st.booleans() | st.sampled_from([0, 1, 5, 0.5, "a", "b", "DE"])
truths = st.booleans() | scalars
places = st.lists(st.sampled_from(["DE", "FR", "US", "ANY", "?"]), max_size=3, unique=True)
low_and_high = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)
counts = low_and_high.map(lambda bounds: {"at_least": bounds[0], "at_most": bounds[1]})
elements = st.fixed_dictionaries({"ok": truths, "kind": scalars})
records = st.fixed_dictionaries(
    {
        "ok": truths,
        "on": truths,
        "kind": scalars,
        "number": st.sampled_from([0, 1, 5]),
        "places": places,
        "users": counts,
        "inner": elements,
        "list": st.lists(elements, max_size=3),
    }
)
worlds = st.fixed_dictionaries(dict.fromkeys(NAMES, records))


@st.composite
def fewer(draw: st.DrawFn, known: Any) -> Any:
    """Return facts with some keys left out, at any depth; a list keeps its length, since it is known or it is not."""
    if isinstance(known, dict):
        kept = {key: value for key, value in known.items() if draw(st.integers(0, 3))}
        return {key: draw(fewer(value)) for key, value in kept.items()}
    return [draw(fewer(value)) for value in known] if isinstance(known, list) else known


@st.composite
def partial_worlds(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return what could be known, and what is."""
    known = draw(worlds)
    return known, draw(fewer(known))


# --- Expressions -------------------------------------------------------------------------------------------------

roots = st.sampled_from(NAMES)
inner_fields = st.builds("{}.{}{}".format, roots, st.sampled_from(["", "inner."]), st.sampled_from(["ok", "kind"]))
constants = st.sampled_from(["true", "false", "0", "1", "0.5", '"a"', '"DE"'])
operators = st.sampled_from(["==", "!=", "<", ">="])
limits = st.sampled_from(['"gt", 0', '"gt", 4', '"gte", 4', '"gte", 9'])
sets = st.sampled_from(['["DE"]', '["DE", "FR"]', '["ANY"]', "[]", "model.places"])


def conditions(fields: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[str]:
    """Return expressions that are true, false, missing or broken, over some fields."""
    numbers = st.builds("{}.number".format, roots)
    operands = fields | constants | numbers
    atoms = st.one_of(
        fields,
        st.sampled_from(["true", "false"]),
        st.builds("(dyn({}) {} dyn({}))".format, operands, operators, operands),
        st.builds('(dyn({}) in ["a", 1, true])'.format, fields),
        st.builds("({} / {} == 1)".format, numbers, numbers),
        st.builds("{}({}.places, {})".format, st.sampled_from(["within", "touches"]), roots, sets),
        st.builds("exceeds({}.users, {})".format, roots, limits),
        st.builds("(size({}.list) > 1)".format, roots),
    )
    return st.recursive(atoms, lambda inner: combined(inner, depth), max_leaves=6)


def combined(inner: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[str]:
    simple = st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    )
    return simple | over_lists(depth) if depth else simple


def over_lists(depth: int) -> st.SearchStrategy[str]:
    """Return expressions over the elements of a list; each level has an element name of its own."""
    name = f"e{depth}"
    body = conditions(inner_fields | st.sampled_from([f"{name}.ok", f"{name}.kind"]), depth - 1)
    macros = st.sampled_from(["all", "exists", "exists_one"])
    return st.one_of(
        st.builds(f"{{}}.list.{{}}({name}, {{}})".format, roots, macros, body),
        st.builds(f"(size({{}}.list.filter({name}, {{}})) > 0)".format, roots, body),
        st.builds(f"{{}}.list.map({name}, {{}}).exists(m{depth}, m{depth})".format, roots, body),
    )


expressions = conditions(inner_fields, 2)


def compiled(text: str) -> Expression | None:
    """Compile an expression; what does not compile (by its types, or too deep) is refused before any fact is read."""
    found = compile_expression(text, NAMES)
    return found if isinstance(found, Expression) else None


# --- Properties --------------------------------------------------------------------------------------------------


@SEVERAL
@given(expressions, partial_worlds())
def test_every_expression_comes_to_a_value_is_missing_a_fact_or_is_broken(text: str, world: tuple[Any, Any]) -> None:
    expression = compiled(text)
    if expression is not None:
        for known in (*world, {}, {"use": None, "model": [1]}):
            assert isinstance(expression.evaluate(known), Value | Missing | Broken)


@SEVERAL
@given(expressions, partial_worlds())
def test_what_is_decided_stays_decided_whatever_else_becomes_known(text: str, world: tuple[Any, Any]) -> None:
    more, less = world
    expression = compiled(text)
    if expression is not None:
        decided = expression.evaluate(less)
        if isinstance(decided, Value):
            assert expression.evaluate(more) == decided


@SEVERAL
@given(expressions, partial_worlds())
def test_the_engine_alone_comes_to_the_same(text: str, world: tuple[Any, Any]) -> None:
    expression = compiled(text)
    if expression is not None:
        for known in world:
            assert repr(expression.evaluate(known)) == repr(expression.by_engine(known))


@SEVERAL
@given(expressions, worlds)
def test_with_every_fact_known_nothing_is_missing_but_what_is_known_only_in_part(text: str, world: Any) -> None:
    expression = compiled(text)
    if expression is not None:
        result = expression.evaluate(world)
        assert not isinstance(result, Missing) or result.key is None


@SEVERAL
@given(places, st.lists(st.sampled_from(["DE", "US", "ANY"]), min_size=1, max_size=2), places)
def test_a_decision_on_places_stays_whatever_the_unknown_place_turns_out_to_be(
    known: list[str], found: list[str], allowed: list[str]
) -> None:
    learned = [place for place in known if place != functions.NOT_KNOWN]
    learned = [*learned, *found] if functions.NOT_KNOWN in known else learned
    listed = [place for place in allowed if place != functions.NOT_KNOWN]
    for function in (functions.within, functions.touches):
        before, after = answer(function, known, listed), answer(function, learned, listed)
        assert before in (None, after)


@SEVERAL
@given(low_and_high, st.integers(0, 9), st.sampled_from(["gt", "gte"]), st.sampled_from(["at_least", "at_most", None]))
def test_a_decision_on_a_count_holds_for_every_number_within_its_bounds(
    bounds: list[int], threshold: int, op: str, dropped: str | None
) -> None:
    low, high = bounds
    count = {name: value for name, value in (("at_least", low), ("at_most", high)) if name != dropped}
    decision = answer(functions.exceeds, count, op, threshold)
    possible = range(count.get("at_least", 0), count.get("at_most", 20) + 1)
    answers = {functions.exceeds({"at_least": number, "at_most": number}, op, threshold) for number in possible}
    assert decision is None or answers == {decision}
    assert decision is not None or dropped or answers == {True, False}


def answer(function: Any, *arguments: Any) -> bool | None:
    """Return what a function says, or None where it can't decide."""
    try:
        return bool(function(*arguments))
    except functions.UndecidedError:
        return None


def rules(lists: list[str], element: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """Return the fields of a rule with a condition and a variable, and one of some lists to go through."""
    fields = inner_fields | st.sampled_from(element) if element else inner_fields
    required = st.just("variables.v") | conditions(fields | st.just("variables.v"), 1)
    shape = {"when": conditions(fields, 1), "require": required}
    shape["variables"] = st.builds("{{v: '{}'}}".format, conditions(fields, 0))
    return st.fixed_dictionaries({**shape, "each": st.sampled_from(lists)} if lists else shape)


LISTS = ["{e: use.list}", "{e: 'use.list.filter(x, x.ok)'}"]
any_rule = rules([], []) | rules(LISTS, ["e.ok", "e.kind"])


def judged(fields: dict[str, str], world: Any) -> list[str] | None:
    """Return the verdicts of a rule, or None where it is broken or refused."""
    try:
        return [one.verdict.value for one in judge(rule(**fields), Facts(values=world, documents={}))]
    except CheckerError:
        return None


@SEVERAL
@given(any_rule, partial_worlds())
def test_a_verdict_that_is_not_unknown_stays_whatever_else_becomes_known(
    fields: dict[str, str], world: tuple[Any, Any]
) -> None:
    more, less = (judged(fields, each) for each in world)
    if less is None or "unknown" in less:
        return
    if less == ["not-applicable"]:
        assert more is None or set(more) <= {"not-applicable"}
    else:
        assert more == less
