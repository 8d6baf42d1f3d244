"""What a use is, axis by axis: the facts that house lists are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine import trait_of_model, trait_of_stop
from checker.engine.entry import PLACE

if TYPE_CHECKING:
    from checker.engine.trait import Trait, Used


def of(axis: str, used: Used) -> list[Trait]:
    """Return what a use is on an axis; empty where the axis says nothing of it (an on-device use has no provider)."""
    return list(_TRAITS[axis](used))


_TRAITS = {
    "model": trait_of_model.models,
    "family": trait_of_model.families,
    "developer": trait_of_model.developers,
    "country": trait_of_model.countries,
    "provider": trait_of_stop.providers,
    "provider-country": trait_of_stop.provider_countries,
    "license": trait_of_model.licenses,
    "license-kind": trait_of_model.license_kinds,
    "openness": trait_of_model.how_open,
    "modality": trait_of_model.modalities,
    "task": trait_of_model.tasks,
    "region": trait_of_stop.regions,
    PLACE: trait_of_stop.places,
}
