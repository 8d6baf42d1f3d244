"""The commands, and what click's own errors become."""

from __future__ import annotations

import click

from checker import __version__
from checker.cli.check import check
from checker.errors import CheckerError, Exit


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="modelpolicy %(version)s")
def modelpolicy() -> None:
    """Check the AI models that a project uses against policy, before it ships."""


modelpolicy.add_command(check)


def invoke(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    try:
        result = modelpolicy.main(arguments, prog_name="modelpolicy", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return Exit.UNUSABLE
    except click.Abort:
        return Exit.UNUSABLE
    except CheckerError as error:
        from checker.reports import safe

        for problem in error.problems:
            click.echo(f"error: {safe.line(problem.path)}: {safe.line(problem.message)}", err=True)
        return Exit.UNUSABLE
    return result if isinstance(result, int) else Exit.OK
