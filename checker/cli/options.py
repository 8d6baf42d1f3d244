"""Options that commands share, values that click has no type for, and what the environment says."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.errors import CheckerError
from checker.reports import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Sequence


CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The config file. Default: .modelpolicy.yaml at the repository's root; outside of a repository, the one here.",
)


def today() -> str:
    """Return the date in UTC, YYYY-MM-DD."""
    from datetime import UTC, datetime

    return datetime.now(tz=UTC).date().isoformat()


def width(*, terminal: bool | None = None) -> int:
    """Return the columns of the screen: what COLUMNS says, else the terminal's, else 100; from 40 to 140."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit():
        return min(max(int(columns), 40), 140)
    on_terminal = sys.stdout.isatty() if terminal is None else terminal
    # A terminal that has no size, as the one that pre-commit runs its hooks in, says 0.
    return min(max((os.get_terminal_size().columns if on_terminal else 0) or 100, 40), 140)


def screen(text: str) -> None:
    """Write to the screen: bytes, since a terminal's or a pipe's own encoding may not hold what a manifest says."""
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    sys.stdout.flush()


def to_targets(values: Sequence[str], form: str) -> list[tuple[str, Path | None]]:
    """Return where to write which format, the screen (None) first unless a file was named in its place."""
    targets = [_to_target(value) for value in values]
    placed = [(named, None if file == "-" else Path(file)) for named, file in targets]
    instead = [(form, file) for named, file in placed if not named] or [(form, None)]
    return [*instead, *((named, file) for named, file in placed if named)]


def _to_target(value: str) -> tuple[str, str]:
    """Return format and file; without a format ("") the whole is a file, unless it looks like a misspelled format."""
    name, equals, file = value.partition("=")
    if equals and name in REPORTERS:
        return name, file
    if equals and re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", name):
        hint = f"known: {', '.join(REPORTERS)}; write ./{value} for a file of this name"
        raise click.UsageError(f"--output {value}: there is no format `{name}` ({hint})")
    return "", value


def to_date(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Return a date of the calendar, YYYY-MM-DD, as text."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-23") from error


def to_params(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, Any]:
    """Return parameters of the policy by name; each is NAME=VALUE with the value in YAML."""
    params: dict[str, Any] = {}
    for name, value in map(_to_param, values):
        earlier = params.get(name)
        # Of a map that is given twice, each adds its keys, as the config and the command line do.
        params[name] = {**earlier, **value} if isinstance(earlier, dict) and isinstance(value, dict) else value
    return params


def _to_param(value: str) -> tuple[str, Any]:
    from checker.loading.documents import parse

    name, equals, text = value.partition("=")
    if not equals:
        raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE")
    try:
        return name, parse(text, f"--param {name}").data
    except CheckerError as error:
        problem = error.problems[0]
        raise click.BadParameter(f"{name}: {problem.message} ({problem.hint})") from error
