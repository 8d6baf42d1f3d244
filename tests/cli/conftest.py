"""Fixtures of the tests of the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from checker.cli import main
from tests.commands import DAY, Done, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "COLUMNS", "NO_COLOR", *(name for name in os.environ if name.startswith("GIT_"))):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command in the temporary folder, or in the one below it that is named by `here`."""

    def runner(*arguments: str, here: str = ".") -> Done:
        monkeypatch.chdir(tmp_path / here)
        code = main.run([*arguments])
        said = capsys.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return runner


@pytest.fixture
def check(run: Callable[..., Done]) -> Callable[..., Done]:
    """Run `check` as of one day (the last that is given), telling nothing of the days ahead unless asked to."""

    def runner(*arguments: str, here: str = ".") -> Done:
        return run("check", "--as-of", DAY, "--horizon", "0", *arguments, here=here)

    return runner


@pytest.fixture
def judged(check: Callable[..., Done]) -> Callable[..., Done]:
    """Run `check` for its report as JSON."""

    def runner(*arguments: str, here: str = ".") -> Done:
        return check("--format", "json", *arguments, here=here)

    return runner


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The temporary folder as a git repository."""
    git(tmp_path, "init")
    return tmp_path
