"""Policy: packs, parameters and severities put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem, did_you_mean
from checker.loading.pack import TOOL_PACKS
from checker.loading.parameter import faults, settled
from checker.model.policy import Pack, Policy, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model.manifest import Config


_TOLD_ELSEWHERE = frozenset({"version", "policies", "catalog", "params", "severities"})
"""Sections of the config whose effect is in a policy's packs, parameters, severities and catalog."""


def assemble(packs: Sequence[Pack], config: Config, params: Mapping[str, Any], sources: Sequence[str]) -> Policy:
    """Put packs, the config's severities and parameters, and those of the command line together.

    Raises CheckerError with everything that clashes, that nothing declares, or that leaves no rule in force.
    """
    problems = [
        *_twice(packs),
        *_unknown_rules(packs, config),
        *_same_parameters(packs),
        *faults(packs, config, params),
    ]
    if problems:
        raise CheckerError(*problems)
    policy = Policy(
        packs=tuple(packs),
        params=settled(packs, config.section("params") or {}, params),
        severities=_severities(config),
        sources=tuple(sources),
        beside={"config": {name: part for name, part in config.data.items() if name not in _TOLD_ELSEWHERE}},
    )
    if all(rule.pack in TOOL_PACKS for rule in policy.rules):
        hint = "turn at least one rule on"
        raise CheckerError(config.problem("severities", "", "no rule is in force", hint))
    return policy


def _severities(config: Config) -> dict[str, Severity | None]:
    """Return the severities that the config sets; None turns a rule off."""
    chosen = config.section("severities") or {}
    return {rule: None if word == "none" else Severity(word) for rule, word in chosen.items()}


def _twice(packs: Iterable[Pack]) -> Iterator[Problem]:
    first: dict[str, Rule] = {}
    for rule in (rule for pack in packs for rule in pack.rules):
        if rule.id in first:
            where = f"{first[rule.id].place.path}:{first[rule.id].place.line}"
            message = f"the rule `{rule.id}` appears twice (first in {where})"
            yield rule.place.problem(message, "give each rule an id of its own")
        first.setdefault(rule.id, rule)


def _same_parameters(packs: Iterable[Pack]) -> Iterator[Problem]:
    first: dict[str, Pack] = {}
    for pack in packs:
        for parameter in pack.parameters:
            other = first.setdefault(parameter.name, pack)
            if other is not pack:
                message = f"the packs `{other.name}` and `{pack.name}` both declare the parameter `{parameter.name}`"
                yield Problem(path=pack.path, message=message, hint="give one of them another name")


def _unknown_rules(packs: Iterable[Pack], config: Config) -> Iterator[Problem]:
    known = {rule.id for pack in packs for rule in pack.rules}
    for name in config.section("severities") or ():
        if name not in known:
            hint = did_you_mean(name, known) or "check the spelling of the rule"
            yield config.problem("severities", name, f"no pack in force has a rule `{name}`", hint)
