"""Values of options that click has no type for; both are callbacks, which every version of click calls alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from checker.errors import CheckerError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
