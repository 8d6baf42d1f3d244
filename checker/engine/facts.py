"""From a manifest and the catalog to the facts that rules read, each with its provenance.

What is declared is taken as declared, with the defaults of the manifest format; what the catalog knows is joined by
id; what follows from both is worked out. What is not known is absent, and its gap says why and how to supply it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import consent, destination, house, licensing, lineage, papers, trait, wider
from checker.engine.declared import data_facts, organization_facts, project_facts
from checker.engine.identify import Identity
from checker.engine.ledger import Ledger
from checker.engine.target import Target
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, Facts, below
from checker.model.manifest import Config, Manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.engine.bound import Base
    from checker.engine.entry import Entry
    from checker.engine.lineage import Subject
    from checker.model.catalog import Catalog
    from checker.source import Document

_NOT_FOR_RULES = frozenset({"license", "base_model", "base_evidence", "trained_on", "fallbacks", "weights", "gateway"})


class Setting(NamedTuple):
    """What every use of a check is judged against, apart from the rules.

    `days_between` counts the days from one date to another; what was checked before `stale_before` is old. `base` is
    what a trusted commit declares, where policy comes from one. Agreements name `lacking` files, which are not there.
    `lists` are the house lists by parameter.
    """

    catalog: Catalog
    config: Config
    params: Mapping[str, Any]
    as_of: str
    days_between: Callable[[str, str], int]
    stale_before: str = ""
    base: Base | None = None
    lacking: frozenset[str] = frozenset()
    lists: Mapping[str, Sequence[Entry]] = MappingProxyType({})

    @property
    def register(self) -> consent.Register:
        """Where consents are on record."""
        return consent.Register(
            config=self.config, catalog=self.catalog, day=self.as_of, base=self.base, lacking=self.lacking
        )


def subjects(manifest: Manifest, catalog: Catalog) -> tuple[Subject, ...]:
    """Return every use of a manifest, identified."""
    return tuple(lineage.subject(manifest, use, catalog) for use in manifest.uses)


def manifest_facts(manifest: Manifest, setting: Setting) -> Facts:
    """Return the facts that hold for a manifest as a whole; `use` and `model` are empty."""
    ledger = Ledger()
    nothing = {ADDRESS: "manifest#/models"}
    values = {**_shared(manifest, setting, ledger), "use": nothing, "model": nothing}
    return _facts(values, manifest, setting, ledger)


def check_facts(
    records: Mapping[str, list[dict[str, Any]]], documents: Mapping[str, Document], setting: Setting
) -> Facts:
    """Return the facts that hold for a check as a whole: `records` by name, which stand in `documents` by address."""
    nothing = {ADDRESS: f"{next(iter(documents), 'config')}#"}
    values = {**records, "use": nothing, "model": nothing, "as_of": setting.as_of}
    return Facts(
        values={**values, "params": {**setting.params, ADDRESS: "params#"}},
        documents=documents,
        stale_before=setting.stale_before,
    )


def use_facts(subject: Subject, siblings: Sequence[Subject], setting: Setting) -> Facts:
    """Return the facts of one use. `siblings` are all uses of the manifest, for what one trains on another."""
    ledger = Ledger()
    shared = _shared(subject.manifest, setting, ledger)
    use = _use(subject, shared, setting, ledger)
    parties = licensing.Parties(
        project=shared["project"],
        organization=shared["organization"],
        operator=shared["operator"],
        processing=_all_places(use["destinations"]),
        notices=papers.read(subject, "attribution"),
        papers=papers.read(subject, "attribution", "notices"),
        model=subject.identity.spelling,
    )
    model = lineage.model_facts(subject, parties, setting.catalog, ledger)
    use |= _trains(subject, siblings, ledger)
    use["trained_on"] = _teachers(subject, siblings, parties, setting.catalog, ledger)
    used = trait.Used(subject, use, model, setting.catalog, ledger)
    use["listed"] = house.listed(setting.lists, used)
    facts = _facts({**shared, "use": use, "model": model}, subject.manifest, setting, ledger)
    return facts._replace(read_as=subject.identity.read_as)


def _facts(values: Mapping[str, Any], manifest: Manifest, setting: Setting, ledger: Ledger) -> Facts:
    # "stated" is the manifest too, for what it states and the config overrules.
    documents = {"manifest": manifest.document, "stated": manifest.document}
    if setting.config.document is not None:
        documents["config"] = setting.config.document
    return Facts(
        values=values,
        documents=documents,
        known=ledger.known,
        inferred=ledger.inferred,
        gaps=ledger.gaps,
        stale_before=setting.stale_before,
        remarks=ledger.remarks,
    )


def _shared(manifest: Manifest, setting: Setting, ledger: Ledger) -> dict[str, Any]:
    return {
        "project": project_facts(manifest, setting.config, setting.catalog, ledger),
        "organization": organization_facts("organization", manifest, setting.config, setting.catalog, ledger),
        "operator": organization_facts("operator", manifest, Config(), setting.catalog, ledger),
        "requirements": {**manifest.data.get("requirements", {}), ADDRESS: "manifest#/requirements"},
        "data": data_facts(manifest, setting.config, setting.catalog, ledger),
        "params": {**setting.params, ADDRESS: "params#"},
        "as_of": setting.as_of,
    }


def _use(subject: Subject, shared: Mapping[str, Any], setting: Setting, ledger: Ledger) -> dict[str, Any]:
    """Return the manifest's entry with its defaults, its destinations, and what the config and the catalog add."""
    entry, address = subject.use.entry, subject.address
    if subject.use.target:
        ledger.infer(below(address, "model"), "a target of the gateway", subject.use.address("model"))
    infrastructure = shared["organization"].get("infrastructure")
    targets = _targets(subject, setting)
    stops = [destination.resolve(target, infrastructure, setting.catalog, ledger) for target in targets]
    for stop in stops:
        found = consent.agreements(stop, setting.register)
        stop["agreements"] = found.kinds
        ledger.remark(below(stop[ADDRESS], "agreements"), found.remarks)
        ledger.infer(
            below(stop[ADDRESS], "agreements"), "the agreements in .modelpolicy.yaml", below(stop[ADDRESS], "provider")
        )
    datasets = [shared["data"][name] for name in entry["data"]]
    for stop in stops:
        stop["wider"] = [{"name": data["name"], **wider.hints(stop, data, setting.catalog)} for data in datasets]
    return {
        "modifications": [],
        "outputs": ["shown-to-users"],
        "facts": {},
        **{name: value for name, value in entry.items() if name not in _NOT_FOR_RULES},
        **_weights(subject, ledger),
        **_looked_up(subject, setting, ledger),
        ADDRESS: address,
        "id": subject.use.id,
        "identified": subject.identity.model or subject.identity.spelling,
        **papers.facts(subject, ledger),
        "deployment": stops[0],
        "via": stops[1:],
        "destinations": stops,
        "datasets": datasets,
        **_retirement(subject, stops[0], setting, ledger),
    }


