"""What CEL's operators and functions do with values that they are for; everything else is for the engine to decide.

Each raises DeclinedError where types are mixed, where a number may overflow, and where a value grows beyond bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.expressions import functions
from checker.expressions.result import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_SIZE = 100_000
_INT64 = range(-(1 << 63), 1 << 63)
ABSENT = object()


class DeclinedError(Exception):
    """Raised where the engine is to decide."""


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
        value = container.get(key, ABSENT)
        return Missing(key) if value is ABSENT else value
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
    return bounded(left + right)


def bounded(value: Any) -> Any:
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


FUNCTIONS: Mapping[tuple[str, int], Callable[..., Any]] = {
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
"""By name and number of arguments, as the checked tree has them; a method counts what it is called on."""
