"""Compile and evaluate CEL by Google's own binding, with every outcome as a value.

The engine reports evaluation errors as values with a text; this module sorts them into the two kinds that rules
distinguish: a fact that is missing, and an expression that is broken. Neither can be taken for a truth value.

What closures can answer (`compiled`), they answer; the engine is the authority for the rest.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.expressions import compiled, functions
from checker.expressions.operators import MAX_SIZE, DeclinedError
from checker.expressions.result import Broken, Missing, Result, Value
from checker.expressions.syntax import Tree, tree_of
from checker.expressions.tree import Reading, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_LENGTH = 2_000
MAX_MACRO_DEPTH = 3

_WORDS = """
as bool break bytes const continue double duration dyn else exists false for function google if import in int let list
loop map namespace null null_type optional package return size string timestamp true type uint var void while
within touches exceeds outside whereabouts
"""
RESERVED = frozenset(_WORDS.split())
"""Words of the language and its functions, which no rule may bind."""

_MISSING_KEY = re.compile(r'NOT_FOUND: Key not found in map : (?:"(?P<text>.*)"|(?P<other>.*))', re.DOTALL)
_MISSING_NAME = re.compile(r'UNKNOWN: No value with name "(?P<text>[^"]*)" found in Activation')
_COMPILE_ERROR = re.compile(r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<message>[^\n]*)")


class SyntaxFault(NamedTuple):
    """Why an expression can't be compiled; line and column count from 1 within the expression."""

    message: str
    line: int = 1
    column: int = 1


class Expression:
    """A checked expression. It does no I/O, and its cost is bounded by the limits of this module and of the engine."""

    __slots__ = ("_compiled", "_reading", "closure", "text")

    def __init__(self, text: str, checked: Any) -> None:
        self.text = text
        self._compiled = checked
        self._reading: Reading | None = None
        self.closure = _closure(checked)

    @property
    def reading(self) -> Reading:
        """What the expression reads."""
        if self._reading is None:
            self._reading = read(self._compiled.serialize())
        return self._reading

    @property
    def tree(self) -> Tree | None:
        """Its syntax tree; None where it holds something that trees have no form for."""
        return tree_of(self._compiled.serialize())

    @property
    def has_closure(self) -> bool:
        """Whether closures can answer at all."""
        return self.closure is not _declines

    def evaluate(self, bindings: Mapping[str, Any]) -> Result:
        """Evaluate with the given names bound to plain data (maps, lists, text, numbers, truth values).

        Parts of the bindings come back as they are, not as copies.
        """
        try:
            value = self.closure(bindings)
        except DeclinedError:
            return self.by_engine(bindings)
        return value if value.__class__ is Missing else Value(value)

    def by_engine(self, bindings: Mapping[str, Any]) -> Result:
        """Evaluate as `evaluate` does, by the engine alone."""
        try:
            value = self._compiled.eval(data=bindings)
            if value.type().name() == "ERROR":
                return _failure(str(value.value()))
            plain = value.plain_value()
        except Exception as error:  # noqa: BLE001  the engine's own faults are a broken rule, never a pass
            return Broken(reason=f"the engine refused it: {str(error).splitlines()[0]}")
        if functions.size(plain, MAX_SIZE) > MAX_SIZE:
            return Broken(reason=f"it builds a value larger than {MAX_SIZE:,} characters and elements")
        return Value(value=_in_order(plain))


def _closure(checked: Any) -> Any:
    tree = tree_of(checked.serialize())
    try:
        return _declines if tree is None else compiled.closure(tree)
    except DeclinedError:
        return _declines


def _declines(_: Mapping[str, Any]) -> Any:
    raise DeclinedError


def _in_order(value: Any) -> Any:
    """Return a value with its maps sorted by key: the engine hands them back in an order that each process draws."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=str)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


def compile_expression(text: str, names: Sequence[str]) -> Expression | SyntaxFault:
    """Compile one expression that may use the given names; a fault says where in the expression it lies."""
    if len(text) > MAX_LENGTH:
        return SyntaxFault(message=f"longer than {MAX_LENGTH:,} characters: move parts into `variables`")
    try:
        expression = Expression(text, _environment(tuple(sorted(names))).compile(text))
        return _over_budget(expression.reading) or expression
    except Exception as error:  # noqa: BLE001  the binding raises RuntimeError with a text for every fault
        return _compile_fault(str(error))


@cache
def expression(text: str, names: tuple[str, ...]) -> Expression:
    """Return an expression that was checked when it was loaded or packaged, compiled once."""
    return Expression(text, _environment(tuple(sorted(names))).compile(text))


@cache
def _environment(names: tuple[str, ...]) -> Any:
    from cel_expr_python import cel

    kind = cel.Type
    places = [[kind.LIST, kind.LIST]]
    count = [[kind.MAP, kind.STRING, kind.INT], [kind.MAP, kind.STRING, kind.DOUBLE]]
    declared = [
        _function(cel, "within", places, functions.within),
        _function(cel, "outside", places, functions.outside, cel.Type.LIST),
        _function(cel, "whereabouts", [[kind.LIST]], functions.whereabouts, cel.Type.STRING),
        _function(cel, "touches", places, functions.touches),
        _function(cel, "exceeds", count, functions.exceeds),
    ]
    return cel.NewEnv(variables=dict.fromkeys(names, kind.DYN), functions=declared)


def _function(cel: Any, name: str, signatures: list[list[Any]], implementation: Any, returns: Any = None) -> Any:
    overloads = [
        cel.Overload(f"{name}_{number}", returns or cel.Type.BOOL, parameters, is_member=False, impl=implementation)
        for number, parameters in enumerate(signatures)
    ]
    return cel.FunctionDecl(name, overloads)


def matches(text: str, pattern: str) -> bool | None:
    """Say whether a text matches a regular expression in any case, in linear time (RE2); None for a broken pattern."""
    result = expression("text.matches(pattern)", ("pattern", "text")).evaluate(
        {"text": text, "pattern": f"(?i){pattern}"}
    )
    return bool(result.value) if isinstance(result, Value) else None


def _over_budget(reading: Reading) -> SyntaxFault | None:
    if reading.macro_depth > MAX_MACRO_DEPTH:
        return SyntaxFault(message=f"macros (all, exists, map, filter) nest deeper than {MAX_MACRO_DEPTH}")
    if reading.concatenates_in_macro:
        return SyntaxFault(message="`+` is not allowed inside a macro: it can grow without bound")
    return None


def _failure(text: str) -> Missing | Broken:
    missing = _MISSING_KEY.search(text) or _MISSING_NAME.search(text)
    if missing is not None:
        return Missing(key=missing["text"])
    _, found, what = text.partition(functions.UNDECIDED)
    if found:
        return Missing(key=None, reason=what.rstrip('"'))
    return Broken(reason=text.partition(": ")[2] or text)


def _compile_fault(text: str) -> SyntaxFault:
    found = _COMPILE_ERROR.search(text)
    if found is None:
        return SyntaxFault(message=text.splitlines()[0])
    message = found["message"].replace(" (in container '')", "")
    return SyntaxFault(message=message, line=int(found["line"]), column=int(found["column"]))
