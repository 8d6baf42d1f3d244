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

from checker.expressions import functions
from checker.expressions.result import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.expressions.syntax import Tree

    Bindings = Mapping[str, Any]
    Closure = Callable[[Bindings], Any]

LONGEST_LOOP = 500
LONGEST_INNER_LOOP = 50
MAX_SIZE = 100_000
_INT64 = range(-(1 << 63), 1 << 63)
_ABSENT = object()


class DeclinedError(Exception):
    """Raised where the engine is to decide."""


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
        value = bindings.get(root, _ABSENT)
        if value is _ABSENT:
            return Missing(root)
        for field in fields:
            if value.__class__ is not dict:
                raise DeclinedError
            value = value.get(field, _ABSENT)
            if value is _ABSENT:
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
            value = value.get(field, _ABSENT)
            if value is _ABSENT:
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
        return values if values.__class__ is Missing else _bounded(values)

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
    apply = _FUNCTIONS.get((function, len(arguments)))
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


# --- operators and functions that need all their operands -----------------------------------------------------------


def _equal(left: Any, right: Any) -> bool:
    kind = left.__class__
    if kind is right.__class__ and kind in (str, bool, int):
        return bool(left == right)
    raise DeclinedError


def _unequal(left: Any, right: Any) -> bool:
    return not _equal(left, right)


def _in(item: Any, container: Any) -> bool:
    if item.__class__ is not str:
        raise DeclinedError
    if container.__class__ is dict:
        return item in container
    if container.__class__ is not list or any(one.__class__ is not str for one in container):
        raise DeclinedError
    return item in container


def _index(container: Any, key: Any) -> Any:
    if container.__class__ is dict and key.__class__ is str:
        value = container.get(key, _ABSENT)
        return Missing(key) if value is _ABSENT else value
    if container.__class__ is list and key.__class__ is int and 0 <= key < len(container):
        return container[key]
    raise DeclinedError


def _comparable(left: Any, right: Any) -> None:
    if left.__class__ is not right.__class__ or left.__class__ not in (int, str):
        raise DeclinedError


def _less(left: Any, right: Any) -> bool:
    _comparable(left, right)
    return bool(left < right)


def _at_most(left: Any, right: Any) -> bool:
    _comparable(left, right)
    return bool(left <= right)


def _add(left: Any, right: Any) -> Any:
    kind = left.__class__
    if kind is not right.__class__ or kind not in (str, int, list):
        raise DeclinedError
    return _bounded(left + right)


def _bounded(value: Any) -> Any:
    """Return a value that was built here, if the engine could build it and it is within the bounds."""
    if value.__class__ is int:
        if value not in _INT64:
            raise DeclinedError
    elif functions.size(value, MAX_SIZE) > MAX_SIZE:
        raise DeclinedError
    return value


def _size(value: Any) -> int:
    if value.__class__ not in (str, list, dict):
        raise DeclinedError
    return len(value)


def _text_function(name: str) -> Callable[[Any, Any], bool]:
    def apply(text: Any, part: Any) -> bool:
        if text.__class__ is not str or part.__class__ is not str:
            raise DeclinedError
        return part in text if name == "contains" else bool(getattr(text, name)(part))

    return apply


def _places_function(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def called(places: Any, others: Any) -> Any:
        if places.__class__ is not list or others.__class__ is not list:
            raise DeclinedError
        return _decided(apply, places, others)

    return called


def _exceeds(count: Any, op: Any, threshold: Any) -> Any:
    numbers = (int, float)
    if count.__class__ is not dict or op not in ("gt", "gte") or threshold.__class__ not in numbers:
        raise DeclinedError
    bounds = [count[name] for name in ("at_least", "at_most") if name in count]
    if any(bound.__class__ not in numbers for bound in bounds):
        raise DeclinedError
    return _decided(functions.exceeds, count, op, threshold)


def _decided(apply: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return apply(*arguments)
    except functions.UndecidedError as error:
        return Missing(None, str(error).removeprefix(functions.UNDECIDED))


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
        return found if found.__class__ is Missing else _bounded(found)

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
_FUNCTIONS: Mapping[tuple[str, int], Callable[..., Any]] = {
    ("_==_", 2): _equal,
    ("_!=_", 2): _unequal,
    ("@in", 2): _in,
    ("_[_]", 2): _index,
    ("_<_", 2): _less,
    ("_<=_", 2): _at_most,
    ("_>_", 2): lambda left, right: _less(right, left),
    ("_>=_", 2): lambda left, right: _at_most(right, left),
    ("_+_", 2): _add,
    ("size", 1): _size,
    ("startsWith", 2): _text_function("startswith"),
    ("endsWith", 2): _text_function("endswith"),
    ("contains", 2): _text_function("contains"),
    ("within", 2): _places_function(functions.within),
    ("outside", 2): _places_function(functions.outside),
    ("touches", 2): _places_function(functions.touches),
    ("exceeds", 3): _exceeds,
}
