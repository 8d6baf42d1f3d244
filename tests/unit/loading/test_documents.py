"""Strict YAML: where every value stands, and what is refused because it would not mean what it looks like."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from checker.loading.documents import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, decode, parse
from tests.support import covered, marked, only, refused

if TYPE_CHECKING:
    from checker.source import Document


def doc(text: str) -> Document:
    return parse(text, "file.yaml")


# --- Where values stand ------------------------------------------------------------------------------------------

SPANS: dict[str, tuple[str, str, tuple[int, int, int, int], str]] = {
    "plain": ("a: bc\n", "/a", (1, 4, 1, 6), "bc"),
    "quoted, with its quotes": ("a: 'bc'\n", "/a", (1, 4, 1, 8), "'bc'"),
    "without a value, right after the colon": ("a:\nb: 1\n", "/a", (1, 3, 1, 3), ""),
    "number": ("a: -1.50 # a comment\n", "/a", (1, 4, 1, 9), "-1.50"),
    "flow list": ("a: [b, c]\n", "/a", (1, 4, 1, 10), "[b, c]"),
    "element of a flow list": ("a: [b, c]\n", "/a/1", (1, 8, 1, 9), "c"),
    "flow mapping": ("a: {b: c}\n", "/a", (1, 4, 1, 10), "{b: c}"),
    "value in a flow mapping": ("a: {b: c}\n", "/a/b", (1, 8, 1, 9), "c"),
    "element of a block list": ("a:\n  - b\n  - c\n", "/a/1", (3, 5, 3, 6), "c"),
    "block list, to the line after it": ("a:\n  - b\n  - c\nd: 1\n", "/a", (2, 3, 4, 1), "- b\n  - c\n"),
    "block mapping": ("a:\n  b: c\nd: 1\n", "/a", (2, 3, 3, 1), "b: c\n"),
    "quoted over two lines": ('a: "b\n  c"\n', "/a", (1, 4, 2, 5), '"b\n  c"'),
    "plain over two lines": ("a: b\n  c\nd: 1\n", "/a", (1, 4, 2, 4), "b\n  c"),
    "literal block, with its header": ("a: |\n  b\n  c\nd: 1\n", "/a", (1, 4, 4, 1), "|\n  b\n  c\n"),
    "folded block, with blank lines": ("a: >-\n  b\n  c\n\nd: 1\n", "/a", (1, 4, 5, 1), ">-\n  b\n  c\n\n"),
    "the whole file": ("a: 1\nb: 2\n", "", (1, 1, 3, 1), "a: 1\nb: 2\n"),
    "after a comment and a blank line": ("# why\n\na: bc\n", "/a", (3, 4, 3, 6), "bc"),
    "after a wide character": ("{a: 宽, b: c}\n", "/b", (1, 11, 1, 12), "c"),
    "after a character beyond the 16-bit plane": ("{a: 😀, b: c}\n", "/b", (1, 11, 1, 12), "c"),
    "after a combining accent, which counts": ("{a: e\u0301, b: c}\n", "/b", (1, 12, 1, 13), "c"),
    "lines that end with CR LF": ("a: 1\r\nb: cd\r\n", "/b", (2, 4, 2, 6), "cd"),
    "lines that end with CR": ("a: 1\rb: cd\r", "/b", (2, 4, 2, 6), "cd"),
    "without a final line break": ("a: bc", "/a", (1, 4, 1, 6), "bc"),
    "below a key with a slash and a tilde": ("a/b~c: d\n", "/a~1b~0c", (1, 8, 1, 9), "d"),
    "below a directive": ("%YAML 1.2\n---\na: bc\n", "/a", (3, 4, 3, 6), "bc"),
}


@pytest.mark.parametrize(("text", "pointer", "place", "written"), SPANS.values(), ids=SPANS)
def test_every_value_knows_its_place(text: str, pointer: str, place: tuple[int, ...], written: str) -> None:
    found = doc(text)
    assert found.values[pointer] == place
    assert covered(found, found.values[pointer]) == written


KEYS = {
    "block": ("a: 1\nbc: 2\n", "/bc", (2, 1, 2, 3)),
    "flow": ("{a: 1, bc: 2}\n", "/bc", (1, 8, 1, 10)),
    "quoted": ('"b c": 2\n', "/b c", (1, 1, 1, 6)),
    "nested": ("a:\n  bc: 2\n", "/a/bc", (2, 3, 2, 5)),
    "explicit": ("? bc\n: 2\n", "/bc", (1, 3, 1, 5)),
}


@pytest.mark.parametrize(("text", "pointer", "place"), KEYS.values(), ids=KEYS)
def test_every_key_knows_its_place(text: str, pointer: str, place: tuple[int, ...]) -> None:
    assert doc(text).keys[pointer] == place


def test_a_byte_order_mark_moves_no_column() -> None:
    text = decode(b"\xef\xbb\xbfa: bc\n", "file.yaml")
    assert doc(text).values["/a"] == (1, 4, 1, 6)


def test_a_value_that_is_not_there_is_found_by_the_nearest_around_it() -> None:
    found = doc("a: {b: 1}\n")
    assert found.nearest("/a/x/y") == "/a"
    assert found.span("/a/x/y") == found.span("/a")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"], ids=["nothing", "blank lines", "a comment"])
def test_an_empty_file_has_a_place_to_point_at(text: str) -> None:
    assert doc(text).span("").line == 1


# --- What values mean --------------------------------------------------------------------------------------------

MEANINGS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "0": 0,
    "-7": -7,
    "+7": 7,
    "123456789012345678": 123456789012345678,
    "1.10": 1.1,
    ".5": 0.5,
    "1.": 1.0,
    "1e3": 1000.0,
    "2.5E-1": 0.25,
    "1.2.3": "1.2.3",
    "1,000": "1,000",
    "y": "y",
    "n": "n",
    "None": "None",
    "nope": "nope",
    "12:30h": "12:30h",
    "=": "=",
    "2026-01-01": "2026-01-01",
    "2026-02-30": "2026-02-30",
    "2026-01-01T10:00:00Z": "2026-01-01T10:00:00Z",
    '"NO"': "NO",
    "'0123'": "0123",
    '"1.10"': "1.10",
    '"2026-01-01"': "2026-01-01",
    r'"\u00e9"': "é",
    "|\n  NO": "NO",
}


@pytest.mark.parametrize(("written", "value"), MEANINGS.items(), ids=[repr(written) for written in MEANINGS])
def test_a_scalar_means_what_it_looks_like(written: str, value: object) -> None:
    read = doc(f"a: {written}").data["a"]
    assert read == value
    assert type(read) is type(value)


WORDS = """
    NO no No yes Yes YES on On ON off Off OFF True TRUE False FALSE Null NULL
    0123 00 08 -0123 0o17 0x1F 0b11 +0x1F
    12:30 1:2:3 12:30.5
    1_000 1_0.5 1__0
    .inf -.inf .Inf .INF +.INF .nan .NaN .NAN
