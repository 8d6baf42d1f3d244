"""The files that a use names for what its licenses ask: notices, the license, where the source can be had."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checker.engine.duties import searched
from checker.engine.visible import shown
from checker.model.fact import below

if TYPE_CHECKING:
    from checker.engine.ledger import Ledger
    from checker.engine.lineage import Subject

_FILES = {"attribution": "attribution_found", "notices": "notices_found", "source_offer": "source_offer_found"}
_SOURCE = re.compile(r"https?://|\bsource\b", re.IGNORECASE)
"""What says where source can be had: an address, or an offer of the source."""


def read(subject: Subject, *keys: str) -> dict[str, str | None]:
    """Return what people see of the files under some keys of a use; None: nothing can be read there by anybody."""
    names = [name for key in keys for name in subject.use.many(key)]
    texts = {name: subject.manifest.notices.get(name) for name in dict.fromkeys(names)}
    return {name: None if text is None else shown(name, text) for name, text in texts.items()}


def facts(subject: Subject, ledger: Ledger) -> dict[str, Any]:
    """Return the named files, those of them that people can read, and whether the model is one that we changed."""
    named = {key: sorted(subject.use.many(key)) for key in _FILES}
    found = {_FILES[key]: [path for path, text in read(subject, key).items() if text] for key in _FILES}
    offers = read(subject, "source_offer")
    found["source_offer_found"] = [path for path, text in offers.items() if text and _SOURCE.search(text)]
    for key, name in _FILES.items():
        ledger.infer(below(subject.address, name), searched(read(subject, key), key), below(subject.address, key))
    return {**named, **found, **_modified(subject, ledger)}


def _modified(subject: Subject, ledger: Ledger) -> dict[str, bool]:
    """Return the key `modified`: whether we changed the model. Of one that is known by its base alone, who did so?"""
    address, entry = below(subject.address, "modified"), subject.use.entry
    if "modifications" not in entry and subject.record is None and subject.bases:
        why = f"{subject.identity.spelling} was made from another model, and nobody says whether by you"
        supply = "declare `modifications`: what you did, or [] where somebody else made it"
        ledger.gap(address, why, supply, below(subject.address, "modifications"))
        return {}
    ledger.infer(address, "`modifications`", below(subject.address, "modifications"))
    return {"modified": bool(entry.get("modifications"))}
