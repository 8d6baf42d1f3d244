"""What will change by itself: a waiver ends, a rule takes effect, a model is retired.

Every day on which something begins or ends is judged like today, and the verdicts are compared: what is told is what a
check will say on that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.app.judging import Bench, judge_all
from checker.app.settings import day_after
from checker.engine.facts import subjects
from checker.model import term
from checker.model.report import Ahead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model.catalog import Record
    from checker.model.finding import Finding
    from checker.model.manifest import Manifest
    from checker.model.policy import Severity


class Event(NamedTuple):
    """Something that begins or ends: the day, the rule and the use that it is about (none: any), and what it is."""

    on: str
    rule: str
    use: str
    because: str

    def fits(self, finding: Finding) -> int:
        """Return how well it explains the change of a finding; 0 if it does not."""
        about = finding.subject if finding.pack == "waiver" else finding.rule
        if self.rule not in (about, "") or (self.use not in (finding.model, "") and finding.model):
            return 0
        return 1 + 2 * (self.rule == about) + (self.use == finding.model)


def changes(
    loaded: Sequence[Manifest], bench: Bench, now: Sequence[Finding], horizon: int, fail_on: Severity, *, whole: bool
) -> tuple[Ahead, ...]:
    """Return the findings that begin or stop blocking within `horizon` days, the soonest first."""
    today = bench.setting.as_of
    until = day_after(today, horizon) or "9999-12-31"
    events: dict[str, list[Event]] = {}
    for event in _events(loaded, bench):
        if today < event.on <= until:
            events.setdefault(event.on, []).append(event)
    found: list[Ahead] = []
    before = _by_key(now)
    for day in sorted(events):
        later, _ = judge_all(loaded, _on(day, bench), whole=whole)
        after = _by_key(later)
        found += _told(list(_turned(day, events[day], before, after, fail_on)))
        before = after
    return tuple(found)


def _on(day: str, bench: Bench) -> Bench:
    return bench._replace(setting=bench.setting._replace(as_of=day))


def _events(loaded: Iterable[Manifest], bench: Bench) -> Iterator[Event]:
    """Yield everything that begins or ends on a day."""
    for rule in bench.policy.rules:
        if rule.effective_from:
            yield Event(rule.effective_from, rule.id, "", f"{rule.id} takes effect")
    for waiver in bench.config.section("waivers") or ():
        use = waiver.get("model", "")
        what = f"the waiver of {waiver['rule']} for {use or waiver.get('path', waiver.get('project'))}"
        yield from _of_record(waiver, use, what, waiver["rule"])
    for approval in bench.config.section("approvals") or ():
        what = f"the approval of kind {approval['kind']} for {approval['model']}"
        yield from _of_record(approval, approval["model"], what)
    for agreement in bench.config.section("agreements") or ():
        yield from _of_record(agreement, "", f"the agreement of kind {agreement['kind']} with {agreement['provider']}")
    yield from _retirements(loaded, bench)


def _of_record(item: Mapping[str, Any], use: str, what: str, rule: str = "") -> Iterator[Event]:
    given = term.of(item)
    if given.granted:
        yield Event(given.granted, rule, use, f"{what} begins")
    if given.expires:
        yield Event(day_after(given.expires), rule, use, f"{what} ends on {given.expires}")


def _retirements(loaded: Iterable[Manifest], bench: Bench) -> Iterator[Event]:
    days = bench.setting.params.get("retirement_horizon_days", 0)
    for use, record, provider in _records(loaded, bench):
        ends = record.get("lifecycle", ())
        # Whoever else retires it on the same day is not who runs it here; under an alias one may be all that is known.
        for end in [one for one in ends if one["provider"] == provider] or ends:
            what = f"{end['provider']} retires {record['name']} on {end['retired_on']}"
            yield Event(end["retired_on"], "lifecycle/retired", use, what)
            yield Event(day_after(end["retired_on"], -days), "lifecycle/retiring", use, what)


def _records(loaded: Iterable[Manifest], bench: Bench) -> Iterator[tuple[str, Record, str]]:
    """Yield every use whose model is known, with its record and the provider that it names."""
    for manifest in loaded:
        for subject in subjects(manifest, bench.setting.catalog):
            if subject.record is not None:
                yield subject.use.id, subject.record, subject.use.entry.get("deployment", {}).get("provider", "")


Key = tuple[str, str, str, str]


def _by_key(findings: Iterable[Finding]) -> dict[Key, Finding]:
    """Return the worst finding for each thing that findings are about."""
    found: dict[Key, Finding] = {}
    for finding in findings:
        key = (finding.manifest, finding.model, finding.rule, finding.subject)
        if key not in found or finding.verdict.rank < found[key].verdict.rank:
            found[key] = finding
    return found


def _turned(
    day: str, events: Sequence[Event], before: Mapping[Key, Finding], after: Mapping[Key, Finding], fail_on: Severity
) -> Iterator[Ahead]:
    for key in sorted(before.keys() & after.keys()):
        was, will = before[key], after[key]
        if was.stops(fail_on) != will.stops(fail_on):
            because = max(events, key=lambda event: event.fits(will)).because
            yield Ahead(on=day, because=because, before=was, after=will)


def _told(changes: Sequence[Ahead]) -> list[Ahead]:
    """Leave out a finding about a waiver if the finding that the waiver covered is listed."""
    told = {change.after.rule for change in changes}
    return [change for change in changes if not (change.after.pack == "waiver" and change.after.subject in told)]
