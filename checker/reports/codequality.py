"""The report as GitLab reads it (Code Quality).

Waived findings are left out, since GitLab knows no accepted ones; what could not be judged is the worst there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.model.finding import Verdict
from checker.model.policy import Severity
from checker.reports import safe, words
from checker.reports.addresses import of_rule
from checker.reports.hosts import NOT_JUDGED, file_path, fingerprint, outside, problem_path, told_apart, worst_first

if TYPE_CHECKING:
    from checker.errors import Problem
    from checker.model.report import Group, Report
    from checker.reports import Style

_ADVISORY = {Severity.ERROR: "minor", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001  every format is asked alike
    """Return the report as a list of GitLab's issues, the worst first, each with a fingerprint of its own."""
    problems, groups = words.problems(report), worst_first(report, waived=False)
    issues = [*(_problem(problem) for problem in problems), *(_finding(group, report) for group in groups)]
    leaders = [group.leader.fingerprint for group in groups]
    prints = told_apart([*(fingerprint(problem) for problem in problems), *leaders])
    told = [{**issue, "fingerprint": one} for issue, one in zip(issues, prints, strict=True)]
    return safe.as_json(told)


def _finding(group: Group, report: Report) -> dict[str, Any]:
    finding = group.leader
    span = finding.place.span
    about, lead = words.about(finding), safe.one_line(finding.message)
    described = f"{lead} [{safe.one_line(about)}]" if about else lead
    described += f"; {words.waiting(group)}" if group.waiting else ""
    issue = _issue(finding.rule, described + _day(report), _severity(group, report), span.path, span.line)
    address = of_rule(finding.rule, finding.policy.path)
    return {**issue, "content": {"body": f"{safe.link(finding.rule, address)}"}} if address else issue


def _day(report: Report) -> str:
    """Return the day that was judged for, where it is another than today: the format has no place for it."""
    return f" (as of {safe.one_line(report.other_day)})" if report.other_day else ""


def _severity(group: Group, report: Report) -> str:
    """Return GitLab's word for the weight of a finding; what stops the build is at least major."""
    if not report.blocks(group):
        return _ADVISORY[group.severity]
    return "critical" if group.leader.verdict is Verdict.FAIL else "major"


def _problem(problem: Problem) -> dict[str, Any]:
    hint = f" (fix: {safe.one_line(problem.hint)})" if problem.hint else ""
    path = problem_path(problem)
    where = f"{safe.one_line(problem.path)}: " if problem.path and problem.path != path else ""
    told = f"This could not be judged: {where}{safe.one_line(problem.message)}{hint}"
    return _issue(NOT_JUDGED, told, "blocker", path, problem.line or 1)


def _issue(rule: str, described: str, severity: str, path: str, line: int) -> dict[str, Any]:
    # GitLab drops a file that holds half of a surrogate pair, which a name that is not UTF-8 would bring along.
    shown = file_path(path).encode("utf-8", "backslashreplace").decode()
    where = f" (in {safe.one_line(path)}, outside the repository)" if outside(path) else ""
    return {
        "description": described + where,
        "check_name": rule,
        "fingerprint": "",
        "severity": severity,
        "location": {"path": shown, "lines": {"begin": line}},
    }
