"""Texts with holes: `{license.name} does not permit ...`, where every hole is an expression and `{{` a plain brace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

HOLE = re.compile(r"\{\{|\}\}|\{(?P<hole>[^{}]*)\}")
UNFILLED = "(not known)"
MOST_SHOWN = 8
_WORDS = {"ANY": "anywhere", "?": "a place that is not known"}


def holes(text: str) -> tuple[str, ...]:
    """Return the expressions in a text's holes, in order."""
    return tuple(match["hole"] for match in HOLE.finditer(text) if match["hole"] is not None)


def fill(text: str, value_of: Callable[[str], Any]) -> str:
    """Fill every hole with what `value_of` returns for its expression; None says that it can't be filled."""

    def shown(match: re.Match[str]) -> str:
        if match["hole"] is None:
            return match[0][0]
        value = value_of(match["hole"])
        return UNFILLED if value is None else show(value)

    return HOLE.sub(shown, text)


def show(value: Any) -> str:
    """Show a fact as a person writes it: 700,000,000; DE, FR; yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, dict):
        return _show_map(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _show_list([show(item) for item in value])
    return _WORDS.get(value, str(value))


def _show_list(items: list[str]) -> str:
    if len(items) > MOST_SHOWN:
        return f"{', '.join(items[: MOST_SHOWN - 1])} and {len(items) - MOST_SHOWN + 1} more"
    return ", ".join(items) or "none"


def _show_map(value: dict[str, Any]) -> str:
    if not {"at_least", "at_most"} & value.keys():
        return str(value.get("name") or value.get("id") or "a record")
    low, high = value.get("at_least"), value.get("at_most")
    if low == high:
        return show(low)
    bounds = [f"at least {show(low)}"] * (low is not None) + [f"at most {show(high)}"] * (high is not None)
    return " and ".join(bounds)
