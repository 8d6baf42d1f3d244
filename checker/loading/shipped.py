"""Where the packaged policies and schemas are: inside the package once installed, beside it in a checkout.

A file is read through the package's own loader, which works from a zipped wheel too and costs nothing to import.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import checker
from checker.errors import CheckerError, Problem

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@cache
def compiled(name: str) -> bytes | None:
    """Return a file that was compiled when the package was built, or None in a checkout."""
    return _read("_data", "compiled", name)


@cache
def schema(name: str) -> Any:
    """Return a shipped JSON Schema by name, such as `manifest`; raises CheckerError where the installation lacks it."""
    file = f"{name}.schema.json"
    # Packaged first: a folder beside site-packages could be anybody's.
    raw = _read("_data", "schemas", file) or _read(os.pardir, "schemas", file)
    if raw is None:
        raise _lacking(f"schemas/{file}")
    return json.loads(raw)


@cache
def folder(kind: str) -> Traversable:
    """Return the folder `policies` or `schemas`; raises CheckerError where the installation lacks it."""
    from importlib.resources import files

    package = files("checker")
    for candidate in (package / "_data" / kind, package / os.pardir / kind):
        if candidate.is_dir():
            return candidate
    raise _lacking(kind)


def _read(*parts: str) -> bytes | None:
    loader: Any = checker.__loader__
    try:
        raw: bytes = loader.get_data(os.path.join(os.path.dirname(checker.__file__), *parts))  # noqa: PTH118, PTH120
    except OSError:
        return None
    return raw


def _lacking(what: str) -> CheckerError:
    message = f"the installation lacks `{what}`"
    return CheckerError(Problem(path="modelpolicy", message=message, hint="install modelpolicy again"))
