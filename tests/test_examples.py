"""Every example is run as its `command.txt` says, from the repository's root, and says what its `expected.txt` holds.

The whole folder is a command of its own, of which only the exit code and the closing line are pinned.

`UPDATE_EXPECTED=1 python -m pytest tests/test_examples.py` writes the texts anew. Exit codes are never rewritten: they
are what an example promises.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
UPDATE = bool(os.environ.get("UPDATE_EXPECTED"))

# What a developer's shell or a CI service may set, and what would change the output or the files that are found.
SCRUBBED = ("CI", "COLUMNS", "FORCE_COLOR", "GIT_", "GITHUB_", "LINES", "NO_COLOR", "UPDATE_EXPECTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One folder with a command."""

    folder: Path
    arguments: tuple[str, ...]
    exit_code: int

    @property
    def name(self) -> str:
        return self.folder.relative_to(EXAMPLES).as_posix()

    @property
    def paths(self) -> list[Path]:
        """The paths that the command checks."""
        return [ROOT / word for word in self.arguments[1:] if (ROOT / word).is_dir()]


def read(file: Path) -> Example:
    command, code = file.read_text(encoding="utf-8").splitlines()
    program, *arguments = shlex.split(command)
    found = re.fullmatch(r"exit ([0-3])", code)
    assert program == "modelpolicy", f"{file}: the command is modelpolicy"
    assert found, f"{file}: the second line is `exit N`"
    return Example(folder=file.parent, arguments=tuple(arguments), exit_code=int(found[1]))


def manifests() -> list[Path]:
    return sorted({*EXAMPLES.rglob("model-manifest.yaml"), *EXAMPLES.rglob("*.model-manifest.yaml")})


ALL = [read(file) for file in sorted(EXAMPLES.rglob("*/command.txt"))]
WHOLE = read(EXAMPLES / "command.txt")


def program() -> list[str]:
    """Return the installed command of this environment, else the package of this checkout."""
    script = Path(sys.executable).parent / ("modelpolicy.exe" if os.name == "nt" else "modelpolicy")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "checker"]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(SCRUBBED)}
    return {**kept, "PYTHONIOENCODING": "utf-8"}


def output(example: Example) -> str:
    """Run the command of an example, and return what it prints once its exit code is the promised one."""
    done = subprocess.run(
        [*program(), *example.arguments], cwd=ROOT, env=environment(), capture_output=True, check=False, timeout=120
    )
    said = done.stdout.decode("utf-8").replace("\r\n", "\n")
    assert done.stderr.decode("utf-8") == ""
    assert done.returncode == example.exit_code, said
    return said


def agree(said: str, pinned: Path) -> None:
    if UPDATE:
        pinned.write_text(said, encoding="utf-8", newline="\n")
    assert pinned.is_file(), f"there is no {pinned}; write it with UPDATE_EXPECTED=1"
    assert said == pinned.read_text(encoding="utf-8")


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_an_example_says_what_it_is_pinned_to(example: Example) -> None:
    agree(output(example), example.folder / "expected.txt")


def test_one_command_judges_every_example() -> None:
    """The first command of the README: no manifest needs anything from outside to be judged."""
    assert WHOLE.paths == [EXAMPLES]
    closing = output(WHOLE).splitlines()[-1]
    assert f"{len(manifests())} manifests," in closing
    assert "could not be judged" not in closing
    agree(f"{closing}\n", EXAMPLES / "closing.txt")


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_a_command_checks_its_own_folder_on_a_fixed_date(example: Example) -> None:
    assert example.paths == [example.folder]
    assert "--as-of" in example.arguments


def test_there_are_examples() -> None:
    assert len(ALL) >= 17


@pytest.mark.parametrize("manifest", manifests(), ids=lambda file: file.relative_to(EXAMPLES).as_posix())
def test_a_manifest_is_covered_by_one_command(manifest: Path) -> None:
    covering = [example.name for example in ALL if any(manifest.is_relative_to(path) for path in example.paths)]
    assert len(covering) == 1, f"covered by {covering or 'no command'}"


def test_no_folder_is_orphaned() -> None:
    """Every folder belongs to an example, or holds some; so a file that was left behind is noticed."""
    # In `ci` are files to be copied: they hold no manifest, and have tests of their own.
    folders = [folder for folder in sorted(EXAMPLES.rglob("*")) if folder.is_dir() and folder != EXAMPLES / "ci"]
    orphaned = [
        folder.relative_to(EXAMPLES).as_posix()
        for folder in folders
        if not any(folder.is_relative_to(example.folder) or example.folder.is_relative_to(folder) for example in ALL)
    ]
    assert orphaned == []


def test_no_expected_text_is_left_without_a_command() -> None:
    pinned = {file.parent for file in EXAMPLES.rglob("expected.txt")}
    assert pinned <= {example.folder for example in ALL}


def test_the_readme_lists_every_example_once() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[([^\]]+)\]\(([^)]+)\)", text, flags=re.MULTILINE)
    assert [name for name, target in rows if name != target] == []
    assert sorted(name for name, _ in rows) == sorted(example.name for example in ALL)


def test_the_readme_says_which_examples_pass() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \[([^\]]+)\].*\| ([^|]+) \|$", text, flags=re.MULTILINE))
    assert {name for name, result in rows.items() if result == "passes"} == {
        example.name for example in ALL if example.exit_code == 0
    }


def test_every_rule_that_examples_speak_of_exists() -> None:
    rules = {
        found
        for file in (ROOT / "policies" / "rules").glob("*.yaml")
        for found in re.findall(r"^ +- id: (\S+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    packs = "|".join(sorted({rule.partition("/")[0] for rule in rules}))
    written = [*manifests(), *EXAMPLES.rglob(".modelpolicy.yaml"), EXAMPLES / "README.md"]
    spoken = {
        found
        for file in written
        for found in re.findall(rf"(?<![\w./-])(?:{packs})/[a-z][a-z-]*", file.read_text(encoding="utf-8"))
    }
    assert spoken
    assert spoken <= rules
