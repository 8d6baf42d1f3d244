"""`modelpolicy check`: which files it finds, which policy it judges them by, and how it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli import main
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-11-23")
NAME = "model-manifest.yaml"
CONFIG = ".modelpolicy.yaml"


def manifest(model: str = "microsoft/phi-4", *, project: str = "claims", users: int | None = None) -> str:
    """Return a manifest with one self-hosted model that sees no data."""
    counted = "" if users is None else f", monthly_active_users: {users}"
    return (
        f"version: 1\nproject: {{name: {project}, owner: claims-platform, use: commercial, serves: [US]{counted}}}\n"
        "organization: {domicile: US, monthly_active_users: 20000000}\n"
        f'models:\n  - id: triage\n    model: "{model}"\n    purpose: sort incoming claims\n    data: []\n'
        "    deployment: {type: self-hosted, provider: on-premises, region: US}\n    attribution: about.md\n"
    )


PASSING = manifest()
FAILING = manifest("LGAI-EXAONE/EXAONE-4.0-32B")
LLAMA = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
OVER_THE_HOUSE_CAP = manifest(LLAMA, users=5_000_000)
UNDER_THE_HOUSE_CAP = manifest(LLAMA, users=5_000)
NOTICE = {"about.md": "Built with Llama"}


def own(rule: str = "own/triage", **fields: str) -> str:
    """Return a pack with one rule, which fails."""
    name = rule.partition("/")[0]
    return pack_text({"id": rule, "require": '"false"', **fields}).replace("pack: t\n", f"pack: {name}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The closing line, without the day that these tests judge for."""
        return self.out.splitlines()[-1].removesuffix(f" (as of {DAY[1]})")

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    def verdicts(self) -> dict[str, str]:
        """Return the verdict of each rule that is listed (of the last finding, where it has several)."""
        return {finding["rule"]: finding["verdict"] for finding in self.report["findings"]}

    def manifests(self) -> set[str]:
        return {finding["manifest"] for finding in self.report["findings"]}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", *(name for name in os.environ if name.startswith("GIT_"))):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `check` in the temporary folder, or in the one below it that is named by `here`."""

    def runner(*arguments: str, here: str = ".") -> Done:
        monkeypatch.chdir(tmp_path / here)
        code = main.run(["check", *DAY, *arguments])
        said = capsys.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return runner


