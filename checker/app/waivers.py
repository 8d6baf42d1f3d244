"""`modelpolicy waivers`: every waiver of the config, and drafts of waivers for what stops a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.app import check
from checker.app.policy_in_force import load
from checker.engine import bound, facts, waive
from checker.errors import CheckerError
from checker.loading import files
from checker.loading import manifest as manifests
from checker.loading.tree import Tree
from checker.model.waiver import Draft, Drafts, Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.app.policy_in_force import InForce
    from checker.app.settings import Settings
    from checker.model.finding import Finding
    from checker.model.policy import Rule

_LOOKED_AT_NOTHING = waive.Looked(uses=frozenset(), whole=False)


def listed(settings: Settings) -> list[Listed]:
    """Return all waivers, the soonest end first; raises CheckerError if the config can't be used."""
    in_force = load(settings, Tree(files.repository_root(settings.current)))
    term = waive.term_of(in_force.policy, in_force.config, in_force.setting)
    found = waive.apply((), in_force.config, (), term, _LOOKED_AT_NOTHING).waivers
    return sorted((_listed(record, in_force.config.path) for record in found), key=lambda one: (one.expires, one.rule))


def _listed(record: Mapping[str, Any], path: str) -> Listed:
    named = {name: record.get(name, "") for name in ("model", "project", "path", "subject", "ticket")}
    told = {name: record[name] for name in ("rule", "reason", "owner", "approved_by", "granted", "expires")}
    return Listed(state=waive.state(record), days_left=record["days_left"], file=path, **named, **told)


def drafted(settings: Settings, rules: tuple[str, ...], models: tuple[str, ...]) -> Drafts:
    """Return a draft for everything that stops the build, narrowed to some rules and uses (none: all of them).

    Raises CheckerError where something can't be judged: a waiver is for a finding that is there.
    """
    report = check.run(settings).report
    if report.problems:
        raise CheckerError(*report.problems)
    in_force = load(settings, Tree(files.repository_root(settings.current)))
    known = {rule.id: rule for rule in in_force.policy.rules}
    found = [
        finding
        for finding in report.findings
        if finding.stops(settings.fail_on)
        and finding.project
        and (not rules or finding.rule in rules)
        and (not models or finding.model in models)
    ]
    grounds = _grounds({finding.manifest for finding in found}, in_force, settings)
    open_ones = [finding for finding in found if known[finding.rule].waivable]
    return Drafts(
        drafts=tuple(dict.fromkeys(_draft(finding, known[finding.rule], grounds, settings) for finding in open_ones)),
        max_days=in_force.config.section("max_waiver_days") or waive.MAX_DAYS,
        fixed=tuple(sorted({finding.rule for finding in found if not known[finding.rule].waivable})),
    )


def _grounds(paths: Iterable[str], in_force: InForce, settings: Settings) -> dict[bound.Key, bound.Ground]:
    root, catalog = files.repository_root(settings.current), in_force.setting.catalog
    loaded = (manifests.load(root / path, root, in_force.config, in_force.questions) for path in sorted(paths))
    subjects = (one for manifest in loaded for one in facts.subjects(manifest, catalog))
    return {(one.manifest.path, one.use.id): bound.ground(one, catalog) for one in subjects}


def _draft(finding: Finding, rule: Rule, grounds: Mapping[bound.Key, bound.Ground], settings: Settings) -> Draft:
    key = (finding.manifest, finding.model)
    subject = tuple(finding.subject.split(" / "))
    bind = bound.keys(bound.Case(key, grounds.get(key), subject, waive.reads_places(rule)))
    named = {"model": finding.model, **bind, "subject": finding.subject}
    return Draft(
        rule=finding.rule,
        keys=tuple(
            (name, tuple(value) if isinstance(value, list) else value) for name, value in named.items() if value
        ),
        granted=settings.as_of,
        message=finding.message,
    )
