"""For a person at a terminal: every finding with its place, its reasons, its authority and the way out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, assert_never

from checker.expressions.template import show
from checker.model.fact import Declared, Inferred
from checker.model.finding import Evidence, Finding, Verdict
from checker.model.policy import Severity
from checker.reports import Style, safe, words
from checker.reports.problems import problems_text
from checker.reports.snippet import snippet
from checker.reports.wrap import Paint, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.model.report import Report

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_UNKNOWN = {
    Severity.ERROR: "unknown (blocks)",
    Severity.WARNING: "unknown (warning)",
    Severity.INFO: "unknown (info)",
}
_MOST_FACTS = 8
_MOST_QUIET = 40
_COLUMNS = ("failed", "unknown", "waived", "not blocking", "passed")


def render(report: Report, style: Style) -> str:
    """Return the whole report; a passing run is one line."""
    paint = Paint(color=style.color)
    blocks = problems_text(report.problems, style.width, paint)
    findings = report.findings if style.all else report.listed()
    blocks += ["\n".join(_finding(group, report, style)) for group in _grouped(findings)]
    if report.listed():
        blocks += [_table(report, style.width), words.FOOT]
    if report.ahead:
        lines = [
            line for change in report.ahead for line in wrap("ahead: ", safe.line(words.ahead(change)), style.width)
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, words.closing(report)]) + "\n"


def _grouped(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield findings, those together that one change would mend: the same missing fact, or the same piece of advice."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_group(finding, number), []).append(finding)
    yield from groups.values()


def _group(finding: Finding, number: int) -> tuple[str, ...]:
    if finding.verdict is Verdict.UNKNOWN and finding.cause:
        return (finding.manifest, finding.cause)
    if finding.verdict is Verdict.FAIL and finding.severity is Severity.INFO:
        return (finding.manifest, finding.rule, finding.message.replace(finding.model, ""))
    return (str(number),)


def _finding(group: Sequence[Finding], report: Report, style: Style) -> Iterator[str]:
    paint = Paint(color=style.color)
    finding = group[0]
    yield from wrap(f"{_head(finding, paint)}: ", safe.line(finding.message), style.width)
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        span = finding.place.span
        yield f"  --> {safe.line(span.path)}:{span.line}:{span.column}"
    else:
        yield from snippet((finding.place, *finding.related), report.texts, paint, style.width)
    for label, text in _notes(finding, group[1:]):
        yield from wrap(f"   = {label}: ", safe.line(text), style.width)


def _head(finding: Finding, paint: Paint) -> str:
    if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        word = finding.severity.value if finding.verdict is Verdict.FAIL else _UNKNOWN[finding.severity]
        return paint(_COLORS[finding.severity], f"{word}[{safe.line(finding.rule)}]")
    return f"{finding.verdict.value}[{safe.line(finding.rule)}]"


def _notes(finding: Finding, others: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Yield what stands below a snippet; what only informs is told in brief."""
    yield _about(finding)
    yield "requires", f"{finding.title} ({finding.policy.path}:{finding.policy.line})"
    if finding.exemption is not None:
        yield "waived", words.exemption(finding.exemption)
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return
    yield from _also(finding, others)
    if finding.severity is not Severity.INFO:
        yield "why", finding.why
        yield from _authority(finding)
    yield "fix", finding.fix
    for reference in finding.references:
        yield "see", reference


def _about(finding: Finding) -> tuple[str, str]:
    """Return what a finding is about: a use, a project, or what the config holds."""
    element = f" ({finding.subject})" if finding.subject else ""
    if finding.model:
        return "use", f"{finding.project}: {finding.model}{element}"
    return ("project", f"{finding.project}{element}") if finding.project else ("about", finding.subject or "the config")


def _also(finding: Finding, others: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Yield what else the same change would mend: other rules of this use, and other uses."""
    rules = sorted({other.rule for other in others} - {finding.rule})
    uses = sorted({other.model for other in others} - {finding.model})
    if rules:
        yield "also", f"for the same reason these can't be judged: {', '.join(rules)}"
    if uses:
        yield "also", f"the same holds for {', '.join(uses)}"


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
    for note in finding.notes:
        yield "note", note


def _worth_telling(fact: Evidence, shown: set[tuple[str, int]]) -> bool:
    """Leave out what the snippet shows anyway, and names and clauses that are told elsewhere."""
    if fact.name.endswith((".quote", ".clause", ".id", ".kind")):
        return False
    if isinstance(fact.origin, Inferred) and not fact.origin.how:
        return False
    return not isinstance(fact.origin, Declared) or (fact.origin.span.path, fact.origin.span.line) not in shown


def _table(report: Report, width: int) -> str:
    """Return uses by outcome; what fails or is unknown without blocking has a column of its own."""
    from tabulate import tabulate

    rows: dict[tuple[str, str], Counter[str]] = {}
    for finding in report.findings:
        rows.setdefault((finding.manifest, finding.model), Counter())[_column(finding, report)] += 1
    telling = {key: counts for key, counts in sorted(rows.items()) if counts.keys() - {"passed", ""}}
    quiet = {key: counts for key, counts in sorted(rows.items()) if key[1] and key not in telling}
    # Of many uses in which nothing was found, the number is enough.
    shown = telling if len(quiet) > _MOST_QUIET else dict(sorted((telling | quiet).items()))
    columns = [name for name in _COLUMNS if any(counts[name] for counts in shown.values())]
    cells = [
        [safe.line(manifest), safe.line(model) or "(the file itself)", *(counts[name] for name in columns)]
        for (manifest, model), counts in shown.items()
    ]
    room = max((width - sum(max(len(name), 6) + 2 for name in columns) - 2) // 2, 8)
    table = tabulate(
        cells,
        headers=["manifest", "use", *columns],
        tablefmt="simple",
        disable_numparse=[0, 1],
        maxcolwidths=[room, room, *(None for _ in columns)],
    )
    return table if len(quiet) <= _MOST_QUIET else f"{table}\n\nand {len(quiet)} uses of which nothing was found"


def _column(finding: Finding, report: Report) -> str:
    match finding.verdict:
        case Verdict.FAIL | Verdict.UNKNOWN if not report.blocking(finding):
            return "not blocking"
        case Verdict.FAIL:
            return "failed"
        case Verdict.UNKNOWN:
            return "unknown"
        case Verdict.WAIVED:
            return "waived"
        case Verdict.PASS:
            return "passed"
        case Verdict.NOT_APPLICABLE:
            return ""
        case _:
            assert_never(finding.verdict)
