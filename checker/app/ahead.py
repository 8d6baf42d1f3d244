"""What will change by itself: a waiver ends, a rule takes effect, a model is retired.

Every day on which something begins or ends is judged like today, and the verdicts are compared: what is told is what a
check will say on that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.app.judging import Bench, Judged, each_judged, settled
from checker.app.settings import day_after
from checker.engine import evaluate, settle
from checker.engine.facts import subjects
from checker.model import term
from checker.model.policy import Scope
from checker.model.report import Ahead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from checker.model.catalog import Record
    from checker.model.finding import Finding
    from checker.model.manifest import Manifest
    from checker.model.policy import Severity


class Event(NamedTuple):
    """Something that begins or ends: the day, the rule and the use that it is about (none: any), and what it is.

    It changes the facts of one `manifest` (none: of none), or of any where it is so `everywhere`.
    """

    on: str
    rule: str
    use: str
    because: str
    manifest: str = ""
    everywhere: bool = False

    def fits(self, finding: Finding) -> int:
        """Return how well it explains the change of a finding; 0 if it does not."""
        about = finding.subject if finding.pack == "waiver" else finding.rule
        if self.rule not in (about, "") or (self.use not in (finding.model, "") and finding.model):
            return 0
        return 1 + 2 * (self.rule == about) + (self.use == finding.model)


class Today(NamedTuple):
    """What was checked: manifests, what rules say of each before exceptions count, and the findings after."""

    loaded: Sequence[Manifest]
    before: Sequence[Judged]
    findings: Sequence[Finding]
    whole: bool


def changes(today: Today, bench: Bench, horizon: int, fail_on: Severity) -> tuple[Ahead, ...]:
    """Return the findings that begin or stop blocking within `horizon` days, the soonest first."""
    start = bench.setting.as_of
    until = day_after(start, horizon) or "9999-12-31"
    events: dict[str, list[Event]] = {}
    for event in _events(today.loaded, bench):
        if start < event.on <= until:
            events.setdefault(event.on, []).append(event)
    found: list[Ahead] = []
    judged, before = today.before, today.findings
    for day in sorted(events):
        judged = _judged_on(day, events[day], today.loaded, judged, bench)
        later, _ = settled(today.loaded, judged, _on(day, bench), whole=today.whole)
        found += _told(list(_turned(day, events[day], before, later, fail_on)))
        before = later
    return tuple(found)


def _on(day: str, bench: Bench) -> Bench:
    return bench._replace(setting=bench.setting._replace(as_of=day))


def _judged_on(
    day: str, events: Sequence[Event], loaded: Sequence[Manifest], judged: Sequence[Judged], bench: Bench
) -> list[Judged]:
    """Return what rules say on a day: judged again only where the day changes a fact that a rule reads.

    A waiver that ends changes no fact, and a rule that takes effect only its severity. A model that is retired changes
    the manifests that use it. A consent that begins or ends may change any, and so does the day itself to a rule that
    reads it.
    """
    on_day = _on(day, bench)
    everywhere = any(event.everywhere for event in events) or _reads_time(bench)
    touched = {event.manifest for event in events}
    again = [everywhere or manifest.path in touched for manifest in loaded]
    fresh = iter(each_judged([manifest for manifest, yes in zip(loaded, again, strict=True) if yes], on_day))
    kept = (one if yes else _as_severe(one, on_day) for one, yes in zip(judged, again, strict=True))
    return [next(fresh) if yes else one for one, yes in zip(kept, again, strict=True)]


_OF_TIME = frozenset({"as_of", "days_left"})


def _reads_time(bench: Bench) -> bool:
    """Say whether a rule, but for the shipped ones about retirement, reads the day or the days that are left."""
    if bench.config.evidence:
        return True
    rules = [rule for rule in bench.policy.rules if rule.scope is not Scope.CHECK and rule.pack != "lifecycle"]
    return any(
        _OF_TIME & set(path) for rule in rules for path in evaluate.evidence_paths(rule) | evaluate.list_paths(rule)
    )


def _as_severe(judged: Judged, bench: Bench) -> Judged:
    """Return findings with the severity that they have on another day: a rule may take effect in between."""
    rules = {rule.id: rule for rule in bench.policy.rules if rule.effective_from}
    if not rules:
        return judged
    day = bench.setting.as_of
    findings = (
        one._replace(severity=settle.severity(rules[one.rule], one.verdict, bench.policy, day))
        if one.rule in rules
        else one
        for one in judged.findings
    )
    return judged._replace(findings=tuple(findings))


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
        yield from (event._replace(everywhere=True) for event in _of_record(approval, approval["model"], what))
    for agreement in bench.config.section("agreements") or ():
        what = f"the agreement of kind {agreement['kind']} with {agreement['provider']}"
        yield from (event._replace(everywhere=True) for event in _of_record(agreement, "", what))
    yield from _retirements(loaded, bench)


def _of_record(item: Mapping[str, Any], use: str, what: str, rule: str = "") -> Iterator[Event]:
    given = term.of(item)
    if given.granted:
        yield Event(given.granted, rule, use, f"{what} begins")
    if given.expires:
        yield Event(day_after(given.expires), rule, use, f"{what} ends on {given.expires}")


def _retirements(loaded: Iterable[Manifest], bench: Bench) -> Iterator[Event]:
    days = bench.setting.params.get("retirement_horizon_days", 0)
    for manifest, use, record, provider in _records(loaded, bench):
        ends = record.get("lifecycle", ())
        # Whoever else retires it on the same day is not who runs it here; under an alias one may be all that is known.
        for end in [one for one in ends if one["provider"] == provider] or ends:
            what = f"{end['provider']} retires {record['name']} on {end['retired_on']}"
            yield Event(end["retired_on"], "lifecycle/retired", use, what, manifest)
            yield Event(day_after(end["retired_on"], -days), "lifecycle/retiring", use, what, manifest)


def _records(loaded: Iterable[Manifest], bench: Bench) -> Iterator[tuple[str, str, Record, str]]:
    """Yield every use whose model is known, with its manifest, its record and the provider that it names."""
    for manifest in loaded:
        for subject in subjects(manifest, bench.setting.catalog):
            if subject.record is not None:
                provider = subject.use.entry.get("deployment", {}).get("provider", "")
                yield manifest.path, subject.use.id, subject.record, provider


Key = tuple[str, str, str, str]


def _key(finding: Finding) -> Key:
    return (finding.manifest, finding.model, finding.rule, finding.subject)


def _by_key(findings: Iterable[Finding], keys: Set[Key]) -> dict[Key, Finding]:
    """Return the worst finding for each thing that findings are about, of those that are asked for."""
    found: dict[Key, Finding] = {}
    for finding in findings:
        key = _key(finding)
        if key in keys and (key not in found or finding.verdict.rank < found[key].verdict.rank):
            found[key] = finding
    return found


def _turned(
    day: str, events: Sequence[Event], before: Sequence[Finding], after: Sequence[Finding], fail_on: Severity
) -> Iterator[Ahead]:
    # What was not judged again is the very same finding, and there is nothing to compare.
    same = set(map(id, before)) & set(map(id, after))
    keys = {_key(finding) for finding in (*before, *after) if id(finding) not in same}
    earlier, later = _by_key(before, keys), _by_key(after, keys)
    for key in sorted(earlier.keys() & later.keys()):
        was, will = earlier[key], later[key]
        if was.stops(fail_on) != will.stops(fail_on):
            because = max(events, key=lambda event: event.fits(will)).because
            yield Ahead(on=day, because=because, before=was, after=will)


def _told(changes: Sequence[Ahead]) -> list[Ahead]:
    """Leave out a finding about a waiver if the finding that the waiver covered is listed."""
    told = {change.after.rule for change in changes}
    return [change for change in changes if not (change.after.pack == "waiver" and change.after.subject in told)]
