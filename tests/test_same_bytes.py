"""Same inputs, same date: the same bytes out, in every process and every format, with a baseline too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.reports import REPORTERS

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("license-table/meta-over-the-license-cap", "license-table/meta-over-the-house-cap", "hybrid", "copyleft")
DAY = "2026-11-23"
PROCESSES = 20

pytestmark = pytest.mark.slow


def processes(commands: list[list[str]], here: Path) -> list[tuple[int, bytes]]:
    """Run commands as processes of their own, two at a time, each with a seed of hashing that nobody chose."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONHASHSEED", "CI", "FORCE_COLOR")
    }
    done: list[tuple[int, bytes]] = []
    for start in range(0, len(commands), 2):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "checker", *command],
                cwd=here,
                env={**environment, "PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for command in commands[start : start + 2]
        ]
        done += [(one.wait(timeout=120), out) for one in running for out in [one.communicate(timeout=120)[0]]]
    return done


def test_twenty_processes_write_the_same_bytes_in_every_format(tmp_path: Path) -> None:
    """One process writes all formats; their files are compared, and what it says itself."""
    paths = [str(ROOT / "examples" / name) for name in EXAMPLES]
    commands = [
        [
            *("check", "--as-of", DAY, "--all", *paths),
            *(part for form in REPORTERS for part in ("--output", f"{form}={tmp_path}/{number}.{form}")),
        ]
        for number in range(PROCESSES)
    ]
    done = processes(commands, ROOT)
    assert {code for code, _ in done} == {1}
    for form in REPORTERS:
        assert len({(tmp_path / f"{number}.{form}").read_bytes() for number in range(PROCESSES)}) == 1, form


@pytest.mark.parametrize("name", EXAMPLES[:2])
def test_a_baseline_accepts_in_every_process_what_it_accepted_in_one(name: str, tmp_path: Path) -> None:
    """The maps that a finding rests on have no order; what is hashed of them has."""
    manifest = (ROOT / "examples" / name / "model-manifest.yaml").read_text(encoding="utf-8")
    (tmp_path / "model-manifest.yaml").write_text(manifest, encoding="utf-8")
    check = ["check", "--as-of", DAY, "--baseline", "b.json"]
    assert processes([[*check, "--write-baseline", "."]], tmp_path)[0][0] == 0
    done = processes([[*check, "."]] * PROCESSES, tmp_path)
    assert {code for code, _ in done} == {0}
    assert len(set(done)) == 1


def test_a_baseline_written_in_twenty_processes_is_one(tmp_path: Path) -> None:
    paths = [str(ROOT / "examples" / name) for name in EXAMPLES[:2]]
    commands = [
        ["check", "--as-of", DAY, "--baseline", f"{tmp_path}/{number}.json", "--write-baseline", *paths]
        for number in range(PROCESSES)
    ]
    processes(commands, ROOT)
    assert len({(tmp_path / f"{number}.json").read_bytes() for number in range(PROCESSES)}) == 1
