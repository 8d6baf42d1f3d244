"""The commands, and what click's own errors become."""

from __future__ import annotations

from importlib import import_module

import click

from checker import __version__
from checker.errors import CheckerError, Exit

COMMANDS = ("check", "validate", "catalog", "policy", "waivers")
"""Every command: its module here, and its name in that module. Only the command that runs is imported."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, or None where there is none of this name."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"checker.cli.{name}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="modelpolicy %(version)s")
def modelpolicy() -> None:
    """Check the AI models that a project uses against policy, before it ships."""


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
        from checker.cli.options import width
        from checker.reports.problems import problems_text

        click.echo("\n\n".join(problems_text(error.problems, width())), err=True)
        return Exit.UNUSABLE
    return result if isinstance(result, int) else Exit.OK
