"""The one place where a finding is waived: by a waiver of the config, or by an entry of a baseline.

A waiver holds from the day it was granted to the last day of its term, inclusive, in UTC; not when its term is longer
than the config allows, not for a rule that can't be waived, and not for a rule that is not in force. It covers a use
only while that is what the waiver was granted for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import bound, evaluate
from checker.model import term as terms
from checker.model.fact import ADDRESS
from checker.model.finding import Exemption, Finding, Verdict, blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.engine.bound import Base, Ground, Key
    from checker.engine.facts import Setting
    from checker.model.catalog import Catalog
    from checker.model.manifest import Config
    from checker.model.policy import Policy, Rule

_NOTHING: Mapping[Any, Any] = MappingProxyType({})
MAX_DAYS = 366
"""How long a waiver may last where the config says nothing, in days from `granted`."""


class Waived(NamedTuple):
    """Findings after waivers and baseline, and what rules may read of the two: one record for each."""

    findings: list[Finding]
    waivers: list[dict[str, Any]]
    baseline: list[dict[str, Any]]


class Term(NamedTuple):
    """What a waiver is held against, apart from findings; `base` is what a trusted commit declares, if there is one."""

    policy: Policy
    as_of: str
    max_days: int
    days_between: Callable[[str, str], int]
    catalog: Catalog | None = None
    base: Base | None = None


def term_of(policy: Policy, config: Config, setting: Setting) -> Term:
    """Return what the waivers of a config are held against."""
    max_days = config.section("max_waiver_days") or MAX_DAYS
    return Term(
        policy=policy,
        as_of=setting.as_of,
        max_days=max_days,
        days_between=setting.days_between,
        catalog=setting.catalog,
        base=setting.base,
    )


class Looked(NamedTuple):
    """What was looked at: uses by manifest and project, whether that was all there is, and what the uses are."""

    uses: frozenset[tuple[str, str, str]]
    whole: bool
    grounds: Mapping[Key, Ground] = _NOTHING

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
    against = _Against(rules=rules, known=known, looked=looked, term=term)
    waived = _with_leaders([_waived(finding, held, against) for finding in findings], rules)
    return Waived(findings=waived, waivers=waivers, baseline=_entries(entries, findings, looked))


_LEADER = "catalog/known-model"


def _with_leaders(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Waive what waits for a model that is not known and whose own finding a waiver accepts: it is one question.

    A finding that lacks another fact as well stays open, and so does one of a rule that can't be waived.
    """
    led = {
        (finding.manifest, finding.model, finding.fingerprint): finding.exemption
        for finding in findings
        if finding.rule == _LEADER and finding.exemption is not None and finding.exemption.by == "waiver"
    }
    return [_led(finding, led, rules) for finding in findings]


def _led(finding: Finding, led: Mapping[Any, Exemption | None], rules: Mapping[str, Rule]) -> Finding:
    exemption = led.get((finding.manifest, finding.model, finding.cause))
    waits = finding.verdict is Verdict.UNKNOWN and all(name.startswith("model.") for name in finding.missing)
    if exemption is None or not waits or not rules[finding.rule].waivable:
        return finding
    return finding._replace(verdict=Verdict.WAIVED, exemption=exemption)


class _Against(NamedTuple):
    """What a finding and the waivers that name it are held against."""

    rules: Mapping[str, Rule]
    known: Mapping[str, Mapping[str, Any]]
    looked: Looked
    term: Term


def _record(
    waiver: Mapping[str, Any], address: str, rules: Mapping[str, Rule], term: Term, looked: Looked
) -> dict[str, Any]:
    """Return a waiver as rules see it."""
    rule = rules.get(waiver["rule"])
    state = terms.of(waiver).state(term.as_of)
    return {
        **waiver,
        "about": f"`{waiver['model']}`" if "model" in waiver else waiver.get("path", waiver.get("project")),
        ADDRESS: address,
        "days": term.days_between(waiver["granted"], waiver["expires"]),
        "max_days": term.max_days,
        "days_left": term.days_between(term.as_of, waiver["expires"]),
        "granted_yet": state is not terms.State.NOT_BEGUN,
        "expired": state is terms.State.OVER,
        "rule_known": rule is not None,
        "rule_waivable": rule is None or rule.waivable,
        "looked": looked.may_hold(waiver),
        "used": False,
        "refused": "",
        "write": "",
        "manifests": _namesakes(waiver, looked),
    }


