"""Pure renderers of one report. The table below is also what `--format` offers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.model.report import Report


class Style(NamedTuple):
    """How a person looks at the output: columns of the terminal, color (and links) or not, how much of it.

    `all` lists every verdict, and not only those that matter; `verbose` tells every fact that a finding rests on.
    """

    width: int = 100
    color: bool = False
    all: bool = False
    verbose: bool = False


def _text(report: Report, style: Style) -> str:
    if not (report.problems or report.listed() or report.ahead or style.all):
        # A passing run is one line, and need not import what draws the rest.
        from checker.reports.words import closing

        return closing(report) + "\n"
    from checker.reports.text import render

    return render(report, style)


def _concise(report: Report, style: Style) -> str:
    from checker.reports.concise import render

    return render(report, style)


def _json(report: Report, style: Style) -> str:
    from checker.reports.json import render

    return render(report, style)


def _github(report: Report, style: Style) -> str:
    from checker.reports.github import render

    return render(report, style)


def _junit(report: Report, style: Style) -> str:
    from checker.reports.junit import render

    return render(report, style)


def _markdown(report: Report, style: Style) -> str:
    from checker.reports.markdown import render

    return render(report, style)


def _sarif(report: Report, style: Style) -> str:
    from checker.reports.sarif import render

    return render(report, style)


def _codequality(report: Report, style: Style) -> str:
    from checker.reports.codequality import render

    return render(report, style)


REPORTERS: Mapping[str, Callable[[Report, Style], str]] = MappingProxyType(
    {
        "text": _text,
        "concise": _concise,
        "json": _json,
        "github": _github,
        "junit": _junit,
        "markdown": _markdown,
        "sarif": _sarif,
        "codequality": _codequality,
    }
)
