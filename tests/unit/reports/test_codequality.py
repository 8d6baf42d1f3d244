"""The report as GitLab's Code Quality: what its parser asks for, and nothing that it would drop."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import Draft7Validator

from checker.app.check import run
from checker.app.settings import Settings
from checker.errors import Problem
from checker.model.finding import Place, Verdict
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style
from checker.source import Span
from tests.made import SPAN, WAIVER, finding, report

if TYPE_CHECKING:
    from checker.model.report import Report

ROOT = Path(__file__).resolve().parents[3]
DAY = "2026-11-23"
TEXT = {"type": "string", "minLength": 1}
VALIDATOR = Draft7Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "additionalProperties": False,
            "properties": {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "content": {"type": "object", "required": ["body"], "properties": {"body": TEXT}},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": r"^(?!\./|/|.*(^|/)\.\.(/|$))."},
                        "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                    },
                },
            },
        },
    }
)
"""What GitLab's documentation asks for; one issue that does not keep to it is dropped without a word."""

MANIFEST = """\
version: 1
project: {name: claims, owner: team, use: commercial}
data: {claims: {classification: [personal], residency: [EU]}}
models:
  - id: triage
    model: LGAI-EXAONE/EXAONE-4.0-32B
    purpose: sort
    data: [claims]
    deployment: {type: self-hosted, provider: aws, region: eu-west-2}
  - id: draft
    model: "acme/unheard-of \\u202e ##[error]x"
    purpose: write
    data: [claims]
    deployment:
      type: api
      provider: nobody-knows
"""
CONFIG = """\
version: 1
waivers:
  - {rule: license/commercial-use, model: triage, reason: "pilot", owner: team, approved_by: legal@example.com,
     granted: 2026-11-01, expires: 2026-12-31}
  - {rule: license/attribution, model: nowhere, reason: over, owner: team, approved_by: legal@example.com,
     granted: 2025-01-01, expires: 2025-02-01}
"""
RUNS: dict[str, dict[str, str]] = {
    "waivers and findings of the config": {"model-manifest.yaml": MANIFEST, ".modelpolicy.yaml": CONFIG},
    "paths that are not plain": {
        f"{folder}/model-manifest.yaml": MANIFEST for folder in ("Schadenfälle 名前 😀", "a b", "##[error]c", "d:e\t")
    },
    "a manifest that is not YAML": {"a b/model-manifest.yaml": "{"},
    "no manifest": {},
    "an invalid config": {"model-manifest.yaml": MANIFEST, ".modelpolicy.yaml": "version: 1\npolicy: []\n"},
}
MADE: dict[str, Report] = {
    "nothing checked": report(manifests=0),
    "nothing to say": report(finding(Verdict.PASS)),
    "the same again": report(finding(), finding(), finding(), problems=(Problem("a", "m"), Problem("a", "m"))),
    "empty words": report(finding(message="", fix="", model="", project="")),
    "files elsewhere": report(
        *(finding(place=Place(SPAN._replace(path=path), "")) for path in ("/a/b.yaml", "../c.yaml", "\udcff.yaml")),
        problems=(Problem("..", "m", line=1), Problem("", "n"), Problem("\ud800.yaml", "o")),
    ),
}


def judged(folder: Path, files: dict[str, str]) -> Report:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return run(Settings(paths=(folder,), current=folder, as_of=DAY)).report


@cache
def of_examples() -> Report:
    return run(Settings(paths=(ROOT / "examples",), current=ROOT / "examples", as_of=DAY)).report


def issues(of: Report) -> list[Any]:
    found: list[Any] = json.loads(REPORTERS["codequality"](of, Style()), parse_constant=pytest.fail)
    return found


def holds(of: Report) -> None:
    text = REPORTERS["codequality"](of, Style())
    assert text.isascii()
    assert text.endswith("]\n")
    assert "##[" not in text
    assert json.dumps(issues(of), ensure_ascii=False).encode(), "half of a surrogate pair"
    assert REPORTERS["codequality"](of, Style(all=True, width=40, color=True)) == text
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text))] == []
    prints = [issue["fingerprint"] for issue in issues(of)]
    assert len(prints) == len(set(prints))


@pytest.mark.parametrize("files", RUNS.values(), ids=RUNS)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of such names")
def test_every_run_is_taken_by_gitlab(files: dict[str, str], tmp_path: Path) -> None:
    of = judged(tmp_path, files)
    holds(of)
    assert issues(of)
    assert {issue["location"]["path"] for issue in issues(of)} <= {*files, ".modelpolicy.yaml"}


@pytest.mark.parametrize("of", MADE.values(), ids=MADE)
def test_every_report_is_taken_by_gitlab(of: Report) -> None:
    holds(of)


def test_the_examples_are_taken_by_gitlab() -> None:
    holds(of_examples())
    causes = [group for group in of_examples().groups() if group.leader.verdict is not Verdict.WAIVED]
    assert len(issues(of_examples())) == len(causes)


def test_an_issue_says_what_is_wrong_where_and_for_whom() -> None:
    one = finding(place=Place(SPAN._replace(end_line=9), "/models/0"))
    assert issues(report(one)) == [
        {
            "description": "llama4 asks for a notice [claims: triage]",
            "check_name": "license/attribution",
            "fingerprint": one.fingerprint,
            "severity": "critical",
            "location": {"path": "claims/model-manifest.yaml", "lines": {"begin": 7}},
        }
    ]


