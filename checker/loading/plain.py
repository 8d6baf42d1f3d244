"""Plain YAML in one loop: what nearly every file holds, read some three times as fast as the strict builder reads it.

It reads nothing differently. Whatever the builder of `documents` would refuse or has a word to say about, and whatever
is rare (a tag, an anchor, an odd number), makes this return None; then the builder reads the file from its start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from checker.source import Place

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,16})")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)?\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?(?:0|[1-9][0-9]*)\.")
_YAML_1_1 = re.compile(
    r"[-+]?0[0-9_]+|[-+]?0[box][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*_[0-9_.]*"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[-+]?\.(?i:inf)|\.(?i:nan)"
)
_NUMERIC = frozenset("+-.0123456789")
_CONSTANTS: dict[str, bool] = {"true": True, "false": False}
_AMBIGUOUS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "~", "", "<<"})
_ODD = object()


class Plain(NamedTuple):
    """Data, and the places of values and keys by pointer, as a Document holds them."""

    data: Any
    values: dict[str, Place]
    keys: dict[str, Place]


class _OddError(Exception):
    """Raised where the strict builder is to read the file."""


def read(parser: Any, most_depth: int, most_values: int) -> Plain | None:
    """Read all events of a parser; None where the strict builder is to decide."""
    reader = _Reader(most_depth, most_values)
    try:
        reader.read(parser.get_event)
    except (_OddError, yaml.YAMLError):
        return None
    return Plain(data=reader.root, values=reader.values, keys=reader.keys)


class _Reader:
    """The state of one reading: the open mapping or list, and those around it."""

    __slots__ = ("keys", "most_depth", "most_values", "root", "values")

    def __init__(self, most_depth: int, most_values: int) -> None:
        self.most_depth = most_depth
        self.most_values = most_values
        self.root: Any = _ODD
        self.values: dict[str, Place] = {"": (1, 1, 1, 1)}
        self.keys: dict[str, Place] = {}

    def read(self, get_event: Any) -> None:  # noqa: C901, PLR0912, PLR0915  one loop on purpose: it is the hot path
        """Read events up to the end of the stream."""
        scalar, mapping, sequence = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
        ends, stream_end = (yaml.MappingEndEvent, yaml.SequenceEndEvent), yaml.StreamEndEvent
        values, keys = self.values, self.keys
        stack: list[tuple[Any, str, str | None, Any]] = []
        # What is open: its data, its pointer, where it starts; in a mapping the key whose value comes next.
        data: Any = None
        pointer: str = ""
        key: str | None = None
        begin: Any = None
        while True:
            event = get_event()
            kind = event.__class__
            if kind is scalar:
                start, end = event.start_mark, event.end_mark
                text = event.value
                if event.anchor is not None or event.tag is not None:
                    raise _OddError
                if data.__class__ is dict and key is None:
                    if text in data or (not event.style and _text(text) is not text):
                        raise _OddError
                    key = text
                    keys[_below(pointer, text)] = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
                    continue
                value = text if event.style else _plain_value(text)
                place = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
                if data.__class__ is dict:
                    data[key] = value
                    values[_below(pointer, key or "")] = place
                    key = None
                elif data.__class__ is list:
                    values[f"{pointer}/{len(data)}"] = place
                    data.append(value)
                else:
                    raise _OddError
            elif kind is mapping or kind is sequence:
                if event.anchor is not None or event.tag is not None or len(stack) >= self.most_depth:
                    raise _OddError
                value = {} if kind is mapping else []
                stack.append((data, pointer, key, begin))
                if data.__class__ is dict:
                    if key is None:
                        raise _OddError
                    data[key] = value
                    pointer = _below(pointer, key)
                elif data.__class__ is list:
                    pointer = f"{pointer}/{len(data)}"
                    data.append(value)
                elif self.root is _ODD:
                    self.root = value
                else:
                    raise _OddError
                begin = event.start_mark
                values[pointer] = (1, 1, 1, 1)
                data, key = value, None
            elif kind in ends:
                end = event.end_mark
                values[pointer] = (begin.line + 1, begin.column + 1, end.line + 1, end.column + 1)
                data, pointer, key, begin = stack.pop()
                key = None
            elif kind is stream_end:
                break
            elif kind is yaml.AliasEvent:
                raise _OddError
        if self.root is _ODD or len(values) > self.most_values:
            raise _OddError


def _below(pointer: str, key: str) -> str:
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"


def _plain_value(text: str) -> Any:
    """Return what a scalar without quotes stands for, where that is beyond doubt."""
    if text[:1] in _NUMERIC:
        if _INTEGER.fullmatch(text):
            return int(text)
        return _text(text)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return _text(text)


def _text(text: str) -> str:
    """Return a plain scalar that is text, and text only, in every version of YAML."""
    if text[:1] in _NUMERIC and (_NUMBER.fullmatch(text) or _YAML_1_1.fullmatch(text)):
        raise _OddError
    if text.lower() in _AMBIGUOUS:
        raise _OddError
    return text
