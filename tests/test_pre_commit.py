"""The hooks for pre-commit: when they run, and what they do in real repositories with the real program.

The program installs them once from a clone of this checkout (with what is not committed yet), as it does from a
release; every test then commits to a repository of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from checker.cli.group import COMMANDS
from checker.loading import files
from tests.commands import CONFIG, FAILING, FREE, NAME, PASSING, manifest, use, write
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
HOOKS_FILE = ROOT / ".pre-commit-hooks.yaml"

pytestmark = pytest.mark.skipif(not HOOKS_FILE.is_file(), reason="the hooks are not here")

HOOKS: dict[str, dict[str, Any]] = (
    {hook["id"]: hook for hook in yaml.safe_load(HOOKS_FILE.read_text(encoding="utf-8"))}
    if HOOKS_FILE.is_file()
    else {}
)
CHECK = "modelpolicy-check"
SCHEMA = "modelpolicy-schema"


def runs_for(name: str, hook: str = CHECK) -> bool:
    """Say whether a changed file makes a hook run, as pre-commit decides it."""
    return re.search(HOOKS[hook]["files"], name) is not None


# --- When they run -----------------------------------------------------------------------------------------------

MANIFESTS = (
    "model-manifest.yaml",
    "services/a/model-manifest.yaml",
    "search.model-manifest.yaml",
    "services/b/search.model-manifest.yaml",
    "with space/model-manifest.yaml",
    "größe/model-manifest.yaml",
)
NEARLY_MANIFESTS = (
    "model_manifest.yaml",
    "model-manifest.yml",
    "services/a/model_manifest.yml",
    "my-model-manifest.yaml",
    "Model-Manifest.YAML",
    "search.model_manifest.yml",
    "docs/model-manifest.yaml/readme.md",
)
CONFIGS = (".modelpolicy.yaml", "services/a/.modelpolicy.yaml")
POLICY = (
    "policies/rules.yaml",
    "policies/rules/acme.yml",
    "policy/acme.yaml",
    "compliance/rules/acme.yaml",
    "compliance/catalog/models/own.yaml",
    "catalog/own.yaml",
    "legal/compliance/rules/deep/er/acme.yaml",
    "modelpolicy/rules.yaml",
    ".modelpolicy/rules.yaml",
)
NOT_OURS = (
    "README.md",
    "src/main.py",
    "config.yaml",
    "models.yaml",
    "manifest.yaml",
    "k8s/model/manifest.yaml",
    "model-manifest.yaml.bak",
    "model-manifest.json",
    "model-manifests.yaml",
    "modelpolicy.yaml",
    "x.modelpolicy.yaml",
    ".modelpolicy.yaml.orig",
    "compliance/readme.md",
    "compliance/rules/acme.yaml.swp",
    "compliance.yaml",
    "policies.yaml",
    "non-compliance/notes.yaml",
    "policies-old/rules.yaml",
    "my.policy/rules.yaml",
    "catalogs.yaml",
    "src/catalogue/items.yaml",
)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("name", [*MANIFESTS, *NEARLY_MANIFESTS, *CONFIGS, *POLICY])
def test_a_change_of_a_manifest_a_config_or_policy_runs_the_hooks(name: str, hook: str) -> None:
    assert runs_for(name, hook)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("name", NOT_OURS)
def test_another_change_does_not(name: str, hook: str) -> None:
    assert not runs_for(name, hook)


def test_the_hooks_run_for_exactly_what_check_takes_or_refuses_as_a_manifest(tmp_path: Path) -> None:
    names = [*MANIFESTS, *NEARLY_MANIFESTS, *NOT_OURS]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n", encoding="utf-8")
    found, problems, _ = files.manifests([tmp_path], tmp_path)
    looked_at = {path.relative_to(tmp_path).as_posix() for path in found} | {problem.path for problem in problems}
    # A disk may hold one file by two names that differ in case alone.
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    # A folder that has the name of a manifest is told of itself, and not with what is in it.
    assert {name.removesuffix(".yaml/readme.md") for name in written if runs_for(name)} == {
        name.removesuffix(".yaml") if name.startswith("docs/") else name for name in looked_at
    }
    assert looked_at >= set(MANIFESTS)


def test_the_hooks_are_commands_that_look_at_the_whole_tree() -> None:
    assert {name: hook["entry"] for name, hook in HOOKS.items()} == {
        CHECK: "modelpolicy check",
        SCHEMA: "modelpolicy validate",
    }
    assert {hook["entry"].split()[1] for hook in HOOKS.values()} <= set(COMMANDS)
    # File names would leave out the manifests that a change of the policy stops.
    assert not any(hook["pass_filenames"] for hook in HOOKS.values())


def test_the_program_takes_the_hooks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS_FILE)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- What they do ------------------------------------------------------------------------------------------------

with_the_program = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="hooks of git are tried where they are shell scripts"),
]
OTHER = manifest(use(model=FREE), project="triage")
"""Another manifest that passes."""


class Done(NamedTuple):
    """What a command came to, and all that it wrote."""

    code: int
    said: str

    def outcomes(self) -> dict[str, str]:
        """Return what became of each hook: Passed, Failed or Skipped."""
        found = re.findall(r"^(.*?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", self.said, flags=re.MULTILINE)
        ids = {hook["name"]: name for name, hook in HOOKS.items()}
        return {ids[name]: outcome for name, outcome in found}


class Repository(NamedTuple):
    """A git repository in which pre-commit is installed."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, **variables: str) -> Done:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        return Done(code=done.returncode, said=done.stdout)

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.code == 0, done.said
        return done.said

    def pre_commit(self, *arguments: str) -> Done:
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def check(self) -> Done:
        """Run what CI runs."""
        return self.run(sys.executable, "-m", "checker", "check", PYTHONPATH=str(ROOT))

    def start_with(self, contents: dict[str, str]) -> None:
        """Commit files without the hooks, as if they had always been there."""
        write(self.folder, contents)
        self.git("add", "--all")
        self.git("commit", "--no-verify", "--quiet", "-m", "start")

    def commit(self, contents: dict[str, str] | None = None, **variables: str) -> Done:
        """Commit what is in the folder, with some files written before."""
        write(self.folder, contents or {})
        self.git("add", "--all")
        return self.run("git", "commit", "-m", "change", **variables)

    def commits(self) -> int:
        return int(self.git("rev-list", "--count", "HEAD"))


