"""What a code host can take from a report: files of the repository, lines, fingerprints, worst first."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from checker.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.errors import Problem
    from checker.model.report import Group, Report

NOT_JUDGED = "modelpolicy/not-judged"
"""The rule id under which problems are reported."""

_CONFIG = ".modelpolicy.yaml"
_OUTSIDE = re.compile(r"/|[A-Za-z]:/|(?:.*/)?\.\.(?:/|\Z)", re.DOTALL)


def worst_first(report: Report, *, waived: bool) -> list[Group]:
    """Return what to report, one for each cause, the heaviest first, else in the report's order; waived ones last."""
    told = [group for group in report.groups() if waived or group.leader.verdict is not Verdict.WAIVED]
    return sorted(told, key=_weight)


def _weight(group: Group) -> tuple[bool, int, int]:
    verdict = group.leader.verdict
    return (verdict is Verdict.WAIVED, group.severity.rank, verdict.rank)


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
