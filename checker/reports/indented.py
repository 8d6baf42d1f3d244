"""JSON as `json.dumps(value, indent=2)` writes it, several times as fast: that function indents in pure Python."""

from __future__ import annotations

from json import dumps
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def indented(value: Any) -> str:
    """Return a value as ASCII JSON with an indent of two; keys of maps are text."""
    parts: list[str] = []
    _write(value, "\n", parts.append)
    return "".join(parts)


def _write(value: Any, line: str, put: Callable[[str], None]) -> None:
    """Put a value piece by piece; `line` begins a line at the indent of what is around it."""
    kind = value.__class__
    if kind is str:
        put(encode_basestring_ascii(value))
    elif kind is dict and value:
        _write_map(value, f"{line}  ", put)
        put(f"{line}}}")
    elif kind in (list, tuple) and value:
        _write_list(value, f"{line}  ", put)
        put(f"{line}]")
    else:
        put(dumps(value))


def _write_map(value: dict[str, Any], line: str, put: Callable[[str], None]) -> None:
    lead = f"{{{line}"
    for key, item in value.items():
        if item.__class__ is str:
            put(f"{lead}{encode_basestring_ascii(key)}: {encode_basestring_ascii(item)}")
        else:
            put(f"{lead}{encode_basestring_ascii(key)}: ")
            _write(item, line, put)
        lead = f",{line}"


def _write_list(value: Sequence[Any], line: str, put: Callable[[str], None]) -> None:
    lead = f"[{line}"
    for item in value:
        put(lead)
        _write(item, line, put)
        lead = f",{line}"
