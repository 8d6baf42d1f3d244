"""Where the packaged policies and schemas are: inside the package once installed, beside it in a checkout."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@cache
def folder(kind: str) -> Traversable:
    """Return the folder `policies`, `schemas` or `compiled`; raises CheckerError where the installation lacks it."""
    found = find(kind)
    if found is None:
        message = f"the installation lacks its `{kind}` folder"
        raise CheckerError(Problem(path="modelpolicy", message=message, hint="install modelpolicy again"))
    return found


def find(kind: str) -> Traversable | None:
    """Return a shipped folder, or None. Packaged first: a folder beside site-packages could be anybody's."""
    package = files("checker")
    for candidate in (package / "_data" / kind, package / ".." / kind):
        if candidate.is_dir():
            return candidate
    return None


@cache
def schema(name: str) -> Any:
    """Return a shipped JSON Schema by name, such as `manifest`."""
    import json

    return json.loads((folder("schemas") / f"{name}.schema.json").read_bytes())
