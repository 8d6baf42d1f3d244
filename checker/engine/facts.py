"""From a manifest and the catalog to the facts that rules read, each with its provenance.

What is declared is taken as declared, with the defaults of the manifest format; what the catalog knows is joined by
id; what follows from both is worked out. What is not known is absent, and its gap says why and how to supply it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.engine import destination, licensing
from checker.engine.declared import data_facts, organization_facts, project_facts
from checker.engine.destination import Target
from checker.engine.identify import Identity, identify
from checker.engine.ledger import Ledger
from checker.engine.nearby import did_you_mean
from checker.expressions.functions import NOT_KNOWN
from checker.model.fact import ADDRESS, Facts, below
from checker.model.manifest import Config, Manifest, Use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.model.catalog import Catalog, Record

_DEFAULTS: Mapping[str, Any] = {
    "modifications": (),
    "outputs": ("shown-to-users",),
    "requirements": {},
    "facts": {},
}
_NOT_FOR_RULES = frozenset({"ids", "patterns", "floating", "serving", "licenses", "source", "lifecycle", "notes"})
_NEVER_INHERITED = frozenset({"id", "fallbacks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every use of a check is judged against, apart from the rules."""

    catalog: Catalog
    config: Config
    params: Mapping[str, Any]
    as_of: str
    days_between: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One use under judgment: its manifest and what its id names."""

    manifest: Manifest
    use: Use
    identity: Identity

    @property
    def address(self) -> str:
        """The address of the use's entry."""
        return f"manifest#{self.use.pointer}"


def subjects(manifest: Manifest, catalog: Catalog) -> tuple[Subject, ...]:
    """Return every use of a manifest, identified."""
    return tuple(
        Subject(manifest=manifest, use=use, identity=identify(use.entry["model"], catalog)) for use in manifest.uses
    )


def manifest_facts(manifest: Manifest, setting: Setting) -> Facts:
    """Return the facts that hold for a manifest as a whole; `use` and `model` are empty."""
    ledger = Ledger()
    values = {
        **_shared(manifest, setting, ledger),
        "use": {ADDRESS: "manifest#/models"},
        "model": {ADDRESS: "manifest#/models"},
    }
    return _facts(values, manifest, setting, ledger)


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
        notices=_notices(subject),
    )
    model = _model(subject, use, parties, setting, ledger)
    use["trained_on"] = _teachers(subject, siblings, parties, setting.catalog, ledger)
    return _facts({**shared, "use": use, "model": model}, subject.manifest, setting, ledger)


def _facts(values: Mapping[str, Any], manifest: Manifest, setting: Setting, ledger: Ledger) -> Facts:
    documents = {"manifest": manifest.document}
    if setting.config.document is not None:
        documents["config"] = setting.config.document
    return Facts(values=values, documents=documents, known=ledger.known, inferred=ledger.inferred, gaps=ledger.gaps)


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
    entry, address = subject.use.entry, subject.address
    infrastructure = shared["organization"].get("infrastructure")
    deployment, *via = [
        destination.resolve(target, infrastructure, setting.catalog, ledger)
        for target in _targets(subject, setting.catalog)
    ]
    for record in (deployment, *via):
        record["agreements"] = _agreements(record, setting)
    kept = {name: value for name, value in entry.items() if name not in ("license", "base_model", "trained_on")}
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in _DEFAULTS.items()},
        **kept,
        ADDRESS: address,
        "id": subject.use.id,
        "weights": entry.get("weights", "shipped" if entry["deployment"]["type"] == "on-device" else "hosted"),
        "attribution": _list(entry.get("attribution", ())),
        "deployment": deployment,
        "via": via,
        "destinations": [deployment, *via],
        "datasets": [shared["data"][name] for name in entry["data"]],
        "floating": subject.identity.floating,
        "license_replaced": _replaced(subject, setting.catalog),
        "approvals": _approvals(subject, setting),
    }


