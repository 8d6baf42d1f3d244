"""The shipped rules against the shipped cases, and every rule against having cases at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.app.policy_test import run
from checker.app.settings import Settings
from checker.loading import pack, policy_tests
from checker.model.finding import Verdict
from tests.support import in_force

if TYPE_CHECKING:
    from checker.app.policy_test import Tested

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "policies" / "tests"
SETTINGS = Settings(paths=(), current=ROOT, as_of="2026-11-23")
POLICY = in_force(*pack.load(pack.shipped_documents()))
ELSEWHERE = ("baseline", "trust")
"""Packs that compare files and commits, which a case does not have: tests/cli/test_baseline.py, test_trusted_ref.py."""

SEVERAL = ("waiver/ambiguous", "approval/ambiguous", "manifest/config-not-in-force")
"""Rules about several manifests or folders, of which a case has one: test_exceptions.py and test_looked_past.py."""

RULES = [rule.id for rule in POLICY.rules if rule.pack not in ELSEWHERE and rule.id not in SEVERAL]

NEVER_UNKNOWN = {
    "catalog/declared-license": "reads only what is declared, and looked up by it",
    "catalog/license-evidence": "reads what is declared, and whether a file is there",
    "catalog/declared-base": "reads what is declared, and whether a file is there",
    "catalog/base-by-declaration": "reads what is declared, and whether a file is there",
    "catalog/pinned-model": "a name moves or does not; of one that nobody knows, `latest` decides",
    "manifest/overrides-config": "compares two files that are there",
    "manifest/unused-data": "reads only what is declared",
    "license/maker-reading": "speaks only where a reading is on record",
    "provider/retention": "speaks only where retention is on record",
    **{
        rule.id: "reads what the config says, and what it is held against"
        for rule in POLICY.rules
        if rule.pack in ("waiver", "approval", "agreement")
    },
}
"""Rules that read nothing which may be missing, and why."""

NEVER_PASSES = {
    "catalog/base-by-declaration": "speaks only where a base model is declared; else it does not apply",
    "manifest/overrides-config": "speaks only where something is overridden; else it does not apply",
    "manifest/unused-data": "speaks only where a data set is unused; else it does not apply",
}
"""Rules that say nothing where nothing is wrong."""

NEVER_FAILS = {
    "catalog/known-model": "a model is known or not, and unknown blocks like fail",
    "catalog/known-license": "a license is known or not",
    "catalog/known-provider": "a provider is known or not",
    "license/derivative-declared": "the trained model is declared, or which one it is is not known",
    "catalog/consistent": "of two that contradict each other neither is believed, so what they decide is not known",
}
"""Rules whose only question is whether something is known."""


@pytest.fixture(scope="module")
def tested() -> Tested:
    return run([CASES], SETTINGS)


def test_every_case_comes_to_what_it_expects(tested: Tested) -> None:
    assert [f"{problem.path}:{problem.line}: {problem.message}" for problem in tested.problems] == []
    assert tested.cases >= 200


@pytest.mark.parametrize("rule", RULES)
def test_a_shipped_rule_has_a_case_for_every_verdict_that_it_can_come_to(rule: str, tested: Tested) -> None:
    due = {Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN}
    due -= {Verdict.UNKNOWN} if rule in NEVER_UNKNOWN else set()
    due -= {Verdict.PASS} if rule in NEVER_PASSES else set()
    due -= {Verdict.FAIL} if rule in NEVER_FAILS else set()
    if rule in NEVER_PASSES:
        due |= {Verdict.NOT_APPLICABLE}
    covered = {verdict for name, verdict in tested.covered if name == rule}
    assert {verdict.value for verdict in due - covered} == set()


@pytest.mark.parametrize("table", [NEVER_UNKNOWN, NEVER_PASSES, NEVER_FAILS], ids=["unknown", "pass", "fail"])
def test_an_exception_is_one_of_a_rule_that_exists(table: dict[str, str]) -> None:
    assert table.keys() - {*RULES, *SEVERAL} == set()


def test_a_rule_that_is_excepted_has_no_such_case_after_all(tested: Tested) -> None:
    """What has a case needs no excuse."""
    assert {rule for rule, verdict in tested.covered if verdict is Verdict.UNKNOWN} & NEVER_UNKNOWN.keys() == set()
    assert {rule for rule, verdict in tested.covered if verdict is Verdict.PASS} & NEVER_PASSES.keys() == set()
    assert {rule for rule, verdict in tested.covered if verdict is Verdict.FAIL} & NEVER_FAILS.keys() == set()


def test_every_case_names_only_rules_that_are_in_force(tested: Tested) -> None:
    assert {rule for rule, _ in tested.covered if rule.partition("/")[0] not in ELSEWHERE} - {*RULES, *SEVERAL} == set()


def test_no_two_cases_of_a_file_have_the_same_name() -> None:
    for file in sorted(CASES.glob("*.yaml")):
        names = [case.name for case in policy_tests.load(file, ROOT)]
        assert sorted({name for name in names if names.count(name) > 1}) == [], file.name


# What DESIGN section 6 promises to ship, by id and severity.
PROMISED = {
    "catalog/known-model": "error",
    "catalog/known-license": "error",
    "catalog/declared-license": "error",
    "catalog/pinned-model": "warning",
    "license/commercial-use": "error",
    "license/user-cap": "error",
    "license/revenue-cap": "error",
    "house/user-cap": "error",
    "license/territory": "error",
    "license/modification": "error",
    "license/redistribution": "error",
    "license/attribution": "error",
    "license/outputs": "error",
    "openness/deployable": "error",
    "openness/required": "error",
    "residency/processing": "error",
    "residency/storage": "error",
    "residency/infrastructure": "error",
    "residency/destinations": "error",
    "provider/enterprise-terms": "error",
    "provider/trains-on-data": "error",
    "lifecycle/retired": "error",
    "lifecycle/prototype-choice": "info",
}


def test_the_rules_that_are_promised_are_shipped_with_their_severities() -> None:
    shipped = {rule.id: rule.severity.value for rule in POLICY.rules}
    assert {rule: shipped.get(rule) for rule in PROMISED} == PROMISED


@pytest.mark.parametrize("rule", POLICY.rules, ids=lambda rule: rule.id)
def test_a_shipped_rule_explains_itself(rule: object) -> None:
    for field in ("title", "message", "why", "fix"):
        text = getattr(rule, field)
        assert text.strip()
        assert "TODO" not in text
    assert len(getattr(rule, "at")) >= 1  # noqa: B009  a place to look at


def test_a_case_that_is_wrong_is_a_problem_with_its_place(tmp_path: Path) -> None:
    """The runner itself: it does say so when a verdict is another one, or a rule is not there."""
    case = (
        "version: 1\ncases:\n  - name: wrong\n    manifest:\n      version: 1\n"
        "      project: {name: p, owner: o, use: commercial}\n"
        "      models: [{id: a, model: microsoft/phi-4, purpose: x, data: [], deployment: {type: on-device}}]\n"
        "    expect: {license/commercial-use: fail, license/comercial-use: pass, license/outputs: not-applicable}\n"
    )
    (tmp_path / "cases.yaml").write_text(case, encoding="utf-8")
    found = run([tmp_path], SETTINGS._replace(current=tmp_path))
    assert sorted((problem.path, problem.line, "wrong" in problem.message) for problem in found.problems) == [
        ("cases.yaml", 3, True),
        ("cases.yaml", 3, True),
    ]
    assert found.cases == 1
