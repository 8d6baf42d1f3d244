"""For a person at a terminal: every finding with its place, its reasons, its authority and the way out."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from checker.expressions.template import show
from checker.model.finding import Finding, Verdict
from checker.model.policy import Severity
from checker.reports import Style, safe, words
from checker.reports.addresses import of_file, of_rule
from checker.reports.problems import problems_text
from checker.reports.snippet import snippet
from checker.reports.wrap import Paint, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.model.report import Group, Report

_COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_UNKNOWN = {
    Severity.ERROR: "unknown (blocks)",
    Severity.WARNING: "unknown (warning)",
    Severity.INFO: "unknown (info)",
}
_COLUMNS = ("failed", "unknown", "waived", "not blocking", "passed")


def render(report: Report, style: Style) -> str:
    """Return the whole report; a passing run is one line."""
    paint = Paint(color=style.color)
    blocks = problems_text(report.problems, style.width, paint)
    groups = report.groups(report.findings if style.all else None)
    blocks += ["\n".join(_finding(alike, report, style)) for alike in _alike(groups)]
    if report.listed():
        blocks += [_table(report), words.FOOT]
    if report.ahead:
        lines = [
            line for change in report.ahead for line in wrap("ahead: ", safe.line(words.ahead(change)), style.width)
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, words.closing(report)]) + "\n"


def _alike(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Yield groups, those together that one change would mend: uses that lack the same fact, or get the same advice."""
    found: dict[tuple[str, ...], list[Group]] = {}
    for number, group in enumerate(groups):
        found.setdefault(_likeness(group.leader, number), []).append(group)
    yield from found.values()


def _likeness(finding: Finding, number: int) -> tuple[str, ...]:
    if finding.verdict is Verdict.UNKNOWN and finding.gap:
        return (finding.manifest, finding.gap)
    if finding.verdict is Verdict.FAIL and finding.severity is Severity.INFO:
        return (finding.manifest, finding.rule, finding.message.replace(finding.model, ""))
    return (str(number),)


def _finding(alike: Sequence[Group], report: Report, style: Style) -> Iterator[str]:
    paint = Paint(color=style.color)
    finding = alike[0].leader
    severity = min((group.severity for group in alike), key=lambda severity: severity.rank)
    yield from wrap(f"{_head(finding, severity, paint)}: ", safe.line(finding.message), style.width)
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        span = finding.place.span
        path = paint.link(of_file(report.root, span.path), safe.line(span.path))
        yield f"  --> {path}:{span.line}:{span.column}"
    else:
        yield from snippet((finding.place, *finding.related), report.texts, paint, style.width, report.root)
    for label, text in _notes(alike, verbose=style.verbose):
        yield from wrap(f"   = {label}: ", safe.line(text), style.width)


def _head(finding: Finding, severity: Severity, paint: Paint) -> str:
    rule = paint.link(of_rule(finding.rule, finding.policy.path), safe.line(finding.rule))
    if finding.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        word = severity.value if finding.verdict is Verdict.FAIL else _UNKNOWN[severity]
        return paint(_COLORS[severity], f"{word}[{rule}]")
    return f"{finding.verdict.value}[{rule}]"


def _notes(alike: Sequence[Group], *, verbose: bool) -> Iterator[tuple[str, str]]:
    """Yield the lines below a snippet; a finding of severity info gets fewer."""
    finding = alike[0].leader
    yield _about(finding)
    if verbose:
        yield "requires", f"{finding.title} ({finding.policy.path}:{finding.policy.line})"
    if finding.exemption is not None:
        yield "waived", words.exemption(finding.exemption)
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return
    yield from _also(alike)
    if finding.severity is not Severity.INFO or verbose:
        yield "why", finding.why
        yield from _clauses(finding)
        yield from _facts(finding) if verbose else _source(finding)
        yield from (("note", note) for note in finding.notes)
    yield "fix", finding.fix
    if verbose:
        yield from (("see", reference) for reference in finding.references)


def _about(finding: Finding) -> tuple[str, str]:
    """Return what a finding is about: a use, a project, or what the config holds."""
    element = f" ({finding.subject})" if finding.subject else ""
    if finding.model:
        return "use", f"{finding.project}: {finding.model}{element}"
    return ("project", f"{finding.project}{element}") if finding.project else ("about", finding.subject or "the config")


def _also(alike: Sequence[Group]) -> Iterator[tuple[str, str]]:
    """Yield what else the same change would mend: other rules of this use, and other uses."""
    finding = alike[0].leader
    rules = sorted({rule for group in alike for rule in (group.leader.rule, *group.rules)} - {finding.rule})
    uses = sorted({group.leader.model for group in alike} - {finding.model})
    if rules:
        yield "also", f"for the same reason these can't be judged: {', '.join(rules)}"
    if uses:
        yield "also", f"the same holds for {', '.join(uses)}"


def _clauses(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the clauses that are quoted."""
    clauses = {fact.name: str(fact.value) for fact in finding.facts}
    for name, quote in clauses.items():
        if name.endswith(".quote"):
            clause = clauses.get(name.replace(".quote", ".clause"))
            yield "text", f'"{quote}"' + (f" ({clause})" if clause else "")


def _source(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the source of the clause that is quoted, else of the first catalog fact that the finding rests on."""
    quoted = [fact for fact in finding.facts if fact.name.endswith(".quote")]
    for known in words.records(quoted or finding.facts)[:1]:
        yield "source", words.authority(known)


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield every fact with its origin, and the records behind them."""
    for fact in finding.facts:
        if not fact.name.endswith((".quote", ".clause")):
            yield "fact", f"{fact.name} is {show(fact.value)} ({words.origin(fact)})"
    for known in words.records(finding.facts):
        yield "source", words.authority(known)


def _table(report: Report) -> str:
    """Return what was found, use by use: numbers first, so that no path is broken, and a manifest's path once."""
    from tabulate import tabulate

    counts: dict[tuple[str, str], Counter[str]] = {}
    for finding in report.findings:
        counts.setdefault((finding.manifest, finding.model), Counter())[_column(finding, report)] += 1
    telling = {key: found for key, found in sorted(counts.items()) if found.keys() - {"passed", ""}}
    columns = [name for name in _COLUMNS if any(found[name] for found in telling.values())]
    rows: list[list[str | int]] = []
    for manifest, uses in groupby(telling, key=lambda key: key[0]):
        rows.append([*("" for _ in columns), safe.line(manifest)])
        for key in uses:
            numbers = [telling[key][name] or "" for name in columns]
            rows.append([*numbers, f"  {safe.line(key[1]) or '(the file itself)'}"])
    table = tabulate(
        rows,
        headers=[*columns, "use"],
        tablefmt="simple",
        colalign=[*("right" for _ in columns), "left"],
        disable_numparse=True,
        preserve_whitespace=True,
    )
    quiet = sum(1 for key in counts if key[1] and key not in telling)
    return f"{table}\n\nNothing was found in {words.count(quiet, 'other use')}." if quiet else table


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
