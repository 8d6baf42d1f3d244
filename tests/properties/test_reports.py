"""Whatever a manifest says, in any of its texts: a report is made, is valid, and is harmless where it is shown.

The texts hold what terminals, build logs and web pages act on. They stand in the manifest both as escapes and as they
are, since reports show values as well as lines of the source.
"""

from __future__ import annotations

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from checker.app.check import run
from checker.app.settings import Settings
from checker.loading import shipped
from checker.reports import REPORTERS, Style

if TYPE_CHECKING:
    from checker.model.report import Report

MODEST = settings(max_examples=40, deadline=None)
VALIDATOR = Draft202012Validator(shipped.schema("report"), validate_formats=True)
MARKS_OF_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

LOADED = st.sampled_from(
    [
        "::",
        ":",
        "::error::pwned",
        "::error file=x,line=1::pwned",
        "::add-mask::a",
        "##[",
        "##[error]",
        "#",
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\x9b31m",
        "\x00",
        "\b",
        "\r",
        "\n",
        "\t",
        "\x85",
        "\u2028",
        "\u00a0",
        "\u3000",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\ufeff",
        "<script>",
        "](javascript:x)",
        "|",
        "`",
        "{use.id}",
        "%0A",
        "名",
        "e\u0301",
        "😀",
        " ",
        "  ",
        "a",
        "microsoft/phi-4",
        "x" * 25,
        "\\",
        '"',
    ]
)
characters = st.characters(exclude_categories=["Cs"])
texts = (
    st.lists(LOADED | st.text(characters, max_size=4), min_size=1, max_size=8).map("".join).map(lambda text: text[:180])
)
# What the schema takes for a line of text, so that most examples are judged and not refused.
lines = texts.map(lambda text: "".join(char for char in text if char >= " " and char != "\x7f")).filter(str.strip)

PLACES_OF_TEXT = (
    "name",
    "owner",
    "model",
    "purpose",
    "provider",
    "region",
    "sku",
    "residency",
    "role",
    "attribution",
    "license",
    "base_model",
    "serves",
    "domicile",
    "limit",
    "certification",
    "via",
)
IDENTIFIERS = ("id", "data", "key", "stop")


def quoted(text: str, *, plainly: bool) -> str:
    """Return text as a YAML scalar in double quotes; what YAML takes as it is stays so where that is asked for."""
    return '"' + "".join(char if _stays(char, plainly=plainly) else f"\\U{ord(char):08x}" for char in text) + '"'


def _stays(char: str, *, plainly: bool) -> bool:
    if char in '"\\':
        return False
    return " " <= char <= "~" or (plainly and char >= "\u00a0" and char not in "\u2028\u2029\ufeff\ufffe\uffff")


TEMPLATE = """\
version: 1
project: {{name: {name}, owner: {owner}, use: commercial, serves: [{serves}], monthly_active_users: 5000000}}
organization: {{domicile: {domicile}, monthly_active_users: {{at_most: 9}}}}
requirements: {{certifications: [{certification}], openness: fully-open}}
data:
  {data}: {{classification: [personal], residency: [EU, {limit}]}}
models:
  - id: {id}
    model: {model}
    purpose: {purpose}
    data: [{data}]
    attribution: {attribution}
    deployment: {{type: api, provider: {provider}, region: {region}, sku: {sku}, residency: {residency}}}
    via: [{{name: {stop}, role: {role}, type: api, provider: {via}}}]
    fallbacks:
      - {{id: second, model: llama4, license: {{id: {license}}}, base_model: {base_model}}}
{key}"""


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """Return a manifest with any text wherever there is free text, and rarely where there is none."""
    plainly = draw(st.booleans())
    words: dict[str, Any] = {name: quoted(draw(lines), plainly=plainly) for name in PLACES_OF_TEXT}
    words |= {"id": "triage", "data": "claims", "stop": "log", "key": ""}
    if draw(st.integers(0, 3)) == 0:
        words["model"] = draw(st.sampled_from(["llama4", "microsoft/phi-4", "gpt-5.5"]))
    if draw(st.integers(0, 3)) == 0:
        # Where only an identifier may stand, any text is an error that quotes it.
        name = draw(st.sampled_from(IDENTIFIERS))
        words[name] = quoted(draw(texts), plainly=plainly) + (": x\n" if name == "key" else "")
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(PLACES_OF_TEXT))
        words[name] = quoted(draw(texts), plainly=plainly)
    return TEMPLATE.format(**words)