def _targets(subject: Subject, catalog: Catalog) -> list[Target]:
    entry, address = subject.use.entry, subject.address
    record = catalog.models.get(subject.identity.model or "", {})
    own = Target(
        name=subject.use.id,
        role="model",
        entry=entry["deployment"],
        address=below(address, "deployment"),
        id_address=below(address, "model"),
        identity=subject.identity,
        serving=record.get("serving", ()),
    )
    via = [
        Target(
            name=stop["name"],
            role=stop.get("role", "via"),
            entry=stop,
            address=below(address, "via", number),
            id_address=below(address, "via", number),
            identity=Identity(spelling=stop["name"]),
        )
        for number, stop in enumerate(entry.get("via", ()))
    ]
    return [own, *via]


def _model(
    subject: Subject, use: dict[str, Any], parties: licensing.Parties, setting: Setting, ledger: Ledger
) -> dict[str, Any]:
    """Return the model's record with its licenses joined; a model that the catalog can't know inherits from its bases."""
    catalog, at = setting.catalog, below(subject.address, "model")
    record = catalog.models.get(subject.identity.model or "")
    bases = _bases(subject, catalog)
    if record is None and not bases:
        _unknown_model(subject, at, catalog, ledger)
        facts: dict[str, Any] = {ADDRESS: at}
        licenses = None
    else:
        facts = _known_model(subject, record, bases, catalog, ledger)
        licenses = [
            *(record["licenses"] if record else ()),
            *(name for base in bases for name in base["licenses"]),
        ]
        _lifecycle(use, record, setting, ledger)
    return _with_licenses(facts, licenses, subject, parties, catalog, ledger)


def _with_licenses(
    facts: dict[str, Any],
    licenses: Sequence[Any] | None,
    subject: Subject,
    parties: licensing.Parties,
    catalog: Catalog,
    ledger: Ledger,
) -> dict[str, Any]:
    chosen = licensing.choose_licenses(subject.use.entry, licenses)
    address, at = below(facts[ADDRESS], "licenses"), below(subject.address, "license")
    if isinstance(chosen, list):
        unique = list(dict.fromkeys(chosen))
        facts["licenses"] = [
            licensing.license_facts(name, below(at, "id"), parties, catalog, ledger) for name in unique
        ]
    elif chosen is not None:
        ledger.gap(
            address,
            f"the model is offered under {chosen}, and none is chosen",
            "declare `license: {choose: ...}`",
            at,
        )
    return facts


def _known_model(
    subject: Subject, record: Record | None, bases: Sequence[Record], catalog: Catalog, ledger: Ledger
) -> dict[str, Any]:
    if record is None:
        at = below(subject.address, "base_model")
        names = ", ".join(base["name"] for base in bases)
        ledger.infer(at, f"inherited from {names}", at)
        ledger.gap(
            at,
            f"the catalog does not know {subject.identity.spelling} itself",
            "add it to your own catalog, with its source",
        )
        return {
            ADDRESS: at,
            "id": subject.identity.spelling,
            "name": subject.identity.spelling,
            "derived": True,
        }
    source = ledger.record("models", record, catalog)
    ledger.gap(
        source,
        f"the catalog does not record this of {record['name']}",
        "add it to your own catalog, with its source",
    )
    facts = {name: value for name, value in record.items() if name not in _NOT_FOR_RULES}
    facts |= {ADDRESS: source, "derived": False}
    if "modalities" in record:
        facts["multimodal"] = len(record["modalities"]["input"]) > 1
    return facts


def _unknown_model(subject: Subject, at: str, catalog: Catalog, ledger: Ledger) -> None:
    spelling = subject.identity.spelling
    if subject.identity.opaque:
        ledger.gap(at, f"{spelling}: {subject.identity.how}", "name the model itself, as its hub or cloud spells it")
        return
    hint = did_you_mean(spelling, [*catalog.spellings, *catalog.floating])
    supply = hint or "use the exact id of its hub, API or cloud; or declare `base_model`; or add it to your own catalog"
    ledger.gap(at, f"{spelling} is not in the catalog of models", supply)


