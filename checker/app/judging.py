"""Judge manifests by one policy: all findings, after waivers and the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import bound, consent, evaluate, explain, facts, settle, waive
from checker.engine.explain import About
from checker.errors import CheckerError, Problem
from checker.model.policy import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.engine.lineage import Subject
    from checker.model.fact import Facts
    from checker.model.finding import Finding
    from checker.model.manifest import Config, Manifest
    from checker.model.policy import Policy, Rule
    from checker.source import Document


class Bench(NamedTuple):
    """What manifests are judged by: the policy, shared facts, and the recorded exceptions.

    `config` holds the waivers; without `waivers` none of them counts, and neither does the baseline. `changes` are what
    a working tree changes in the policy that it is judged by, standing in `changed` by address.
    """

    policy: Policy
    setting: facts.Setting
    config: Config
    baseline: Document | None = None
    waivers: bool = True
    jobs: int = 1
    changes: tuple[dict[str, Any], ...] = ()
    changed: Mapping[str, Document] = {}


class Judged(NamedTuple):
    """What rules say of one manifest, before any exception counts; or why it could not be judged."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()


def judge_all(loaded: Sequence[Manifest], bench: Bench, *, whole: bool) -> tuple[list[Finding], list[Problem]]:
    """Return every finding and every problem; `whole` says that all manifests of the repository are here."""
    return settled(loaded, each_judged(loaded, bench), bench, whole=whole)


def settled(
    loaded: Sequence[Manifest], judged: Sequence[Judged], bench: Bench, *, whole: bool
) -> tuple[list[Finding], list[Problem]]:
    """Return what is left of what was judged once exceptions count: one judging may be settled many times."""
    findings = [finding for one in judged for finding in one.findings]
    problems = dict.fromkeys(problem for one in judged for problem in one.problems)
    subjects = _excepted(loaded, bench)
    catalog = bench.setting.catalog
    grounds = {(one.manifest.path, one.use.id): bound.ground(one, catalog) for one in subjects}
    looked = waive.Looked(uses=frozenset(_uses(loaded)), whole=whole, grounds=grounds)
    records = consent.records(subjects, bench.setting.register, whole=whole)
    return [*_with_exceptions(findings, bench, looked, records)], list(problems)


def _excepted(loaded: Iterable[Manifest], bench: Bench) -> list[Subject]:
    """Return every use, identified, where the config has records that may be about one."""
    if not any(bench.config.section(name) for name in ("waivers", "approvals", "agreements")):
        return []
    return [one for manifest in loaded for one in facts.subjects(manifest, bench.setting.catalog)]


def each_judged(loaded: Sequence[Manifest], bench: Bench) -> list[Judged]:
    """Return what rules say of every manifest, in their order."""
    if bench.jobs == 1:
        return [_judged(manifest, bench) for manifest in loaded]
    from checker.app.parallel import in_order

    return in_order(lambda manifest: _judged(manifest, bench), loaded, bench.jobs)


def _judged(manifest: Manifest, bench: Bench) -> Judged:
    try:
        return Judged(tuple(settle.with_causes(judge(manifest, bench.policy, bench.setting))))
    except CheckerError as error:
        return Judged((), error.problems)


def judge(manifest: Manifest, policy: Policy, setting: facts.Setting) -> Iterator[Finding]:
    """Yield every finding of one manifest, passes included; raises CheckerError for a broken rule."""
    subjects = facts.subjects(manifest, setting.catalog)
    whole = facts.manifest_facts(manifest, setting)
    by_use = [facts.use_facts(subject, subjects, setting) for subject in subjects]
    about = About(path=manifest.path, project=manifest.project)
    told = [(known, about._replace(place=explain.place_of_use(known))) for known in (whole, *by_use)]
    for rule in policy.rules:
        if rule.scope is not Scope.CHECK:
            for known, each in told[1:] if rule.scope is Scope.USE else told[:1]:
                yield from _findings(rule, known, each, policy, setting.as_of)


def _findings(rule: Rule, known: Facts, about: About, policy: Policy, as_of: str) -> Iterator[Finding]:
    for outcome in evaluate.judge(rule, known):
        severity = settle.severity(rule, outcome.verdict, policy, as_of)
        yield explain.finding(outcome, known, about, severity)


def _uses(loaded: Iterable[Manifest]) -> Iterator[tuple[str, str, str]]:
    for manifest in loaded:
        yield from ((manifest.path, manifest.project, use.id) for use in manifest.uses)


def _with_exceptions(
    findings: Sequence[Finding],
    bench: Bench,
    looked: waive.Looked,
    consents: Mapping[str, list[dict[str, Any]]],
) -> Iterator[Finding]:
    """Yield findings after waivers and baseline, and what rules say of those, of consents and of changes."""
    if not bench.waivers:
        yield from findings
        yield from _of_check({"waivers": [], "baseline": [], "changes": list(bench.changes), **consents}, bench)
        return
    term = waive.term_of(bench.policy, bench.config, bench.setting)
    entries = bench.baseline.data["findings"] if bench.baseline else ()
    waived = waive.apply(findings, bench.config, entries, term, looked)
    yield from waived.findings
    records = {"waivers": waived.waivers, "baseline": waived.baseline, "changes": list(bench.changes)}
    yield from _of_check({**records, **consents}, bench)


def _of_check(records: Mapping[str, list[dict[str, Any]]], bench: Bench) -> Iterator[Finding]:
    """Yield the findings of rules about the check as a whole, if there is anything to judge."""
    documents = dict(bench.changed)
    if bench.config.document is not None:
        documents["config"] = bench.config.document
    if bench.baseline is not None:
        documents["baseline"] = bench.baseline
    if not documents:
        return
    known = facts.check_facts(records, documents, bench.setting)
    for rule in bench.policy.rules:
        if rule.scope is Scope.CHECK and any(records[name] for name in records.keys() & evaluate.roots(rule)):
            about = About(path=bench.config.path or next(iter(documents.values())).path, project="")
            yield from _findings(rule, known, about, bench.policy, bench.setting.as_of)
