"""Writing a baseline: a new one holds everything that blocks; an existing one only loses entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.loading import baseline
from checker.model.finding import Finding, Verdict, blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from checker.model.policy import Policy
    from checker.source import Document


def written(findings: Iterable[Finding], policy: Policy, before: Document | None, judged: Collection[str]) -> str:
    """Return the text of a new baseline, or the entries of an existing one that still occur.

    Entries of manifests that were not `judged` now are kept: nothing is known of them.
    """
    now = {finding.fingerprint: _entry(finding) for finding in _coverable(findings, policy)}
    if before is None:
        return baseline.dump(now.values())
    kept = [
        entry for entry in before.data["findings"] if entry["fingerprint"] in now or entry["manifest"] not in judged
    ]
    return baseline.dump(kept)


def _entry(finding: Finding) -> dict[str, str]:
    return {
        "fingerprint": finding.fingerprint,
        "manifest": finding.manifest,
        "model": finding.model,
        "rule": finding.rule,
        "subject": finding.subject,
    }


def _coverable(findings: Iterable[Finding], policy: Policy) -> Iterator[Finding]:
    """Yield the findings that a baseline may cover: not waived ones, and none that can't be waived."""
    waivable = {rule.id for rule in policy.rules if rule.waivable}
    for finding in findings:
        by_waiver = finding.exemption is not None and finding.exemption.by == "waiver"
        open_or_held = blocks(finding.verdict) or finding.verdict is Verdict.WAIVED
        if open_or_held and not by_waiver and finding.rule in waivable:
            yield finding
