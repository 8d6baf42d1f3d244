"""Baselines: findings that were there when a project began to be checked, by fingerprint."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.loading import documents, schema
from checker.source import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from checker.loading.tree import Tree
    from checker.source import Place

MAX_BYTES = 64 * 1_048_576
"""How large a baseline may be; it holds an entry for every finding of a repository."""
_FIRST, _AFTER = 3, 3
"""How many lines stand before the first entry, and after the last (with the empty one at the end)."""
_RULE = re.compile('"rule": ("[^"]*")')
_LEFT_OUT = re.compile("[^ -~\U00010000-\U0010ffff]")
"""Characters to escape. Those that need a surrogate pair are written as they are: YAML reads no pairs."""


def load(path: Path | None, tree: Tree, *, new: bool) -> Document | None:
    """Read a baseline; without a path there is none, and one that is about to be written need not be there.

    Raises CheckerError with every problem of the file.
    """
    if path is None or (new and not tree.is_file(path)):
        return None
    if not tree.is_file(path):
        hint = "write it: modelpolicy check --baseline FILE --write-baseline"
        raise CheckerError(Problem(path=tree.shown(path), message="there is no such baseline", hint=hint))
    return parse(tree.read(path, MAX_BYTES), tree.shown(path))


def parse(text: str, path: str) -> Document:
    """Parse and validate a baseline's text; as it was written it is read quickly, otherwise as YAML in its bounds."""
    document = _as_written(text, path)
    if document is None and len(text) > documents.MAX_BYTES:
        message = f"a baseline above {documents.MAX_BYTES:,} characters is read only as the tool wrote it"
        raise CheckerError(
            Problem(path=path, message=message, hint="restore the file, or delete it and write it again")
        )
    if document is None:
        return schema.load(text, path, "baseline")
    schema.validate(document, "baseline")
    return document


def _as_written(text: str, path: str) -> Document | None:
    """Return a baseline whose text is what `dump` writes, and so has no faults that only YAML shows; else None."""
    plain = text.replace("\r\n", "\n")
    try:
        data = json.loads(plain)
        same = dump(data["findings"]) == plain
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return Document(path=path, text=text, data=data, values=dict(_places(plain)), keys={}) if same else None


def _places(text: str) -> Iterator[tuple[str, Place]]:
    """Yield where the whole, its list, every entry and the rule of every entry stand: what reports point at."""
    lines = text.split("\n")
    yield "", (1, 1, len(lines) - 1, 2)
    yield "/findings", (3, 15, len(lines) - 2, 4)
    for number, line in enumerate(lines[_FIRST:-_AFTER]):
        row = number + _FIRST + 1
        yield f"/findings/{number}", (row, 5, row, len(line.removesuffix(",")) + 1)
        found = _RULE.search(line)
        if found:
            yield f"/findings/{number}/rule", (row, found.start(1) + 1, row, found.end(1) + 1)


def dump(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of a baseline: JSON, one entry on a line, in an order of its own."""
    lines = sorted(_LEFT_OUT.sub(_escape, json.dumps(entry, ensure_ascii=False, sort_keys=True)) for entry in entries)
    findings = "".join(f"\n    {line}," for line in lines).removesuffix(",")
    return f'{{\n  "version": 1,\n  "findings": [{findings}\n  ]\n}}\n'


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
