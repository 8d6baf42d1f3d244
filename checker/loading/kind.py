"""What a file is, by its name or else by what it holds."""

from __future__ import annotations

import fnmatch
from enum import Enum
from typing import TYPE_CHECKING

from checker.errors import CheckerError, Problem
from checker.loading import shipped
from checker.loading.documents import tolerate
from checker.loading.files import CONFIG_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from checker.loading.tree import Tree


class Kind(Enum):
    """The kinds of files that people write."""

    MANIFEST = "manifest"
    CONFIG = "config"
    PACK = "pack"
    CATALOG = "catalog"
    POLICY_TESTS = "policy tests"
    BASELINE = "baseline"


_YAML = (".yaml", ".yml")
_MANIFEST_NAME = "*model-manifest.yaml"
_TELLING = {"project": Kind.MANIFEST, "pack": Kind.PACK, "cases": Kind.POLICY_TESTS, "findings": Kind.BASELINE}
"""The required key that only this kind of file has. A manifest that is named directly may have any name."""


def of(path: Path, tree: Tree) -> Kind:
    """Return the kind of a file; raises CheckerError if the kind is unclear or the file can't be read."""
    if path.name == CONFIG_NAME:
        return Kind.CONFIG
    if fnmatch.fnmatchcase(path.name, _MANIFEST_NAME):
        return Kind.MANIFEST
    keys = _keys(path, tree)
    found = next((kind for key, kind in _TELLING.items() if key in keys), None)
    if found is None and _sections_of_catalog() & keys:
        found = Kind.CATALOG
    if found is None:
        message = "the file is not a manifest, config, pack, policy tests, baseline or catalog"
        hint = f"a manifest has `project`, a pack `pack`, policy tests have `cases`; a config is called {CONFIG_NAME}"
        raise CheckerError(Problem(path=tree.shown(path), message=message, hint=hint))
    return found


def _keys(path: Path, tree: Tree) -> set[str]:
    """Return the keys at the top of a file; what is not called YAML and is none has no keys."""
    text = tree.read(path)
    try:
        # Strict YAML is checked later, when the file is read as its kind.
        document, _ = tolerate(text, tree.shown(path))
    except CheckerError:
        if path.suffix in _YAML:
            raise
        return set()
    return set(document.data) if isinstance(document.data, dict) else set()


def _sections_of_catalog() -> set[str]:
    properties: dict[str, object] = shipped.schema("catalog")["properties"]
    return set(properties) - {"version"}
