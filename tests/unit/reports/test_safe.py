"""Text from a repository, made harmless to a terminal and to a build log."""

from __future__ import annotations

import html
import re
import sys
import unicodedata

import pytest

from checker.reports import safe

HARMLESS = {
    "plain": "model-manifest.yaml:3:5",
    "accents": "Übermäßig, ça va, 日本語, 😀, ελληνικά, עברית, العربية",
    "combining": "e\u0301 a\u0308",
    "a colon inside a word": "a:b, http://x",
    "one colon": "a : b",
    "a hash and a bracket": "# [x] #[x] ## x",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe.line(text) == text


WRITTEN = {
    "escape": ("a\x1b[31mb", "a\\x1b[31mb"),
    "backspace": ("a\bb", "a\\x08b"),
    "null": ("a\0b", "a\\x00b"),
    "delete": ("a\x7fb", "a\\x7fb"),
    "the one-byte control sequence introducer": ("a\x9b31mb", "a\\x9b31mb"),
    "right-to-left override": ("a\u202eb", "a\\u202eb"),
    "isolate": ("a\u2066b", "a\\u2066b"),
    "arabic letter mark": ("a\u061cb", "a\\u061cb"),
    "zero width space": ("a\u200bb", "a\\u200bb"),
    "byte order mark": ("a\ufeffb", "a\\ufeffb"),
    "a tag": ("a\U000e0041b", "a\\U000e0041b"),
    "half of a pair": ("a\udcffb", "a\\udcffb"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "tab": ("a\tb", "a b"),
    "line feed": ("a\nb", "a b"),
    "carriage return": ("a\rb", "a b"),
    "both": ("a\r\nb", "a b"),
    "a command": ("::error::x", ": :error: :x"),
    "a command after spaces": ("  ::error::x", "  : :error: :x"),
    "a command on a line of its own": ("a\n::error::x", "a : :error: :x"),
    "a command after a tab": ("a\t::error::x", "a : :error: :x"),
    "a command of the old kind": ("a##[error]x", "a## [error]x"),
    "colons inside words, which a line may break": ("std::string", "std: :string"),
    "two of the old kind": ("##[##[group]", "## [## [group]"),
}


@pytest.mark.parametrize(("text", "written"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_not_is_written_out_or_broken_up(text: str, written: str) -> None:
    assert safe.line(text) == written


@pytest.mark.parametrize("text", [":::error::x", "::::error::x", "a :::error::x", "a ::::::x", "\u3000:::x"])
def test_breaking_a_command_up_leaves_no_command_after_a_space(text: str) -> None:
    """Text is wrapped at spaces afterwards, so whatever follows one may come to start a line."""
    assert not any(word.startswith("::") for word in safe.line(text).split())


def test_no_character_that_does_not_show_gets_through() -> None:
    """Of all of Unicode: no control, no mark of direction, no half of a pair, no line break."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    through = safe.line(every)
    unseen = {char for char in through if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
    assert unseen == set()
    bidi = {char for char in through if unicodedata.bidirectional(char) in BIDI}
    assert bidi == set()


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_what_is_safe_once_is_safe_twice() -> None:
    for text, _ in WRITTEN.values():
        once = safe.line(text)
        assert safe.line(once) == once


# --- Markdown ----------------------------------------------------------------------------------------------------

PLAIN = {
    "words": "Free for any purpose, it says.",
    "numbers": "700,000,000 users; 50% of $5",
    "quotes": 'the licensee\'s own "words"',
    "accents": "Übermäßig, 日本語, 😀",
    "one colon": "note: this",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_words_stay_as_they_are_in_markdown(text: str) -> None:
    assert safe.markdown(text) == text


MARKUP = {
    "a tag": "<script>alert(1)</script>",
    "a tag that is not closed": "<img src=x onerror=y",
    "a comment": "<!-- x",
    "a cell": "a | b || c",
    "code": "`a` ``b`` ```",
    "a link": "[x](y) [x][y] [x]: https://example.com",
    "an image": "![x](y)",
    "an address": "https://example.com and http://example.com",
    "an address in angle brackets": "<https://example.com>",
    "an address without a scheme": "www.example.com",
    "a mention": "@name, @org/team",
    "an issue": "#12, org/repository#12",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~",
    "a heading": "# a ## b",
    "a quotation": "> a",
    "an escape": "\\[x\\](y) \\",
    "an entity": "&lt;b&gt; &#60;b&#62; &amp;",
    "several lines": "a\n\n# b\r\n| c |\r- d",
    "a footnote": "[^1]",
    "a box to tick": "[ ] [x]",
}


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP)
def test_markup_becomes_the_characters_that_it_is_written_with(text: str) -> None:
    written = safe.markdown(text)
    assert re.search(r"[\\`*_\[\]<>|~@\n\r]|://|www\.", written) is None
    assert re.fullmatch("(?:[^&#]|&#[0-9]+;)*", written), "a hash and an ampersand stand in references only"
    assert html.unescape(written).replace("\u2060", "") == safe.one_line(text)


ESCAPED = {
    "escape": ("a\x1b[31mb", "a\\x1b[31mb"),
    "right-to-left override": ("a\u202eb", "a\\u202eb"),
    "zero width space": ("a\u200bb", "a\\u200bb"),
    "null": ("a\0b", "a\\x00b"),
    "line feed": ("a\nb", "a b"),
    "line separator": ("a\u2028b", "a\\u2028b"),
}


@pytest.mark.parametrize(("text", "shown"), ESCAPED.values(), ids=ESCAPED)
def test_what_does_not_show_is_written_out_in_markdown_too(text: str, shown: str) -> None:
    assert html.unescape(safe.markdown(text)) == shown
