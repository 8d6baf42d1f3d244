"""The same work over many items, in several processes where the system can split one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Made = TypeVar("Made")

_FEWEST = 8
"""With fewer items than this, starting processes costs more than it saves."""
_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None
"""The input of the worker processes. They inherit it in memory; only results are sent back."""


def in_order(function: Callable[[Item], Made], items: Sequence[Item], jobs: int) -> list[Made]:
    """Return the result of a function for every item, in the order of the items.

    Where processes can't be split off (Windows), or for few items, one process does it all.
    """
    import multiprocessing

    if jobs < 2 or len(items) < _FEWEST or "fork" not in multiprocessing.get_all_start_methods():
        return [function(item) for item in items]
    global _work  # noqa: PLW0603  the children inherit it, which is the point
    _work = (function, items)
    try:
        with multiprocessing.get_context("fork").Pool(min(jobs, len(items))) as pool:
            return pool.map(_one, range(len(items)))
    finally:
        _work = None


def _one(number: int) -> Any:
    assert _work is not None  # noqa: S101  set before the process was split off
    function, items = _work
    return function(items[number])