@pytest.mark.parametrize(
    ("verdict", "severity", "fail_on", "word"),
    [
        (Verdict.FAIL, Severity.ERROR, Severity.ERROR, "critical"),
        (Verdict.UNKNOWN, Severity.ERROR, Severity.ERROR, "major"),
        (Verdict.FAIL, Severity.WARNING, Severity.ERROR, "minor"),
        (Verdict.UNKNOWN, Severity.WARNING, Severity.ERROR, "minor"),
        (Verdict.FAIL, Severity.INFO, Severity.ERROR, "info"),
        (Verdict.FAIL, Severity.WARNING, Severity.WARNING, "critical"),
        (Verdict.UNKNOWN, Severity.INFO, Severity.INFO, "major"),
    ],
)
def test_what_stops_the_build_is_at_least_major(
    verdict: Verdict, severity: Severity, fail_on: Severity, word: str
) -> None:
    (issue,) = issues(report(finding(verdict, severity=severity), fail_on=fail_on))
    assert issue["severity"] == word


def test_what_is_waived_or_passes_is_left_out(tmp_path: Path) -> None:
    of = judged(tmp_path, RUNS["waivers and findings of the config"])
    assert Verdict.WAIVED in {one.verdict for one in of.findings}
    told = [one for one in of.findings if one.verdict in (Verdict.FAIL, Verdict.UNKNOWN) and not one.cause]
    assert sorted(issue["check_name"] for issue in issues(of)) == sorted(one.rule for one in told)
    waived = [one._replace(verdict=Verdict.WAIVED, exemption=WAIVER) for one in of.findings]
    assert issues(of._replace(findings=tuple(waived))) == []


def test_a_finding_of_the_config_stands_in_the_config(tmp_path: Path) -> None:
    of = judged(tmp_path, RUNS["waivers and findings of the config"])
    (expired,) = [issue for issue in issues(of) if issue["check_name"] == "waiver/expired"]
    assert expired["location"] == {"path": ".modelpolicy.yaml", "lines": {"begin": 6}}


@pytest.mark.parametrize("name", ["a manifest that is not YAML", "no manifest", "an invalid config"])
def test_what_could_not_be_judged_is_the_worst_there_is(name: str, tmp_path: Path) -> None:
    of = judged(tmp_path, RUNS[name])
    found = issues(of)
    assert len(found) == len(of.problems) > 0
    assert {(issue["check_name"], issue["severity"]) for issue in found} == {("modelpolicy/not-judged", "blocker")}
    assert all(issue["description"].startswith("This could not be judged: ") for issue in found)


def test_a_run_that_checked_nothing_is_not_clean() -> None:
    assert [issue["severity"] for issue in issues(report(manifests=0))] == ["blocker"]
    assert issues(report(finding(Verdict.PASS))) == []


def test_fingerprints_stay_while_lines_move_and_tell_equal_findings_apart() -> None:
    moved = finding(place=Place(SPAN._replace(line=70, end_line=70), ""))
    first, second = (
        issues(report(one, one, problems=(Problem("a.yaml", "m", line=at),)))
        for one, at in ((finding(), 1), (moved, 2))
    )
    assert [issue["fingerprint"] for issue in first] == [issue["fingerprint"] for issue in second]
    assert len({issue["fingerprint"] for issue in first}) == 3
    assert first != second


def test_the_worst_comes_first() -> None:
    advice, blocking = finding(severity=Severity.INFO), finding()
    found = issues(report(advice, blocking, problems=(Problem("a.yaml", "m"),)))
    assert [issue["severity"] for issue in found] == ["blocker", "critical", "info"]


def test_a_path_outside_of_the_repository_is_named_and_said_to_be_elsewhere() -> None:
    (issue,) = issues(report(finding(place=Place(SPAN._replace(path="../a b/c.yaml"), ""))))
    assert issue["location"]["path"] == "c.yaml"
    assert issue["description"].endswith(" (in ../a b/c.yaml, outside the repository)")


def test_a_problem_without_a_file_names_its_path_and_is_shown_in_the_config() -> None:
    (issue,) = issues(report(problems=(Problem("no/such", "there is no such folder", "look again"),)))
    assert issue["location"] == {"path": ".modelpolicy.yaml", "lines": {"begin": 1}}
    assert issue["description"] == "This could not be judged: no/such: there is no such folder (fix: look again)"


def test_text_hides_nothing() -> None:
    hostile = "a\u202e\x1b[1m\u200b\ud800\n##[error]b"
    found = issues(report(finding(message=hostile, model=hostile), problems=(Problem(hostile, hostile, hostile),)))
    assert all(issue["description"].isprintable() for issue in found)


SHIPPED = Span(path="builtin/license.yaml", line=4, column=5, end_line=9, end_column=1)


def test_a_shipped_rule_leads_to_its_page() -> None:
    (own,) = issues(report(finding()))
    (shipped,) = issues(report(finding(policy=SHIPPED)))
    assert "content" not in own
    assert (
        "(https://github.com/modelpolicy/modelpolicy/blob/main/docs/rules/license/attribution.md)"
        in (shipped["content"]["body"])
    )


def test_another_day_than_today_is_said() -> None:
    (issue,) = issues(report(finding())._replace(today="2026-12-01"))
    assert issue["description"].endswith("(as of 2026-11-23)")
