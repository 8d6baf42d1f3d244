"""What a use is by where its data goes: who runs each destination, under which law, and in which region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.engine import seat
from checker.engine.route import canonical
from checker.engine.trait import UNKNOWN, Trait, Used, seated
from checker.expressions.functions import NOT_KNOWN, whereabouts
from checker.model.fact import ADDRESS, Gap, below, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.model.catalog import Record


def _stops(used: Used) -> Iterator[tuple[Mapping[str, Any], Record | None]]:
    """Yield every destination that somebody runs at a place: all but the user's own device."""
    for stop in used.use["destinations"]:
        if stop.get("type") != "on-device":
            yield stop, used.catalog.provider(str(stop.get("provider", "")))


def providers(used: Used) -> Iterator[Trait]:
    """Yield the provider of every destination."""
    for stop, provider in _stops(used):
        # One that contradicts its model's id has no type: neither side is believed.
        settled = stop.get("type") == "self-hosted" or (provider is not None and "type" in stop)
        values = (str(provider["id"] if provider else stop["provider"]).lower(),) if settled else UNKNOWN
        missing = "provider_known" if "type" in stop else "type"
        gap = None if settled else nearest(used.ledger.gaps, below(stop[ADDRESS], missing))
        source = used.ledger.record("providers", provider, used.catalog) if provider else ""
        yield _at(stop, provider, "", values)._replace(record=source, gap=gap)


def _at(stop: Mapping[str, Any], provider: Record | None, more: str, values: tuple[str, ...]) -> Trait:
    """Return a trait of a destination: its data goes to its provider, and what else is to say of it."""
    name = str(provider["name"] if provider else stop.get("provider", "a provider that is not known"))
    through = "" if stop["role"] == "model" else f" through {stop['name']}"
    shown = name if stop["role"] == "model" else f"{name} ({stop['name']})"
    return Trait(shown, f"it goes to {name}{through}{more}", values, below(stop[ADDRESS], "provider"), stop=stop)


def provider_countries(used: Used) -> Iterator[Trait]:
    """Yield the countries in which those providers, and their parents, have their seats; our own premises have none."""
    for stop, provider in _stops(used):
        if stop.get("provider_id") != seat.OURS:
            yield _provider_country(stop, provider, used)


def _provider_country(stop: Mapping[str, Any], provider: Record | None, used: Used) -> Trait:
    found = used.catalog.operator(str(stop.get("provider_id", stop.get("provider", ""))))
    trait = _at(stop, provider, "", UNKNOWN)
    told = trait if found is None else seated(trait, found, used)
    if NOT_KNOWN not in stop.get("seat", UNKNOWN):
        return told
    values = tuple(dict.fromkeys((*told.values, NOT_KNOWN)))
    return told._replace(values=values, gap=nearest(used.ledger.gaps, below(stop[ADDRESS], "seat")))


def regions(used: Used) -> Iterator[Trait]:
    """Yield the regions as they are typed, or as the model's id names them; `none` where a provider has no regions."""
    for stop, provider in _stops(used):
        names = _typed(stop, used)
        values = tuple(canonical(name, provider, used.catalog).lower() for name in names)
        at = below(stop[ADDRESS], "region")
        if values or (provider is not None and "regions" not in provider):
            more = f", region {', '.join(names)}" if names else ""
            yield _at(stop, provider, more, values or ("none",))._replace(at=at)
        else:
            why = f"no region is declared for {stop['name']}"
            gap = Gap(why, "declare `region`: a cloud region, or the code of a country", at)
            yield _at(stop, provider, "", UNKNOWN)._replace(at=at, gap=gap)


def _typed(stop: Mapping[str, Any], used: Used) -> list[str]:
    implied = used.subject.identity.region if stop["role"] == "model" else None
    declared = stop.get("region", implied)
    return [declared] if isinstance(declared, str) else list(declared or ())


def places(used: Used) -> Iterator[Trait]:
    """Yield the countries in which each destination may process."""
    for stop, provider in _stops(used):
        at = below(stop[ADDRESS], "processing")
        places = tuple(stop.get("processing", ()))
        more = f", which may process it {whereabouts(places)}" if places else ""
        gap = nearest(used.ledger.gaps, at)
        yield _at(stop, provider, more, places or UNKNOWN)._replace(at=at, gap=gap)
