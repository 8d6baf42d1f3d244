"""Workflow commands, read back as GitHub's runner reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from checker.errors import Problem
from checker.model.finding import Place, Verdict
from checker.model.policy import Severity
from checker.model.report import Ahead
from checker.reports import REPORTERS, Style
from checker.source import Span
from tests.made import MANIFEST, finding, report

if TYPE_CHECKING:
    from checker.model.finding import Finding
    from checker.model.report import Report

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class Command(NamedTuple):
    """A command as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command | None:
    """Return the command in a line: `::name key=value,key=value::message` after any white space."""
    if not line.lstrip().startswith("::"):
        return None
    head, separator, message = line.lstrip().removeprefix("::").partition("::")
    assert separator, line
    name, _, listed = head.partition(" ")
    pairs = [pair.partition("=") for pair in listed.strip().split(",") if pair]
    return Command(name, {key: unescaped(value, also=True) for key, _, value in pairs}, unescaped(message))


def unescaped(text: str, *, also: bool = False) -> str:
    """Read an escaped text back; the per cent sign is last, as in the runner."""
    text = text.replace("%0D", "\r").replace("%0A", "\n")
    return (text.replace("%3A", ":").replace("%2C", ",") if also else text).replace("%25", "%")


def lines(of: Report) -> list[str]:
    text = REPORTERS["github"](of, Style())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    return text.removesuffix("\n").split("\n")


def commands(of: Report) -> list[Command]:
    return [command for line in lines(of) if (command := read(line)) is not None]


def only(of: Finding) -> Command:
    (command,) = commands(report(of))
    return command


def test_a_finding_is_annotated_where_it_stands() -> None:
    command, closing = lines(report(finding()))
    assert command == (
        "::error file=claims/model-manifest.yaml,line=7,endLine=7,col=12,endColumn=19,title=license/attribution"
        "::llama4 asks for a notice"
        "%0AUse: claims: triage%0AWhy: The license makes it a condition.%0AFix: Add the notice."
    )
    assert closing == "1 manifest, 1 model, 1 rule: 1 failed"


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNKNOWN])
@pytest.mark.parametrize("severity", Severity)
def test_the_level_is_that_of_the_severity_whether_it_blocks_or_not(severity: Severity, verdict: Verdict) -> None:
    for fail_on in Severity:
        (command,) = commands(report(finding(verdict, severity=severity), fail_on=fail_on))
        assert command.name == LEVELS[severity]


def test_what_is_not_known_is_told_apart() -> None:
    assert only(finding(Verdict.UNKNOWN)).properties["title"] == "license/attribution (unknown)"


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.WAIVED])
def test_what_is_settled_is_not_annotated(verdict: Verdict) -> None:
    assert commands(report(finding(verdict))) == []


@pytest.mark.parametrize(
    "text", ["100%", "%0A", "%25", "%253A", "a%0D%0Ab", "a:b,c=d", "%3A%2C", "50%,x=y", "C: drive"]
)
def test_texts_and_names_are_read_back_as_they_were(text: str) -> None:
    found = finding(message=text, rule=text, fix=text, place=Place(span=Span(text, 1, 2, 1, 4), pointer=""))
    command = only(found)
    assert command.message.split("\n")[0] == text
    assert command.message.endswith(f"Fix: {text}")
    assert command.properties == {
        "file": text,
        "line": "1",
        "endLine": "1",
        "col": "2",
        "endColumn": "3",
        "title": text,
    }


SPANS = {
    "several characters": ((7, 12, 7, 20), {"line": "7", "endLine": "7", "col": "12", "endColumn": "19"}),
    "one character": ((7, 12, 7, 13), {"line": "7", "endLine": "7", "col": "12", "endColumn": "12"}),
    "nothing": ((1, 1, 1, 1), {"line": "1", "endLine": "1", "col": "1", "endColumn": "1"}),
    "several lines": ((7, 12, 9, 3), {"line": "7", "endLine": "9"}),
    "whole lines": ((7, 12, 9, 1), {"line": "7", "endLine": "8"}),
    "a line and its break": ((7, 12, 8, 1), {"line": "7", "endLine": "7"}),
}


@pytest.mark.parametrize(("span", "expected"), SPANS.values(), ids=SPANS)
def test_columns_stand_within_one_line_and_the_last_is_marked(
    span: tuple[int, int, int, int], expected: dict[str, str]
) -> None:
    place = Place(span=Span(MANIFEST, *span), pointer="")
    told = only(finding(place=place)).properties
    assert {key: value for key, value in told.items() if key not in ("file", "title")} == expected


PROBLEMS = {
    "a place": (Problem(path="m.yaml", message="m", line=3, column=5), {"file": "m.yaml", "line": "3", "col": "5"}),
    "a line": (Problem(path="m.yaml", message="m", line=3), {"file": "m.yaml", "line": "3"}),
    "a file": (Problem(path="m.yaml", message="m"), {"file": "m.yaml"}),
    "nowhere": (Problem(path="", message="m"), {}),
}


