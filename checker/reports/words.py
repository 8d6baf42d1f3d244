"""Words and numbers that more than one renderer uses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from checker.errors import Exit, Problem
from checker.model.fact import Declared, Inferred, Known
from checker.model.finding import Evidence, Exemption, Finding, Verdict
from checker.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model.report import Ahead, Group, Report

FOOT = "The catalog holds facts with their sources; this is not legal advice."
MOST_SOURCES = 2


def closing(report: Report) -> str:
    """Return the closing line: what was checked, and the result."""
    counted = ", ".join(
        count(number, noun)
        for number, noun in (
            (report.manifests + report.unread, "manifest"),
            (report.models, "model"),
            (report.rules, "rule"),
        )
    )
    as_of = f" (as of {safe.line(report.other_day)})" if report.other_day else ""
    return f"{counted}: {', '.join(_outcomes(report)) or 'passed'}{as_of}"


def _outcomes(report: Report) -> list[str]:
    groups = report.groups()
    blocking = Counter(group.leader.verdict for group in groups if report.blocks(group))
    rules = sum(1 + len(group.waiting) for group in groups if report.blocks(group) and _is_unknown(group))
    waived = sum(group.leader.verdict is Verdict.WAIVED for group in groups)
    advisory = len(groups) - blocking.total() - waived
    unjudged = len(problems(report))
    unknown = f"unknown ({rules} rules)" if rules > blocking[Verdict.UNKNOWN] else "unknown"
    parts = [(blocking[Verdict.FAIL], "failed"), (blocking[Verdict.UNKNOWN], unknown), (waived, "waived")]
    words = [f"{number} {word}" for number, word in parts if number]
    words += [f"{unjudged} could not be judged"] if unjudged else []
    words += [f"{advisory} not blocking"] if advisory else []
    return words if blocking or unjudged or waived or not advisory else ["passed", *words]


def _is_unknown(group: Group) -> bool:
    return group.leader.verdict is Verdict.UNKNOWN


def waiting(group: Group) -> str:
    """Name the rules that wait for what a finding asks for; "" where none does."""
    return f"for the same reason these can't be judged: {', '.join(group.rules)}" if group.rules else ""


def count(number: int, noun: str) -> str:
    """Return a number of things in words; the plural of every noun here ends in s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def problems(report: Report) -> tuple[Problem, ...]:
    """Return why something could not be judged; never empty if the run has no verdict."""
    if report.problems or report.exit_code() is not Exit.UNUSABLE:
        return report.problems
    hint = "name a manifest with at least one use, and have at least one rule in force"
    return (Problem(path="", message="nothing was checked", hint=hint),)


def place(path: str, line: int | None = None, column: int | None = None) -> str:
    """Return a place as `path:line:column`, as far as it is known."""
    return ":".join(str(part) for part in (path, line, column) if part is not None)


def about(finding: Finding) -> str:
    """Say what a finding is about: the use and its element, else the project, else what the config holds."""
    named = ": ".join(name for name in (finding.project, finding.model) if name)
    if not named:
        return finding.subject or "the config"
    return f"{named} ({finding.subject})" if finding.subject else named


def change(ahead: Ahead) -> str:
    """Say what will change, when and why."""
    finding = ahead.after
    turns = f"{ahead.before.verdict.value} becomes {finding.verdict.value}"
    return f"From {ahead.on} {finding.rule}, {about(finding)} in {finding.manifest}: {turns} ({ahead.because})"


def clip(text: str, most: int) -> str:
    """Return text cut to a number of characters, with a mark where it was cut."""
    return text if len(text) <= most else text[: most - 3] + "..."


def origin(fact: Evidence) -> str:
    """Say where a fact comes from, for a person; records are described separately."""
    match fact.origin:
        case Declared(span=span):
            return f"declared in {span.path}:{span.line}"
        case Known(record=record):
            return f"catalog, {record}"
        case Inferred(how=how):
            return how
        case _:
            return "given"


def records(facts: Iterable[Evidence]) -> list[Known]:
    """Return the catalog records that facts rest on, each once."""
    found: dict[Known, None] = {}
    for fact in facts:
        known = fact.origin.record if isinstance(fact.origin, Inferred) else fact.origin
        if isinstance(known, Known):
            found[known] = None
    return list(found)


def exemption(accepted: Exemption) -> str:
    """Say what accepts a finding, until when and on whose word."""
    if accepted.by != "waiver":
        return f"by the baseline: {accepted.reason}"
    ticket = f", {accepted.ticket}" if accepted.ticket else ""
    where = f" ({accepted.place.path}:{accepted.place.line})" if accepted.place else ""
    who = f"granted by {accepted.approved_by} on {accepted.granted}, owned by {accepted.owner}{ticket}"
    return f"until {accepted.expires} (inclusive, UTC): {accepted.reason}; {who}{where}"


def ahead(change: Ahead) -> str:
    """Say what will change, when and why."""
    finding = change.after
    about = f"`{finding.model}` in {finding.manifest}" if finding.model else finding.manifest
    was, will = change.before.verdict.value, finding.verdict.value
    same = f"{was} ({change.before.severity.value}) to {will} ({finding.severity.value})"
    turns = same if was == will else f"{was} to {will}"
    return f"on {change.on}, {finding.rule} of {about} turns from {turns}: {change.because}"


def authority(known: Known) -> str:
    """Return the sources of a catalog record (the first ones), when they were checked and how, in words."""
    told = {
        "verified": "verified",
        "secondary": "from a copy or a quotation",
        "unconfirmed": "not confirmed",
    }
    more = len(known.sources) - MOST_SOURCES
    sources = "; ".join(known.sources[:MOST_SOURCES]) + (f"; and {more} more" if more > 0 else "")
    return f"{known.record}: {sources} (checked {known.checked}, {told[known.status]})"
