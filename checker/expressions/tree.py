"""The syntax tree of a compiled expression: what it reads, how deep its macros nest, and what they build.

The engine hands the tree out as a `google.protobuf.Any` with a `cel.expr.CheckedExpr`; the few field numbers used
here are those of cel-spec, proto/cel/expr/checked.proto and syntax.proto. Reading them needs no protobuf runtime.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

Path = tuple[str, ...]
"""A chain of field names from a root name; "*" stands for every element of a list."""

EACH = "*"
_VALUE_OF_ANY, _CHECKED_EXPR = 2, 4
_CONST, _IDENT, _SELECT, _CALL, _LIST, _STRUCT, _COMPREHENSION = 3, 4, 5, 6, 7, 8, 9
_TEST_ONLY = 3
_INDEX, _ADD, _CONDITION = "_[_]", "_+_", "_?_:_"


class Reading(NamedTuple):
    """What an expression reads (`paths`) and asks for with `has` (`tested`), and the costs bounded before it runs."""

    paths: frozenset[Path]
    tested: frozenset[Path]
    macro_depth: int
    concatenates_in_macro: bool


def read(serialized: bytes) -> Reading:
    """Return what a serialized, checked expression reads and how it nests."""
    walker = _Walker()
    checked = _message(_first(_message(serialized), _VALUE_OF_ANY))
    root = _message(_first(checked, _CHECKED_EXPR))
    path = walker.walk(root, {}, 0)
    if path is not None:
        walker.paths.add(path)
    return Reading(
        paths=frozenset(walker.paths),
        tested=frozenset(walker.tested),
        macro_depth=walker.depth,
        concatenates_in_macro=walker.concatenates_in_macro,
    )


_Fields = Mapping[int, list[bytes]]
_Scope = Mapping[str, Path | None]


class _Walker:
    """One pass over the tree; `walk` returns the path that an expression denotes, if it denotes one."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()
        self.tested: set[Path] = set()
        self.depth = 0
        self.concatenates_in_macro = False

    def walk(self, expr: _Fields, scope: _Scope, depth: int) -> Path | None:
        if _IDENT in expr:
            name = _text(_first(_message(expr[_IDENT][0]), 1))
            return scope[name] if name in scope else (name.removeprefix("."),)
        if _SELECT in expr:
            return self.select(_message(expr[_SELECT][0]), scope, depth)
        if _CALL in expr:
            return self.call(_message(expr[_CALL][0]), scope, depth)
        if _COMPREHENSION in expr:
            return self.comprehension(_message(expr[_COMPREHENSION][0]), scope, depth)
        self.literal(expr, scope, depth)
        return None

    def note(self, expr: bytes | None, scope: _Scope, depth: int) -> Path | None:
        """Walk a part whose value is used, and record the path that it denotes."""
        if expr is None:
            return None
        path = self.walk(_message(expr), scope, depth)
        if path is not None:
            self.paths.add(path)
        return path

    def select(self, select: _Fields, scope: _Scope, depth: int) -> Path | None:
        operand = self.walk(_message(_first(select, 1)), scope, depth)
        path = None if operand is None else (*operand, _text(_first(select, 2)))
        if path is not None and _TEST_ONLY in select:
            self.tested.add(path)
        return path

    def call(self, call: _Fields, scope: _Scope, depth: int) -> Path | None:
        function = _text(_first(call, 2))
        arguments = call.get(3, [])
        if function == _INDEX:
            return self.index(arguments, scope, depth)
        for part in (*call.get(1, []), *arguments):
            self.note(part, scope, depth)
        if function == _ADD and depth and not _accumulates(arguments):
            self.concatenates_in_macro = True
        return None

    def index(self, arguments: list[bytes], scope: _Scope, depth: int) -> Path | None:
        operand = self.walk(_message(arguments[0]), scope, depth)
        key = _constant_text(_message(arguments[1]))
        if key is None:
            self.note(arguments[1], scope, depth)
        return None if operand is None else (*operand, EACH if key is None else key)

    def comprehension(self, loop: _Fields, scope: _Scope, depth: int) -> Path | None:
        """Walk a macro; what `filter` hands on still denotes elements of the list."""
        ranged = self.note(_first(loop, 2), scope, depth)
        element = None if ranged is None else (*ranged, EACH)
        inner = {**scope, _text(_first(loop, 1)): element, _text(_first(loop, 3)): None}
        if 8 in loop:
            inner[_text(loop[8][0])] = element
        self.depth = max(self.depth, depth + 1)
        self.note(_first(loop, 4), scope, depth)
        for part in (5, 6, 7):
            self.note(_first(loop, part), inner, depth + 1)
        return ranged if _filters(loop) else None

    def literal(self, expr: _Fields, scope: _Scope, depth: int) -> None:
        for elements in expr.get(_LIST, []):
            for element in _message(elements).get(1, []):
                self.note(element, scope, depth)
        for struct in expr.get(_STRUCT, []):
            for entry in _message(struct).get(2, []):
                fields = _message(entry)
                self.note(_first(fields, 3) if 3 in fields else None, scope, depth)
                self.note(_first(fields, 4), scope, depth)


def _accumulates(arguments: list[bytes]) -> bool:
    """Say whether an addition is the `accumulator + [element]` that the macros map and filter expand to."""
    first = _message(arguments[0])
    return _IDENT in first and _text(_first(_message(first[_IDENT][0]), 1)).startswith("@")


def _filters(loop: _Fields) -> bool:
    """Say whether a loop is what the macro `filter` expands to: `condition ? accumulator + [element] : accumulator`."""
    step = _message(_first(loop, 6))
    if _CALL not in step or not (element := _text(_first(loop, 1))):
        return False
    call = _message(step[_CALL][0])
    if _text(_first(call, 2)) != _CONDITION:
        return False
    added = _message(call[3][1])
    listed = _message(_message(added[_CALL][0])[3][1]) if _CALL in added else {}
    items = _message(listed[_LIST][0]).get(1, []) if _LIST in listed else []
    return len(items) == 1 and _name_of(_message(items[0])) == element


def _name_of(expr: _Fields) -> str | None:
    return _text(_first(_message(expr[_IDENT][0]), 1)) if _IDENT in expr else None


def _constant_text(expr: _Fields) -> str | None:
    if _CONST not in expr:
        return None
    constant = _message(expr[_CONST][0])
    return _text(constant[6][0]) if 6 in constant else None


def _first(fields: _Fields, number: int) -> bytes:
    return fields[number][0] if number in fields else b""


def _text(raw: bytes) -> str:
    return raw.decode()


def _message(raw: bytes) -> _Fields:
    fields: dict[int, list[bytes]] = {}
    for number, value in _entries(raw):
        fields.setdefault(number, []).append(value)
    return fields


def _entries(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        length, start = _extent(raw, at, tag & 7)
        yield tag >> 3, raw[start : start + length]
        at = start + length


def _extent(raw: bytes, at: int, wire_type: int) -> tuple[int, int]:
    """Return length and start of a field's bytes (protobuf wire types 0 varint, 1 fixed64, 2 delimited, 5 fixed32)."""
    if wire_type == 2:
        return _varint(raw, at)
    if wire_type == 0:
        return _varint(raw, at)[1] - at, at
    return (8 if wire_type == 1 else 4), at


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
