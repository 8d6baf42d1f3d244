"""JUnit XML, read back by a library that others read it with, and held against the report."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from checker.errors import Problem
from checker.model.finding import Verdict
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style
from tests.made import MANIFEST, WAIVER, finding, report

if TYPE_CHECKING:
    from checker.model.report import Report

OTHER = "other/model-manifest.yaml"
MIXED = report(
    finding(),
    finding(Verdict.UNKNOWN, rule="license/terms"),
    finding(Verdict.WAIVED, rule="license/notice"),
    finding(Verdict.PASS, rule="license/use"),
    finding(Verdict.PASS, model="draft"),
    finding(Verdict.NOT_APPLICABLE, rule="license/users"),
    finding(severity=Severity.WARNING, rule="lifecycle/ends"),
    finding(Verdict.UNKNOWN, severity=Severity.INFO, rule="lifecycle/date", manifest=OTHER),
    finding(Verdict.FAIL, model="", rule="project/owner", manifest=OTHER),
    problems=(Problem(path="third.yaml", message="unknown key", hint="remove it", line=3, column=5),),
)


def written(of: Report) -> str:
    text = REPORTERS["junit"](of, Style())
    assert text.isascii()
    assert text.endswith(("</testsuites>\n", " />\n"))
    return text


def suites(of: Report) -> dict[str, TestSuite]:
    return {suite.name: suite for suite in JUnitXml.fromstring(written(of).encode())}


def cases(of: Report) -> dict[tuple[str, str], TestCase]:
    found = [case for suite in suites(of).values() for case in suite]
    named = {(str(case.classname), str(case.name)): case for case in found}
    assert len(named) == len(found), "names that differ"
    return named


def test_there_is_a_suite_for_each_manifest_and_one_for_what_could_not_be_judged() -> None:
    assert list(suites(MIXED)) == ["modelpolicy", MANIFEST, OTHER]


def test_there_is_a_case_for_each_rule_and_use_that_applied() -> None:
    assert set(cases(MIXED)) == {
        ("modelpolicy", "third.yaml:3:5"),
        (f"{MANIFEST}: triage", "license/attribution"),
        (f"{MANIFEST}: triage", "license/terms"),
        (f"{MANIFEST}: triage", "license/notice"),
        (f"{MANIFEST}: triage", "license/use"),
        (f"{MANIFEST}: draft", "license/attribution"),
        (f"{MANIFEST}: triage", "lifecycle/ends"),
        (f"{OTHER}: triage", "lifecycle/date"),
        (OTHER, "project/owner"),
    }


def test_the_outcome_of_a_case_is_that_of_the_report() -> None:
    kinds = {name: [type(result) for result in case.result] for (_, name), case in cases(MIXED).items() if case.result}
    assert kinds == {
        "third.yaml:3:5": [Error],
        "license/attribution": [Failure],
        "license/terms": [Failure],
        "license/notice": [Skipped],
        "project/owner": [Failure],
    }


def test_the_counts_are_those_of_the_cases() -> None:
    text = written(MIXED)
    root = ET.fromstring(text)
    for parent in [root, *root.findall("testsuite")]:
        counted = {name: int(parent.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
        tags = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
        assert counted == {name: len(list(parent.iter(tag))) for name, tag in tags.items()}
    assert int(root.attrib["failures"]) == sum(MIXED.blocking(one) for one in MIXED.findings)
    assert int(root.attrib["errors"]) == len(MIXED.problems)
    before = JUnitXml.fromstring(text.encode())
    after = JUnitXml.fromstring(text.encode())
    after.update_statistics()
    totals = [(one.tests, one.failures, one.errors, one.skipped) for one in (before, after)]
    assert totals[0] == totals[1]


def test_no_time_is_claimed() -> None:
    assert {element.get("time", "0") for element in ET.fromstring(written(MIXED)).iter()} == {"0"}


def test_a_failure_says_what_why_where_and_the_way_out() -> None:
    (failure,) = cases(MIXED)[(f"{MANIFEST}: triage", "license/attribution")].result
    assert (failure.type, failure.message) == ("fail", "llama4 asks for a notice")
    assert failure.text == (
        "requires: Attribution is given\n"
        "use: claims: triage\n"
        "why: The license makes it a condition.\n"
        "fix: Add the notice.\n"
        "place: claims/model-manifest.yaml:7:12"
    )
    (unknown,) = cases(MIXED)[(f"{MANIFEST}: triage", "license/terms")].result
    assert unknown.type == "unknown"


def test_a_waived_finding_is_skipped_with_the_reason_and_the_end() -> None:
    (skipped,) = cases(MIXED)[(f"{MANIFEST}: triage", "license/notice")].result
    assert WAIVER.reason in skipped.message
    assert "until 2027-01-31" in skipped.message


def test_what_does_not_block_passes_with_a_note() -> None:
    case = cases(MIXED)[(f"{MANIFEST}: triage", "lifecycle/ends")]
    assert case.is_passed
    assert case.system_out.startswith("warning, does not block (fail): llama4 asks for a notice\n")
    assert cases(MIXED)[(f"{OTHER}: triage", "lifecycle/date")].system_out.startswith("info, does not block (unknown)")


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("fail_on", Severity)
def test_what_blocks_is_what_fails(severity: Severity, fail_on: Severity) -> None:
    of = report(finding(severity=severity), fail_on=fail_on)
    (case,) = cases(of).values()
    assert case.is_passed is not of.blocking(of.findings[0])


def test_a_pass_has_nothing_to_say() -> None:
    case = cases(MIXED)[(f"{MANIFEST}: triage", "license/use")]
    assert (case.result, case.system_out) == ([], None)


def test_a_problem_says_where_and_the_way_out() -> None:
    (error,) = cases(MIXED)[("modelpolicy", "third.yaml:3:5")].result
    assert (error.type, error.message) == ("problem", "unknown key")
    assert error.text == "error: unknown key\nplace: third.yaml:3:5\nfix: remove it"


def test_a_run_that_checked_nothing_is_red() -> None:
    ((name, case),) = cases(report(manifests=0)).items()
    assert name == ("modelpolicy", "nothing was checked")
    assert isinstance(case.result[0], Error)


def test_the_element_is_named_where_there_are_several() -> None:
    one, two = (finding(subject=f"via {number}") for number in (1, 2))
    assert [name for _, name in cases(report(one))] == ["license/attribution"]
    assert [name for _, name in cases(report(one, two))] == [
        "license/attribution (via 1)",
        "license/attribution (via 2)",
    ]


def test_cases_of_one_name_are_told_apart() -> None:
    assert len(cases(report(finding(), finding(), finding(Verdict.PASS)))) == 3
    problem = Problem(path="m.yaml", message="m")
    assert len(cases(report(problems=(problem, problem)))) == 2


SHOWN = {
    "a control character": ("a\x1b[31mb", "a\\x1b[31mb"),
    "null": ("a\0b", "a\\x00b"),
    "no character": ("a\uffffb", "a\\uffffb"),
    "half of a pair": ("a\udcffb", "a\\udcffb"),
    "a mark of direction": ("a\u202eb", "a\\u202eb"),
    "a line break": ("a\nb", "a b"),
    "the end of a section": ("a]]>b", "a]]>b"),
    "the start of one": ("<![CDATA[x", "<![CDATA[x"),
    "a tag": ("</testcase><failure/>", "</testcase><failure/>"),
    "an entity": ("&lt;&#60;&x;", "&lt;&#60;&x;"),
    "a comment": ("<!-- --> --", "<!-- --> --"),
    "quotes": ("\"'", "\"'"),
    "other scripts": ("Schadenfälle 名前 😀", "Schadenfälle 名前 😀"),
    "a command": ("::error::x", ": :error: :x"),
    "a command of the old kind": ("##[error]x", "## [error]x"),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
def test_any_text_is_read_back_or_made_visible(text: str, shown: str) -> None:
    found = finding(manifest=text, model=text, rule=text, message=text, why=text)
    waived = finding(Verdict.WAIVED, message="w", exemption=WAIVER._replace(reason=text))
    advice = finding(severity=Severity.INFO, message=text, rule="advice")
    of = report(found, waived, advice, problems=(Problem(path=text, message=text, hint=text),))
    told = cases(of)
    assert len(told) == 4
    failure = told[(f"{shown}: {shown}", shown)].result[0]
    assert failure.message == shown
    assert f"why: {shown}\n" in failure.text
    assert shown in told[(f"{MANIFEST}: triage", "license/attribution")].result[0].message
    assert f": {shown}\n" in told[(f"{MANIFEST}: triage", "advice")].system_out
    assert told[("modelpolicy", shown)].result[0].text == f"error: {shown}\nplace: {shown}\nfix: {shown}"


@pytest.mark.parametrize("text", ["]]>", "::error::x", "a\n::error::x", "##[error]x", "\x1b", "\u202e", "\x9b"])
def test_no_text_does_anything_where_the_file_is_printed(text: str) -> None:
    found = finding(manifest=text, model=text, rule=text, message=text, why=text)
    out = written(report(found, problems=(Problem(path=text, message=text, hint=text),)))
    assert not any(line.lstrip().startswith("::") for line in out.split("\n"))
    assert "##[" not in out
    assert "]]>" not in out
    assert {char for char in out if unicodedata.category(char) == "Cc"} == {"\n"}
