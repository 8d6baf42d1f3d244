"""What a check is asked for, and the days that it counts with."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.model.policy import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Settings(NamedTuple):
    """What the command line asks for.

    `as_of` is the day that is judged for, `today` the real one ("": the same). `waivers` says whether waivers and
    baseline count. Of `trusted_ref`, where one is given, policy is read, and not of the working tree. Verdicts that
    will change within `horizon` days are told.
    """

    paths: tuple[Path, ...]
    current: Path
    as_of: str
    today: str = ""
    config: Path | None = None
    policies: tuple[str, ...] = ()
    params: Mapping[str, Any] = MappingProxyType({})
    fail_on: Severity = Severity.ERROR
    waivers: bool = True
    baseline: Path | None = None
    write_baseline: bool = False
    trusted_ref: str = ""
    horizon: int = 0
    jobs: int = 1


def days_between(start: str, end: str) -> int:
    """Return the days from one date to another, both YYYY-MM-DD."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def day_after(day: str, days: int = 1) -> str:
    """Return the date some days after another (before, where negative); "" beyond the calendar's ends."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""
