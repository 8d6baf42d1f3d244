"""Build hook: compiles the shipped packs and catalog into the wheel, so that a check need not read YAML to start.

The YAML ships too, and stays the source. A rule or a record that is at fault fails the build.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface):  # type: ignore[type-arg]  # the configuration's type is of no use here
    """Adds `checker/_data/compiled/` to a wheel; an editable install keeps reading the YAML."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled files outside the tree, and include them."""
        if version != "standard":
            return
        sys.path.insert(0, self.root)
        from checker.loading import catalog, pack

        folder = Path(mkdtemp(prefix="modelpolicy-"))
        for name, text in ((catalog.COMPILED, catalog.compile_shipped()), (pack.COMPILED, pack.compile_shipped())):
            (folder / name).write_text(text, encoding="utf-8")
            build_data["force_include"][str(folder / name)] = f"checker/_data/compiled/{name}"
