"""Whatever names and texts there are: a table finds what is in it and nothing else, and no text is more than text."""

from __future__ import annotations

import html
import re
import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.expressions.spdx import Malformed, is_expression, parse
from checker.loading.table import Table, dump
from checker.reports import safe

MODEST = settings(max_examples=200, deadline=None)

# --- Tables ------------------------------------------------------------------------------------------------------

names = st.text(st.characters(exclude_categories=["Cs"]).filter(str.isprintable), max_size=12) | st.text(
    "ab-.", max_size=4
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)
rows = st.dictionaries(names, values, max_size=30)
asked = st.text(max_size=12) | st.text("ab-.\t\n\r\0\ud800\u2028", max_size=5)
"""What may be asked for: any text, with tabs, line breaks and halves of pairs."""


@MODEST
@given(rows)
def test_a_table_is_the_dict_that_it_was_dumped_from(given_rows: dict[str, Any]) -> None:
    table = Table(dump(given_rows).encode())
    assert {name: table[name] for name in given_rows} == given_rows
    assert list(table) == sorted(given_rows, key=str.encode)
    assert len(table) == len(given_rows)
    assert table == given_rows


@MODEST
@given(rows, st.lists(asked, max_size=20))
def test_a_name_without_a_row_is_absent_and_never_another_row(given_rows: dict[str, Any], others: list[str]) -> None:
    table = Table(dump(given_rows).encode())
    near = [f"{name}{end}" for name in given_rows for end in ("\t", "\n", "\ud800", " ", "a")]
    nothing = object()
    for name in (*others, *near, *(name[:-1] for name in given_rows)):
        assert (name in table) is (name in given_rows)
        found = table.get(name, nothing)
        assert found == given_rows[name] if name in given_rows else found is nothing


@MODEST
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(given_rows: dict[str, Any], random: Any) -> None:
    shuffled = list(given_rows.items())
    random.shuffle(shuffled)
    assert dump(dict(shuffled)) == dump(given_rows)


@MODEST
@given(st.text(max_size=8))
def test_what_is_dumped_is_one_line_for_a_row_or_refused(name: str) -> None:
    try:
        text = dump({name: "a\nb\tc"})
    except ValueError:
        assert not name.isprintable()
    else:
        assert text.splitlines() == [f'{name}\t"a\\nb\\tc"']


# --- Expressions -------------------------------------------------------------------------------------------------

words = st.sampled_from(
    ["MIT", "Apache-2.0", "AND", "OR", "WITH", "and", "or", "with", "(", ")", "NOT", "+", "/", ",", "\n", "\0", " ", ""]
)
texts = st.text(max_size=30) | st.lists(words | st.text(max_size=3), max_size=12).map(" ".join)
ids = st.text(string.ascii_letters + string.digits + ".-", min_size=1, max_size=8).map(lambda text: f"L{text}x")


@MODEST
@given(texts)
def test_every_text_is_terms_or_malformed(text: str) -> None:
    found = parse(text)
    if isinstance(found, Malformed):
        assert found.reason
    else:
        assert found
        for term in found:
            alternatives = [term] if isinstance(term, str) else term["any_of"]
            assert alternatives
            assert all(alternatives)


@MODEST
@given(ids)
def test_a_name_stands_for_itself(name: str) -> None:
    assert parse(name) == [name]
    assert not is_expression(name)


@MODEST
@given(st.lists(st.lists(ids, min_size=1, max_size=3, unique=True), min_size=1, max_size=4))
def test_all_of_some_choices_is_read_as_it_was_written(choices: list[list[str]]) -> None:
    written = " AND ".join(f"({' OR '.join(names)})" for names in choices)
    expected = [names[0] if len(names) == 1 else {"any_of": names} for names in choices]
    assert parse(written) == expected


@MODEST
@given(st.recursive(ids, lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner), max_leaves=8))
def test_an_alternative_can_be_read_as_an_expression_of_its_own(tree: Any) -> None:
    def written(node: Any) -> str:
        return node if isinstance(node, str) else f"({written(node[1])} {node[0]} {written(node[2])})"

    waiting = [written(tree)]
    while waiting:
        found = parse(waiting.pop())
        assert isinstance(found, list)
        for term in found:
            waiting += [] if isinstance(term, str) else [name for name in term["any_of"] if is_expression(name)]
            assert not isinstance(term, str) or not is_expression(term)


# --- Markdown ----------------------------------------------------------------------------------------------------

MARKS = st.sampled_from([*"\\`*_[]<>#|~&@!()\n\r\t", "://", "www.", "&#60;", "&lt;", "\u202e", "\x1b", "<b>", "](x)"])


@MODEST
@given(st.lists(MARKS | st.text(max_size=4), max_size=10).map("".join))
def test_no_text_is_more_than_words_in_markdown(text: str) -> None:
    plain = safe.markdown(text)
    assert re.search(r"[\\`*_\[\]<>|~@\r\n\t\x00-\x1f]|://|www\.", plain) is None
    assert re.fullmatch(r"(?:[^&#]|&#[0-9]+;)*", plain)
    assert html.unescape(plain).replace("\u2060", "") == safe.one_line(text)
