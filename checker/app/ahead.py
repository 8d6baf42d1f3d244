"""What will change though nobody changes anything: a waiver ends, a rule takes effect, a model is retired.

Every day on which something begins or ends is judged like today, and the verdicts are compared: what is told is what a
check will say on that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.app.judging import Bench, judge_all
from checker.app.settings import day_after
from checker.engine.facts import subjects
from checker.model.report import Ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checker.model.catalog import Record
    from checker.model.finding import Finding
    from checker.model.manifest import Manifest
    from checker.model.policy import Severity

_OF_THE_TOOL = ("waiver/", "baseline/", "trust/")
"""Rules that say of a waiver what the finding that it covered says by itself."""


def changes(
    loaded: Sequence[Manifest], bench: Bench, now: Sequence[Finding], horizon: int, fail_on: Severity, *, whole: bool
) -> tuple[Ahead, ...]:
    """Return what begins or ceases to stop the build within `horizon` days, the soonest first."""
    today = bench.setting.as_of
    until = day_after(today, horizon) or "9999-12-31"
    events: dict[str, list[tuple[str, str]]] = {}
    for day, rule, because in _events(loaded, bench):
        if today < day <= until:
            events.setdefault(day, []).append((rule, because))
    found: list[Ahead] = []
    before = _by_key(now)
    for day in sorted(events):
        later, _ = judge_all(loaded, _on(day, bench), whole=whole)
        after = _by_key(later)
        found += _turned(day, events[day], before, after, lambda finding: finding.stops(fail_on))
        before = after
    return tuple(found)


def _on(day: str, bench: Bench) -> Bench:
    return bench._replace(setting=bench.setting._replace(as_of=day))


def _events(loaded: Iterable[Manifest], bench: Bench) -> Iterator[tuple[str, str, str]]:
    """Yield every day on which something begins or ends: the day, the rule it is about (or none), and what it is."""
    for rule in bench.policy.rules:
        if rule.effective_from:
            yield rule.effective_from, rule.id, f"{rule.id} takes effect"
    for waiver in bench.config.section("waivers") or ():
        yield waiver["granted"], waiver["rule"], f"the waiver of {waiver['rule']} for {waiver['model']} begins"
        ended = f"the waiver of {waiver['rule']} for {waiver['model']} ends on {waiver['expires']}"
        yield day_after(waiver["expires"]), waiver["rule"], ended
    for section, name in (("approvals", "model"), ("agreements", "provider")):
        for item in bench.config.section(section) or ():
            yield from _of_record(item, f"the {section[:-1]} of kind {item['kind']} for {item[name]}")
    yield from _retirements(loaded, bench)


def _of_record(item: dict[str, Any], what: str) -> Iterator[tuple[str, str, str]]:
    if "granted" in item:
        yield item["granted"], "", f"{what} begins"
    if "expires" in item:
        yield day_after(item["expires"]), "", f"{what} ends on {item['expires']}"


def _retirements(loaded: Iterable[Manifest], bench: Bench) -> Iterator[tuple[str, str, str]]:
    days = bench.setting.params.get("retirement_horizon_days", 0)
    for record in _records(loaded, bench):
        for end in record.get("lifecycle", ()):
            what = f"{end['provider']} retires {record['name']} on {end['retired_on']}"
            yield end["retired_on"], "lifecycle/retired", what
            yield day_after(end["retired_on"], -days), "lifecycle/retiring", what


def _records(loaded: Iterable[Manifest], bench: Bench) -> Iterator[Record]:
    """Yield the record of every model that is used and known."""
    for manifest in loaded:
        for subject in subjects(manifest, bench.setting.catalog):
            if subject.record is not None:
                yield subject.record


Key = tuple[str, str, str, str]


def _by_key(findings: Iterable[Finding]) -> dict[Key, Finding]:
    """Return findings by what they are about; of several about the same the worst."""
    found: dict[Key, Finding] = {}
    for finding in findings:
        key = (finding.manifest, finding.model, finding.rule, finding.subject)
        if key not in found or finding.verdict.rank < found[key].verdict.rank:
            found[key] = finding
    return found


def _turned(
    day: str,
    events: Sequence[tuple[str, str]],
    before: dict[Key, Finding],
    after: dict[Key, Finding],
    stops: Callable[[Finding], bool],
) -> Iterator[Ahead]:
    for key in sorted(before.keys() & after.keys()):
        was, will = before[key], after[key]
        if stops(was) != stops(will) and not will.rule.startswith(_OF_THE_TOOL):
            about = [because for rule, because in events if rule in (will.rule, "")]
            because = about[0] if about else events[0][1]
            yield Ahead(on=day, because=because, before=was, after=will)
