"""What is to be resolved of a destination: what is declared of it, and what the id of its model says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.route import Attributes, canonical
from checker.model.fact import below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine.identify import Identity
    from checker.model.catalog import Catalog, Record
    from checker.model.evidence import Evidence


class Target(NamedTuple):
    """One destination to resolve: what is declared, at which address, and for the model itself what its id implies.

    `bases` are the models that it was made from, `evidence` what the organization has on record of its own requests.
    """

    name: str
    role: str
    entry: Mapping[str, Any]
    address: str
    id_address: str
    identity: Identity
    serving: Sequence[Record] = ()
    bases: Sequence[Record] = ()
    evidence: Sequence[Evidence] = ()

    @property
    def is_model(self) -> bool:
        """Whether it is the model itself, and not something that its data passes through."""
        return self.role == "model"

    def address_of(self, name: str) -> str:
        """Return the address of a declared attribute; the attribute `model` is the id."""
        return self.id_address if name == "model" else below(self.address, name)


def attributes(
    target: Target, region: str | None, countries: Sequence[str] | None, provider: Record | None, catalog: Catalog
) -> Attributes:
    """Return what routes and terms may ask of a destination."""
    entry = target.entry
    return Attributes(
        region=None if region is None else canonical(region, provider, catalog),
        sku=entry.get("sku"),
        residency=entry.get("residency"),
        plan=entry.get("plan"),
        routing=entry.get("routing"),
        profile=target.identity.profile,
        countries=countries,
    )