def _namesakes(waiver: Mapping[str, Any], looked: Looked) -> list[str]:
    """Return the manifests whose project a waiver names and nothing tells apart."""
    if "project" not in waiver or "path" in waiver:
        return []
    model = waiver.get("model")
    named = ((path, use) for path, project, use in looked.uses if project == waiver["project"])
    return sorted({path for path, use in named if model in (use, None)})


def state(record: Mapping[str, Any]) -> str:
    """Return `holds`, or why a waiver covers nothing."""
    if not record["rule_known"]:
        return "no such rule in force"
    if not record["rule_waivable"]:
        return "its rule can't be waived"
    if record["days"] > record["max_days"]:
        return f"longer than {record['max_days']} days"
    if not record["granted_yet"]:
        return str(terms.State.NOT_BEGUN.value)
    return str((terms.State.OVER if record["expired"] else terms.State.HOLDS).value)


def _exemption(record: Mapping[str, Any], config: Config) -> Exemption | None:
    if state(record) != "holds":
        return None
    named = {name: record.get(name, "") for name in ("reason", "owner", "approved_by", "ticket", "granted", "expires")}
    place = config.document.span(record[ADDRESS].partition("#")[2]) if config.document else None
    return Exemption(by="waiver", place=place, **named)


def _waived(finding: Finding, held: Sequence[tuple[dict[str, Any], Exemption | None]], against: _Against) -> Finding:
    if not blocks(finding.verdict):
        return finding
    refusals: list[bound.Refusal] = []
    exemption: Exemption | None = None
    for record, given in held:
        if _names(record, finding):
            refused = _told(record, finding, against)
            if refused is None:
                exemption = exemption or given
            elif given is not None:
                refusals.append(refused)
    if exemption is None and finding.fingerprint in against.known and against.rules[finding.rule].waivable:
        exemption = Exemption(by="baseline", reason="it was there when the baseline was written")
    if exemption is not None:
        return finding._replace(verdict=Verdict.WAIVED, exemption=exemption)
    return _refused(finding, refusals)


def _told(record: dict[str, Any], finding: Finding, against: _Against) -> bound.Refusal | None:
    """Hold a waiver that names a finding against what it was granted for, and note in its record what came of that."""
    key, rule = (finding.manifest, finding.model), against.rules.get(finding.rule)
    subject, placed = tuple(finding.subject.split(" / ")), rule is not None and reads_places(rule)
    case = bound.Case(key, against.looked.grounds.get(key), subject, placed)
    catalog = against.term.catalog
    refused = bound.refusal(record, case, catalog, against.term.base) if catalog is not None else None
    if refused is not None:
        record["refused"] = record["refused"] or refused.why
    else:
        record["used"] = True
        if "identified" not in record and case.ground is not None:
            more = bound.lines(case)
            record["write"] = record["write"] if more in record["write"] else " or ".join((record["write"], more))
            record["write"] = record["write"].removeprefix(" or ")
    return refused


def reads_places(rule: Rule) -> bool:
    """Say whether a rule reads where data goes."""
    read = evaluate.evidence_paths(rule) | evaluate.list_paths(rule)
    return any(path[0] == "use" and path[1:2] in _PLACES for path in read)


_PLACES = (("destinations",), ("deployment",), ("via",))


def _refused(finding: Finding, refusals: Sequence[bound.Refusal]) -> Finding:
    """Say in a finding why a waiver that names it does not cover it."""
    if not refusals:
        return finding
    why, write = refusals[0]
    fix = f"Have the waiver granted for what is there now, and write into it: `{write}`. Otherwise: {finding.fix}"
    return finding._replace(message=f"{finding.message}; the waiver does not cover it: {why}", fix=fix)


def _names(waiver: Mapping[str, Any], finding: Finding) -> bool:
    """Say whether a waiver names a finding; `subject` names its element, or one part of it.

    One without `model` names what is said of a manifest as a whole.
    """
    subjects = (finding.subject, *finding.subject.split(" / "))
    return (
        waiver["rule"] == finding.rule
        and waiver.get("model", "") == finding.model
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
