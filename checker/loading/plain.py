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
    """The state of one reading: what is open, and on `stack` what is around it."""

    __slots__ = ("begin", "data", "key", "keys", "most_depth", "most_values", "pointer", "root", "stack", "values")

    def __init__(self, most_depth: int, most_values: int) -> None:
        self.most_depth = most_depth
        self.most_values = most_values
        self.values: dict[str, Place] = {"": (1, 1, 1, 1)}
        self.keys: dict[str, Place] = {}
        self.root: Any = _ODD
        self.stack: list[tuple[Any, str, Any]] = []
        # What is open: its data, its pointer, where it starts; in a mapping the key whose value comes next.
        self.data: Any = None
        self.pointer = ""
        self.begin: Any = None
        self.key: str | None = None

    def read(self, get_event: Any) -> None:
        """Read events up to the end of the stream."""
        scalar, end = yaml.ScalarEvent, yaml.StreamEndEvent
        while True:
            event = get_event()
            kind = event.__class__
            if kind is scalar:
                self.scalar(event)
            elif kind is end:
                break
            else:
                handle = _HANDLERS.get(kind)
                if handle is not None:
                    handle(self, event)
        if self.root is _ODD or len(self.values) > self.most_values:
            raise _OddError

    def scalar(self, event: Any) -> None:
        """Take a scalar: the key of a mapping, or a value."""
        text, start, end = event.value, event.start_mark, event.end_mark
        if event.anchor is not None or event.tag is not None:
            raise _OddError
        place = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        data, key = self.data, self.key
        if data.__class__ is list:
            self.values[f"{self.pointer}/{len(data)}"] = place
            data.append(text if event.style else _plain_value(text))
        elif data is None:
            raise _OddError
        elif key is None:
            if text in data or (not event.style and _text(text) is not text):
                raise _OddError
            self.key = text
            self.keys[_below(self.pointer, text)] = place
        else:
            data[key] = text if event.style else _plain_value(text)
            self.values[_below(self.pointer, key)] = place
            self.key = None

    def mapping(self, event: Any) -> None:
        """Open a mapping."""
        self.open(event, {})

    def sequence(self, event: Any) -> None:
        """Open a list."""
        self.open(event, [])

    def open(self, event: Any, value: Any) -> None:
        """Open a mapping or a list, where it is due."""
        if event.anchor is not None or event.tag is not None or len(self.stack) >= self.most_depth:
            raise _OddError
        data, pointer = self.data, self.pointer
        self.stack.append((data, pointer, self.begin))
        if data.__class__ is list:
            self.pointer = f"{pointer}/{len(data)}"
            data.append(value)
        elif data is not None and self.key is not None:
            data[self.key] = value
            self.pointer = _below(pointer, self.key)
        elif data is None and self.root is _ODD:
            self.root = value
        else:
            raise _OddError
        self.values[self.pointer] = (1, 1, 1, 1)
        self.data, self.key, self.begin = value, None, event.start_mark

    def close(self, event: Any) -> None:
        """Close what is open: only now its place is known."""
        begin, end = self.begin, event.end_mark
        self.values[self.pointer] = (begin.line + 1, begin.column + 1, end.line + 1, end.column + 1)
        self.data, self.pointer, self.begin = self.stack.pop()
        self.key = None

    def refuse(self, _: Any) -> None:
        """Leave an alias to the strict builder."""
        raise _OddError


_HANDLERS: dict[Any, Any] = {
    yaml.MappingStartEvent: _Reader.mapping,
    yaml.SequenceStartEvent: _Reader.sequence,
    yaml.MappingEndEvent: _Reader.close,
    yaml.SequenceEndEvent: _Reader.close,
    yaml.AliasEvent: _Reader.refuse,
}


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
