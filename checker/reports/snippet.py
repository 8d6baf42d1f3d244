"""Source lines with carets under the values that a finding rests on."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from checker.reports import safe
from checker.reports.addresses import of_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model.finding import Place
    from checker.reports.wrap import Paint

_CUT = "..."


def snippet(
    places: Sequence[Place], texts: Mapping[str, str], paint: Paint, width: int, root: str = ""
) -> Iterator[str]:
    """Yield the lines of all places, file by file, each file under its name; paths are relative to `root`."""
    first = places[0]
    gutter = max(len(str(place.span.line)) for place in places) + 1
    for path, group in groupby(places, key=lambda place: place.span.path):
        ordered = list(group)
        span = ordered[0].span
        shown = paint.link(of_file(root, path), safe.line(path))
        yield f"{' ' * gutter}--> {shown}:{span.line}:{span.column}"
        lines = texts.get(path, "").splitlines()
        for place in ordered:
            yield from _place(place, lines, gutter, paint, width, primary=place is first)


def _place(
    place: Place, lines: Sequence[str], gutter: int, paint: Paint, width: int, *, primary: bool
) -> Iterator[str]:
    span = place.span
    if span.line > len(lines):
        return
    source = lines[span.line - 1]
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    before, marked = safe.line(source[: span.column - 1]), safe.line(source[:end])
    whole = safe.line(source)
    room = max(width - gutter - 3, 20)
    shown, before, marked = _clip(before, whole[len(before) : len(marked)], whole[len(marked) :], room)
    carets = ("^" if primary else "-") * max(_columns(marked), 1)
    label = safe.line(place.label)
    beside = _columns(before) + len(carets) + len(label) < room
    code = "31;1" if primary else "36"
    yield f"{' ' * gutter}|"
    yield f"{span.line:>{gutter - 1}} | {shown}"
    yield f"{' ' * gutter}| {' ' * _columns(before)}{paint(code, f'{carets} {label}'.rstrip() if beside else carets)}"
    if not beside and label:
        yield f"{' ' * gutter}| {' ' * max(room - len(label), 0)}{paint(code, label)}"


def _clip(before: str, marked: str, rest: str, room: int) -> tuple[str, str, str]:
    """Cut a long line, saying so, so that the marked part stays in view; `room` counts columns."""
    if _columns(before + marked + rest) <= room:
        return before + marked + rest, before, marked
    marked = _first(marked, room - 2 * len(_CUT))
    ahead = room - _columns(marked) - len(_CUT)
    if _columns(before) > ahead:
        before = _CUT + _last(before, ahead - len(_CUT))
    behind = room - _columns(before + marked)
    rest = rest if _columns(rest) <= behind else _first(rest, behind - len(_CUT)) + _CUT
    return before + marked + rest, before, marked


def _first(text: str, room: int) -> str:
    """Return as much of the start of a text as fits into some columns."""
    return text[: _fitting(text, room)]


def _last(text: str, room: int) -> str:
    """Return as much of the end of a text as fits into some columns."""
    return text[len(text) - _fitting(text[::-1], room) :]


def _fitting(text: str, room: int) -> int:
    """Return how many characters fit; a text may be a file of one line, so each is measured once."""
    return bisect_right(list(accumulate(map(_width, text))), max(room, 0))


def _columns(text: str) -> int:
    return sum(map(_width, text))


def _width(char: str) -> int:
    """Return how many terminal columns a character takes: wide ones take two, combining ones none."""
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
