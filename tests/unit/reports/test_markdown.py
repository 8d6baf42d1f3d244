"""Markdown, read back by a parser of GitHub's dialect: its blocks are ours, and foreign text is nothing but text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from checker.errors import Problem
from checker.model.finding import Place, Verdict
from checker.model.policy import Severity
from checker.model.report import Ahead
from checker.reports import REPORTERS, Style, safe
from checker.source import Span
from tests.made import WAIVER, finding, report

if TYPE_CHECKING:
    from markdown_it.token import Token

    from checker.model.report import Report

GFM = MarkdownIt("gfm-like")
# GitHub links addresses with a scheme, of mail, and from `www.` on, but no bare name of a host.
assert GFM.linkify is not None
GFM.linkify.set({"fuzzy_link": False})
JOINER = "\u2060"
OURS = {"<details>", "</details>"}
SUMMARY = re.compile(r"<summary>[0-9]+ (?:do not block|more)</summary>")
PROBLEM = Problem(path="m.yaml", message="unknown key", hint="remove it", line=3, column=5)
CHANGE = Ahead(on="2027-02-01", because="the waiver ends", before=finding(Verdict.WAIVED), after=finding())
EVERYTHING = report(
    finding(),
    finding(Verdict.UNKNOWN, rule="license/terms"),
    finding(severity=Severity.WARNING, rule="lifecycle/ends"),
    finding(Verdict.UNKNOWN, severity=Severity.INFO, rule="lifecycle/date"),
    finding(Verdict.WAIVED, rule="license/notice"),
    finding(Verdict.PASS, rule="license/use"),
    finding(Verdict.NOT_APPLICABLE, rule="license/users"),
    problems=(PROBLEM,),
    ahead=(CHANGE,),
)


def written(of: Report, **style: Any) -> str:
    text = REPORTERS["markdown"](of, Style(**style))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    return text


def plain(token: Token) -> str:
    """Return the text of a paragraph, a cell or the like, which is to hold nothing else."""
    children = token.children or []
    assert {child.type for child in children} <= {"text"}, (token.content, children)
    return "".join(child.content for child in children).replace(JOINER, "")


def tables(text: str) -> dict[str, list[list[str]]]:
    """Return the cells of every table below the heading or the summary before it."""
    found: dict[str, list[list[str]]] = {}
    title, tokens = "", GFM.parse(text)
    for number, token in enumerate(tokens):
        if token.type == "html_block" and (match := SUMMARY.search(token.content)):
            title = match[0].removeprefix("<summary>").removesuffix("</summary>")
        elif token.type == "heading_open":
            title = plain(tokens[number + 1])
        elif token.type == "tr_open":
            found.setdefault(title, []).append([])
        elif token.type in ("td_open", "th_open"):
            found[title][-1].append(plain(tokens[number + 1]))
    return found


def shape(text: str) -> list[str]:
    """Return the blocks of a text; its HTML has to be ours."""
    tokens = GFM.parse(text)
    for token in tokens:
        if token.type == "html_block":
            rest = SUMMARY.sub("", token.content)
            assert set(rest.split()) <= OURS, token.content
        if token.type == "inline":
            plain(token)
    return [token.type for token in tokens]


def told(text: str) -> list[str]:
    """Return the texts of paragraphs, headings, items and cells."""
    return [plain(token) for token in GFM.parse(text) if token.type == "inline"]


RESULTS = {
    "passed": report(finding(Verdict.PASS)),
    "failed": report(finding()),
    "could not be judged": report(finding(), problems=(PROBLEM,)),
}


@pytest.mark.parametrize(("word", "of"), RESULTS.items(), ids=RESULTS)
def test_the_heading_says_what_came_of_it(word: str, of: Report) -> None:
    heading, closing, *_, foot = told(written(of))
    assert heading == f"modelpolicy: {word}"
    assert closing.startswith("1 manifest, 1 model, 1 rule: ")
    assert "not legal advice" in foot


def test_nothing_checked_is_no_pass() -> None:
    heading, *_ = told(written(report(manifests=0)))
    assert heading == "modelpolicy: could not be judged"
    assert tables(written(report(manifests=0)))["Could not be judged"][1][1] == "nothing was checked"


def test_a_pass_is_three_lines() -> None:
    assert len(told(written(RESULTS["passed"]))) == 3


def test_what_blocks_is_told_with_the_place_and_the_way_out() -> None:
    head, *rows = tables(written(EVERYTHING))["Blocking"]
    where = "claims: triage, claims/model-manifest.yaml:7"
    assert head == ["rule", "where", "what", "way out"]
    assert rows == [
        ["license/attribution (error)", where, "llama4 asks for a notice", "Add the notice."],
        ["license/terms (unknown)", where, "llama4 asks for a notice", "Add the notice."],
    ]


def test_every_finding_is_in_the_section_that_it_belongs_to() -> None:
    rules = {title: [row[0] for row in rows[1:]] for title, rows in tables(written(EVERYTHING, all=True)).items()}
    assert rules == {
        "Could not be judged": ["m.yaml:3"],
        "Blocking": ["license/attribution (error)", "license/terms (unknown)"],
        "2 do not block": ["lifecycle/ends (warning)", "lifecycle/date (unknown)"],
        "Waived": ["license/notice"],
        "2 more": ["license/use", "license/users"],
    }
    assert "2 more" not in tables(written(EVERYTHING)), "unless all is asked for"


def test_a_problem_says_where_what_and_the_way_out() -> None:
    assert tables(written(EVERYTHING))["Could not be judged"][1:] == [["m.yaml:3", "unknown key", "remove it"]]


def test_a_waived_finding_says_why_and_until_when() -> None:
    accepted = tables(written(EVERYTHING))["Waived"][1][3]
    assert WAIVER.reason in accepted
    assert "until 2027-01-31" in accepted


def test_what_will_change_is_told() -> None:
    (change,) = [text for text in told(written(EVERYTHING)) if text.startswith("From ")]
    assert change.startswith("From 2027-02-01 license/attribution, claims: triage in claims/model-manifest.yaml: ")
    assert change.endswith("waived becomes fail (the waiver ends)")


HOSTILE = {
    "a cell": "a | b || c",
    "a line break": "a\n\n# b\r\n| c |\r- d",
    "a tag": "<script>alert(1)</script></details><img src=x onerror=y",
    "a comment": "<!-- x",
    "code": "`a` ``b`` ``` ~~~",
    "a link": "[x](https://example.com) [x][y] ![x](y) [x]: https://example.com",
    "addresses": "https://example.com http://example.com ftp://example.com www.example.com WWW.example.com",
    "an address in angle brackets": "<https://example.com>",
    "mail": "legal@example.com mailto:legal@example.com",
    "a mention": "@name @org/team",
    "an issue": "#12 org/repository#12 GH-12 gh-12",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~",
    "a formula": "$x$ $$y$$ $`z`$",
    "an entity": "&lt;b&gt; &#60;b&#62; &amp;",
    "an escape": "\\[x\\](y) \\| \\",
    "a footnote": "[^1]",
    "an alert": "> [!NOTE]",
    "a heading": "# a",
    "a list": "- a",
    "a list of numbers": "1. a",
    "a list in a list": "- + * 1) a",
    "a table": ":--- | ---:",
    "a rule": "---",
    "a line below": "===",
    "a block of code": "     a",
    "a command": "::error::a ##[error]b",
    "characters that do not show": "a\x1b[31m\u202e\u200b\0\x9b",
    "only spaces": "   ",
}


def filled(text: str) -> Report:
    """Return a report with a text wherever there is one."""
    place = Place(span=Span(text, 1, 1, 1, 2), pointer="")
    texts: dict[str, Any] = dict.fromkeys(("rule", "manifest", "project", "model", "subject", "message", "fix"), text)
    found = [finding(verdict, severity=severity, place=place, **texts) for verdict in Verdict for severity in Severity]
    exemption = WAIVER._replace(reason=text, owner=text, approved_by=text, ticket=text, expires=text)
    waived = finding(Verdict.WAIVED, place=place, exemption=exemption, **texts)
    change = Ahead(on=text, because=text, before=waived, after=found[0])
    return report(*found, waived, problems=(Problem(path=text, message=text, hint=text),), ahead=(change,))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_foreign_text_is_text_and_nothing_else(text: str) -> None:
    out = written(filled(text), all=True)
    assert shape(out) == shape(written(filled("x"), all=True))
    shown = safe.one_line(text).strip()
    cells = [row for rows in tables(out).values() for row in rows[1:]]
    assert sum(shown in cell for row in cells for cell in row) >= 2 * len(cells)
    assert not any(line.lstrip().startswith("::") for line in out.split("\n"))
    assert "##[" not in out
    assert re.search(r"://|www[.]|@|\$(?![0-9])", out, re.IGNORECASE) is None


@pytest.mark.parametrize("lead", ["", "- ", "a\n", "> "])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_foreign_text_starts_no_block(text: str, lead: str) -> None:
    """Pages of the catalog put it at the start of paragraphs and items."""
    blocks = [[token.type for token in GFM.parse(lead + of)] for of in (safe.markdown(text), "x")]
    assert blocks[0] == blocks[1]


def test_what_is_looked_for_in_the_finished_page_is_broken_by_the_joiner() -> None:
    """GitHub finds mail, mentions and issues after it has read entities, so that those alone do not help."""
    shown = "".join(
        child.content for token in GFM.parse(written(filled("@a b@c.de #1 GH-1"))) for child in token.children or ()
    )
    assert re.search(r"@\w|#\d|GH-\d", shown) is None
    assert "@\u2060a b@\u2060c.de #\u20601 GH-\u20601" in shown


LONG = {char: char * 3000 for char in ("x", "@", "|", "\U000e0041", "😀", "名", "\n", "#1", "@a")}


@pytest.mark.parametrize("number", [1, 200])
@pytest.mark.parametrize("text", LONG.values(), ids=map(ascii, LONG))
def test_a_report_is_never_too_long_for_a_comment(text: str, number: int) -> None:
    found = filled(text)
    of = found._replace(findings=found.findings * number, problems=found.problems * number, ahead=found.ahead * number)
    out = written(of, all=True)
    assert len(out) < 65_536
    assert len(out.encode("utf-16-le")) // 2 < 65_536
    assert len(out.encode()) < 2**20
    assert set(shape(out)) <= set(shape(written(filled("x"), all=True)))


def test_findings_are_left_out_whole_from_the_end_and_counted() -> None:
    found = [finding(message=f"m{number} {'|' * 500}", fix="|" * 500) for number in range(500)]
    out = written(report(*found, finding(severity=Severity.INFO, message="advice")))
    blocking = tables(out)["Blocking"][1:]
    assert 5 < len(blocking) < 500
    assert [row[2] for row in blocking] == [f"m{number} {'|' * 500}" for number in range(len(blocking))]
    assert {row[3] for row in blocking} == {"|" * 500}
    assert f"and {500 - len(blocking)} more (see the report)" in told(out)
    assert tables(out)["1 do not block"][1:] == []
    assert told(out).count("and 1 more (see the report)") == 1
    assert len(out) > 50_000, "there was room"


def test_problems_are_told_however_many_findings_there_are() -> None:
    out = written(report(*[finding(message="|" * 500, fix="|" * 500)] * 500, problems=(PROBLEM,)))
    assert tables(out)["Could not be judged"][1:] == [["m.yaml:3", "unknown key", "remove it"]]


def test_a_text_that_was_clipped_says_so() -> None:
    assert tables(written(report(finding(message="x" * 3000))))["Blocking"][1][2].endswith("x...")


def test_a_shipped_rule_leads_to_its_page() -> None:
    shipped = Span(path="builtin/license.yaml", line=4, column=5, end_line=9, end_column=1)
    page = "https://github.com/modelpolicy/modelpolicy/blob/main/docs/rules/license/attribution.md"
    assert f"[license/attribution]({page})" in REPORTERS["markdown"](report(finding(policy=shipped)), Style())
    assert page not in REPORTERS["markdown"](report(finding()), Style())