@pytest.fixture
def found(check: Callable[..., Done]) -> Callable[..., set[str]]:
    """Run `check` for its findings, and return the manifests that were judged."""

    def finder(*arguments: str, here: str = ".") -> set[str]:
        return check(*arguments, "--all", "--format", "json", here=here).manifests()

    return finder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The temporary folder as a git repository."""
    git(tmp_path, "init")
    return tmp_path


# --- Which manifests ---------------------------------------------------------------------------------------------

TREE = {
    "model-manifest.yaml": PASSING,
    "services/a/model-manifest.yaml": PASSING,
    "services/b/search.model-manifest.yaml": PASSING,
    "services/b/index.model-manifest.yaml": PASSING,
    "services/b/models.yaml": "not: a manifest\n",
    "services/b/model-manifest.yml": "not: a manifest\n",
    "services/c/my-model-manifest.yaml": "not: a manifest\n",
    "services/c/model-manifest.yaml.bak": "not: a manifest\n",
}
MANIFESTS = {
    "model-manifest.yaml",
    "services/a/model-manifest.yaml",
    "services/b/search.model-manifest.yaml",
    "services/b/index.model-manifest.yaml",
}


@pytest.mark.parametrize("in_git", [False, True], ids=["outside a repository", "in a repository"])
def test_every_manifest_of_a_monorepo_is_found_by_its_name(
    found: Callable[..., set[str]], tmp_path: Path, *, in_git: bool
) -> None:
    write(tmp_path, TREE)
    if in_git:
        git(tmp_path, "init")
    assert found() == MANIFESTS
    assert found(".") == MANIFESTS
    assert found(".", "services", "model-manifest.yaml") == MANIFESTS, "what is named twice is judged once"
    assert found("services") == MANIFESTS - {"model-manifest.yaml"}


def test_a_path_may_name_a_file_by_any_name(found: Callable[..., set[str]], tmp_path: Path) -> None:
    write(tmp_path, {"declared.yml": PASSING, **TREE})
    assert found("declared.yml") == {"declared.yml"}


def test_what_git_ignores_is_skipped_and_what_it_does_not_track_yet_is_not(
    found: Callable[..., set[str]], repository: Path
) -> None:
    write(repository, {"model-manifest.yaml": PASSING, "build/model-manifest.yaml": FAILING, ".gitignore": "build/\n"})
    git(repository, "add", ".")
    git(repository, "commit", "-m", "x")
    write(repository, {"new/model-manifest.yaml": PASSING, "sub/.gitignore": "*\n", "sub/model-manifest.yaml": FAILING})
    assert found() == {"model-manifest.yaml", "new/model-manifest.yaml"}


def test_a_manifest_that_is_tracked_is_judged_even_where_a_pattern_would_ignore_it(
    found: Callable[..., set[str]], repository: Path
) -> None:
    write(repository, {"build/model-manifest.yaml": PASSING, ".gitignore": "build/\n"})
    git(repository, "add", "--force", ".")
    assert found() == {"build/model-manifest.yaml"}


def test_an_ignored_manifest_is_judged_when_it_is_named_itself(
    found: Callable[..., set[str]], repository: Path
) -> None:
    write(repository, {"build/model-manifest.yaml": PASSING, ".gitignore": "build/\n"})
    assert found("build/model-manifest.yaml") == {"build/model-manifest.yaml"}


def test_a_folder_of_which_git_ignores_everything_is_nothing_to_check(
    check: Callable[..., Done], repository: Path
) -> None:
    write(repository, {"build/model-manifest.yaml": PASSING, ".gitignore": "build/\n"})
    assert check("build").code == 2


def test_outside_a_repository_installed_packages_are_skipped(found: Callable[..., set[str]], tmp_path: Path) -> None:
    below = (".venv/lib", "node_modules/x", "__pycache__")
    write(tmp_path, {NAME: PASSING, **{f"{folder}/{NAME}": FAILING for folder in below}})
    assert found() == {NAME}


def test_a_manifest_in_a_submodule_is_part_of_the_repository(
    check: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Or at least said to be left out: what is looked past in silence looks like a pass."""
    other = tmp_path_factory.mktemp("other")
    git(other, "init")
    write(other, {NAME: FAILING})
    git(other, "add", ".")
    git(other, "commit", "-m", "x")
    write(repository, {NAME: PASSING})
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", str(other), "vendored")
    assert check().code != 0


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_to_a_manifest_is_judged_once(found: Callable[..., set[str]], tmp_path: Path) -> None:
    write(tmp_path, {"a/model-manifest.yaml": PASSING})
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / NAME).symlink_to("../a/model-manifest.yaml")
    assert len(found()) == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize(
    "in_git",
    [False, pytest.param(True)],
    ids=["outside a repository", "in a repository"],
)
def test_a_link_to_a_manifest_that_is_not_there_can_not_be_judged(
    check: Callable[..., Done], tmp_path: Path, *, in_git: bool
) -> None:
    write(tmp_path, {NAME: PASSING, "b/readme.md": "x"})
    (tmp_path / "b" / NAME).symlink_to("nowhere.yaml")
    if in_git:
        git(tmp_path, "init")
        git(tmp_path, "add", ".")
    assert check().code == 2


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_to_a_folder_may_be_named(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {"a/model-manifest.yaml": PASSING})
    (tmp_path / "link").symlink_to("a", target_is_directory=True)
    assert check("link").code == 0


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_a_manifest_that_may_not_be_read_can_not_be_judged(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING, "b/model-manifest.yaml": PASSING})
    (tmp_path / NAME).chmod(0)
    done = check()
    assert done.code == 2
    assert "can't be read: permission denied" in done.out


def test_a_folder_with_the_name_of_a_manifest_is_no_manifest(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {"model-manifest.yaml/readme.md": "x"})
    assert check().code == 2


