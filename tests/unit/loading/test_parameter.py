"""Parameters: typed defaults of packs, changed by what the config and the command line give."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import in_force, load_pack, only, pack_text, refused

TYPED = load_pack(
    pack_text(
        head="""\
params:
  caps: {type: map, values: integer, default: {llama: 1, qwen: 2}, means: the most users}
  days: {type: integer, default: 5, means: the most days}
  names: {type: list, items: string, default: [x], means: the names}
  strict: {type: boolean, default: true, means: whether}
  ratio: {type: number, default: 0.5, means: the share}
  word: {type: string, default: w, means: the word}
"""
    )
)
DEFAULTS = {"caps": {"llama": 1, "qwen": 2}, "days": 5, "names": ["x"], "strict": True, "ratio": 0.5, "word": "w"}


def test_without_anything_given_parameters_have_their_defaults() -> None:
    assert in_force(TYPED).params == DEFAULTS


GIVEN: dict[str, tuple[str, Any, Any]] = {
    "a number replaces": ("days", 9, 9),
    "zero replaces": ("days", 0, 0),
    "false replaces": ("strict", False, False),
    "an empty text replaces": ("word", "", ""),
    "a whole number is a number": ("ratio", 1, 1),
    "a list replaces as a whole": ("names", ["y"], ["y"]),
    "an empty list replaces too": ("names", [], []),
    "a map changes one key": ("caps", {"llama": 9}, {"llama": 9, "qwen": 2}),
    "a map adds a key": ("caps", {"gemma": 3}, {"llama": 1, "qwen": 2, "gemma": 3}),
    "null in a map removes a key": ("caps", {"llama": None}, {"qwen": 2}),
    "null for what is not there is nothing": ("caps", {"zzz": None}, {"llama": 1, "qwen": 2}),
    "an empty map changes nothing": ("caps", {}, {"llama": 1, "qwen": 2}),
}


@pytest.mark.parametrize(("name", "given", "settled"), GIVEN.values(), ids=GIVEN)
def test_what_is_given_changes_a_default(name: str, given: Any, settled: Any) -> None:
    assert in_force(TYPED, params={name: given}).params == {**DEFAULTS, name: settled}


def test_merging_leaves_the_defaults_of_the_pack_alone() -> None:
    in_force(TYPED, params={"caps": {"llama": None}})
    assert in_force(TYPED).params == DEFAULTS


WRONG = {
    "text for a whole number": ("days", "5", "is to be a integer", "the most days"),
    "a truth value for a whole number": ("days", True, "is to be a integer", "the most days"),
    "a number for a truth value": ("strict", 1, "is to be a boolean", "whether"),
    "a number for text": ("word", 5, "is to be a string", "the word"),
    "a truth value for a number": ("ratio", False, "is to be a number", "the share"),
    "text for a list": ("names", "x", "is to be a list of string", "the names"),
    "a number in a list of texts": ("names", ["x", 1], "is to be a list of string", "the names"),
    "a list for a map": ("caps", [], "is to be a map of integer", "the most users"),
    "text in a map of numbers": ("caps", {"llama": "x"}, "is to be a map of integer", "the most users"),
}


@pytest.mark.parametrize(("name", "given", "message", "hint"), WRONG.values(), ids=WRONG)
def test_a_parameter_of_another_type_is_refused(name: str, given: Any, message: str, hint: str) -> None:
    problem = only(refused(lambda: in_force(TYPED, params={name: given})))
    assert message in problem.message
    assert problem.hint == hint


@pytest.mark.parametrize(("name", "hint"), [("day", "did you mean `days`?"), ("zzz", "known: caps, days, names")])
def test_a_parameter_that_no_pack_declares_is_refused(name: str, hint: str) -> None:
    problem = only(refused(lambda: in_force(TYPED, params={name: 1})))
    assert problem.message == f"no pack in force has a parameter `{name}`"
    assert problem.hint.startswith(hint)


def test_no_rule_ever_sees_a_null() -> None:
    head = "params: {a: {type: map, values: integer, default: {x: null}, means: m}}\n"
    assert in_force(load_pack(pack_text(head=head))).params == {"a": {}}
    refused(lambda: in_force(TYPED, params={"names": [None]}))


def test_a_parameter_that_two_packs_declare_is_refused() -> None:
    other = pack_text({"id": "t/two"}, head='params: {days: {type: string, default: "x", means: m}}\n')
    refused(lambda: in_force(TYPED, load_pack(other)))
