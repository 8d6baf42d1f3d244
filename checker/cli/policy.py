"""`modelpolicy policy`: the rules in force, for people who read them."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.options import CONFIG, screen, today

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP)
def policy() -> None:
    """Show the rules in force."""


@policy.command(context_settings=_HELP)
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each page to PACK/RULE.md in this folder instead of to the screen.",
)
@CONFIG
def docs(rules: tuple[str, ...], into: Path | None, config: Path | None) -> None:
    """Write the page of each RULE in Markdown (default: of every rule in force).

    A page says what the rule means and what to do. It shows an example that fails, one that passes, and a waiver.
    """
    from checker.app.rule_pages import pages
    from checker.app.settings import Settings

    written = pages(Settings(paths=(), current=Path.cwd(), as_of=today(), config=config), rules)
    if into is None:
        screen("\n".join(written.values()))
        return
    for rule, text in written.items():
        page = into / f"{rule}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8", newline="\n")
