"""Exit codes: 0 nothing blocks, 1 something blocks, 2 could not judge, 3 a bug of ours; the format changes none.

Every case is a folder of files and a command line; it is run in every format, and what was not judged is never told
as passed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import __version__
from checker.cli import main
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("text", "json")
RESULTS = {0: "pass", 1: "fail", 2: "error"}
DAY = ("--as-of", "2026-11-23")


def manifest(model: str = "microsoft/phi-4", *, use: str = "commercial", more: str = "") -> str:
    """Return a manifest with one self-hosted model that sees no data; `more` is added at its top level."""
    return (
        f"version: 1\nproject: {{name: claims, owner: claims-platform, use: {use}}}\n{more}models:\n"
        f'  - id: triage\n    model: "{model}"\n    purpose: sort incoming claims\n    data: []\n'
        "    deployment: {type: self-hosted, provider: on-premises, region: DE}\n"
    )


PASSING = manifest()
FAILING = manifest("LGAI-EXAONE/EXAONE-4.0-32B")
UNKNOWN = manifest("acme/unheard-of")
WARNED = manifest(more="data: {letters: {classification: [internal]}}\n")
BROKEN = PASSING.replace("purpose", "porpoise")
INFORMED = PASSING.replace(
    "deployment: {type: self-hosted, provider: on-premises, region: DE}", "deployment: {type: api, provider: anthropic}"
).replace("microsoft/phi-4", "claude-opus-4-7")
NAME = "model-manifest.yaml"
CONFIG = ".modelpolicy.yaml"
OWN = pack_text({"id": "t/one", "require": "use.id != 'triage'"})
RECORD = """\
version: 1
models:
  - id: acme-one
    name: Acme One
    developer: Acme
    family: acme
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [MIT]
    ids: {hub: [acme/one]}
    source: [acme]
    checked: 2026-11-01
    status: verified
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Files by name, a command line after `check`, and the exit code it comes to; `says` is told somewhere."""

    files: dict[str, str | bytes] = field(default_factory=lambda: {NAME: PASSING})
    arguments: tuple[str, ...] = ()
    code: int
    says: str = ""


def good(code: int, *arguments: str, config: str = "", text: str = PASSING, **files: str) -> Case:
    more = {CONFIG: f"version: 1\n{config}"} if config else {}
    return Case(files={NAME: text, **more, **files}, arguments=arguments, code=code)


def bad(says: str, *arguments: str, config: str = "", **files: str | bytes) -> Case:
    """Return a case that can't be judged although its manifest is fine."""
    more = {CONFIG: f"version: 1\n{config}"} if config else {}
    return Case(files={NAME: PASSING, **more, **files}, arguments=arguments, code=2, says=says)


def unreadable(says: str, text: str | bytes) -> Case:
    return Case(files={NAME: text}, code=2, says=says)


JUDGED = {
    "all is well": good(0),
    "a rule fails": good(1, text=FAILING),
    "a needed fact is missing": good(1, text=UNKNOWN),
    "a warning is advice": good(0, text=WARNED),
    "a warning blocks where asked": good(1, "--fail-on", "warning", text=WARNED),
    "a warning blocks where even information does": good(1, "--fail-on", "info", text=WARNED),
    "information is advice": good(0, "--fail-on", "warning", text=INFORMED),
    "information blocks where asked": good(1, "--fail-on", "info", text=INFORMED),
    "the config makes a failure a warning": good(
        0, text=FAILING, config="severities: {license/commercial-use: warning}\n"
    ),
    "the config makes what is unknown a warning, for one of its rules": good(
        1, text=UNKNOWN, config="severities: {catalog/known-model: warning}\n"
    ),
    "the config turns the failing rule off": good(
        0, text=FAILING, config="severities: {license/commercial-use: none}\n"
    ),
    "the config makes a warning an error": good(1, text=WARNED, config="severities: {manifest/unused-data: error}\n"),
    "a pack of one's own fails": good(1, "--policy", "own.yaml", **{"own.yaml": OWN}),
    "several manifests pass": good(0, **{"api/model-manifest.yaml": PASSING}),
    "one of several fails": good(1, **{"api/model-manifest.yaml": FAILING}),
}

