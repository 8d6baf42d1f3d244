"""The JSON report: a shape of its own (schemas/report.schema.json), ASCII, in a stable order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker import __version__
from checker.errors import Exit, Problem
from checker.model.fact import Declared, Inferred, Known
from checker.reports import safe

if TYPE_CHECKING:
    from checker.model.finding import Evidence, Exemption, Finding, Place
    from checker.model.report import Ahead, Report
    from checker.reports import Style

_RESULTS = {Exit.OK: "pass", Exit.BLOCKED: "fail", Exit.UNUSABLE: "error", Exit.BUG: "error"}


def render(report: Report, style: Style) -> str:
    """Return the report as JSON; with `all` also what passed or did not apply."""
    findings = report.findings if style.all else report.listed()
    return safe.as_json(_report(report, findings))


def _report(report: Report, findings: tuple[Finding, ...]) -> dict[str, Any]:
    policy = report.policy
    return {
        "version": 1,
        "tool": {"name": "modelpolicy", "version": __version__},
        "as_of": report.as_of,
        "result": _RESULTS[report.exit_code()],
        "checked": {"manifests": report.manifests, "models": report.models, "rules": report.rules},
        "policy": {"digest": policy.digest() if policy else None, "sources": list(policy.sources) if policy else []},
        "findings": [_finding(finding) for finding in findings],
        "ahead": [_ahead(change) for change in report.ahead],
        "errors": [error(problem) for problem in report.problems],
        "overlooked": [error(problem) for problem in report.overlooked],
    }


def _ahead(change: Ahead) -> dict[str, Any]:
    finding = change.after
    return {
        "on": change.on,
        "because": change.because,
        "rule": finding.rule,
        "manifest": finding.manifest,
        "model": finding.model or None,
        "subject": finding.subject or None,
        "before": change.before.verdict.value,
        "after": finding.verdict.value,
    }


def error(problem: Problem) -> dict[str, Any]:
    """Return what could not be judged, as an element of `errors`."""
    return {
        "path": problem.path or None,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "manifest": finding.manifest,
        "project": finding.project,
        "model": finding.model or None,
        "subject": finding.subject or None,
        "message": finding.message,
        "why": finding.why,
        "fix": finding.fix,
        "location": _place(finding.place),
        "related": [_place(place) for place in finding.related],
        "policy": {"path": finding.policy.path, "line": finding.policy.line},
        "facts": [_fact(fact) for fact in finding.facts],
        "notes": list(finding.notes),
        "remedies": [],
        "waiver": _exemption(finding.exemption),
        "cause": finding.cause or None,
        "fingerprint": finding.fingerprint,
    }


def _exemption(exemption: Exemption | None) -> dict[str, Any] | None:
    if exemption is None:
        return None
    named = {name: getattr(exemption, name) or None for name in ("by", "reason", "owner", "approved_by", "ticket")}
    dates = {name: getattr(exemption, name) or None for name in ("granted", "expires")}
    place = exemption.place
    return {**named, **dates, "path": place.path if place else None, "line": place.line if place else None}


def _place(place: Place) -> dict[str, Any]:
    span = place.span
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "pointer": place.pointer,
    }


def _fact(fact: Evidence) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": fact.name, "value": fact.value, "origin": "inferred"}
    shape |= dict.fromkeys(("path", "line", "source", "checked", "status"))
    match fact.origin:
        case Declared(span=span):
            shape |= {"origin": "declared", "path": span.path, "line": span.line}
        case Known() as known:
            shape |= {"origin": "catalog", **_known(known)}
        case Inferred(record=Known() as known):
            shape |= _known(known)
        case _:
            pass
    return shape


def _known(known: Known) -> dict[str, Any]:
    return {"source": "; ".join(known.sources), "checked": known.checked, "status": known.status}
