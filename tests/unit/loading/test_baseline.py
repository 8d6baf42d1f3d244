"""The file of a baseline: what is written is what is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from checker.loading import documents, schema
from checker.loading.baseline import dump, load, parse
from checker.loading.tree import Tree
from tests.support import only, refused

if TYPE_CHECKING:
    from pathlib import Path


def entry(number: int = 0, **changed: str) -> dict[str, Any]:
    named = {"manifest": "a/model-manifest.yaml", "model": "triage", "rule": "t/one", "subject": ""}
    return {"fingerprint": f"{number:032x}", **named, **changed}


ENTRIES: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "one": [entry()],
    "several": [entry(number) for number in range(5)],
    "the manifest as a whole": [entry(model="")],
    "names that are not ASCII": [entry(manifest="größer/é.model-manifest.yaml", subject="日本語")],
    "names that YAML would read otherwise": [entry(subject="- no: [x]"), entry(1, subject="null"), entry(2, model="1")],
    "names that break lines": [entry(subject='"\\ \u2028 \x85 \ttab')],
}


@pytest.mark.parametrize("entries", ENTRIES.values(), ids=ENTRIES)
def test_what_is_written_is_what_is_read(entries: list[dict[str, Any]]) -> None:
    text = dump(entries)
    found = parse(text, "known.json").data
    assert found["version"] == 1
    assert sorted(found["findings"], key=lambda one: one["fingerprint"]) == entries
    assert json.loads(text) == found
    assert text.isascii()
    assert text.endswith("}\n")


MANY = 25_000


def test_a_large_baseline_is_read_where_each_entry_stands() -> None:
    text = dump(entry(number) for number in range(MANY))
    assert len(text) > documents.MAX_BYTES
    found = parse(text, "known.json")
    assert len(found.data["findings"]) == MANY
    assert text.splitlines()[found.span(f"/findings/{MANY - 1}").line - 1].startswith(
        f'    {{"fingerprint": "{MANY - 1:032x}'
    )


@pytest.mark.parametrize("entries", ENTRIES.values(), ids=ENTRIES)
def test_what_is_read_quickly_is_what_is_read_as_yaml(entries: list[dict[str, Any]]) -> None:
    text = dump(entries)
    quick, whole = parse(text, "known.json"), schema.load(text, "known.json", "baseline")
    assert quick.data == whole.data
    assert {pointer: whole.values[pointer] for pointer in quick.values} == quick.values


def test_a_large_baseline_that_was_changed_by_hand_is_refused() -> None:
    text = dump(entry(number) for number in range(MANY)).replace("triage", "other", 1) + "\n"
    problem = only(refused(parse, text, "known.json"))
    assert "as the tool wrote it" in problem.message
    assert problem.hint


def test_the_order_in_which_entries_come_does_not_show() -> None:
    entries = [entry(number, subject=str(number % 3)) for number in range(9)]
    assert dump(entries) == dump(reversed(entries))
    assert dump(entries) == dump(dict(reversed(one.items())) for one in entries)


def test_each_entry_has_a_line_of_its_own() -> None:
    lines = dump([entry(number) for number in range(3)]).splitlines()
    assert [line.count("fingerprint") for line in lines] == [0, 0, 0, 1, 1, 1, 0, 0]


def test_an_entry_that_is_added_or_taken_out_changes_no_other_line_but_for_a_comma() -> None:
    def lines(*numbers: int) -> set[str]:
        return {line.rstrip(",") for line in dump(entry(number) for number in numbers).splitlines()}

    assert len(lines(1, 2, 3) - lines(1, 3)) == 1
    assert lines(1, 3) < lines(1, 2, 3)


def test_without_a_path_there_is_none(tmp_path: Path) -> None:
    assert load(None, Tree(tmp_path), new=False) is None
    assert load(None, Tree(tmp_path), new=True) is None


def test_one_that_is_about_to_be_written_need_not_be_there(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    assert load(path, Tree(tmp_path), new=True) is None
    problem = only(refused(lambda: load(path, Tree(tmp_path), new=False)))
    assert (problem.path, problem.message) == ("known.json", "there is no such baseline")
    assert "--write-baseline" in problem.hint


@pytest.mark.parametrize("new", [False, True])
def test_one_that_is_there_is_read_and_every_value_has_its_place(tmp_path: Path, new: bool) -> None:
    path = tmp_path / "known.json"
    path.write_text(dump([entry(), entry(1, rule="t/two")]), encoding="utf-8")
    found = load(path, Tree(tmp_path), new=new)
    assert found is not None
    assert (found.path, found.data["findings"][1]["rule"]) == ("known.json", "t/two")
    assert [found.span(f"/findings/{number}/rule").line for number in (0, 1)] == [4, 5]


@pytest.mark.parametrize("new", [False, True])
def test_one_that_is_malformed_is_refused_even_where_it_is_to_be_written(tmp_path: Path, new: bool) -> None:
    path = tmp_path / "known.json"
    path.write_text('{"version": 1}', encoding="utf-8")
    problem = only(refused(lambda: load(path, Tree(tmp_path), new=new)))
    assert (problem.path, problem.message) == ("known.json", "the key `findings` is missing")


@pytest.mark.parametrize("fingerprint", ["", "0" * 15, "0" * 65, "0" * 31 + "G", "0" * 31 + "A", "*" * 32])
def test_a_fingerprint_is_a_number_of_hexadecimal_digits(fingerprint: str) -> None:
    problems = refused(parse, json.dumps({"version": 1, "findings": [entry(fingerprint=fingerprint)]}), "known.json")
    assert {problem.path for problem in problems} == {"known.json"}
