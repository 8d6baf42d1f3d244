"""`modelpolicy validate`: whether files are valid, without judging any model.

What is found valid here can be judged: `check` reads the same files by the same functions, and stops at the first that
can't be used, where this goes on to the last.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from checker.errors import CheckerError, Problem
from checker.loading import baseline as baselines
from checker.loading import catalog as catalogs
from checker.loading import config as configs
from checker.loading import evidence, files, kind, parameter, policy_tests, schema
from checker.loading import manifest as manifests
from checker.loading import pack as packs
from checker.loading import policy as policies
from checker.loading.kind import Kind
from checker.loading.tree import Tree
from checker.model.manifest import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checker.loading.policy_tests import Case
    from checker.model.catalog import Catalog
    from checker.model.policy import Pack, Policy, Question
    from checker.source import Document

Made = TypeVar("Made")


class Validated(NamedTuple):
    """The files that were looked at, and everything that is wrong with them; both in the order of the paths."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


class _Terms(NamedTuple):
    """What manifests are checked against; None if a file that defines it is not valid."""

    config: Config | None = None
    questions: tuple[Question, ...] | None = None


def run(paths: Sequence[Path], config: Path | None, current: Path) -> Validated:
    """Look at the manifests below some paths, at the files that they name, and at the config in force with its files.

    Without paths these are the manifests below the current folder.
    """
    tree = Tree(files.repository_root(current))
    survey = _Survey(tree)
    named = survey.sorted_out([path for path in paths if path.is_file()])
    below = survey.manifests_below([path for path in paths if not path.is_file()] if paths else None)
    in_force = config or configs.find(tree, current)
    terms = survey.config(in_force, named[Kind.PACK], named[Kind.CATALOG])
    for path in named[Kind.CONFIG]:
        if in_force is None or tree.shown(path) != tree.shown(in_force):
            survey.config(path)
    survey.each(lambda path: manifests.read(path, tree.root, *terms), [*named[Kind.MANIFEST], *below])
    survey.each(lambda path: _tests(path, tree), named[Kind.POLICY_TESTS])
    survey.each(lambda path: baselines.parse(tree.read(path), tree.shown(path)), named[Kind.BASELINE])
    return survey.result()


class _Survey:
    """Goes through files, and keeps their names and everything that is wrong with them."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.files: set[str] = set()
        self.problems: list[Problem] = []

    def result(self) -> Validated:
        if not self.files and not self.problems:
            message = "there is nothing to validate: no manifest and no config"
            self.problems.append(Problem(path=".", message=message, hint="name a file, or a folder with manifests"))
        problems = sorted(dict.fromkeys(self.problems), key=lambda one: (one.path, one.line or 0, one.column or 0))
        return Validated(files=tuple(sorted(self.files)), problems=tuple(problems))

    def tried(self, action: Callable[..., Made], *arguments: Any) -> Made | None:
        """Return what an action makes, or None where it raises problems, which are kept."""
        try:
            return action(*arguments)
        except CheckerError as error:
            self.problems += error.problems
            return None

    def each(self, read: Callable[[Path], Made], paths: Iterable[Path]) -> list[Made] | None:
        """Return what every file holds; None where one of them is not valid."""
        unique = {self.tree.shown(path): path for path in paths}
        self.files |= unique.keys()
        made = [one for one in (self.tried(read, path) for path in unique.values()) if one is not None]
        return made if len(made) == len(unique) else None

    def sorted_out(self, paths: Iterable[Path]) -> dict[Kind, list[Path]]:
        """Return files by their kind; one of no kind is a problem."""
        found: dict[Kind, list[Path]] = {one: [] for one in Kind}
        for path in paths:
            self.files.add(self.tree.shown(path))
            of = self.tried(kind.of, path, self.tree)
            if of is not None:
                found[of].append(path)
        return found

    def manifests_below(self, paths: Sequence[Path] | None) -> list[Path]:
        """Return the manifests below folders (default: the current one). A repository of policy alone has none."""
        here = Path()
        found, problems, _ = files.manifests([here] if paths is None else paths, self.tree.root)
        self.problems += [one for one in problems if paths is not None or one != files.nothing(here)]
        return found

    def config(self, path: Path | None, more_packs: Iterable[Path] = (), more_records: Iterable[Path] = ()) -> _Terms:
        """Check a config, the packs and the catalog that it names, and more of both."""
        if path is not None:
            self.files.add(self.tree.shown(path))
        config = self.tried(configs.load, path, self.tree)
        folder = path.parent if path else self.tree.root
        chosen = config or Config()
        self.tried(evidence.load, chosen, folder, self.tree)
        policy = self.packs(chosen, folder) if config is not None else None
        catalog = self.catalog(chosen, folder, more_records)
        if policy and catalog:
            self.problems += parameter.unknown_keys(policy, catalog, chosen)
        return _Terms(config=config, questions=self.questions(policy, more_packs))

    def packs(self, config: Config, folder: Path) -> Policy | None:
        """Check the packs that a config names: first each alone, then all together."""
        names = config.section("policies") or (packs.BUILTIN,)
        found = self.each(self.pack, self.below(folder / name for name in names if name != packs.BUILTIN))
        if found is None:
            return None
        shipped = packs.shipped_documents() if packs.BUILTIN in names else packs.tool_documents()
        return self.tried(policies.assemble, [*packs.load(shipped), *found], config, {}, names)

    def pack(self, path: Path) -> Pack:
        return packs.load([packs.from_text(self.tree.read(path), self.tree.shown(path))])[0]

    def questions(self, policy: Policy | None, more_packs: Iterable[Path]) -> tuple[Question, ...] | None:
        """Return what manifests may be asked, also by packs that are named beside those in force."""
        more = self.each(self.pack, more_packs)
        if policy is None or more is None:
            return None
        return tuple(question for pack in (*policy.packs, *more) for question in pack.questions)

    def catalog(self, config: Config, folder: Path, more: Iterable[Path]) -> Catalog | None:
        """Check the organization's own records: first each file alone, then all with the shipped ones."""
        own = self.below(folder / name for name in config.section("catalog") or ())
        found = self.each(self.records, [*own, *more])
        return None if found is None else self.tried(catalogs.load, found)

    def records(self, path: Path) -> Document:
        return catalogs.from_text(self.tree.read(path), self.tree.shown(path))

    def below(self, paths: Iterable[Path]) -> list[Path]:
        """Return the YAML files of folders, or single files."""
        return [file for path in paths for file in self.tried(configs.yaml_files, path, self.tree) or ()]


def _tests(path: Path, tree: Tree) -> None:
    """Raise CheckerError with what is wrong with policy tests, with their manifests and with their configs."""
    problems: list[Problem] = []
    for case in policy_tests.load(path, tree.root):
        try:
            _case(case)
        except CheckerError as error:
            problems += error.problems
    if problems:
        raise CheckerError(*problems)


def _case(case: Case) -> None:
    config = configs.from_document(case.config) if case.config is not None else Config()
    schema.validate(case.manifest, "manifest")
    manifests.refuse(case.manifest, config, None)
