"""Closures answer as the engine does, or leave the answer to it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from checker.expressions.cel import Expression, compile_expression
from checker.expressions.compiled import LONGEST_LOOP
from checker.expressions.operators import DeclinedError
from checker.expressions.result import Missing, Value
from checker.loading import pack

NAMES = ("absent", "known", "nothing", "rows")
FACTS: dict[str, Any] = {
    "known": {"yes": True, "no": False, "number": 3, "text": "abc", "list": ["a", "b"], "map": {"k": 1}},
    "nothing": {},
    "rows": [{"q": 1}, {}, {"z": 1}],
}
ATOMS = (
    "known.yes",
    "known.no",
    "known.gone",
    "nothing.gone_too",
    "known.number == 3",
    "known.number < 4",
    "known.text == 'abc'",
    "known.text in known.list",
    "'k' in known.map",
    "has(known.map)",
    "has(nothing.q.r)",
    "known.number",
    "rows.exists(e, has(e.q))",
    "rows.all(e, e.q == 1)",
    "absent",
)


def compiled(text: str) -> Expression | None:
    found = compile_expression(text, NAMES)
    return found if isinstance(found, Expression) else None


def agrees(text: str, facts: dict[str, Any]) -> bool | None:
    """Compare the closure of an expression with the engine; None where the closure leaves it to the engine."""
    expression = compiled(text)
    if expression is None:
        return None
    try:
        found = expression.closure(facts)
    except DeclinedError:
        return None
    result = found if isinstance(found, Missing) else Value(found)
    return repr(result) == repr(expression.by_engine(facts))


@pytest.mark.parametrize("shape", ["{}", "!{}", "[{}]", "size({})", "rows.filter(e, {})", "rows.map(e, {})"])
def test_one_operand(shape: str) -> None:
    answers = [agrees(shape.format(atom), FACTS) for atom in ATOMS]
    assert False not in answers
    assert True in answers


@pytest.mark.parametrize("operator", ["&&", "||", "==", "!=", "in", "+", "<", "<=", ">", ">="])
def test_two_operands(operator: str) -> None:
    answers = [agrees(f"({first}) {operator} ({second})", FACTS) for first, second in product(ATOMS, ATOMS)]
    assert False not in answers
    assert True in answers


@pytest.mark.parametrize(
    "shape",
    [
        "rows.all(e, ({}) || e.q == 1 || ({}))",
        "rows.exists(e, ({}) && e.q == 2 && ({}))",
        "rows.filter(e, ({}) && e.q == 1 && ({}))",
        "({}) ? ({}) : nothing.third",
        "({}) && ({}) || nothing.third",
        "[{}, {}]",
    ],
)
def test_two_operands_within(shape: str) -> None:
    answers = [agrees(shape.format(first, second), FACTS) for first, second in product(ATOMS, ATOMS)]
    assert False not in answers
    assert True in answers


@pytest.mark.parametrize(
    "text",
    [
        "known.number == 3.0",
        "known.yes == 1",
        "known.text == 3",
        "known.number + known.text",
        "known.number.field",
        "known.text.matches('a')",
        "known.yes && known.number",
        "known.list[5]",
        "9223372036854775807 + known.number",
        "rows.exists_one(e, has(e.q))",
        "{'a': known.number}.a == 3",
    ],
)
def test_what_is_left_to_the_engine(text: str) -> None:
    assert compiled(text) is not None
    assert agrees(text, FACTS) is None


def test_a_long_list_is_left_to_the_engine() -> None:
    rows: list[Any] = [{"q": 1}] * LONGEST_LOOP
    assert agrees("rows.all(e, e.q == 1)", {"rows": rows}) is True
    assert agrees("rows.all(e, e.q == 1)", {"rows": [*rows, {"q": 1}]}) is None


def test_parts_of_the_facts_come_back_as_they_are() -> None:
    """So a report has one order of keys, that of whoever wrote them."""
    expression = compiled("rows.filter(e, has(e.q) || has(e.z))")
    assert expression is not None
    result = expression.evaluate(FACTS)
    assert isinstance(result, Value)
    assert [element is row for element, row in zip(result.value, (FACTS["rows"][0], FACTS["rows"][2]), strict=True)]
    assert result.value[0] is FACTS["rows"][0]


def test_every_expression_of_the_shipped_rules_has_a_closure() -> None:
    left = [
        text
        for shipped in pack.load(pack.shipped_documents())
        for rule in shipped.rules
        for text in (*rule.each.values(), *rule.variables.values(), rule.when or "true", rule.require)
        if not compile_expression(text, rule.names).has_closure  # type: ignore[union-attr]
    ]
    assert left == []
