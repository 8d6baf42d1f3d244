"""Reports made of plain values, for tests of what is written of them: nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.model.finding import Exemption, Finding, Place, Verdict
from checker.model.policy import Severity
from checker.model.report import Report
from checker.source import Span
from tests.support import in_force, load_pack, pack_text

if TYPE_CHECKING:
    from checker.errors import Problem
    from checker.model.report import Ahead

MANIFEST = "claims/model-manifest.yaml"
SPAN = Span(path=MANIFEST, line=7, column=12, end_line=7, end_column=20)
WAIVER = Exemption(
    by="waiver",
    reason="notice ships with release 4.2",
    owner="claims-platform",
    approved_by="legal@example.com",
    granted="2026-11-23",
    expires="2027-01-31",
    place=Span(path=".modelpolicy.yaml", line=3, column=5, end_line=9, end_column=1),
)
POLICY = in_force(load_pack(pack_text({})))
"""One rule, which nothing is judged by."""


def finding(verdict: Verdict = Verdict.FAIL, **changes: Any) -> Finding:
    """Return a finding; a waived one says by what."""
    made = Finding(
        rule="license/attribution",
        title="Attribution is given",
        pack="license",
        severity=Severity.ERROR,
        verdict=verdict,
        manifest=MANIFEST,
        project="claims",
        model="triage",
        subject="",
        message="llama4 asks for a notice",
        why="The license makes it a condition.",
        fix="Add the notice.",
        references=("https://example.com/license",),
        place=Place(span=SPAN, pointer="/models/0/model"),
        related=(),
        policy=Span(path="license.yaml", line=4, column=5, end_line=9, end_column=1),
        facts=(),
        missing=(),
        exemption=WAIVER if verdict is Verdict.WAIVED else None,
    )
    return made._replace(**changes)


def report(
    *findings: Finding,
    problems: tuple[Problem, ...] = (),
    ahead: tuple[Ahead, ...] = (),
    fail_on: Severity = Severity.ERROR,
    manifests: int = 1,
) -> Report:
    """Return a report of one use and one rule."""
    return Report(
        as_of="2026-11-23",
        fail_on=fail_on,
        manifests=manifests,
        models=manifests,
        policy=POLICY,
        findings=findings,
        problems=problems,
        texts={},
        ahead=ahead,
    )
