"""`python -m checker` is the command `modelpolicy`."""

from checker.cli.main import entry

entry()
