"""What tests share: YAML text in, values of the checker out. Nothing here is faked: helpers call the real loaders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from checker.engine.evaluate import Outcome, judge
from checker.errors import CheckerError, Problem
from checker.loading import config, pack, policy
from checker.loading.documents import parse
from checker.model.fact import ADDRESS, Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.model.manifest import Config
    from checker.model.policy import Pack, Policy, Rule
    from checker.source import Document, Place

PLACE = "§"
"""Stands in a text right before the place that a problem is to name; `marked` takes it out."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

MANIFEST = """\
version: 1
project: {name: claims, owner: claims-platform, use: commercial}
data:
  claims: {classification: [personal]}
  letters: {classification: [internal]}
models:
  - id: triage
    model: gpt-5.5
    purpose: sort incoming claims
    data: [claims]
    deployment: {type: api, provider: openai}
"""
"""The least manifest that has everything that tests change; its only use stands last, so that more may follow."""


def marked(text: str) -> tuple[str, int, int]:
    """Return a text without its place mark, and the line and column (code points, from 1) where the mark stood."""
    before, mark, after = text.partition(PLACE)
    assert mark, "the text marks no place"
    lines = _BREAK.split(before)
    return before + after, len(lines), len(lines[-1]) + 1


def refused(action: Callable[..., Any], *arguments: Any) -> tuple[Problem, ...]:
    """Call what has to raise CheckerError, and return its problems; one without problems would explain nothing."""
    with pytest.raises(CheckerError) as caught:
        action(*arguments)
    assert caught.value.problems, "refused without a reason"
    return caught.value.problems


def tried(action: Callable[..., Any], *arguments: Any) -> tuple[Any, tuple[Problem, ...] | None]:
    """Call what may raise CheckerError and nothing else; return its result and None, or None and the problems."""
    try:
        return action(*arguments), None
    except CheckerError as error:
        return None, error.problems


def only(problems: tuple[Problem, ...]) -> Problem:
    """Return the one problem that there is to be."""
    assert len(problems) == 1, [problem.message for problem in problems]
    return problems[0]


def covered(document: Document, place: Place) -> str:
    """Return the text of a document that a place covers."""
    line, column, end_line, end_column = place
    starts = [0, *(found.end() for found in _BREAK.finditer(document.text))]
    return document.text[starts[line - 1] + column - 1 : starts[end_line - 1] + end_column - 1]


def without(text: str, *lines: str) -> str:
    """Return a text without the lines that start with the given words (after their indentation)."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.strip().startswith(lines))


def pack_text(*rules: Mapping[str, str], head: str = "") -> str:
    """Return a pack named `t`; each rule gives, as YAML, the fields that it has beyond (or instead of) the least."""
    return f"version: 1\npack: t\ntitle: Tests\n{head}rules:\n" + "".join(map(_rule_text, rules or ({},)))


def _rule_text(given: Mapping[str, str]) -> str:
    fields = {"id": "t/one", "title": "One", "severity": "error", "require": '"true"', "at": "[use.model]"}
    fields |= {"message": "found", "why": "because", "fix": "change it"}
    written = [f"{name}: {value}" for name, value in {**fields, **given}.items()]
    return "  - " + "\n    ".join(written) + "\n"


def load_pack(text: str, path: str = "rules.yaml") -> Pack:
    """Load a pack from text, as a check does."""
    return pack.load([pack.from_text(text, path)])[0]


def configured(text: str = "") -> Config:
    """Return a config with the given sections, written as YAML below its version; their lines count from 2."""
    return config.from_document(parse(f"version: 1\n{text}", ".modelpolicy.yaml"))


def in_force(*packs: Pack, config: str = "", params: Mapping[str, Any] | None = None) -> Policy:
    """Put packs together with a config (its sections as YAML) and with parameters of the command line."""
    return policy.assemble(packs, configured(config), params or {}, ("tests",))


def rule(**fields: str) -> Rule:
    """Return one rule; expressions are given as CEL, everything else as YAML."""
    quoted = {name: _quoted(value) if name in ("when", "require") else value for name, value in fields.items()}
    return load_pack(pack_text(quoted)).rules[0]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def facts(**values: Any) -> Facts:
    """Return facts with the given roots; the address of each root record is its name (`use#/...`)."""
    roots = {
        name: {ADDRESS: f"{name}#", **value} if isinstance(value, dict) else value for name, value in values.items()
    }
    return Facts(values=roots, documents={})


def outcomes(of: Rule, **values: Any) -> tuple[Outcome, ...]:
    """Judge a rule by the given facts."""
    return judge(of, facts(**values))


def verdicts(of: Rule, **values: Any) -> list[str]:
    """Return the verdicts of a rule by the given facts, in the words that reports use."""
    return [outcome.verdict.value for outcome in outcomes(of, **values)]


def manifest(text: str = MANIFEST) -> Document:
    """Parse a manifest's text."""
    return parse(text, "model-manifest.yaml")