def _bases(subject: Subject, catalog: Catalog) -> list[Record]:
    """Return the records of the declared base models; an unknown one makes all of them unknown."""
    names = _list(subject.use.entry.get("base_model", ()))
    found = [identify(name, catalog).model for name in names]
    return [catalog.models[model] for model in found if model is not None] if all(found) else []


def _lifecycle(use: dict[str, Any], record: Record | None, setting: Setting, ledger: Ledger) -> None:
    """Add the date on which this model ends at this provider, if one was published."""
    provider = setting.catalog.provider(use["deployment"].get("provider", ""))
    for end in (record or {}).get("lifecycle", ()):
        if provider is not None and end["provider"] == provider["id"]:
            address = below(use[ADDRESS], "retirement")
            days = setting.days_between(setting.as_of, end["retired_on"])
            use["retirement"] = {ADDRESS: address, "on": end["retired_on"], "days_left": days}
            if "replacement" in end:
                use["retirement"]["replacement"] = end["replacement"]
            ledger.infer(address, f"published by {provider['name']}", below(use[ADDRESS], "model"))


def _teachers(
    subject: Subject,
    siblings: Sequence[Subject],
    parties: licensing.Parties,
    catalog: Catalog,
    ledger: Ledger,
) -> list[dict[str, Any]]:
    """Return the uses and data sets that trained this one; a use brings the licenses that bind its output."""
    by_id = {sibling.use.id: sibling for sibling in siblings}
    teachers = []
    for number, name in enumerate(subject.use.entry.get("trained_on", ())):
        address = below(subject.address, "trained_on", number)
        teacher: dict[str, Any] = {ADDRESS: address, "name": name, "kind": "use" if name in by_id else "data"}
        teacher["licenses"] = []
        if name in by_id:
            other = by_id[name]
            record = catalog.models.get(other.identity.model or "")
            del teacher["licenses"]
            teacher = _with_licenses(teacher, record["licenses"] if record else None, other, parties, catalog, ledger)
            ledger.gap(
                below(address, "licenses"),
                f"the license of {other.identity.spelling} is not known",
                "make that model known first",
                below(other.address, "model"),
            )
        teachers.append(teacher)
    return teachers


def _replaced(subject: Subject, catalog: Catalog) -> bool:
    """Say whether the manifest puts another license in place of the one that the catalog knows."""
    declared = subject.use.entry.get("license", {}).get("id")
    record = catalog.models.get(subject.identity.model or "")
    if declared is None or record is None:
        return False
    known = catalog.license(declared)
    return known is None or [known["id"]] != list(record["licenses"])


def _agreements(record: Mapping[str, Any], setting: Setting) -> list[str]:
    provider = setting.catalog.provider(record.get("provider", ""))
    names = {record.get("provider"), provider["id"] if provider else None}
    return [
        agreement["kind"]
        for agreement in setting.config.section("agreements") or ()
        if agreement["provider"] in names and agreement.get("expires", setting.as_of) >= setting.as_of
    ]


def _approvals(subject: Subject, setting: Setting) -> list[str]:
    return [
        approval["kind"]
        for approval in setting.config.section("approvals") or ()
        if approval["model"] == subject.use.id
        and approval.get("project", subject.manifest.project) == subject.manifest.project
        and approval["granted"] <= setting.as_of <= approval.get("expires", setting.as_of)
    ]


def _notices(subject: Subject) -> dict[str, str | None]:
    return {path: subject.manifest.notices.get(path) for path in _list(subject.use.entry.get("attribution", ()))}


def _all_places(destinations: Sequence[Mapping[str, Any]]) -> list[str]:
    content = [stop for stop in destinations if stop["sees"] == "content" and stop.get("type") != "on-device"]
    return [place for stop in content for place in stop.get("processing", (NOT_KNOWN,))]


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)
