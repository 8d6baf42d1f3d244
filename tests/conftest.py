"""What holds for every test."""

from __future__ import annotations

import os

# A CI service says so in this variable, and `check` then takes no past date: tests judge for fixed dates.
os.environ.pop("CI", None)
