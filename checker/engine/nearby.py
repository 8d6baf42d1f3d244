"""Near misses: the one place that decides what "did you mean" suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str], most: int = 1) -> list[str]:
    """Return up to `most` candidates that a person may have meant, the best first, in any case."""
    import difflib

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), list(by_folded), n=most, cutoff=0.6)
    return [by_folded[match] for match in found]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return "did you mean `x`?" for a near miss, else nothing."""
    found = nearest(word, candidates, most=3)
    return f"did you mean {' or '.join(f'`{match}`' for match in found)}?" if found else ""
