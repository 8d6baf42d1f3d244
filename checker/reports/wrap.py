"""Text in lines of a width, with or without color."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")


class Paint(NamedTuple):
    """Adds color and links (OSC 8) to text if color is wanted."""

    color: bool

    def __call__(self, code: str, text: str) -> str:
        """Return text in a color (an SGR code), or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text

    def link(self, address: str, text: str) -> str:
        """Return text that leads to an address in terminals that can, or as it is."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.color and address else text

    @staticmethod
    def strip(text: str) -> str:
        """Return text without colors and links."""
        return _ESCAPE.sub("", text)


def wrap(lead: str, text: str, width: int) -> list[str]:
    """Wrap text under its lead; escape sequences in the lead have no width."""
    bare = len(Paint.strip(lead))
    wrapped = textwrap.wrap(text, max(width - bare, 24), break_long_words=False, break_on_hyphens=False) or [""]
    return [
        lead + wrapped[0],
        *(" " * min(bare, 10) + line for line in _rewrap(wrapped[1:], width, min(bare, 10))),
    ]


def _rewrap(lines: Iterable[str], width: int, indent: int) -> list[str]:
    return textwrap.wrap(" ".join(lines), max(width - indent, 24), break_long_words=False, break_on_hyphens=False)
