"""What a person sees of a document."""

from __future__ import annotations

import time

import pytest

from checker.engine.visible import is_document, plain, shown, squeezed

WORDS = "Built with Llama"

SEEN = {
    "text": ("NOTICE", WORDS),
    "text with an ending": ("about.txt", WORDS),
    "a name with a number": ("LICENSE-2.0", WORDS),
    "a heading": ("about.md", f"# {WORDS}\n"),
    "a quotation over two lines": ("about.md", "> Built with\n> Llama\n"),
    "a link": ("about.md", f"[{WORDS}](https://llama.com)"),
    "a link to a definition": ("about.md", f"[{WORDS}][llama]\n\n[llama]: https://llama.com\n"),
    "emphasis": ("about.markdown", "_Built_ with **Llama**"),
    "a table": ("about.md", f"| a | b |\n|---|---|\n| {WORDS} | x |\n"),
    "a line below front matter": ("about.md", f"---\ntitle: x\n---\n{WORDS}\n"),
    "a line between rules": ("about.md", f"Hello\n\n---\n\n{WORDS}\n\n---\n"),
    "words beside a smaller-than sign": ("about.md", f"1 < 2, and {WORDS}"),
    "an element": ("about.html", f"<p>{WORDS}</p>"),
    "elements within a line": ("about.html", "<p>Built <em>with</em> <b>Llama</b></p>"),
    "entities": ("about.htm", "Built&#32;with&nbsp;Llama"),
    "an element after a hidden one": ("about.html", f"<p hidden>x</p><p>{WORDS}</p>"),
    "an element that is only paler": ("about.html", f'<p style="opacity: 0.8; font-size: 0.8em">{WORDS}</p>'),
    "an element after a picture that is hidden": ("about.html", f"<img hidden><p>{WORDS}</p>"),
    "a paragraph of reStructuredText": ("about.rst", f"About\n=====\n\n{WORDS}\n"),
    "a note of reStructuredText": ("about.rst", f".. note:: Hello\n\n   {WORDS}\n"),
    "a paragraph below a comment": ("about.rst", f".. hidden\n   hidden\n\n{WORDS}\n"),
}

UNSEEN = {
    "a comment": ("about.md", f"<!-- {WORDS} -->"),
    "a comment that never ends": ("about.md", f"<!-- {WORDS}"),
    "a comment over lines": ("about.html", f"<!--\n{WORDS}\n-->"),
    "front matter": ("about.md", f"---\nabout: {WORDS}\n---\nHello"),
    "front matter of the other sort": ("about.md", f'+++\nabout = "{WORDS}"\n+++\nHello'),
    "front matter that never ends": ("about.md", f"---\nabout: {WORDS}\n"),
    "a definition": ("about.md", f"[//]: # ({WORDS})"),
    "the title of a definition": ("about.md", f'[x]: https://example.com\n    "{WORDS}"\n'),
    "a picture": ("about.md", f"![{WORDS}](x.svg)"),
    "a picture by definition": ("about.md", f"![{WORDS}][x]"),
    "a picture with brackets in it": ("about.md", f"![[a] {WORDS}](x.svg)"),
    "the title of a link with brackets in it": ("about.md", f'[x](https://example.com "((a)) {WORDS}")'),
    "the title of a link": ("about.md", f'[x](https://example.com "{WORDS}")'),
    "a hidden element": ("about.md", f"<span hidden>{WORDS}</span>"),
    "a hidden element that seems closed": ("about.md", f"<span hidden/>{WORDS}"),
    "inside a hidden element": ("about.html", f"<div hidden><p>{WORDS}</p></div>"),
    "a hidden element with a stray end": ("about.html", f"<div hidden></span>{WORDS}</div>"),
    "no display": ("about.html", f'<p style="color:red; DISPLAY : none">{WORDS}</p>'),
    "not visible": ("about.html", f'<p style="visibility:hidden">{WORDS}</p>'),
    "transparent": ("about.html", f'<p style="opacity:0">{WORDS}</p>'),
    "of no size": ("about.html", f'<p style="font-size:0px">{WORDS}</p>'),
    "a script": ("about.html", f"<script>'{WORDS}'</script>"),
    "a style": ("about.html", f"<style>{WORDS}</style>"),
    "a template": ("about.html", f"<template>{WORDS}</template>"),
    "the head": ("about.html", f"<head><title>{WORDS}</title></head>"),
    "an attribute": ("about.html", f'<p title="{WORDS}">x</p>'),
    "a comment of reStructuredText": ("about.rst", f".. {WORDS}\n"),
    "a comment of reStructuredText in a block": ("about.rst", f"..\n   {WORDS}\n"),
    "a substitution": ("about.rst", f".. |x| replace:: {WORDS}\n"),
    "raw reStructuredText": ("about.rst", f".. raw:: html\n\n   {WORDS}\n"),
}

NO_DOCUMENTS = [
    "model-manifest.yaml",
    "claims.model-manifest.yaml",
    ".modelpolicy.yaml",
    ".env",
    ".about",
    "settings.toml",
    "about.json",
    "about.py",
    "About.tsx",
    "Dockerfile",
    "docs/Makefile",
    "logo.png",
    "a\\b.yml",
]


@pytest.mark.parametrize(("path", "text"), SEEN.values(), ids=SEEN)
def test_what_people_see_is_shown(path: str, text: str) -> None:
    assert WORDS in plain(shown(path, text) or "")


@pytest.mark.parametrize(("path", "text"), UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_sees_is_left_out(path: str, text: str) -> None:
    seen = shown(path, text)
    assert seen is not None
    assert "Llama" not in seen


@pytest.mark.parametrize("path", NO_DOCUMENTS)
def test_a_file_that_nobody_reads_is_no_document(path: str) -> None:
    assert not is_document(path)
    assert shown(path, WORDS) is None


def test_a_text_is_compared_as_an_eye_reads_it() -> None:
    assert plain("  Built\u200b\u00a0with\n Ll\u00adama ") == WORDS
    assert squeezed("Apache License\n  Version 2.0") == "apachelicenseversion20"


HOSTILE = {
    "open elements": "<b>" * 200_000,
    "ends without a start": "</b>" * 200_000,
    "brackets": "[" * 300_000,
    "pictures": "![" * 200_000,
    "targets": "](" * 200_000,
    "targets in targets": "](()" * 100_000,
    "comments": "<!--" * 200_000,
    "definitions": "[x]:\n" * 100_000,
    "smaller-than signs": "<" * 300_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_read_in_time(text: str) -> None:
    start = time.perf_counter()
    shown("about.md", text)
    assert time.perf_counter() - start < 20
