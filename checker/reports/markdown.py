"""Markdown for a job's summary or a comment of a pull request: tables of whole findings, and never too long for either.

GitHub refuses a comment of 65,536 characters and drops a summary of 1 MiB as a whole, so findings are left out from the
end, and their number is said. A row is never cut.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from checker.errors import Exit, Problem
from checker.model.finding import Finding, Verdict
from checker.reports import safe, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.model.report import Report
    from checker.reports import Style

_ROOM = 64_000
"""Of 65,535: what is left is for the lines between, and the ones that say how many findings were left out."""

_RESULTS = {
    Exit.OK: "passed",
    Exit.BLOCKED: "failed",
    Exit.UNUSABLE: "could not be judged",
    Exit.BUG: "could not be judged",
}
_HEAD = ("rule", "where", "what", "way out")
# A character takes at most twelve once it is escaped: one row always fits.
_SHORT, _LONG = 160, 600


class _Section(NamedTuple):
    """Lines before and after rows that may be left out, each a line."""

    before: tuple[str, ...]
    rows: tuple[str, ...]
    after: tuple[str, ...] = ()


def render(report: Report, style: Style) -> str:
    """Return the report as Markdown of fewer than 65,536 characters, however they are counted."""
    sections = [section for section in _sections(report, style) if section.rows]
    blocks = [f"## modelpolicy: {_RESULTS[report.exit_code()]}", safe.markdown(words.closing(report))]
    blocks += ["\n".join(_lines(section, shown)) for section, shown in zip(sections, _fitting(sections), strict=True)]
    return "\n\n".join([*blocks, words.FOOT]) + "\n"


def _sections(report: Report, style: Style) -> Iterator[_Section]:
    """Yield what there is to tell, what outranks the rest first."""
    yield _table("Could not be judged", ("where", "what", "way out"), map(_problem, words.problems(report)))
    yield _table("Blocking", _HEAD, (_finding(one) for one in report.findings if report.blocking(one)))
    yield _folded("do not block", _HEAD, (_finding(one) for one in report.listed() if _is_advice(one, report)))
    yield _Section(("### Ahead", ""), tuple(f"- {_cell(words.change(change), _LONG)}" for change in report.ahead))
    waived = (one for one in report.findings if one.verdict is Verdict.WAIVED)
    yield _table("Waived", ("rule", "where", "what", "accepted"), map(_waived, waived))
    rest = (one for one in report.findings if one.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE))
    yield _folded("more", ("rule", "where", "verdict"), map(_brief, rest if style.all else ()))


def _is_advice(finding: Finding, report: Report) -> bool:
    return finding.verdict is not Verdict.WAIVED and not report.blocking(finding)


# --- Rows: whatever stands in a cell was escaped by `_cell` ------------------------------------------------------


def _cell(text: str, most: int) -> str:
    """Return foreign text for a cell; it is clipped before it is escaped, so that no escape is cut."""
    return safe.markdown(words.clip(safe.one_line(text), most))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _finding(finding: Finding) -> str:
    return _row([_rule(finding), _where(finding), _cell(finding.message, _LONG), _cell(finding.fix, _LONG)])


def _rule(finding: Finding) -> str:
    word = finding.severity.value if finding.verdict is Verdict.FAIL else finding.verdict.value
    return f"{_cell(finding.rule, _SHORT)} ({word})"


def _where(finding: Finding) -> str:
    span = finding.place.span
    return f"{_cell(words.about(finding), _SHORT)}, {_place(span.path, span.line)}"


def _place(path: str, line: int | None) -> str:
    return words.place(_cell(path, _SHORT), line)


def _waived(finding: Finding) -> str:
    accepted = words.exemption(finding.exemption) if finding.exemption else ""
    cells = [_cell(finding.rule, _SHORT), _where(finding)]
    return _row([*cells, _cell(finding.message, _LONG), _cell(accepted, _LONG)])


def _brief(finding: Finding) -> str:
    return _row([_cell(finding.rule, _SHORT), _where(finding), finding.verdict.value])


def _problem(problem: Problem) -> str:
    return _row([_place(problem.path, problem.line), _cell(problem.message, _LONG), _cell(problem.hint, _LONG)])


# --- Sections ----------------------------------------------------------------------------------------------------


def _heading(head: Sequence[str]) -> tuple[str, str]:
    return _row(head), _row("---" for _ in head)


def _table(title: str, head: Sequence[str], rows: Iterable[str]) -> _Section:
    return _Section((f"### {title}", "", *_heading(head)), tuple(rows))


def _folded(what: str, head: Sequence[str], rows: Iterable[str]) -> _Section:
    """Return a table that is shown when asked for; the blank lines are what ends the HTML."""
    found = tuple(rows)
    before = ("<details>", f"<summary>{len(found)} {what}</summary>", "", *_heading(head))
    return _Section(before, found, ("", "</details>"))


def _fitting(sections: Sequence[_Section]) -> Iterator[int]:
    """Yield how many rows of each section there is room for: those before the first that does not fit."""
    totals = accumulate(_size(row) for section in sections for row in section.rows)
    left = sum(total <= _ROOM for total in totals)
    for section in sections:
        shown = min(left, len(section.rows))
        left -= shown
        yield shown


def _size(row: str) -> int:
    """Return how long a row is, its line break included; some count in units of UTF-16, which are never fewer."""
    return len(row.encode("utf-16-le")) // 2 + 1


def _lines(section: _Section, shown: int) -> Iterator[str]:
    yield from section.before
    yield from section.rows[:shown]
    if shown < len(section.rows):
        yield from ("", f"and {len(section.rows) - shown} more (see the report)")
    yield from section.after
