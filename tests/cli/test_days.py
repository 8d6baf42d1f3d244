"""The day that is judged for: it is told where it is not today, and in CI it is not in the past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from checker.reports import REPORTERS
from tests.commands import FAILING, NAME, PASSING, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Done


@pytest.mark.parametrize("form", list(REPORTERS))
@pytest.mark.parametrize("day", ["2001-02-03", "2101-02-03"])
def test_every_format_says_the_day(run: Callable[..., Done], tmp_path: Path, form: str, day: str) -> None:
    write(tmp_path, {NAME: FAILING})
    assert day in run("check", "--as-of", day, "--format", form).out


@pytest.mark.parametrize("form", sorted(REPORTERS.keys() - {"json", "sarif"}))
def test_today_needs_no_word(run: Callable[..., Done], tmp_path: Path, form: str) -> None:
    write(tmp_path, {NAME: FAILING})
    assert "as of" not in run("check", "--format", form).out.replace("as of which", "")


@pytest.mark.parametrize("value", ["true", "1", "yes"])
def test_ci_takes_no_past_day(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CI", value)
    write(tmp_path, {NAME: PASSING})
    done = run("check", "--as-of", "2001-02-03")
    assert done.code == 2
    assert "--allow-past" in done.err
    assert run("check", "--as-of", "2001-02-03", "--allow-past").code == 0
    assert run("check", "--as-of", "2101-02-03").code == 0
    assert run("check").code == 0


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_elsewhere_a_past_day_is_fine(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CI", value)
    write(tmp_path, {NAME: PASSING})
    done = run("check", "--as-of", "2001-02-03", "--format", "json")
    assert (done.code, json.loads(done.out)["as_of"]) == (0, "2001-02-03")
