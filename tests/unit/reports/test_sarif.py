"""The report as SARIF: valid by the standard's schema and Microsoft's validator, and within what GitHub takes.

`tests/data/sarif-schema-2.1.0.json` is the schema of SARIF 2.1.0 by OASIS, as SchemaStore publishes it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from jsonschema_rs import Draft7Validator

from checker import __version__
from checker.app.check import run
from checker.app.settings import Settings
from checker.errors import Problem
from checker.model.finding import Place, Verdict
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style, sarif
from checker.source import Span
from tests.made import SPAN, WAIVER, finding, report
from tests.support import in_force, load_pack, pack_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model.report import Report

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = (ROOT / "tests/data/sarif-schema-2.1.0.json").read_text("utf-8")
# The schema's own pattern of a language has a bracket too many, by which some readers refuse it; it is in no report.
VALIDATOR = Draft7Validator(json.loads(SCHEMA.replace("{2}]?$", "{2}?$")), validate_formats=True)
MULTITOOL = "@microsoft/sarif-multitool@5.7.0"
DAY = "2026-11-23"
NASTY = r"\u202e \u200b [link](https://evil.example) [1](2) {0} <b>b</b> ##[error]x \U0001f600"
"""What readers of SARIF, terminals and build logs act on, as YAML escapes in double quotes."""

MANIFEST = """\
version: 1
project: {name: claims, owner: team, use: commercial}
data:
  claims: {classification: [personal], residency: [EU]}
models:
  - id: triage
    model: LGAI-EXAONE/EXAONE-4.0-32B
    purpose: |
      sort incoming
      claims
    data: [claims]
    deployment: {type: self-hosted, provider: aws, region: eu-west-2}
  - id: draft
    model: "acme/unheard-of NASTY"
    purpose: write
    data: [claims]
    deployment:
      type: api
      provider: nobody-knows
    via: [{name: log, type: api, provider: "unknown NASTY"}]
"""
PASSING = """\
version: 1
project: {name: claims, owner: team, use: commercial}
models:
  - {id: triage, model: microsoft/phi-4, purpose: sort, data: [], deployment: {type: on-device}, attribution: n.md}
"""
PACK = """\
version: 1
pack: own
title: Ours
rules:
  - id: own/short-purpose
    title: The purpose is short
    severity: info
    require: size(use.purpose) < 5
    at: [use.purpose]
    message: "{use.purpose} is not short"
    why: "LONG NASTY"
    fix: Say less.
    references: ["Handbook, page 3", "https://example.com/short?x=1#y", "https://example.com/ not an address"]
""".replace("LONG", "Long purposes are not read. " * 60)
CONFIG = """\
version: 1
policies: [builtin, own.yaml]
waivers:
  - {rule: license/commercial-use, model: triage, reason: "pilot", owner: team, approved_by: legal@example.com,
     granted: 2026-11-01, expires: 2026-12-31}
  - {rule: license/attribution, model: nowhere, reason: over, owner: team, approved_by: legal@example.com,
     granted: 2025-01-01, expires: 2025-02-01}
