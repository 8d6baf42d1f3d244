"""The model behind a use: its record, the models that it was made from, and all the licenses that come with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import channel, licensing
from checker.engine.identify import Identity, identify
from checker.errors import did_you_mean
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from checker.engine.ledger import Ledger
    from checker.model.catalog import Catalog, Record
    from checker.model.manifest import Manifest, Use

_NOT_FOR_RULES = frozenset(
    {"ids", "patterns", "floating", "serving", "licenses", "terms", "source", "lifecycle", "notes"}
)
_OWN_CATALOG = "add it to your own catalog (`catalog` in .modelpolicy.yaml), with its source"


class Subject(NamedTuple):
    """One use under judgment: its manifest, what its id names, and the records of the models that it was made from.

    `unknown_base` names a declared base model that the catalog does not know; a `foreign` base is of another publisher
    than the model, whose own models the catalog knows by id. `channel` is the provider whose terms bind, behind an API.
    """

    manifest: Manifest
    use: Use
    identity: Identity
    record: Record | None
    bases: tuple[Record, ...]
    unknown_base: str | None
    foreign: bool
    channel: channel.Channel | None

    @property
    def address(self) -> str:
        """The address of the use's entry."""
        return f"manifest#{self.use.pointer}"

    @property
    def known(self) -> bool:
        """Whether anything is known of the model."""
        return self.record is not None or bool(self.bases)

    def licenses(self, catalog: Catalog) -> list[str] | licensing.Unsettled | None:
        """Return all licenses that bind: `license.id` or those of the model, and its bases'; None: not known."""
        if self.unknown_base is not None or self.foreign or not (self.known or "id" in self._declared):
            return None
        parts = [self._own_licenses(catalog), *(self._known_licenses(base) for base in self.bases)]
        unsettled = next((part for part in parts if isinstance(part, licensing.Unsettled)), None)
        if unsettled is not None:
            return unsettled
        chosen = self._declared.get("choose", ())
        binding = [item for part in parts if not isinstance(part, licensing.Unsettled) for item in part]
        return licensing.settle_choices([chosen] if isinstance(chosen, str) else chosen, binding, catalog)

    def through(self, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
        """Return the key `channel`: whose terms bind behind an API, where the catalog and not the manifest says it."""
        model = self.record or next(iter(self.bases), None)
        if self.channel is None or model is None or "id" in self._declared:
            return {}
        return channel.facts(self.channel, model, catalog, ledger)

    def _known_licenses(self, record: Record) -> list[Any] | licensing.Unsettled:
        """Return what the catalog knows to bind for a model: its own licenses, behind an API those of the channel."""
        return list(record["licenses"]) if self.channel is None else channel.licenses(self.channel, record)

    def replaces_license(self, catalog: Catalog) -> bool:
        """Say whether the manifest puts another license in place of the one that the catalog knows."""
        if "id" not in self._declared or self.record is None:
            return False
        known = self._known_licenses(self.record)
        return _in_order(self._own_licenses(catalog), catalog) != _in_order(known, catalog)

    def told_licenses(self, record: Record) -> list[Any]:
        """Return what the catalog knows to bind, for a sentence: without the terms of the channel, that it has none."""
        known = self._known_licenses(record)
        if isinstance(known, licensing.Unsettled):
            return [f"none at {self.channel.name}"] if self.channel is not None else []
        return known

    def replacement_recorded(self, catalog: Catalog) -> bool:
        """Say whether the organization's own catalog has what replaces the license, beside what is left of it."""
        own = self._own_licenses(catalog) if "id" in self._declared else []
        if isinstance(own, licensing.Unsettled):
            return False
        declared = {name for term in _in_order(own, catalog) for name in term}
        terms = self._known_licenses(self.record) if self.record else ()
        known = {name for term in _in_order(terms, catalog) for name in term}
        return bool(declared & catalog.own_licenses) and declared <= catalog.own_licenses | known

    def _own_licenses(self, catalog: Catalog) -> list[Any] | licensing.Unsettled:
        """Return the AND list of the declared license, else of the model's own record."""
        if "id" in self._declared:
            return licensing.terms(self._declared["id"], catalog)
        return self._known_licenses(self.record) if self.record else []

    @property
    def _declared(self) -> Mapping[str, Any]:
        declared: Mapping[str, Any] = self.use.entry.get("license", {})
        return declared


def _in_order(terms: Any, catalog: Catalog) -> list[list[str]]:
    """Return the terms of an AND list by the ids of the catalog, alternatives together, in an order of their own."""
    if isinstance(terms, licensing.Unsettled):
        return []
    groups = [term["any_of"] if isinstance(term, Mapping) else [term] for term in terms]
    return sorted(sorted((catalog.license(name) or {"id": name})["id"] for name in group) for group in groups)


def license_text(declared: str, catalog: Catalog) -> str:
    """Return a declared license by the ids of the catalog, alternatives in an order of their own; else as it is."""
    terms = licensing.terms(declared, catalog)
    if isinstance(terms, licensing.Unsettled):
        return declared
    groups = [" OR ".join(group) for group in _in_order(terms, catalog)]
    return " AND ".join(f"({group})" if " OR " in group and len(groups) > 1 else group for group in groups)


def subject(manifest: Manifest, use: Use, catalog: Catalog) -> Subject:
    """Return a use with its model identified."""
    identity = identify(use.entry["model"], catalog)
    names = use.many("base_model")
    bases = {name: identify(name, catalog).model for name in names}
    foreign = identity.model is None and _is_foreign(identity.rest or identity.spelling, names, catalog)
    return Subject(
        manifest=manifest,
        use=use,
        identity=identity,
        record=catalog.models.get(identity.model or ""),
        bases=tuple(catalog.models[model] for model in bases.values() if model is not None),
        unknown_base=next((name for name, model in bases.items() if model is None), None),
        foreign=foreign,
        channel=channel.of(use.entry["deployment"], catalog),
    )


def _is_foreign(spelling: str, bases: list[str], catalog: Catalog) -> bool:
    """Say whether a base model would hide the terms of a publisher whose own models the catalog knows."""
    publisher, slash, _ = spelling.lower().partition("/")
    own = f"{publisher}/"
    if not (slash and bases) or any(base.lower().startswith(own) for base in bases):
        return False
    return any(known.startswith(own) for known in catalog.spellings)


def model_facts(one: Subject, parties: licensing.Parties, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    """Return the model as rules see it; one that the catalog can't know inherits from the models it was made from."""
    if one.record is not None:
        facts = _recorded(one.record, catalog, ledger)
    elif one.bases and one.unknown_base is None and not one.foreign:
        facts = _derived(one, ledger)
    else:
        facts = _unknown(one, catalog, ledger)
    return facts | license_facts(one, facts[ADDRESS], parties, catalog, ledger)


def license_facts(
    one: Subject, address: str, parties: licensing.Parties, catalog: Catalog, ledger: Ledger
) -> dict[str, Any]:
    """Return the key `licenses` for the facts at an address, or nothing (with its gap) where they are not known."""
    licenses, at = one.licenses(catalog), below(one.address, "license")
    if licenses is None:
        if one.unknown_base is not None:
            hint = _suggest(one.unknown_base, catalog) or _OWN_CATALOG
            why = f"the base model {one.unknown_base} is not in the catalog of models"
            ledger.gap(below(address, "licenses"), why, hint, below(one.address, "base_model"))
        return {}
    if isinstance(licenses, licensing.Unsettled):
        where = at if licenses.at == "license" else below(one.use.address("deployment"), "provider")
        ledger.gap(below(address, "licenses"), licenses.why, licenses.supply, where)
        return {}
    through = one.through(catalog, ledger)
    terms = (licensing.facts(name, below(at, "id"), parties, catalog, ledger) for name in licenses)
    return {"licenses": [facts | through for facts in terms]}


def _recorded(record: Record, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    source = ledger.record("models", record, catalog)
    for name, what in _WHAT.items():
        ledger.gap(below(source, name), f"the catalog does not record {what} of {record['name']}", _OWN_CATALOG)
    facts = {name: value for name, value in record.items() if name not in _NOT_FOR_RULES}
    facts |= {ADDRESS: source}
    if "modalities" in record:
        facts["multimodal"] = len(record["modalities"]["input"]) > 1
    return facts


_WHAT = {
    "openness": "how open each part is",
    "tuning": "who offers tuning",
    "modalities": "the modalities",
    "multimodal": "the modalities",
}


def _derived(one: Subject, ledger: Ledger) -> dict[str, Any]:
    """Return what a model has from those it was made from: weights as closed as the most closed, modalities of any."""
    at, name = below(one.address, "base_model"), one.identity.spelling
    names = ", ".join(base["name"] for base in one.bases)
    ledger.infer(at, f"inherited from {names}", at)
    ledger.gap(at, f"the catalog does not know {name} itself, only what it was made from", _OWN_CATALOG, at)
    facts: dict[str, Any] = {ADDRESS: at, "id": name, "name": name}
    weights = [base.get("openness", {}).get("weights") for base in one.bases]
    if "closed" in weights or None not in weights:
        facts["openness"] = {"weights": "closed" if "closed" in weights else "open"}
    modalities = [base["modalities"]["input"] for base in one.bases if "modalities" in base]
    if len(modalities) == len(one.bases) or any(len(inputs) > 1 for inputs in modalities):
        facts["multimodal"] = any(len(inputs) > 1 for inputs in modalities)
    return facts


def _unknown(one: Subject, catalog: Catalog, ledger: Ledger) -> dict[str, Any]:
    at, spelling = one.use.address("model"), one.identity.spelling
    if one.identity.opaque:
        ledger.gap(at, f"{spelling}: {one.identity.how}", "name the model itself, as its hub or cloud spells it")
    elif one.foreign:
        publisher = (one.identity.rest or spelling).partition("/")[0]
        why = f"{spelling} is not in the catalog, and {publisher} publishes models of its own that are"
        supply = f"a base model of another publisher does not stand in for it: {_OWN_CATALOG}"
        ledger.gap(at, why, supply, below(one.address, "base_model"))
    elif one.unknown_base is not None:
        hint = _suggest(one.unknown_base, catalog) or _OWN_CATALOG
        why = f"neither {spelling} nor its base model {one.unknown_base} is in the catalog of models"
        ledger.gap(at, why, hint, below(one.address, "base_model"))
    else:
        near = _suggest(one.identity.rest or spelling, catalog)
        supply = near or f"use its exact id, declare `base_model` with `base_evidence`, or {_OWN_CATALOG}"
        ledger.gap(at, f"{spelling} is not in the catalog of models", supply)
    return {ADDRESS: at}


def _suggest(spelling: str, catalog: Catalog) -> str:
    """Suggest near ids of the same publisher, where one is named; another id is another model all the same."""
    publisher, slash, _ = spelling.lower().partition("/")
    known = (*catalog.spellings, *catalog.floating)
    candidates = [name for name in known if not slash or name.startswith(f"{publisher}/")]
    near = did_you_mean(spelling, candidates, most=2)
    return f"{near} (another id may mean another license)" if near else ""
