"""Parameters: typed defaults of packs, changed by what the config and the command line give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.loading import catalog
from checker.loading.parameter import faults, fits, settled, unknown_keys
from tests.support import configured, in_force, load_pack, marked, only, pack_text, refused

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
    assert in_force(TYPED, config=written({name: given})).params == {**DEFAULTS, name: settled}


def written(params: dict[str, Any]) -> str:
    """Return the section of a config that sets parameters."""
    return f"params: {json.dumps(params)}\n"


def test_merging_leaves_the_defaults_of_the_pack_alone() -> None:
    in_force(TYPED, params={"caps": {"llama": None}})
    in_force(TYPED, config="params: {caps: {llama: null}}\n")
    assert in_force(TYPED).params == DEFAULTS


LAYERS: dict[str, tuple[tuple[dict[str, Any], ...], Any]] = {
    "the later wins": (({"llama": 9}, {"llama": 8}), {"llama": 8, "qwen": 2}),
    "the later keeps the other keys": (({"llama": 9}, {"qwen": 8}), {"llama": 9, "qwen": 8}),
    "the later removes what the earlier adds": (({"gemma": 9}, {"gemma": None}), {"llama": 1, "qwen": 2}),
    "the later sets what the earlier removes": (({"llama": None}, {"llama": 8}), {"llama": 8, "qwen": 2}),
    "an empty one keeps what the earlier changes": (({"llama": None}, {}), {"qwen": 2}),
}


@pytest.mark.parametrize(("layers", "caps"), LAYERS.values(), ids=LAYERS)
def test_the_command_line_changes_what_the_config_sets(layers: tuple[dict[str, Any], ...], caps: Any) -> None:
    config, params = ({"caps": layer} for layer in layers)
    assert in_force(TYPED, config=written(config), params=params).params == {**DEFAULTS, "caps": caps}
    assert settled([TYPED], config, params) == {**DEFAULTS, "caps": caps}


def test_layers_change_parameters_of_their_own() -> None:
    found = in_force(TYPED, config="params: {days: 9, word: c}\n", params={"word": "p"}).params
    assert found == {**DEFAULTS, "days": 9, "word": "p"}


WRONG = {
    "text for a whole number": ("days", "5", "must be: integer", "the most days"),
    "a truth value for a whole number": ("days", True, "must be: integer", "the most days"),
    "a fraction for a whole number": ("days", 1.5, "must be: integer", "the most days"),
    "a number for a truth value": ("strict", 1, "must be: boolean", "whether"),
    "a number for text": ("word", 5, "must be: string", "the word"),
    "a truth value for a number": ("ratio", False, "must be: number", "the share"),
    "text for a list": ("names", "x", "must be: list of string", "the names"),
    "a number in a list of texts": ("names", ["x", 1], "must be: list of string", "the names"),
    "null in a list": ("names", [None], "must be: list of string", "the names"),
    "a list for a map": ("caps", [], "must be: map of integer", "the most users"),
    "text in a map of numbers": ("caps", {"llama": "x"}, "must be: map of integer", "the most users"),
    "a truth value in a map of numbers": ("caps", {"llama": True}, "must be: map of integer", "the most users"),
}


@pytest.mark.parametrize(("name", "given", "message", "hint"), WRONG.values(), ids=WRONG)
def test_a_parameter_of_another_type_is_refused(name: str, given: Any, message: str, hint: str) -> None:
    problem = only(refused(lambda: in_force(TYPED, params={name: given})))
    assert problem.message == f"the parameter `{name}` {message}"
    assert problem.hint == hint
    assert (problem.path, problem.line) == (f"--param {name}", None)


@pytest.mark.parametrize(("name", "given", "message", "hint"), WRONG.values(), ids=WRONG)
def test_a_parameter_of_another_type_is_refused_where_the_config_sets_it(
    name: str, given: Any, message: str, hint: str
) -> None:
    text, line, column = marked(f"version: 1\nparams:\n  §{name}: {json.dumps(given)}\n")
    problem = only(refused(lambda: in_force(TYPED, config=text.removeprefix("version: 1\n"))))
    assert (problem.path, problem.line, problem.column) == (".modelpolicy.yaml", line, column)
    assert (problem.message, problem.hint) == (f"the parameter `{name}` {message}", hint)


@pytest.mark.parametrize("name", DEFAULTS)
def test_null_is_no_value_of_a_parameter(name: str) -> None:
    only(refused(lambda: in_force(TYPED, params={name: None})))


@pytest.mark.parametrize(("name", "hint"), [("day", "did you mean `days`?"), ("zzz", "known: caps, days, names")])
def test_a_parameter_that_no_pack_declares_is_refused(name: str, hint: str) -> None:
    problem = only(refused(lambda: in_force(TYPED, params={name: 1})))
    assert problem.message == f"no pack in force has a parameter `{name}`"
    assert problem.hint.startswith(hint)
    assert problem.path == f"--param {name}"
    problem = only(refused(lambda: in_force(TYPED, config=f"params: {{days: 1, {name}: 1}}\n")))
    assert problem.message == f"no pack in force has a parameter `{name}`"
    assert problem.hint.startswith(hint)
    assert (problem.path, problem.line, problem.column) == (".modelpolicy.yaml", 2, 19)


def test_without_any_parameter_none_is_known() -> None:
    assert only(refused(lambda: in_force(load_pack(pack_text()), params={"zzz": 1}))).hint == "known: none"


def test_what_is_wrong_in_the_config_and_on_the_command_line_is_reported_together() -> None:
    config = "params: {days: x, zzz: 1}\n"
    params = {"days": "y", "yyy": 1}
    where = [".modelpolicy.yaml", ".modelpolicy.yaml", "--param days", "--param yyy"]
    assert [problem.path for problem in faults([TYPED], configured(config), params)] == where
    assert [problem.path for problem in refused(lambda: in_force(TYPED, config=config, params=params))] == where
    assert list(faults([TYPED], configured(), {})) == []


def test_a_parameter_may_be_given_rightly_twice_but_not_once_wrongly() -> None:
    assert only(refused(lambda: in_force(TYPED, config="params: {days: x}\n", params={"days": 9}))).line == 2


def test_no_rule_ever_sees_a_null() -> None:
    head = "params: {a: {type: map, values: integer, default: {x: 1}, means: m}}\n"
    assert in_force(load_pack(pack_text(head=head)), params={"a": {"x": None}}).params == {"a": {}}
    assert in_force(load_pack(pack_text(head=head)), config="params: {a: {x: null}}\n").params == {"a": {}}
    refused(load_pack, pack_text(head=head.replace("x: 1", "x: null")))
    refused(lambda: in_force(TYPED, params={"names": [None]}))


def test_null_fits_only_in_a_map() -> None:
    by_name = {parameter.name: parameter for parameter in TYPED.parameters}
    assert fits({"llama": None}, by_name["caps"])
    assert not fits([None], by_name["names"])
    assert not any(fits(None, parameter) for parameter in TYPED.parameters)


def test_a_parameter_that_two_packs_declare_is_refused() -> None:
    other = pack_text({"id": "u/two"}, head='params: {days: {type: string, default: "x", means: m}}\n')
    second = load_pack(other.replace("pack: t\n", "pack: u\n"), "second.yaml")
    problem = only(refused(lambda: in_force(TYPED, second)))
    assert problem.path == "second.yaml"
    assert problem.message == "the packs `t` and `u` both declare the parameter `days`"


def test_a_parameter_that_two_packs_declare_is_refused_though_they_agree() -> None:
    head = "params: {days: {type: integer, default: 5, means: the most days}}\n"
    refused(lambda: in_force(TYPED, load_pack(pack_text({"id": "t/two"}, head=head), "second.yaml")))


# --- Keys that name something ------------------------------------------------------------------------------------

CAPS = load_pack(
    pack_text(head="params: {caps: {type: map, values: integer, keys: license, default: {MIT: 1}, means: m}}\n")
)


@pytest.mark.parametrize("config", ["", "params: {caps: {llama4: 5}}\n", "params: {caps: {MIT: null}}\n"])
def test_keys_of_a_map_of_licenses_are_licenses_of_the_catalog(config: str) -> None:
    assert list(unknown_keys(in_force(CAPS, config=config), catalog.load(), configured(config))) == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [("lama4", "did you mean `llama4`?"), ("LLAMA4", "did you mean `llama4`?"), ("#", "use the id of a license")],
)
def test_a_key_that_is_no_license_of_the_catalog_is_told_where_it_is_set(key: str, hint: str) -> None:
    config = f'params: {{caps: {{"{key}": 5}}}}\n'
    problem = only(tuple(unknown_keys(in_force(CAPS, config=config), catalog.load(), configured(config))))
    assert (problem.path, problem.line, problem.column) == (".modelpolicy.yaml", 2, 10)
    assert problem.message == f"the parameter `caps` names `{key}`, which is not a license in the catalog"
    assert problem.hint.startswith(hint)


def test_keys_that_name_nothing_in_particular_may_be_any() -> None:
    policy = in_force(TYPED, params={"caps": {"no such license": 1}})
    assert list(unknown_keys(policy, catalog.load(), configured())) == []
