"""Files as they lie and files as a commit holds them: the same questions, answered from one or the other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker.loading.tree import Commit, Tree
from tests.commands import commit, git, write
from tests.support import only, refused

FILES = {
    "a.yaml": "one",
    "rules/b.yaml": "two",
    "rules/a.yml": "three",
    "rules/deep/c.yaml": "four",
    "rules/readme.md": "five",
    "rules-too/d.yaml": "six",
    "docs/readme.md": "seven",
    "Größe/ä b.yaml": "größer",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, which is the current folder."""
    git(tmp_path, "init")
    commit(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(found: list[Path] | None, root: Path) -> list[str] | None:
    """Return what was found by name relative to the root."""
    return None if found is None else [(root / path).relative_to(root).as_posix() for path in found]


# --- Both --------------------------------------------------------------------------------------------------------

FOLDERS: dict[str, tuple[str, list[str] | None]] = {
    "a folder": ("rules", ["rules/a.yml", "rules/b.yaml", "rules/deep/c.yaml"]),
    "a folder below": ("rules/deep", ["rules/deep/c.yaml"]),
    "a folder with a slash": ("rules/", ["rules/a.yml", "rules/b.yaml", "rules/deep/c.yaml"]),
    "a folder by a way around": ("docs/../rules/deep", ["rules/deep/c.yaml"]),
    "a folder whose name is not ASCII": ("Größe", ["Größe/ä b.yaml"]),
    "a folder without YAML": ("docs", []),
    "a file": ("rules/b.yaml", None),
    "nothing": ("gone", None),
    "the beginning of a name": ("rule", None),
}


@pytest.mark.parametrize(("path", "expected"), FOLDERS.values(), ids=FOLDERS)
def test_the_yaml_files_below_a_folder_are_the_same_in_a_commit_and_as_they_lie(
    root: Path, path: str, expected: list[str] | None
) -> None:
    for tree in (Tree(root), Commit(root, "HEAD")):
        for given in (Path(path), root / path):
            found = tree.yaml_files(given)
            assert (None if found is None else sorted(tree.read(one) for one in found)) == (
                None if expected is None else sorted(FILES[one] for one in expected)
            )


def test_the_root_itself_holds_everything(root: Path) -> None:
    every = sorted(name for name in FILES if name.endswith((".yaml", ".yml")))
    for tree in (Tree(root), Commit(root, "HEAD")):
        for given in (Path(), root):
            assert sorted(names(tree.yaml_files(given), root) or ()) == every


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_the_same_from_a_commit_and_where_it_lies(root: Path, name: str) -> None:
    for tree in (Tree(root), Commit(root, "HEAD")):
        assert tree.is_file(Path(name))
        assert tree.is_file(root / name)
        assert tree.read(Path(name)) == tree.read(root / name) == FILES[name]


@pytest.mark.parametrize("path", ["rules", "gone", "rules/gone.yaml", "RULES/B.YAML" if os.name != "nt" else "gone"])
def test_what_is_no_file_is_none_and_can_not_be_read(root: Path, path: str) -> None:
    for tree in (Tree(root), Commit(root, "HEAD")):
        assert not tree.is_file(Path(path))
        assert only(refused(tree.read, Path(path))).hint


def test_paths_are_shown_relative_to_the_root_those_of_a_commit_with_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "rules")
    for given in (Path("b.yaml"), root / "rules/b.yaml", Path("../rules/b.yaml")):
        assert Tree(root).shown(given) == "rules/b.yaml"
        assert Commit(root, "HEAD").shown(given) == "HEAD:rules/b.yaml"


# --- A commit ----------------------------------------------------------------------------------------------------


def test_a_commit_does_not_change_with_the_working_tree_or_with_its_branch(root: Path) -> None:
    tree = Commit(root, "HEAD")
    commit(root, {"a.yaml": "changed", "new.yaml": "new"})
    (root / "rules/b.yaml").unlink()
    assert tree.read(Path("a.yaml")) == "one"
    assert tree.read(Path("rules/b.yaml")) == "two"
    assert not tree.is_file(Path("new.yaml"))


def test_what_is_only_staged_is_not_in_a_commit(root: Path) -> None:
    write(root, {"a.yaml": "changed", "new.yaml": "new"})
    git(root, "add", "--all")
    tree = Commit(root, "HEAD")
    assert (tree.read(Path("a.yaml")), tree.is_file(Path("new.yaml"))) == ("one", False)


