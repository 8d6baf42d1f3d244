"""`modelpolicy check`: every manifest below some paths, judged by the policy in force."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import evaluate, explain, facts, settle
from checker.errors import CheckerError, Problem
from checker.loading import catalog as catalogs
from checker.loading import config as configs
from checker.loading import files, parameter
from checker.loading import manifest as manifests
from checker.loading import pack as packs
from checker.loading import policy as policies
from checker.model.manifest import Config
from checker.model.policy import Policy, Rule, Severity
from checker.model.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from checker.model.fact import Facts
    from checker.model.finding import Finding
    from checker.model.manifest import Manifest
    from checker.model.policy import Question


MAX_FACT_AGE_DAYS = 365
"""How old a catalog fact may be unsaid, where no pack in force has the parameter `max_fact_age_days`."""


class Settings(NamedTuple):
    """What the command line asks for."""

    paths: tuple[Path, ...]
    current: Path
    as_of: str
    config: Path | None = None
    policies: tuple[str, ...] = ()
    params: Mapping[str, Any] = MappingProxyType({})
    fail_on: Severity = Severity.ERROR


def run(settings: Settings) -> Report:
    """Judge every manifest; what can't be judged is in the report's problems, and never a pass."""
    root = files.repository_root(settings.current)
    paths, problems = files.manifests(settings.paths, root)
    try:
        path = settings.config or configs.find(root, settings.current)
        config = configs.load(path, root)
        policy, setting = prepare(settings, config, path.parent if path else root, root)
    except CheckerError as error:
        found = [*error.problems, *problems, *_load(paths, root, None, ())[1]]
        return _report(settings, None, Config(), (), (), found)
    questions = tuple(question for pack in policy.packs for question in pack.questions)
    loaded, unreadable = _load(paths, root, config, questions)
    findings, broken = _judge_all(loaded, policy, setting)
    return _report(settings, policy, config, loaded, findings, [*problems, *unreadable, *broken])


def prepare(settings: Settings, config: Config, folder: Path, root: Path) -> tuple[Policy, facts.Setting]:
    """Load the policy and the catalog that a config in `folder` names; raises CheckerError where they can't be used."""
    documents, sources = configs.packs(config, folder, root, settings.policies)
    policy = policies.assemble(packs.load(documents), config, settings.params, sources)
    catalog = catalogs.load(configs.catalog_documents(config, folder, root))
    unknown = tuple(parameter.unknown_keys(policy, catalog, config))
    if unknown:
        raise CheckerError(*unknown)
    setting = facts.Setting(
        catalog=catalog,
        config=config,
        params=policy.params,
        as_of=settings.as_of,
        stale_before=_days_before(settings.as_of, policy.params.get("max_fact_age_days", MAX_FACT_AGE_DAYS)),
        days_between=days_between,
    )
    return policy._replace(beside={**policy.beside, "catalog": catalog.digest}), setting


def _judge_all(
    loaded: Iterable[Manifest], policy: Policy, setting: facts.Setting
) -> tuple[list[Finding], list[Problem]]:
    findings: list[Finding] = []
    problems: dict[Problem, None] = {}
    for manifest in loaded:
        try:
            findings += judge(manifest, policy, setting)
        except CheckerError as error:
            problems.update(dict.fromkeys(error.problems))
    return findings, list(problems)


def judge(manifest: Manifest, policy: Policy, setting: facts.Setting) -> Iterator[Finding]:
    """Yield every finding of one manifest, passes included; raises CheckerError for a broken rule."""
    subjects = facts.subjects(manifest, setting.catalog)
    whole = facts.manifest_facts(manifest, setting)
    by_use = [facts.use_facts(subject, subjects, setting) for subject in subjects]
    for rule in policy.rules:
        for known in by_use if rule.per_use else (whole,):
            yield from _findings(rule, known, manifest, policy, setting.as_of)


def _findings(rule: Rule, known: Facts, manifest: Manifest, policy: Policy, as_of: str) -> Iterator[Finding]:
    for outcome in evaluate.judge(rule, known):
        severity = settle.severity(rule, outcome.verdict, policy, as_of)
        yield explain.finding(outcome, known, manifest, severity)


def _load(
    paths: Sequence[Path], root: Path, config: Config | None, questions: tuple[Question, ...]
) -> tuple[list[Manifest], list[Problem]]:
    """Load every manifest; without a config only what each file says by itself is checked."""
    loaded: list[Manifest] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            if config is None:
                manifests.read(path, root)
            else:
                loaded.append(manifests.load(path, root, config, questions))
        except CheckerError as error:
            problems += error.problems
    return loaded, problems


def _days_before(day: str, days: int) -> str:
    """Return the date some days before another, both YYYY-MM-DD; before the calendar begins there is nothing old."""
    try:
        return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def days_between(start: str, end: str) -> int:
    """Return the days from one date to another, both YYYY-MM-DD."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _report(
    settings: Settings,
    policy: Policy | None,
    config: Config,
    loaded: Sequence[Manifest],
    findings: Iterable[Finding],
    problems: Iterable[Problem],
) -> Report:
    documents = [manifest.document for manifest in loaded] + ([config.document] if config.document else [])
    return Report(
        as_of=settings.as_of,
        fail_on=settings.fail_on,
        manifests=len(loaded),
        models=sum(len(manifest.uses) for manifest in loaded),
        policy=policy,
        findings=settle.in_order(findings),
        problems=tuple(problems),
        texts={document.path: document.text for document in documents},
    )
