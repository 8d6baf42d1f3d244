"""What the evaluation of an expression comes to: a value, a fact that is missing, or a broken expression."""

from __future__ import annotations

from typing import Any, NamedTuple

NOT_KNOWN = "it is not declared and not known"


class Value(NamedTuple):
    """What an expression came to, as plain Python data."""

    value: Any


class Missing(NamedTuple):
    """A fact that decides is not known; `key` is the absent key, where there is one."""

    key: str | None
    reason: str = NOT_KNOWN


class Broken(NamedTuple):
    """The expression itself is at fault: a type error, a spent budget, a bad argument."""

    reason: str


Result = Value | Missing | Broken
