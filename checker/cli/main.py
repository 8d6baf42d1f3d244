"""The command `modelpolicy`: its group, its error boundary and its exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

from checker import __version__
from checker.errors import Exit

ISSUES = "report it with the command you ran and this text"


def entry() -> None:
    """Run the command line and exit; the only place that exits."""
    if sys.argv[1:] == ["--version"]:
        # Without the command line's own library, which takes longer to import than this takes to run.
        print(f"modelpolicy {__version__}")  # noqa: T201
        sys.exit(Exit.OK)
    # A check is one short run: collecting cycles and taking the interpreter down cost as much as judging a manifest.
    gc.set_threshold(100_000)
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """Exit once everything is written; what can't be written any more, since nobody reads it, changes no verdict."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


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
    except OSError as error:
        sys.stderr.write(f"error: {error.filename or 'the output'}: {error.strerror}\n")
        return Exit.UNUSABLE
    except Exception as error:  # noqa: BLE001  the boundary: a bug of ours is said to be one, and is never a verdict
        _report_bug(error)
        return Exit.BUG


def _report_bug(error: Exception) -> None:
    import traceback

    frames = [(frame.filename.replace("\\", "/"), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [f"{name.rpartition('/checker/')[2]}:{line}" for name, line in frames if "/checker/" in name]
    where = ours[-1] if ours else "the command line"
    what = f"{type(error).__name__} in {where}: {str(error)[:200]!a}"
    sys.stderr.write(f"modelpolicy {__version__} has a bug: {what}\nNothing was judged. Please {ISSUES}.\n")
