"""License expressions: what holds together, what may be chosen, and what is no expression at all."""

from __future__ import annotations

from typing import Any

import pytest

from checker.expressions.spdx import Malformed, is_expression, parse


def either(*names: str) -> dict[str, list[str]]:
    return {"any_of": list(names)}


TERMS: dict[str, tuple[str, list[Any]]] = {
    "one name": ("MIT", ["MIT"]),
    "one name in parentheses": ("((MIT))", ["MIT"]),
    "a name of our own": ("LicenseRef-own_1.0", ["LicenseRef-own_1.0"]),
    "a name with a plus": ("GPL-2.0+", ["GPL-2.0+"]),
    "both": ("MIT AND Apache-2.0", ["MIT", "Apache-2.0"]),
    "three": ("A AND B AND C", ["A", "B", "C"]),
    "three in parentheses": ("A AND (B AND C)", ["A", "B", "C"]),
    "either": ("MIT OR Apache-2.0", [either("MIT", "Apache-2.0")]),
    "one of three": ("A OR B OR C", [either("A", "B", "C")]),
    "one of three in parentheses": ("A OR (B OR C)", [either("A", "B", "C")]),
    "AND binds before OR": ("A OR B AND C", [either("A", "B AND C")]),
    "AND binds before OR, at the start": ("A AND B OR C", [either("A AND B", "C")]),
    "parentheses bind before AND": ("(A OR B) AND C", [either("A", "B"), "C"]),
    "a choice between others": ("A AND (B OR C) AND D", ["A", either("B", "C"), "D"]),
    "two choices": ("(A OR B) AND (C OR D)", [either("A", "B"), either("C", "D")]),
    "an alternative with a choice of its own": ("A OR (B AND (C OR D))", [either("A", "B AND (C OR D)")]),
    "an exception stays with its license": (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        ["GPL-2.0-only WITH Classpath-exception-2.0"],
    ),
    "an exception among alternatives": (
        "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT",
        [either("GPL-2.0-only WITH Classpath-exception-2.0", "MIT")],
    ),
    "an exception beside another license": ("A WITH B AND C", ["A WITH B", "C"]),
    "operators in lower case": (
        "mit and (apache-2.0 or gpl-2.0 with classpath-exception-2.0)",
        ["mit", either("apache-2.0", "gpl-2.0 WITH classpath-exception-2.0")],
    ),
    "operators in any case": ("A oR B", [either("A", "B")]),
    "more spaces than needed": ("  A   AND\tB\n", ["A", "B"]),
    "names that hold operators": ("ORacle AND ANDroid", ["ORacle", "ANDroid"]),
}


@pytest.mark.parametrize(("text", "terms"), TERMS.values(), ids=TERMS)
def test_an_expression_says_what_holds_together_and_what_may_be_chosen(text: str, terms: list[Any]) -> None:
    assert parse(text) == terms


MALFORMED = {
    "nothing": "",
    "spaces": "  ",
    "empty parentheses": "()",
    "an operator alone": "AND",
    "an exception alone": "WITH",
    "nothing after AND": "MIT AND",
    "nothing before OR": "OR MIT",
    "nothing after WITH": "GPL-2.0-only WITH",
    "two operators": "MIT AND OR Apache-2.0",
    "two names": "MIT Apache-2.0",
    "two names in an expression": "MIT OR (BSD License) AND X",
    "not": "MIT AND NOT Apache-2.0",
    "an exception of an exception": "A WITH B WITH C",
    "an exception of a choice": "(A OR B) WITH C",
    "a parenthesis that is not closed": "(MIT OR Apache-2.0",
    "a parenthesis that was not opened": "MIT)",
    "a slash": "MIT/Apache-2.0",
    "a comma": "MIT, Apache-2.0",
    "a sentence": "See the LICENSE file.",
    "control characters": "MIT\0OR\x1bX",
    "too deep to be read": "A AND (B OR (" * 1000 + "C" + "))" * 1000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_expression_is_said_to_be_none_and_why(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Malformed)
    assert found.reason
    assert "\n" not in found.reason


def test_names_without_an_operator_between_them_are_told() -> None:
    found = parse("MIT Apache-2.0 OR X")
    assert isinstance(found, Malformed)
    assert found.reason == "`MIT Apache-2.0` lacks an AND or an OR"


NAMES = ("MIT", "Apache-2.0", "GPL-2.0+", "LicenseRef-own", "ORacle", "")
EXPRESSIONS = ("MIT OR Apache-2.0", "(MIT)", "MIT AND", "a b", "MIT\tOR\nX", "MIT)", " ")


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_no_expression(text: str) -> None:
    assert not is_expression(text)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_holds_spaces_or_parentheses_is_one(text: str) -> None:
    assert is_expression(text)
