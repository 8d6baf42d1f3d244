"""Whether a model is sold by a provider. What is not known to run there has no places there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine.profile import told_by_evidence

if TYPE_CHECKING:
    from checker.engine.target import Target
    from checker.model.catalog import Catalog, Record

_LISTS = ("serving", "lifecycle")
_SAYS = {"names", "developers", "hosts_open_weights"}
"""By which a record says what a provider sells; of one that says nothing, every known model is taken to be."""


def unsold(target: Target, provider: Record | None, catalog: Catalog) -> tuple[str, str] | None:
    """Return why nothing says that a model runs at a provider, and what would; None where something does.

    Hosts run what they are given, and gateways pass on what they are asked for: only those that sell models are meant.
    """
    if provider is None or provider["kind"] != "api" or not target.is_model or told_by_evidence(target, catalog):
        return None
    spelling, name = target.identity.spelling, provider["name"]
    record = catalog.models.get(target.identity.model or "")
    models = [record] if record is not None else list(target.bases)
    if not models:
        why = f"the catalog does not know which model `{spelling}` is, so nothing says that {name} runs it"
        return why, f"use the id by which {name} sells it, or add the model to your own catalog"
    if not _SAYS & provider.keys():
        return None
    foreign = next((model for model in models if not sold(model, provider)), None)
    if foreign is None:
        return None
    why = f"the catalog lists no name by which {name} sells {foreign['name']}"
    return why, f"name the provider that runs it, or list {provider['id']} under `serving` in a record of your own"


def sold(model: Record, provider: Record) -> bool:
    """Say whether the catalog knows that a provider runs a model."""
    named = any(item["provider"] == provider["id"] for part in _LISTS for item in model.get(part, ()))
    if named or provider["id"] in model.get("tuning", ()):
        return True
    if any(kind in model["ids"] for kind in provider.get("names", ())):
        return True
    return _of_its_own(model, provider) or (_is_open(model) and bool(provider.get("hosts_open_weights")))


def _of_its_own(model: Record, provider: Record) -> bool:
    """Say whether a developer sells a model of its own: under an API name, or the weights that it has published."""
    published = _is_open(model) and bool(provider.get("hosts_open_weights", True))
    return model["developer"] in provider.get("developers", ()) and ("api" in model["ids"] or published)


def _is_open(model: Record) -> bool:
    return bool(model.get("openness", {}).get("weights") == "open")
