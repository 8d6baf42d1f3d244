"""For a person at a terminal: every finding with its place, its reasons, its authority and the way out."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.expressions.template import show
from checker.model.fact import Declared
from checker.model.finding import Evidence, Finding, Verdict
from checker.model.policy import Severity
from checker.reports import Style, safe, words
from checker.reports.snippet import Paint, snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.errors import Problem
    from checker.model.report import Report

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_UNKNOWN = {Severity.ERROR: "unknown", Severity.WARNING: "unknown (warning)", Severity.INFO: "unknown (info)"}
_FOOT = "The catalog holds facts with their sources; this is not legal advice."
_MOST_FACTS = 8


def render(report: Report, style: Style) -> str:
    """Return the whole report; a passing run is one line."""
    paint = Paint(color=style.color)
    blocks = ["\n".join(_problem(problem, paint, style.width)) for problem in report.problems]
    findings = report.findings if style.all else report.listed()
    blocks += ["\n".join(_finding(finding, also, report, style)) for finding, also in _grouped(findings)]
    if report.listed():
        blocks.append(_table(report))
        blocks.append(_FOOT)
    return "\n\n".join([*blocks, words.closing(report)]) + "\n"


def _grouped(findings: Sequence[Finding]) -> Iterator[tuple[Finding, list[Finding]]]:
    """Yield findings, those that lack the same fact of the same use together: one thing to mend is told once."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        same = (finding.manifest, finding.model, finding.cause) if finding.cause else (str(number),)
        groups.setdefault(same, []).append(finding)
    for first, *rest in groups.values():
        yield first, rest


def _problem(problem: Problem, paint: Paint, width: int) -> Iterator[str]:
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
    yield from _wrap(paint("31;1", "error") + ": ", safe.line(problem.message), width)
    yield f"  --> {safe.line(place)}"
    if problem.hint:
        yield from _wrap("   = fix: ", safe.line(problem.hint), width)


def _finding(finding: Finding, also: Sequence[Finding], report: Report, style: Style) -> Iterator[str]:
    paint = Paint(color=style.color)
    yield from _wrap(f"{_head(finding, paint)}: ", safe.line(finding.message), style.width)
    yield from snippet((finding.place, *finding.related), report.texts, paint, style.width)
    for label, text in _notes(finding, also):
        yield from _wrap(f"   = {label}: ", safe.line(text), style.width)


def _head(finding: Finding, paint: Paint) -> str:
    if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        word = finding.severity.value if finding.verdict is Verdict.FAIL else _UNKNOWN[finding.severity]
        return paint(_COLORS[finding.severity], f"{word}[{finding.rule}]")
    return f"{finding.verdict.value}[{finding.rule}]"


def _notes(finding: Finding, also: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Yield what stands below a snippet; what only informs is told in brief."""
    about = f"{finding.project}: {finding.model}" if finding.model else finding.project
    yield "use" if finding.model else "project", about + (f" ({finding.subject})" if finding.subject else "")
    yield "rule", f"{finding.title} ({finding.policy.path}:{finding.policy.line})"
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return
    if also:
        yield (
            "also",
            f"for the same reason these can't be judged: {', '.join(sorted({other.rule for other in also}))}",
        )
    if finding.severity is not Severity.INFO:
        yield "why", finding.why
        yield from _authority(finding)
    yield "fix", finding.fix
    for reference in finding.references:
        yield "see", reference


def _authority(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the clause that is quoted, the facts that the snippet does not show, and the records behind them."""
    clauses = {fact.name: str(fact.value) for fact in finding.facts}
    for name, quote in clauses.items():
        if name.endswith(".quote"):
            clause = clauses.get(name.replace(".quote", ".clause"))
            yield "text", f'"{quote}"' + (f" ({clause})" if clause else "")
    shown = {(place.span.path, place.span.line) for place in (finding.place, *finding.related)}
    for fact in [fact for fact in finding.facts if _worth_telling(fact, shown)][:_MOST_FACTS]:
        yield "fact", f"{fact.name} is {show(fact.value)} ({words.origin(fact)})"
    for known in words.records(finding.facts):
        yield "source", words.authority(known)


def _worth_telling(fact: Evidence, shown: set[tuple[str, int]]) -> bool:
    """Leave out what the snippet shows anyway, and names and clauses that are told elsewhere."""
    if fact.name.endswith((".quote", ".clause", ".id", ".kind")):
        return False
    return not isinstance(fact.origin, Declared) or (fact.origin.span.path, fact.origin.span.line) not in shown


def _wrap(lead: str, text: str, width: int) -> list[str]:
    """Wrap text under its lead; escape sequences in the lead take no room."""
    bare = len(Paint.strip(lead))
    wrapped = textwrap.wrap(text, max(width - bare, 24), break_long_words=False, break_on_hyphens=False) or [""]
    return [
        lead + wrapped[0],
        *(" " * min(bare, 10) + line for line in _rewrap(wrapped[1:], width, min(bare, 10))),
    ]


def _rewrap(lines: Iterable[str], width: int, indent: int) -> list[str]:
    return textwrap.wrap(" ".join(lines), max(width - indent, 24), break_long_words=False, break_on_hyphens=False)


def _table(report: Report) -> str:
    from tabulate import tabulate

    rows: dict[tuple[str, str], dict[Verdict, int]] = {}
    for finding in report.findings:
        counts = rows.setdefault((finding.manifest, finding.model or "(whole manifest)"), {})
        counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
    columns = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.PASS)
    names = ["manifest", "use", "failed", "unknown", "waived", "passed"]
    cells = [
        [safe.line(manifest), safe.line(model), *(counts.get(verdict, 0) for verdict in columns)]
        for (manifest, model), counts in sorted(rows.items())
        if model != "(whole manifest)" or counts.keys() & {Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED}
    ]
    return tabulate(cells, headers=names, tablefmt="simple", disable_numparse=[0, 1])
