"""What can go wrong before a verdict: problems as values, one exception for the unusable, and the exit codes."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


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
    """Raised when nothing can be judged any further; carries every problem found so far."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
