"""The one place where outcomes become the findings of a report: severities, dates, order."""

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


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Settle several elements: fail before unknown before waived before pass; nothing at all is not applicable."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_APPLICABLE)
