"""Strict YAML for any input: what is dumped comes back equal and in place, and what is no YAML is a clean error."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.errors import CheckerError
from checker.loading import documents, plain
from checker.loading.documents import decode, parse
from checker.source import Document, child
from tests.support import covered, tried

MODEST = settings(max_examples=200, deadline=None)

# Plain only where no version of YAML could take the word for anything else; other text has a style of its own.
PLAIN = re.compile(r"[a-z]{3,}(?: [a-z]{3,})*")
LOADED = re.compile(r"(?i)yes|off|true|null|nan|inf|.*\n.*|false")
STYLES = ('"', "'", "|", ">")
WORDS = (
    "a",
    "b",
    ": ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "1",
    "-5",
    "0x1F",
    "1_000",
    "12:30",
    "2026-01-02",
    "1.5",
    "1e9",
    "no",
    "null",
    "~",
    "<<",
    "'x'",
    '"y"',
    "&a ",
    "*a",
    "!t ",
    "--- ",
    "...",
    "# c",
    "~/x",
    "'NO'",
    ".inf",
    "0",
    "007",
    "? ",
    "| ",
)


class Styled(str):
    """A text that is dumped in a given style."""

    __slots__ = ("style",)
    style: str


class Dumper(yaml.SafeDumper):
    """Writes everything out, and each text in its style."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: Dumper, data: Styled) -> yaml.ScalarNode:
    plain = PLAIN.fullmatch(data) and not LOADED.fullmatch(data)
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(data), style=None if plain else data.style)


Dumper.add_representer(Styled, _represent)


@st.composite
def texts(draw: st.DrawFn) -> Styled:
    words = st.sampled_from(
        ["eu", "a b", "NO", "0123", "1.10", "12:30", "a: b", "# x", "- y", "!x", "宽😀", "", " ", "\n"]
    )
    text = Styled(draw(words | st.text(max_size=12)))
    text.style = draw(st.sampled_from(STYLES))
    return text


whole = st.integers(min_value=-(10**16), max_value=10**16)
fractions = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | whole | fractions | texts()
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4), max_leaves=15
)


def dumped(data: Any, flow: bool | None, width: int) -> str:
    return yaml.dump(data, Dumper=Dumper, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=width)


def leaves(data: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Return every scalar with its pointer."""
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, child(pointer, key))]
    if isinstance(data, list):
        return [leaf for number, value in enumerate(data) for leaf in leaves(value, child(pointer, number))]
    return [(pointer, data)]


def reparsed(written: str) -> Any:
    """Read a stretch of a file again, alone; below a key, since a block needs something to be indented against."""
    return parse(f"key: {written}\n", "again.yaml").data["key"]


@MODEST
@given(trees, st.sampled_from([True, False, None]), st.sampled_from([20, 80, 10_000]))
def test_what_is_dumped_is_read_back_equal_and_every_place_covers_its_value(
    data: Any, flow: bool | None, width: int
) -> None:
    text = dumped(data, flow, width)
    assume(yaml.safe_load(text) == data)  # PyYAML's dumper has a few errors of its own in folded texts
    found = parse(text, "file.yaml")
    assert found.data == data
    for pointer, value in leaves(data):
        check_place(found, pointer, value)
    for pointer in found.keys:
        check_key(found, pointer)


def check_place(document: Document, pointer: str, value: Any) -> None:
    written = covered(document, document.values[pointer])
    if re.match(r"[|>][-+]?\d", written):
        return  # an indentation that is given as a number counts from the parent, which is not in the stretch
    if written[:1] in ("|", ">"):
        written = "\n".join(f"  {line}" if number else line for number, line in enumerate(written.split("\n")))
    again = reparsed(written)
    assert again == value
    assert type(again) is (str if isinstance(value, str) else type(value))


def check_key(document: Document, pointer: str) -> None:
    written = covered(document, document.keys[pointer])
    if written[:1] not in ("|", ">"):
        assert child("", reparsed(written)) == "/" + pointer.rpartition("/")[2]


YAMLISH = st.text(alphabet="ab:-?,[]{}#&*!|>'\"%@`~<=. \n\t\r0123456789_\ufeff宽😀\\x", max_size=60)


@settings(max_examples=400, deadline=None)
@given(YAMLISH | st.text(max_size=60))
def test_any_text_is_a_document_or_a_clean_error(text: str) -> None:
    document, problems = tried(parse, text, "file.yaml")
    assert problems != (), "refused without a reason"
    for problem in problems or ():
        assert (problem.path, bool(problem.message)) == ("file.yaml", True)
        assert problem.line is None or min(problem.line, problem.column) >= 1
    for pointer, (line, column, end_line, end_column) in document.values.items() if document else ():
        assert (1, 1) <= (line, column) <= (end_line, end_column)
        document.at(pointer)


@MODEST
@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_a_clean_error(raw: bytes) -> None:
    text, problems = tried(decode, raw, "file.yaml")
    if problems is None:
        assert text.encode() == raw.removeprefix(b"\xef\xbb\xbf")
    else:
        assert 1 <= problems[0].line <= raw.count(b"\n") + 1
        with pytest.raises(UnicodeDecodeError):
            raw.decode()


@MODEST
@given(st.text(alphabet="[]{}:,-a \n", max_size=400))
def test_brackets_of_any_depth_and_balance_are_a_document_or_a_clean_error(text: str) -> None:
    _, problems = tried(parse, text, "file.yaml")
    assert problems != (), "refused without a reason"


def strict(text: str) -> Document | None:
    """Read a text by the strict builder alone; None where it has something to say."""
    builder = documents._Builder(path="m.yaml")
    try:
        documents._feed(builder, text)
    except (CheckerError, yaml.YAMLError):
        return None
    if builder.problems:
        return None
    return Document(path="m.yaml", text=text, data=builder.root, values=builder.values, keys=builder.keys)


@MODEST
@given(
    st.one_of(
        st.builds(dumped, trees, st.sampled_from([True, False, None]), st.sampled_from([20, 1000])),
        st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
    )
)
def test_the_quick_reader_reads_as_the_strict_one_or_leaves_the_file_to_it(text: str) -> None:
    quick = plain.read(documents._PARSER(text), documents.MAX_DEPTH, documents.MAX_VALUES)
    if quick is not None:
        slow = strict(text)
        assert slow is not None
        assert repr(quick.data) == repr(slow.data)
        assert list(quick.values.items()) == list(slow.values.items())
        assert list(quick.keys.items()) == list(slow.keys.items())
