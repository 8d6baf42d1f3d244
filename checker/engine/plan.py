"""A rule made ready to be judged many times: its expressions compiled, each with the variables that it needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from checker.expressions.cel import Expression, expression
from checker.expressions.result import Broken, Missing, Result, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.expressions.tree import Path
    from checker.model.policy import Rule


class Prepared:
    """One expression of a rule, and the variables that it reads, itself or through others, in their order."""

    def __init__(self, rule: Rule, text: str) -> None:
        """Compile the expression; it was checked when the rule was loaded or packaged."""
        self.rule = rule
        self.text = text
        self.expression: Expression = expression(text, rule.names)

    @cached_property
    def named(self) -> frozenset[str]:
        """The variables that the expression reads itself."""
        if not self.rule.variables:
            return frozenset()
        paths = (path for path in self.expression.reading.paths if path[0] == "variables" and len(path) > 1)
        return frozenset(path[1] for path in paths) & self.rule.variables.keys()

    @cached_property
    def variables(self) -> tuple[tuple[str, Prepared], ...]:
        """Every variable that is needed, by name, those that others need first."""
        needed: set[str] = set()
        open_names: set[str] = set(self.named)
        while open_names:
            needed |= open_names
            inner = (prepared(self.rule, self.rule.variables[name]).named for name in open_names)
            open_names = set().union(*inner) - needed
        ordered = (name for name in self.rule.variables if name in needed)
        return tuple((name, prepared(self.rule, self.rule.variables[name])) for name in ordered)

    @cached_property
    def paths(self) -> frozenset[Path]:
        """Everything that the expression reads, through its variables."""
        return self.expression.reading.paths.union(*(one.expression.reading.paths for _, one in self.variables))

    def evaluate(self, bindings: Mapping[str, Any]) -> Result:
        """Evaluate with the variables that are needed, each once; one that is missing stays absent."""
        if not self.rule.variables or not self.variables:
            return self.expression.evaluate(bindings)
        values: dict[str, Any] = {}
        inner = {**bindings, "variables": values}
        for name, variable in self.variables:
            result = variable.expression.evaluate(inner)
            if isinstance(result, Value):
                values[name] = result.value
            elif isinstance(result, Broken):
                return result
        return self.expression.evaluate(inner)

    def decisive(self, result: Missing, bindings: Mapping[str, Any]) -> Missing:
        """Return what was missing inside a variable, where it is a variable that the engine missed."""
        found: Prepared = self
        while result.key is not None and result.key in found.named:
            found = prepared(self.rule, self.rule.variables[result.key])
            inner = found.evaluate(bindings)
            if not isinstance(inner, Missing):
                break
            result = inner
        return result


_PREPARED: dict[tuple[int, str], tuple[Rule, Prepared]] = {}


def prepared(rule: Rule, text: str) -> Prepared:
    """Return an expression of a rule, made ready once: by the rule itself, since comparing rules would cost more."""
    found = _PREPARED.get((id(rule), text))
    if found is None or found[0] is not rule:
        # The rule is kept with it, so that no other one gets its identity.
        found = _PREPARED[id(rule), text] = (rule, Prepared(rule, text))
    return found[1]