"""
AMBIGUOUS = WORDS.split()


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_a_plain_word_that_yaml_may_read_as_something_else_is_refused(word: str) -> None:
    problem = only(refused(doc, f"ok: 1\na: {word}\n"))
    assert (problem.line, problem.column) == (2, 4)
    assert problem.message.startswith(f"{word} is ambiguous")
    assert f'quote it: "{word}"' in problem.hint


def test_a_number_too_long_to_be_one_is_refused() -> None:
    problem = only(refused(doc, "a: 1234567890123456789\n"))
    assert "too long a number" in problem.message
    assert "quote it" in problem.hint


def test_a_number_too_large_to_be_one_is_refused() -> None:
    only(refused(doc, "a: 1e400\n"))


# --- What is refused ---------------------------------------------------------------------------------------------

REFUSED = {
    "a key that appears twice": ("a: 1\n§a: 2\n", "the key a appears twice (first on line 1)", "remove one"),
    "a key that appears twice, once quoted": ('a: 1\n§"a": 2\n', "the key a appears twice", "remove one"),
    "a key that appears twice in a flow mapping": ("{a: 1, §a: 2}\n", "the key a appears twice", "remove one"),
    "a key that appears twice below another": ("x:\n  a: 1\n  §a: 2\n", "the key a appears twice", "remove one"),
    "an anchor": ("a: §&x 1\n", "the anchor &x", "write the value wherever"),
    "an alias": ("a: §*x\n", "the alias *x", "write the value here"),
    "a merge key": ("§<<: {a: 1}\n", "the merge key <<", "write the keys here"),
    "a second document": ("a: 1\n§---\nb: 2\n", "a second YAML document", "remove this `---`"),
    "a tag of one's own": ("a: §!x 1\n", "the YAML tag !x", "must be quoted: '!x ...'"),
    "a tag of YAML's": ("a: §!!str 1\n", "the YAML tag !!str", "remove the tag"),
    "a tag in full": ("a: §!<tag:yaml.org,2002:int> 1\n", "the YAML tag !!int", "remove the tag"),
    "the tag for no tag": ("a: §! 1\n", "the YAML tag !", "quote the value"),
    "a tag on a list": ("a: §!x [1]\n", "the YAML tag !x", "must be quoted"),
    "a key that is a number": ("§1: a\n", "the key 1 is not text", 'quote it: "1"'),
    "a key that is a truth value": ("§true: a\n", "the key true is not text", 'quote it: "true"'),
    "a key that is nothing": ("§~: a\n", "the key ~ is not text", 'quote it: "~"'),
    "a key that YAML may read as a truth value": ("§NO: a\n", "NO is ambiguous", 'quote it: "NO"'),
    "a list as a key": ("? §[a]\n: 1\n", "a mapping or a list can't be a key", "plain word"),
    "a mapping as a key": ("§{a: 1}: 2\n", "a mapping or a list can't be a key", "plain word"),
    "a tab as indentation": ("a:\n§\tb: 1\n", "not YAML", "indent with spaces, not with a tab"),
    "a tab before everything": ("§\ta: 1\n", "not YAML", "indent with spaces, not with a tab"),
    "a colon inside a plain value": (
        "a: b§: c\n",
        "mapping values are not allowed",
        "quote a value that contains `: `",
    ),
    "a bracket that is not closed": ("a: [1\n§", "not YAML", "the brackets just before this place"),
    "a character that starts nothing": ("a: §@x\n", "not YAML", "just before this place"),
    "a list and a mapping at one level": ("- a\n§b: 1\n", "not YAML", "indentation"),
    "half of a surrogate pair, escaped": (r'a: "\u§d800"' + "\n", "not YAML", "just before this place"),
    "another version of YAML": ("§%YAML 2.0\n---\na: 1\n", "not YAML", ""),
}


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_what_it_looks_like_is_refused_where_it_stands(text: str, message: str, hint: str) -> None:
    text, line, column = marked(text)
    problem = only(refused(doc, text))
    assert (problem.path, problem.line, problem.column) == ("file.yaml", line, column)
    assert message in problem.message
    assert hint in problem.hint


def test_a_quoted_merge_key_is_a_key_like_any_other() -> None:
    assert doc('"<<": 1\n').data == {"<<": 1}


def test_the_end_mark_of_a_document_is_no_second_document() -> None:
    assert doc("---\na: 1\n...\n").data == {"a": 1}


@pytest.mark.parametrize("text", ["a: 1\t\n", "a:\t1\n", "a: 1\t# why\n", "a: {\n\tb: 1}\n", 'a: "b\tc"\n'])
def test_a_tab_that_is_no_indentation_is_allowed(text: str) -> None:
    assert "a" in doc(text).data


@pytest.mark.parametrize("value", ["!x", "!x in y", "!has(use.plan)"])
def test_an_expression_that_starts_with_an_exclamation_mark_is_told_to_be_quoted(value: str) -> None:
    problem = only(refused(doc, f"require: {value}\n"))
    assert (problem.line, problem.column) == (1, 10)
    assert problem.hint == f"an expression that starts with ! must be quoted: '{value.split(maxsplit=1)[0]} ...'"


@pytest.mark.parametrize("value", ["!(a || b)", "!x.f(y) && z", "!x[0]"])
def test_any_expression_that_starts_with_an_exclamation_mark_is_told_to_be_quoted(value: str) -> None:
    assert "must be quoted" in only(refused(doc, f"require: {value}\n")).hint


@pytest.mark.parametrize(
    "line", ['when: "a" in b', "when: 'a' in b", '  when: "a" in b # why', 'when: "a" == use.b', 'when: "" != b']
)
def test_an_expression_that_starts_with_a_quote_is_told_to_be_quoted_as_a_whole(line: str) -> None:
    problem = only(refused(doc, f"{line}\n"))
    assert problem.line == 1
    assert "quote the whole value" in problem.hint
    assert line.strip() in problem.hint


# --- Bounds ------------------------------------------------------------------------------------------------------

DEEP = {
    "brackets that are never closed": "[" * 50_000,
    "brackets that are closed": "[" * 50_000 + "]" * 50_000,
    "braces": "{a: " * 50_000,
    "dashes": "- " * 50_000,
    "indentation": "".join(f"{' ' * depth}a:\n" for depth in range(1_000)),
    "questions": "? " * 50_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_a_clean_error_and_quick(text: str) -> None:
    start = time.perf_counter()
    problem = only(refused(doc, text))
    assert time.perf_counter() - start < 2
    assert "nested deeper" in problem.message or "can't be a key" in problem.message
    assert problem.line is not None


def test_the_deepest_nesting_that_is_allowed() -> None:
    assert doc("[" * MAX_DEPTH + "]" * MAX_DEPTH).data
    problem = only(refused(doc, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)))
    assert (problem.line, problem.column) == (1, MAX_DEPTH + 1)


def test_a_file_may_be_as_large_as_the_bound_and_no_larger() -> None:
    assert doc("a" * MAX_BYTES).data == "a" * MAX_BYTES
    assert "larger than 1,048,576 bytes" in only(refused(doc, "a" * (MAX_BYTES + 1))).message


def test_a_file_may_hold_as_many_values_as_the_bound_and_no_more() -> None:
    line = "[" + "1," * 999 + "1]"
    lists, rest = divmod(MAX_VALUES - 1, 1_001)
    fits = f"- {line}\n" * lists + "- 1\n" * rest
    assert len(doc(fits).values) == MAX_VALUES
    assert "more than 100,000 values" in only(refused(doc, fits + "- 1\n")).message


def test_problems_are_counted_out_at_a_bound() -> None:
    assert len(refused(doc, "- NO\n" * (MAX_PROBLEMS * 2))) == MAX_PROBLEMS


# --- Characters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x9b", "\ufffe"], ids=ascii)
def test_control_characters_are_refused(character: str) -> None:
    problem = only(refused(doc, f'a: "x{character}"\n'))
    assert (problem.line, problem.column) == (1, 6)
    assert problem.message == f"not YAML: the character {character!a} is not allowed"
    assert problem.hint == "remove it"


@pytest.mark.parametrize(
    "before", ["a: 1\nb: ", "a: 宽😀\nb: ", "\n\n  ", "a: 1\r\nb: "], ids=["a line", "wide", "blank", "CR LF"]
)
def test_a_control_character_is_found_by_its_line_and_column(before: str) -> None:
    text, line, column = marked(f"{before}§\x07\n")
    problem = only(refused(doc, text))
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("raw", "line", "byte"),
    [
        (b"a: \xff\n", 1, 4),
        (b"a: 1\nb: caf\xe9\n", 2, 12),
        (b"a: \xed\xa0\x80\n", 1, 4),
        (b"\xff\xfea\x00", 1, 1),
    ],
    ids=["never UTF-8", "Latin-1", "a surrogate", "UTF-16"],
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_line(raw: bytes, line: int, byte: int) -> None:
    problem = only(refused(decode, raw, "file.yaml"))
    assert problem.line == line
    assert problem.message == f"byte {byte} is not UTF-8"
    assert problem.hint == "save the file as UTF-8"


def test_utf_8_is_read_with_and_without_a_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbfa: \xc3\xa9", "f") == decode(b"a: \xc3\xa9", "f") == "a: é"


# --- All together ------------------------------------------------------------------------------------------------


def test_all_problems_of_a_file_are_reported_together_in_its_order() -> None:
    text = "a: 1\na: 2\nb: NO\nc: &x 1\nd: !t 1\n1: e\n"
    found = [(problem.line, problem.column) for problem in refused(doc, text)]
    assert found == [(2, 1), (3, 4), (4, 4), (5, 4), (6, 1)]


@pytest.mark.parametrize("end", ["b: *x\n", "b: [1\n", "b: " + "[" * 50])
def test_what_stops_the_reading_leaves_earlier_problems_standing(end: str) -> None:
    problems = refused(doc, f"a: NO\n{end}")
    assert len(problems) == 2
    assert problems[0].message.startswith("NO is ambiguous")


def test_a_key_that_stands_twice_does_not_hide_what_is_wrong_below_it() -> None:
    assert len(refused(doc, "a: 1\na: {b: NO}\n")) == 2
