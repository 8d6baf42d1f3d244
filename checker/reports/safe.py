"""Make text from a repository harmless to a terminal and to a build log.

Control and bidirectional characters are written as escapes. GitHub reads `::command::` at the start of a log line and
`##[command]` anywhere in it, so both are broken up.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_COLONS = re.compile(r":(?=:)")


def line(text: str) -> str:
    """Return text as it may stand in one line of a terminal or a log."""
    return _COLONS.sub(": ", one_line(text)).replace("##[", "## [")


def one_line(text: str) -> str:
    """Return text without line breaks and without characters that do not show."""
    return _UNSEEN.sub(
        _escape,
        " ".join(text.replace("\t", " ").splitlines()) if "\n" in text or "\r" in text else text.replace("\t", " "),
    )


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+!|~&@-]")


def markdown(text: str) -> str:
    """Return text as plain words of one line of Markdown: no mark, no tag, no link, no mention, no cell of a table."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", one_line(text)).replace("://", ":&#47;&#47;")
