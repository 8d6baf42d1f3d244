"""Measure what a start of `modelpolicy` costs, against the ceilings this project promises.

Times are user and system time of the child process. The commands take turns, so that a slow moment of the
machine meets all of them, and the medians are compared as ratios, which travel from machine to machine better
than seconds do. A ratio above its ceiling is reported and is not a failure; a command that fails is.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schemas" / "manifest.schema.json"
MANIFEST = """\
version: 1
project:
  name: startup
  owner: benchmarks
  use: commercial
  stage: production
  monthly_active_users: 20000
  serves: [DE, FR]
organization:
  domicile: DE
  monthly_active_users: 20000
  annual_revenue_usd: 4000000
data:
  tickets:
    classification: [internal]
    residency: [EU]
models:
  - id: answers
    model: mistralai/Mistral-7B-Instruct-v0.3
    purpose: answer questions about tickets
    deployment: {type: self-hosted, provider: aws, region: eu-central-1}
    data: [tickets]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One ratio of medians, and the most it may be."""

    measured: str
    against: str
    ceiling: float


PROMISES = (
    Promise(measured="--version", against="bare Python", ceiling=4),
    Promise(measured="check", against="bare Python", ceiling=9),
    Promise(measured="check", against="check-jsonschema", ceiling=0.5),
)


def main() -> None:
    """Measure, and print the medians and the promises."""
    arguments = parsed_arguments()
    with tempfile.TemporaryDirectory() as folder:
        manifest = arguments.manifest or written_manifest(Path(folder))
        seconds = measured(commands(manifest.resolve()), folder=folder, rounds=arguments.rounds)
    medians = {name: median(values) for name, values in seconds.items()}
    print("\n".join([*lines_of_medians(medians, arguments.rounds), "", *lines_of_promises(medians)]))


def parsed_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the start-up of modelpolicy.")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command (default: 15)")
    parser.add_argument("--manifest", type=Path, help="a manifest that passes (default: one of 20 lines)")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    return arguments


def written_manifest(folder: Path) -> Path:
    """Write the manifest that is checked when none is named."""
    path = folder / "model-manifest.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


def commands(manifest: Path) -> dict[str, list[str]]:
    """Name the commands; those that are installed come from the folder of the running Python."""
    folder = Path(sys.executable).parent
    return {
        "bare Python": [sys.executable, "-c", "pass"],
        "--version": [str(folder / "modelpolicy"), "--version"],
        "check": [str(folder / "modelpolicy"), "check", str(manifest)],
        "check-jsonschema": [str(folder / "check-jsonschema"), "--schemafile", str(SCHEMA), str(manifest)],
    }


def measured(by_name: dict[str, list[str]], *, folder: str, rounds: int) -> dict[str, list[float]]:
    """Run all commands in turn, once unmeasured to fill caches and then for every round."""
    for command in by_name.values():
        cpu_seconds(command, folder)
    seconds: dict[str, list[float]] = {name: [] for name in by_name}
    for _ in range(rounds):
        for name, command in by_name.items():
            seconds[name].append(cpu_seconds(command, folder))
    return seconds


def cpu_seconds(command: list[str], folder: str) -> float:
    """Run a command in a folder without configuration and return its user and system time."""
    # PYTHONDONTWRITEBYTECODE and the like would make every start compile anew.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        run = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not there: install `.[dev]`, and run this with the Python that has it")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        said = (run.stderr or run.stdout).decode(errors="replace").strip()
        sys.exit(f"{' '.join(command)} ended with {run.returncode}, so there is nothing to compare:\n{said}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def lines_of_medians(medians: dict[str, float], rounds: int) -> list[str]:
    """Show the median of each command in milliseconds."""
    return [
        f"median user + system time of {rounds} runs each, in turn",
        *(f"  {name:<18}{1000 * seconds:8.1f} ms" for name, seconds in medians.items()),
    ]


def lines_of_promises(medians: dict[str, float]) -> list[str]:
    """Show each promised ratio, its ceiling, and whether it is met."""
    return ["promised ratios", *(line_of_promise(promise, medians) for promise in PROMISES)]


def line_of_promise(promise: Promise, medians: dict[str, float]) -> str:
    """Show one promised ratio."""
    ratio = medians[promise.measured] / medians[promise.against]
    verdict = "met" if ratio <= promise.ceiling else "NOT MET"
    name = f"{promise.measured} / {promise.against}"
    return f"  {name:<28}{ratio:6.2f}   at most {promise.ceiling:<4g}{verdict}"


if __name__ == "__main__":
    main()