def test_a_path_that_no_file_system_takes_can_not_be_judged(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    assert check("x" * 5_000).code == 2
    assert check("x/" * 3_000).code == 2


# --- Paths in reports --------------------------------------------------------------------------------------------


def test_paths_are_relative_to_the_repository_wherever_the_command_runs(
    found: Callable[..., set[str]], repository: Path
) -> None:
    write(repository, {"services/a/model-manifest.yaml": PASSING})
    shown = {"services/a/model-manifest.yaml"}
    assert found() == shown
    assert found(here="services") == shown
    assert found("a/model-manifest.yaml", here="services") == shown
    assert found("..", here="services/a") == shown
    assert found(str(repository / "services")) == shown


def test_paths_are_relative_to_the_current_folder_outside_of_a_repository(
    found: Callable[..., set[str]], tmp_path: Path
) -> None:
    write(tmp_path, {"services/a/model-manifest.yaml": PASSING})
    assert found(here="services") == {"a/model-manifest.yaml"}
    assert found("services/../services/a") == {"services/a/model-manifest.yaml"}


def test_a_manifest_outside_of_the_repository_is_shown_as_it_was_named(
    found: Callable[..., set[str]], tmp_path: Path
) -> None:
    write(tmp_path, {"other/model-manifest.yaml": PASSING, "repo/readme.md": "x"})
    git(tmp_path / "repo", "init")
    assert found("../other", here="repo") == {"../other/model-manifest.yaml"}


def test_the_places_of_a_config_and_of_a_pack_are_relative_too(check: Callable[..., Done], repository: Path) -> None:
    write(
        repository,
        {
            "app/model-manifest.yaml": PASSING.replace("domicile: US", "domicile: CA"),
            "rules/own.yaml": own(),
            CONFIG: "version: 1\npolicies: [builtin, rules]\norganization: {domicile: US}\n",
        },
    )
    report = check("--format", "json", here="app").report
    by_rule = {finding["rule"]: finding for finding in report["findings"]}
    assert by_rule["own/triage"]["policy"]["path"] == "rules/own.yaml"
    assert report["policy"]["sources"] == ["builtin", "rules"]


def test_what_a_manifest_redefines_is_shown_in_the_manifest(check: Callable[..., Done], tmp_path: Path) -> None:
    config = "version: 1\norganization: {domicile: US}\n"
    write(tmp_path, {NAME: PASSING.replace("domicile: US", "domicile: CA"), CONFIG: config})
    (finding,) = check("--format", "json").report["findings"]
    assert finding["rule"] == "manifest/overrides-config"
    assert (finding["location"]["path"], finding["location"]["line"]) == (NAME, 3)


# --- The bytes of a manifest -------------------------------------------------------------------------------------


def test_a_byte_order_mark_changes_nothing(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    plain = check("--format", "json")
    write(tmp_path, {NAME: b"\xef\xbb\xbf" + FAILING.encode()})
    assert check("--format", "json") == plain


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["CRLF", "CR"])
@pytest.mark.parametrize("form", ["json", "text"])
def test_the_ends_of_lines_change_nothing(check: Callable[..., Done], tmp_path: Path, ending: str, form: str) -> None:
    write(tmp_path, {NAME: FAILING})
    plain = check("--format", form)
    write(tmp_path, {NAME: FAILING.replace("\n", ending).encode()})
    assert check("--format", form) == plain


def test_bytes_that_are_not_utf_8_are_named_with_their_line(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING.encode().replace(b"sort", b"s\xf6rt")})
    (error,) = check("--format", "json").report["errors"]
    assert (error["path"], error["line"]) == (NAME, 7)
    assert "UTF-8" in error["message"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_of_unicode_are_refused(check: Callable[..., Done], tmp_path: Path, encoding: str) -> None:
    write(tmp_path, {NAME: PASSING.encode(encoding)})
    assert check().code == 2


# --- Which policy ------------------------------------------------------------------------------------------------


def test_a_pack_is_added_to_what_ships(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, "own.yaml": own()})
    assert check("--policy", "own.yaml", "--format", "json").verdicts() == {
        "license/commercial-use": "fail",
        "own/triage": "fail",
    }


def test_packs_are_added_as_files_and_as_folders(check: Callable[..., Done], tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            NAME: PASSING,
            "one.yaml": own("one/a"),
            "rules/two.yaml": own("two/a"),
            "rules/deep/three.yml": own("three/a"),
            "rules/readme.md": "not a pack",
        },
    )
    done = check("--policy", "one.yaml", "--policy", "rules", "--format", "json")
    assert set(done.verdicts()) == {"one/a", "two/a", "three/a"}
    assert done.report["policy"]["sources"] == ["builtin", "one.yaml", "rules"]


def test_a_pack_is_named_from_where_the_command_runs(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: PASSING, "sub/own.yaml": own()})
    assert check("..", "--policy", "own.yaml", here="sub").code == 1


def test_the_config_may_leave_out_what_ships(check: Callable[..., Done], tmp_path: Path) -> None:
    write(
        tmp_path,
        {NAME: FAILING, "own.yaml": own("own/a", require='"true"'), CONFIG: "version: 1\npolicies: [own.yaml]\n"},
    )
    done = check()
    assert (done.code, done.last) == (0, "1 manifest, 1 model, 1 rule: passed")


def test_what_a_config_names_is_looked_for_beside_the_config(check: Callable[..., Done], repository: Path) -> None:
    write(
        repository,
        {
            "app/model-manifest.yaml": PASSING,
            "compliance/p.yaml": "version: 1\npolicies: [./own.yaml]\n",
            "compliance/own.yaml": own(),
        },
    )
    assert check("--config", "../compliance/p.yaml", here="app").code == 1


