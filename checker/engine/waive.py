"""The one place where a finding is waived: by a waiver of the config, or by an entry of a baseline.

A waiver holds from the day it was granted to the last day of its term, inclusive, in UTC; not when its term is longer
than the config allows, not for a rule that can't be waived, and not for a rule that is not in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.model.fact import ADDRESS
from checker.model.finding import Exemption, Finding, Verdict, blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.engine.facts import Setting
    from checker.model.manifest import Config
    from checker.model.policy import Policy, Rule

MAX_DAYS = 366
"""How long a waiver may last where the config says nothing, in days from `granted`."""


class Waived(NamedTuple):
    """Findings after waivers and baseline, and what rules may read of the two: one record for each."""

    findings: list[Finding]
    waivers: list[dict[str, Any]]
    baseline: list[dict[str, Any]]


class Term(NamedTuple):
    """What a waiver is held against, apart from findings."""

    policy: Policy
    as_of: str
    max_days: int
    days_between: Callable[[str, str], int]


def term_of(policy: Policy, config: Config, setting: Setting) -> Term:
    """Return what the waivers of a config are held against."""
    max_days = config.section("max_waiver_days") or MAX_DAYS
    return Term(policy=policy, as_of=setting.as_of, max_days=max_days, days_between=setting.days_between)


class Looked(NamedTuple):
    """What was looked at: uses by manifest and project, and whether that was all there is."""

    uses: frozenset[tuple[str, str, str]]
    whole: bool

    def may_hold(self, waiver: Mapping[str, Any]) -> bool:
        """Say whether what a waiver is for would have been met; unless it is narrowed, that may be in any manifest."""
        if "path" in waiver:
            return self.whole or any(path == waiver["path"] for path, _, _ in self.uses)
        return self.whole


def apply(
    findings: Sequence[Finding],
    config: Config,
    entries: Sequence[Mapping[str, Any]],
    term: Term,
    looked: Looked,
) -> Waived:
    """Waive what waivers and baseline cover, and say of each of them whether it holds and what it covered."""
    rules = {rule.id: rule for rule in term.policy.rules}
    waivers = [
        _record(waiver, f"config#/waivers/{number}", rules, term, looked)
        for number, waiver in enumerate(config.section("waivers") or ())
    ]
    held = [(record, _exemption(record, config)) for record in waivers]
    known = {entry["fingerprint"]: entry for entry in entries}
    waived = [_waived(finding, held, known, rules) for finding in findings]
    return Waived(findings=waived, waivers=waivers, baseline=_entries(entries, findings, looked))


def _record(
    waiver: Mapping[str, Any], address: str, rules: Mapping[str, Rule], term: Term, looked: Looked
) -> dict[str, Any]:
    """Return a waiver as rules see it."""
    rule = rules.get(waiver["rule"])
    return {
        **waiver,
        ADDRESS: address,
        "days": term.days_between(waiver["granted"], waiver["expires"]),
        "max_days": term.max_days,
        "days_left": term.days_between(term.as_of, waiver["expires"]),
        "granted_yet": waiver["granted"] <= term.as_of,
        "expired": waiver["expires"] < term.as_of,
        "rule_known": rule is not None,
        "rule_waivable": rule is None or rule.waivable,
        "looked": looked.may_hold(waiver),
        "used": False,
    }


def state(record: Mapping[str, Any]) -> str:
    """Return `holds`, or why a waiver covers nothing."""
    if not record["rule_known"]:
        return "no such rule in force"
    if not record["rule_waivable"]:
        return "its rule can't be waived"
    if record["days"] > record["max_days"]:
        return f"longer than {record['max_days']} days"
    if not record["granted_yet"]:
        return "not begun"
    return "over" if record["expired"] else "holds"


def _exemption(record: Mapping[str, Any], config: Config) -> Exemption | None:
    if state(record) != "holds":
        return None
    named = {name: record.get(name, "") for name in ("reason", "owner", "approved_by", "ticket", "granted", "expires")}
    place = config.document.span(record[ADDRESS].partition("#")[2]) if config.document else None
    return Exemption(by="waiver", place=place, **named)


def _waived(
    finding: Finding,
    held: Sequence[tuple[dict[str, Any], Exemption | None]],
    known: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, Rule],
) -> Finding:
    if not blocks(finding.verdict):
        return finding
    covering = [(record, exemption) for record, exemption in held if _covers(record, finding)]
    for record, _ in covering:
        record["used"] = True
    exemption = next((exemption for _, exemption in covering if exemption is not None), None)
    if exemption is None and known and finding.fingerprint in known and rules[finding.rule].waivable:
        exemption = Exemption(by="baseline", reason="it was there when the baseline was written")
    return finding if exemption is None else finding._replace(verdict=Verdict.WAIVED, exemption=exemption)


def _covers(waiver: Mapping[str, Any], finding: Finding) -> bool:
    """Say whether a waiver names a finding; `subject` names its element, or one part of it."""
    subjects = (finding.subject, *finding.subject.split(" / "))
    return (
        waiver["rule"] == finding.rule
        and waiver["model"] == finding.model
        and waiver.get("project", finding.project) == finding.project
        and waiver.get("path", finding.manifest) == finding.manifest
        and waiver.get("subject", finding.subject) in subjects
    )


def _entries(entries: Sequence[Mapping[str, Any]], findings: Sequence[Finding], looked: Looked) -> list[dict[str, Any]]:
    """Return the entries of the baseline as rules see them, with whether what they are for is still there."""
    blocking = {finding.fingerprint for finding in findings if blocks(finding.verdict)}
    paths = {path for path, _, _ in looked.uses}
    return [
        {
            **entry,
            ADDRESS: f"baseline#/findings/{number}",
            "occurs": entry["fingerprint"] in blocking,
            "looked": looked.whole or entry["manifest"] in paths,
        }
        for number, entry in enumerate(entries)
    ]
