"""Which files there are, and their text. Reported paths are relative to the repository, else to the current folder."""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem
from checker.loading.documents import MAX_BYTES, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MANIFEST_NAMES = ("model-manifest.yaml", "*.model-manifest.yaml")
_LOOKS_LIKE = "*model[-_]manifest.y*ml"
"""What people write when they mean a manifest: looked past, it would look like a pass."""
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


def manifests(paths: Sequence[Path], root: Path) -> tuple[list[Path], list[Problem]]:
    """Return the manifests below some paths (or the files themselves), in a stable order, and what is wrong."""
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        named = list(_below(path))
        below = [file for file in named if file == path or is_manifest(file.name)]
        problems += [_misnamed(file, root) for file in named if file not in below]
        if not named:
            problems.append(nothing(path))
        found |= {_resolved(file): file for file in below}
    return sorted(found.values(), key=lambda path: shown(path, root)), list(dict.fromkeys(problems))


def nothing(path: Path) -> Problem:
    """Return the problem of a path at which, or below which, there is no manifest."""
    if not path.exists():
        hint = "check the spelling of the path"
        return Problem(path=path.as_posix(), message="there is no such file or folder", hint=hint)
    message = f"no manifest ({' or '.join(MANIFEST_NAMES)}) found below"
    return Problem(path=path.as_posix(), message=message, hint="name the manifest itself, or add one")


def _misnamed(path: Path, root: Path) -> Problem:
    """Return the problem of a file that would be looked past for its name alone."""
    message = f"the file looks like a manifest, but is not called {' or '.join(MANIFEST_NAMES)}"
    return Problem(path=shown(path, root), message=message, hint="rename it")


def _below(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        listed = _git_files(path)
        yield from _walk(path) if listed is None else listed


def is_manifest(name: str) -> bool:
    """Say whether a file of this name is a manifest."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in MANIFEST_NAMES)


def _git_files(folder: Path) -> list[Path] | None:
    """Return what git tracks or would track below a folder that is, or looks like, a manifest; None outside of git."""
    if not (repository_root(folder) / ".git").exists():
        return None
    names: list[bytes] = []
    for which in (("--cached", "--recurse-submodules"), ("--others", "--exclude-standard")):
        patterns = (f":(icase,glob)**/{_LOOKS_LIKE}", f":(icase,glob)**/{_LOOKS_LIKE}/**")
        listed = git(folder, "ls-files", "-z", *which, "--", *patterns)
        if listed is None:
            return None
        names += listed.split(b"\0")
    found = dict.fromkeys(_looking_like(folder, os.fsdecode(name)) for name in names if name)
    # What git still lists but is deleted here is gone; a link that leads nowhere is not, and is told of later.
    return [path for path in found if path.is_symlink() or path.exists()]


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
