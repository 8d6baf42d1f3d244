"""The one place where outcomes become the findings of a report: severities, dates, causes, order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.model.finding import Finding, Verdict
from checker.model.policy import Policy, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable


def severity(rule: Rule, verdict: Verdict, policy: Policy, as_of: str) -> Severity:
    """Return the severity in force; before a rule takes effect its failures are warnings."""
    chosen = policy.severity(rule) or rule.severity
    early = verdict in (Verdict.FAIL, Verdict.UNKNOWN) and as_of < rule.effective_from
    return Severity.WARNING if early and chosen is Severity.ERROR else chosen


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by manifest, the worst first, then by place; the order never depends on the input's."""
    return tuple(sorted(findings, key=_key))


def _key(finding: Finding) -> tuple[Any, ...]:
    place = finding.place.span
    where = (finding.manifest, finding.severity.rank, finding.verdict.rank, place.line, place.column)
    return (*where, finding.rule, finding.model, finding.subject, finding.message)


_NEAREST = ("catalog/known-model", "catalog/known-license")
"""The rules that ask for a fact itself, the nearest to it first; the others only wait for it."""


def with_causes(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings of one manifest, each that waits for a fact with the one that leads; the order stays."""
    listed = list(findings)
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in listed:
        if finding.verdict is Verdict.UNKNOWN and finding.gap:
            groups.setdefault((finding.model, finding.gap), []).append(finding)
    causes = {key: min(group, key=_nearness).fingerprint for key, group in groups.items() if len(group) > 1}
    return [_with_cause(finding, causes.get((finding.model, finding.gap), "")) for finding in listed]


def _with_cause(finding: Finding, leader: str) -> Finding:
    waits = leader and finding.verdict is Verdict.UNKNOWN and finding.fingerprint != leader
    return finding._replace(cause=leader) if waits else finding


def _nearness(finding: Finding) -> tuple[Any, ...]:
    """Order findings by how near their rule is to the missing fact; the heavier leads, then the first in the file."""
    near = _NEAREST.index(finding.rule) if finding.rule in _NEAREST else len(_NEAREST)
    return (near, finding.severity.rank, finding.rule, finding.subject)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Settle several elements: fail before unknown before waived before pass; nothing at all is not applicable."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_APPLICABLE)