NOT_JUDGED = {
    "a path that is not there": bad("there is no such file or folder", "nowhere"),
    "one of several paths is not there": bad("there is no such file or folder", ".", "nowhere"),
    "a folder without a manifest": Case(
        files={"empty/readme.md": "x"}, arguments=("empty",), code=2, says="no manifest"
    ),
    "nothing at all": Case(files={}, code=2, says="no manifest"),
    "one of several folders has no manifest": bad("no manifest", ".", "empty", **{"empty/readme.md": "x"}),
    "models is empty": unreadable("at least 1 element", PASSING.partition("models:")[0] + "models: []\n"),
    "models is missing": unreadable("`models` is missing", PASSING.partition("models:")[0]),
    "an empty file": unreadable("", ""),
    "not YAML": unreadable("not YAML", "version: [1\n"),
    "a key that is misspelled": unreadable("did you mean `purpose`?", BROKEN),
    "a version that does not exist": unreadable("it must be 1", PASSING.replace("version: 1", "version: 2")),
    "bytes that are not UTF-8": unreadable("not UTF-8", PASSING.encode().replace(b"claims,", b"cl\xe4ims,")),
    "a word that YAML reads as no text": unreadable("quote it", PASSING.replace("name: claims", "name: 12")),
    "a file that is larger than a manifest may be": unreadable("larger than", PASSING + "# " + "x" * 1_100_000),
    "a config that is not there": bad("can't be read", "--config", "nowhere.yaml"),
    "a config that is a folder": bad("can't be read", "--config", "."),
    "a config with an unknown key": bad("unknown key", config="polices: [builtin]\n"),
    "a config that is not YAML": bad("not YAML", config="params: [1\n"),
    "a config without packs": bad("at least 1 element", config="policies: []\n"),
    "a severity for a rule that is not there": bad(
        "license/comercial-use", config="severities: {license/comercial-use: none}\n"
    ),
    "a severity that does not exist": bad("is not one of", config="severities: {license/commercial-use: off-ish}\n"),
    "a parameter in the config that is not there": bad("house_user_cap", config="params: {house_user_cap: {}}\n"),
    "a pack in the config that is not there": bad("can't be read", config="policies: [nowhere.yaml]\n"),
    "a pack that is not there": bad("can't be read", "--policy", "nowhere.yaml"),
    "a folder without packs": bad("the folder holds no", "--policy", "empty", **{"empty/readme.md": "x"}),
    "a pack with an expression that is none": bad(
        "Syntax error", "--policy", "own.yaml", **{"own.yaml": pack_text({"require": "use.id =="})}
    ),
    "a pack with a name that nothing declares": bad(
        "undeclared", "--policy", "own.yaml", **{"own.yaml": pack_text({"require": "usee.id == 'x'"})}
    ),
    "a pack with a rule that ships already": bad(
        "appears twice",
        "--policy",
        "own.yaml",
        **{"own.yaml": pack_text({"id": "license/outputs"}).replace("pack: t", "pack: license")},
    ),
    "a pack without rules": bad(
        "", "--policy", "own.yaml", **{"own.yaml": "version: 1\npack: t\ntitle: T\nrules: []\n"}
    ),
    "a rule that is not true or false": bad(
        "broken", "--policy", "own.yaml", **{"own.yaml": pack_text({"require": "use.id"})}
    ),
    "a rule that compares what can't be compared": bad(
        "broken", "--policy", "own.yaml", **{"own.yaml": pack_text({"require": "use.id > 5"})}
    ),
    "an empty severity for the only rule": bad(
        "no rule", config="policies: [own.yaml]\nseverities: {t/one: none}\n", **{"own.yaml": OWN}
    ),
    "a catalog that is not there": bad("can't be read", config="catalog: [nowhere]\n"),
    "a catalog with a shipped id": bad(
        "already has `phi-4`", config="catalog: [own.yaml]\n", **{"own.yaml": RECORD.replace("acme-one", "phi-4")}
    ),
    "a catalog with a shipped spelling": bad(
        "Microsoft/Phi-4", config="catalog: [own.yaml]\n", **{"own.yaml": RECORD.replace("acme/one", "Microsoft/Phi-4")}
    ),
    "a parameter that is not there": bad("house_user_cap", "--param", "house_user_cap={}"),
    "a parameter of the wrong type": bad("must be", "--param", "house_user_caps=[llama4]"),
    "a parameter with an element of the wrong type": bad("must be", "--param", "house_user_caps={llama4: many}"),
    "a parameter for a license that is not there": bad("not a license", "--param", "house_user_caps={llama44: 1}"),
    "a ban that bans nothing": bad(
        "did you mean `deepseek`", config="params:\n  house_deny: [country:CN,\n    provider:deepsek]\n"
    ),
    "a list with an axis that there is not": bad("did you mean `country`", "--param", "house_deny=['cuntry:CN']"),
    "a list with a word that is no model": bad("`developer:deepseek`", "--param", "house_allow=[deepseek]"),
    "a list with a name that means two things": bad("`provider:mistral`", "--param", "house_review=[mistral]"),
    "a list that is no list": bad("must be", "--param", "house_deny=country:CN"),
    "a list of a pack whose default bans nothing": bad(
        "did you mean `China`",
        "--policy",
        "own.yaml",
        **{
            "own.yaml": OWN.replace(
                "rules:",
                "params:\n  ours: {type: list, items: string, entries: trait,\n"
                "    default: ['country:Chna'], means: x}\nrules:",
            )
        },
    ),
    "a seat of a provider that there is not": bad(
        "did you mean `openai`",
        config="catalog: [own.yaml]\n",
        **{
            "own.yaml": "version: 1\nsources: {own: {kind: primary, title: T, url: 'https://example.com', at: x}}\n"
            "seats:\n  - {id: acme, name: Acme, operates: [openaii], country: DE, source: [own], checked: 2026-11-01,"
            " status: verified}\n"
        },
    ),
}