def _weights(subject: Subject, ledger: Ledger) -> dict[str, Any]:
    """Return what happens to the weights: as declared, else by the deployment; on a device they are not hosted."""
    entry, address = subject.use.entry, below(subject.address, "weights")
    on_device = entry["deployment"]["type"] == "on-device"
    declared = entry.get("weights")
    if on_device and declared == "hosted":
        why = "`weights: hosted` is declared, but the model runs on the user's device"
        ledger.gap(address, why, "declare whether they are `shipped`, `downloaded` or come with the `platform`")
        return {}
    if declared is None:
        ledger.infer(address, "the default for this deployment", below(subject.address, "deployment", "type"))
    return {"weights": declared or ("shipped" if on_device else "hosted")}


def _looked_up(subject: Subject, setting: Setting, ledger: Ledger) -> dict[str, Any]:
    """Return what the catalog and the config say of this use."""
    consents = consent.approvals(subject, setting.register)
    ledger.remark(below(subject.address, "approvals"), consents.remarks)
    found: dict[str, Any] = {
        "floating": subject.identity.floating,
        "license_replaced": subject.replaces_license(setting.catalog),
        "license_recorded": subject.replacement_recorded(setting.catalog),
        "approvals": consents.kinds,
    }
    if subject.replaces_license(setting.catalog) and subject.record is not None:
        found["license_declared"] = subject.use.entry["license"]["id"]
        found["license_known"] = subject.told_licenses(subject.record)
    places = {"floating": "model", "license_replaced": "license", "license_recorded": "license", "approvals": "id"}
    for name, place, value in _claims(subject):
        found[name] = value
        ledger.infer(
            below(subject.address, name), "the file is looked for beside the manifest", below(subject.address, place)
        )
    for name, place in places.items():
        how = "the approvals in .modelpolicy.yaml" if name == "approvals" else "looked up in the catalog"
        ledger.infer(below(subject.address, name), how, below(subject.address, place))
    return found


def _claims(subject: Subject) -> Iterator[tuple[str, str, Any]]:
    """Yield what rules may know of claims about the model: the fact, the key that it comes from, and its value.

    A base model is a claim where the catalog does not have the model itself.
    """
    entry, there = subject.use.entry, subject.manifest.evidence
    evidence = entry.get("license", {}).get("evidence")
    yield "license_evidence", "license", [evidence] if evidence is not None else []
    yield "license_evidence_missing", "license", [evidence] if evidence is not None and not there.get(evidence) else []
    bases = subject.use.many("base_model") if subject.record is None else []
    shown = entry.get("base_evidence")
    yield "base_claimed", "base_model", bases
    yield "base_evidence", "base_evidence", [shown] if shown is not None and there.get(shown) else []
    yield "base_evidence_missing", "base_evidence", [shown] if shown is not None and not there.get(shown) else []


