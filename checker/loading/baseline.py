"""Baselines: findings that were there when a project began to be checked, by fingerprint."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.loading import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from checker.loading.tree import Tree
    from checker.source import Document

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
    return schema.load(tree.read(path), tree.shown(path), "baseline")


def parse(text: str, path: str) -> Document:
    """Parse and validate a baseline's text."""
    return schema.load(text, path, "baseline")


def dump(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of a baseline: JSON, one entry on a line, in an order of its own."""
    lines = sorted(_LEFT_OUT.sub(_escape, json.dumps(entry, ensure_ascii=False, sort_keys=True)) for entry in entries)
    findings = "".join(f"\n    {line}," for line in lines).removesuffix(",")
    return f'{{\n  "version": 1,\n  "findings": [{findings}\n  ]\n}}\n'


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
