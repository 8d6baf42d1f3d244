"""Policy: packs of rules as data, their parameters, and what a check holds the findings against."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.source import Span


class Severity(Enum):
    """How much a finding weighs, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}

ROOTS = (
    *("project", "organization", "operator", "requirements", "use", "model", "data", "params", "as_of"),
    *("waivers", "baseline", "changes", "approvals", "agreements"),
)
"""The names that every rule can read, besides those that its `each` and `variables` define."""

PER_USE = frozenset({"use", "model"})
PER_CHECK = frozenset({"waivers", "baseline", "changes", "approvals", "agreements"})


class Scope(Enum):
    """How often a rule is judged: once per use, per manifest, or per check, by the names that it reads."""

    USE = "use"
    MANIFEST = "manifest"
    CHECK = "check"


class Rule(NamedTuple):
    """One judgment: its record, its expressions as text (checked when it was loaded), and where it stands.

    `names` are those that its expressions may use.
    """

    id: str
    pack: str
    title: str
    severity: Severity
    each: Mapping[str, str]
    when: str | None
    require: str
    variables: Mapping[str, str]
    at: tuple[str, ...]
    message: str
    message_unknown: str
    why: str
    fix: str
    references: tuple[str, ...]
    waivable: bool
    effective_from: str
    names: tuple[str, ...]
    scope: Scope
    span: Span
    place: Span


class Parameter(NamedTuple):
    """A typed parameter of a pack; `element` is the type of what a list or a map holds.

    `keys` is what the keys of a map name, `entries` what the items of a list do: entries of a house list.
    """

    name: str
    type: str
    element: str
    keys: str
    entries: str
    default: Any
    means: str


class Question(NamedTuple):
    """A fact of its own that a pack asks manifests for: on the use or the project, of which type and values."""

    scope: str
    name: str
    type: str
    values: tuple[Any, ...]
    required: bool
    means: str


class Pack(NamedTuple):
    """One file of rules."""

    name: str
    title: str
    path: str
    data: Mapping[str, Any]
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    questions: tuple[Question, ...]


class Policy(NamedTuple):
    """What is in force for a check; `severities` overrides a rule's own (None turns the rule off).

    `beside` is what else decides: the digest of the catalog, and the config as written.
    """

    packs: tuple[Pack, ...]
    params: Mapping[str, Any]
    severities: Mapping[str, Severity | None]
    sources: tuple[str, ...]
    beside: Mapping[str, Any]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in the order of their packs."""
        return tuple(rule for pack in self.packs for rule in pack.rules if self.severity(rule) is not None)

    def severity(self, rule: Rule) -> Severity | None:
        """Return the severity in force for a rule; None says that it is turned off."""
        return self.severities.get(rule.id, rule.severity)

    def digest(self) -> str:
        """Return a digest of everything that decides: packs, parameters, severities, catalog and config."""
        import hashlib
        import json

        chosen = {rule: severity.value if severity else "none" for rule, severity in self.severities.items()}
        content = {
            "packs": [pack.data for pack in self.packs],
            "params": self.params,
            "severities": chosen,
            **self.beside,
        }
        return "sha256:" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