def test_what_a_config_outside_of_the_repository_names_is_looked_for_beside_it(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(
        tmp_path,
        {
            "repo/app/model-manifest.yaml": PASSING,
            "compliance/p.yaml": "version: 1\npolicies: [./own.yaml]\n",
            "compliance/own.yaml": own(),
        },
    )
    git(tmp_path / "repo", "init")
    assert check("--config", "../../compliance/p.yaml", here="repo/app").code == 1


STRICT = "version: 1\nseverities: {own/triage: error}\npolicies: [%sown.yaml]\n"
LAX = "version: 1\nseverities: {own/triage: warning}\npolicies: [%sown.yaml]\n"


def test_the_config_at_the_root_of_the_repository_is_the_one_in_force(
    check: Callable[..., Done], repository: Path
) -> None:
    write(repository, {"app/model-manifest.yaml": PASSING, CONFIG: STRICT % "", "own.yaml": own()})
    write(repository, {f"app/{CONFIG}": LAX % "../"})
    assert check(here="app").code == 1


def test_without_one_at_the_root_none_further_down_is_in_force(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {"app/model-manifest.yaml": PASSING, f"app/{CONFIG}": STRICT % "../", "own.yaml": own()})
    assert check(here="app").code == check(here=".").code == 0, "the verdict does not hang on where the command runs"


def test_where_processing_depends_on_a_word_the_fix_names_those_to_choose_from(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    text = """\
version: 1
project: {name: shop, owner: shop-team, use: internal}
data:
  chats: {classification: [internal], residency: [EU]}
models:
  - id: answers
    model: gpt-5.5
    purpose: answer customers
    deployment: {type: api, provider: azure-openai, region: eastus}
    data: [chats]
"""
    write(tmp_path, {"model-manifest.yaml": text})
    said = " ".join(check().out.split())
    assert "fix: declare `sku` of this deployment; the words of Azure OpenAI and Azure AI Foundry models" in said
    assert "DataZoneBatch: processed in the European Union or in US, by region" in said


@pytest.mark.parametrize("name", [".modelpolicy.yml", "modelpolicy.yaml", ".model-policy.yaml"])
@pytest.mark.parametrize("here", [".", "app"])
def test_a_config_under_nearly_its_name_is_not_looked_past(
    check: Callable[..., Done], repository: Path, name: str, here: str
) -> None:
    write(repository, {"app/model-manifest.yaml": PASSING, name: STRICT % "", "own.yaml": own()})
    done = check("--format", "json", here=here)
    assert (done.code, done.report["errors"][0]["path"]) == (2, name)
    assert "rename" in done.report["errors"][0]["hint"]


def test_outside_of_a_repository_the_config_of_the_current_folder_is_in_force(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {"app/model-manifest.yaml": PASSING, CONFIG: STRICT % "", "own.yaml": own()})
    assert check().code == 1
    assert check(here="app").code == 0


def test_the_config_that_is_named_wins_over_all_others(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: PASSING, CONFIG: STRICT % "", "lax.yaml": LAX % "", "own.yaml": own()})
    done = check("--config", "lax.yaml")
    assert (done.code, done.last) == (0, "1 manifest, 1 model, 1 rule: passed, 1 not blocking")


# --- Parameters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("{llama4: 9000000}", 0),
        ("{llama4: 5000000}", 0),
        ("{llama4: 4999999}", 1),
        ("{llama4: null}", 0),
        ("{llama3: null}", 1),
    ],
)
def test_a_parameter_that_is_a_map_is_merged_key_by_key_and_null_removes_a_key(
    check: Callable[..., Done], tmp_path: Path, value: str, code: int
) -> None:
    write(tmp_path, {NAME: OVER_THE_HOUSE_CAP, **NOTICE})
    assert check().code == 1
    assert check("--param", f"house_user_caps={value}").code == code
    write(tmp_path, {CONFIG: f"version: 1\nparams: {{house_user_caps: {value}}}\n"})
    assert check().code == code


def test_the_command_line_wins_over_the_config(check: Callable[..., Done], tmp_path: Path) -> None:
    write(
        tmp_path,
        {NAME: OVER_THE_HOUSE_CAP, **NOTICE, CONFIG: "version: 1\nparams: {house_user_caps: {llama4: null}}\n"},
    )
    assert check().code == 0
    assert check("--param", "house_user_caps={llama4: 10}").code == 1


def test_a_map_of_the_command_line_keeps_the_other_keys_of_the_config(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(
        tmp_path,
        {NAME: UNDER_THE_HOUSE_CAP, **NOTICE, CONFIG: "version: 1\nparams: {house_user_caps: {llama4: 100}}\n"},
    )
    assert check().code == 1
    assert check("--param", "house_user_caps={llama3: 5}").code == 1


def test_a_map_that_is_given_twice_is_merged(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: UNDER_THE_HOUSE_CAP, **NOTICE})
    assert check("--param", "house_user_caps={llama4: 100}", "--param", "house_user_caps={llama3: 5}").code == 1


