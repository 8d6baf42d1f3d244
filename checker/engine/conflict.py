"""Contradictions between a model's id and what is declared next to it. Neither side is believed; both are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.engine.route import canonical, region_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.identify import Identity
    from checker.model.catalog import Catalog, Record

_NOT_OURS = {
    ("api", "self-hosted"): "`type: self-hosted` is declared, but {name} is an API",
    ("gateway", "self-hosted"): "`type: self-hosted` is declared, but {name} is somebody else's gateway",
    ("api", "on-device"): "`type: on-device` is declared, but {name} is an API",
    ("gateway", "on-device"): "`type: on-device` is declared, but {name} is somebody else's gateway",
    ("service", "self-hosted"): "`type: self-hosted` is declared, but {name} is a service that its provider runs",
    ("service", "on-device"): "`type: on-device` is declared, but {name} is a service that its provider runs",
    ("host", "api"): "`type: api` is declared, but {name} hosts models of your own (its API has a name of its own)",
}


def conflict(
    entry: Mapping[str, Any],
    provider: Record | None,
    identity: Identity,
    serving: Sequence[Record],
    catalog: Catalog,
) -> str | None:
    """Return in which way a destination contradicts itself or the id of its model; None where all agree."""
    if identity.opaque:
        return f"{identity.spelling}: {identity.how}"
    return (
        _type_conflict(entry, provider)
        or _provider_conflict(entry, provider, identity, catalog)
        or _region_conflict(entry, provider, identity, serving, catalog)
    )


def _type_conflict(entry: Mapping[str, Any], provider: Record | None) -> str | None:
    if provider is None:
        return None
    text = _NOT_OURS.get((provider["kind"], entry["type"]))
    return None if text is None else text.format(name=provider["name"])


def _provider_conflict(
    entry: Mapping[str, Any], provider: Record | None, identity: Identity, catalog: Catalog
) -> str | None:
    declared = entry.get("provider", entry["type"])
    if identity.runner and entry["type"] == "api" and (provider is None or provider["id"] not in identity.services):
        said = f"the id `{identity.spelling}` means {identity.runner} ({identity.how})"
        return f"{said}, but the API of `{declared}` is declared"
    implied = (identity.provider,) if identity.provider is not None else identity.among
    if not implied or (provider is not None and (provider["id"] in implied or provider["kind"] == "gateway")):
        return None
    names = " or ".join(catalog.providers[one]["name"] if one in catalog.providers else one for one in implied)
    return f"the id `{identity.spelling}` means {names} ({identity.how}), but `{declared}` is declared"


def _region_conflict(
    entry: Mapping[str, Any],
    provider: Record | None,
    identity: Identity,
    serving: Sequence[Record],
    catalog: Catalog,
) -> str | None:
    declared = declared_regions(entry, identity)
    if provider is None or not declared:
        return None
    regions = [canonical(region, provider, catalog) for region in declared]
    if identity.region is not None and regions != [identity.region]:
        return f"the id names region {identity.region}, but {', '.join(declared)} is declared"
    if identity.profile is not None:
        return _profile_conflict(provider, identity.profile, regions, catalog)
    return _serving_conflict(provider, serving, regions)


def declared_regions(entry: Mapping[str, Any], identity: Identity) -> list[str]:
    """Return the regions that a destination declares, or else the one that the id of its model names."""
    declared = entry.get("region", identity.region)
    return [] if declared is None else [declared] if isinstance(declared, str) else list(declared)


def _profile_conflict(provider: Record, profile: str, regions: Sequence[str], catalog: Catalog) -> str | None:
    callable_from = provider.get("profiles", {}).get(profile, {}).get("callable_from", ("ANY",))
    callers = catalog.expand(callable_from) or ()
    for region in regions:
        countries = region_places(region, provider, catalog)
        if countries is not None and "ANY" not in callers and not set(countries) <= set(callers):
            return f"the id prefix `{profile}.` can't be called from region {region}"
    return None


def _serving_conflict(provider: Record, serving: Sequence[Record], regions: Sequence[str]) -> str | None:
    for offer in serving:
        if offer["provider"] == provider["id"] and "regions" in offer:
            outside = [region for region in regions if region.lower() not in offer["regions"]]
            if outside:
                others = [f"`{name}.`" for name in offer.get("profiles", ())] or list(offer["regions"])
                instead = f"; it is served through {' or '.join(others)}" if others else ""
                return f"{provider['name']} does not serve this model in {', '.join(outside)} alone{instead}"
    return None
