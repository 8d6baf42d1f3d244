"""Whose terms bind behind an API: those of the channel, and the model's own license where the channel passes it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.licensing import Unsettled
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog, Record

_SUPPLY = (
    "declare your contract with the provider (`license: {id: ..., evidence: ...}`) and have it approved, "
    "or record its terms in your own catalog (`sellers` of the provider, `terms` of the model)"
)


class Channel(NamedTuple):
    """A provider that serves models to its customers, as declared, with its record where the catalog has one."""

    declared: str
    provider: Record | None

    @property
    def name(self) -> str:
        """The name of the provider, as a person would say it."""
        return str(self.provider["name"]) if self.provider is not None else self.declared


class _Terms(NamedTuple):
    """What the catalog records of the terms of one model in a channel, and in which item of which record."""

    entry: Record
    kind: str
    record: Record
    section: str
    number: int


def of(deployment: Mapping[str, Any], catalog: Catalog) -> Channel | None:
    """Return the channel of a deployment; what we run ourselves, or what runs on a device, comes through none."""
    if deployment["type"] != "api":
        return None
    return Channel(declared=deployment["provider"], provider=catalog.provider(deployment["provider"]))


def licenses(channel: Channel, model: Record) -> list[Any] | Unsettled:
    """Return the AND list that binds a customer of the channel, or why it is not known.

    These are the terms of the channel, and after them the model's own licenses where the channel passes them on.
    """
    found = _terms(channel, model)
    if found is None:
        return Unsettled(why=_unknown(channel, model), supply=_SUPPLY, at="deployment")
    binding = list(found.entry.get("licenses", ()))
    own = model["licenses"] if found.entry.get("passes_on") else ()
    return [*binding, *(item for item in own if item not in binding)]


def facts(channel: Channel, model: Record, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return the channel as rules and findings see it, where its terms are known: whose terms bind there."""
    found = _terms(channel, model)
    if found is None:
        return {}
    source = below(ledger.record(found.kind, found.record, catalog), found.section, found.number)
    ledger.item(source, found.entry, catalog)
    return {"channel": {ADDRESS: source, "name": channel.name, "binds": _binds(channel, found.entry)}}


def _terms(channel: Channel, model: Record) -> _Terms | None:
    """Return the terms recorded for the model itself in this channel, else the first for models of its kind."""
    return None if channel.provider is None else next(_candidates(channel.provider, model), None)


def _candidates(provider: Record, model: Record) -> Iterator[_Terms]:
    for number, entry in enumerate(model.get("terms", ())):
        if entry["provider"] == provider["id"]:
            yield _Terms(entry, "models", model, "terms", number)
    for number, entry in enumerate(provider.get("sellers", ())):
        if _means(entry, model):
            yield _Terms(entry, "providers", provider, "sellers", number)


def _means(entry: Record, model: Record) -> bool:
    """Say whether an entry is about a model; of one that may be open or closed it must say neither."""
    weights, developer = model.get("openness", {}).get("weights"), model["developer"]
    return bool(entry.get("developer", developer) == developer and entry.get("weights", weights) == weights)


def _unknown(channel: Channel, model: Record) -> str:
    if channel.provider is None:
        return f"behind an API its provider's terms bind, and {channel.name} is not in the catalog of providers"
    return f"at {channel.name} the provider's terms bind, and for {model['name']} the catalog does not record them"


def _binds(channel: Channel, entry: Record) -> str:
    """Say whose terms bind, in a sentence that a license's name can follow."""
    if "licenses" not in entry:
        return f"at {channel.name} the model's own license binds, which the provider passes on"
    whose = f"the terms of the seller, {entry['seller']}, bind" if "seller" in entry else "the provider's terms bind"
    return f"at {channel.name} {whose}" + (", and the model's own license too" if entry.get("passes_on") else "")
