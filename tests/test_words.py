"""No sentence that a rule can say has a hole in it, whatever is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker.engine import evaluate, explain
from checker.errors import CheckerError
from checker.expressions.template import fill, holes
from checker.loading import pack
from checker.model.fact import Facts
from checker.model.finding import Verdict
from checker.model.policy import ROOTS, Rule, Severity
from checker.source import Document

RULES = [rule for shipped in pack.load(pack.shipped_documents()) for rule in shipped.rules]
ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Document(path="m.yaml", text="", data={}, values={"": (1, 1, 1, 1)}, keys={})


def facts_of_nothing() -> Facts:
    """Return the least that there is of every fact: each root is there, and empty."""
    values = {**{name: {"$": "manifest#"} for name in ROOTS}, "as_of": "2026-12-01"}
    lists = {name: [{"$": "config#/waivers/0"}] for name in ("waivers", "baseline", "changes")}
    return Facts(values={**values, **lists}, documents={"manifest": DOCUMENT, "config": DOCUMENT})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_where_nothing_is_known_every_text_is_whole(rule: Rule) -> None:
    known = facts_of_nothing()
    about = explain.About(path="m.yaml", project="p")
    try:
        outcomes = evaluate.judge(rule, known)
    except CheckerError:
        # A rule that takes what it reads for a list of words is broken by a list of nothing; none of its texts is told.
        outcomes = ()
    element = evaluate.Outcome(rule=rule, verdict=Verdict.FAIL, bindings=known.values, subject="", missing=())
    for outcome in (*outcomes, element, element._replace(verdict=Verdict.UNKNOWN)):
        finding = explain.finding(outcome, known, about, Severity.ERROR)
        for text in (finding.message, finding.why, finding.fix):
            assert text.strip()
            assert "(not known)" not in text
            assert not any(f"{{{hole}}}" in text for hole in holes(f"{rule.message}{rule.message_unknown}{rule.fix}"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_one_hole_that_is_not_filled_leaves_no_gap(rule: Rule) -> None:
    for text in (rule.message, rule.message_unknown, rule.fix):
        for missing in holes(text):
            told = fill(text, lambda hole, missing=missing: None if hole == missing else "x")
            assert "not known" not in told
            assert not re.search(r"\bNone\b", told)
            assert missing not in holes(told)
