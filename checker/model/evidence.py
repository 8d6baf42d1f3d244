"""An organization's own evidence of where its requests go: what a cloud's command printed, with the date of that."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})


class Evidence(NamedTuple):
    """What one file of evidence says.

    `profiles` holds the regions to which calls are routed, by the region of the call and the profile's id, both in
    lower case; an empty name among the regions says that any region may answer.
    """

    kind: str
    file: str
    checked: str
    profiles: Mapping[tuple[str, str], tuple[str, ...]] = _NONE

    def named(self) -> str:
        """Return the words by which findings name it."""
        return f"your evidence {self.file} of {self.checked}"
