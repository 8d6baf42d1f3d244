"""Texts with holes: what is a hole, how it is filled, and how facts are shown to people."""

from __future__ import annotations

from typing import Any

import pytest

from checker.expressions.template import fill, holes, show

HOLES = {
    "no hole": ("text", (), "text"),
    "a hole": ("a {x} b", ("x",), "a <x> b"),
    "two holes": ("{x}{y}", ("x", "y"), "<x><y>"),
    "the same hole twice": ("{x} {x}", ("x", "x"), "<x> <x>"),
    "double braces are braces": ("{{x}}", (), "{x}"),
    "a hole inside braces": ("{{{x}}}", ("x",), "{<x>}"),
    "an expression": ('{use["a"] == "b"}', ('use["a"] == "b"',), '<use["a"] == "b">'),
    "a hole over two lines": ("{a\nb}", ("a\nb",), "<a\nb>"),
    "an empty hole": ("{}", ("",), "<>"),
    "a brace that is never closed": ("a { b", (), "a { b"),
    "a brace that was never opened": ("a } b", (), "a } b"),
    "four braces": ("{{{{", (), "{{"),
    "nothing": ("", (), ""),
}


@pytest.mark.parametrize(("text", "found", "filled"), HOLES.values(), ids=HOLES)
def test_holes_are_found_and_filled(text: str, found: tuple[str, ...], filled: str) -> None:
    assert holes(text) == found
    assert fill(text, lambda hole: f"<{hole}>") == filled


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{known} and {not}", ""),
        ("One {known}. Two {not}. Three.", "One yes. Three."),
        ("Is it {not}? It is {known}!", "It is yes!"),
        ('{known ? "a. b" : "c"} is one sentence', ""),
        ("{{not}} is no hole", "{not} is no hole"),
    ],
)
def test_a_sentence_with_a_hole_that_can_not_be_filled_is_left_out(text: str, filled: str) -> None:
    assert fill(text, {"known": "yes"}.get) == filled


def test_what_fills_a_hole_is_never_read_for_holes() -> None:
    """A manifest's text that holds braces stays text: only the policy's author writes holes."""
    assert fill("{x}", {"x": "{secret} {{", "secret": "s"}.get) == "{secret} {{"


@pytest.mark.parametrize("empty", [False, 0, "", []], ids=repr)
def test_a_value_that_is_empty_or_false_fills_a_hole(empty: Any) -> None:
    assert fill("{x}", {"x": empty}.get) == show(empty)


SHOWN = [
    (True, "yes"),
    (False, "no"),
    (0, "0"),
    (700_000_000, "700,000,000"),
    (-5, "-5"),
    (1234.5, "1,234.5"),
    ("text", "text"),
    ("", ""),
    ("ANY", "anywhere"),
    (["DE", "?"], "DE, a place that is not known"),
    ([], "none"),
    (["DE"], "DE"),
    (["DE", "FR"], "DE, FR"),
    (("DE", "FR"), "DE, FR"),
    ([True, 1000, {"name": "n"}], "yes, 1,000, n"),
    (list("abcdefgh"), "a, b, c, d, e, f, g, h"),
    (list("abcdefghi"), "a, b, c, d, e, f, g and 2 more"),
    ({"name": "Llama", "id": "llama4"}, "Llama"),
    ({"id": "llama4"}, "llama4"),
    ({"a": 1}, "a record"),
    ({"at_least": 3}, "at least 3"),
    ({"at_most": 4000}, "at most 4,000"),
    ({"at_least": 3, "at_most": 5}, "at least 3 and at most 5"),
    ({"at_least": 3, "at_most": 3}, "3"),
    ({"at_least": 0}, "at least 0"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=[f"{value!r}" for value, _ in SHOWN])
def test_facts_are_shown_as_people_write_them(value: Any, text: str) -> None:
    assert show(value) == text