"""
FULL = {"model-manifest.yaml": MANIFEST.replace("NASTY", NASTY), ".modelpolicy.yaml": CONFIG}
FULL["own.yaml"] = PACK.replace("NASTY", NASTY)

RUNS: dict[str, dict[str, str]] = {
    "passing": {"model-manifest.yaml": PASSING, "n.md": "MIT"},
    "failing": {"model-manifest.yaml": MANIFEST},
    "a pack, waivers and findings of the config": FULL,
    "paths that are not plain": {
        f"{folder}/model-manifest.yaml": MANIFEST
        for folder in (
            "Schadenfälle 名前 😀",
            "a b",
            "100%25?x=#y",
            "c:d",
            "[e](f)",
            "back\\slash",
            "g/.../h",
            "\x7f\t",
        )
    },
    "a manifest that is not YAML": {"model-manifest.yaml": "{"},
    "some manifests that are not YAML": {"a b/model-manifest.yaml": "{", "c/model-manifest.yaml": MANIFEST},
    "many problems": {"model-manifest.yaml": MANIFEST.replace("purpose:", "porpoise:")},
    "no manifest": {},
    "a file with another name": {"model_manifest.yml": MANIFEST},
    "an invalid config": {"model-manifest.yaml": MANIFEST, ".modelpolicy.yaml": "version: 1\npolicy: []\n"},
    "a broken pack": {**FULL, "own.yaml": "version: 1\npack: own\n"},
    "a file that is not text": {"model-manifest.yaml": "version: 1\n\0"},
}
"""Files for which `check` is really run."""

MADE: dict[str, Report] = {
    "nothing checked": report(manifests=0),
    "waived": report(finding(), finding(Verdict.WAIVED, message="x" * 5000), finding(Verdict.PASS)),
    "waived by nobody": report(finding(Verdict.WAIVED, exemption=None)),
    "files elsewhere": report(
        *(
            finding(place=Place(SPAN._replace(path=path), ""), manifest=path)
            for path in ("/a/b.yaml", "../c.yaml", "d/../../e.yaml", "C:/f/g.yaml", "h..i/j.yaml", "\udcff\ud800.yaml")
        ),
        problems=(Problem("/a", "m"), Problem("", "n"), Problem("../..", "o", line=3), Problem("\udcff.yaml", "p")),
    ),
    "the same again": report(finding(), finding(), problems=(Problem("a", "m"), Problem("a", "m"))),
    "empty words": report(finding(message="", title=" ", why="", fix="", references=("",))),
}
"""Reports that no run comes to easily, or not on every system."""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def judged(folder: Path, *paths: Path, fail_on: Severity = Severity.ERROR) -> Report:
    return run(Settings(paths=paths or (folder,), current=folder, as_of=DAY, fail_on=fail_on)).report


@cache
def of_examples() -> Report:
    return judged(ROOT / "examples")


def rendered(of: Report, *, everything: bool = False) -> str:
    return REPORTERS["sarif"](of, Style(all=everything))


def told(of: Report, *, everything: bool = False) -> Any:
    """Return the run of a rendered report."""
    (one,) = json.loads(rendered(of, everything=everything), parse_constant=pytest.fail)["runs"]
    return one


def results(of: Report, *, everything: bool = False) -> list[Any]:
    found: list[Any] = told(of, everything=everything)["results"]
    return found


def region(of: Any) -> Any:
    return of["locations"][0]["physicalLocation"]["region"]


def uri(of: Any) -> str:
    found: str = of["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return found


def refused(one: Any) -> Iterator[str]:
    """Yield what GitHub would refuse of a run, or would not show as it is meant, by its documentation."""
    rules = one["tool"]["driver"]["rules"]
    if len(one["results"]) > 25_000:
        yield "too many results"
    for rule in rules:
        texts = [rule[name]["text"] for name in ("shortDescription", "fullDescription", "help")]
        yield from (f"no text: {rule['id']}" for text in [*texts, rule["help"]["markdown"]] if not text.strip())
        yield from (f"too long: {rule['id']}" for text in texts[:2] if len(text) > 1024)
        if len(rule["id"]) > 255 or len(rule["name"]) > 255 or len(rule["properties"]["tags"]) > 10:
            yield f"too much: {rule['id']}"
        if "helpUri" in rule and not re.fullmatch(r"https://[!-~]+", rule["helpUri"]):
            yield f"no address: {rule['helpUri']}"
    for result in one["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            yield f"another rule: {result['ruleId']}"
        if not result["message"]["text"].strip() or not result["partialFingerprints"]["primaryLocationLineHash"]:
            yield f"nothing said: {result}"
        yield from not_shown(result["locations"])
        yield from (problem for place in result.get("relatedLocations", []) for problem in not_shown([place]))


def not_shown(locations: list[Any]) -> Iterator[str]:
    """Yield why a result that stands at some locations would not be shown at its line."""
    if len(locations) != 1:
        yield f"{len(locations)} locations"
    for location in locations:
        place = location["physicalLocation"]
        named = urlsplit(place["artifactLocation"]["uri"])
        if any((named.scheme, named.netloc, named.query, named.fragment)) or not named.path:
            yield f"not a relative reference: {named}"
        if named.path.startswith("/") or ".." in unquote_to_bytes(named.path).decode("utf-8", "replace").split("/"):
            yield f"not in the repository: {named}"
        if set(place["region"]) != {"startLine", "startColumn", "endLine", "endColumn"}:
            yield f"no whole region: {place}"
        start, column, end, end_column = (place["region"][name] for name in place["region"])
        if not (1 <= start == end and 1 <= column <= end_column):
            yield f"not on one line: {place}"


# --- Every report ------------------------------------------------------------------------------------------------


def holds(of: Report) -> None:
    for everything in (False, True):
        text = rendered(of, everything=everything)
        assert text.isascii()
        assert text.endswith("}\n")
        assert "##[" not in text
        assert rendered(of, everything=everything) == text
        log = json.loads(text, parse_constant=pytest.fail)
        assert [error.message for error in VALIDATOR.iter_errors(log)] == []
        assert json.dumps(log, ensure_ascii=False).encode(), "half of a surrogate pair"
        assert list(refused(log["runs"][0])) == []
        prints = [one["partialFingerprints"]["primaryLocationLineHash"] for one in log["runs"][0]["results"]]
        assert len(prints) == len(set(prints))


@pytest.mark.parametrize("fail_on", Severity)
@pytest.mark.parametrize("files", RUNS.values(), ids=RUNS)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of such names")
def test_every_run_is_valid_and_taken_by_github(files: dict[str, str], fail_on: Severity, tmp_path: Path) -> None:
    write(tmp_path, files)
    of = judged(tmp_path, fail_on=fail_on)
    holds(of)
    assert {uri(one) for one in results(of)} <= {quote(path) for path in [*files, ".modelpolicy.yaml"]}


@pytest.mark.parametrize("of", MADE.values(), ids=MADE)
def test_every_report_is_valid_and_taken_by_github(of: Report) -> None:
    holds(of)


def test_the_examples_are_valid_and_taken_by_github() -> None:
    holds(of_examples())
    assert len(results(of_examples())) > 50


def test_every_rule_of_the_shipped_policy_is_taken_by_github() -> None:
    of = of_examples()
    assert of.policy is not None
    one = next(one for one in of.findings if one.verdict is Verdict.FAIL)
    whole = of._replace(findings=tuple(one._replace(rule=rule.id) for rule in of.policy.rules))
    holds(whole)
    assert len(told(whole)["tool"]["driver"]["rules"]) == len(of.policy.rules)


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(rendered(report(finding())))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b"
    log["runs"][0]["results"][0]["message"] = "text"
    assert len(list(VALIDATOR.iter_errors(log))) == 2


# --- Findings ----------------------------------------------------------------------------------------------------


def test_a_finding_stands_at_its_value_and_says_who_it_is_about_and_the_way_out() -> None:
    one = finding(notes=("the license is not confirmed",))
    (result,) = results(report(one))
    assert result == {
        "ruleId": "license/attribution",
        "level": "error",
        "message": {
            "text": "llama4 asks for a notice.\nAbout: claims: triage.\nFix: Add the notice.\n"
            "Note: the license is not confirmed."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "claims/model-manifest.yaml"},
                    "region": {"startLine": 7, "startColumn": 12, "endLine": 7, "endColumn": 20},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": one.fingerprint, "modelpolicy/v1": one.fingerprint},
        "properties": {"verdict": "fail", "blocking": True},
        "ruleIndex": 0,
    }


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")]
)
def test_the_level_is_that_of_the_severity(severity: Severity, level: str) -> None:
    of = report(finding(severity=severity))
    assert results(of)[0]["level"] == level
    assert told(of)["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"level": level}


def test_a_value_of_many_lines_is_shown_on_its_first_line(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    found = {(one["ruleId"], one["message"]["text"][:4]): one for one in results(judged(tmp_path))}
    lines = MANIFEST.splitlines()
    where = region(found["own/short-purpose", "sort"])
    assert where == {
        "startLine": 8,
        "startColumn": lines[7].index("|") + 1,
        "endLine": 8,
        "endColumn": len(lines[7]) + 1,
    }


@pytest.mark.parametrize(
    ("texts", "end"), [({}, 13), ({SPAN.path: "\n" * 6 + "x" * 30 + "\r\ny"}, 31), ({SPAN.path: "short"}, 13)]
)
def test_the_end_of_a_first_line_is_that_of_the_text_where_it_is_known(texts: dict[str, str], end: int) -> None:
    place = Place(SPAN._replace(end_line=9, end_column=3), "/models/0")
    (result,) = results(report(finding(place=place))._replace(texts=texts))
    assert region(result) == {"startLine": 7, "startColumn": 12, "endLine": 7, "endColumn": end}


def test_related_places_are_numbered_and_linked_from_the_message() -> None:
    related = (
        Place(Span("a b.yaml", 3, 1, 5, 2), "/data/x", "data[0] (x)](https://evil.example)"),
        Place(SPAN._replace(line=2, end_line=2), "/project/name"),
    )
    (result,) = results(report(finding(related=related)))
    assert result["message"]["text"].splitlines()[-1] == (
        "See also [data(0) (x)) (https://evil.example)](1), [/project/name](2)."
    )
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]
    assert result["relatedLocations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.yaml"},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 2},
    }


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("a/ü 名.yaml", "a/%C3%BC%20%E5%90%8D.yaml"),
        ("a:b/c.yaml", "a%3Ab/c.yaml"),
        ("100%25#?.yaml", "100%2525%23%3F.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
        ("\ud800.yaml", "%ED%A0%80.yaml"),
        ("..a/b...yaml", "..a/b...yaml"),
        ("/home/me/b.yaml", "b.yaml"),
        ("../../b.yaml", "b.yaml"),
        ("C:/me/b c.yaml", "b%20c.yaml"),
    ],
)
def test_a_path_is_a_relative_reference_inside_the_repository(path: str, written: str) -> None:
    (result,) = results(report(finding(place=Place(SPAN._replace(path=path), ""))))
    assert uri(result) == written
    outside = path.startswith(("/", "../", "C:/"))
    assert (f"Outside the repository: {path}." in result["message"]["text"].splitlines()) is outside


def test_a_manifest_outside_of_the_repository_is_named_and_said_to_be_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"here/.git/HEAD": "", "there/a b/model-manifest.yaml": MANIFEST})
    of = judged(tmp_path / "here", Path("../there/a b/model-manifest.yaml").absolute(), tmp_path / "there")
    elsewhere = [one for one in results(of) if one["ruleId"] != sarif.NOT_JUDGED]
    assert elsewhere
    assert {uri(one) for one in elsewhere} == {"model-manifest.yaml"}
    assert all("\nOutside the repository: " in one["message"]["text"] for one in elsewhere)
    holds(of)


def test_text_of_others_is_no_link_no_placeholder_and_hides_nothing() -> None:
    hostile = "a [x](https://evil.example) [y](1) {0} {12} \u202e\x1b[1m\u200b\ud800 {z} {}"
    (result,) = results(report(finding(message=hostile, fix=hostile, notes=(hostile,), model=hostile, related=())))
    text = result["message"]["text"]
    assert "](" not in text
    assert not re.search(r"\{[0-9]+\}", text)
    assert "{z} {}" in text
    assert text.replace("\n", " ").isprintable()
    assert text.count("\n") == 3


def test_long_text_is_cut() -> None:
    (result,) = results(report(finding(message="m" * 100_000, fix="f" * 100_000)))
    assert len(result["message"]["text"]) < 3000
    assert result["message"]["text"].splitlines()[0].endswith("m...")


def test_the_worst_comes_first_and_passes_never_come() -> None:
    kinds = [
        (Verdict.PASS, Severity.ERROR),
        (Verdict.WAIVED, Severity.ERROR),
        (Verdict.FAIL, Severity.INFO),
        (Verdict.NOT_APPLICABLE, Severity.ERROR),
        (Verdict.UNKNOWN, Severity.ERROR),
        (Verdict.FAIL, Severity.WARNING),
        (Verdict.FAIL, Severity.ERROR),
    ]
    of = report(*(finding(verdict, severity=severity) for verdict, severity in kinds))
    seen = [(one["properties"]["verdict"], one["level"]) for one in results(of, everything=True)]
    assert seen == [("fail", "error"), ("unknown", "error"), ("fail", "warning"), ("fail", "note"), ("waived", "error")]
    assert [one["properties"]["verdict"] for one in results(of)] == ["fail", "unknown", "fail", "fail"]
    assert [one["properties"]["blocking"] for one in results(of)] == [True, True, False, False]


def test_what_is_waived_is_left_out_unless_all_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    of = judged(tmp_path)
    waived = [one for one in of.findings if one.verdict is Verdict.WAIVED]
    assert [one.rule for one in waived] == ["license/commercial-use"]
    assert not any("suppressions" in one for one in results(of))
    (suppressed,) = [one for one in results(of, everything=True) if "suppressions" in one]
    assert suppressed["ruleId"] == "license/commercial-use"
    (accepted,) = suppressed["suppressions"]
    assert (accepted["kind"], accepted["status"]) == ("external", "accepted")
    assert "pilot" in accepted["justification"]
    assert "2026-12-31" in accepted["justification"]


def test_everything_waived_comes_to_no_result_and_no_error() -> None:
    of = of_examples()
    waived = [one._replace(verdict=Verdict.WAIVED, exemption=WAIVER) for one in of.listed()]
    whole = of._replace(findings=tuple(waived))
    assert results(whole) == []
    assert len(results(whole, everything=True)) == len(waived)
    assert told(whole)["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_a_finding_of_the_config_stands_in_the_config(tmp_path: Path) -> None:
    write(tmp_path, FULL)
    (expired,) = [one for one in results(judged(tmp_path)) if one["ruleId"] == "waiver/expired"]
    assert uri(expired) == ".modelpolicy.yaml"


@pytest.mark.slow
def test_more_results_than_github_takes_are_left_out_and_it_is_said() -> None:
    advice = finding(severity=Severity.INFO)
    problem = Problem("a.yaml", "not readable", line=1)
    of = report(*[advice] * 25_001, finding(), problems=(problem,))
    one = told(of)
    assert len(one["results"]) == sarif.MOST_RESULTS
    assert [result["level"] for result in one["results"][:3]] == ["error", "error", "note"]
    notes = one["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "warning"]
    assert notes[1]["message"]["text"].startswith("3 results are left out: ")


@pytest.mark.slow
def test_more_problems_than_github_takes_results_are_all_notified() -> None:
    problems = tuple(Problem("a.yaml", f"not readable {number}") for number in range(25_001))
    one = told(report(finding(), problems=problems))
    assert len(one["results"]) == sarif.MOST_RESULTS
    assert [rule["id"] for rule in one["tool"]["driver"]["rules"]] == [sarif.NOT_JUDGED]
    assert len(one["invocations"][0]["toolExecutionNotifications"]) == 25_002


# --- Rules -------------------------------------------------------------------------------------------------------


def test_rules_are_those_with_results_sorted_and_in_the_words_of_the_policy() -> None:
    pack = load_pack(
        pack_text(
            {
                "id": "t/two",
                "title": "Two is <b>given</b>",
                "why": "'[a](https://evil.example) *b* @me'",
                "references": "[page 3, 'https://example.com/x?y#z', 'https://example.com/2']",
            },
            {"id": "t/one"},
            {"id": "t/three"},
        )
    )
    of = report(*(finding(rule=f"t/{name}", title="T", why="W") for name in ("two", "one", "two", "other")))
    one = told(of._replace(policy=in_force(pack, config="severities: {t/two: warning}\n")))
    rules = one["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["t/one", "t/other", "t/two"]
    assert [result["ruleIndex"] for result in one["results"]] == [2, 0, 2, 1]
    assert rules[1]["shortDescription"] == {"text": "T."}
    assert rules[2] == {
        "id": "t/two",
        "name": "TTwo",
        "shortDescription": {"text": "Two is <b>given</b>."},
        "fullDescription": {"text": "[a] (https://evil.example) *b* @me."},
        "help": {
            "text": "[a] (https://evil.example) *b* @me.\n\nFix: change it.\n\n"
            "See: page 3\n\nSee: https://example.com/x?y#z\n\nSee: https://example.com/2",
            "markdown": rules[2]["help"]["markdown"],
        },
        "helpUri": "https://example.com/x?y#z",
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["t"]},
    }
    assert "[a]" not in rules[2]["help"]["markdown"]
    assert "**Fix:** change it." in rules[2]["help"]["markdown"]


@pytest.mark.parametrize(
    "reference",
    ["page 3", "http://example.com", "https://", "https://example.com/a b", "javascript:alert(1)", "https://e.com/%zz"],
)
def test_only_an_address_is_a_help_address(reference: str) -> None:
    (rule,) = told(report(finding(references=(reference,))))["tool"]["driver"]["rules"]
    assert "helpUri" not in rule


def test_the_tool_names_itself_and_counts_columns_as_it_says() -> None:
    one = told(report(finding()))
    driver = one["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("modelpolicy", __version__)
    assert one["columnKind"] == "unicodeCodePoints"
    assert "automationDetails" not in one, "the category is the upload's: several of one workflow must not collide"


# --- What could not be judged ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a manifest that is not YAML", "no manifest", "an invalid config", "a broken pack"])
def test_a_run_that_could_not_judge_is_no_success_and_has_results(name: str, tmp_path: Path) -> None:
    write(tmp_path, RUNS[name])
    of = judged(tmp_path)
    one = told(of)
    (invocation,) = one["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert [note["level"] for note in invocation["toolExecutionNotifications"]] == ["error"] * len(of.problems)
    assert [result["ruleId"] for result in one["results"]] == [sarif.NOT_JUDGED] * len(of.problems)
    assert [result["level"] for result in one["results"]] == ["error"] * len(of.problems)


def test_a_run_that_checked_nothing_is_no_success() -> None:
    one = told(report(manifests=0))
    assert one["invocations"][0]["executionSuccessful"] is False
    assert [result["ruleId"] for result in one["results"]] == [sarif.NOT_JUDGED]


@pytest.mark.parametrize(
    ("problem", "where", "line"),
    [
        (Problem("a b/model-manifest.yaml", "m", line=4, column=2), "a%20b/model-manifest.yaml", 4),
        (Problem("model-manifest.yaml", "can't be read"), "model-manifest.yaml", 1),
        (Problem("../rules/own.yaml", "m", line=2), "own.yaml", 2),
        (Problem("no/such/folder", "there is no such folder"), ".modelpolicy.yaml", 1),
        (Problem("..", "no manifest"), ".modelpolicy.yaml", 1),
        (Problem("", "m"), ".modelpolicy.yaml", 1),
    ],
)
def test_a_problem_is_shown_in_its_file_or_in_the_config(problem: Problem, where: str, line: int) -> None:
    one = told(report(problems=(problem,)))
    (result,) = one["results"]
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert note["locations"] == result["locations"]
    assert note["message"] == result["message"]
    assert (uri(result), region(result)["startLine"]) == (where, line)
    assert region(result)["startColumn"] == (problem.column or 1)
    assert where.endswith("manifest.yaml") or problem.path in result["message"]["text"]


def test_a_problem_says_the_way_out() -> None:
    (result,) = results(report(problems=(Problem("a.yaml", "not YAML", "quote it"),)))
    assert result["message"]["text"] == "not YAML. Fix: quote it."


def test_a_problem_stays_the_same_while_its_line_moves() -> None:
    first, second, other = (
        results(report(problems=(Problem("a.yaml", message, line=line),)))[0]["partialFingerprints"]
        for message, line in (("m", 1), ("m", 9), ("n", 1))
    )
    assert first == second != other


# --- Microsoft's validator ---------------------------------------------------------------------------------------

NO_ADDRESS = "SARIF2005"
"""A tool should have an address where it is described; this one has none yet."""


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Microsoft's SARIF multitool, installed with npm."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("multitool")
    if npm is None:
        pytest.skip("there is no npm")
    command = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", MULTITOOL]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)
    found = [path for path in folder.rglob("Sarif.Multitool*") if path.suffix in ("", ".exe", ".Multitool")]
    if done.returncode or not found:
        pytest.skip(f"npm can't install {MULTITOOL}: {done.stderr[-200:]}")
    found[0].chmod(0o755)
    return found[0]


def validated(multitool: Path, folder: Path, logs: list[Any]) -> list[tuple[str, str, str]]:
    """Return what the validator finds in some files, notes aside: the file and its rule, the level, the words."""
    paths = [folder / f"{number}.sarif" for number in range(len(logs))]
    for path, log in zip(paths, logs, strict=True):
        path.write_text(json.dumps(log), encoding="utf-8")
    command = [multitool, "validate", *paths, "--output", folder / "found.sarif"]
    command += ["--rule-kind", "Sarif;Gh", "--level", "Error;Warning", "--log", "ForceOverwrite"]
    environment = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_BUNDLE_EXTRACT_BASE_DIR": str(folder / "net")}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300, env=environment)
    assert f"{len(logs)} files scanned" in done.stdout, done.stdout + done.stderr
    (one,) = json.loads((folder / "found.sarif").read_text("utf-8-sig"))["runs"]
    assert one["invocations"][0]["executionSuccessful"], one["invocations"]
    return [(found["ruleId"], found.get("level", "warning"), f"{found}") for found in one["results"]]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of such names")
def test_the_validator_of_microsoft_finds_nothing(multitool: Path, tmp_path: Path) -> None:
    reports = [*MADE.values(), of_examples()]
    for number, files in enumerate(RUNS.values()):
        (tmp_path / str(number)).mkdir()
        write(tmp_path / str(number), files)
        reports.append(judged(tmp_path / str(number)))
    logs = [json.loads(rendered(of, everything=everything)) for of in reports for everything in (False, True)]
    found = validated(multitool, tmp_path, logs)
    assert [one for one in found if not one[0].startswith(NO_ADDRESS)] == []


@pytest.mark.slow
def test_the_validator_of_microsoft_finds_what_is_wrong(multitool: Path, tmp_path: Path) -> None:
    def broken() -> tuple[Any, Any]:
        log = json.loads(rendered(report(finding())))
        return log, log["runs"][0]

    (first, one), (second, other) = broken(), broken()
    one["results"][0]["ruleIndex"] = 7
    del other["results"][0]["locations"]
    levels = {level for rule, level, _ in validated(multitool, tmp_path, [first, second])}
    assert "error" in levels
