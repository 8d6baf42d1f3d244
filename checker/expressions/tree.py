"""The syntax tree of a compiled expression: what it reads, how deep its macros nest, and what they build.

The field numbers are those of cel-spec, proto/cel/expr/syntax.proto.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from checker.expressions.wire import CHECKED_EXPR, TEST_ONLY, VALUE_OF_ANY, Fields, first, message, text

Path = tuple[str, ...]
"""A chain of field names from a root name; "*" stands for every element of a list."""

EACH = "*"
_CONST, _IDENT, _SELECT, _CALL, _LIST, _STRUCT, _COMPREHENSION = 3, 4, 5, 6, 7, 8, 9
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
    checked = message(first(message(serialized), VALUE_OF_ANY))
    root = message(first(checked, CHECKED_EXPR))
    path = walker.walk(root, {}, 0)
    if path is not None:
        walker.paths.add(path)
    return Reading(
        paths=frozenset(walker.paths),
        tested=frozenset(walker.tested),
        macro_depth=walker.depth,
        concatenates_in_macro=walker.concatenates_in_macro,
    )


_Scope = Mapping[str, Path | None]


class _Walker:
    """One pass over the tree; `walk` returns the path that an expression denotes, if it denotes one."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()
        self.tested: set[Path] = set()
        self.depth = 0
        self.concatenates_in_macro = False

    def walk(self, expr: Fields, scope: _Scope, depth: int) -> Path | None:
        if _IDENT in expr:
            name = text(first(message(expr[_IDENT][0]), 1))
            return scope[name] if name in scope else (name.removeprefix("."),)
        if _SELECT in expr:
            return self.select(message(expr[_SELECT][0]), scope, depth)
        if _CALL in expr:
            return self.call(message(expr[_CALL][0]), scope, depth)
        if _COMPREHENSION in expr:
            return self.comprehension(message(expr[_COMPREHENSION][0]), scope, depth)
        self.literal(expr, scope, depth)
        return None

    def note(self, expr: bytes | None, scope: _Scope, depth: int) -> Path | None:
        """Walk a part whose value is used, and record the path that it denotes."""
        if expr is None:
            return None
        path = self.walk(message(expr), scope, depth)
        if path is not None:
            self.paths.add(path)
        return path

    def select(self, select: Fields, scope: _Scope, depth: int) -> Path | None:
        operand = self.walk(message(first(select, 1)), scope, depth)
        path = None if operand is None else (*operand, text(first(select, 2)))
        if path is not None and TEST_ONLY in select:
            self.tested.add(path)
        return path

    def call(self, call: Fields, scope: _Scope, depth: int) -> Path | None:
        function = text(first(call, 2))
        arguments = call.get(3, [])
        if function == _INDEX:
            return self.index(arguments, scope, depth)
        for part in (*call.get(1, []), *arguments):
            self.note(part, scope, depth)
        if function == _ADD and depth and not _accumulates(arguments):
            self.concatenates_in_macro = True
        return None

    def index(self, arguments: list[bytes], scope: _Scope, depth: int) -> Path | None:
        operand = self.walk(message(arguments[0]), scope, depth)
        key = _constant_text(message(arguments[1]))
        if key is None:
            self.note(arguments[1], scope, depth)
        return None if operand is None else (*operand, EACH if key is None else key)

    def comprehension(self, loop: Fields, scope: _Scope, depth: int) -> Path | None:
        """Walk a macro; what `filter` hands on still denotes elements of the list."""
        ranged = self.note(first(loop, 2), scope, depth)
        element = None if ranged is None else (*ranged, EACH)
        inner = {**scope, text(first(loop, 1)): element, text(first(loop, 3)): None}
        if 8 in loop:
            inner[text(loop[8][0])] = element
        self.depth = max(self.depth, depth + 1)
        self.note(first(loop, 4), scope, depth)
        for part in (5, 6, 7):
            self.note(first(loop, part), inner, depth + 1)
        return ranged if _filters(loop) else None

    def literal(self, expr: Fields, scope: _Scope, depth: int) -> None:
        for elements in expr.get(_LIST, []):
            for element in message(elements).get(1, []):
                self.note(element, scope, depth)
        for struct in expr.get(_STRUCT, []):
            for entry in message(struct).get(2, []):
                fields = message(entry)
                self.note(first(fields, 3) if 3 in fields else None, scope, depth)
                self.note(first(fields, 4), scope, depth)


def _accumulates(arguments: list[bytes]) -> bool:
    """Say whether an addition is the `accumulator + [element]` that the macros map and filter expand to."""
    return (_name_of(message(arguments[0])) or "").startswith("@")


def _filters(loop: Fields) -> bool:
    """Say whether a loop is what the macro `filter` expands to: `condition ? accumulator + [element] : accumulator`."""
    step = message(first(loop, 6))
    if _CALL not in step or not (element := text(first(loop, 1))):
        return False
    call = message(step[_CALL][0])
    if text(first(call, 2)) != _CONDITION:
        return False
    added = message(call[3][1])
    listed = message(message(added[_CALL][0])[3][1]) if _CALL in added else {}
    items = message(listed[_LIST][0]).get(1, []) if _LIST in listed else []
    return len(items) == 1 and _name_of(message(items[0])) == element


def _name_of(expr: Fields) -> str | None:
    return text(first(message(expr[_IDENT][0]), 1)) if _IDENT in expr else None


def _constant_text(expr: Fields) -> str | None:
    if _CONST not in expr:
        return None
    constant = message(expr[_CONST][0])
    return text(constant[6][0]) if 6 in constant else None
