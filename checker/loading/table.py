"""A table of names on one line each, in order, read where it lies: a run pays for the rows that it asks for.

A catalog may hold any number of models; a check asks for a few. Parsing all of them into a dict would make every check
pay for models that it never names, so a row is found by bisection in the bytes of the file, and only then parsed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


class Table(Mapping[str, Any]):
    """Rows `NAME<tab>JSON`, sorted by the bytes of their names; each is parsed once, when it is asked for."""

    def __init__(self, rows: bytes) -> None:
        """Take what `dump` returned, in UTF-8."""
        self._rows = rows
        self._parsed: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._parsed:
            self._parsed[name] = json.loads(self._find(name))
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            self._find(name)
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return (row.partition(b"\t")[0].decode() for row in self._rows.splitlines())

    def __len__(self) -> int:
        return self._rows.count(b"\n")

    def _find(self, name: str) -> bytes:
        """Return the JSON of a row by bisection; raises KeyError where there is none."""
        try:
            wanted = name.encode()
        except UnicodeEncodeError as error:
            raise KeyError(name) from error
        low, high = 0, len(self._rows)
        while low < high:
            start = self._rows.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._rows.index(b"\n", start)
            found, _, value = self._rows[start:end].partition(b"\t")
            if found == wanted:
                return value
            low, high = (end + 1, high) if found < wanted else (low, start)
        raise KeyError(name)


def dump(rows: Mapping[str, Any]) -> str:
    """Return the rows of a table; raises ValueError for a name that would break its lines."""
    lines: list[tuple[bytes, str]] = []
    for name, value in rows.items():
        if not name.isprintable():
            raise ValueError(f"{name!r} can't be the name of a row")
        lines.append((name.encode(), f"{name}\t{json.dumps(value, separators=(',', ':'))}\n"))
    return "".join(line for _, line in sorted(lines))
