"""Words and numbers that more than one renderer uses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from checker.model.fact import Declared, Inferred, Known
from checker.model.finding import Evidence, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model.report import Report

MOST_SOURCES = 2

_PLURALS = {"manifest": "manifests", "model": "models", "rule": "rules"}


def closing(report: Report) -> str:
    """Return the closing line: what was looked at, and what came of it."""
    counted = ", ".join(
        _count(number, noun)
        for number, noun in ((report.manifests, "manifest"), (report.models, "model"), (report.rules, "rule"))
    )
    return f"{counted}: {', '.join(_outcomes(report)) or 'passed'}"


def _outcomes(report: Report) -> list[str]:
    listed = report.listed()
    blocking = Counter(finding.verdict for finding in listed if report.blocking(finding))
    advisory = sum(1 for finding in listed if finding.verdict is not Verdict.WAIVED and not report.blocking(finding))
    waived = sum(1 for finding in listed if finding.verdict is Verdict.WAIVED)
    parts = [(blocking[Verdict.FAIL], "failed"), (blocking[Verdict.UNKNOWN], "unknown"), (waived, "waived")]
    words = [f"{number} {word}" for number, word in parts if number]
    words += [f"{len(report.problems)} could not be judged"] if report.problems else []
    words += [f"{advisory} not blocking"] if advisory else []
    return words if blocking or report.problems or waived or not advisory else ["passed", *words]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else _PLURALS[noun]}"


def origin(fact: Evidence) -> str:
    """Say where a fact comes from, for a person; a catalog record is told apart from the facts that rest on it."""
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
