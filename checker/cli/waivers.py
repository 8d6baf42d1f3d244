"""`modelpolicy waivers`."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.options import CONFIG, screen, to_date, today, width
from checker.reports.waivers import WAIVERS


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--format", "form", type=click.Choice(list(WAIVERS)), default="table", show_default=True, help="The output format."
)
@click.option("--as-of", callback=to_date, metavar="DATE", help="Count days from this date; default: today in UTC.")
@CONFIG
def waivers(form: str, as_of: str | None, config: Path | None) -> None:
    """List every waiver in the config: what it is for, whether it is in force, and how many days are left."""
    from checker.app.settings import Settings
    from checker.app.waivers import listed

    found = listed(Settings(paths=(), current=Path.cwd(), as_of=as_of or today(), config=config))
    screen(WAIVERS[form](found, width()))
