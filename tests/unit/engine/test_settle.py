"""Of findings that wait for one fact, one leads, and nothing that blocks is hidden by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checker.engine.settle import with_causes
from checker.model.finding import Verdict
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style
from tests.made import finding, report

if TYPE_CHECKING:
    from checker.model.finding import Finding

GAP = "acme/x is not in the catalog of models|manifest#/models/0/model"


def unknown(rule: str, **changes: Any) -> Finding:
    return finding(Verdict.UNKNOWN, **{"rule": rule, "gap": GAP, **changes})


def causes(*findings: Finding) -> dict[str, str]:
    """Return, by rule, the rule that each finding waits for."""
    told = with_causes(findings)
    rules = {one.fingerprint: one.rule for one in told}
    return {one.rule: rules.get(one.cause, "") for one in told}


@pytest.mark.parametrize("known", ["catalog/known-model", "catalog/known-license"])
def test_the_rule_that_is_nearest_to_the_fact_leads(known: str) -> None:
    waiting = [unknown("house/user-cap"), unknown("license/user-cap")]
    assert causes(*waiting, unknown(known)) == {"house/user-cap": known, "license/user-cap": known, known: ""}


def test_the_model_is_nearer_than_its_license() -> None:
    found = causes(unknown("catalog/known-license"), unknown("catalog/known-model"))
    assert found == {"catalog/known-license": "catalog/known-model", "catalog/known-model": ""}


@pytest.mark.parametrize(
    "change",
    [{"gap": "another"}, {"gap": ""}, {"model": "another"}, {"verdict": Verdict.FAIL}],
    ids=["another fact", "no fact", "another use", "no missing fact"],
)
def test_what_does_not_wait_stands_alone(change: dict[str, Any]) -> None:
    found = causes(unknown("catalog/known-model"), unknown("license/user-cap")._replace(**change))
    assert set(found.values()) == {""}


def test_a_finding_alone_has_no_cause() -> None:
    assert causes(unknown("license/user-cap")) == {"license/user-cap": ""}


@pytest.mark.parametrize("form", sorted(REPORTERS.keys() - {"json"}))
def test_what_leads_lightly_is_told_as_heavily_as_what_waits(form: str) -> None:
    light = unknown("catalog/known-model", severity=Severity.INFO)
    of = report(*with_causes([light, unknown("license/user-cap")]))
    (group,) = of.groups()
    assert group.severity is Severity.ERROR
    assert of.blocks(group)
    told = REPORTERS[form](of, Style())
    assert "license/user-cap" in told or "1 more rule" in told
    assert int(of.exit_code()) == 1


@pytest.mark.parametrize("form", sorted(REPORTERS.keys() - {"json"}))
def test_where_the_leader_is_accepted_the_others_are_told(form: str) -> None:
    leader, waiting = with_causes([unknown("catalog/known-model"), unknown("license/user-cap")])
    of = report(leader._replace(verdict=Verdict.WAIVED), waiting)
    assert len(of.groups()) == 2
    assert "license/user-cap" in REPORTERS[form](of, Style())
