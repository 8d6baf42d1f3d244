"""A table of rows that is read where it lies: it holds what it was dumped from, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from checker.loading.table import Table, dump


def table(rows: dict[str, Any]) -> Table:
    return Table(dump(rows).encode())


ROWS: dict[str, dict[str, Any]] = {
    "none": {},
    "one": {"a": 1},
    "two": {"a": 1, "b": 2},
    "three": {"a": 1, "b": 2, "c": 3},
    "a thousand": {f"name-{number}": number for number in range(1000)},
    "names that start alike": {"a": 1, "aa": 2, "aaa": 3, "a a": 4, "a-": 5, "a~": 6, "A": 7},
    "not in order": {"z": 1, "m": 2, "a": 3, "Z": 4},
    "names of several bytes": {"é": 1, "日本語": 2, "😀": 3, "z": 4, "\u00ff": 5, "\uffee": 6},
    "an empty name": {"": 1, "a": 2},
    "a name that looks like JSON": {'{"a": 1}': 1, '"': 2, "[": 3, "\\": 4, "\\n": 5},
    "long values": {"a": "x" * 5000, "b": "", "c": ["y" * 5000]},
    "values that break lines": {"a": "one\ntwo\ttabbed", "b": "\u2028\x85\r\n", "c": {"d\te\n": "\ud800"}},
    "all that JSON holds": {"a": None, "b": True, "c": 1.5, "d": [1, {"e": []}], "f": {"g": {}}},
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_a_table_holds_what_it_was_dumped_from(rows: dict[str, Any]) -> None:
    found = table(rows)
    assert {name: found[name] for name in rows} == rows
    assert dict(found) == rows
    assert found == rows
    assert len(found) == len(rows)
    assert all(name in found for name in rows)


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_names_come_in_the_order_of_their_bytes(rows: dict[str, Any]) -> None:
    assert list(table(rows)) == sorted(rows, key=str.encode)


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_every_name_that_is_nearly_there_is_absent(rows: dict[str, Any]) -> None:
    found = table(rows)
    near = {
        changed
        for name in rows
        for changed in (
            name[:-1],
            f"{name} ",
            f" {name}",
            f"{name}\t",
            f"{name}\n",
            f"\n{name}",
            f"{name}\0",
            f"{name}!",
        )
    }
    assert [name for name in near - rows.keys() if name in found] == []


LARGE = {f"{number:03}": number for number in range(1, 500)}
BEYOND = {
    "before the first row": "000",
    "right before the first row": "0",
    "right after the first row": "0010",
    "right before the last row": "4989",
    "right after the last row": "4990",
    "after the last row": "5",
    "nothing": "",
    "a row with its value": "001\t1",
    "two rows": "001\t1\n002",
    "a line break": "\n",
    "a tab": "\t",
    "half of a pair": "\ud800",
    "a name and half of a pair": "001\udfff",
    "the last character of all": "\U0010ffff",
}


@pytest.mark.parametrize("name", BEYOND.values(), ids=BEYOND)
def test_a_name_that_has_no_row_is_absent(name: str) -> None:
    found = table(LARGE)
    assert name not in found
    assert found.get(name) is None
    with pytest.raises(KeyError) as caught:
        found[name]
    assert caught.value.args == (name,)


@pytest.mark.parametrize("name", ["001", "002", "250", "498", "499"])
def test_the_first_and_the_last_row_are_found_as_those_between(name: str) -> None:
    assert table(LARGE)[name] == int(name)


@pytest.mark.parametrize("name", ["", "a", "\n", "\ud800"])
def test_an_empty_table_has_no_name(name: str) -> None:
    found = Table(b"")
    assert name not in found
    assert list(found) == []
    assert len(found) == 0


@pytest.mark.parametrize("name", [None, 1, b"a", ("a",)])
def test_what_is_no_text_is_no_name(name: object) -> None:
    assert name not in table({"a": 1, "1": 2, "None": 3})


def test_a_row_is_parsed_once() -> None:
    found = table({"a": {"b": []}})
    assert found["a"] is found["a"]


def test_a_row_is_not_parsed_before_it_is_asked_for() -> None:
    found = Table(b"a\tno JSON\nb\t1\n")
    assert found["b"] == 1
    assert "a" in found
    with pytest.raises(ValueError, match="Expecting value"):
        found["a"]


BREAKING = {
    "a tab": "a\tb",
    "a line feed": "a\nb",
    "a carriage return": "a\rb",
    "a null": "a\0",
    "an escape": "\x1b[31m",
    "a next line": "a\x85b",
    "a line separator": "a\u2028b",
    "a mark of direction": "a\u202eb",
    "half of a pair": "a\ud800",
}


@pytest.mark.parametrize("name", BREAKING.values(), ids=BREAKING)
def test_a_name_that_would_break_lines_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be the name of a row"):
        dump({"a": 1, name: 2})


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_the_order_in_which_rows_are_given_changes_nothing(rows: dict[str, Any]) -> None:
    assert dump(dict(reversed(rows.items()))) == dump(rows)
