"""The config, `.modelpolicy.yaml`: what compliance owns, and the packs and records that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem
from checker.loading import catalog, files, pack
from checker.loading.documents import parse
from checker.loading.schema import validate
from checker.model.manifest import Config
from checker.model.policy import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.source import Document

_LATER = ("gateways", "waivers")


def find(root: Path, current: Path) -> Path | None:
    """Return the config at the repository's root, else in the current folder."""
    candidates = (folder / files.CONFIG_NAME for folder in (root, current))
    return next((path for path in candidates if path.is_file()), None)


def load(path: Path | None, root: Path) -> Config:
    """Read a config; without a path it is empty. Raises CheckerError with every problem of the file."""
    if path is None:
        return Config()
    return from_document(parse(files.read(path, root), files.shown(path, root)))


def from_document(document: Document) -> Config:
    """Validate a parsed config."""
    validate(document, "config")
    later = [
        document.problem(f"/{name}", f"`{name}` is not supported yet", "remove it", key=True)
        for name in _LATER
        if name in document.data
    ]
    if later:
        raise CheckerError(*later)
    return Config(path=document.path, document=document, data=document.data)


def packs(config: Config, folder: Path, root: Path, more: tuple[str, ...] = ()) -> tuple[list[Document], list[str]]:
    """Return the pack documents in force and the names of their sources; `more` are given on the command line."""
    found: list[Document] = []
    sources: list[str] = []
    problems: list[Problem] = []
    given = [(name, folder) for name in config.section("policies") or (pack.BUILTIN,)]
    for name, base in (*given, *((name, Path()) for name in more)):
        try:
            found += pack.shipped_documents() if name == pack.BUILTIN else [*_pack_files(base / name, root)]
            sources.append(name if name == pack.BUILTIN else files.shown(base / name, root))
        except CheckerError as error:
            problems += error.problems
    if problems:
        raise CheckerError(*problems)
    return found, sources


def _pack_files(path: Path, root: Path) -> list[Document]:
    documents: list[Document] = []
    problems: list[Problem] = []
    for file in _yaml_files(path, root, "packs"):
        try:
            documents.append(pack.from_text(files.read(file, root), files.shown(file, root)))
        except CheckerError as error:
            problems += error.problems
    if problems:
        raise CheckerError(*problems)
    return documents


def catalog_documents(config: Config, folder: Path, root: Path) -> Iterator[Document]:
    """Yield the organization's own catalog files."""
    for name in config.section("catalog") or ():
        for file in _yaml_files(folder / name, root, "catalog files"):
            yield catalog.from_text(files.read(file, root), files.shown(file, root))


def _yaml_files(path: Path, root: Path, what: str) -> list[Path]:
    found = (
        sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
        if path.is_dir()
        else [path]
    )
    if not found:
        problem = Problem(
            path=files.shown(path, root),
            message=f"the folder holds no {what} (*.yaml)",
            hint="name a folder or a file that does",
        )
        raise CheckerError(problem)
    return found


def severities(config: Config) -> dict[str, Severity | None]:
    """Return the severities that the config sets; None turns a rule off."""
    chosen = config.section("severities") or {}
    return {rule: None if word == "none" else Severity(word) for rule, word in chosen.items()}