@pytest.mark.parametrize(("problem", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_could_not_be_judged_is_an_error(problem: Problem, expected: dict[str, str]) -> None:
    (command,) = commands(report(problems=(problem,), manifests=0))
    assert command.name == "error"
    assert command.properties == {**expected, "title": "could not be judged"}


def test_a_problem_says_the_way_out() -> None:
    (command,) = commands(report(problems=(Problem(path="m.yaml", message="unknown key", hint="remove it"),)))
    assert command.message == "unknown key\nFix: remove it"


def test_a_run_that_checked_nothing_says_so() -> None:
    (command,) = commands(report(manifests=0))
    assert (command.name, command.properties["title"]) == ("error", "could not be judged")
    assert command.message.startswith("nothing was checked\n")


def test_problems_come_first_then_what_failed_then_what_is_not_known() -> None:
    found = (finding(Verdict.UNKNOWN, message="b"), finding(message="a"), finding(Verdict.UNKNOWN, message="c"))
    told = commands(report(*found, problems=(Problem(path="m", message="p"),)))
    assert [command.message.split("\n")[0] for command in told] == ["p", "a", "b", "c"]


@pytest.mark.parametrize("level", Severity)
@pytest.mark.parametrize(("found", "shown", "left"), [(9, 9, 0), (10, 10, 0), (11, 9, 2), (300, 9, 291)])
def test_of_one_level_there_are_never_more_than_ten(level: Severity, found: int, shown: int, left: int) -> None:
    told = commands(report(*(finding(severity=level, message=f"m{number}") for number in range(found))))
    assert len(told) <= 10
    assert [command.message.split("\n")[0] for command in told[:shown]] == [f"m{number}" for number in range(shown)]
    assert [command.message for command in told[shown:]] == ([f"and {left} more (see the report)"] if left else [])
    assert {command.name for command in told} == {LEVELS[level]}


def test_the_worst_are_those_that_are_shown() -> None:
    found = [finding(Verdict.UNKNOWN, message="unknown")] * 20 + [finding(message="failed")] * 3
    told = commands(report(*found, problems=(Problem(path="m", message="problem"),)))
    first = [command.message.split("\n")[0] for command in told]
    assert first == ["problem", *["failed"] * 3, *["unknown"] * 5, "and 15 more (see the report)"]


def test_levels_do_not_take_each_others_room() -> None:
    told = commands(report(*(finding(severity=level) for level in Severity for _ in range(10))))
    assert [command.name for command in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


@pytest.mark.parametrize("char", ["x", "%", "\n", "😀", "\u202e", ":", "名"])
def test_a_message_has_room_for_the_way_out_however_long_it_is(char: str) -> None:
    long = char * 9000
    told = lines(report(finding(message=long, why=long, project=long, fix="Add the notice.")))[0]
    command = read(told)
    assert command is not None
    assert command.message.endswith("\nFix: Add the notice.")
    everything = lines(report(finding(message=long, why=long, project=long, fix=long, rule=long)))[0]
    written = everything.lstrip(":").partition("::")[2]
    assert len(written) < 4096
    assert len(written.encode("utf-16-le")) // 2 < 4096


def test_what_was_cut_says_so() -> None:
    assert only(finding(message="x" * 9000)).message.split("\n")[0].endswith("x...")


HOSTILE = ["::error::x", "a\n::error::x", "##[error]x", "\r\n##[group]x", "::add-mask::a", "\u3000::stop-commands::x"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_command_of_its_own(text: str) -> None:
    place = Place(span=Span(text, 1, 1, 1, 2), pointer="")
    found = finding(message=text, why=text, fix=text, rule=text, project=text, place=place)
    waived = finding(Verdict.WAIVED, rule=text, message=text)
    change = Ahead(on=text, because=text, before=found, after=found._replace(verdict=Verdict.PASS))
    told = lines(report(found, waived, problems=(Problem(path=text, message=text, hint=text),), ahead=(change,)))
    assert [command.name for line in told if (command := read(line))] == ["error", "error"]
    assert not any("##[" in line for line in told)


def test_no_line_of_a_message_is_a_command_for_those_who_print_it_again() -> None:
    """The runner writes a message to its log, where each of its lines is looked at once more."""
    message = only(finding(message="a\n::error::x\n##[group]y", fix="::debug::x\n##[error]")).message
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in message.split("\n"))


def test_what_will_change_is_told_in_plain_lines_before_the_last() -> None:
    change = Ahead(on="2027-02-01", because="the waiver ends", before=finding(Verdict.WAIVED), after=finding())
    *_, ahead, closing = lines(report(finding(Verdict.WAIVED), ahead=(change,)))
    assert ahead == (
        "From 2027-02-01 license/attribution, claims: triage in claims/model-manifest.yaml: "
        "waived becomes fail (the waiver ends)"
    )
    assert closing == "1 manifest, 1 model, 1 rule: 1 waived"


def test_a_passing_report_is_the_closing_line() -> None:
    assert lines(report(finding(Verdict.PASS))) == ["1 manifest, 1 model, 1 rule: passed"]
