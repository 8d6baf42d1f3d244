"""Writing a baseline: at first everything that stops the build, afterwards only less than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.loading import baseline
from checker.model.finding import Finding, Verdict, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.model.policy import Policy
    from checker.source import Document


def written(findings: Iterable[Finding], policy: Policy, before: Document | None) -> str:
    """Return the text of a new baseline; of one that was there, only the entries that still occur."""
    entries = {finding.fingerprint: finding for finding in _coverable(findings, policy)}
    known = None if before is None else {entry["fingerprint"] for entry in before.data["findings"]}
    return baseline.dump(
        {
            "fingerprint": fingerprint,
            "manifest": finding.manifest,
            "model": finding.model,
            "rule": finding.rule,
            "subject": finding.subject,
        }
        for fingerprint, finding in entries.items()
        if known is None or fingerprint in known
    )


def _coverable(findings: Iterable[Finding], policy: Policy) -> Iterator[Finding]:
    """Yield what a baseline may cover: not what a waiver covers, and nothing that can't be waived."""
    waivable = {rule.id for rule in policy.rules if rule.waivable}
    for finding in findings:
        by_waiver = finding.exemption is not None and finding.exemption.by == "waiver"
        open_or_held = blocks(finding.verdict) or finding.verdict is Verdict.WAIVED
        if open_or_held and not by_waiver and finding.rule in waivable:
            yield finding
