"""`modelpolicy policy docs`: the pages of the rules in force, each with an example that fails and one that passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.app.policy_in_force import load
from checker.errors import CheckerError, Problem, did_you_mean
from checker.loading import files, policy_tests
from checker.loading.tree import Tree
from checker.reports import rule_page
from checker.reports.rule_page import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.app.settings import Settings
    from checker.loading.policy_tests import Case

_MANIFEST, _CONFIG = "model-manifest.yaml", ".modelpolicy.yaml"
_OWN_FILES = frozenset({_MANIFEST, _CONFIG})
_STOPPING = ("fail", "unknown")


def pages(settings: Settings, wanted: Sequence[str]) -> dict[str, str]:
    """Return the page of every wanted rule (none: of all in force) by its id; raises CheckerError for one unknown."""
    packs = load(settings, Tree(files.repository_root(settings.current))).policy.packs
    rules = {rule.id: (rule, pack) for pack in packs for rule in pack.rules}
    unknown = [_unknown(name, rules) for name in wanted if name not in rules]
    if unknown:
        raise CheckerError(*unknown)
    cases = list(policy_tests.shipped_cases())
    return {name: rule_page.render(*rules[name], list(_examples(name, cases))) for name in wanted or rules}


def _unknown(name: str, rules: Iterable[str]) -> Problem:
    hint = did_you_mean(name, rules) or "`modelpolicy policy docs` without a name writes the pages of all rules"
    return Problem(path="policy", message=f"no rule in force is called {name}", hint=hint)


def _examples(rule: str, cases: Iterable[Case]) -> Iterator[Example]:
    """Yield the shortest case that the rule stops, and the shortest that it passes."""
    # A case that judges a manifest by what stands in the manifest's own file can't be shown as two files of one name.
    of_rule = [case for case in cases if rule in case.expect and not _OWN_FILES & case.notices.keys()]
    for verdicts in (_STOPPING, ("pass",)):
        for verdict in verdicts:
            fitting = [case for case in of_rule if case.expect[rule] == verdict]
            if fitting:
                yield _example(min(fitting, key=lambda case: (_length(case), case.name)), verdict)
                break


def _example(case: Case, verdict: str) -> Example:
    return Example(name=case.name, verdict=verdict, as_of=case.as_of or "", files=tuple(_files(case).items()))


def _files(case: Case) -> Mapping[str, str]:
    shown = {_MANIFEST: policy_tests.excerpt(case.manifest)}
    if case.config is not None:
        shown[_CONFIG] = policy_tests.excerpt(case.config)
    return shown | {path: text for path, text in case.notices.items() if text is not None}


def _length(case: Case) -> int:
    return sum(len(text) for text in _files(case).values())