def environment(home: Path) -> dict[str, str]:
    """Return the machine's variables without those that change what git, Python or the hooks do."""
    dropped = (
        "GIT_",
        "PRE_COMMIT",
        "PYTHONPATH",
        "PYTEST",
        "SKIP",
        "COLUMNS",
        "NO_COLOR",
        "FORCE_COLOR",
        "VIRTUAL_ENV",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    people = {f"GIT_{role}_{what}": "t@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**kept, **people, "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(home)}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this run share, so that they install the hooks once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a clone of this checkout as it lies here, committed: what users name in their config."""
    target = shared / "published"
    if not target.exists():
        clone = Repository(tmp_path_factory.mktemp("clone"), environment(shared / "home"))
        for name in here(clone.environment):
            (clone.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone.folder / name)
        clone.git("init", "--quiet")
        clone.start_with({})
        try:
            clone.folder.rename(target)
        except OSError:
            assert target.exists(), "another process made it"
    return Repository(target, environment(shared / "home"))


def here(variables: dict[str, str]) -> list[str]:
    """Return the files of this checkout, with those that are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        check=False,
    )
    if listed.returncode or not (ROOT / "checker").is_dir():
        pytest.skip("this is no git checkout: there is nothing to install the hooks from")
    return [name for name in os.fsdecode(listed.stdout).split("\0") if name and (ROOT / name).is_file()]


def use_of_hooks(published: Repository, **settings: str) -> str:
    """Return a config of pre-commit that has both hooks, with settings of the first."""
    head = published.git("rev-parse", "HEAD").strip()
    hooks = [{"id": CHECK, **settings}, {"id": SCHEMA}]
    return yaml.safe_dump({"repos": [{"repo": str(published.folder), "rev": head, "hooks": hooks}]})


@pytest.fixture
def repository(published: Repository, tmp_path: Path) -> Iterator[Repository]:
    """Return a repository with a manifest that passes, and with the hooks installed."""
    folder = tmp_path / "app"
    folder.mkdir()
    made = Repository(folder, published.environment)
    made.git("init", "--quiet")
    made.start_with({".pre-commit-config.yaml": use_of_hooks(published), NAME: PASSING, "README.md": "claims\n"})
    installed = made.pre_commit("install")
    assert installed.code == 0, installed.said
    yield made
    shutil.rmtree(folder)


BOTH_PASSED = {CHECK: "Passed", SCHEMA: "Passed"}
BOTH_FAILED = {CHECK: "Failed", SCHEMA: "Failed"}
BOTH_SKIPPED = {CHECK: "Skipped", SCHEMA: "Skipped"}
ONLY_VALID = {CHECK: "Failed", SCHEMA: "Passed"}


