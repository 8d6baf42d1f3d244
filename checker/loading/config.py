"""The config, `.modelpolicy.yaml`: what compliance owns, and the packs and records that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem, gather
from checker.loading import catalog, files, pack, schema
from checker.loading.manifest import contrary_bounds
from checker.model.manifest import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.loading.tree import Tree
    from checker.source import Document


_NEARLY = (".modelpolicy.yml", "modelpolicy.yaml", "modelpolicy.yml", ".model-policy.yaml", ".model-policy.yml")


def find(tree: Tree, current: Path) -> Path | None:
    """Return the config at the repository's root; outside of a repository that in the current folder.

    Raises CheckerError for a file that is nearly called like one: looked past, it would look like a pass.
    """
    # Whoever runs it further down is judged by the same config as everybody else.
    folders = [tree.root] if (tree.root / ".git").exists() else [current.resolve()]
    misnamed = [folder / name for folder in folders for name in _NEARLY if tree.is_file(folder / name)]
    if misnamed:
        message = f"the file looks like a config, but is not called {files.CONFIG_NAME}"
        raise CheckerError(*(Problem(path=tree.shown(path), message=message, hint="rename it") for path in misnamed))
    candidates = (folder / files.CONFIG_NAME for folder in folders)
    return next((path for path in candidates if tree.is_file(path)), None)


def load(path: Path | None, tree: Tree) -> Config:
    """Read a config; without a path it is empty. Raises CheckerError with every problem of the file."""
    if path is None:
        return Config()
    return _checked(schema.load(tree.read(path), tree.shown(path), "config"))


def from_document(document: Document) -> Config:
    """Validate a parsed config."""
    schema.validate(document, "config")
    return _checked(document)


def _checked(document: Document) -> Config:
    problems = [*contrary_bounds(document), *_waivers(document), *_terms(document)]
    if problems:
        raise CheckerError(*sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return Config(path=document.path, document=document, data=document.data)


def _waivers(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with waivers beyond their schema: each names one thing."""
    for number, waiver in enumerate(document.data.get("waivers", ())):
        if not waiver.keys() & {"model", "path", "project"}:
            message = f"the key `model` of `waivers.{number}` is missing"
            hint = "add it: the id of the use; for a finding of a manifest as a whole, name its `path`"
            yield document.problem(f"/waivers/{number}", message, hint)
        for name in ("rule", "model", "subject", "project", "path"):
            if any(mark in waiver.get(name, "") for mark in "*?["):
                message = f"`{name}` of a waiver must name one {name}, not a pattern"
                yield document.problem(f"/waivers/{number}/{name}", message, "write a waiver for each finding")


def _terms(document: Document) -> Iterator[Problem]:
    """Yield a problem for everything granted that ends before it begins."""
    for section, what in (("waivers", "waiver"), ("approvals", "approval"), ("agreements", "agreement")):
        for number, item in enumerate(document.data.get(section, ())):
            if "expires" in item and item["expires"] < item.get("granted", ""):
                message = f"the {what} ends on {item['expires']}, before it was granted on {item['granted']}"
                yield document.problem(f"/{section}/{number}/expires", message, "correct one of the two dates")


_A_FILE = re.compile(r"[^\s:]+\.[A-Za-z0-9]{1,5}")
"""What names a file and no ticket, address or place in words."""


def lacking(config: Config, folder: Path, tree: Tree) -> frozenset[str]:
    """Return the files that agreements name as evidence and that are not there, seen from the config and the root."""
    named = {one["evidence"] for one in config.section("agreements") or () if _A_FILE.fullmatch(one["evidence"])}
    return frozenset(name for name in named if not any(tree.is_file(base / name) for base in (folder, tree.root)))


def packs(config: Config, folder: Path, tree: Tree, more: tuple[str, ...] = ()) -> tuple[list[Document], list[str]]:
    """Return the pack documents in force and the names of their sources; `more` are given on the command line."""
    given = [(name, folder) for name in config.section("policies") or (pack.BUILTIN,)]
    given += [(name, Path()) for name in more]
    found = gather(lambda one: _packs_of(*one, tree), given)
    if all(name != pack.BUILTIN for name, _ in given):
        found.append(pack.tool_documents())
    sources = [name if name == pack.BUILTIN else tree.shown(base / name) for name, base in given]
    return [document for documents in found for document in documents], sources


def _packs_of(name: str, base: Path, tree: Tree) -> list[Document]:
    return pack.shipped_documents() if name == pack.BUILTIN else _documents(base / name, tree, pack.from_text)


def catalog_documents(config: Config, folder: Path, tree: Tree) -> list[Document]:
    """Return the organization's own catalog files."""
    names = config.section("catalog") or ()
    return catalog_files([folder / name for name in names], tree)


def catalog_files(paths: Sequence[Path], tree: Tree) -> list[Document]:
    """Return the catalog files of folders, or single files; raises CheckerError with all that is wrong with any."""
    found = gather(lambda path: _documents(path, tree, catalog.from_text), paths)
    return [document for documents in found for document in documents]


def _documents(path: Path, tree: Tree, parse_one: Callable[[str, str], Document]) -> list[Document]:
    """Return every YAML file of a folder, or the one file, parsed; raises CheckerError with all that is wrong."""
    return gather(lambda file: parse_one(tree.read(file), tree.shown(file)), yaml_files(path, tree))


def yaml_files(path: Path, tree: Tree) -> list[Path]:
    """Return every YAML file of a folder, or the one file; raises CheckerError where the folder holds none."""
    found = tree.yaml_files(path)
    if found == []:
        message, hint = "the folder holds no YAML file (*.yaml)", "name a folder or a file that does"
        raise CheckerError(Problem(path=tree.shown(path), message=message, hint=hint))
    return [path] if found is None else found
