"""Checked expressions as Python closures: the same answers as the engine's, without converting every fact for it.

The engine stays the authority. A closure answers only where the answer is plain from CEL's definition: the operands
have the types that the operator is for. Everything else raises DeclinedError, and the engine is asked: mixed types,
arithmetic that may overflow, long loops, regular expressions, functions that this module does not know. So a broken
expression is always explained in the engine's words. Of several missing facts the first is named, as the engine does.

A closure takes the bindings, and returns plain data or Missing. No text of a rule is ever executed: closures are
composed from the functions of this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.expressions.operators import ABSENT, FUNCTIONS, DeclinedError, bounded
from checker.expressions.result import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.expressions.syntax import Tree

    Bindings = Mapping[str, Any]
    Closure = Callable[[Bindings], Any]

LONGEST_LOOP = 500
LONGEST_INNER_LOOP = 50


def closure(tree: Tree, depth: int = 0) -> Closure:
    """Return the closure of a tree; raises DeclinedError for a tree with a part that has none."""
    return _BUILDERS[tree[0]](tree, depth)


def _const(tree: Tree, _: int) -> Closure:
    value = tree[1]
    return lambda _: value


def _path(tree: Tree, depth: int) -> Closure:
    """Return the closure of a name, or of a chain of fields: the commonest of all, so in one piece."""
    fields: list[str] = []
    while tree[0] == "get":
        fields.append(tree[2])
        tree = tree[1]
    fields.reverse()
    if tree[0] != "name":
        return _fields_of(closure(tree, depth), fields)
    root: str = tree[1]

    def read(bindings: Bindings) -> Any:
        value = bindings.get(root, ABSENT)
        if value is ABSENT:
            return Missing(root)
        for field in fields:
            if value.__class__ is not dict:
                raise DeclinedError
            value = value.get(field, ABSENT)
            if value is ABSENT:
                return Missing(field)
        return value

    return read


def _fields_of(operand: Closure, fields: Sequence[str]) -> Closure:
    def read(bindings: Bindings) -> Any:
        value = operand(bindings)
        for field in fields:
            if value.__class__ is Missing:
                return value
            if value.__class__ is not dict:
                raise DeclinedError
            value = value.get(field, ABSENT)
            if value is ABSENT:
                return Missing(field)
        return value

    return read


def _has(tree: Tree, depth: int) -> Closure:
    operand, field = closure(tree[1], depth), tree[2]

    def has(bindings: Bindings) -> Any:
        value = operand(bindings)
        if value.__class__ is dict:
            return field in value
        if value.__class__ is Missing:
            return value
        raise DeclinedError

    return has


def _list(tree: Tree, depth: int) -> Closure:
    parts = tuple(closure(part, depth) for part in tree[1:])
    if all(part[0] == "const" for part in tree[1:]):
        constant = [part[1] for part in tree[1:]]
        return lambda _: constant

    def build(bindings: Bindings) -> Any:
        values = _all_known([part(bindings) for part in parts])
        return values if values.__class__ is Missing else bounded(values)

    return build


def _all_known(values: list[Any]) -> Any:
    """Return the values, or the first fact that is missing among them."""
    for value in values:
        if value.__class__ is Missing:
            return value
    return values


def _call(tree: Tree, depth: int) -> Closure:
    function, arguments = tree[1], tree[2:]
    build = _OPERATORS.get(function)
    if build is not None:
        return build(*(closure(argument, depth) for argument in arguments))
    apply = FUNCTIONS.get((function, len(arguments)))
    if apply is None:
        raise DeclinedError
    return _strict(apply, [closure(argument, depth) for argument in arguments])


def _strict(apply: Callable[..., Any], arguments: Sequence[Closure]) -> Closure:
    """Return the closure of a function that needs all its arguments."""
    if len(arguments) == 2:
        first, second = arguments

        def call_two(bindings: Bindings) -> Any:
            left, right = first(bindings), second(bindings)
            if left.__class__ is Missing or right.__class__ is Missing:
                return _all_known([left, right])
            return apply(left, right)

        return call_two

    def call(bindings: Bindings) -> Any:
        values = _all_known([argument(bindings) for argument in arguments])
        return values if values.__class__ is Missing else apply(*values)

    return call


# --- logic: a decisive operand absorbs what is missing beside it ----------------------------------------------------


def _and(first: Closure, second: Closure) -> Closure:
    def both(bindings: Bindings) -> Any:
        left = first(bindings)
        if left is False:
            return False
        return _joined(left, second(bindings), decisive=False)

    return both


def _or(first: Closure, second: Closure) -> Closure:
    def either(bindings: Bindings) -> Any:
        left = first(bindings)
        if left is True:
            return True
        return _joined(left, second(bindings), decisive=True)

    return either


def _joined(left: Any, right: Any, *, decisive: bool) -> Any:
    """Join two operands of which the left does not decide: true, false or missing."""
    if right.__class__ is not bool and right.__class__ is not Missing:
        raise DeclinedError
    if left.__class__ is bool or right is decisive:
        _truth(left)
        return right
    if left.__class__ is not Missing:
        raise DeclinedError
    return left


def _truth(value: Any) -> Any:
    if value.__class__ is not bool and value.__class__ is not Missing:
        raise DeclinedError
    return value


def _not(operand: Closure) -> Closure:
    def negated(bindings: Bindings) -> Any:
        value = _truth(operand(bindings))
        return value if value.__class__ is Missing else not value

    return negated


def _choose(condition: Closure, first: Closure, second: Closure) -> Closure:
    def chosen(bindings: Bindings) -> Any:
        value = _truth(condition(bindings))
        if value.__class__ is Missing:
            return value
        return first(bindings) if value else second(bindings)

    return chosen


# --- loops: the macros of CEL ---------------------------------------------------------------------------------------


def _elements(ranged: Closure, depth: int) -> Closure:
    longest = LONGEST_INNER_LOOP if depth else LONGEST_LOOP

    def elements(bindings: Bindings) -> Any:
        value = ranged(bindings)
        if value.__class__ is not Missing and (value.__class__ is not list or len(value) > longest):
            raise DeclinedError
        return value

    return elements


def _quantifier(tree: Tree, depth: int) -> Closure:
    """Return the closure of `all` or `exists`: a decisive element decides, else what is missing."""
    variable, decisive = tree[2], tree[0] == "exists"
    elements, condition = _elements(closure(tree[1], depth), depth), closure(tree[3], depth + 1)

    def quantified(bindings: Bindings) -> Any:
        values = elements(bindings)
        if values.__class__ is Missing:
            return values
        inner, missing = {**bindings}, None
        for value in values:
            inner[variable] = value
            holds = _truth(condition(inner))
            if holds is decisive:
                return decisive
            if holds.__class__ is Missing and missing is None:
                missing = holds
        return not decisive if missing is None else missing

    return quantified


def _filter(tree: Tree, depth: int) -> Closure:
    """Return the closure of `filter`; what is missing for one element is missing for the list, the last one named."""
    variable = tree[2]
    elements, condition = _elements(closure(tree[1], depth), depth), closure(tree[3], depth + 1)

    def filtered(bindings: Bindings) -> Any:
        values = elements(bindings)
        if values.__class__ is Missing:
            return values
        inner, found, missing = {**bindings}, [], None
        for value in values:
            inner[variable] = value
            kept = _truth(condition(inner))
            if kept is True:
                found.append(value)
            elif kept is not False:
                missing = kept
        return found if missing is None else missing

    return filtered


def _map(tree: Tree, depth: int) -> Closure:
    """Return the closure of `map`; one with a condition is left to the engine."""
    variable = tree[2]
    if tree[3] is not None:
        raise DeclinedError
    elements, element = _elements(closure(tree[1], depth), depth), closure(tree[4], depth + 1)

    def mapped(bindings: Bindings) -> Any:
        values = elements(bindings)
        if values.__class__ is Missing:
            return values
        inner, found = {**bindings}, []
        for value in values:
            inner[variable] = value
            found.append(element(inner))
        found = _all_known(found)
        return found if found.__class__ is Missing else bounded(found)

    return mapped


_BUILDERS: Mapping[str, Callable[[Tree, int], Closure]] = {
    "const": _const,
    "name": _path,
    "get": _path,
    "has": _has,
    "list": _list,
    "call": _call,
    "all": _quantifier,
    "exists": _quantifier,
    "filter": _filter,
    "map": _map,
}
_OPERATORS: Mapping[str, Callable[..., Closure]] = {"_&&_": _and, "_||_": _or, "!_": _not, "_?_:_": _choose}
