"""The kinds of values that options take."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from checker.errors import CheckerError


class Date(click.ParamType):
    """A date of the calendar, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the date as text."""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-23", param, ctx)


class Param(click.ParamType):
    """A parameter of the policy: a name and a value in YAML."""

    name = "param"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        """Return name and value."""
        from checker.loading.documents import parse

        name, equals, text = value.partition("=")
        if not equals:
            self.fail(f"{value!r} is not of the form NAME=VALUE", param, ctx)
        try:
            return name, parse(text, f"--param {name}").data
        except CheckerError as error:
            self.fail(f"{name}: {error.problems[0].message} ({error.problems[0].hint})", param, ctx)
