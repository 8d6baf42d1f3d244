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
    """Return "did you mean `x`?" for a near miss in any case (up to `most` of them, the best first), else nothing.

    A wrong neighbor misleads more than none: what is proposed differs in a slip of the keys, or is cut short.
    """
    import difflib

    folded, by_folded = word.casefold(), {candidate.casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(folded, list(by_folded), n=most + _MORE, cutoff=0.6)
    found = [candidate for candidate in close if _is_slip(folded, candidate)][:most]
    return f"did you mean {' or '.join(f'`{by_folded[match]}`' for match in found)}?" if found else ""


_MORE = 8
_SHORTEST_PART = 4


def _is_slip(word: str, candidate: str) -> bool:
    """Say whether a word may be a slip of the keys for another: a letter in four, at most three; or letters swapped.

    So may one with another ending, such as the singular for the plural.
    """
    import difflib
    from itertools import takewhile

    shorter = min(word, candidate, key=len)
    if len(shorter) >= _SHORTEST_PART and (word.startswith(candidate) or candidate.startswith(word)):
        return True
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, candidate, strict=False)))
    if sorted(word) == sorted(candidate) or (alike > _SHORTEST_PART and alike >= 0.6 * max(len(word), len(candidate))):
        return True
    steps = difflib.SequenceMatcher(None, word, candidate).get_opcodes()
    changed = sum(
        max(end - start, other_end - other) for kind, start, end, other, other_end in steps if kind != "equal"
    )
    return changed <= min(3, max(1, len(word) // 4))
