"""Under which country's law a developer or a provider is: the seat of its ultimate parent, as the catalog records it.

Where data rests is another question: whoever is compelled by the law of its seat can be made to hand over what it
stores elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.engine.ledger import Ledger
    from checker.engine.target import Target
    from checker.model.catalog import Catalog, Record

OURS = "on-premises"
"""The provider that stands for machines of our own: nobody else runs them."""
_OWN_RECORD = "to your own catalog (`catalog` in .modelpolicy.yaml), with its source"


def ultimate(seat: Record) -> str:
    """Return the country of the ultimate parent; NOT_KNOWN where it is not on record."""
    return str(seat.get("parent", seat).get("country", NOT_KNOWN))


def countries(seat: Record) -> tuple[str, ...]:
    """Return the countries of a seat and of its ultimate parent, each once; NOT_KNOWN for one that is not on record."""
    return tuple(dict.fromkeys((seat.get("country", NOT_KNOWN), ultimate(seat))))


def told(seat: Record) -> str:
    """Name who has a seat, with the parent where there is one."""
    parent = seat.get("parent")
    return f"{seat['name']} (of {parent['name']})" if parent else str(seat["name"])


def not_recorded(seat: Record) -> tuple[str, str]:
    """Say that a seat has no country on record, and how to supply it."""
    whose = seat.get("parent", seat)["name"]
    again = f"add a record `{seat['id']}` with `overrides` under `seats` {_OWN_RECORD}"
    return f"the catalog does not record in which country {whose} has its seat", again


def of_destination(
    record: Mapping[str, Any], provider: Record | None, target: Target, catalog: Catalog, ledger: Ledger
) -> dict[str, list[str]]:
    """Return the key `seat`: the country of who runs a destination, in the end; nothing (and a gap) if not known."""
    if record["type"] == "on-device" or record.get("provider_id") == OURS:
        return {}
    address, at = below(target.address, "seat"), below(target.address, "provider")
    seat = catalog.operator(record.get("provider_id", record["provider"]))
    if seat is None:
        ledger.gap(address, *_nobody(record["provider"], provider), at)
        return {}
    how = f"the seat of {told(seat)}; region and routing do not change it"
    ledger.infer(address, how, at, ledger.record("seats", seat, catalog))
    if ultimate(seat) == NOT_KNOWN:
        ledger.gap(address, *not_recorded(seat), at)
        return {}
    if target.is_model and provider is not None and provider["kind"] == "gateway":
        why = f"{provider['name']} passes requests on to providers that are not named here"
        supply = f"declare the deployment that runs the model, and {provider['name']} under `via`"
        ledger.gap(address, why, supply, at)
        return {"seat": [ultimate(seat), NOT_KNOWN]}
    return {"seat": [ultimate(seat)]}


def _nobody(name: str, provider: Record | None) -> tuple[str, str]:
    """Say that nothing is on record of who runs a provider or a host, and how to supply it."""
    if provider is not None:
        why = f"the catalog does not record in which country {provider['name']} has its seat"
        field = f"operates: [{provider['id']}]"
    else:
        why = f"{name} is not in the catalog, so the seat of who runs it is not known"
        field = f"hosts: [{name}]"
    return why, f"add a record with `{field}` and `country` under `seats` {_OWN_RECORD}"
