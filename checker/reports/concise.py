"""One line a cause, as compilers and linters print it: `path:line:column: error[rule]: message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model.finding import Finding, Verdict
from checker.reports import safe, words

if TYPE_CHECKING:
    from checker.errors import Problem
    from checker.model.report import Report
    from checker.reports import Style


def render(report: Report, _style: Style) -> str:
    """Return a line for everything that is open, what could not be judged first, and the closing line."""
    found = [finding for finding in report.listed() if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
    lines = [*map(_problem, words.problems(report)), *map(_finding, found)]
    return "\n".join([*map(safe.line, lines), safe.line(words.closing(report))]) + "\n"


def _problem(problem: Problem) -> str:
    place = words.place(problem.path, problem.line, problem.column)
    return f"{place or 'modelpolicy'}: error: {problem.message}"


def _finding(finding: Finding) -> str:
    span = finding.place.span
    place = words.place(span.path, span.line, span.column)
    return f"{place}: {finding.severity.value}[{finding.rule}]: {finding.message}"