def _usual_type(stop: Mapping[str, Any], catalog: Catalog) -> str:
    """Return how something of a provider usually runs: a host is rented, the rest is somebody's service."""
    provider = catalog.provider(stop["provider"])
    return "self-hosted" if provider is None or provider["kind"] == "host" else "api"


def _targets(subject: Subject, setting: Setting) -> list[Target]:
    entry, address = subject.use.entry, subject.address
    own = Target(
        name=subject.use.id,
        role="model",
        entry=entry["deployment"],
        address=subject.use.address("deployment"),
        id_address=subject.use.address("model"),
        identity=subject.identity,
        serving=(subject.record or {}).get("serving", ()),
        bases=subject.bases,
        evidence=[one for one in setting.config.evidence if one.checked <= setting.as_of],
    )
    stops = entry.get("via", ())
    places = [below(address, "via", number) for number, _ in enumerate(stops)]
    if subject.use.gateway:
        # The gateway itself is the last stop, and the config says what it is.
        places[-1] = f"config#{subject.use.gateway}"
    via = [
        Target(
            name=stop["name"],
            role=stop.get("role", "via"),
            entry=stop if "type" in stop else {**stop, "type": _usual_type(stop, setting.catalog)},
            address=place,
            id_address=place,
            identity=Identity(spelling=stop["name"]),
        )
        for stop, place in zip(stops, places, strict=True)
    ]
    return [own, *via]


def _retirement(subject: Subject, deployment: Mapping[str, Any], setting: Setting, ledger: Ledger) -> dict[str, Any]:
    """Return the key `retirement`: the date on which this model ends at this provider, if one was published."""
    record = subject.record or {}
    for number, end in enumerate(record.get("lifecycle", ())):
        if end["provider"] == deployment.get("provider_id"):
            address, how = below(subject.address, "retirement"), f"published by {deployment['provider_name']}"
            source = below(ledger.record("models", record, setting.catalog), "lifecycle", number)
            ledger.infer(address, how, below(subject.address, "model"), ledger.item(source, end, setting.catalog))
            days = setting.days_between(setting.as_of, end["retired_on"])
            more = {"replacement": end["replacement"]} if "replacement" in end else {}
            return {"retirement": {ADDRESS: address, "on": end["retired_on"], "days_left": days, **more}}
    return {}


def _teachers(
    subject: Subject, siblings: Sequence[Subject], parties: licensing.Parties, catalog: Catalog, ledger: Ledger
) -> list[dict[str, Any]]:
    """Return the uses (with their fallbacks) and data sets that trained this one, uses with what binds their output."""
    teachers: list[dict[str, Any]] = []
    for number, name in enumerate(subject.use.entry.get("trained_on", ())):
        address = below(subject.address, "trained_on", number)
        uses = [other for other in siblings if other.use.id == name or other.use.id.startswith(f"{name}/")]
        teachers += [_teacher(other, address, parties, catalog, ledger) for other in uses]
        if not uses:
            teachers.append({ADDRESS: address, "name": name, "kind": "data", "licenses": []})
    return teachers


def _trains(subject: Subject, siblings: Sequence[Subject], ledger: Ledger) -> dict[str, list[str]]:
    """Return the key `trains`: the uses that say that they were trained on this one; none is not known to be none."""
    names = {subject.use.id, subject.use.id.partition("/")[0]}
    trains = [other.use.id for other in siblings if names & set(other.use.entry.get("trained_on", ()))]
    if trains:
        return {"trains": trains}
    why = f"no use says with `trained_on` that the outputs of `{subject.use.id}` trained it"
    supply = (
        f"declare the trained model as a use with `trained_on: [{subject.use.id}]`; where it is used elsewhere, record "
        "an approval of kind `derivative` in .modelpolicy.yaml"
    )
    ledger.gap(below(subject.address, "trains"), why, supply, below(subject.address, "outputs"))
    return {}


def _teacher(
    other: Subject, address: str, parties: licensing.Parties, catalog: Catalog, ledger: Ledger
) -> dict[str, Any]:
    why = f"the license of {other.identity.spelling} is not known"
    ledger.gap(below(address, "licenses"), why, "make that model known first", below(other.address, "model"))
    licenses = lineage.license_facts(other, address, parties, catalog, ledger)
    return {ADDRESS: address, "name": other.use.id, "kind": "use", **licenses}


def _all_places(destinations: Sequence[Mapping[str, Any]]) -> list[str]:
    content = [stop for stop in destinations if stop["sees"] == "content" and stop.get("type") != "on-device"]
    return list(dict.fromkeys(place for stop in content for place in stop.get("processing", (NOT_KNOWN,))))
