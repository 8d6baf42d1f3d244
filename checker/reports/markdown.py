"""Markdown for a job's summary or a comment of a pull request: tables of whole findings, and never too long for either.

GitHub refuses a comment of 65,536 characters and drops a summary of 1 MiB as a whole, so findings are left out from the
end, and their number is said. A row is never cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.errors import Exit, Problem
from checker.model.finding import Finding, Verdict
from checker.reports import safe, words
from checker.reports.addresses import of_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checker.model.report import Ahead, Group, Report
    from checker.reports import Style

_ROOM = 64_000
"""Of 65,535. The rest is for the lines between, and for those that count what was left out."""

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
    """Lines around rows, of which there is one for each item; rows may be left out."""

    before: tuple[str, ...]
    items: Sequence[Any]
    row: Callable[[Any], str]
    after: tuple[str, ...] = ()


def render(report: Report, style: Style) -> str:
    """Return the report as Markdown of fewer than 65,536 characters, however they are counted."""
    sections = [section for section in _sections(report, style) if section.items]
    blocks = [f"## modelpolicy: {_RESULTS[report.exit_code()]}", safe.markdown(words.closing(report))]
    blocks += ["\n".join(_lines(section, rows)) for section, rows in zip(sections, _fitting(sections), strict=True)]
    return "\n\n".join([*blocks, words.FOOT]) + "\n"


def _sections(report: Report, style: Style) -> Iterator[_Section]:
    """Yield the sections, the most important first."""
    findings, groups = report.findings, report.groups()
    advice = [group for group in groups if group.leader.verdict is not Verdict.WAIVED and not report.blocks(group)]
    yield _table("Could not be judged", ("where", "what", "way out"), words.problems(report), _problem)
    yield _table("Blocking", _HEAD, [group for group in groups if report.blocks(group)], _finding)
    yield _folded("do not block", _HEAD, advice, _finding)
    yield _Section(("### Ahead", ""), report.ahead, _change)
    waived = [one for one in findings if one.verdict is Verdict.WAIVED]
    yield _table("Waived", ("rule", "where", "what", "accepted"), waived, _waived)
    rest = [one for one in findings if style.all and one.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
    yield _folded("more", ("rule", "where", "verdict"), rest, _brief)


# --- Rows: whatever stands in a cell was escaped by `_cell` ------------------------------------------------------


def _cell(text: str, most: int) -> str:
    """Return foreign text for a cell; it is clipped before it is escaped, so that no escape is cut."""
    return safe.markdown(words.clip(safe.one_line(words.clip(text, most)), most))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _finding(group: Group) -> str:
    finding = group.leader
    what = _cell(finding.message, _LONG)
    if group.waiting:
        what += f"<br>{_cell(words.waiting(group), _LONG)}"
    return _row([_rule(group), _where(finding), what, _cell(finding.fix, _LONG)])


def _rule(group: Group) -> str:
    finding = group.leader
    word = group.severity.value if finding.verdict is Verdict.FAIL else finding.verdict.value
    return f"{_linked(finding)} ({word})"


def _linked(finding: Finding) -> str:
    """Return the rule's id, which leads to its page where it has one."""
    address = of_rule(finding.rule, finding.policy.path)
    return safe.link(finding.rule, address) if address else _cell(finding.rule, _SHORT)


def _where(finding: Finding) -> str:
    span = finding.place.span
    return f"{_cell(words.about(finding), _SHORT)}, {_place(span.path, span.line)}"


def _place(path: str, line: int | None) -> str:
    return words.place(_cell(path, _SHORT), line)


def _waived(finding: Finding) -> str:
    accepted = words.exemption(finding.exemption) if finding.exemption else ""
    cells = [_linked(finding), _where(finding)]
    return _row([*cells, _cell(finding.message, _LONG), _cell(accepted, _LONG)])


def _brief(finding: Finding) -> str:
    return _row([_linked(finding), _where(finding), finding.verdict.value])


def _change(change: Ahead) -> str:
    return f"- {_cell(words.change(change), _LONG)}"


def _problem(problem: Problem) -> str:
    return _row([_place(problem.path, problem.line), _cell(problem.message, _LONG), _cell(problem.hint, _LONG)])


# --- Sections ----------------------------------------------------------------------------------------------------


def _heading(head: Sequence[str]) -> tuple[str, str]:
    return _row(head), _row("---" for _ in head)


def _table(title: str, head: Sequence[str], items: Sequence[Any], row: Callable[[Any], str]) -> _Section:
    return _Section((f"### {title}", "", *_heading(head)), items, row)


def _folded(what: str, head: Sequence[str], items: Sequence[Any], row: Callable[[Any], str]) -> _Section:
    """Return a table that is shown when asked for; the blank lines are what ends the HTML."""
    before = ("<details>", f"<summary>{len(items)} {what}</summary>", "", *_heading(head))
    return _Section(before, items, row, ("", "</details>"))


def _fitting(sections: Sequence[_Section]) -> Iterator[list[str]]:
    """Yield the rows of each section that there is room for: those before the first that does not fit."""
    room = _ROOM
    for section in sections:
        rows = []
        for row in map(section.row, section.items):
            room -= _size(row)
            if room < 0:
                break
            rows.append(row)
        yield rows


def _size(row: str) -> int:
    """Return how long a row is, its line break included; some count in units of UTF-16, which are never fewer."""
    return len(row.encode("utf-16-le")) // 2 + 1


def _lines(section: _Section, rows: Sequence[str]) -> Iterator[str]:
    yield from section.before
    yield from rows
    if len(rows) < len(section.items):
        yield from ("", f"and {len(section.items) - len(rows)} more (see the report)")
    yield from section.after
