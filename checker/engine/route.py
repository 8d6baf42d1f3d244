"""Where a provider processes and stores: its routes in the catalog against what a destination declares.

The first route whose conditions hold decides. A condition on something that is not declared leaves the answer open:
then the caller learns what to declare, never a guess. Where some route accepts the word `absent`, silence is an answer.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.model.catalog import Catalog, Record

ABSENT = "absent"


class Attributes(NamedTuple):
    """What is declared of one destination, or implied by the model's id; None says not declared.

    `countries` are those of the region, None where it is not declared or not known.
    """

    region: str | None = None
    sku: str | None = None
    residency: str | None = None
    plan: str | None = None
    routing: str | None = None
    profile: str | None = None
    countries: Sequence[str] | None = None


class Open(NamedTuple):
    """No route is decided, since these attributes are not declared."""

    needs: tuple[str, ...]


class _Fit(Enum):
    YES = 1
    NO = 2
    OPEN = 3


def choose(routes: Sequence[Record], attributes: Attributes, catalog: Catalog) -> Record | Open | None:
    """Return the first route that holds, Open when that hangs on what is not declared, None when no route can hold."""
    silent = _meaningful_silence(routes)
    for route in routes:
        when = route.get("when", {})
        fits = {name: _fit(name, accepted, attributes, catalog, silent) for name, accepted in when.items()}
        if _Fit.NO in fits.values():
            continue
        undeclared = tuple("region" if name == "region_in" else name for name, fit in fits.items() if fit is _Fit.OPEN)
        return Open(needs=undeclared) if undeclared else route
    return None


def _meaningful_silence(routes: Sequence[Record]) -> frozenset[str]:
    """Return the attributes whose absence says something: the profile, and what some route accepts absent."""
    accepting = {name for route in routes for name, accepted in route.get("when", {}).items() if ABSENT in accepted}
    return frozenset(accepting | {"profile"})


def _fit(name: str, accepted: Sequence[str], attributes: Attributes, catalog: Catalog, silent: frozenset[str]) -> _Fit:
    if name == "region_in":
        return _fit_region(accepted, attributes.countries, catalog)
    value = getattr(attributes, name)
    if value is None:
        return _Fit.YES if ABSENT in accepted else _Fit.NO if name in silent else _Fit.OPEN
    return _Fit.YES if value.lower() in {word.lower() for word in accepted} else _Fit.NO


def _fit_region(accepted: Sequence[str], countries: Sequence[str] | None, catalog: Catalog) -> _Fit:
    if countries is None:
        return _Fit.OPEN
    allowed = catalog.expand(accepted) or ()
    return _Fit.YES if set(countries) <= set(allowed) else _Fit.NO


def routing_of(route: Record) -> str:
    """Return how a route routes: as it states, else as its places of processing tell."""
    stated: str | None = route.get("routing")
    if stated is not None:
        return stated
    processing = route.get("processing")
    return "in-region" if processing == "region" else "global" if processing and "ANY" in processing else "zone"


def canonical(region: str, provider: Record | None, catalog: Catalog) -> str:
    """Return the name that a provider's cloud has for a declared region, which may be spelled as its console shows it.

    What is no name of that cloud is returned as it is: it may be a place.
    """
    table: Mapping[str, Any] = catalog.regions.get(provider.get("regions", ""), {}) if provider else {}
    known = {name.lower(): name for part in ("names", "groups") for name in table.get(part, ())}
    labels = {label.lower(): name for label, name in table.get("labels", {}).items()}
    spelled = region.lower()
    return known.get(spelled) or labels.get(spelled) or region


def region_places(region: str, provider: Record | None, catalog: Catalog) -> tuple[str, ...] | None:
    """Return the countries of a declared region: a place, or a name of the provider's cloud; None for neither."""
    table: Mapping[str, Any] = catalog.regions.get(provider.get("regions", ""), {}) if provider else {}
    name = canonical(region, provider, catalog)
    if name in table.get("names", {}):
        return (table["names"][name],)
    if name in table.get("groups", {}):
        return catalog.expand(table["groups"][name])
    return catalog.members(region)


def places_of(stated: Any, countries: Sequence[str] | None, catalog: Catalog) -> tuple[str, ...] | None:
    """Return the countries that a route states; the word `region` stands for those of the region. None: not known."""
    if stated == "region":
        return None if countries is None else tuple(countries)
    return None if stated is None else catalog.expand(stated)
