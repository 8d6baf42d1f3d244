"""JUnit XML, for tools that show test results: a suite for each manifest, a case for each rule and use.

It is ASCII, with references for all else, so that it reads the same whatever it is stored as.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from checker.model.finding import Finding, Verdict
from checker.model.report import Group
from checker.reports import safe, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.errors import Problem
    from checker.model.report import Report
    from checker.reports import Style

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_SUITE = "modelpolicy"
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


class _Case(NamedTuple):
    """One test case; `outcome` is its failure, error or skipped element, and absent for a pass."""

    group: str
    name: str
    outcome: str
    attributes: Mapping[str, str]
    text: str


def render(report: Report, _style: Style) -> str:
    """Return the report as JUnit XML: passes are always in it, and what could not be judged is an error."""
    suites = {_SUITE: [_problem(problem) for problem in words.problems(report)]}
    several = Counter(map(_subject_of, report.findings))
    for group in report.groups(report.findings):
        for told in (group, *(Group(one) for one in group.waiting)):
            finding = told.leader
            if finding.verdict is not Verdict.NOT_APPLICABLE:
                cases = suites.setdefault(safe.line(finding.manifest), [])
                waits = group.leader.rule if told is not group else ""
                cases.append(_case(told, report, waits, several=several[_subject_of(finding)] > 1))
    name = f"{_SUITE} (as of {safe.line(report.other_day)})" if report.other_day else _SUITE
    root = ET.Element("testsuites", {"name": name, **_counts([case for cases in suites.values() for case in cases])})
    for name, cases in suites.items():
        if cases:
            root.append(_suite(name, cases))
    ET.indent(root)
    return f"{_DECLARATION}\n{ET.tostring(root, encoding='us-ascii', xml_declaration=False).decode('ascii')}\n"


def _subject_of(finding: Finding) -> tuple[str, str, str]:
    return finding.manifest, finding.model, finding.rule


def _counts(cases: list[_Case]) -> dict[str, str]:
    outcomes = Counter(case.outcome for case in cases)
    counted = {name: str(outcomes[outcome]) for name, outcome in _COUNTED.items()}
    return {"tests": str(len(cases)), **counted, "time": "0"}


def _suite(name: str, cases: list[_Case]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": name, **_counts(cases)})
    for case in _distinct(cases):
        element = ET.SubElement(suite, "testcase", {"classname": case.group, "name": case.name, "time": "0"})
        if case.outcome:
            ET.SubElement(element, case.outcome, dict(case.attributes)).text = case.text
    return suite


def _distinct(cases: list[_Case]) -> Iterator[_Case]:
    """Yield cases under distinct names, because some readers show only the first of two with the same name."""
    met: Counter[tuple[str, str]] = Counter()
    for case in cases:
        key = (case.group, case.name)
        met[key] += 1
        yield case if met[key] == 1 else case._replace(name=f"{case.name} #{met[key]}")


def _problem(problem: Problem) -> _Case:
    place = safe.line(words.place(problem.path, problem.line, problem.column))
    message = safe.line(problem.message)
    text = _lines(("error", problem.message), ("place", place), ("fix", problem.hint))
    return _Case(_SUITE, place or message, "error", {"type": "problem", "message": message}, text)


def _case(told: Group, report: Report, waits: str, *, several: bool) -> _Case:
    finding = told.leader
    group = f"{finding.manifest}: {finding.model}" if finding.model else finding.manifest
    name = f"{finding.rule} ({finding.subject})" if several and finding.subject else finding.rule
    if waits:
        # Skipped, so that one missing fact is one failure: what it waits for is the test case that fails.
        message = f"waits for what {safe.line(waits)} asks for"
        return _Case(safe.line(group), safe.line(name), "skipped", {"type": "unknown", "message": message}, "")
    outcome, attributes, text = _outcome(told, report)
    return _Case(safe.line(group), safe.line(name), outcome, attributes, text)


def _outcome(told: Group, report: Report) -> tuple[str, Mapping[str, str], str]:
    """Return the element for a finding, its attributes and its text; a finding that does not block passes."""
    finding = told.leader
    message = safe.line(finding.message)
    if report.blocks(told):
        return "failure", {"type": finding.verdict.value, "message": message}, _reasons(told)
    if finding.verdict is Verdict.WAIVED:
        accepted = words.exemption(finding.exemption) if finding.exemption else ""
        return "skipped", {"type": "waived", "message": safe.line(f"waived {accepted}".rstrip())}, _reasons(told)
    if finding.verdict is Verdict.PASS:
        return "", {}, ""
    lead = f"{told.severity.value}, does not block ({finding.verdict.value})"
    return "system-out", {}, _lines((lead, message)) + "\n" + _reasons(told)


def _reasons(told: Group) -> str:
    finding = told.leader
    span = finding.place.span
    return _lines(
        ("requires", finding.title),
        ("use" if finding.model else "about", words.about(finding)),
        ("why", finding.why),
        ("fix", finding.fix),
        ("also", words.waiting(told)),
        ("place", words.place(span.path, span.line, span.column)),
    )


def _lines(*parts: tuple[str, str]) -> str:
    return "\n".join(f"{label}: {safe.line(text)}" for label, text in parts if text)
