"""Where things stand: spans in files, and documents whose every value knows its span.

Lines and columns are 1-based code points with an exclusive end, as in SARIF. Values are addressed by JSON Pointer
(RFC 6901).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


class Span(NamedTuple):
    """A stretch of one file; `line` and `column` name its first code point, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def problem(self, message: str, hint: str) -> Problem:
        """Return a problem that stands here."""
        return Problem(path=self.path, line=self.line, column=self.column, message=message, hint=hint)


Place = tuple[int, int, int, int]
"""Line, column, end line and end column: documents keep these, because most spans are never needed."""


class Document(NamedTuple):
    """A parsed file: its text, its data, and for every pointer the span of the value and (in a mapping) of its key."""

    path: str
    text: str
    data: Any
    values: Mapping[str, Place]
    keys: Mapping[str, Place]

    def nearest(self, pointer: str) -> str:
        """Return the longest prefix of `pointer` that stands in the file ("" is the whole file)."""
        while pointer and pointer not in self.values:
            pointer = parent(pointer)
        return pointer

    def span(self, pointer: str) -> Span:
        """Return the span of the value at `pointer`, or of the nearest value around it."""
        return self._span(self.values[self.nearest(pointer)])

    def key_span(self, pointer: str) -> Span:
        """Return the span of the key at `pointer`, or of the value where it has no key (a list's element)."""
        return self._span(self.keys[pointer]) if pointer in self.keys else self.span(pointer)

    def _span(self, place: Place) -> Span:
        line, column, end_line, end_column = place
        return Span(path=self.path, line=line, column=column, end_line=end_line, end_column=end_column)

    def at(self, pointer: str) -> Any:
        """Return the value at `pointer`; raises KeyError or IndexError where there is none."""
        value = self.data
        for part in split(pointer):
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value

    def problem(self, pointer: str, message: str, hint: str = "", *, key: bool = False) -> Problem:
        """Return a problem of the value (or the key) at `pointer`."""
        span = self.key_span(pointer) if key else self.span(pointer)
        return span.problem(message, hint)


def child(pointer: str, part: str | int) -> str:
    """Return the pointer of one key or index below `pointer`."""
    if isinstance(part, int):
        return f"{pointer}/{part}"
    return f"{pointer}/{part.replace('~', '~0').replace('/', '~1')}"


def parent(pointer: str) -> str:
    """Return the pointer one level up; that of the whole document is itself."""
    return pointer.rpartition("/")[0]


def split(pointer: str) -> list[str]:
    """Return the unescaped parts of a pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
