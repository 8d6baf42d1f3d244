"""Whether files are valid: what is wrong with them and one closing line, or the same as JSON."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from checker.reports import safe
from checker.reports.json import error
from checker.reports.problems import problems_text
from checker.reports.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.errors import Problem


def _text(files: Sequence[str], problems: Sequence[Problem], width: int) -> str:
    closing = f"{count(len(files), 'file')}: {count(len(problems), 'problem') if problems else 'valid'}"
    return "\n\n".join([*problems_text(problems, width), closing]) + "\n"


def _json(files: Sequence[str], problems: Sequence[Problem], _width: int) -> str:
    shape = {"version": 1, "files": list(files), "errors": [error(problem) for problem in problems]}
    return safe.as_json(shape)


def _soundness(files: Sequence[str], problems: Sequence[Problem], width: int) -> str:
    counted = count(len(files), "catalog file") if files else "the catalog"
    closing = f"{counted}: {count(len(problems), 'problem') if problems else 'sound'}"
    return "\n\n".join([*problems_text(problems, width), closing]) + "\n"


VALIDITY: Mapping[str, Callable[[Sequence[str], Sequence[Problem], int], str]] = MappingProxyType(
    {"text": _text, "json": _json}
)
"""How to report it; also what `--format` of `validate` offers."""

SOUNDNESS: Mapping[str, Callable[[Sequence[str], Sequence[Problem], int], str]] = MappingProxyType(
    {"text": _soundness, "json": _json}
)
"""How to report on files of a catalog; also what `--format` of `catalog lint` offers."""
