"""Measure what a thousand more models in the catalog cost a check, against the catalog as it is.

Two copies of the installed package take turns on the same manifest: one as installed, one whose compiled catalog holds
a thousand generated models besides, each with as many names as a shipped one has. User and system time, medians.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from startup import Promise, line_of_promise, measured, written_manifest

MORE = 1000
PROMISE = Promise(measured="1000 more models", against="as installed", ceiling=1.05)
START = "import sys; sys.path.insert(0, {folder!r}); from checker.cli.main import entry; entry()"


def main() -> None:
    """Measure, and print the medians and the promise."""
    parser = argparse.ArgumentParser(description="Measure what the size of the catalog costs.")
    parser.add_argument("--rounds", type=int, default=31, help="runs of each (default: 31)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        small, large = (copied(Path(folder) / name) for name in ("small", "large"))
        grow(large / "checker/_data/compiled/catalog.txt")
        manifest = written_manifest(Path(folder))
        commands = {
            PROMISE.against: [sys.executable, "-c", START.format(folder=str(small)), "check", str(manifest)],
            PROMISE.measured: [sys.executable, "-c", START.format(folder=str(large)), "check", str(manifest)],
        }
        seconds = measured(commands, folder=folder, rounds=rounds)
    medians = {name: median(values) for name, values in seconds.items()}
    print("\n".join(f"  {name:<18}{1000 * value:8.1f} ms" for name, value in medians.items()))
    print(line_of_promise(PROMISE, medians))


def copied(folder: Path) -> Path:
    """Copy the installed package into a folder that can be imported from."""
    found = importlib.util.find_spec("checker")
    package = Path(found.origin).parent if found and found.origin else Path()
    if not (package / "_data/compiled/catalog.txt").is_file():
        sys.exit(
            "the installed package has no compiled catalog: install the wheel, and run this with the Python that has it"
        )
    shutil.copytree(package, folder / "checker")
    return folder


def grow(file: Path) -> None:
    """Add models to a compiled catalog: copies of shipped ones under names of their own."""
    from checker.loading import catalog
    from checker.loading.table import dump

    tables: dict[str, dict[str, Any]] = {
        name: dict(rows) for name, rows in catalog.load()._asdict().items() if name not in ("own_licenses", "digest")
    }
    for number, model in enumerate(islice(cycle(list(tables["models"].values())), MORE)):
        name = f"generated-{number}"
        ids = {space: [f"{name}/{spelling}" for spelling in names] for space, names in model["ids"].items()}
        tables["models"][name] = {**model, "id": name, "ids": ids}
        tables["spellings"].update({one.lower(): name for names in ids.values() for one in names})
    texts = {name: dump(rows) for name, rows in tables.items()}
    head = json.dumps({"digest": "", "lengths": {name: len(text.encode()) for name, text in texts.items()}})
    file.write_text(f"{head}\n{''.join(texts.values())}", encoding="utf-8")


if __name__ == "__main__":
    main()
