"""Texts with holes: `{license.name} does not permit ...`, where every hole is an expression and `{{` a plain brace.

A sentence with a hole that can't be filled is left out, so that no text ever has a hole in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

HOLE = re.compile(r"\{\{|\}\}|\{(?P<hole>[^{}]*)\}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\s])")
MOST_SHOWN = 8
_WORDS = {"ANY": "anywhere", "?": "a place that is not known"}


def holes(text: str) -> tuple[str, ...]:
    """Return the expressions in a text's holes, in order."""
    return tuple(match["hole"] for match in HOLE.finditer(text) if match["hole"] is not None)


def fill(text: str, value_of: Callable[[str], Any]) -> str:
    """Fill every hole with what `value_of` returns for its expression; None says that it can't be filled.

    Returns the sentences that could be filled; "" where there is none.
    """
    filled = (_fill(sentence, value_of) for sentence in _sentences(text))
    return " ".join(sentence for sentence in filled if sentence is not None)


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text; one does not end inside a hole."""
    parts: list[str] = []
    for part in _SENTENCE.split(text):
        if parts and parts[-1].count("{") != parts[-1].count("}"):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _fill(sentence: str, value_of: Callable[[str], Any]) -> str | None:
    values = {hole: value_of(hole) for hole in holes(sentence)}
    if None in values.values():
        return None
    return HOLE.sub(lambda match: match[0][0] if match["hole"] is None else show(values[match["hole"]]), sentence)


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