def test_a_number_is_read_as_yaml_reads_it(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    assert check("--param", "retirement_horizon_days=30").code == 0
    assert check("--param", "retirement_horizon_days='30'").code == 2
    assert check("--param", "retirement_horizon_days=yes").code == 2
    assert check("--param", "retirement_horizon_days=").code == 2


def test_a_pack_can_not_change_the_parameter_of_another(check: Callable[..., Done], tmp_path: Path) -> None:
    head = "params: {house_user_caps: {type: map, values: integer, default: {}, means: m}}\n"
    write(tmp_path, {NAME: OVER_THE_HOUSE_CAP, **NOTICE, "own.yaml": pack_text({}, head=head)})
    assert check().code == 1
    assert check("--policy", "own.yaml").code != 0


# --- Dates and severities ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "severity", "code"),
    [("2025-12-31", "warning", 0), ("2026-01-01", "error", 1), ("2026-01-02", "error", 1)],
    ids=["the day before", "the day itself", "the day after"],
)
@pytest.mark.parametrize("require", ["'false'", "use.nothing == 1"], ids=["fail", "unknown"])
def test_before_a_rule_takes_effect_its_failure_is_a_warning(
    check: Callable[..., Done], tmp_path: Path, day: str, severity: str, code: int, require: str
) -> None:
    write(tmp_path, {NAME: PASSING, "own.yaml": own(effective_from="2026-01-01", require=require)})
    done = check("--policy", "own.yaml", "--as-of", day, "--format", "json")
    assert done.code == code
    assert [finding["severity"] for finding in done.report["findings"]] == [severity]
    assert done.report["as_of"] == day
    assert check("--policy", "own.yaml", "--as-of", day, "--fail-on", "warning").code == 1


@pytest.mark.parametrize(
    ("severity", "listed", "code"),
    [("error", ["error"], 1), ("warning", ["warning"], 0), ("info", ["info"], 0), ("none", [], 0)],
)
def test_the_config_sets_the_severity_of_a_rule(
    check: Callable[..., Done], tmp_path: Path, severity: str, listed: list[str], code: int
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: f"version: 1\nseverities: {{license/commercial-use: {severity}}}\n"})
    done = check("--format", "json")
    assert done.code == code
    assert [finding["severity"] for finding in done.report["findings"]] == listed


def test_a_rule_that_is_turned_off_is_not_counted(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    before = check("--format", "json").report["checked"]["rules"]
    write(tmp_path, {CONFIG: "version: 1\nseverities: {license/commercial-use: none}\n"})
    assert check("--format", "json").report["checked"]["rules"] == before - 1


def test_a_date_decides_what_is_retired(check: Callable[..., Done], tmp_path: Path) -> None:
    api = PASSING.replace("type: self-hosted, provider: on-premises, region: US", "type: api, provider: mistral")
    write(tmp_path, {NAME: api.replace("microsoft/phi-4", "open-mistral-7b")})
    days = {"2024-06-01": None, "2025-02-01": "lifecycle/retiring", "2025-04-01": "lifecycle/retired"}
    for day, rule in days.items():
        rules = check("--as-of", day, "--format", "json").verdicts()
        assert {name for name in rules if name.startswith("lifecycle/retir")} == ({rule} if rule else set()), day


# --- What is reported, and where ---------------------------------------------------------------------------------


def test_a_passing_check_says_one_line(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    done = check()
    assert done.out.count("\n") == 1
    assert done.err == ""
    assert done.last.startswith("1 manifest, 1 model, ")
    assert done.last.endswith(" rules: passed")


def test_all_lists_what_passed_and_what_does_not_apply(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    listed, everything = (check(*more, "--format", "json").verdicts() for more in ((), ("--all",)))
    assert set(listed.values()) == {"fail"}
    assert set(everything.values()) == {"fail", "pass", "not-applicable"}
    assert listed.items() <= everything.items()
    said = check("--all").out
    for rule, verdict in everything.items():
        assert f"{'error' if verdict == 'fail' else verdict}[{rule}]" in said


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_report_is_written_to_a_file_and_nothing_to_the_screen(
    check: Callable[..., Done], tmp_path: Path, form: str
) -> None:
    write(tmp_path, {NAME: manifest("acme/ünheard-of")})
    shown = check("--format", form)
    done = check("--format", form, "--output", "report.out")
    assert (done.code, done.out, done.err) == (shown.code, "", "")
    assert (tmp_path / "report.out").read_bytes() == shown.out.encode()


def test_a_report_replaces_the_one_before(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING, "report.txt": "x" * 10_000})
    check("--output", "report.txt")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8").count("\n") == 1


def test_nothing_else_is_written(check: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: FAILING, CONFIG: "version: 1\n"})
    before = sorted(path.relative_to(repository) for path in repository.rglob("*"))
    check()
    check("--format", "json")
    assert sorted(path.relative_to(repository) for path in repository.rglob("*")) == before


# --- The organization's own catalog ------------------------------------------------------------------------------

CATALOG = """\
version: 1
sources:
  acme: {kind: primary, title: Acme's own license}
licenses:
  - id: acme-license
    name: Acme License
    kind: permissive
    aliases: [Acme Public License]
    summary: Everything is permitted.
    commercial_use: true
    modification: true
    redistribution: true
    duties: []
    limits: []
    territories: []
    outputs: {train_models: allowed}
    source: [acme]
    checked: 2026-11-01
    status: verified
models:
  - id: acme-one
    name: Acme One
    developer: Acme
    family: acme
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [acme-license]
    ids: {hub: [acme/one]}
    source: [acme]
    checked: 2026-11-01
    status: verified
"""
WITH_CATALOG = "version: 1\ncatalog: [records]\n"


def test_an_organization_adds_models_and_licenses_of_its_own(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest("acme/one")})
    assert check("--format", "json").verdicts()["catalog/known-model"] == "unknown"
    write(tmp_path, {CONFIG: WITH_CATALOG, "records/acme.yaml": CATALOG})
    done = check()
    assert (done.code, done.out.count("\n")) == (0, 1), done.out


