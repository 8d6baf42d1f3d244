"""Policy tests: run rules on cases and compare the verdicts with the expected ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.app.judging import Bench, judge_all
from checker.app.policy_in_force import prepare
from checker.engine import settle
from checker.errors import CheckerError, Problem
from checker.loading import config as configs
from checker.loading import files, policy_tests
from checker.loading import manifest as manifests
from checker.loading.tree import Tree
from checker.model.finding import Verdict
from checker.model.manifest import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.app.settings import Settings
    from checker.loading.policy_tests import Case


class Tested(NamedTuple):
    """The result: how many cases ran, the rules they named with their verdicts, and what went wrong."""

    cases: int
    covered: frozenset[tuple[str, Verdict]]
    problems: tuple[Problem, ...]


def run(paths: Sequence[Path], settings: Settings) -> Tested:
    """Run every case in the given files and folders."""
    root = files.repository_root(settings.current)
    problems: list[Problem] = []
    covered: set[tuple[str, Verdict]] = set()
    count = 0
    for path in _case_files(paths):
        try:
            cases = policy_tests.load(path, root)
        except CheckerError as error:
            problems += error.problems
            continue
        for case in cases:
            count += 1
            problems += _run(case, settings, root)
            covered |= {(rule, Verdict(verdict)) for rule, verdict in case.expect.items()}
    if not count and not problems:
        problems.append(Problem(path=".", message="no case was found", hint="name a file or a folder of policy tests"))
    return Tested(cases=count, covered=frozenset(covered), problems=tuple(problems))


def _case_files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]


def _run(case: Case, settings: Settings, root: Path) -> Iterator[Problem]:
    try:
        verdicts = verdicts_of(case, settings._replace(as_of=case.as_of or settings.as_of), root)
    except CheckerError as error:
        yield from (problem._replace(message=f"case `{case.name}`: {problem.message}") for problem in error.problems)
        return
    for rule, expected in case.expect.items():
        found = verdicts.get(rule)
        if found is None:
            yield case.span.problem(
                f"case `{case.name}`: no rule in force is called {rule}", "check the spelling of the rule"
            )
        elif found.value != expected:
            message = f"case `{case.name}`: {rule} gives {found.value}, not {expected}"
            yield case.span.problem(message, "correct the rule or the case")


def verdicts_of(case: Case, settings: Settings, root: Path) -> dict[str, Verdict]:
    """Return the worst verdict of every rule for a case; raises CheckerError where the case can't be judged."""
    config = configs.from_document(case.config) if case.config is not None else Config()
    folder = root / Path(case.manifest.path).parent
    in_force = prepare(settings, config, (root / config.path).parent, Tree(root))
    manifest = manifests.from_document(case.manifest, folder, root, config, in_force.questions)
    there = {name: text is not None for name, text in case.notices.items()}
    manifest = manifest._replace(notices={**manifest.notices, **case.notices}, evidence={**manifest.evidence, **there})
    found: dict[str, list[Verdict]] = {}
    bench = Bench(policy=in_force.policy, setting=in_force.setting, config=config)
    findings, broken = judge_all([manifest], bench, whole=True)
    if broken:
        raise CheckerError(*broken)
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding.verdict)
    return {rule: settle.worst(verdicts) for rule, verdicts in found.items()}
