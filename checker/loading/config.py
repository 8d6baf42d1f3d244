"""The config, `.modelpolicy.yaml`: what compliance owns, and the packs and records that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem, gather
from checker.loading import catalog, files, pack, schema
from checker.loading.manifest import contrary_bounds
from checker.model.manifest import Config

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.source import Document

_LATER = ("gateways", "waivers", "max_waiver_days")


def find(root: Path, current: Path) -> Path | None:
    """Return the config at the repository's root, else in the current folder."""
    candidates = (folder / files.CONFIG_NAME for folder in (root, current))
    return next((path for path in candidates if path.is_file()), None)


def load(path: Path | None, root: Path) -> Config:
    """Read a config; without a path it is empty. Raises CheckerError with every problem of the file."""
    if path is None:
        return Config()
    return _checked(schema.load(files.read(path, root), files.shown(path, root), "config"))


def from_document(document: Document) -> Config:
    """Validate a parsed config."""
    schema.validate(document, "config")
    return _checked(document)


def _checked(document: Document) -> Config:
    later = [
        document.problem(f"/{name}", f"`{name}` is not supported yet", "remove it", key=True)
        for name in _LATER
        if name in document.data
    ]
    problems = [*later, *contrary_bounds(document)]
    if problems:
        raise CheckerError(*problems)
    return Config(path=document.path, document=document, data=document.data)


def packs(config: Config, folder: Path, root: Path, more: tuple[str, ...] = ()) -> tuple[list[Document], list[str]]:
    """Return the pack documents in force and the names of their sources; `more` are given on the command line."""
    given = [(name, folder) for name in config.section("policies") or (pack.BUILTIN,)]
    given += [(name, Path()) for name in more]
    found = gather(lambda one: _packs_of(*one, root), given)
    sources = [name if name == pack.BUILTIN else files.shown(base / name, root) for name, base in given]
    return [document for documents in found for document in documents], sources


def _packs_of(name: str, base: Path, root: Path) -> list[Document]:
    return pack.shipped_documents() if name == pack.BUILTIN else _documents(base / name, root, pack.from_text)


def catalog_documents(config: Config, folder: Path, root: Path) -> list[Document]:
    """Return the organization's own catalog files."""
    names = config.section("catalog") or ()
    return [document for name in names for document in catalog_files(folder / name, root)]


def catalog_files(path: Path, root: Path) -> list[Document]:
    """Return the catalog files of a folder, or the one file; raises CheckerError with all that is wrong."""
    return _documents(path, root, catalog.from_text)


def _documents(path: Path, root: Path, parse_one: Callable[[str, str], Document]) -> list[Document]:
    """Return every YAML file of a folder, or the one file, parsed; raises CheckerError with all that is wrong."""
    return gather(lambda file: parse_one(files.read(file, root), files.shown(file, root)), _yaml_files(path, root))


def _yaml_files(path: Path, root: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
    if not found:
        message, hint = "the folder holds no YAML file (*.yaml)", "name a folder or a file that does"
        raise CheckerError(Problem(path=files.shown(path, root), message=message, hint=hint))
    return found
