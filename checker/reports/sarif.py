"""The report as SARIF 2.1.0, within what GitHub code scanning takes: one location of one line, and help for every rule.

Waived findings are told only when all are asked for, since GitHub shows what is suppressed as open; passes never are.
What could not be judged is a notification, and a result of a rule of its own, since GitHub does not show notifications.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker import HOMEPAGE, __version__
from checker.errors import Exit
from checker.model.finding import Verdict
from checker.model.policy import Severity
from checker.reports import safe, words
from checker.reports.addresses import of_rule
from checker.reports.hosts import (
    NOT_JUDGED,
    file_path,
    fingerprint,
    outside,
    problem_path,
    told_apart,
    uri,
    worst_first,
)
from checker.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.errors import Problem
    from checker.model.finding import Finding, Place
    from checker.model.policy import Rule
    from checker.model.report import Group, Report
    from checker.reports import Style

MOST_RESULTS = 25_000
"""GitHub refuses a run that holds more results."""

MOST_CHARACTERS = 1024
"""GitHub refuses longer descriptions, and shows no longer messages well."""

_DRIVER = {"name": "modelpolicy", "semanticVersion": __version__, "informationUri": HOMEPAGE}
_PRINT = "modelpolicy/v1"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ADDRESS = re.compile(r"https://[A-Za-z0-9](?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", re.ASCII)

# As YAML has them; without this a reader of the file would count lines and columns otherwise.
_BREAKS = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"]

# In a message of SARIF `[text](1)` is a link and `{0}` a placeholder, whoever wrote it: both are broken up.
_ACTIVE = re.compile(r"\](?=\()|\{(?=[0-9]+\})")


class _Described(NamedTuple):
    """What SARIF says about a rule."""

    id: str
    title: str
    why: str
    fix: str
    references: tuple[str, ...]
    tag: str
    level: str
    page: str


_UNJUDGED = _Described(
    id=NOT_JUDGED,
    title="Every file can be judged",
    why="A file that can't be read or understood was not judged. This is not a pass.",
    fix="Correct what the message names, and check again.",
    references=(),
    tag="modelpolicy",
    level="error",
    page="",
)


def render(report: Report, style: Style) -> str:
    """Return the report as SARIF; with `all` also what is waived, as suppressed results."""
    return safe.as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, style)]})


def _run(report: Report, style: Style) -> dict[str, Any]:
    problems, groups = words.problems(report), worst_first(report, waived=style.all)
    told = [_unjudged(problem, report) for problem in problems[:MOST_RESULTS]]
    told += [_result(group, report) for group in groups[: MOST_RESULTS - len(told)]]
    rules = _rules(report, [group.leader for group in groups[: max(len(told) - len(problems), 0)]])
    return {
        "tool": {"driver": {**_DRIVER, "rules": [*map(_rule, rules)]}},
        "invocations": [_invocation(report, left_out=len(problems) + len(groups) - len(told))],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _BREAKS,
        "results": _marked(told, [rule.id for rule in rules]),
        "properties": {"asOf": report.as_of},
    }


def _marked(results: Sequence[dict[str, Any]], rules: Sequence[str]) -> list[dict[str, Any]]:
    """Return results with the number of their rule, and with fingerprints that tell them apart."""
    numbers = {rule: number for number, rule in enumerate(rules)}
    prints = told_apart(result["partialFingerprints"][_PRINT] for result in results)
    return [
        {
            **result,
            "ruleIndex": numbers[result["ruleId"]],
            "partialFingerprints": {"primaryLocationLineHash": one, _PRINT: one},
        }
        for result, one in zip(results, prints, strict=True)
    ]


def _rules(report: Report, findings: Iterable[Finding]) -> list[_Described]:
    """Return the rules that have results, sorted; a rule that no pack holds is described by its finding."""
    policy = report.policy
    known = {rule.id: _described(rule.id, rule, policy.severity(rule)) for rule in policy.rules} if policy else {}
    told = {one.rule: known.get(one.rule) or _described(one.rule, one, one.severity) for one in findings}
    return sorted({**told, **({NOT_JUDGED: _UNJUDGED} if words.problems(report) else {})}.values())


def _described(name: str, said: Rule | Finding, severity: Severity | None) -> _Described:
    level = _LEVELS[severity or said.severity]
    # A rule stands in its pack; a finding names that place as its policy.
    page = of_rule(name, said.place.path if isinstance(said.place, Span) else said.policy.path)
    return _Described(name, said.title, said.why, said.fix, said.references, said.pack, level, page)


def _rule(rule: _Described) -> dict[str, Any]:
    title = _sentence(_plain(rule.title) or rule.id)
    why, fix = _sentence(_plain(rule.why) or title), _sentence(_plain(rule.fix) or title)
    address = rule.page or next((one for one in rule.references if _ADDRESS.fullmatch(one)), None)
    seen, links = [_plain(one) for one in rule.references], [safe.link(one, one) for one in rule.references]
    marked = [safe.markdown(_sentence(text.strip() or title)) for text in (rule.why, rule.fix)]
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", rule.id)),
        "shortDescription": {"text": words.clip(title, MOST_CHARACTERS)},
        "fullDescription": {"text": words.clip(why, MOST_CHARACTERS)},
        "help": {
            "text": "\n\n".join([why, f"Fix: {fix}", *(f"See: {one}" for one in seen)]),
            "markdown": "\n\n".join([marked[0], f"**Fix:** {marked[1]}", *(f"See: {one}" for one in links)]),
        },
        **({"helpUri": address} if address else {}),
        "defaultConfiguration": {"level": rule.level},
        "properties": {"tags": [rule.tag]},
    }


def _result(group: Group, report: Report) -> dict[str, Any]:
    finding = group.leader
    related = [_related(place, number, report) for number, place in enumerate(finding.related, start=1)]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[group.severity],
        "message": {"text": "\n".join(_message(group))},
        "locations": [_location(finding.place.span, report.texts)],
        "partialFingerprints": {_PRINT: finding.fingerprint},
        **({"relatedLocations": related} if related else {}),
        **({"suppressions": [_suppression(finding)]} if finding.verdict is Verdict.WAIVED else {}),
        "properties": {"verdict": finding.verdict.value, "blocking": report.blocks(group), **_waiting(group)},
    }


def _waiting(group: Group) -> dict[str, list[str]]:
    return {"waiting": list(group.rules)} if group.rules else {}


def _message(group: Group) -> Iterator[str]:
    """Yield the lines of a message; its first sentence is what GitHub shows where there is little room."""
    finding = group.leader
    yield _sentence(_plain(finding.message) or _plain(finding.title) or finding.rule)
    said = [("About", words.about(finding)), ("Fix", finding.fix), ("Also", words.waiting(group))]
    said += [("Note", note) for note in finding.notes]
    if outside(finding.place.span.path):
        said.append(("Outside the repository", finding.place.span.path))
    yield from (f"{label}: {_sentence(_plain(text))}" for label, text in said if text)
    links = ", ".join(f"[{_label(place)}]({number})" for number, place in enumerate(finding.related, start=1))
    if links:
        yield f"See also {links}."


def _related(place: Place, number: int, report: Report) -> dict[str, Any]:
    return {"id": number, "message": {"text": _sentence(_label(place))}, **_location(place.span, report.texts)}


def _label(place: Place) -> str:
    named = _plain(place.label or place.pointer) or f"line {place.span.line}"
    return named.replace("[", "(").replace("]", ")")


def _suppression(finding: Finding) -> dict[str, Any]:
    reason = _plain(words.exemption(finding.exemption)) if finding.exemption else "accepted"
    return {"kind": "external", "status": "accepted", "justification": reason}


def _unjudged(problem: Problem, report: Report) -> dict[str, Any]:
    return {
        "ruleId": NOT_JUDGED,
        "level": "error",
        "message": {"text": _told(problem)},
        "locations": [_site(problem, report)],
        "partialFingerprints": {_PRINT: fingerprint(problem)},
        "properties": {"verdict": Verdict.UNKNOWN.value, "blocking": True},
    }


def _told(problem: Problem) -> str:
    hint = f" Fix: {_sentence(_plain(problem.hint))}" if problem.hint else ""
    where = f" ({_plain(problem.path)})" if problem.path and problem_path(problem) != problem.path else ""
    return _sentence(_plain(problem.message) + where) + hint


def _invocation(report: Report, *, left_out: int) -> dict[str, Any]:
    problems = words.problems(report)
    notes = [{"level": "error", "message": {"text": _told(one)}, "locations": [_site(one, report)]} for one in problems]
    if left_out:
        text = f"{left_out} results are left out: a run holds at most {MOST_RESULTS}. The format `json` has them all."
        notes.append({"level": "warning", "message": {"text": text}})
    code = report.exit_code()
    shape = {"executionSuccessful": code is not Exit.UNUSABLE, "exitCode": int(code)}
    return {**shape, **({"toolExecutionNotifications": notes} if notes else {})}


def _location(span: Span, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a location of one line: GitHub shows a result on a pull request only if all its lines are changed."""
    end = span.end_column if span.end_line == span.line else _end(span, texts)
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.line}
    region["endColumn"] = max(end, span.column)
    return {"physicalLocation": {"artifactLocation": {"uri": uri(file_path(span.path))}, "region": region}}


def _site(problem: Problem, report: Report) -> dict[str, Any]:
    """Return where a problem stands: from its column to the end of the line, as far as they are known."""
    line, column = problem.line or 1, problem.column or 1
    return _location(Span(problem_path(problem), line, column, line + 1, 1), report.texts)


def _end(span: Span, texts: Mapping[str, str]) -> int:
    """Return the column after the end of a span's first line; of a line that is not known, after one character."""
    lines = _lines(texts.get(span.path, ""))
    return len(lines[span.line - 1]) + 1 if span.line <= len(lines) else span.column + 1


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    return text.splitlines()


def _plain(text: str) -> str:
    """Return text as words of a message that hold no link, no placeholder and nothing that does not show."""
    return words.clip(_ACTIVE.sub(r"\g<0> ", safe.one_line(text).strip()), MOST_CHARACTERS)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
