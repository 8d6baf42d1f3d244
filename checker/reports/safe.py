"""Make text from a repository harmless to a terminal and to a build log.

Control and bidirectional characters are written as escapes. GitHub reads `::command::` at the start of a log line and
`##[command]` anywhere in it, so both are broken up.
"""

from __future__ import annotations

import re
from typing import Any

from checker.reports.indented import indented

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


def as_json(value: Any) -> str:
    """Return a value as ASCII JSON without `##[`, which GitHub takes for a command anywhere in a build log."""
    return indented(value).replace("##[", "#\\u0023[") + "\n"


_MARKS = re.compile(r"[\\`*_\[\]<>#|~&@]|\$(?![0-9])|(?<=:)//|(?i:(?<=www)\.)|^[-+=: ]")
_NUMBER = re.compile(r"^([0-9]{1,9})([.)])(?=\s|$)")
_LOOKED_FOR = re.compile(r"&#64;|&#35;(?=[0-9])|(?i:gh-)(?=[0-9])")
_ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9._~/?=%+:,-]*")


def markdown(text: str) -> str:
    """Return text as plain words of Markdown: no mark, tag, link, mention, reference, formula, cell, list or block."""
    escaped = _MARKS.sub(lambda match: _entities(match[0]), one_line(text))
    plain = _NUMBER.sub(lambda match: f"{match[1]}{_entities(match[2])}", escaped)
    # Mail, mentions and issues are looked for after entities are read: the joiner, which takes no room, breaks them.
    return _LOOKED_FOR.sub(lambda match: f"{match[0]}&#8288;", plain)


def _entities(marks: str) -> str:
    return "".join(f"&#{ord(mark)};" for mark in marks)


def link(title: str, address: str) -> str:
    """Return a link of Markdown; an address that is more than an address is left out."""
    plain = markdown(title)
    return f"[{plain}]({address})" if _ADDRESS.fullmatch(address) else plain
