"""One line a cause, as compilers print it."""

from __future__ import annotations

import pytest

from checker.errors import Problem
from checker.model.finding import Verdict
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style
from tests.made import finding, report


def lines(*arguments: object, **more: object) -> list[str]:
    return REPORTERS["concise"](report(*arguments, **more), Style()).splitlines()  # type: ignore[arg-type]


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNKNOWN])
def test_a_line_names_place_severity_rule_and_what_is_wrong(verdict: Verdict, severity: Severity) -> None:
    line, _ = lines(finding(verdict, severity=severity))
    what = f"{severity.value}[license/attribution]: llama4 asks for a notice"
    assert line == f"claims/model-manifest.yaml:7:12: {what}"


def test_what_is_accepted_or_passes_has_no_line() -> None:
    assert len(lines(finding(Verdict.WAIVED), finding(Verdict.PASS), finding(Verdict.NOT_APPLICABLE))) == 1


def test_what_could_not_be_judged_comes_first() -> None:
    first, *_ = lines(finding(), problems=(Problem(path="a.yaml", line=2, column=1, message="no YAML", hint=""),))
    assert first == "a.yaml:2:1: error: no YAML"


def test_text_stays_in_its_line_and_is_no_command() -> None:
    line, _ = lines(finding(message="a\n::error::b ##[group]"))
    assert "::" not in line.replace("12: ", "")
    assert "##[" not in line
