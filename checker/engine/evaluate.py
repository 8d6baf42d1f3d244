"""Rules against facts: one outcome for each rule, use and element, in three values.

A missing fact in `when`, `require` or the list of `each` makes the verdict unknown, never a pass; an expression that
is broken stops the check. CEL itself decides `&&`, `||`, `all` and `exists` by a decisive operand before that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.missing import Absence, absences
from checker.errors import CheckerError
from checker.expressions.cel import expression
from checker.expressions.result import Broken, Missing, Result, Value
from checker.model.fact import ADDRESS, Facts
from checker.model.finding import Verdict

if TYPE_CHECKING:
    from checker.expressions.tree import Path
    from checker.model.policy import Rule

Bindings = Mapping[str, Any]


class Outcome(NamedTuple):
    """What one rule came to for one element, with everything that an explanation needs."""

    rule: Rule
    verdict: Verdict
    bindings: Bindings
    subject: str
    missing: tuple[Absence, ...]


def judge(rule: Rule, facts: Facts) -> tuple[Outcome, ...]:
    """Return the outcomes of a rule, one for each element of its `each`; raises CheckerError for a broken rule."""
    if rule.each and rule.when is not None and _settled_before_each(rule, rule.when, facts.values):
        return (_outcome(rule, Verdict.NOT_APPLICABLE, facts.values, ()),)
    outcomes = tuple(_elements(rule, facts.values, tuple(rule.each.items()), ()))
    return outcomes or (_outcome(rule, Verdict.NOT_APPLICABLE, facts.values, ()),)


def _settled_before_each(rule: Rule, when: str, bindings: Bindings) -> bool:
    """Say whether a rule can't apply whatever its elements are: false without them is false with them."""
    result = _evaluate(rule, when, bindings)
    return isinstance(result, Value) and result.value is False


def value_of(rule: Rule, text: str, bindings: Bindings) -> Any:
    """Return what an expression comes to where it can be evaluated, else None; for texts, which never decide."""
    result = _evaluate(rule, text, bindings)
    return result.value if isinstance(result, Value) else None


def evidence_paths(rule: Rule) -> frozenset[Path]:
    """Return every path that a rule's judgment reads."""
    return _all_paths(rule, rule.require) | (_all_paths(rule, rule.when) if rule.when else frozenset())


def roots(rule: Rule) -> frozenset[str]:
    """Return the first name of every path that a rule reads."""
    return frozenset(path[0] for path in evidence_paths(rule) | list_paths(rule))


def list_paths(rule: Rule) -> frozenset[Path]:
    """Return every path that the lists of a rule's `each` read."""
    return frozenset().union(*(_all_paths(rule, text) for text in rule.each.values()))


def _elements(
    rule: Rule, bindings: Bindings, each: Sequence[tuple[str, str]], names: tuple[str, ...]
) -> Iterator[Outcome]:
    """Walk the lists of `each` depth first; what an earlier one binds, a later one may use."""
    if not each:
        yield _judge_element(rule, bindings, names)
        return
    (name, text), *rest = each
    result = _evaluate(rule, text, bindings)
    if isinstance(result, Missing):
        yield _unknown(rule, text, result, bindings, names)
        return
    elements = _sound(rule, text, result)
    if not isinstance(elements, list):
        raise _broken(rule, text, "it must be a list")
    for element in elements:
        yield from _elements(rule, {**bindings, name: element}, rest, (*names, name))


def _judge_element(rule: Rule, bindings: Bindings, names: tuple[str, ...]) -> Outcome:
    if rule.when is not None:
        applies = _truth(rule, rule.when, bindings)
        if isinstance(applies, Missing):
            return _unknown(rule, rule.when, applies, bindings, names)
        if not applies:
            return _outcome(rule, Verdict.NOT_APPLICABLE, bindings, names)
    holds = _truth(rule, rule.require, bindings)
    if isinstance(holds, Missing):
        return _unknown(rule, rule.require, holds, bindings, names)
    return _outcome(rule, Verdict.PASS if holds else Verdict.FAIL, bindings, names)


