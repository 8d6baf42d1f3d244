"""`modelpolicy validate`: which files it looks at, what it takes each for, and that it tells all that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.cli import main
from tests.commands import CONFIG, NAME, Done, write
from tests.support import MANIFEST, marked, pack_text, without

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACK = pack_text()
TESTS = f"version: 1\ncases:\n  - name: one\n    manifest: {NAME}\n    expect: {{license/commercial-use: pass}}\n"
RECORDS = """\
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
sources:
  acme: {title: Model card, url: "https://acme.example/one", kind: primary}
"""
BASELINE = "{version: 1, findings: []}\n"
UNKNOWN_LICENSE = RECORDS.replace("licenses: [MIT]", "licenses: [MITT]")


def pack(name: str) -> str:
    """Return a pack of another name with a rule of its own."""
    return PACK.replace("pack: t", f"pack: {name}").replace("t/one", f"{name}/one")


def errors(done: Done) -> list[tuple[str, str]]:
    """Return path and message of every error."""
    return [(error["path"], error["message"]) for error in done.report["errors"]]


@pytest.fixture
def validate(run: Callable[..., Done], tmp_path: Path) -> Callable[..., Done]:
    """Write files and run the command among them."""

    def runner(contents: dict[str, str], *arguments: str) -> Done:
        write(tmp_path, contents)
        return run("validate", *arguments)

    return runner


# --- What it looks at --------------------------------------------------------------------------------------------


def test_manifests_below_the_current_folder_are_valid_or_not(validate: Callable[..., Done]) -> None:
    assert validate({NAME: MANIFEST}) == Done(0, "1 file: valid\n", "")
    done = validate({NAME: MANIFEST, "a/search.model-manifest.yaml": MANIFEST, "b/models.yaml": "x: 1\n"})
    assert done == Done(0, "2 files: valid\n", "")


def test_a_manifest_that_check_stops_is_valid_all_the_same(validate: Callable[..., Done]) -> None:
    assert validate({NAME: MANIFEST.replace("gpt-5.5", "acme/unheard-of")}).code == 0


def test_the_config_in_force_is_looked_at_with_its_packs_and_its_catalog(validate: Callable[..., Done]) -> None:
    config = "version: 1\npolicies: [builtin, rules, one.yaml]\ncatalog: [records]\n"
    contents = {
        CONFIG: config,
        "rules/a.yaml": PACK,
        "one.yaml": pack("u"),
    }
    contents |= {"records/deep/own.yml": RECORDS, "other/.modelpolicy.yaml": "nonsense", NAME: MANIFEST}
    done = validate(contents, "--format", "json")
    assert done.code == 0, done.out
    assert done.report["files"] == [CONFIG, NAME, "one.yaml", "records/deep/own.yml", "rules/a.yaml"]


def test_another_config_may_be_named(validate: Callable[..., Done]) -> None:
    contents = {CONFIG: "nonsense\n", "legal/p.yaml": "version: 1\npolicies: [own.yaml]\n", "legal/own.yaml": PACK}
    done = validate({NAME: MANIFEST, **contents}, "--config", "legal/p.yaml")
    assert done == Done(0, "3 files: valid\n", "")


def test_a_repository_of_policy_needs_no_manifest(validate: Callable[..., Done]) -> None:
    assert validate({CONFIG: "version: 1\npolicies: [rules]\n", "rules/a.yaml": PACK}).last == "2 files: valid"


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_to_validate_is_not_valid(validate: Callable[..., Done], form: str) -> None:
    done = validate({"README.md": "x\n"}, "--format", form)
    assert done.code == 2
    assert "there is nothing to validate" in done.out


def test_a_folder_that_is_named_has_to_hold_a_manifest(validate: Callable[..., Done]) -> None:
    contents = {NAME: MANIFEST, CONFIG: "version: 1\n", "empty/readme.md": "x\n"}
    done = validate(contents, "empty", "nowhere", "--format", "json")
    assert done.code == 2
    assert [path for path, _ in errors(done)] == ["empty", "nowhere"]


def test_a_file_that_is_nearly_called_a_manifest_is_refused_below_a_folder(validate: Callable[..., Done]) -> None:
    done = validate({NAME: MANIFEST, "a/model_manifest.yml": MANIFEST})
    assert done.code == 2
    assert "looks like a manifest" in done.out


def test_a_config_that_is_not_there_can_not_be_valid(validate: Callable[..., Done]) -> None:
    done = validate({NAME: MANIFEST}, "--config", "nowhere.yaml")
    assert done.code == 2
    assert "--> nowhere.yaml" in done.out


# --- What a file is taken for ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "broken"),
    [
        (NAME, MANIFEST, MANIFEST.replace("purpose", "porpoise")),
        ("my-model-manifest.yaml", MANIFEST, "version: 1\npack: x\n"),
        ("declared.yml", MANIFEST, MANIFEST + MANIFEST[MANIFEST.index("  - id") :]),
        (f"deep/{CONFIG}", "version: 1\n", "version: 1\npolicy: []\n"),
        ("acme.yaml", PACK, PACK.replace('"true"', "use.")),
        ("cases.yaml", TESTS, TESTS.replace("expect", "expects")),
        ("own.yaml", RECORDS, UNKNOWN_LICENSE),
        ("accepted.json", BASELINE, BASELINE.replace("findings", "findings: [], finding")),
    ],
    ids=[
        "manifest",
        "manifest by its ending",
        "manifest by any name",
        "config",
        "pack",
        "policy tests",
        "catalog",
        "baseline",
    ],
)
def test_a_file_that_is_named_is_taken_for_what_it_is(
    validate: Callable[..., Done], name: str, text: str, broken: str
) -> None:
    beside = {NAME: MANIFEST}
    assert validate({**beside, name: text}, name).last == "1 file: valid"
    done = validate({**beside, name: broken}, name, "--format", "json")
    assert done.code == 2
    assert {path for path, _ in errors(done)} == {name}
    assert done.report["files"] == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [("notes.yaml", "a: 1\n"), ("list.yaml", "- pack\n"), ("empty.yaml", ""), ("readme.md", "# Policy: `it`\n")],
)
def test_a_file_that_is_none_of_ours_is_said_to_be_none(validate: Callable[..., Done], name: str, text: str) -> None:
    done = validate({name: text, NAME: MANIFEST}, name, NAME, "--format", "json")
    assert done.code == 2
    assert errors(done) == [(name, "the file is not a manifest, config, pack, policy tests, baseline or catalog")]
    assert done.report["files"] == sorted([name, NAME])


def test_yaml_that_can_not_be_read_is_told_where_it_breaks(validate: Callable[..., Done]) -> None:
    done = validate({"acme.yaml": "version: 1\npack: [t\n"}, "acme.yaml", "--format", "json")
    (error,) = done.report["errors"]
    assert (error["path"], error["line"]) == ("acme.yaml", 3)
    assert error["message"].startswith("not YAML")


def test_a_file_that_is_named_twice_is_looked_at_once(validate: Callable[..., Done]) -> None:
    config = "version: 1\npolicies: [acme.yaml]\ncatalog: [own.yaml]\n"
    contents = {CONFIG: config, "acme.yaml": PACK, "own.yaml": RECORDS, NAME: MANIFEST}
    assert validate(contents, ".", *contents, *contents) == Done(0, "4 files: valid\n", "")


def test_another_config_that_is_named_is_looked_at_with_its_own_files(validate: Callable[..., Done]) -> None:
    contents = {CONFIG: "version: 1\n", f"b/{CONFIG}": "version: 1\npolicies: [p.yaml]\n", "b/p.yaml": "pack: t\n"}
    done = validate(contents, f"b/{CONFIG}", "--format", "json")
    assert {path for path, _ in errors(done)} == {"b/p.yaml"}


def test_records_that_are_named_are_held_against_those_of_the_config(validate: Callable[..., Done]) -> None:
    """A file may use what another one holds, and may not hold the same again."""
    part, sources = RECORDS[: RECORDS.index("sources:")], "version: 1\n" + RECORDS[RECORDS.index("sources:") :]
    contents = {CONFIG: "version: 1\ncatalog: [sources.yaml]\n", "sources.yaml": sources, "part.yaml": part}
    assert validate(contents, "part.yaml").last == "3 files: valid"
    done = validate({**contents, "again.yaml": sources}, "again.yaml", "--format", "json")
    assert [path for path, _ in errors(done)] == ["again.yaml"]


# --- What is wrong with them -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        MANIFEST.replace("data: [claims]", "data: [§clams]"),
        MANIFEST + MANIFEST[MANIFEST.index("  - id") :].replace("id: ", "id: §"),
        MANIFEST.replace("    deployment: {", "    gateway: §proxy\n    other: {"),
        MANIFEST.replace("    data: [claims]", "    facts: {§role: x}\n    data: [claims]"),
    ],
    ids=["a data set", "an id", "a gateway", "a fact"],
)
def test_what_a_schema_can_not_say_is_told_with_its_place(validate: Callable[..., Done], text: str) -> None:
    text, line, column = marked(text.replace("    other: {type: api, provider: openai}\n", ""))
    (error,) = validate({NAME: text}, "--format", "json").report["errors"]
    assert (error["path"], error["line"], error["column"]) == (NAME, line, column)
    assert error["hint"]


def test_what_manifests_may_say_is_what_the_config_and_its_packs_ask_for(validate: Callable[..., Done]) -> None:
    asks = pack_text(head="facts: {use: {role: {type: string, required: true, means: Which role this is.}}}\n")
    contents = {CONFIG: "version: 1\npolicies: [p.yaml]\ndata: {chats: {classification: [public]}}\n", "p.yaml": asks}
    answers = MANIFEST.replace("data: [claims]", "data: [chats]\n    facts: {role: deployer}")
    assert validate({**contents, NAME: answers}).code == 0
    assert validate({**contents, NAME: MANIFEST}).code == 2
    # A pack that only the command line of a check names may ask too.
    contents[CONFIG] = contents[CONFIG].replace("policies: [p.yaml]\n", "")
    assert validate({**contents, NAME: answers}).code == 2
    assert validate({**contents, NAME: answers}, NAME, "p.yaml").code == 0


def test_all_problems_of_all_files_are_told_together(validate: Callable[..., Done]) -> None:
    contents = {
        CONFIG: "version: 1\npolicies: [builtin, p]\ncatalog: [own.yaml]\nseverities: {x/y: error}\n",
        "p/a.yaml": PACK.replace('"true"', "use."),
        "p/b.yaml": "pack: b\n",
        "own.yaml": UNKNOWN_LICENSE,
        NAME: MANIFEST.replace("data: [claims]", "data: [clams]"),
        "b/model-manifest.yaml": "version: 2\n",
        "cases.yaml": TESTS.replace(NAME, "nowhere.yaml"),
    }
    done = validate(contents, ".", "cases.yaml", "--format", "json")
    assert {path for path, _ in errors(done)} == set(contents) - {CONFIG}
    assert len(done.report["files"]) == 7
    done = validate(contents | {"p/a.yaml": PACK, "p/b.yaml": pack("b")})
    assert "no pack in force has a rule `x/y`" in done.out
    assert done.last.startswith("6 files: ")


def test_a_config_that_is_not_valid_does_not_hide_what_manifests_say_by_themselves(
    validate: Callable[..., Done],
) -> None:
    """What only a config could tell is left open: a data set may be declared there."""
    text = MANIFEST.replace("data: [claims]", "data: [chats]")
    text += text[text.index("  - id") :]
    done = validate({CONFIG: "version: 1\npolicy: []\n", NAME: text}, "--format", "json")
    assert errors(done) == [
        (CONFIG, "unknown key `policy`"),
        (NAME, "the id `triage` appears twice (first on line 7)"),
    ]


def test_a_case_of_policy_tests_holds_a_manifest_and_a_config_that_are_valid(validate: Callable[..., Done]) -> None:
    inside = "".join(f"      {line}\n" for line in MANIFEST.splitlines())
    case = f"version: 1\ncases:\n  - name: one\n    manifest:\n{inside}    expect: {{a/b: pass}}\n"
    assert validate({"c.yaml": case}, "c.yaml").code == 0
    text, line, column = marked(case.replace("purpose", "§porpoise"))
    told = validate({"c.yaml": text}, "c.yaml", "--format", "json").report["errors"]
    assert (line, column) in {(error["line"], error["column"]) for error in told}
    text, line, column = marked(case.replace("data: [claims]", "data: [§clams]"))
    (error,) = validate({"c.yaml": text}, "c.yaml", "--format", "json").report["errors"]
    assert (error["line"], error["column"]) == (line, column)
    own = "    config: {version: 1, data: {clams: {classification: [public]}}}\n"
    config = case.replace("    expect", f"{own}    expect")
    assert validate({"c.yaml": config.replace("data: [claims]", "data: [clams]")}, "c.yaml").code == 0
    assert validate({"c.yaml": config.replace("version: 1, data", "version: 2, data")}, "c.yaml").code == 2


# --- How it reports ----------------------------------------------------------------------------------------------


def test_a_problem_is_told_with_its_place_and_the_fix(validate: Callable[..., Done]) -> None:
    done = validate({NAME: MANIFEST.replace("purpose", "porpoise"), "a/model-manifest.yaml": MANIFEST})
    assert done.code == 2
    assert done.out == (
        "error: the key `purpose` of `models.0` is missing\n"
        "  --> model-manifest.yaml:7:5\n"
        "   = fix: add it: What the model is used for, in a few words.\n"
        "\n"
        "error: unknown key `porpoise`\n"
        "  --> model-manifest.yaml:9:5\n"
        "   = fix: did you mean `purpose`?\n"
        "\n"
        "2 files: 2 problems\n"
    )
    assert validate({NAME: without(MANIFEST, "purpose")}).last == "2 files: 1 problem"


def test_json_has_a_shape_of_its_own(validate: Callable[..., Done]) -> None:
    assert validate({NAME: MANIFEST}, "--format", "json").report == {"version": 1, "files": [NAME], "errors": []}
    done = validate({NAME: MANIFEST.replace("use: commercial", "use: größe")}, "--format", "json")
    (error,) = done.report["errors"]
    assert list(done.report) == ["version", "files", "errors"]
    assert list(error) == ["path", "line", "column", "message", "hint"]
    assert done.out.isascii()


def test_what_files_say_is_harmless_in_a_log(validate: Callable[..., Done]) -> None:
    done = validate({NAME: MANIFEST.replace("use: commercial", 'use: "::error::x\\e[31m##[add-mask]y"')})
    assert done.code == 2
    assert "::" not in done.out
    assert "##[" not in done.out
    assert "\x1b" not in done.out


def test_the_end_is_that_of_check_wherever_check_refuses(validate: Callable[..., Done], tmp_path: Path) -> None:
    """What is valid can be judged, and what is not can't."""
    for text in (MANIFEST, MANIFEST.replace("gpt-5.5", "x"), MANIFEST.replace("[claims]", "[x]"), "version: 1\n"):
        code = validate({NAME: text}).code
        assert (main.run(["check"]) == 2) == (code == 2)
