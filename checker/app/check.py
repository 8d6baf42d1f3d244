"""`modelpolicy check`: every manifest below some paths, judged by the policy in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.app.judging import Bench, Judged, each_judged, settled
from checker.app.policy_in_force import InForce, load
from checker.engine import settle
from checker.errors import CheckerError, Problem
from checker.loading import files
from checker.loading import manifest as manifests
from checker.loading.tree import Commit, Tree
from checker.model.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from checker.app.settings import Settings
    from checker.engine.bound import Base
    from checker.model.finding import Finding
    from checker.model.manifest import Manifest
    from checker.model.report import Ahead
    from checker.source import Document


class Checked(NamedTuple):
    """A report, and the text of the baseline to write ("" if none was asked for)."""

    report: Report
    baseline: str = ""


class _Here(NamedTuple):
    """What the working tree changes beside a trusted commit: its policy, and the manifests it lacks."""

    commit: Commit
    in_force: InForce
    removed: list[str]


class _Judged(NamedTuple):
    """What was judged, `before` any exception counts and after."""

    loaded: list[Manifest]
    before: list[Judged]
    bench: Bench
    findings: list[Finding]
    problems: list[Problem]
    whole: bool


def run(settings: Settings) -> Checked:
    """Judge every manifest. What can't be judged becomes a problem of the report, never a pass."""
    root = files.repository_root(settings.current)
    paths, problems, overlooked = files.manifests(settings.paths, root)
    try:
        trusted = Commit(root, settings.trusted_ref) if settings.trusted_ref else None
        in_force = load(settings, trusted or Tree(root))
        here = _beside(trusted, paths, root, settings) if trusted else None
    except CheckerError as error:
        found = [*error.problems, *problems, *_unreadable(paths, root)]
        return Checked(_report(settings, None, (), found)._replace(overlooked=tuple(overlooked), unread=len(paths)))
    whole = any(path.resolve() == root for path in settings.paths)
    judged = _judged(paths, root, in_force, settings, here=here, whole=whole)
    text = ""
    if settings.write_baseline:
        judged, text = _with_written(judged, in_force)
    report = _report(settings, judged, _ahead(judged, settings), problems)
    return Checked(report._replace(overlooked=tuple(overlooked), unread=len(paths) - report.manifests), text)


def _beside(commit: Commit, paths: Sequence[Path], root: Path, settings: Settings) -> _Here:
    return _Here(commit, load(settings, Tree(root)), commit.removed(settings.paths, paths))


def _judged(
    paths: Sequence[Path], root: Path, in_force: InForce, settings: Settings, *, here: _Here | None, whole: bool
) -> _Judged:
    """Judge by the policy in force. With a trusted commit, also say what the working tree changes."""
    if here is None:
        return _by(paths, root, in_force, settings, whole=whole)
    from checker.app import base, trust

    loaded, _ = _load(paths, root, in_force)
    declared = base.of(here.commit, root, loaded, in_force)
    in_force = _since(declared, in_force)
    judged = _by(paths, root, in_force, settings, whole=whole)

    found = trust.changes(in_force, here.in_force, here.removed)
    if not found:
        return judged
    other = _by(paths, root, _since(declared, here.in_force), settings, whole=whole)
    said = trust.effect(judged.findings, other.findings, settings.fail_on)
    changes, changed = trust.records(found, said)
    bench = judged.bench._replace(changes=changes, changed=changed)
    findings, broken = settled(judged.loaded, judged.before, bench, whole=judged.whole)
    return judged._replace(bench=bench, findings=findings, problems=_each_once(judged.problems, broken))


def _since(base: Base | None, in_force: InForce) -> InForce:
    """Hold exceptions that a trusted commit has against what it declares; others are granted for what is here."""
    return in_force._replace(setting=in_force.setting._replace(base=base))


def _by(paths: Sequence[Path], root: Path, in_force: InForce, settings: Settings, *, whole: bool) -> _Judged:
    loaded, unreadable = _load(paths, root, in_force)
    bench = Bench(
        policy=in_force.policy,
        setting=in_force.setting,
        config=in_force.config,
        baseline=in_force.baseline,
        waivers=settings.waivers,
        jobs=settings.jobs,
    )
    # A waiver or a baseline entry may be for a manifest that can't be read, so it is not unused.
    whole = whole and not unreadable
    before = each_judged(loaded, bench)
    findings, broken = settled(loaded, before, bench, whole=whole)
    problems = [*unreadable, *broken]
    return _Judged(loaded=loaded, before=before, bench=bench, findings=findings, problems=problems, whole=whole)


def _with_written(judged: _Judged, in_force: InForce) -> tuple[_Judged, str]:
    """Return the text of the baseline, and the manifests judged with it."""
    from checker.app import baseline
    from checker.loading.baseline import parse

    paths = {manifest.path for manifest in judged.loaded}
    text = baseline.written(judged.findings, in_force.policy, in_force.baseline, paths)
    bench = judged.bench._replace(baseline=parse(text, "the baseline"))
    findings, _ = settled(judged.loaded, judged.before, bench, whole=judged.whole)
    return judged._replace(bench=bench, findings=findings), text


def _ahead(judged: _Judged, settings: Settings) -> tuple[Ahead, ...]:
    if not settings.horizon:
        return ()
    from checker.app import ahead

    checked = ahead.Today(judged.loaded, judged.before, judged.findings, judged.whole)
    return ahead.changes(checked, judged.bench, settings.horizon, settings.fail_on)


def _load(paths: Sequence[Path], root: Path, in_force: InForce) -> tuple[list[Manifest], list[Problem]]:
    loaded: list[Manifest] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            loaded.append(manifests.load(path, root, in_force.config, in_force.questions))
        except CheckerError as error:
            problems += error.problems
    return loaded, problems


def _unreadable(paths: Iterable[Path], root: Path) -> list[Problem]:
    """Return what is wrong with manifests; only what needs no policy is checked."""
    problems: list[Problem] = []
    for path in paths:
        try:
            manifests.read(path, root)
        except CheckerError as error:
            problems += error.problems
    return problems


def _each_once(*found: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def _report(
    settings: Settings, judged: _Judged | None, changing: tuple[Ahead, ...], problems: Iterable[Problem]
) -> Report:
    loaded = judged.loaded if judged else []
    return Report(
        as_of=settings.as_of,
        fail_on=settings.fail_on,
        manifests=len(loaded),
        models=sum(len(manifest.uses) for manifest in loaded),
        policy=judged.bench.policy if judged else None,
        findings=settle.in_order(judged.findings if judged else ()),
        problems=tuple(_each_once(problems, judged.problems if judged else ())),
        texts={document.path: document.text for document in _documents(judged)},
        ahead=changing,
        today=settings.today,
        root=files.repository_root(settings.current).as_posix(),
    )


def _documents(judged: _Judged | None) -> list[Document]:
    """Return every file that findings may point into."""
    if judged is None:
        return []
    bench = judged.bench
    more = [document for document in (bench.config.document, bench.baseline) if document is not None]
    return [*(manifest.document for manifest in judged.loaded), *more, *bench.changed.values()]