def judged(manifest: str, name: str = "model-manifest.yaml") -> Report:
    with tempfile.TemporaryDirectory(prefix="modelpolicy-") as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest, encoding="utf-8", newline="")
        return run(Settings(paths=(path,), current=Path(folder), as_of="2026-11-23")).report


def shown(report: Report, width: int = 100) -> str:
    return REPORTERS["text"](report, Style(width=width, all=True))


def commands(text: str) -> list[str]:
    """Return the lines that GitHub would take for a command: `::` after any spaces."""
    return [line for line in text.split("\n") if line.lstrip().startswith("::")]


def unseen(text: str) -> set[str]:
    """Return the characters that a terminal would act on without showing them."""
    return {
        char
        for char in text
        if (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char != "\n")
        or unicodedata.bidirectional(char) in MARKS_OF_DIRECTION
        or char in "\u200b\u200e\u200f\u061c\ufeff"
    }


def least(model: str) -> str:
    words = dict.fromkeys(PLACES_OF_TEXT, '"x"')
    return TEMPLATE.format(**{**words, "id": "triage", "data": "claims", "stop": "log", "key": "", "model": model})


widths = st.integers(40, 140)


@MODEST
@given(manifests(), widths)
@example(least('":::error::pwned"'), 60)
def test_no_line_of_text_is_a_command(manifest: str, width: int) -> None:
    assert commands(shown(judged(manifest), width)) == []


@MODEST
@given(manifests(), widths)
@example(least('"##[error]pwned"'), 60)
def test_nowhere_in_text_is_a_command_of_the_old_kind(manifest: str, width: int) -> None:
    assert "##[" not in shown(judged(manifest), width)


@MODEST
@given(manifests(), widths)
@example(least('"\u202e"'), 60)
def test_text_shows_whatever_it_holds(manifest: str, width: int) -> None:
    assert unseen(shown(judged(manifest), width)) == set()


@MODEST
@given(manifests())
def test_json_is_valid_ascii_and_keeps_what_was_declared(manifest: str) -> None:
    report = judged(manifest)
    assert report.exit_code() in (0, 1, 2)
    for everything in (False, True):
        text = REPORTERS["json"](report, Style(all=everything))
        assert text.isascii()
        assert not any(char < " " and char != "\n" for char in text)
        told = json.loads(text, parse_constant=pytest.fail)
        assert VALIDATOR.is_valid(told), [error.message for error in VALIDATOR.iter_errors(told)]


@settings(max_examples=15, deadline=None)
@given(manifests(), widths)
def test_whatever_is_said_says_the_same_twice(manifest: str, width: int) -> None:
    assert shown(judged(manifest), width) == shown(judged(manifest), width)


# --- The path of the manifest ------------------------------------------------------------------------------------

folders = texts.map(lambda text: text.replace("/", "").replace("\0", "")).filter(
    lambda text: text.strip(".") and len(text.encode()) < 200
)
FAILING = least("llama4")


@MODEST
@given(folders, widths)
@example("xxxxxxxxxxxx::error file=a::pwned", 40)
@example("x" * 9 + "::error file=a::pwned", 60)
@example("x" * 30 + "::error title=a::pwned", 100)
@example(":::error::pwned", 60)
def test_no_path_is_a_command(folder: str, width: int) -> None:
    assert commands(shown(judged(FAILING, f"{folder}/model-manifest.yaml"), width)) == []


@MODEST
@given(folders, widths)
def test_a_path_shows_whatever_it_holds(folder: str, width: int) -> None:
    text = shown(judged(FAILING, f"{folder}/model-manifest.yaml"), width)
    assert unseen(text) == set()
    assert "##[" not in text


@MODEST
@given(st.binary(max_size=200) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_come_to_a_report(content: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="modelpolicy-") as folder:
        path = Path(folder) / "model-manifest.yaml"
        path.write_bytes(content)
        report = run(Settings(paths=(path,), current=Path(folder), as_of="2026-11-23")).report
    assert report.exit_code() == 2
    assert report.problems
    text = shown(report)
    assert unseen(text) == set()
    assert "##[" not in text
    assert VALIDATOR.is_valid(json.loads(REPORTERS["json"](report, Style())))
