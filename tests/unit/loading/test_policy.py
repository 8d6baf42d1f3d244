"""Packs put together: rules that clash, severities that change, and the digest of it all."""

from __future__ import annotations

import pytest

from checker.loading import pack
from checker.model.policy import Severity
from tests.support import in_force, load_pack, only, pack_text, refused

# --- Packs together ----------------------------------------------------------------------------------------------


def test_a_rule_id_that_stands_twice_in_two_packs_is_refused_at_the_later() -> None:
    first, second = load_pack(pack_text(), "first.yaml"), load_pack(pack_text(), "second.yaml")
    problem = only(refused(lambda: in_force(first, second)))
    assert (problem.path, problem.line, problem.column) == ("second.yaml", 5, 9)
    assert problem.message == "the rule `t/one` stands twice (first in first.yaml:5)"


def test_a_rule_id_that_stands_twice_in_one_pack_is_refused() -> None:
    problem = only(refused(lambda: in_force(load_pack(pack_text({}, {})))))
    assert problem.message == "the rule `t/one` stands twice (first in rules.yaml:5)"


@pytest.mark.parametrize(("rule", "hint"), [("t/ones", "did you mean `t/one`?"), ("q/q", "")])
def test_a_severity_for_a_rule_that_there_is_not_is_refused(rule: str, hint: str) -> None:
    problem = only(refused(lambda: in_force(load_pack(pack_text()), severities={rule: None})))
    assert problem.message == f"no pack in force has a rule `{rule}`"
    assert problem.hint == hint


def test_a_severity_of_the_config_wins_and_none_turns_a_rule_off() -> None:
    two = load_pack(pack_text({}, {"id": "t/two"}))
    changed = in_force(two, severities={"t/one": Severity.INFO, "t/two": None})
    assert [rule.id for rule in changed.rules] == ["t/one"]
    assert changed.severity(two.rules[0]) is Severity.INFO


def test_the_digest_depends_on_rules_parameters_and_severities_and_not_on_where_they_stand() -> None:
    head = "params: {days: {type: integer, default: 5, means: m}}\n"
    here, there = load_pack(pack_text(head=head), "here.yaml"), load_pack(pack_text(head=head), "there.yaml")
    other = load_pack(pack_text({"require": '"false"'}, head=head))
    assert in_force(here).digest() == in_force(there).digest()
    changed = [in_force(other), in_force(here, params={"days": 9}), in_force(here, severities={"t/one": None})]
    assert len({each.digest() for each in (in_force(here), *changed)}) == 4


def test_what_ships_loads_and_no_two_packs_clash() -> None:
    assert len(in_force(*pack.load(pack.shipped_documents())).rules) >= 21
