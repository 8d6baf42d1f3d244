"""The manifest and the config after validation: what was declared, with the document that tells where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.errors import Problem
from checker.source import child

if TYPE_CHECKING:
    from checker.model.evidence import Evidence
    from checker.source import Document

Entry = Mapping[str, Any]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Use(NamedTuple):
    """A model in a deployment for a purpose; a fallback is a use of its own that inherits what it does not say.

    Behind a gateway, every target of its alias is a use of its own: `target` is where the config says it, `gateway`
    where it says what the gateway itself is; both are pointers into the config, empty for what the manifest says.
    """

    id: str
    pointer: str
    entry: Entry
    target: str = ""
    gateway: str = ""

    def address(self, part: str) -> str:
        """Return the address of a part of the entry: of model and deployment where they are declared."""
        told = "config" if self.target and part in ("model", "deployment") else "manifest"
        return f"{told}#{child(self.target if told == 'config' else self.pointer, part)}"

    def many(self, key: str) -> list[str]:
        """Return a field that may be given as one text or as a list of them; without it, none."""
        value = self.entry.get(key, ())
        return [value] if isinstance(value, str) else list(value)


def evidence_of(entry: Entry) -> list[str]:
    """Return the files that an entry names as evidence of its license, then of its base model."""
    named = (entry.get("license", {}).get("evidence"), entry.get("base_evidence"))
    return [name for name in named if name is not None]


class Config(NamedTuple):
    """What compliance owns, apart from every manifest. Without a config file everything is absent.

    `evidence` is what the files under the key of that name say.
    """

    path: str = ""
    document: Document | None = None
    data: Entry = _NOTHING
    evidence: tuple[Evidence, ...] = ()

    def section(self, name: str) -> Any:
        """Return a section of the config, or None."""
        return self.data.get(name)

    def problem(self, section: str, key: str, message: str, hint: str) -> Problem:
        """Return a problem of one key of a section, at its place where there is a config that has it."""
        pointer = child(f"/{section}", key) if key else f"/{section}"
        if self.document is None or pointer not in self.document.values:
            return Problem(path=self.path or section, message=message, hint=hint)
        return self.document.problem(pointer, message, hint, key=True)


class Manifest(NamedTuple):
    """What one project declares; `notices` holds the text of the files that uses name (None: no such file).

    `other_configs` are the configs nearer to it than the one in force, which nobody is judged by. `evidence` says of
    every file that is named as evidence whether it is there.
    """

    path: str
    document: Document
    uses: tuple[Use, ...]
    notices: Mapping[str, str | None] = _NOTHING
    other_configs: tuple[str, ...] = ()
    evidence: Mapping[str, bool] = _NOTHING

    @property
    def data(self) -> Entry:
        """The manifest as declared."""
        declared: Entry = self.document.data
        return declared

    @property
    def project(self) -> str:
        """The project's name."""
        return str(self.data["project"]["name"])