def test_a_license_of_ones_own_needs_no_approval_in_place_of_the_catalogs(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    declared = FAILING + "    license: {id: acme-license}\n"
    write(tmp_path, {NAME: declared})
    assert check("--format", "json").verdicts()["catalog/declared-license"] == "fail"
    write(tmp_path, {CONFIG: WITH_CATALOG, "records/acme.yaml": CATALOG})
    assert check().code == 0


CLASHES = {
    "the id of a shipped model": ("id: acme-one", "id: phi-4"),
    "the id of a shipped license": ("id: acme-license", "id: MIT"),
    "the id of a shipped license, in another case": ("id: acme-license", "id: mit"),
    "the spelling of a shipped model": ("acme/one", "microsoft/phi-4"),
    "the spelling of a shipped model, in another case": ("acme/one", "MICROSOFT/Phi-4"),
    "a floating name of a shipped model": ("acme/one", "llama4:latest"),
    "another name of a shipped license": ("Acme Public License", "llama-2"),
}


@pytest.mark.parametrize(("before", "after"), CLASHES.values(), ids=CLASHES)
def test_a_record_of_ones_own_never_replaces_a_shipped_one(
    check: Callable[..., Done], tmp_path: Path, before: str, after: str
) -> None:
    write(tmp_path, {NAME: PASSING, CONFIG: WITH_CATALOG, "records/acme.yaml": CATALOG.replace(before, after)})
    done = check("--format", "json")
    assert done.code == 2
    errors = done.report["errors"]
    assert {error["path"] for error in errors} == {"records/acme.yaml"}
    named = after.removeprefix("id: ").lower()
    assert any(f"the shipped catalog already has `{named}`" in error["message"].lower() for error in errors)


def other(**changed: str) -> str:
    """Return a second file of records, its models and licenses with names of their own except for what is changed."""
    text = CATALOG.replace("acme", "beta").replace("Acme", "Beta")
    for before, after in changed.values():
        text = text.replace(before, after)
    return text


def test_two_records_of_ones_own_can_not_share_a_spelling(check: Callable[..., Done], tmp_path: Path) -> None:
    records = {"records/a.yaml": CATALOG, "records/b.yaml": other(hub=("beta/one", "Acme/One"))}
    write(tmp_path, {NAME: PASSING, CONFIG: WITH_CATALOG, **records})
    assert check().code == 2


def test_a_clash_is_told_of_the_file_that_holds_it(check: Callable[..., Done], tmp_path: Path) -> None:
    records = {"records/a.yaml": CATALOG, "records/b.yaml": other(hub=("beta/one", "microsoft/phi-4"))}
    write(tmp_path, {NAME: PASSING, CONFIG: WITH_CATALOG, **records})
    (error,) = check("--format", "json").report["errors"]
    assert error["path"] == "records/b.yaml"


def test_a_source_of_ones_own_never_replaces_a_shipped_one(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    shipped = check("--format", "json").report["findings"][0]["facts"]
    records = CATALOG.replace("sources:\n", "sources:\n  exaone4: {kind: primary, title: What we say}\n")
    write(tmp_path, {CONFIG: WITH_CATALOG, "records/acme.yaml": records})
    done = check("--format", "json")
    assert done.code == 2 or done.report["findings"][0]["facts"] == shipped


@pytest.mark.parametrize("pattern", ["^(acme$", "^acme[$"])
def test_a_pattern_that_is_none_is_refused_with_a_reason(
    check: Callable[..., Done], tmp_path: Path, pattern: str
) -> None:
    records = f"{CATALOG}    patterns: ['{pattern}']\n"
    write(tmp_path, {NAME: manifest("acme/two"), CONFIG: WITH_CATALOG, "records/acme.yaml": records})
    done = check("--format", "json")
    assert done.code == 2
    assert done.report["errors"]


# --- What findings say of the facts that they rest on ------------------------------------------------------------

RESTRICTED = CATALOG.replace("commercial_use: true", "commercial_use: false")


def notes(done: Done, rule: str = "license/commercial-use") -> list[str]:
    """Return the notes of the only finding of a rule."""
    (found,) = [finding for finding in done.report["findings"] if finding["rule"] == rule]
    return list(found["notes"])


def test_a_fact_that_is_checked_and_read_needs_no_note(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest("acme/one"), CONFIG: WITH_CATALOG, "records/acme.yaml": RESTRICTED})
    assert notes(check("--format", "json")) == []


@pytest.mark.parametrize("which", ["model", "license"])
def test_a_fact_that_nobody_confirmed_is_said_in_the_finding_and_changes_no_verdict(
    check: Callable[..., Done], tmp_path: Path, which: str
) -> None:
    before, model = RESTRICTED.split("models:\n")
    doubtful = {
        "license": f"{before.replace('status: verified', 'status: unconfirmed')}models:\n{model}",
        "model": f"{before}models:\n{model.replace('status: verified', 'status: unconfirmed')}",
    }
    write(tmp_path, {NAME: manifest("acme/one"), CONFIG: WITH_CATALOG, "records/acme.yaml": doubtful[which]})
    done = check("--format", "json")
    assert done.verdicts()["license/commercial-use"] == "fail"
    (note,) = notes(done)
    assert note.startswith(f"{which}s/acme-")
    assert "not confirmed" in note
    assert "= note: " in check().out


def test_the_doubt_about_one_limit_is_said_though_its_license_was_read(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    limit = (
        "[{metric: annual-revenue-usd, op: gt, threshold: 1000, scope: licensee, effect: no-rights, "
        "source: [acme], checked: 2026-11-01, status: unconfirmed}]"
    )
    records = CATALOG.replace("limits: []", f"limits: {limit}")
    declared = manifest("acme/one").replace("US, m", "US, annual_revenue_usd: 5000, m", 1)
    write(tmp_path, {NAME: declared, CONFIG: WITH_CATALOG, "records/acme.yaml": records})
    (note,) = notes(check("--format", "json"), "license/revenue-cap")
    assert note.startswith("licenses/acme-license is not confirmed")


def test_a_fact_that_is_older_than_the_policy_allows_is_said(check: Callable[..., Done], tmp_path: Path) -> None:
    records = RESTRICTED.replace("checked: 2026-11-01", "checked: 2025-11-23")
    write(tmp_path, {NAME: manifest("acme/one"), CONFIG: WITH_CATALOG, "records/acme.yaml": records})
    assert notes(check("--format", "json")) == []
    aged = check("--format", "json", "--as-of", "2026-11-24")
    assert aged.verdicts()["license/commercial-use"] == "fail"
    assert [note.partition(" ")[0] for note in notes(aged)] == ["licenses/acme-license", "models/acme-one"]
    assert "2025-11-23" in notes(aged)[0]
    assert notes(check("--format", "json", "--param", "max_fact_age_days=364"))
    assert notes(check("--format", "json", "--as-of", "2030-01-01", "--param", "max_fact_age_days=99999999999")) == []


OVERRIDING = """\
version: 1
sources:
  acme: {kind: primary, title: Contract of Acme with Mistral AI}
licenses:
  - id: MRL-0.1
    overrides: our contract of 2026-03-01 with Mistral AI
    name: Contract with Mistral AI
    kind: community
    aliases: []
    summary: Commercial use up to a revenue.
    commercial_use: true
    modification: true
    redistribution: true
    duties: []
    limits: [{metric: annual-revenue-usd, op: gt, threshold: 1000, scope: licensee, effect: no-rights}]
    territories: []
    outputs: {train_models: allowed}
    source: [acme]
    checked: 2026-11-01
    status: verified
"""
LARGE = manifest("mistralai/Mistral-Large-Instruct-2411").replace("US, m", "US, annual_revenue_usd: 5000, m", 1)


def test_a_record_that_says_why_it_overrides_takes_the_place_of_the_shipped_one_and_is_named(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: LARGE})
    assert check("--format", "json").verdicts()["license/commercial-use"] == "fail"
    write(tmp_path, {CONFIG: WITH_CATALOG, "records/acme.yaml": OVERRIDING})
    done = check("--format", "json", "--all")
    assert done.verdicts()["license/commercial-use"] == "pass"
    assert done.verdicts()["license/revenue-cap"] == "fail"
    (note,) = notes(done, "license/revenue-cap")
    assert note == (
        "licenses/MRL-0.1 is your own record, which replaces the shipped one: "
        "our contract of 2026-03-01 with Mistral AI"
    )


def test_a_record_that_overrides_nothing_is_refused(check: Callable[..., Done], tmp_path: Path) -> None:
    records = OVERRIDING.replace("id: MRL-0.1", "id: MRL-1.0")
    write(tmp_path, {NAME: LARGE, CONFIG: WITH_CATALOG, "records/acme.yaml": records})
    done = check("--format", "json")
    assert done.code == 2
    (error,) = done.report["errors"]
    assert (error["path"], error["line"]) == ("records/acme.yaml", 6)
    assert "overrides nothing" in error["message"]


def test_how_a_copy_was_read_is_said(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest("lmstudio-community/Mistral-Large-Instruct-2411-GGUF")})
    (note,) = notes(check("--format", "json"))
    assert "is read as mistral-large-instruct-2411" in note
    assert "`-GGUF` names a format" in note


