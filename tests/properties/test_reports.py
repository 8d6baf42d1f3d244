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
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from markdown_it import MarkdownIt

from checker.app.check import run
from checker.app.settings import Settings
from checker.errors import Problem
from checker.loading import shipped
from checker.model.fact import Declared, Inferred, Known
from checker.model.finding import Evidence, Place, Verdict
from checker.model.policy import Policy, Severity
from checker.model.report import Ahead
from checker.reports import REPORTERS, Style
from tests.made import MANIFEST, SPAN, finding, report

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
        "]]>",
        "</testcase>",
        "</details>",
        "@a",
        "#1",
        "**",
        "- ",
        "1. ",
        "$x$",
        "https://a.example",
        "www.a.example",
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


# --- Every format ------------------------------------------------------------------------------------------------

JSON = ("json", "sarif", "codequality")
LEVELS = ("error", "warning", "notice")
GFM = MarkdownIt("gfm-like")
assert GFM.linkify is not None
GFM.linkify.set({"fuzzy_link": False})  # GitHub links no bare name of a host

FORMATS = sorted(REPORTERS)

WORDS_OF_OURS = {"waiver", "verified"}
"""Texts of a report that no one else writes."""

FACTS = (
    Evidence("use.model", "declared", Declared(SPAN, "/models/0/model")),
    Evidence("model.license.quote", "quoted", Known("llama4", ("the text",), "2026-11-01", "verified", "ours")),
    Evidence("model.license.clause", "clause", Inferred("worked out", "catalog/x#", None)),
)
TEXTS = {
    "facts": FACTS,
    "related": (Place(span=SPAN._replace(path="config.yaml"), pointer="/data", label="declared here"),),
    "notes": ("not confirmed",),
    "missing": ("project.owner",),
    "cause": "project.owner",
}
WAIVED = finding(Verdict.WAIVED, rule="license/notice", **TEXTS)
FULL = report(
    finding(**TEXTS, subject="via log"),
    finding(Verdict.UNKNOWN, severity=Severity.WARNING, model="draft", **TEXTS),
    WAIVED,
    finding(Verdict.PASS, rule="license/use", manifest="other.yaml"),
    problems=(Problem(path="third.yaml", message="unknown key", hint="remove it", line=3, column=5),),
    ahead=(Ahead(on="2027-02-01", because="the waiver ends", before=WAIVED, after=finding()),),
)._replace(texts={MANIFEST: "version: 1\n" * 9, "config.yaml": "data: x\n" * 9})


def strings(value: Any) -> set[str]:
    """Return every text in a report, apart from the policy."""
    if isinstance(value, str):
        return {value} - WORDS_OF_OURS
    if isinstance(value, dict):
        value = (*value, *value.values())
    return set().union(*map(strings, value)) if isinstance(value, tuple) and not isinstance(value, Policy) else set()


def replaced(value: Any, by: dict[str, str]) -> Any:
    """Return a report with other texts, the same for the same."""
    if isinstance(value, str):
        return by.get(value, value)
    if isinstance(value, dict):
        return {replaced(key, by): replaced(item, by) for key, item in value.items()}
    if not isinstance(value, tuple) or isinstance(value, Policy):
        return value
    parts = [replaced(part, by) for part in value]
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)


