"""Which files there are, and their text. Reported paths are relative to the repository, else to the current folder."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.errors import CheckerError, Problem
from checker.loading.documents import MAX_BYTES, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MANIFEST_NAMES = ("model-manifest.yaml", "*.model-manifest.yaml")
_LOOKS_LIKE = "*model[-_]manifest.y*ml"
"""Common misspellings of the manifest's name. Skipping such a file would look like a pass."""
CONFIG_NAME = ".modelpolicy.yaml"
_SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__"})


def repository_root(start: Path) -> Path:
    """Return the root of the git repository around a folder, else the folder itself."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)


def shown(path: Path, root: Path) -> str:
    """Return a path as reports show it: relative to the root where it lies below, with forward slashes."""
    resolved = _resolved(path)
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else path.as_posix()


def _resolved(path: Path) -> Path:
    """Return a path without links; one that links to itself stays as it is, and can't be read later."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def is_inside(path: Path, root: Path) -> bool:
    """Say whether there is a file at a path, and inside of the root: what lies elsewhere is nothing to rest on."""
    try:
        return path.resolve().is_relative_to(root) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def read(path: Path, root: Path, most: int = MAX_BYTES) -> str:
    """Return a text file's content; raises CheckerError where it can't be read, is too large or is not UTF-8."""
    name = shown(path, root)
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        reason = (error.strerror or "not readable").lower()
        raise CheckerError(
            Problem(path=name, message=f"can't be read: {reason}", hint="check the path and its permissions")
        ) from error
    return decode(raw, name) if len(raw) <= most else _too_large(name, most)


def _too_large(name: str, most: int) -> str:
    raise CheckerError(Problem(path=name, message=f"the file is larger than {most:,} bytes", hint="split it"))


class Found(NamedTuple):
    """The manifests below some paths in a stable order, what is wrong with others, and what was not looked into."""

    manifests: list[Path]
    problems: list[Problem]
    overlooked: list[Problem]


def manifests(paths: Sequence[Path], root: Path) -> Found:
    """Return the manifests below some paths, or the files themselves."""
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    links: list[Path] = []
    for path in paths:
        listed = _below(path)
        for file in listed.files:
            if file == path or is_manifest(file.name):
                found[_resolved(file)] = file
            else:
                problems.append(_misnamed(file, root))
        if not listed.files:
            problems.append(nothing(path))
        links += listed.links
    ordered = sorted(found.values(), key=lambda path: shown(path, root))
    return Found(ordered, list(dict.fromkeys(problems)), [*_overlooked(links, root)])


def _overlooked(links: Iterable[Path], root: Path) -> Iterator[Problem]:
    """Yield the links to folders outside of the repository that hold manifests: these are not followed."""
    for link in dict.fromkeys(links):
        outside = link.is_dir() and not _resolved(link).is_relative_to(root)
        if outside and next(_walk(link), None) is not None:
            yield _not_followed(link, root)


def _not_followed(link: Path, root: Path) -> Problem:
    where = shown_as_named(link, root)
    message = f"{where} leads to a folder outside of the repository, and the manifests there are not judged"
    return Problem(path=where, message=message, hint=f"judge them too: modelpolicy check . {where}")


def shown_as_named(path: Path, root: Path) -> str:
    """Return a path as `shown` does, but without following the link that it may be."""
    absolute = Path(os.path.normpath(path.absolute()))
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path.as_posix()


def nothing(path: Path) -> Problem:
    """Return the problem of a path that is not a manifest and has none below it."""
    if not path.exists():
        hint = "check the spelling of the path"
        return Problem(path=path.as_posix(), message="there is no such file or folder", hint=hint)
    message = f"no manifest ({' or '.join(MANIFEST_NAMES)}) found below"
    return Problem(path=path.as_posix(), message=message, hint="name the manifest itself, or add one")


def _misnamed(path: Path, root: Path) -> Problem:
    """Return the problem of a file that looks like a manifest but has another name."""
    message = f"the file looks like a manifest, but is not called {' or '.join(MANIFEST_NAMES)}"
    return Problem(path=shown(path, root), message=message, hint="rename it")


class _Listed(NamedTuple):
    """Files that are, or look like, manifests, and the symbolic links beside them."""

    files: list[Path]
    links: list[Path]


def _below(path: Path) -> _Listed:
    if path.is_dir():
        return _git_files(path) or _Listed([*_walk(path)], [])
    return _Listed([path] if path.is_file() else [], [])


def is_manifest(name: str) -> bool:
    """Say whether a file of this name is a manifest."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in MANIFEST_NAMES)


def _git_files(folder: Path) -> _Listed | None:
    """Return what git tracks or would track below a folder; None outside of git."""
    if not (repository_root(folder) / ".git").exists():
        return None
    tracked = git(folder, "ls-files", "-z", "--stage", "--", ".")
    others = git(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    if tracked is None or others is None:
        return None
    names = [found[1] for listed in (tracked, others) for found in _LISTED.finditer(listed)]
    found = dict.fromkeys(_looking_like(folder, os.fsdecode(name)) for name in names)
    # A submodule, or a repository inside this one that is none: git lists only its folder.
    inner = [match[1] for match in _SUBMODULE.finditer(tracked)]
    untracked = [name for name in others.split(b"\0") if name]
    links = [folder / os.fsdecode(match[1]) for match in _LINK.finditer(tracked)]
    links += [path for name in untracked if (path := folder / os.fsdecode(name)).is_symlink()]
    for name in (*inner, *(name for name in untracked if name.endswith(b"/"))):
        repository = folder / os.fsdecode(name)
        more = _git_files(repository) if (repository / ".git").exists() else None
        if more is not None:
            found |= dict.fromkeys(more.files)
            links += more.links
    # What git still lists but is deleted here is gone; a link that leads nowhere is not, and is told of later.
    return _Listed([path for path in found if path.is_symlink() or path.exists()], links)


# Names of `git ls-files -z`, of those with --stage behind mode, object and stage. Without a pathspec, since one that
# ignores case finds nothing below a folder that is not tracked (git 2.39).
_LISTED = re.compile(rb"(?:(?<=\t)|(?<=\0)|\A)([^\0\t]*model[-_]manifest\.y[^\0]*)", re.IGNORECASE)
_SUBMODULE = re.compile(rb"(?:\A|\0)160000 [^\t\0]*\t([^\0]*)")
_LINK = re.compile(rb"(?:\A|\0)120000 [^\t\0]*\t([^\0]*)")


def _looking_like(folder: Path, name: str) -> Path:
    """Return the path that looks like a manifest: a listed file, or a folder around it, which can't be read as one."""
    parts = Path(name).parts
    first = next((number for number, part in enumerate(parts) if fnmatch.fnmatchcase(part.lower(), _LOOKS_LIKE)), -1)
    return folder.joinpath(*parts[: first + 1]) if first >= 0 else folder / name


def git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints, or None where it can't be asked; nothing of the repository is run."""
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603  a fixed program, no shell
    except (OSError, subprocess.CalledProcessError):
        return None


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED)
        looking = [name for name in (*folders, *names) if fnmatch.fnmatchcase(name.lower(), _LOOKS_LIKE)]
        yield from (Path(where) / name for name in sorted(looking))
