"""What could not be judged, for a person: what is wrong, where, and how to fix it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.reports import safe
from checker.reports.wrap import Paint, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.errors import Problem

_PLAIN = Paint(color=False)


def problems_text(problems: Iterable[Problem], width: int, paint: Paint = _PLAIN) -> list[str]:
    """Return one block of lines for each problem."""
    return ["\n".join(_problem(problem, paint, width)) for problem in problems]


def _problem(problem: Problem, paint: Paint, width: int) -> Iterator[str]:
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
    yield from wrap(paint("31;1", "error") + ": ", safe.line(problem.message), width)
    yield f"  --> {safe.line(place)}"
    if problem.hint:
        yield from wrap("   = fix: ", safe.line(problem.hint), width)
