"""The report: everything that a renderer may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.errors import Exit, Problem
from checker.model.finding import Finding, Verdict
from checker.model.policy import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.model.policy import Policy, Severity


class Ahead(NamedTuple):
    """A verdict that will change by itself: the day, the cause, and the finding before and after."""

    on: str
    because: str
    before: Finding
    after: Finding


class Group(NamedTuple):
    """A finding, and those of the same use that only wait for the fact that it asks for."""

    leader: Finding
    waiting: tuple[Finding, ...] = ()

    @property
    def severity(self) -> Severity:
        """The worst severity in the group, so that a mild leader never hides a severe finding."""
        return min((one.severity for one in (self.leader, *self.waiting)), key=lambda severity: severity.rank)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that wait, each once, sorted."""
        return tuple(sorted({one.rule for one in self.waiting} - {self.leader.rule}))


class Report(NamedTuple):
    """The outcome of one check; `findings` hold every verdict, in their final order; `texts` the lines to quote.

    `today` is the day on which it was made ("": that of `as_of`), `root` the folder that paths are relative to.
    `unread` counts the manifests that were found and could not be read. `overlooked` says what was not looked into,
    though it lies where something was asked for.
    """

    as_of: str
    fail_on: Severity
    manifests: int
    models: int
    policy: Policy | None
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    ahead: tuple[Ahead, ...] = ()
    today: str = ""
    root: str = ""
    overlooked: tuple[Problem, ...] = ()
    unread: int = 0

    @property
    def rules(self) -> int:
        """The number of rules in force that judge manifests."""
        return sum(rule.scope is not Scope.CHECK for rule in self.policy.rules) if self.policy else 0

    @property
    def other_day(self) -> str:
        """The date of the judgment if it is not today; otherwise ""."""
        return self.as_of if self.today not in ("", self.as_of) else ""

    def blocking(self, finding: Finding) -> bool:
        """Say whether a finding stops the build at this report's threshold."""
        return finding.stops(self.fail_on)

    def listed(self) -> tuple[Finding, ...]:
        """Return the findings that are listed by default: every verdict but pass and not-applicable."""
        told = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED)
        return tuple(finding for finding in self.findings if finding.verdict in told)

    def groups(self, findings: Iterable[Finding] | None = None) -> tuple[Group, ...]:
        """Return findings (those that are listed), the ones with one cause together, in the order of their leaders."""
        listed = self.listed() if findings is None else tuple(findings)
        known = {one.fingerprint for one in listed if one.verdict is Verdict.UNKNOWN and not one.cause}
        waiting: dict[tuple[str, str, str], list[Finding]] = {}
        leaders: list[Finding] = []
        for finding in listed:
            # Where the one that leads is accepted or turned off, the others still stand for themselves.
            if finding.cause in known:
                waiting.setdefault((finding.manifest, finding.model, finding.cause), []).append(finding)
            else:
                leaders.append(finding)
        return tuple(self._group(leader, waiting) for leader in leaders)

    def _group(self, leader: Finding, waiting: Mapping[tuple[str, str, str], list[Finding]]) -> Group:
        if leader.verdict is not Verdict.UNKNOWN:
            return Group(leader)
        return Group(leader, tuple(waiting.get((leader.manifest, leader.model, leader.fingerprint), ())))

    def blocks(self, group: Group) -> bool:
        """Say whether a group stops the build: whether one of it does."""
        return any(self.blocking(finding) for finding in (group.leader, *group.waiting))

    def exit_code(self) -> Exit:
        """Return the exit code; what could not be judged outranks what was judged, and nothing judged is no pass."""
        if self.problems or not (self.manifests and self.models and self.rules):
            return Exit.UNUSABLE
        return Exit.BLOCKED if any(self.blocking(finding) for finding in self.findings) else Exit.OK
