"""`modelpolicy catalog`: look records up, and check your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import CONFIG, screen, today, width
from checker.errors import Exit
from checker.model.lookup import Kind
from checker.model.openness import OPENNESS, STRICTNESS
from checker.reports.lookup import LIST, SHOW
from checker.reports.pages import PAGES
from checker.reports.validity import SOUNDNESS

if TYPE_CHECKING:
    from checker.model.catalog import Catalog

_HELP = {"help_option_names": ["-h", "--help"]}
_KINDS = [kind.value for kind in Kind]


@click.group(context_settings=_HELP)
def catalog() -> None:
    """Look up models, licenses, providers and places, with the source of every fact."""


@catalog.command(context_settings=_HELP)
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), help="What kind of thing the name is, if several have it.")
@click.option(
    "--format", "form", type=click.Choice(list(SHOW)), default="text", show_default=True, help="The output format."
)
@CONFIG
def show(name: str, kind: str | None, form: str, config: Path | None) -> None:
    """Show all that is known of one model, license, provider, place or cloud region.

    Use any spelling of a model: of a hub, a cloud or a router. One screen answers "may we use this, and what does it
    ask of us?".
    """
    from checker.app.lookup import show as look_up

    known = _catalog(config)
    found = look_up(name, Kind(kind) if kind else None, known)
    screen(SHOW[form](found, known, width()))


@catalog.command("list", context_settings=_HELP)
@click.option("--kind", type=click.Choice(_KINDS), default="model", show_default=True, help="What to list.")
@click.option("--openness", type=click.Choice(OPENNESS), help="Models that are at least this open.")
@click.option(
    "--license-kind",
    type=click.Choice(STRICTNESS),
    help="Models whose strictest license is of this kind.",
)
@click.option("--license", metavar="ID", help="Models that name this license.")
@click.option("--developer", metavar="NAME", help="Models of this maker.")
@click.option("--task", metavar="TASK", help="Models for this task, such as chat or embedding.")
@click.option(
    "--status",
    type=click.Choice(["verified", "secondary", "unconfirmed"]),
    help="Models whose record has this status.",
)
@click.option(
    "--format", "form", type=click.Choice(list(LIST)), default="table", show_default=True, help="The output format."
)
@CONFIG
def list_(kind: str, form: str, config: Path | None, **filters: Any) -> None:
    """List the records of one kind. Filters select models."""
    from checker.app.lookup import Filters, listed

    if kind != Kind.MODEL.value and any(filters.values()):
        raise click.UsageError("filters work on models only: remove them, or use --kind model")
    known = _catalog(config)
    found = listed(Kind(kind), Filters(**{name: value or "" for name, value in filters.items()}), known)
    screen(LIST[form](found, known, width()))


@catalog.command(context_settings=_HELP)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(list(LIST)), default="table", show_default=True, help="The output format."
)
@CONFIG
def search(words: tuple[str, ...], form: str, config: Path | None) -> int:
    """List every record whose names contain all WORDS."""
    from checker.app.lookup import search as look_for

    known = _catalog(config)
    found = look_for(words, known)
    screen(LIST[form](found, known, width()))
    return Exit.OK if found else Exit.UNUSABLE


@catalog.command(context_settings=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(list(SOUNDNESS)), default="text", show_default=True, help="The output format."
)
@CONFIG
def lint(paths: tuple[Path, ...], form: str, config: Path | None) -> int:
    """Check your own catalog files (default: those that the config names).

    Every name must have one meaning, every reference must lead to a record, and every fact needs a source, a date and a
    status. Exit codes: 0 sound; 2 not sound.
    """
    from checker.app.lookup import lint as check_files

    files, found = check_files(paths, config, Path.cwd(), today())
    screen(SOUNDNESS[form](files, found, width()))
    return Exit.UNUSABLE if found else Exit.OK


@catalog.command(context_settings=_HELP)
@click.argument("name", type=click.Choice(list(PAGES)))
@CONFIG
def page(name: str, config: Path | None) -> None:
    """Write a page of the catalog in Markdown, for people who don't use the command line."""
    screen(PAGES[name](_catalog(config)))


def _catalog(config: Path | None) -> Catalog:
    from checker.app.lookup import load

    return load(config, Path.cwd())
