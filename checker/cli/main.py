"""The command `modelpolicy`: its group, its error boundary and its exit codes."""

from __future__ import annotations

import sys

from checker import __version__
from checker.errors import Exit

ISSUES = "report it with the command you ran and this text"


def entry() -> None:
    """Run the command line and exit; the only place that exits."""
    if sys.argv[1:] == ["--version"]:
        # Without the command line's own library, which takes longer to import than this takes to run.
        print(f"modelpolicy {__version__}")  # noqa: T201
        sys.exit(Exit.OK)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; whatever goes wrong, this returns one of the four."""
    from checker.cli.group import invoke

    try:
        return invoke(arguments)
    except KeyboardInterrupt:
        return Exit.UNUSABLE
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.UNUSABLE
    except Exception as error:  # noqa: BLE001  the boundary: a bug of ours is said to be one, and is never a verdict
        _report_bug(error)
        return Exit.BUG


def _report_bug(error: Exception) -> None:
    import traceback

    *_, last = traceback.extract_tb(error.__traceback__)
    where = f"{last.filename.replace(chr(92), '/').rpartition('/checker/')[2]}:{last.lineno}"
    what = f"{type(error).__name__} in {where}: {str(error)[:200]!a}"
    sys.stderr.write(f"modelpolicy {__version__} has a bug: {what}\nNothing was judged. Please {ISSUES}.\n")