MISUSED = {
    "a parameter without a value": ("NAME=VALUE", "--param", "house_user_caps"),
    "a parameter that is no YAML": ("not YAML", "--param", "house_user_caps={"),
    "a date that is a word": ("is not a date", "--as-of", "tomorrow"),
    "a date in no month": ("is not a date", "--as-of", "2026-13-01"),
    "a date on no calendar": ("is not a date", "--as-of", "2026-02-30"),
    "an empty date": ("is not a date", "--as-of", ""),
    "an option that does not exist": ("No such option", "--strict"),
    "a threshold that does not exist": ("--fail-on", "--fail-on", "none"),
    "a report that can't be written": ("no/such/report", "--output", "no/such/report"),
    "a report where a folder is": ("directory", "--output", "."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run the command in a temporary folder outside of any repository."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def runner(*arguments: str) -> Done:
        code = main.run(list(arguments))
        said = capsys.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return runner


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


# --- One table, every format -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [*JUDGED.values(), *NOT_JUDGED.values()], ids=[*JUDGED, *NOT_JUDGED])
def test_a_check_ends_with_one_exit_code_in_every_format(case: Case, run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, case.files)
    done = {form: run("check", *DAY, *case.arguments, "--format", form) for form in FORMATS}
    assert {form: one.code for form, one in done.items()} == dict.fromkeys(FORMATS, case.code), done
    assert {one.err for one in done.values()} == {""}
    assert json.loads(done["json"].out)["result"] == RESULTS[case.code]


@pytest.mark.parametrize("case", NOT_JUDGED.values(), ids=NOT_JUDGED)
def test_what_could_not_be_judged_is_explained_and_never_said_to_pass(
    case: Case, run: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, case.files)
    text = run("check", *DAY, *case.arguments).out
    report = json.loads(run("check", *DAY, *case.arguments, "--format", "json").out)
    assert "passed" not in text.splitlines()[-1]
    assert "could not be judged" in text.splitlines()[-1]
    assert case.says in " ".join(text.split())
    assert report["errors"], "the report says error, and of what"
    assert case.says in " ".join(f"{error['message']} {error['hint']}" for error in report["errors"])


@pytest.mark.parametrize(("says", "arguments"), [(says, rest) for says, *rest in MISUSED.values()], ids=MISUSED)
@pytest.mark.parametrize("form", FORMATS)
def test_a_command_line_that_makes_no_sense_is_told_so_and_judges_nothing(
    says: str, arguments: list[str], form: str, run: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING})
    done = run("check", *arguments, "--format", form)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.parametrize("arguments", [["check", "--format", "html"], ["chekc"], [], ["--strict"]], ids=str)
def test_a_command_or_a_format_that_does_not_exist_is_misuse(arguments: list[str], run: Callable[..., Done]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage" in done.err


def test_every_rule_turned_off_leaves_nothing_to_judge_by(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    everything = json.loads(run("check", *DAY, "--all", "--format", "json").out)["findings"]
    off = "".join(f"  {rule}: none\n" for rule in sorted({finding["rule"] for finding in everything}))
    write(tmp_path, {CONFIG: f"version: 1\nseverities:\n{off}"})
    done = run("check", *DAY)
    assert done.code == 2
    assert "no rule is in force" in done.out


# --- Several manifests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [PASSING, FAILING, UNKNOWN], ids=["passing", "failing", "unknown"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_broken_manifest_outranks_what_the_others_come_to(
    other: str, form: str, run: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {"a/model-manifest.yaml": BROKEN, "b/model-manifest.yaml": other})
    assert run("check", *DAY, "--format", form).code == 2


def test_beside_a_broken_manifest_all_others_are_judged_and_reported(run: Callable[..., Done], tmp_path: Path) -> None:
    names = {"a": FAILING, "b": BROKEN, "c": UNKNOWN, "d": "{", "e": PASSING}
    write(tmp_path, {f"{name}/model-manifest.yaml": text for name, text in names.items()})
    report = json.loads(run("check", *DAY, "--format", "json").out)
    assert report["result"] == "error"
    assert report["checked"]["manifests"] == 3
    assert {finding["manifest"][0] for finding in report["findings"]} == {"a", "c"}
    assert {error["path"][0] for error in report["errors"]} == {"b", "d"}
    text = run("check", *DAY).out
    assert "5 manifests" in text.splitlines()[-1]
    assert "could not be judged" in text.splitlines()[-1]


def test_all_problems_of_all_manifests_are_told_in_one_run(run: Callable[..., Done], tmp_path: Path) -> None:
    twice = BROKEN.replace("owner", "ownr")
    write(tmp_path, {"a/model-manifest.yaml": twice, "b/model-manifest.yaml": twice})
    errors = json.loads(run("check", *DAY, "--format", "json").out)["errors"]
    assert [(error["path"][0], error["line"]) for error in errors if "unknown key" in error["message"]] == [
        ("a", 2),
        ("a", 6),
        ("b", 2),
        ("b", 6),
    ]


# --- Bugs of ours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_bug_of_ours_is_said_to_be_one_and_is_no_verdict(
    form: str, run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("\x1b[31m::error::a\nsecond line")

    monkeypatch.setattr("checker.app.judging.judge", broken)
    write(tmp_path, {NAME: PASSING})
    done = run("check", *DAY, "--format", form)
    assert (done.code, done.out) == (3, "")
    assert "Nothing was judged" in done.err
    assert f"modelpolicy {__version__} has a bug: RuntimeError" in done.err
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err
    assert not any(line.lstrip().startswith("::") for line in done.err.splitlines())


def test_a_width_that_is_no_number_is_ignored(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {NAME: PASSING})
    monkeypatch.setenv("COLUMNS", "²")
    assert run("check", *DAY).code == 0


@pytest.mark.skipif(os.name == "nt", reason="links and such names are a matter of Unix")
def test_a_manifest_that_links_to_itself_can_not_be_judged(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(NAME)
    assert run("check", *DAY).code == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a name")
@pytest.mark.parametrize(
    "form",
    [
        "text",
        pytest.param("json"),
    ],
)
def test_a_manifest_may_have_a_name_that_is_not_utf_8(form: str, run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.model-manifest.yaml")).write_text(FAILING, encoding="utf-8")
    assert run("check", *DAY, "--format", form).code == 1


# --- The command itself ------------------------------------------------------------------------------------------


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m checker` as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "checker", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(("text", "code"), [(PASSING, 0), (FAILING, 1), (BROKEN, 2)], ids=["0", "1", "2"])
def test_the_module_exits_with_the_code(text: str, code: int, tmp_path: Path) -> None:
    write(tmp_path, {NAME: text})
    done = command("check", *DAY, folder=tmp_path)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.splitlines()[-1].startswith("1 manifest, ")


def test_the_version_is_told(tmp_path: Path, run: Callable[..., Done]) -> None:
    done = command("--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"modelpolicy {__version__}\n", "")
    assert run("--version").out == done.stdout


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", [(), ("check",)], ids=["the group", "check"])
def test_help_is_there_everywhere(name: tuple[str, ...], flag: str, run: Callable[..., Done]) -> None:
    done = run(*name, flag)
    assert (done.code, done.err) == (0, "")
    assert "Usage: modelpolicy" in done.out


def test_the_help_of_check_tells_the_exit_codes_and_every_option(run: Callable[..., Done]) -> None:
    said = " ".join(run("check", "-h").out.split())
    assert "0 nothing blocks; 1 a finding blocks; 2 could not judge; 3 a bug" in said
    for option in ("format", "output", "config", "policy", "param", "as-of", "fail-on", "all"):
        assert f"--{option} " in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_report_that_nobody_can_read_is_no_pass(tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "checker", "check"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert "No space left" in done.stderr
