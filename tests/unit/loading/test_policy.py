"""Packs put together: rules that clash, severities that change, and the digest of it all."""

from __future__ import annotations

import pytest

from checker.loading import pack, policy
from checker.model.manifest import Config
from checker.model.policy import Severity
from tests.support import in_force, load_pack, only, pack_text, refused

# --- Packs together ----------------------------------------------------------------------------------------------


def test_a_rule_id_that_stands_twice_in_two_packs_is_refused_at_the_later() -> None:
    first, second = load_pack(pack_text(), "first.yaml"), load_pack(pack_text(), "second.yaml")
    problem = only(refused(lambda: in_force(first, second)))
    assert (problem.path, problem.line, problem.column) == ("second.yaml", 5, 9)
    assert problem.message == "the rule `t/one` appears twice (first in first.yaml:5)"


def test_a_rule_id_that_stands_twice_in_one_pack_is_refused() -> None:
    problem = only(refused(lambda: in_force(load_pack(pack_text({}, {})))))
    assert problem.message == "the rule `t/one` appears twice (first in rules.yaml:5)"


@pytest.mark.parametrize(
    ("rule", "hint"), [("t/ones", "did you mean `t/one`?"), ("q/q", "check the spelling of the rule")]
)
def test_a_severity_for_a_rule_that_there_is_not_is_refused_where_the_config_sets_it(rule: str, hint: str) -> None:
    config = f"severities: {{t/one: info, {rule}: none}}\n"
    problem = only(refused(lambda: in_force(load_pack(pack_text()), config=config)))
    assert (problem.path, problem.line, problem.column) == (".modelpolicy.yaml", 2, 27)
    assert problem.message == f"no pack in force has a rule `{rule}`"
    assert problem.hint == hint


def test_a_severity_of_the_config_wins_and_none_turns_a_rule_off() -> None:
    two = load_pack(pack_text({}, {"id": "t/two"}))
    changed = in_force(two, config="severities: {t/one: info, t/two: none}\n")
    assert [rule.id for rule in changed.rules] == ["t/one"]
    assert changed.severity(two.rules[0]) is Severity.INFO
    assert changed.severity(two.rules[1]) is None


@pytest.mark.parametrize("severity", list(Severity))
def test_every_severity_can_be_set_and_what_is_not_set_stays(severity: Severity) -> None:
    two = load_pack(pack_text({}, {"id": "t/two", "severity": "warning"}))
    changed = in_force(two, config=f"severities: {{t/one: {severity.value}}}\n")
    assert [changed.severity(rule) for rule in two.rules] == [severity, Severity.WARNING]


def test_a_policy_without_a_rule_in_force_is_refused_at_the_severities() -> None:
    two = load_pack(pack_text({}, {"id": "t/two"}))
    config = "data: {}\nseverities: {t/one: none, t/two: none}\n"
    problem = only(refused(lambda: in_force(two, config=config)))
    assert (problem.path, problem.line, problem.column) == (".modelpolicy.yaml", 3, 1)
    assert problem.message == "no rule is in force"
    assert problem.hint == "turn at least one rule on"


def test_a_policy_without_a_pack_is_refused_though_there_is_no_config() -> None:
    problem = only(refused(lambda: policy.assemble([], Config(), {}, ["tests"])))
    assert problem.message == "no rule is in force"


def test_everything_that_clashes_is_reported_together() -> None:
    head = "params: {days: {type: integer, default: 5, means: m}}\n"
    packs = [load_pack(pack_text(head=head), path) for path in ("first.yaml", "second.yaml")]
    config = "severities: {q/q: none}\nparams: {days: x}\n"
    messages = [problem.message for problem in refused(lambda: in_force(*packs, config=config, params={"zzz": 1}))]
    for expected in ("appears twice", "has a rule `q/q`", "both declare", "must be: integer", "a parameter `zzz`"):
        assert len([message for message in messages if expected in message]) == 1


def test_a_policy_names_its_sources_and_packs_in_their_order() -> None:
    packs = [load_pack(pack_text({"id": f"t/{name}"}), name) for name in ("b", "a")]
    found = policy.assemble(packs, Config(), {}, ["one", "two"])
    assert found.sources == ("one", "two")
    assert [rule.id for rule in found.rules] == ["t/b", "t/a"]


def test_the_digest_depends_on_rules_parameters_and_severities_and_not_on_where_they_stand() -> None:
    head = "params: {days: {type: integer, default: 5, means: m}}\n"
    here, there = load_pack(pack_text(head=head), "here.yaml"), load_pack(pack_text(head=head), "there.yaml")
    other = load_pack(pack_text({"require": '"false"'}, head=head))
    assert in_force(here).digest() == in_force(there).digest()
    changed = [
        in_force(other),
        in_force(here, params={"days": 9}),
        in_force(here, config="severities: {t/one: info}\n"),
        in_force(here, config="severities: {t/one: warning}\n"),
    ]
    assert len({each.digest() for each in (in_force(here), *changed)}) == 5
    assert in_force(here, config="params: {days: 9}\n").digest() == in_force(here, params={"days": 9}).digest()


def test_a_rule_that_is_turned_off_changes_the_digest() -> None:
    two = load_pack(pack_text({}, {"id": "t/two"}))
    assert in_force(two).digest() != in_force(two, config="severities: {t/two: none}\n").digest()


def test_what_ships_loads_and_no_two_packs_clash() -> None:
    assert len(in_force(*pack.load(pack.shipped_documents())).rules) >= 21
