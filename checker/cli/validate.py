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
    "--format", "form", type=click.Choice(list(VALIDITY)), default="text", show_default=True, help="How to report."
)
@CONFIG
def validate(paths: tuple[Path, ...], form: str, config: Path | None) -> int:
    """Check that files are valid; no model is judged.

    Looks at every model-manifest.yaml below the given paths (default: here), and at the config with the packs and the
    catalog that it names. A path may also name a manifest, a config, a pack, policy tests, a baseline or a catalog
    file.

    Exit codes: 0 all are valid; 2 one is not, or there is nothing to validate; 3 a bug of modelpolicy.
    """
    from checker.app.validate import run

    done = run(paths, config, Path.cwd())
    screen(VALIDITY[form](done.files, done.problems, width()))
    return Exit.UNUSABLE if done.problems else Exit.OK
