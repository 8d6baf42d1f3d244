"""The part of a file that a person gets to see: the only part in which a notice counts.

Documents are Markdown, HTML, reStructuredText and plain text, by the name of the file. What a document hides (comments,
front matter, hidden elements) is left out; where it is not certain that a part is shown, it is left out too. Every
other file (a manifest, settings, data, source code) is no document: nobody reads a notice in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKDOWN = ("md", "markdown")
_HTML = ("html", "htm", "xhtml")
_RST = ("rst", "rest")
_TEXT = ("txt", "text")
_BUILD_FILE = re.compile(r"(?:docker|container|make|rake|gem|proc|jenkins|vagrant|pip|brew|just|task)file|codeowners")


def is_document(path: str) -> bool:
    """Say whether people read files of this name, so that a notice in it can count."""
    return _kind(path) is not None


def shown(path: str, text: str) -> str | None:
    """Return what a person sees of a document, line by line; None for a file that is no document."""
    kind = _kind(path)
    if kind is None:
        return None
    lines = (plain(line) for line in _PARTS[kind](text).splitlines())
    return "\n".join(line for line in lines if line)


def plain(text: str) -> str:
    """Return a text as an eye reads it: one space between words, no characters that take up no room."""
    kept = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return " ".join("".join(kept).split())


def squeezed(text: str) -> str:
    """Return the letters and digits of a text in small letters, by which titles and names are compared."""
    return "".join(char for char in plain(text).casefold() if char.isalnum())


def _kind(path: str) -> str | None:
    """Return the kind of document by the name of a file; a name without an ending is a text, such as NOTICE."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    stem, _, ending = name.rpartition(".")
    if not stem or ending.isdigit():
        # `LICENSE-2.0` has no ending; `.env` has nothing before it, and is a setting.
        return None if name.startswith(".") or _BUILD_FILE.fullmatch(name) else "text"
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), None)


_ENDINGS = {"markdown": _MARKDOWN, "html": _HTML, "rst": _RST, "text": _TEXT}


def _markdown(text: str) -> str:
    text = _FRONT_MATTER.sub("", text)
    text = _IMAGE.sub(" ", _DEFINITION.sub(" ", _COMMENT.sub(" ", text)))
    text = _QUOTE_MARK.sub("", _DESTINATION.sub("]", text))
    return _MARKS.sub("", _html(text))


_FRONT_MATTER = re.compile(r"\A\ufeff?(-{3}|\+{3})[ \t]*\r?\n.*?(?:^\1[ \t]*\r?$|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]*\]:.*(?:\n[ \t]+[\"'(].*)?$", re.MULTILINE)
_TARGET = r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])"
_IMAGE = re.compile(rf"!\[[^\[\]]*\]{_TARGET}?|!\[.*")
_DESTINATION = re.compile(rf"\]{_TARGET}|\]\(.*")
"""Brackets within brackets are not taken apart: what follows them in a line is left out."""
_QUOTE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_MARKS = re.compile(r"[*_`~\[\]]")


def _html(text: str) -> str:
    page = _Page()
    page.feed(_COMMENT.sub(" ", text))
    page.close()
    return "".join(page.seen)


class _Page(HTMLParser):
    """Collects the text of a page outside of elements that are not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._count: Counter[str] = Counter()
        self._hiding = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        if tag not in _VOID:
            hides = tag in _UNSEEN or _is_hidden(dict(attrs))
            self._open.append((tag, hides))
            self._count[tag] += 1
            self._hiding += hides

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Only a void element is closed by `/>`; `<span hidden/>` stays open.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        while self._count[tag]:
            closed, hid = self._open.pop()
            self._count[closed] -= 1
            self._hiding -= hid
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._hiding:
            self.seen.append(data)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.seen.append("\n")


_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_UNSEEN = frozenset(
    (
        "script",
        "style",
        "template",
        "head",
        "title",
        "noscript",
        "datalist",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
    )
)
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
        "wbr",
    )
)
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0*(?:\.0*)?(?:%|;|!|$)|font-size:0*(?:\.0*)?(?:[a-z%]*)(?:;|!|$)"
)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").lower().split())
    return "hidden" in attributes or _HIDING.search(style) is not None


def _rst(text: str) -> str:
    """Leave out comments, targets and substitutions, and directives whose content is not simply shown."""
    lines: list[str] = []
    out = False
    for line in text.expandtabs().splitlines():
        indented = line.startswith(" ") or not line.strip()
        if not (out and indented):
            out = line.startswith("..") and not _SHOWING.match(line) and line[2:3] in ("", " ")
        if not out:
            lines.append(line)
    return _RST_MARKS.sub("", "\n".join(lines))


_SHOWING = re.compile(
    r"\.\. +(?:note|tip|hint|important|attention|caution|warning|danger|admonition|topic|sidebar|rubric|epigraph"
    r"|highlights|pull-quote|compound|container|centered|parsed-literal)::"
)
_RST_MARKS = re.compile(r"[*`|]")

_PARTS: dict[str, Callable[[str], str]] = {"markdown": _markdown, "html": _html, "rst": _rst, "text": str}