NAMES = sorted(strings(FULL))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Return a report with any text wherever there is one."""
    drawn = draw(st.lists(texts, min_size=1, max_size=6))
    start = draw(st.integers(0, len(drawn)))
    by = {name: drawn[(start + number) % len(drawn)] for number, name in enumerate(NAMES)}
    made: Report = replaced(FULL, by)
    return made


def longer(of: Report, times: int) -> Report:
    """Return a report whose texts are repeated."""
    made: Report = replaced(of, {text: text * times for text in strings(of)})
    return made


def everything(name: str, of: Report) -> str:
    return REPORTERS[name](of, Style(all=True))


def harmless(name: str, text: str) -> None:
    """Check that nothing acts on a text where it is shown, apart from the annotations that `github` is for."""
    assert unseen(text) == set()
    assert "##[" not in text
    found = commands(text)
    assert all(line.startswith(tuple(f"::{level} " for level in LEVELS)) for line in found)
    assert len(found) == 0 or name == "github"
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
@MODEST
@given(reports())
@example(replaced(FULL, dict.fromkeys(NAMES, "::error::pwned")))
@example(replaced(FULL, dict.fromkeys(NAMES, "\n::error::pwned\r::error::pwned")))
@example(replaced(FULL, dict.fromkeys(NAMES, "##[error]pwned")))
@example(replaced(FULL, dict.fromkeys(NAMES, "\x1b[31m\x9b\u202e\x00")))
@example(replaced(FULL, dict.fromkeys(NAMES, "\ud800")))
def test_no_format_does_anything_where_it_is_shown(name: str, of: Report) -> None:
    harmless(name, everything(name, of))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15, deadline=None)
@given(reports())
@example(replaced(FULL, dict.fromkeys(NAMES, "##[error]pwned")))
def test_no_format_does_anything_however_long_its_texts_are(name: str, of: Report) -> None:
    harmless(name, everything(name, longer(of, 20)))


@settings(max_examples=25, deadline=None)
@given(manifests())
@example(least('"##[error]pwned"'))
@example(least('":::error::pwned"'))
def test_no_manifest_makes_a_format_do_anything(manifest: str) -> None:
    of = judged(manifest)
    for name in REPORTERS:
        harmless(name, everything(name, of))


@pytest.mark.parametrize("name", JSON)
@MODEST
@given(reports())
def test_formats_in_json_are_json_and_ascii(name: str, of: Report) -> None:
    text = everything(name, of)
    assert text.isascii()
    json.loads(text, parse_constant=pytest.fail)


@MODEST
@given(reports())
@example(replaced(FULL, dict.fromkeys(NAMES, "a%0Ab\r\n::error::c")))
def test_github_has_the_annotations_of_a_report_and_no_other(of: Report) -> None:
    def levels(text: str) -> list[str]:
        return [line.removeprefix("::").partition(" ")[0] for line in commands(text)]

    told = everything("github", of)
    assert levels(told) == levels(everything("github", FULL)) == ["error", "error", "warning"]
    assert len(told.splitlines()) == len(everything("github", FULL).splitlines())


@MODEST
@given(reports())
@example(replaced(FULL, dict.fromkeys(NAMES, "]]></failure></testcase><testcase/>\x00\ufffe")))
def test_junit_has_the_cases_of_a_report_and_no_other(of: Report) -> None:
    def tags(text: str) -> list[str]:
        return sorted(element.tag for element in ET.fromstring(text).iter() if element.tag != "testsuite")

    assert tags(everything("junit", of)) == tags(everything("junit", FULL))


@MODEST
@given(reports())
@example(replaced(FULL, dict.fromkeys(NAMES, "\n\n# a\n\n| b |\n- c\n</details>")))
@example(replaced(FULL, dict.fromkeys(NAMES, "www.a.example https://a.example a@a.example <b> `c` **d**")))
def test_markdown_has_the_blocks_of_a_report_and_no_other(of: Report) -> None:
    def shape(text: str) -> list[tuple[str, str]]:
        return [(token.type, token.content if token.type == "html_block" else "") for token in GFM.parse(text)]

    told = everything("markdown", of)
    assert shape(told) == shape(everything("markdown", FULL))
    inline = [child.type for token in GFM.parse(told) for child in token.children or ()]
    assert set(inline) == {"text"}


@settings(max_examples=15, deadline=None)
@given(reports())
def test_markdown_and_annotations_have_their_limits(of: Report) -> None:
    long = longer(of, 300)
    assert len(everything("markdown", long)) < 65_536
    for line in commands(everything("github", long)):
        assert len(line.lstrip(":").partition("::")[2]) < 4096
