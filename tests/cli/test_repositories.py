"""Large and odd repositories: everything is judged or said not to be, each with its reason, in one summary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_check import (
    FAILING,
    NAME,
    PASSING,
    Done,
    check,
    environment,
    git,
    manifest,
    repository,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["check", "environment", "repository"]

posix = pytest.mark.skipif(os.name == "nt", reason="links, modes and such names are a matter of Unix")


@pytest.mark.slow
def test_a_thousand_manifests_are_judged_in_one_run_with_one_summary(
    check: Callable[..., Done], repository: Path
) -> None:
    write(repository, {f"services/{number:04}/{NAME}": PASSING for number in range(998)})
    write(repository, {f"services/x/{NAME}": FAILING, f"services/y/{NAME}": "version: 1\n"})
    done = check()
    assert done.code == 2
    assert done.last.startswith("1000 manifests, 999 models, ")
    assert done.last.endswith(": 1 failed, 2 could not be judged")
    assert done.out.count("services/0") == 0, "what is in order is not told one by one"


ODD: dict[str, tuple[bytes, int, str]] = {
    "lines that end as on Windows": (PASSING.replace("\n", "\r\n").encode(), 0, "passed"),
    "a mark of byte order": (b"\xef\xbb\xbf" + PASSING.encode(), 0, "passed"),
    "bytes of another encoding": (PASSING.replace("triage", "tri\u00e4ge").encode("latin-1"), 2, "UTF-8"),
    "two bytes for each character": (PASSING.encode("utf-16"), 2, "UTF-"),
    "a null": (PASSING.encode() + b"\0", 2, "could not be judged"),
    "nothing": (b"", 2, "could not be judged"),
    "a file that is no text": (bytes(range(256)) * 8, 2, "could not be judged"),
    "too much": (PASSING.encode() + b"#" * 3_000_000, 2, "larger than"),
}


@pytest.mark.parametrize(("content", "code", "told"), ODD.values(), ids=ODD)
def test_an_odd_file_is_read_or_refused_with_its_reason(
    check: Callable[..., Done], tmp_path: Path, content: bytes, code: int, told: str
) -> None:
    write(tmp_path, {f"odd/{NAME}": content, NAME: PASSING})
    done = check()
    assert done.code == code
    assert told in done.out
    assert f"odd/{NAME}" in done.out or code == 0
    assert "2 manifests," in done.last, "one that could not be read was looked at all the same"


@pytest.mark.parametrize("in_git", [False, True], ids=["outside a repository", "in a repository"])
def test_a_folder_that_is_called_like_a_manifest_is_not_looked_past(
    check: Callable[..., Done], tmp_path: Path, *, in_git: bool
) -> None:
    write(tmp_path, {NAME: PASSING, f"odd/{NAME}/readme.md": "x"})
    if in_git:
        git(tmp_path, "init")
        git(tmp_path, "add", ".")
    done = check()
    assert done.code == 2
    assert f"odd/{NAME}" in done.out


def test_a_path_with_the_slashes_of_windows_is_refused_or_found_nowhere(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    """A manifest is the same on every system, so its paths are written one way."""
    llama = manifest("meta-llama/Llama-4-Scout-17B-16E-Instruct", users=5).replace("about.md", "'docs\\about.md'")
    write(tmp_path, {NAME: llama, "docs/about.md": "Built with Llama"})
    done = check("--format", "json")
    assert done.code in (1, 2)
    assert done.code == 2 or done.verdicts()["license/attribution"] == "fail"


def test_paths_are_reported_with_forward_slashes_from_the_root_wherever_the_command_runs(
    check: Callable[..., Done], repository: Path
) -> None:
    write(repository, {f"a b/ü/{NAME}": FAILING, "deep/er/readme.md": "x"})
    (finding,) = [one for one in check("../..", "--format", "json", here="deep/er").report["findings"] if one["model"]]
    assert finding["manifest"] == f"a b/ü/{NAME}"


@posix
def test_links_in_a_circle_end(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {f"a/{NAME}": PASSING})
    (tmp_path / "a" / "again").symlink_to("..", target_is_directory=True)
    assert check().code == 0


@posix
def test_a_link_to_a_manifest_outside_of_the_repository_is_judged_as_the_file_it_is(
    check: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    write(other, {NAME: FAILING})
    write(repository, {"readme.md": "x"})
    (repository / NAME).symlink_to(other / NAME)
    assert check().code == 1


def test_a_manifest_that_was_deleted_but_not_committed_is_gone(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: PASSING, f"a/{NAME}": FAILING})
    git(repository, "add", ".")
    git(repository, "commit", "-m", "x")
    (repository / "a" / NAME).unlink()
    assert check().code == 0


def test_a_worktree_of_git_is_a_repository(
    check: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(repository, {NAME: FAILING})
    git(repository, "add", ".")
    git(repository, "commit", "-m", "x")
    git(repository, "worktree", "add", "tree")
    assert check("tree").code == 1


def test_many_problems_of_many_kinds_are_each_told_and_counted_once(check: Callable[..., Done], tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            f"a/{NAME}": PASSING.replace("owner:", "ownr:"),
            f"b/{NAME}": b"\xff\xfe",
            f"c/{NAME}": "models: [\n",
            "d/model_manifest.yml": PASSING,
            f"e/{NAME}": FAILING,
        },
    )
    done = check("--format", "json")
    assert done.code == 2
    assert {error["path"] for error in done.report["errors"]} == {
        f"a/{NAME}",
        f"b/{NAME}",
        f"c/{NAME}",
        "d/model_manifest.yml",
    }
    assert all(error["message"] and error["hint"] for error in done.report["errors"])
    assert done.manifests() == {f"e/{NAME}"}


@pytest.mark.parametrize("jobs", ["2", "0"])
def test_the_number_of_processes_changes_no_byte(check: Callable[..., Done], tmp_path: Path, jobs: str) -> None:
    names = [f"services/{number}/{NAME}" for number in range(12)]
    write(tmp_path, {name: FAILING if "3" in name else PASSING for name in names})
    write(tmp_path, {f"broken/{NAME}": "version: 1\n"})
    alone = check("--format", "json", "--all")
    assert check("--format", "json", "--all", "--jobs", jobs) == alone
    assert alone.code == 2
