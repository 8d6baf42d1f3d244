"""`modelpolicy check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import CONFIG, screen, to_date, to_params, to_targets, today, width
from checker.reports import REPORTERS, Style, safe

if TYPE_CHECKING:
    from checker.app.settings import Settings


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
    help="The output format.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write the report to FILE instead of the screen. With FORMAT=, write that format as well (- is the screen). "
    "May be repeated.",
)
@CONFIG
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="PATH",
    help="Add a pack file or a folder of packs. May be repeated.",
)
@click.option(
    "--param",
    "params",
    multiple=True,
    callback=to_params,
    metavar="K=V",
    help="Set a parameter of the policy (V is YAML). May be repeated.",
)
@click.option(
    "--as-of", callback=to_date, metavar="DATE", help="Judge as of this date (YYYY-MM-DD); default: today in UTC."
)
@click.option("--allow-past", is_flag=True, help="Accept a past date for --as-of in CI (if CI is set).")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least severity that stops the build.",
)
@click.option("--no-waivers", is_flag=True, help="Ignore waivers and the baseline.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Accept the findings that this baseline file lists.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Create the baseline file, or remove entries that no longer occur from an existing one.",
)
@click.option(
    "--trusted-ref",
    default="",
    metavar="REF",
    help="Read config, policies, catalog, waivers and baseline from this commit instead of the working tree.",
)
@click.option(
    "--horizon",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="List verdicts that will change within this many days; 0 lists none.",
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Number of worker processes (Linux and macOS); 0 uses one per CPU.",
)
@click.option("--all", "everything", is_flag=True, help="Also list what passed and what does not apply.")
@click.option("--verbose", is_flag=True, help="Show every fact that a finding rests on, with its origin (text).")
def check(paths: tuple[Path, ...], **options: Any) -> int:
    """Judge every model-manifest.yaml below the given paths (default: the current folder) by the policy in force.

    Exit codes: 0 nothing blocks; 1 a finding blocks; 2 could not judge; 3 a bug in modelpolicy.
    """
    from checker.app.check import run

    targets = to_targets(options["outputs"], options["form"])
    if options["write_baseline"] and options["baseline"] is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    checked = run(_settings(paths, options))
    for form, file in targets:
        _write(REPORTERS[form](checked.report, _style(file, options)), file)
    for note in checked.report.overlooked:
        click.echo(f"note: {safe.line(note.message)} ({safe.line(note.hint)})", err=True)
    if checked.baseline:
        _write(checked.baseline, options["baseline"])
    return checked.report.exit_code()


def _settings(paths: tuple[Path, ...], options: dict[str, Any]) -> Settings:
    from checker.app.settings import Settings
    from checker.model.policy import Severity

    now = today()
    return Settings(
        paths=paths or (Path(),),
        current=Path.cwd(),
        as_of=_day(options["as_of"] or now, now, allow_past=options["allow_past"]),
        today=now,
        config=options["config"],
        policies=options["policies"],
        params=options["params"],
        fail_on=Severity(options["fail_on"]),
        waivers=not options["no_waivers"],
        baseline=options["baseline"],
        write_baseline=options["write_baseline"],
        trusted_ref=options["trusted_ref"],
        horizon=options["horizon"],
        jobs=options["jobs"] or os.cpu_count() or 1,
    )


def _day(as_of: str, now: str, *, allow_past: bool) -> str:
    """Refuse a past date in CI, because waivers that have expired since then would count again."""
    if as_of < now and not allow_past and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise click.UsageError(
            f"--as-of {as_of} is in the past, and CI is set: waivers that have expired since then would count again. "
            "Leave --as-of out, or add --allow-past for a report on that day."
        )
    return as_of


def _style(output: Path | None, options: dict[str, Any]) -> Style:
    """Color on a terminal, or where FORCE_COLOR asks for it; never where NO_COLOR does. The width is the terminal's.

    The two variables mean what https://no-color.org and https://force-color.org say.
    """
    terminal = output is None and sys.stdout.isatty()
    wanted = terminal and os.environ.get("TERM") != "dumb"
    forced = output is None and bool(os.environ.get("FORCE_COLOR"))
    color = (wanted or forced) and not os.environ.get("NO_COLOR")
    columns = width(terminal=terminal)
    return Style(width=columns, color=color, all=options["everything"], verbose=options["verbose"])


def _write(text: str, output: Path | None) -> None:
    if output is None:
        screen(text)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.FileError(str(output), hint=error.strerror) from error