# --- For a person: color and width -------------------------------------------------------------------------------


def process(folder: Path, **environment: str) -> str:
    """Run `check` as a process of its own whose output is piped, and return what it says."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "checker", "check", *DAY],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.stdout.decode()


@pytest.mark.parametrize(
    "environment",
    [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": ""}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"TERM": "xterm-256color"}],
    ids=str,
)
def test_what_is_piped_has_no_color(tmp_path: Path, environment: dict[str, str]) -> None:
    write(tmp_path, {NAME: FAILING})
    said = process(tmp_path, **environment)
    assert "error[license/commercial-use]" in said
    assert "\x1b" not in said


def on_a_terminal(folder: Path, **environment: str) -> str:
    """Run `check` with a pseudo-terminal for its output, and return what it says."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-m", "checker", "check", *DAY],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        said = b""
        while chunk := _read(ours):
            said += chunk
        child.wait(timeout=60)
    os.close(ours)
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so where the other side is closed
        return b""


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_terminal_gets_color_unless_it_is_not_wanted(tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    page = "https://github.com/modelpolicy/modelpolicy/blob/main/docs/rules/license/commercial-use.md"
    linked = f"\x1b]8;;{page}\x1b\\license/commercial-use\x1b]8;;\x1b\\"
    assert f"\x1b[31;1merror[{linked}]\x1b[0m" in on_a_terminal(tmp_path)
    assert "\x1b" not in on_a_terminal(tmp_path, NO_COLOR="1")
    assert "\x1b[31;1m" in on_a_terminal(tmp_path, NO_COLOR=""), "an empty NO_COLOR is none (no-color.org)"
    assert "\x1b" not in on_a_terminal(tmp_path, TERM="dumb")


UNKNOWN = manifest("acme/unheard-of")
WORDS = {
    "fails": FAILING,
    "unknown": UNKNOWN,
    "over a cap": OVER_THE_HOUSE_CAP,
    "broken": PASSING.replace("purpose", "porpoise"),
}


def breakable(line: str) -> bool:
    """Say whether a line could have been broken: it is prose, with more than one word after its lead."""
    told = line.strip()
    snippet = told.startswith(("-->", ":::", "|")) or told.partition(" ")[0].isdigit()
    return not snippet and " " in told.partition(": ")[2 if told.startswith(("=", "error")) else 0]


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("width", [100, 140])
def test_no_line_is_wider_than_the_terminal(
    check: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, width: int
) -> None:
    """Words of more than a line (an address, a path) stand alone in theirs; everything else fits."""
    write(tmp_path, {NAME: text, **NOTICE})
    monkeypatch.setenv("COLUMNS", str(width))
    assert [line for line in check("--all").out.splitlines() if len(line) > width and breakable(line)] == []


def test_the_table_fits_the_commonest_width(
    check: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {NAME: FAILING})
    monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in check().out.splitlines() if len(line) > 80 and breakable(line)] == []


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_on_a_narrow_terminal_only_the_head_of_a_finding_and_the_table_are_wider(
    check: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """At 40 columns: the head keeps 24 columns for words beside the rule's id; the table and the closing line stay."""
    write(tmp_path, {NAME: text, **NOTICE})
    monkeypatch.setenv("COLUMNS", "40")
    lines = check().out.splitlines()
    wide = [line for line in lines if len(line) > 40 and breakable(line)]
    heads = [
        line for line in wide if "]: " in line and line.partition("[")[0] in ("error", "warning", "unknown (blocks)")
    ]
    table = [line for line in wide if line.startswith(("manifest  ", "---", NAME[:9]))]
    assert set(wide) - {*heads, *table, lines[-1], lines[-3 if len(lines) > 2 else -1]} == set()
    assert all(len(line.partition("]: ")[2]) <= 24 for line in heads)


@pytest.mark.parametrize(
    ("columns", "like"), [("10", "40"), ("1000", "140"), ("", "100"), ("wide", "100"), ("-1", "100")]
)
def test_the_width_is_that_of_the_terminal_within_reason(
    check: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str, like: str
) -> None:
    write(tmp_path, {NAME: FAILING})
    monkeypatch.setenv("COLUMNS", like)
    expected = check().out
    monkeypatch.setenv("COLUMNS", columns)
    assert check().out == expected


# --- What is only nearly a manifest ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["model-manifest.yml", "Model-Manifest.yaml", "model_manifest.yaml", "b.model-manifest.yml"]
)
@pytest.mark.parametrize("in_git", [False, True], ids=["outside a repository", "in a repository"])
def test_a_file_that_is_meant_to_be_a_manifest_is_not_looked_past(
    check: Callable[..., Done], tmp_path: Path, *, name: str, in_git: bool
) -> None:
    """Beside a manifest that passes, the other one would go unseen."""
    write(tmp_path, {NAME: PASSING, f"b/{name}": FAILING})
    if in_git:
        git(tmp_path, "init")
        git(tmp_path, "add", ".")
    done = check()
    assert done.code == 2
    assert f"b/{name}" in done.out
    assert "rename it" in done.out
