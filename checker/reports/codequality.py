"""The report as GitLab reads it (Code Quality), and what such a reader of files, lines and fingerprints can take.

Waived findings are left out, since GitLab knows no accepted ones; what could not be judged is the worst there is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checker.model.finding import Finding, Verdict
from checker.model.policy import Severity
from checker.reports import safe, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.errors import Problem
    from checker.model.report import Report
    from checker.reports import Style

NOT_JUDGED = "modelpolicy/not-judged"
"""The rule of what could not be judged."""

_CONFIG = ".modelpolicy.yaml"
_OUTSIDE = re.compile(r"/|[A-Za-z]:/|(?:.*/)?\.\.(?:/|\Z)", re.DOTALL)
_ADVISORY = {Severity.ERROR: "minor", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:  # noqa: ARG001  every format is asked alike
    """Return the report as a list of GitLab's issues, the worst first, each with a fingerprint of its own."""
    problems, findings = words.problems(report), worst_first(report, waived=False)
    issues = [*(_problem(problem) for problem in problems), *(_finding(finding, report) for finding in findings)]
    prints = told_apart([*(fingerprint(problem) for problem in problems), *(one.fingerprint for one in findings)])
    told = [{**issue, "fingerprint": one} for issue, one in zip(issues, prints, strict=True)]
    return as_json(told)


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    span = finding.place.span
    about, lead = words.about(finding), safe.one_line(finding.message)
    described = f"{lead} [{safe.one_line(about)}]" if about else lead
    return _issue(finding.rule, described, _severity(finding, report), span.path, span.line)


def _severity(finding: Finding, report: Report) -> str:
    """Return GitLab's word for the weight of a finding; what stops the build is at least major."""
    if not report.blocking(finding):
        return _ADVISORY[finding.severity]
    return "critical" if finding.verdict is Verdict.FAIL else "major"


def _problem(problem: Problem) -> dict[str, Any]:
    hint = f" (fix: {safe.one_line(problem.hint)})" if problem.hint else ""
    path = problem_path(problem)
    where = f"{safe.one_line(problem.path)}: " if problem.path and problem.path != path else ""
    told = f"This could not be judged: {where}{safe.one_line(problem.message)}{hint}"
    return _issue(NOT_JUDGED, told, "blocker", path, problem.line or 1)


def _issue(rule: str, described: str, severity: str, path: str, line: int) -> dict[str, Any]:
    # GitLab drops a file that holds half of a surrogate pair, which a name that is not UTF-8 would bring along.
    shown = file_path(path).encode("utf-8", "backslashreplace").decode()
    where = f" (in {safe.one_line(path)}, outside the repository)" if outside(path) else ""
    return {
        "description": described + where,
        "check_name": rule,
        "fingerprint": "",
        "severity": severity,
        "location": {"path": shown, "lines": {"begin": line}},
    }


# --- What code hosts can take ------------------------------------------------------------------------------------


def as_json(value: Any) -> str:
    """Return a value as ASCII JSON without `##[`, which GitHub takes for a command anywhere in a build log."""
    return json.dumps(value, indent=2, ensure_ascii=True).replace("##[", "#\\u0023[") + "\n"


def worst_first(report: Report, *, waived: bool) -> list[Finding]:
    """Return the findings to report, the heaviest first, else in the order of the report; waived ones come last."""
    told = [finding for finding in report.listed() if waived or finding.verdict is not Verdict.WAIVED]
    return sorted(told, key=lambda one: (one.verdict is Verdict.WAIVED, one.severity.rank, one.verdict.rank))


def outside(path: str) -> bool:
    """Say whether a path leads out of the repository; those inside are relative, with forward slashes."""
    return _OUTSIDE.match(path) is not None


def file_path(path: str) -> str:
    """Return the path of a file as a place in the repository: of one outside of it only the name."""
    return path.rpartition("/")[2] if outside(path) else path


def problem_path(problem: Problem) -> str:
    """Return the file that a problem stands in, as a place in the repository, else the config: it decides for all."""
    named = file_path(problem.path)
    is_file = problem.line is not None or named.endswith((".yaml", ".yml"))
    return named if is_file and named.strip(".") else _CONFIG


def uri(path: str) -> str:
    """Return a path as a relative reference; bytes of a name that are not UTF-8 stay the same bytes."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/")


def fingerprint(problem: Problem) -> str:
    """Return what stays the same for a problem wherever its line moves."""
    return _digest("\0".join((NOT_JUDGED, problem.path, problem.message)))


def told_apart(prints: Iterable[str]) -> Iterator[str]:
    """Yield fingerprints, each only once: one that comes again is numbered, in the order in which they come."""
    seen: Counter[str] = Counter()
    for one in prints:
        seen[one] += 1
        yield one if seen[one] == 1 else _digest(f"{one}\0{seen[one]}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
