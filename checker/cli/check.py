"""`modelpolicy check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from checker.cli.options import CONFIG, to_date, to_params, today, width
from checker.reports import REPORTERS, Style


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to a file instead of the screen.",
)
@CONFIG
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="PATH",
    help="Add a pack file or a folder of packs; may be given several times.",
)
@click.option(
    "--param",
    "params",
    multiple=True,
    callback=to_params,
    metavar="K=V",
    help="Set a parameter of the policy (V is YAML); may be given several times.",
)
@click.option(
    "--as-of", callback=to_date, metavar="DATE", help="Judge as of this date (YYYY-MM-DD); default: today in UTC."
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least severity that stops the build.",
)
@click.option("--all", "everything", is_flag=True, help="Also list what passed and what does not apply.")
def check(paths: tuple[Path, ...], **options: Any) -> int:
    """Judge every model-manifest.yaml below the given paths (default: here) by the policy in force.

    Exit codes: 0 checked and nothing blocks; 1 a finding blocks; 2 could not judge; 3 a bug of modelpolicy.
    """
    from checker.app.check import Settings, run
    from checker.model.policy import Severity

    report = run(
        Settings(
            paths=paths or (Path(),),
            current=Path.cwd(),
            as_of=options["as_of"] or today(),
            config=options["config"],
            policies=options["policies"],
            params=options["params"],
            fail_on=Severity(options["fail_on"]),
        )
    )
    output: Path | None = options["output"]
    text = REPORTERS[options["form"]](report, _style(output, everything=options["everything"]))
    _write(text, output)
    return report.exit_code()


def _style(output: Path | None, *, everything: bool) -> Style:
    """Color only on a terminal and unless NO_COLOR is set; the width is the terminal's, or 100 columns."""
    terminal = output is None and sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(width=width(terminal=terminal), color=color, all=everything)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        # Bytes, since a terminal's or a pipe's own encoding may not hold what a manifest says.
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
        sys.stdout.flush()
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.FileError(str(output), hint=error.strerror) from error
