"""One line per cause, as compilers and linters print it: `path:line:column: error[rule]: message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model.finding import Verdict
from checker.reports import safe, words

if TYPE_CHECKING:
    from checker.errors import Problem
    from checker.model.report import Group, Report
    from checker.reports import Style


def render(report: Report, _style: Style) -> str:
    """Return a line for every open finding, problems first, and the closing line."""
    groups = [group for group in report.groups() if group.leader.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
    lines = [*map(_problem, words.problems(report)), *map(_cause, groups)]
    return "\n".join([*map(safe.line, lines), safe.line(words.closing(report))]) + "\n"


def _problem(problem: Problem) -> str:
    place = words.place(problem.path, problem.line, problem.column)
    return f"{place or 'modelpolicy'}: error: {problem.message}"


def _cause(group: Group) -> str:
    finding = group.leader
    span = finding.place.span
    place = words.place(span.path, span.line, span.column)
    more = f" ({words.count(len(group.rules), 'more rule')} can't be judged for the same reason)" if group.rules else ""
    return f"{place}: {group.severity.value}[{finding.rule}]: {finding.message}{more}"
