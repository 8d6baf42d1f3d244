"""The report for a person: what stands in it, where the carets stand, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from checker.app.check import run
from checker.app.settings import Settings
from checker.model.finding import Place
from checker.model.policy import Severity
from checker.reports import REPORTERS, Style
from checker.reports.snippet import snippet
from checker.reports.wrap import Paint
from checker.source import Span

if TYPE_CHECKING:
    from pathlib import Path

PACK = """\
version: 1
pack: t
title: Tests
rules:
  - id: t/name
    title: A name is given
    severity: error
    require: use.id == "x"
    at: [use.id, use.model, project.name]
    message: "{use.id} is not x"
    why: Names matter.
    fix: Call it x.
    references: [https://example.com/names]
"""
USERS = """\
  - id: t/users
    title: Users are counted
    severity: error
    require: project.monthly_active_users.at_most < 5
    at: [project.monthly_active_users]
    message: too many
    message_unknown: The users can't be judged
    why: Counts matter.
    fix: Count them.
"""
ADVICE = """\
  - id: t/advice
    title: Advice is taken
    severity: info
    require: use.id == "x"
    at: [use.id]
    message: "{use.id} could be x"
    why: It would be nice.
    fix: Think of it.
"""
MANIFEST = """\
version: 1
project: {name: claims, owner: team, use: commercial}
models:
  - id: triage
    model: microsoft/phi-4
    purpose: sort
    data: []
    deployment: {type: on-device}
"""


def rendered(
    folder: Path,
    pack: str = PACK,
    manifest: str = MANIFEST,
    config: str = "",
    fail_on: Severity = Severity.ERROR,
    **style: Any,
) -> str:
    """Judge a manifest by one pack of its own, and return the report in text."""
    (folder / "rules.yaml").write_text(pack, encoding="utf-8")
    (folder / "model-manifest.yaml").write_text(manifest, encoding="utf-8")
    (folder / ".modelpolicy.yaml").write_text(f"version: 1\npolicies: [rules.yaml]\n{config}", encoding="utf-8")
    settings = Settings(paths=(folder,), current=folder, as_of="2026-11-23", fail_on=fail_on)
    return REPORTERS["text"](run(settings).report, Style(**style))


FAILED = """\
error[t/name]: triage is not x
  --> model-manifest.yaml:4:9
  |
4 |   - id: triage
  |         ^^^^^^ use.id
  |
5 |     model: microsoft/phi-4
  |            --------------- use.model
  |
2 | project: {name: claims, owner: team, use: commercial}
  |                 ------ project.name
   = use: claims: triage
   = why: Names matter.
   = fix: Call it x.
"""
NOT_KNOWN = """\
unknown (blocks)[t/users]: The users can't be judged: `project.monthly_active_users` is not declared
  --> model-manifest.yaml:2:1
  |
2 | project: {name: claims, owner: team, use: commercial}
  | ^^^^^^^ supply it here (not declared)
   = project: claims
   = why: Counts matter.
   = fix: declare `project.monthly_active_users`: a number, or closer bounds
"""
BROKEN = """\
error: unknown key `purpos`
  --> model-manifest.yaml:6:5
   = fix: did you mean `purpose`?
"""


def blocks(report: str) -> list[str]:
    return [f"{block}\n" for block in report.rstrip("\n").split("\n\n")]


def test_a_finding_tells_what_where_why_and_the_way_out(tmp_path: Path) -> None:
    failed, unknown, *_ = blocks(rendered(tmp_path, PACK + USERS))
    assert (failed, unknown) == (FAILED, NOT_KNOWN)


def test_a_verbose_finding_tells_the_rule_every_fact_and_where_to_read_on(tmp_path: Path) -> None:
    brief, told = (rendered(tmp_path, PACK, verbose=verbose) for verbose in (False, True))
    more = [line.strip() for line in told.splitlines() if line not in brief.splitlines()]
    assert more == [
        "= requires: A name is given (rules.yaml:5)",
        "= fact: use.id is triage (declared in model-manifest.yaml:4)",
        "= see: https://example.com/names",
    ]


def test_a_problem_tells_what_where_and_the_way_out(tmp_path: Path) -> None:
    told = blocks(rendered(tmp_path, manifest=MANIFEST.replace("purpose", "purpos")))
    assert BROKEN in told
    assert told[-1].startswith("1 manifest, 0 models, ")


def test_below_the_findings_a_table_a_foot_and_one_closing_line(tmp_path: Path) -> None:
    *_, table, foot, closing = blocks(rendered(tmp_path, PACK + USERS))
    head, rule, *rows = [line.split() for line in table.splitlines()]
    assert head == ["failed", "unknown", "use"]
    assert set("".join(rule)) == {"-"}
    assert rows == [["model-manifest.yaml"], ["1", "(the", "file", "itself)"], ["1", "triage"]]
    assert "not legal advice" in foot
    assert closing == "1 manifest, 1 model, 2 rules: 1 failed, 1 unknown\n"


def test_the_table_breaks_no_path_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    uses = "".join(
        f"  - {{id: {name}, model: microsoft/phi-4, purpose: p, data: [], deployment: {{type: on-device}}}}\n"
        for name in ("x", "triage", "also-x")
    )
    only_one = PACK.replace('use.id == "x"', 'use.id != "triage"')
    folder = tmp_path / ("a-folder-whose-name-is-long-" * 6)
    folder.mkdir()
    said = rendered(folder, only_one, MANIFEST.partition("  - id")[0] + uses, width=60)
    table, rest, *_ = blocks(said)[1:]
    assert [line.split()[-1] for line in table.splitlines()[2:]] == ["model-manifest.yaml", "triage"]
    assert rest == "Nothing was found in 2 other uses.\n"


def test_a_passing_report_is_one_line(tmp_path: Path) -> None:
    assert rendered(tmp_path, manifest=MANIFEST.replace("triage", "x")) == "1 manifest, 1 model, 1 rule: passed\n"


def test_what_does_not_block_is_told_and_does_not_look_like_a_failure(tmp_path: Path) -> None:
    said = rendered(tmp_path, PACK.partition("  - id")[0] + ADVICE)
    assert "info[t/advice]: triage could be x" in said
    assert "why" not in said, "advice is told in brief"
    assert said.endswith("1 manifest, 1 model, 1 rule: passed, 1 not blocking\n")
    blocking = rendered(tmp_path, PACK.partition("  - id")[0] + ADVICE, fail_on=Severity.INFO)
    assert blocking.endswith("1 manifest, 1 model, 1 rule: 1 failed\n")


def test_the_same_advice_for_several_uses_is_told_once(tmp_path: Path) -> None:
    second = MANIFEST.partition("models:\n")[2].replace("triage", "draft")
    said = rendered(tmp_path, PACK.partition("  - id")[0] + ADVICE, MANIFEST + second)
    assert said.count("info[t/advice]") == 1
    assert "= also: the same holds for draft" in said
    assert said.endswith("2 not blocking\n")


def test_rules_that_miss_the_same_fact_are_told_together(tmp_path: Path) -> None:
    said = rendered(tmp_path, PACK + USERS + USERS.replace("t/users", "t/more").replace("< 5", "< 6"))
    assert said.count("unknown (blocks)[") == 1
    assert "for the same reason these can't be judged: t/users" in said or "can't be judged: t/more" in said
    assert said.endswith("1 failed, 1 unknown (2 rules)\n")


def test_all_lists_what_passed_in_brief(tmp_path: Path) -> None:
    said = rendered(tmp_path, manifest=MANIFEST.replace("triage", "x"), all=True)
    assert said.startswith("pass[t/name]: A name is given\n  --> model-manifest.yaml:4:9\n")
    assert "|" not in said


def test_color_is_only_added(tmp_path: Path) -> None:
    plain, colored = (rendered(tmp_path, PACK + USERS, color=color) for color in (False, True))
    assert plain != colored
    assert Paint.strip(colored) == plain


def test_where_there_is_color_the_path_leads_to_the_file(tmp_path: Path) -> None:
    plain, colored = (rendered(tmp_path, color=color) for color in (False, True))
    assert "\x1b]8;;" not in plain
    link = f"\x1b]8;;file://{tmp_path.as_posix()}/model-manifest.yaml\x1b\\model-manifest.yaml\x1b]8;;\x1b\\:4:9"
    assert link in colored
    assert "docs/rules/t/name" not in colored, "a rule of one's own has no page"


def test_waiting_text_is_wrapped_at_the_width(tmp_path: Path) -> None:
    long = PACK.replace("Names matter.", "Names matter " + "very " * 60 + "much.")
    for width in (40, 60, 100, 140):
        said = rendered(tmp_path, long, width=width)
        reasons = said.partition("   = why: ")[2].partition("   = fix")[0].splitlines()
        assert max(len(line) for line in reasons) <= width
        assert len(reasons) > 1
        assert all(line.startswith("          ") for line in reasons[1:])


def test_a_word_that_is_wider_than_the_terminal_is_not_broken(tmp_path: Path) -> None:
    address = "https://example.com/" + "x" * 200
    assert address in rendered(tmp_path, PACK.replace("https://example.com/names", address), width=40, verbose=True)


# --- Snippets ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A place in a text, by what stands there."""

    text: str
    label: str = ""
    path: str = "m.yaml"


def shown(text: str, *places: At, width: int = 100, more: dict[str, str] | None = None) -> list[str]:
    """Return the snippet of some places of a text (the first is the primary one)."""
    texts = {"m.yaml": text, **(more or {})}
    found = []
    for place in places:
        before, mark, _ = texts[place.path].partition(place.text)
        assert mark
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        end = Span(path=place.path, line=line, column=column, end_line=line, end_column=column + len(place.text))
        found.append(Place(span=end, pointer="", label=place.label))
    return list(snippet(found, texts, Paint(color=False), width))


CARETS = {
    "plain": ("model: x", "x", "model: x", "       ^"),
    "after wide characters": ("名前: x", "x", "名前: x", "      ^"),
    "under wide characters": ("a: 名前", "名前", "a: 名前", "   ^^^^"),
    "after combining characters": ("e\u0301: x", "x", "e\u0301: x", "   ^"),
    "under combining characters": ("a: e\u0301e\u0301", "e\u0301e\u0301", "a: e\u0301e\u0301", "   ^^"),
    "after an emoji": ("😀: x", "x", "😀: x", "    ^"),
    "after a tab": ("a:\tx", "x", "a: x", "   ^"),
    "after what does not show": ("a\u200b: x", "x", "a\\u200b: x", "         ^"),
    "after an escape": ("a\x1b: x", "x", "a\\x1b: x", "       ^"),
    "half-width kana": ("ｱ: x", "x", "ｱ: x", "   ^"),
}


@pytest.mark.parametrize(("text", "marked", "line", "carets"), CARETS.values(), ids=CARETS)
def test_carets_stand_under_the_value_in_columns_of_the_terminal(
    text: str, marked: str, line: str, carets: str
) -> None:
    arrow, bar, source, under = shown(text, At(text=marked))
    assert arrow.startswith("  --> m.yaml:1:")
    assert bar == "  |"
    assert source == f"1 | {line}"
    assert under == f"  | {carets}"


def test_carets_stand_right_after_something_that_was_broken_up() -> None:
    *_, source, under = shown("a: ##[x] y", At(text="y"))
    assert source.index("y") == under.index("^")


def test_several_places_are_told_apart_by_their_marks_and_labels() -> None:
    text = "a: one\nb: two\n" + "#\n" * 8 + "c: three\n"
    assert shown(text, At(text="two", label="here"), At(text="three", label="there"), At(text="one")) == [
        "   --> m.yaml:2:4",
        "   |",
        " 2 | b: two",
        "   |    ^^^ here",
        "   |",
        "11 | c: three",
        "   |    ----- there",
        "   |",
        " 1 | a: one",
        "   |    ---",
    ]


def test_places_of_another_file_are_under_its_name() -> None:
    lines = shown("a: one\n", At(text="one"), At(text="two", path="c.yaml"), more={"c.yaml": "b: two\n"})
    assert next(line for line in lines if ".yaml" in line) == "  --> m.yaml:1:4"
    assert [line.split()[-1] for line in lines if ".yaml" in line] == ["m.yaml:1:4", "c.yaml:1:4"]


def test_the_name_of_another_file_is_no_workflow_command() -> None:
    lines = shown("a: one\n", At(text="one"), At(text="two", path="c::d.yaml"), more={"c::d.yaml": "b: two\n"})
    assert not any(line.lstrip().startswith("::") for line in lines)


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("lead", [0, 30, 500])
@pytest.mark.parametrize("rest", [0, 30, 500])
def test_a_long_line_is_clipped_around_the_value(width: int, lead: int, rest: int) -> None:
    *_, source, under = shown("x" * lead + "VALUE" + "y" * rest, At(text="VALUE"), width=width)
    assert len(source) <= width
    assert len(under) <= width
    start = under.index("^")
    assert source[start : start + 5] == "VALUE"
    assert under.count("^") == 5
    assert "..." not in source or lead + 5 + rest > width - 5


@pytest.mark.parametrize(
    ("lead", "rest"),
    [(0, 500), (500, 0), pytest.param(30, 30)],
)
def test_a_line_that_was_clipped_says_so(lead: int, rest: int) -> None:
    *_, source, _under = shown("x" * lead + "VALUE" + "y" * rest, At(text="VALUE"), width=40)
    assert "..." in source


@pytest.mark.parametrize("width", [40, 100])
def test_a_long_value_is_clipped_itself(width: int) -> None:
    *_, source, under = shown("x: " + "V" * 500, At(text="V" * 500), width=width)
    assert len(source) <= width
    assert len(under) <= width
    assert under.index("^") == source.index("V")


def test_a_long_line_of_wide_characters_is_clipped_to_the_width() -> None:
    *_, source, _under = shown("名" * 80 + "VALUE", At(text="VALUE"), width=60)
    assert sum(2 if char == "名" else 1 for char in source) <= 60


def test_a_file_of_one_line_is_clipped_like_any_other() -> None:
    half = "x" * 500_000
    *_, source, under = shown(f"{half}VALUE{half}", At(text="VALUE"), At(text=half), width=60)
    assert 50 < len(source) <= 60
    assert len(under) <= 60


def test_a_label_that_does_not_fit_beside_stands_below() -> None:
    *_, under, below = shown("x" * 50 + " VALUE", At(text="VALUE", label="a label that is rather long"), width=60)
    assert under.rstrip().endswith("^^^^^")
    assert below.strip("| ") == "a label that is rather long"
    assert len(below) <= 60


def test_a_value_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    span = Span(path="m.yaml", line=1, column=1, end_line=3, end_column=2)
    lines = list(snippet([Place(span=span, pointer="")], {"m.yaml": "a:\n  b\nc\n"}, Paint(color=False), 100))
    assert lines[-2:] == ["1 | a:", "  | ^^"]


def test_a_place_whose_text_is_not_at_hand_is_only_named() -> None:
    span = Span(path="gone.yaml", line=7, column=3, end_line=7, end_column=5)
    assert list(snippet([Place(span=span, pointer="")], {}, Paint(color=False), 100)) == ["  --> gone.yaml:7:3"]
