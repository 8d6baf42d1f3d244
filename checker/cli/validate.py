"""`modelpolicy validate`."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.options import CONFIG, screen, width
from checker.errors import Exit
from checker.reports.validity import VALIDITY


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(list(VALIDITY)), default="text", show_default=True, help="The output format."
)
@CONFIG
def validate(paths: tuple[Path, ...], form: str, config: Path | None) -> int:
    """Check that files are valid; no model is judged.

    Reads every model-manifest.yaml below the given paths (default: the current folder), and the config with the packs
    and the catalog that it names. A path may also name a manifest, a config, a pack, policy tests, a baseline or a
    catalog file.

    Exit codes: 0 every file is valid; 2 a file is not valid, or there is nothing to validate; 3 a bug in modelpolicy.
    """
    from checker.app.validate import run

    done = run(paths, config, Path.cwd())
    screen(VALIDITY[form](done.files, done.problems, width()))
    return Exit.UNUSABLE if done.problems else Exit.OK
