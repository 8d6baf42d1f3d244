"""The page of a rule reads as prose: no expression of its texts shows."""

from __future__ import annotations

import pytest

from checker.loading import pack
from checker.reports.rule_page import render

PACK = next(shipped for shipped in pack.load(pack.shipped_documents()) if shipped.name == "license")
RULE = next(rule for rule in PACK.rules if rule.id == "license/commercial-use")

FIXES = {
    "the name of a fact": ("Ask {use.deployment.provider}.", "Ask `use.deployment.provider`."),
    "a fact in marks of code": ("Remove `{use.id}`.", "Remove `use.id`."),
    "a text that is said or not": ('Stop.{has(use.x) ? " Then go." : ""}', "Stop. Then go."),
    "texts to choose from": ('{use.x == 1 ? "Go" : use.x == 2 ? "Stop" : "Wait"}.', "Go; or: Stop; or: Wait."),
    "doubled braces": ("Declare `facts: {{x: false}}`.", "Declare `facts: {x: false}`."),
    "an expression without a text": ("Stop.{use.list.filter(e, e.name == use.id)[0].text}", "Stop."),
}


@pytest.mark.parametrize(("fix", "shown"), FIXES.values(), ids=FIXES)
def test_a_hole_of_the_fix_is_shown_as_words(fix: str, shown: str) -> None:
    page = render(RULE._replace(fix=fix), PACK, ())
    assert f"\n## What to do\n\n{shown}\n" in page
