"""The bytes of a compiled expression: just enough of protobuf's wire format to read one message after another.

The engine hands an expression out as a `google.protobuf.Any` with a `cel.expr.CheckedExpr` (cel-spec,
proto/cel/expr/checked.proto). Reading these needs no protobuf runtime.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Fields = Mapping[int, list[bytes]]
"""The fields of a message by number; each may occur several times."""

VALUE_OF_ANY, CHECKED_EXPR = 2, 4
TEST_ONLY = 3


def first(fields: Fields, number: int) -> bytes:
    """Return the bytes of a field, none where it is absent."""
    return fields[number][0] if number in fields else b""


def text(raw: bytes) -> str:
    """Return a field's text."""
    return raw.decode()


def message(raw: bytes) -> Fields:
    """Return the fields of a message."""
    fields: dict[int, list[bytes]] = {}
    for number, value in _entries(raw):
        fields.setdefault(number, []).append(value)
    return fields


def _entries(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(raw):
        tag, at = varint(raw, at)
        length, start = _extent(raw, at, tag & 7)
        yield tag >> 3, raw[start : start + length]
        at = start + length


def _extent(raw: bytes, at: int, wire_type: int) -> tuple[int, int]:
    """Return length and start of a field's bytes (protobuf wire types 0 varint, 1 fixed64, 2 delimited, 5 fixed32)."""
    if wire_type == 2:
        return varint(raw, at)
    if wire_type == 0:
        return varint(raw, at)[1] - at, at
    return (8 if wire_type == 1 else 4), at


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at a position, and the position behind it."""
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
