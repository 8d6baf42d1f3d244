"""Policy: packs, parameters and severities put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.loading.parameter import parameters
from checker.model.policy import Pack, Policy, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.source import Span


def assemble(
    packs: Sequence[Pack],
    params: Mapping[str, Any],
    severities: Mapping[str, Severity | None],
    sources: Sequence[str],
) -> Policy:
    """Put packs, parameters and severities together; raises CheckerError where rules or parameters clash."""
    problems = [*_twice(packs), *_unknown_rules(packs, severities)]
    if problems:
        raise CheckerError(*problems)
    return Policy(packs=tuple(packs), params=parameters(packs, params), severities=severities, sources=tuple(sources))


def _twice(packs: Iterable[Pack]) -> Iterator[Problem]:
    first: dict[str, Rule] = {}
    for rule in (rule for pack in packs for rule in pack.rules):
        if rule.id in first:
            where = f"{first[rule.id].place.path}:{first[rule.id].place.line}"
            yield _at(
                rule.place,
                f"the rule `{rule.id}` stands twice (first in {where})",
                "give each rule an id of its own",
            )
        first.setdefault(rule.id, rule)


def _unknown_rules(packs: Iterable[Pack], severities: Mapping[str, Any]) -> Iterator[Problem]:
    known = {rule.id for pack in packs for rule in pack.rules}
    for name in severities:
        if name not in known:
            yield Problem(path="severities", message=f"no pack in force has a rule `{name}`", hint=_near(name, known))


def _near(word: str, candidates: Iterable[str]) -> str:
    import difflib

    found = difflib.get_close_matches(word, list(candidates), n=1)
    return f"did you mean `{found[0]}`?" if found else ""


def _at(span: Span, message: str, hint: str) -> Problem:
    return Problem(path=span.path, line=span.line, column=span.column, message=message, hint=hint)