class TestHooks:
    """In the order in which a user meets them."""

    pytestmark = with_the_program

    def test_a_commit_of_what_is_allowed_goes_through(self, repository: Repository) -> None:
        done = repository.commit({NAME: OTHER})
        assert done.outcomes() == BOTH_PASSED, done.said
        assert (done.code, repository.commits()) == (0, 2)

    def test_a_commit_of_what_is_not_allowed_is_stopped_and_told_why_and_what_to_do(
        self, repository: Repository
    ) -> None:
        done = repository.commit({NAME: FAILING})
        assert done.outcomes() == ONLY_VALID, done.said
        assert (done.code, repository.commits()) == (1, 1)
        assert "- exit code: 1\n" in done.said
        assert "error[license/commercial-use]: " in done.said
        assert f"--> {NAME}:5:12\n" in done.said
        assert '5 |     model: "LGAI-EXAONE/EXAONE-4.0-32B"\n' in done.said
        assert "= fix: Choose a model whose license permits commercial use" in done.said
        assert re.search(r"^1 manifest, 1 model, \d+ rules: 1 failed$", done.said, flags=re.MULTILINE)

    def test_what_is_not_valid_is_told_by_both(self, repository: Repository) -> None:
        done = repository.commit({NAME: PASSING.replace("purpose", "porpoise")})
        assert done.outcomes() == BOTH_FAILED, done.said
        assert "did you mean `purpose`?" in done.said
        assert "- exit code: 2\n" in done.said
        assert re.search(r"^1 file: 2 problems$", done.said, flags=re.MULTILINE)

    def test_the_report_has_its_width_on_the_terminal_that_pre_commit_makes(self, repository: Repository) -> None:
        """It has colors, and no size."""
        write(repository.folder, {NAME: FAILING})
        done = repository.pre_commit("run", "--all-files", "--color", "always")
        assert re.search(r"\x1b\[31;1merror\[.*license/commercial-use.*\]\x1b\[0m: ", done.said)
        assert max(len(line) for line in done.said.splitlines() if "= " in line) > 60

    def test_every_manifest_is_judged_whichever_was_changed(self, repository: Repository) -> None:
        repository.start_with({"old/model-manifest.yaml": FAILING})
        done = repository.commit({"a/model-manifest.yaml": FAILING, "b/search.model-manifest.yaml": PASSING})
        assert done.outcomes() == ONLY_VALID, done.said
        assert "--> a/model-manifest.yaml:5:12\n" in done.said
        assert "--> old/model-manifest.yaml:5:12\n" in done.said
        assert re.search(r"^4 manifests, 4 models, \d+ rules: 2 failed$", done.said, flags=re.MULTILINE)

    def test_a_rename_is_checked_under_the_new_name(self, repository: Repository) -> None:
        (repository.folder / "services").mkdir()
        repository.git("mv", NAME, f"services/{NAME}")
        assert repository.commit().outcomes() == BOTH_PASSED
        repository.start_with({f"services/{NAME}": FAILING})
        repository.git("mv", f"services/{NAME}", NAME)
        done = repository.commit()
        assert done.outcomes() == ONLY_VALID, done.said
        assert f"--> {NAME}:5:12\n" in done.said

    def test_a_rename_to_what_is_nearly_the_name_is_refused(self, repository: Repository) -> None:
        repository.git("mv", NAME, "model_manifest.yml")
        done = repository.commit()
        assert done.outcomes() == BOTH_FAILED, done.said
        assert "the file looks like a manifest, but is not called model-manifest.yaml" in done.said

    def test_what_is_deleted_or_renamed_away_runs_no_hook_and_is_found_in_ci(self, repository: Repository) -> None:
        """pre-commit passes over files that are gone, and a hook without files is skipped: CI has to check by itself.

        So has a rename to a name that is not ours: it deletes one of ours, and adds what is none.
        """
        repository.start_with({"a/model-manifest.yaml": PASSING})
        repository.git("rm", "--quiet", "a/model-manifest.yaml")
        done = repository.commit()
        assert (done.code, done.outcomes()) == (0, BOTH_SKIPPED), done.said
        repository.git("mv", NAME, "models.yaml")
        done = repository.commit()
        assert (done.code, done.outcomes()) == (0, BOTH_SKIPPED), done.said
        # Nor does it help to have CI run the hooks on all files: none of them is ours any more.
        assert repository.pre_commit("run", "--all-files").outcomes() == BOTH_SKIPPED
        in_ci = repository.check()
        assert in_ci.code == 2
        assert "no manifest (model-manifest.yaml or *.model-manifest.yaml) found" in in_ci.said

    def test_a_deletion_beside_another_change_is_checked(self, repository: Repository) -> None:
        pack = {CONFIG: "version: 1\npolicies: [builtin, compliance/own.yaml]\n", "compliance/own.yaml": pack_text()}
        repository.start_with(pack)
        repository.git("rm", "--quiet", "compliance/own.yaml")
        done = repository.commit({NAME: OTHER})
        assert done.outcomes() == BOTH_FAILED, done.said
        assert "can't be read: no such file" in done.said

    @pytest.mark.parametrize(
        ("changed", "outcomes", "says"),
        [
            ({CONFIG: "version: 1\npolicy: [builtin]\n"}, BOTH_FAILED, "did you mean `policies`?"),
            ({CONFIG: "version: 1\npolicies: [builtin, compliance]\nparams: {house_user_caps: {}}\n"}, BOTH_PASSED, ""),
            ({"compliance/own.yaml": pack_text({"require": '"false"'})}, ONLY_VALID, "error[t/one]: found"),
            ({"compliance/own.yaml": pack_text({"require": '"nonsense"'})}, BOTH_FAILED, "undeclared reference"),
        ],
        ids=["a config that is not valid", "a config", "a pack that now fails", "a pack that is not valid"],
    )
    def test_a_change_of_the_policy_runs_the_hooks_too(
        self, repository: Repository, changed: dict[str, str], outcomes: dict[str, str], says: str
    ) -> None:
        own = {CONFIG: "version: 1\npolicies: [builtin, compliance]\n", "compliance/own.yaml": pack_text()}
        repository.start_with(own)
        done = repository.commit(changed)
        assert done.outcomes() == outcomes, done.said
        assert says in done.said

    def test_a_change_of_something_else_runs_no_hook(self, repository: Repository) -> None:
        repository.start_with({NAME: FAILING})
        done = repository.commit({"README.md": "more claims\n", "src/models.yaml": "x: 1\n"})
        assert (done.code, done.outcomes()) == (0, BOTH_SKIPPED), done.said

    def test_policy_that_lies_elsewhere_runs_the_hooks_once_files_is_widened(
        self, repository: Repository, published: Repository
    ) -> None:
        own = {CONFIG: "version: 1\npolicies: [builtin, house]\n", "house/own.yaml": pack_text()}
        repository.start_with(own)
        stops = {"house/own.yaml": pack_text({"require": '"false"'})}
        assert repository.commit(stops).outcomes() == BOTH_SKIPPED
        wider = use_of_hooks(published, files=r"model[-_]manifest\.ya?ml$|\.modelpolicy\.yaml$|^house/")
        repository.start_with({".pre-commit-config.yaml": wider})
        done = repository.commit({"house/own.yaml": pack_text({"require": '"false"', "title": "Two"})})
        assert done.outcomes() == {CHECK: "Failed", SCHEMA: "Skipped"}, done.said

    def test_a_link_to_a_manifest_runs_the_hooks(self, repository: Repository) -> None:
        repository.start_with({"shared/models.yaml": FAILING})
        (repository.folder / "a").mkdir()
        (repository.folder / "a" / NAME).symlink_to("../shared/models.yaml")
        assert repository.commit().outcomes() == ONLY_VALID

    def test_a_hook_that_is_skipped_is_made_good_in_ci(self, repository: Repository) -> None:
        done = repository.commit({NAME: FAILING}, SKIP=CHECK)
        assert (done.code, done.outcomes()) == (0, {CHECK: "Skipped", SCHEMA: "Passed"}), done.said
        assert repository.check().code == 1

    def test_the_hooks_work_in_a_second_working_tree_and_with_arguments(
        self, repository: Repository, published: Repository, tmp_path: Path
    ) -> None:
        """There git tells its hooks where the repository is, which must not make it look elsewhere for files."""
        narrow = {".pre-commit-config.yaml": use_of_hooks(published).replace(CHECK, f"{CHECK}\n    args: [services]")}
        repository.start_with({**narrow, f"services/{NAME}": PASSING})
        repository.git("worktree", "add", "--quiet", str(tmp_path / "second"))
        second = repository._replace(folder=tmp_path / "second")
        done = second.commit({f"services/{NAME}": OTHER, NAME: FAILING})
        assert done.outcomes() == BOTH_PASSED, done.said
        done = second.commit({f"services/{NAME}": FAILING})
        assert done.outcomes() == ONLY_VALID, done.said
        assert f"--> services/{NAME}:5:12\n" in done.said
