"""`modelpolicy waivers`."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.options import CONFIG, screen, to_date, today, width
from checker.reports.waivers import WAIVERS, draft_text

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP, invoke_without_command=True)
@click.option(
    "--format", "form", type=click.Choice(list(WAIVERS)), default="table", show_default=True, help="The output format."
)
@click.option("--as-of", callback=to_date, metavar="DATE", help="Count days from this date; default: today in UTC.")
@CONFIG
@click.pass_context
def waivers(context: click.Context, form: str, as_of: str | None, config: Path | None) -> None:
    """List every waiver of the config: what it is for, whether it holds, and how many days are left."""
    if context.invoked_subcommand is not None:
        return
    from checker.app.settings import Settings
    from checker.app.waivers import listed

    found = listed(Settings(paths=(), current=Path.cwd(), as_of=as_of or today(), config=config))
    screen(WAIVERS[form](found, width()))


@waivers.command(context_settings=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only for this rule; may be given several times.")
@click.option("--model", "models", multiple=True, metavar="USE", help="Only for this use; may be given several times.")
@click.option("--as-of", callback=to_date, metavar="DATE", help="The day of the grant; default: today in UTC.")
@CONFIG
def draft(
    paths: tuple[Path, ...],
    rules: tuple[str, ...],
    models: tuple[str, ...],
    as_of: str | None,
    config: Path | None,
) -> None:
    """Write waivers for what stops the build, for the config; reason, owner, approval and end are left to a person.

    A draft can't be used as it is: a config with an empty field is refused. It names the model, the manifest and
    whatever else the waiver is bound to.
    """
    from checker.app.settings import Settings
    from checker.app.waivers import drafted

    day = as_of or today()
    settings = Settings(paths=paths or (Path(),), current=Path.cwd(), as_of=day, config=config)
    screen(draft_text(drafted(settings, rules, models)))
