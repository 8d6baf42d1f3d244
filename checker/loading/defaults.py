"""The `defaults` of a manifest: what every use inherits that it does not say otherwise.

A manifest with defaults becomes the document that it would be if they were written out. An inherited value keeps the
place where it is written, so that findings point at the line that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.source import Document, child

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "defaults"
_EITHER = {"deployment": "gateway", "gateway": "deployment"}
"""Two keys of which a use has one: a use that has the other one inherits neither."""


def written_out(document: Document) -> Document:
    """Return a manifest with its defaults in every use; one without defaults, or of another shape, as it is."""
    data = document.data
    defaults = data.get(KEY) if isinstance(data, dict) else None
    models = data.get("models") if isinstance(data, dict) else None
    if not isinstance(defaults, dict) or not isinstance(models, list):
        return document
    places = _Places(document)
    uses = [
        places.merged(use, defaults, (f"/models/{number}", f"/{KEY}")) if isinstance(use, dict) else use
        for number, use in enumerate(models)
    ]
    return document._replace(data={**data, "models": uses}, values=places.values, keys=places.keys)


class _Places:
    """Where values and keys stand, those of the defaults under the pointers of every use that inherits them too."""

    def __init__(self, document: Document) -> None:
        self.values, self.keys = dict(document.values), dict(document.keys)
        self.of_defaults = [
            (places, [(key, place) for key, place in places.items() if key.startswith(f"/{KEY}/")])
            for places in (self.values, self.keys)
        ]

    def merged(self, use: Mapping[str, Any], defaults: Mapping[str, Any], pointers: tuple[str, str]) -> dict[str, Any]:
        """Return a use with what it inherits, key by key; lists replace."""
        merged = dict(use)
        for name, value in defaults.items():
            here, there = (child(pointer, name) for pointer in pointers)
            if name in use:
                if isinstance(value, dict) and isinstance(use[name], dict):
                    merged[name] = self.merged(use[name], value, (here, there))
            elif _EITHER.get(name) not in use:
                merged[name] = value
                self.note(here, there)
        return merged

    def note(self, here: str, there: str) -> None:
        """Note the places of an inherited value, and of all in it, as those where they are written."""
        for places, of_defaults in self.of_defaults:
            for key, place in of_defaults:
                if key == there or key.startswith(f"{there}/"):
                    places[here + key[len(there) :]] = place
