"""What can go wrong before a verdict: problems as values, one exception for the unusable, and the exit codes."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Given = TypeVar("Given")
Made = TypeVar("Made")


class Exit(IntEnum):
    """The exit codes that every command keeps to."""

    OK = 0
    BLOCKED = 1
    UNUSABLE = 2
    BUG = 3


class Problem(NamedTuple):
    """Why an input can't be judged: what, where (1-based, absent when there is no place) and how to fix it."""

    path: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None


class CheckerError(Exception):
    """Raised when judging can't go on; carries every problem found so far, at least one."""

    def __init__(self, first: Problem, *others: Problem) -> None:
        self.problems = (first, *others)
        super().__init__("; ".join(problem.message for problem in self.problems))


def gather(function: Callable[[Given], Made], items: Iterable[Given]) -> list[Made]:
    """Return the result of a function for every item; raises CheckerError with the problems of all that fail."""
    made: list[Made] = []
    problems: list[Problem] = []
    for item in items:
        try:
            made.append(function(item))
        except CheckerError as error:
            problems += error.problems
    if problems:
        raise CheckerError(*problems)
    return made


def did_you_mean(word: str, candidates: Iterable[str], most: int = 1) -> str:
    """Return "did you mean `x`?" for a near miss in any case (up to `most` of them, the best first), else nothing."""
    import difflib

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), list(by_folded), n=most, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{by_folded[match]}`' for match in found)}?" if found else ""