def test_what_lies_outside_of_the_repository_is_read_where_it_lies(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"x.yaml": "x", "y.md": "y"})
    tree = Commit(root, "HEAD")
    assert tree.read(outside / "x.yaml") == "x"
    assert tree.is_file(outside / "x.yaml")
    assert tree.yaml_files(outside) == [outside / "x.yaml"]
    assert tree.shown(outside / "x.yaml") == (outside / "x.yaml").as_posix()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_not_followed_whether_the_commit_or_the_working_tree_has_them(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"x.yaml": "x"})
    before = Commit(root, "HEAD")
    for name in ("b.yaml", "a.yml"):
        (root / "rules" / name).unlink()
    (root / "rules/b.yaml").symlink_to(outside / "x.yaml")
    (root / "linked").symlink_to(outside)
    assert before.read(Path("rules/b.yaml")) == "two"
    assert before.yaml_files(Path("linked")) is None
    commit(root)
    after = Commit(root, "HEAD")
    assert only(refused(after.read, Path("rules/b.yaml"))).message == "is a symbolic link"
    assert only(refused(after.read, Path("linked"))).message == "is a symbolic link"
    assert after.yaml_files(Path("linked")) is None
    assert only(refused(after.read, Path("linked/x.yaml"))).message == "there is no such file in this commit"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_path_by_a_link_into_the_repository_is_one_of_the_commit(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("outside") / "link"
    link.symlink_to(root)
    tree = Commit(root, "HEAD")
    write(root, {"a.yaml": "changed"})
    assert tree.read(link / "a.yaml") == "one"
    assert tree.shown(link / "a.yaml") == "HEAD:a.yaml"


def test_a_submodule_is_no_folder_of_the_commit(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init")
    commit(other, {"x.yaml": "x"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", str(other), "vendored")
    commit(root)
    tree = Commit(root, "HEAD")
    assert not tree.is_file(Path("vendored/x.yaml"))
    assert tree.yaml_files(Path("vendored")) is None
    refused(tree.read, Path("vendored"))
    refused(tree.read, Path("vendored/x.yaml"))


@pytest.mark.parametrize("raw", [b"\xff\xfe", "größer".encode("latin-1")])
def test_a_file_that_is_not_utf_8_is_refused_in_a_commit_too(root: Path, raw: bytes) -> None:
    (root / "a.yaml").write_bytes(raw)
    commit(root)
    here, there = (only(refused(tree.read, Path("a.yaml"))) for tree in (Tree(root), Commit(root, "HEAD")))
    assert (there.message, there.hint) == (here.message, here.hint)
    assert there.path == f"HEAD:{here.path}"


def test_a_file_that_is_too_large_is_refused_in_a_commit_too(root: Path) -> None:
    commit(root, {"a.yaml": "x" * 3_000_000})
    here, there = (only(refused(tree.read, Path("a.yaml"))) for tree in (Tree(root), Commit(root, "HEAD")))
    assert there.message == here.message
    assert "larger than" in there.message


ID = "0123456789" * 4
MISSING = {
    "gone": "fetch it: git fetch --no-tags origin gone:refs/remotes/origin/gone, and name it origin/gone",
    "origin/gone": "fetch it: git fetch --no-tags origin gone:refs/remotes/origin/gone",
    "upstream/a/b": "fetch it: git fetch --no-tags upstream a/b:refs/remotes/upstream/a/b",
    ID: f"fetch it: git fetch --no-tags --depth=1 origin {ID}",
    ID[:7]: "if this is the beginning of a commit's id, write the whole id: only that can be fetched",
    "HEAD~99": "the history of HEAD does not have it; `git log HEAD` shows what it has",
    "main^9": "the history of main does not have it; `git log main` shows what it has",
}


@pytest.mark.parametrize(("ref", "hint"), MISSING.items())
def test_what_names_no_commit_is_refused_with_the_command_that_may_bring_it(root: Path, ref: str, hint: str) -> None:
    problem = only(refused(Commit, root, ref))
    assert problem.path == "--trusted-ref"
    assert problem.message == f"git does not have `{ref}` here"
    assert problem.hint == hint


@pytest.mark.parametrize(
    "ref",
    ["-h", "--all", "--upload-pack=x", "", " ", "HEAD:a.yaml", "HEAD\n", "a b", "a;b", "$(x)", "`x`", "a|b", ":/x"],
)
def test_what_could_be_more_than_a_name_is_in_no_command(root: Path, ref: str) -> None:
    """A hint is pasted as it is."""
    problem = only(refused(Commit, root, ref))
    assert problem.message == f"git does not have `{ref}` here"
    assert problem.hint == "name a commit, a branch or a tag"


@pytest.mark.parametrize("ref", ["HEAD^{tree}", "HEAD..HEAD", "HEAD^^", "HEAD@{9}"])
def test_what_is_no_single_commit_is_refused(root: Path, ref: str) -> None:
    assert only(refused(Commit, root, ref)).message == f"git does not have `{ref}` here"


def test_outside_of_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    problem = only(refused(Commit, tmp_path, "HEAD"))
    assert problem.message == "there is no git repository to read policy from"
