"""The syntax tree of a checked expression as plain nested tuples, with the macros of CEL put back together.

A tree is a tuple whose first item names what it is:

    ("const", value)            ("name", name)              ("list", item, ...)
    ("get", operand, field)     ("has", operand, field)     ("call", function, argument, ...)
    ("all" | "exists" | "filter", range, variable, condition)
    ("map", range, variable, condition or None, element)

Trees hold only text, numbers, truth values, None and tuples, so that JSON carries them into a package. An expression
with anything else in it (maps, unsigned numbers, loops that no macro of this list makes) has no tree.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from checker.expressions import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Tree = tuple[Any, ...]


class UnsupportedError(Exception):
    """Raised inside this module for a part that has no tree."""


def tree_of(serialized: bytes) -> Tree | None:
    """Return the tree of a serialized, checked expression (`google.protobuf.Any`); None where it has none."""
    checked = wire.message(wire.first(wire.message(serialized), wire.VALUE_OF_ANY))
    try:
        return _tree(wire.message(wire.first(checked, wire.CHECKED_EXPR)))
    except UnsupportedError:
        return None


def _tree(expr: wire.Fields) -> Tree:
    for field, build in _BUILDERS:
        if field in expr:
            return build(wire.message(expr[field][0]))
    raise UnsupportedError


def _inner(raw: bytes) -> Tree:
    return _tree(wire.message(raw))


def _const(constant: wire.Fields) -> Tree:
    """Read a constant: cel.expr.Constant has one field for each kind of value."""
    for field, value_of in _CONSTANTS.items():
        if field in constant:
            return ("const", value_of(constant[field][0]))
    raise UnsupportedError


def _int(raw: bytes) -> int:
    number = wire.varint(raw, 0)[0]
    return number - (1 << 64) if number >= 1 << 63 else number


def _double(raw: bytes) -> float:
    value: float = struct.unpack("<d", raw)[0]
    return value


_CONSTANTS: Mapping[int, Callable[[bytes], Any]] = {
    1: lambda _: None,
    2: lambda raw: bool(wire.varint(raw, 0)[0]),
    3: _int,
    5: _double,
    6: bytes.decode,
}


def _name(ident: wire.Fields) -> Tree:
    return ("name", wire.text(wire.first(ident, 1)).removeprefix("."))


def _select(select: wire.Fields) -> Tree:
    kind = "has" if wire.TEST_ONLY in select else "get"
    return (kind, _inner(wire.first(select, 1)), wire.text(wire.first(select, 2)))


def _call(call: wire.Fields) -> Tree:
    parts = (*call.get(1, []), *call.get(3, []))
    return ("call", wire.text(wire.first(call, 2)), *(_inner(part) for part in parts))


def _list(elements: wire.Fields) -> Tree:
    if 2 in elements:
        raise UnsupportedError  # optional elements
    return ("list", *(_inner(element) for element in elements.get(1, [])))


def _loop(loop: wire.Fields) -> Tree:
    """Put a macro back together: what it starts with and how a step goes on tell which one it was."""
    if 8 in loop:
        raise UnsupportedError  # a second variable
    ranged, variable = _inner(wire.first(loop, 2)), wire.text(wire.first(loop, 1))
    accumulator = ("name", wire.text(wire.first(loop, 3)))
    start, condition, step, result = (_inner(wire.first(loop, field)) for field in (4, 5, 6, 7))
    if result != accumulator:
        raise UnsupportedError
    rest = _quantifier(accumulator, start, condition, step) or _collector(accumulator, start, condition, step, variable)
    return (rest[0], ranged, variable, *rest[1:])


def _quantifier(accumulator: Tree, start: Tree, condition: Tree, step: Tree) -> Tree | None:
    goes_on = ("call", "@not_strictly_false", accumulator)
    if start == ("const", True) and condition == goes_on and step[:3] == ("call", "_&&_", accumulator):
        return ("all", step[3])
    goes_on = ("call", "@not_strictly_false", ("call", "!_", accumulator))
    if start == ("const", False) and condition == goes_on and step[:3] == ("call", "_||_", accumulator):
        return ("exists", step[3])
    return None


def _collector(accumulator: Tree, start: Tree, condition: Tree, step: Tree, variable: str) -> Tree:
    if start != ("list",) or condition != ("const", True):
        raise UnsupportedError
    test = None
    if step[:2] == ("call", "_?_:_"):
        test, step, other = step[2:]
        if other != accumulator:
            raise UnsupportedError
    if step[:3] != ("call", "_+_", accumulator) or step[3][0] != "list" or len(step[3]) != 2:
        raise UnsupportedError
    element = step[3][1]
    if test is not None and element == ("name", variable):
        return ("filter", test)
    return ("map", test, element)


_BUILDERS: tuple[tuple[int, Callable[[wire.Fields], Tree]], ...] = (
    (3, _const),
    (4, _name),
    (5, _select),
    (6, _call),
    (7, _list),
    (9, _loop),
)
