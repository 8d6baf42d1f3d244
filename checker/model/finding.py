"""Findings: what one rule says of one use, or of one element of it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

if TYPE_CHECKING:
    from checker.model.fact import Origin
    from checker.model.policy import Severity
    from checker.source import Span


class Verdict(Enum):
    """What a rule says, the worst first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105  a verdict, not a password
    NOT_APPLICABLE = "not-applicable"

    @property
    def rank(self) -> int:
        """0 for the worst; several elements settle by the lowest."""
        return _ORDER.index(self)


_ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE)


def blocks(verdict: Verdict) -> bool:
    """Say whether a verdict stops the build; unknown is never a pass."""
    match verdict:
        case Verdict.FAIL | Verdict.UNKNOWN:
            return True
        case Verdict.WAIVED | Verdict.PASS | Verdict.NOT_APPLICABLE:
            return False
        case _:
            assert_never(verdict)


_OF_THE_DAY = (".days_left",)
"""Facts that change from day to day by themselves."""


class Place(NamedTuple):
    """A labeled place of a finding in a manifest or config."""

    span: Span
    pointer: str
    label: str = ""


class Evidence(NamedTuple):
    """One fact that a finding rests on; `value` is absent (None) when the fact is missing."""

    name: str
    value: Any
    origin: Origin | None


class Exemption(NamedTuple):
    """Why a finding is accepted for a time: a waiver of the config, or an entry of the baseline.

    `by` is one of these words; a baseline has neither owner nor dates. `expires` is the last day, inclusive, in UTC.
    """

    by: str
    reason: str
    owner: str = ""
    approved_by: str = ""
    ticket: str = ""
    granted: str = ""
    expires: str = ""
    place: Span | None = None


class Finding(NamedTuple):
    """What one rule says of one use; `subject` names the element, `missing` the facts whose absence decided.

    `about` names what was judged, whatever the manifest calls it: the model as identified, and who runs it. `gap` names
    the fact to supply and why it is missing; of the findings that share one, `cause` is the fingerprint of the one that
    leads ("" for that one itself, and where nothing is shared). `notes` say what a reader should know of the facts that
    it rests on: not confirmed, old, replaced. A waived one says by what.
    """

    rule: str
    title: str
    pack: str
    severity: Severity
    verdict: Verdict
    manifest: str
    project: str
    model: str
    subject: str
    message: str
    why: str
    fix: str
    references: tuple[str, ...]
    place: Place
    related: tuple[Place, ...]
    policy: Span
    facts: tuple[Evidence, ...]
    missing: tuple[str, ...]
    gap: str = ""
    about: tuple[str, ...] = ()
    cause: str = ""
    notes: tuple[str, ...] = ()
    exemption: Exemption | None = None

    def stops(self, threshold: Severity) -> bool:
        """Say whether the finding stops a build that fails at a severity and above."""
        return blocks(self.verdict) and self.severity.rank <= threshold.rank

    @property
    def fingerprint(self) -> str:
        """The identity of a finding: the same facts and the same rule give the same value, on any line."""
        import hashlib
        import json

        facts = [(fact.name, fact.value) for fact in self.facts if not fact.name.endswith(_OF_THE_DAY)]
        parts = (self.rule, self.manifest, self.model, self.subject, self.about, facts, self.missing)
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]
