"""What a check looks past is told: nested repositories, links that lead out, configs that are not in force."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from checker.loading import files
from tests.commands import CONFIG, FAILING, NAME, PASSING, config, git, waiver, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Done

links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def judged(done: Done) -> list[str]:
    """Return the manifests that were judged."""
    return sorted({finding["manifest"] for finding in done.report["findings"]})


def test_a_folder_that_is_not_tracked_yet_is_looked_into(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {f"c/sub/{NAME}": FAILING})
    assert judged(check("c/sub", "--format", "json")) == [f"c/sub/{NAME}"]
    assert judged(check("--format", "json", here="c/sub")) == [f"c/sub/{NAME}"]
    assert judged(check("c", "--format", "json")) == judged(check(".", "--format", "json")) == [f"c/sub/{NAME}"]


def test_a_repository_inside_that_is_no_submodule_is_judged(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: PASSING, f"vendored/{NAME}": FAILING, "vendored/deep/readme.md": "x"})
    git(repository / "vendored", "init", "-q")
    assert judged(check("--format", "json")) == [f"vendored/{NAME}"]
    git(repository / "vendored", "add", ".")
    git(repository / "vendored", "commit", "-qm", "inner")
    assert judged(check("--format", "json")) == [f"vendored/{NAME}"]
    git(repository, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
    assert judged(check("--format", "json")) == [f"vendored/{NAME}"]


@links
def test_a_link_to_a_folder_outside_is_told_and_changes_no_verdict(
    check: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {f"deep/{NAME}": FAILING})
    write(repository, {NAME: PASSING})
    (repository / "svc").symlink_to(outside)
    for _ in ("untracked", "tracked"):
        done = check()
        assert done.code == 0
        assert "note: svc leads to a folder outside" in done.err
        (note,) = check("--format", "json").report["overlooked"]
        assert note["path"] == "svc"
        git(repository, "add", "svc")
    assert check("svc").code == 1, "named, it is judged"
    write(outside, {f"deep/{NAME}": "x"})
    (outside / "deep" / NAME).unlink()
    assert check().err == "", "a link to a folder without manifests is nobody's business"


@links
def test_where_the_link_is_all_there_is_nothing_was_checked(
    check: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {NAME: FAILING})
    (repository / "svc").symlink_to(outside)
    assert check(".").code == 2


def test_a_config_further_down_is_not_in_force_and_that_is_told(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {f"a/b/{NAME}": FAILING, f"a/{CONFIG}": config(waiver())})
    for here, paths in ((".", ()), (".", ("a",)), ("a", ()), ("a/b", ())):
        done = check("--format", "json", *paths, here=here)
        assert done.code == 1, "its waiver counts for nothing"
        assert f"a/{CONFIG} is not in force" in done.finding("manifest/config-not-in-force")["message"]
    named = check("--format", "json", "--config", f"a/{CONFIG}")
    assert (named.code, named.findings("manifest/")) == (0, [])


def test_the_config_at_the_root_is_the_one(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {f"a/{NAME}": FAILING, CONFIG: config(waiver())})
    for here in (".", "a"):
        done = check("--format", "json", here=here)
        assert (done.code, done.findings("manifest/")) == (0, [])


def test_finding_files_asks_of_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing every file with every other took three seconds for 4,000 manifests."""
    count = 300
    write(tmp_path, {f"{number}/{NAME}": PASSING for number in range(count)})
    asked = 0

    def counting(name: str) -> bool:
        nonlocal asked
        asked += 1
        return name == NAME

    monkeypatch.setattr(files, "is_manifest", counting)
    assert len(files.manifests([tmp_path], tmp_path).manifests) == count
    assert asked == count
