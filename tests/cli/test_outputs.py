"""`check --output`: several reports of one run, each with the bytes that its format has anyway."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from checker.reports import REPORTERS
from tests.commands import CONFIG, FAILING, NAME, PASSING, Done, config, manifest, use, waiver, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {NAME: manifest(use(), use("draft")), CONFIG: config(waiver(), waiver(model="gone"))}
BROKEN = {NAME: FAILING.replace("purpose", "porpoise")}


def content(folder: Path, name: str) -> str:
    return (folder / name).read_bytes().decode("utf-8")


# --- One file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORTERS)
@pytest.mark.parametrize("files", [FILES, BROKEN], ids=["judged", "not judged"])
def test_a_file_takes_the_place_of_the_screen_and_has_the_same_bytes(
    check: Callable[..., Done], tmp_path: Path, form: str, files: dict[str, str]
) -> None:
    write(tmp_path, files)
    shown = check("--format", form)
    written = check("--format", form, "--output", "report.out")
    assert (written.code, written.out, written.err) == (shown.code, "", "")
    assert content(tmp_path, "report.out") == shown.out != ""


def test_a_file_is_written_as_text_where_no_format_is_named(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    shown = check().out
    assert check("--output", "report.json").out == ""
    assert content(tmp_path, "report.json") == shown


def test_a_dash_is_the_screen(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert check("--output", "-").out == check().out
    assert check("--format", "json", "--output", "-").out == check("--format", "json").out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_a_report_that_was_there_is_replaced(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "report.txt": "x" * 100_000})
    check("--output", "report.txt")
    assert content(tmp_path, "report.txt") == check().out


# --- Several -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", REPORTERS)
def test_a_file_with_a_format_is_written_beside_the_screen(
    check: Callable[..., Done], tmp_path: Path, form: str
) -> None:
    write(tmp_path, FILES)
    done = check("--output", f"{form}=report.out")
    assert (done.code, done.out) == (1, check().out)
    assert content(tmp_path, "report.out") == check("--format", form).out


def test_one_run_writes_every_format(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    outputs = [argument for form in REPORTERS for argument in ("--output", f"{form}=report.{form}")]
    done = check("--format", "markdown", *outputs)
    assert done.out == check("--format", "markdown").out
    assert {form: content(tmp_path, f"report.{form}") for form in REPORTERS} == {
        form: check("--format", form).out for form in REPORTERS
    }


def test_a_file_without_a_format_beside_others_takes_the_place_of_the_screen(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, FILES)
    done = check("--format", "github", "--output", "json=report.json", "--output", "report.txt")
    assert done.out == ""
    assert content(tmp_path, "report.txt") == check("--format", "github").out
    assert content(tmp_path, "report.json") == check("--format", "json").out


def test_a_format_may_go_to_the_screen_while_another_goes_to_a_file(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = check("--output", "report.txt", "--output", "json=-")
    assert done.out == check("--format", "json").out
    assert content(tmp_path, "report.txt") == check().out


def test_files_are_written_where_the_command_runs(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {f"a/{NAME}": PASSING, "b/readme.md": "x"})
    check("--output", "json=../b/report.json", "--output", str(tmp_path / "report.txt"), here="a")
    assert (tmp_path / "b/report.json").is_file()
    assert (tmp_path / "report.txt").is_file()


def test_everything_is_listed_in_every_file_where_all_is_asked_for(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = check("--all", "--output", "json=report.json", "--output", "sarif=report.sarif")
    assert done.out == check("--all").out
    for form in ("json", "sarif"):
        assert content(tmp_path, f"report.{form}") == check("--all", "--format", form).out
        assert content(tmp_path, f"report.{form}") != check("--format", form).out


@pytest.mark.parametrize(("files", "code"), [({NAME: PASSING}, 0), ({NAME: FAILING}, 1), (BROKEN, 2), ({}, 2)])
def test_where_a_report_goes_does_not_change_the_exit_code(
    check: Callable[..., Done], tmp_path: Path, files: dict[str, str], code: int
) -> None:
    write(tmp_path, files)
    assert check().code == code
    assert check("--output", "report.txt").code == code
    assert check("--output", "json=report.json", "--output", "sarif=report.sarif").code == code


# --- What can't be written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["jsn=report.json", "JSON=report.json", "json5=x", "code-quality=x", "html=-", "xml="]
)
def test_a_format_that_there_is_not_is_a_mistake_in_the_command(
    check: Callable[..., Done], tmp_path: Path, value: str
) -> None:
    write(tmp_path, {NAME: PASSING})
    done = check("--output", value)
    assert (done.code, done.out) == (2, "")
    assert f"there is no format `{value.partition('=')[0]}`" in done.err
    assert all(form in done.err for form in REPORTERS)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("name", ["a=b.txt", "json=b.txt"])
def test_a_file_with_an_equals_sign_is_written_where_it_is_given_as_a_path(
    check: Callable[..., Done], tmp_path: Path, name: str
) -> None:
    write(tmp_path, FILES)
    done = check("--output", f"./{name}")
    assert done.out == ""
    assert content(tmp_path, name) == check().out


@pytest.mark.parametrize("value", ["no/such/folder/report.json", "json=no/such/folder/report.json", ".", "json=."])
def test_a_report_that_can_not_be_written_is_no_pass(check: Callable[..., Done], tmp_path: Path, value: str) -> None:
    write(tmp_path, {NAME: PASSING})
    done = check("--output", value)
    assert done.code == 2
    assert value.removeprefix("json=") in done.err.replace(os.sep, "/")


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything"
)
def test_a_report_that_may_not_be_written_is_no_pass(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING, "report.txt": "x"})
    (tmp_path / "report.txt").chmod(0o444)
    done = check("--output", "report.txt")
    assert (done.code, content(tmp_path, "report.txt")) == (2, "x")
