"""GitHub workflow commands: annotations in the files of a pull request, and plain lines for the log.

The runner takes ten annotations of a level from a step, and of each the first 4,096 characters; what is beyond is lost
without a word. So there are never more, the worst come first, and the last one says how many there are besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.model.finding import Finding, Verdict
from checker.model.policy import Severity
from checker.reports import safe, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.errors import Problem
    from checker.model.report import Group, Report
    from checker.reports import Style
    from checker.source import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MOST = 10
_TITLE = 200
# Together under 4,096 characters even if each is a per cent sign, which takes three.
_MESSAGE, _ABOUT, _WHY, _FIX, _ALSO = 380, 90, 280, 300, 260


class _Note(NamedTuple):
    """One annotation; `text` and `place` are not yet escaped."""

    level: str
    title: str
    place: tuple[tuple[str, str | int], ...]
    text: str


def render(report: Report, _style: Style) -> str:
    """Return at most ten commands for each level, the worst first, then what will change and the closing line."""
    notes = [_problem(problem) for problem in words.problems(report)]
    notes += [_finding(group) for group in sorted(report.groups(), key=_rank) if _is_open(group.leader)]
    lines = [line for level in _LEVELS.values() for line in _level(level, notes)]
    lines += [safe.line(words.change(change)) for change in report.ahead]
    return "\n".join([*lines, safe.line(words.closing(report))]) + "\n"


def _rank(group: Group) -> int:
    return group.leader.verdict.rank


def _is_open(finding: Finding) -> bool:
    return finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN)


def _level(level: str, notes: Sequence[_Note]) -> Iterator[str]:
    """Yield the commands of one level; if there are too many, the last says how many were left out."""
    found = [note for note in notes if note.level == level]
    shown = found if len(found) <= _MOST else found[: _MOST - 1]
    yield from (_command(note) for note in shown)
    if len(found) > len(shown):
        more = f"and {len(found) - len(shown)} more (see the report)"
        yield _command(_Note(level=level, title="modelpolicy", place=(), text=more))


def _problem(problem: Problem) -> _Note:
    place = (("file", problem.path), ("line", problem.line or ""), ("col", problem.column or ""))
    text = _lines(("", problem.message, _MESSAGE), ("Fix: ", problem.hint, _FIX))
    return _Note(level="error", title="could not be judged", place=place if problem.line else place[:1], text=text)


def _finding(group: Group) -> _Note:
    finding = group.leader
    text = _lines(
        ("", finding.message, _MESSAGE),
        ("Use: " if finding.model else "About: ", words.about(finding), _ABOUT),
        ("Why: ", finding.why, _WHY),
        ("Fix: ", finding.fix, _FIX),
        ("Also: ", words.waiting(group), _ALSO),
    )
    title = finding.rule + (" (unknown)" if finding.verdict is Verdict.UNKNOWN else "")
    return _Note(level=_LEVELS[group.severity], title=title, place=_place(finding.place.span), text=text)


def _place(span: Span) -> tuple[tuple[str, str | int], ...]:
    """Return the properties that name a span.

    An `endColumn` that is left out is that of `col`, and columns are refused where the lines differ: the last column is
    part of what is marked, while the end of a span is not.
    """
    if span.line == span.end_line:
        columns = (("col", span.column), ("endColumn", max(span.end_column - 1, span.column)))
        return ("file", span.path), ("line", span.line), ("endLine", span.line), *columns
    last = span.end_line - 1 if span.end_column == 1 else span.end_line
    return ("file", span.path), ("line", span.line), ("endLine", last)


def _lines(*parts: tuple[str, str, int]) -> str:
    """Return labeled texts, one a line. Each is clipped alone, so that a long one does not hide the fix."""
    shown = ((label, words.clip(safe.line(words.clip(text, most)), most)) for label, text, most in parts)
    return "\n".join(f"{label}{text}" for label, text in shown if text)


def _command(note: _Note) -> str:
    title = words.clip(safe.line(words.clip(note.title, _TITLE)), _TITLE)
    pairs = [(name, safe.line(str(value))) for name, value in (*note.place, ("title", title))]
    properties = ",".join(f"{name}={_property(value)}" for name, value in pairs if value)
    return f"::{note.level} {properties}::{_data(note.text)}"


def _data(text: str) -> str:
    """Escape a message as the runner reads it back, the per cent sign first."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