def _truth(rule: Rule, text: str, bindings: Bindings) -> bool | Missing:
    result = _evaluate(rule, text, bindings)
    if isinstance(result, Missing):
        return result
    value = _sound(rule, text, result)
    if not isinstance(value, bool):
        raise _broken(rule, text, "it must be true or false")
    return value


def _evaluate(rule: Rule, text: str, bindings: Bindings) -> Result:
    """Evaluate with the variables that the expression reads, each evaluated once; one that is missing stays absent."""
    wanted = _needed(rule, text)
    if not wanted:
        return expression(text, rule.names).evaluate(bindings)
    values: dict[str, Any] = {}
    for name in (name for name in rule.variables if name in wanted):
        result = expression(rule.variables[name], rule.names).evaluate({**bindings, "variables": values})
        if isinstance(result, Value):
            values[name] = result.value
        elif isinstance(result, Broken):
            return result
    return expression(text, rule.names).evaluate({**bindings, "variables": values})


def _needed(rule: Rule, text: str) -> set[str]:
    """Return the variables that an expression reads, itself or through others."""
    needed: set[str] = set()
    open_names = _variables(rule, text)
    while open_names:
        needed |= open_names
        open_names = {inner for name in open_names for inner in _variables(rule, rule.variables[name])} - needed
    return needed


def _paths(rule: Rule, text: str) -> frozenset[Path]:
    return expression(text, rule.names).reading.paths


def _variables(rule: Rule, text: str) -> set[str]:
    """Return the variables of the rule that an expression reads itself."""
    if not rule.variables:
        return set()
    named = {path[1] for path in _paths(rule, text) if path[0] == "variables" and len(path) > 1}
    return named & rule.variables.keys()


def _all_paths(rule: Rule, text: str) -> frozenset[Path]:
    """Return what an expression reads, through its variables."""
    return _paths(rule, text).union(*(_paths(rule, rule.variables[name]) for name in _needed(rule, text)))


def _sound(rule: Rule, text: str, result: Value | Broken) -> Any:
    if isinstance(result, Broken):
        raise _broken(rule, text, result.reason)
    return result.value


def _unknown(rule: Rule, text: str, result: Missing, bindings: Bindings, names: tuple[str, ...]) -> Outcome:
    missing = absences(_all_paths(rule, text), bindings, _decisive(rule, text, result, bindings))
    subject = _subject(bindings, names)
    return Outcome(rule=rule, verdict=Verdict.UNKNOWN, bindings=bindings, subject=subject, missing=missing)


def _decisive(rule: Rule, text: str, result: Missing, bindings: Bindings) -> Missing:
    """Return what was missing inside a variable, where it is a variable that the engine missed."""
    while result.key is not None and result.key in _variables(rule, text):
        text = rule.variables[result.key]
        inner = _evaluate(rule, text, bindings)
        if not isinstance(inner, Missing):
            break
        result = inner
    return result


def _outcome(rule: Rule, verdict: Verdict, bindings: Bindings, names: tuple[str, ...]) -> Outcome:
    return Outcome(rule=rule, verdict=verdict, bindings=bindings, subject=_subject(bindings, names), missing=())


def _subject(bindings: Bindings, names: tuple[str, ...]) -> str:
    """Name the element that was judged, as people would."""
    return " / ".join(_name(bindings[name]) for name in names)


def _name(element: Any) -> str:
    if not isinstance(element, dict):
        return str(element)
    for key in ("name", "id", "metric", "kind", "basis", "rule", "by"):
        if key in element:
            return str(element[key])
    return str(element.get(ADDRESS, "?")).rpartition("/")[2]


def _broken(rule: Rule, text: str, reason: str) -> CheckerError:
    message = f"the rule {rule.id} is broken: `{text}`: {reason}"
    return CheckerError(rule.span.problem(message, "correct the rule; it could not judge anything"))
