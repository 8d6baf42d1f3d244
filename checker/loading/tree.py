"""The files of a repository that policy is read from: as they lie in the working tree, or as a commit holds them.

A commit is read by git's plumbing (`cat-file`, `ls-tree`): nothing is checked out, no filter and no hook runs, and what
is in the files is never executed.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem
from checker.loading import files
from checker.loading.documents import MAX_BYTES, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

_YAML = (".yaml", ".yml")
_LINK = "120000"


class Tree:
    """The working tree of a repository, or of a folder that is none. Paths are given as the system has them."""

    def __init__(self, root: Path) -> None:
        """Take the root of the repository, else the current folder."""
        self.root = root

    def shown(self, path: Path) -> str:
        """Return a path as reports show it."""
        return files.shown(path, self.root)

    def read(self, path: Path, most: int = MAX_BYTES) -> str:
        """Return a text file's content; raises CheckerError where it can't be read, is too large or is not UTF-8."""
        return files.read(path, self.root, most)

    def is_file(self, path: Path) -> bool:
        """Say whether there is a file at a path."""
        return path.is_file()

    def yaml_files(self, path: Path) -> list[Path] | None:
        """Return the YAML files below a folder in the order of their names; None where it is no folder."""
        if not path.is_dir():
            return None
        return sorted(file for file in path.rglob("*") if file.suffix in _YAML and file.is_file())


class Commit(Tree):
    """A repository as one commit holds it; what lies outside of the repository is read where it lies."""

    def __init__(self, root: Path, ref: str) -> None:
        """Raise CheckerError where git does not have the commit that `ref` names, and say how to get it."""
        super().__init__(root)
        self.ref = ref
        self.commit = _resolved(root, ref)

    def shown(self, path: Path) -> str:
        """Return a path in a commit as git names it, REF:PATH, which differs from a path in the working tree."""
        name = self._name(path)
        return super().shown(path) if name is None else f"{self.ref}:{name}"

    def read(self, path: Path, most: int = MAX_BYTES) -> str:
        """Return a text file's content in the commit."""
        name = self._name(path)
        if name is None:
            return super().read(path, most)
        shown = self.shown(path)
        if name not in self._modes:
            raise _refused(shown, "there is no such file in this commit", "check the path")
        if self._modes[name] == _LINK:
            raise _refused(shown, "is a symbolic link", "name the file that it leads to")
        raw = files.git(self.root, "cat-file", "blob", f"{self.commit}:{name}")
        if raw is None:
            raise _refused(shown, "git can't read it", "fetch the whole commit")
        if len(raw) > most:
            raise _refused(shown, f"the file is larger than {most:,} bytes", "split it")
        return decode(raw, shown)

    def is_file(self, path: Path) -> bool:
        """Say whether the commit has a file at a path."""
        name = self._name(path)
        return super().is_file(path) if name is None else name in self._modes

    def yaml_files(self, path: Path) -> list[Path] | None:
        """Return the YAML files that the commit has below a folder; None where it has no such folder."""
        name = self._name(path)
        if name is None:
            return super().yaml_files(path)
        below = [one for one in self._modes if name == "" or one.startswith(f"{name}/")]
        return sorted(self.root / one for one in below if one.endswith(_YAML)) if below else None

    def removed(self, paths: Iterable[Path], judged: Iterable[Path]) -> list[str]:
        """Return the manifests that the commit has at or below some paths and that are not (or no longer) `judged`."""
        names = [name for path in paths if (name := self._name(path)) is not None]
        listed = (one for one in self._modes if files.is_manifest(one.rpartition("/")[2]))
        below = (one for one in listed if any(name in ("", one) or one.startswith(f"{name}/") for name in names))
        there = {path.resolve() for path in judged}
        # A file that git forgets and ignores is still there, and yet is not judged any more.
        gone = (self.root / one for one in below if (self.root / one).resolve() not in there)
        return sorted(self.shown(path) for path in gone)

    def _name(self, path: Path) -> str | None:
        """Return a path as git has it, relative to the root ("" for the root itself); None for what lies outside.

        Links inside of the repository are not followed: the commit says what is there, not the working tree.
        """
        absolute = Path(os.path.normpath(Path.cwd() / path))
        inside = absolute if absolute.is_relative_to(self.root) else path.resolve()
        if not inside.is_relative_to(self.root):
            return None
        name = inside.relative_to(self.root).as_posix()
        return "" if name == "." else name

    @cached_property
    def _modes(self) -> dict[str, str]:
        """Every file of the commit with its mode."""
        listed = files.git(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit) or b""
        rows = (row.partition(b"\t") for row in listed.split(b"\0") if row)
        return {os.fsdecode(name): meta.decode().split()[0] for meta, _, name in rows}


def _refused(path: str, message: str, hint: str) -> CheckerError:
    return CheckerError(Problem(path=path, message=message, hint=hint))


def _resolved(root: Path, ref: str) -> str:
    found = None if ref.startswith("-") else files.git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    if found is not None:
        return found.decode().strip()
    if files.git(root, "rev-parse", "--git-dir") is None:
        message, hint = "there is no git repository to read policy from", "run it inside one, with git installed"
    else:
        shallow = files.git(root, "rev-parse", "--is-shallow-repository") == b"true\n"
        message = f"git does not have `{ref}` here" + (": this clone is shallow" if shallow else "")
        hint = _how_to_fetch(ref, shallow=shallow)
    raise _refused("--trusted-ref", message, hint)


_NAME_ONE = "name a commit, a branch or a tag"
_ALL = "fetch the whole history: git fetch --unshallow"


def _how_to_fetch(ref: str, *, shallow: bool) -> str:
    """Return the command that brings a reference here, as far as its form tells; it can be pasted as it is."""
    if not re.fullmatch(r"[\w@][\w./@{}^~+-]*", ref):
        return _NAME_ONE
    if re.fullmatch("[0-9a-f]{4,64}", ref) and re.search("[0-9]", ref):
        return _of_an_id(ref, shallow=shallow)
    if re.search("[~^{]", ref):
        start = re.split("[~^@]", ref)[0] or "HEAD"
        return _ALL if shallow else f"the history of {start} does not have it; `git log {start}` shows what it has"
    return _of_a_name(ref) or (_ALL if shallow else _NAME_ONE)


def _of_an_id(ref: str, *, shallow: bool) -> str:
    """A server sends a commit by its whole id, and not by the beginning of one."""
    if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", ref):
        return f"fetch it: git fetch --no-tags --depth=1 origin {ref}"
    hint = "if this is the beginning of a commit's id, write the whole id: only that can be fetched"
    return f"{hint}; or {_ALL}" if shallow else hint


def _of_a_name(ref: str) -> str:
    remote, slash, branch = ref.partition("/")
    if slash and re.fullmatch(r"[\w./-]+", branch):
        return f"fetch it: git fetch --no-tags {remote} {branch}:refs/remotes/{remote}/{branch}"
    if re.fullmatch(r"[\w.-]+", ref):
        return f"fetch it: git fetch --no-tags origin {ref}:refs/remotes/origin/{ref}, and name it origin/{ref}"
    return ""
