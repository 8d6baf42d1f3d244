"""The manifest and the config after validation: what was declared, with the document that tells where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.source import Document

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A model in a deployment for a purpose; a fallback is a use of its own that inherits what it does not say."""

    id: str
    pointer: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What compliance owns, apart from every manifest. Without a config file everything is absent."""

    path: str = ""
    document: Document | None = None
    data: Entry = field(default_factory=dict)

    def section(self, name: str) -> Any:
        """Return a section of the config, or None."""
        return self.data.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one project declares; `notices` holds the text of every attribution file (None: there is no such file)."""

    path: str
    document: Document
    uses: tuple[Use, ...]
    notices: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def data(self) -> Entry:
        """The manifest as declared."""
        declared: Entry = self.document.data
        return declared

    @property
    def project(self) -> str:
        """The project's name."""
        return str(self.data["project"]["name"])
