"""Judgment is a function of what is declared: no order matters, no rule hides another, silence is no way to pass."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.app.judging import judge
from checker.app.settings import days_between
from checker.engine.facts import Setting
from checker.loading import catalog, pack
from checker.loading import manifest as manifests
from checker.loading.documents import parse
from checker.model.manifest import Config
from tests.support import in_force, pack_text

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from checker.model.finding import Finding
    from checker.model.policy import Policy

MODEST = settings(max_examples=50, deadline=None)
SHIPPED = in_force(*pack.load(pack.shipped_documents()))
SETTING = Setting(
    catalog=catalog.load(), config=Config(), params=SHIPPED.params, as_of="2026-11-23", days_between=days_between
)
NOTICES = {"about.md": "Built with Llama", "NOTICE": "Copyright"}

# --- Manifests ---------------------------------------------------------------------------------------------------

MODELS = (
    "microsoft/phi-4",
    "gpt-5.5",
    "gemini-3.1-pro-preview",
    "eu.anthropic.claude-opus-4-7",
    "deepseek.v3.2",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
    "LGAI-EXAONE/EXAONE-4.0-32B",
    "llama4",
    "acme/unheard-of",
)
COUNTRIES = ("DE", "FR", "US", "CN", "GB", "CH")
SETS = (*COUNTRIES, "EU", "EEA", "ANY")


def some(values: Sequence[str], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


counts = st.sampled_from([100, 2_000_000, 800_000_000]).flatmap(
    lambda count: st.sampled_from([count, {"at_most": count}, {"at_least": count}])
)
parties = maybe(domicile=st.sampled_from(COUNTRIES), monthly_active_users=counts, annual_revenue_usd=counts)
data_sets = maybe(
    classification=some(("public", "personal", "health")),
    residency=some(SETS) | maybe(processing=some(SETS), storage=some(SETS)).filter(bool),
    may_leave_infrastructure=st.booleans(),
)
DEPLOYMENTS: tuple[tuple[dict[str, str], tuple[str, ...]], ...] = (
    ({"type": "self-hosted", "provider": "aws"}, ("eu-central-1", "eu-west-2", "us-east-1")),
    ({"type": "self-hosted", "provider": "my-rack"}, COUNTRIES),
    ({"type": "api", "provider": "aws-bedrock"}, ("eu-central-1", "eu-north-1", "us-east-1")),
    ({"type": "api", "provider": "azure-openai", "sku": "DataZoneStandard"}, ("swedencentral", "eastus")),
    ({"type": "api", "provider": "azure-openai", "sku": "Standard"}, ("swedencentral", "uksouth")),
    ({"type": "api", "provider": "vertex-ai"}, ("europe-west3", "eu", "us-central1")),
    ({"type": "api", "provider": "openai", "residency": "EU_STORAGE_PROCESSING"}, ()),
    ({"type": "api", "provider": "anthropic"}, ()),
    ({"type": "api", "provider": "google-ai-studio", "plan": "paid"}, ()),
    ({"type": "api", "provider": "acme-ai"}, COUNTRIES),
    ({"type": "on-device"}, ()),
)


@st.composite
def deployments(draw: st.DrawFn) -> dict[str, Any]:
    base, regions = draw(st.sampled_from(DEPLOYMENTS))
    return {**base, **({"region": draw(st.sampled_from(regions))} if regions and draw(st.integers(0, 4)) else {})}


@st.composite
def declared(draw: st.DrawFn) -> dict[str, Any]:
    """Return a manifest of up to three uses."""
    data = draw(st.dictionaries(st.sampled_from(["claims", "letters", "logs"]), data_sets, max_size=3))
    names = draw(st.lists(st.sampled_from(["triage", "draft", "check"]), min_size=1, max_size=3, unique=True))
    uses = []
    for name in names:
        extra = draw(
            maybe(
                modifications=some(("fine-tune", "quantize")),
                outputs=some(("shown-to-users", "train-models", "internal")),
                attribution=some(("about.md", "NOTICE", "gone.md")),
                weights=st.sampled_from(["shipped", "downloaded"]),
                trained_on=some((*names, *data)),
                license=st.sampled_from([{"id": "MIT"}, {"id": "acme"}]),
                base_model=some(("meta-llama/Llama-3.1-8B", "acme/zero")),
                via=st.just([{"name": "log", "type": "api", "provider": "langfuse-cloud", "region": "us-west-2"}]),
            )
        )
        seen = draw(st.lists(st.sampled_from(sorted(data)), unique=True)) if data else []
        least = {"id": name, "model": draw(st.sampled_from(MODELS)), "purpose": "x", "data": seen}
        uses.append({**least, "deployment": draw(deployments()), **extra})
    project = {
        "name": "p",
        "owner": "o",
        "use": draw(st.sampled_from(["commercial", "internal", "research", "open-source"])),
    }
    project |= draw(maybe(serves=some(SETS), monthly_active_users=counts))
    whole = {"version": 1, "project": project, "data": data, "models": uses}
    return {**whole, **draw(maybe(organization=parties, operator=parties, requirements=requirements))}


requirements = maybe(
    openness=st.sampled_from(["open-weights", "fully-open"]), sla=st.booleans(), certifications=some(("SOC2", "HIPAA"))
)

# --- Judging -----------------------------------------------------------------------------------------------------


def findings(manifest: dict[str, Any], by: Policy = SHIPPED, setting: Setting = SETTING) -> list[Finding]:
    document = parse(yaml.safe_dump(manifest, sort_keys=False), "model-manifest.yaml")
    nowhere = Path("/nowhere")
    loaded = manifests.from_document(document, nowhere, nowhere, Config(), ())
    return [*judge(loaded._replace(notices={**loaded.notices, **NOTICES}), by, setting)]


Said = tuple[str, str, str, str, str]


def said(found: list[Finding]) -> list[Said]:
    """Return what findings say, apart from where; names in a message may be listed in another order."""
    return sorted(
        (
            one.rule,
            one.model,
            one.subject,
            f"{one.verdict.value} {one.severity.value}",
            " ".join(sorted(re.findall(r"\w[\w./-]*", one.message))),
        )
        for one in found
    )


def by_rule(found: list[Finding]) -> dict[tuple[str, str], set[str]]:
    """Return the verdicts of each rule for each use."""
    verdicts: dict[tuple[str, str], set[str]] = {}
    for one in found:
        verdicts.setdefault((one.rule, one.model), set()).add(one.verdict.value)
    return verdicts


# --- Order -------------------------------------------------------------------------------------------------------


@MODEST
@given(declared(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_declared_changes_nothing(manifest: dict[str, Any], chance: random.Random) -> None:
    assert said(findings(shuffled(manifest, chance))) == said(findings(manifest))


def shuffled(manifest: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a manifest with its uses, its data sets, the keys of every mapping and every set in another order."""
    uses = [_turned(use, chance) for use in manifest["models"]]
    chance.shuffle(uses)
    rest = {name: _turned(value, chance) for name, value in manifest.items() if name != "models"}
    return _turned({**rest, "models": uses}, chance, deep=False)


def _turned(value: Any, chance: random.Random, *, deep: bool = True) -> Any:
    if isinstance(value, dict):
        items = [(key, _turned(item, chance) if deep else item) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return chance.sample(value, len(value))
    return value


@settings(max_examples=20, deadline=None)
@given(declared(), st.randoms(use_true_random=False))
def test_the_order_of_packs_and_rules_changes_nothing(manifest: dict[str, Any], chance: random.Random) -> None:
    packs = [one._replace(rules=tuple(chance.sample(one.rules, len(one.rules)))) for one in SHIPPED.packs]
    chance.shuffle(packs)
    assert said(findings(manifest, SHIPPED._replace(packs=tuple(packs)))) == said(findings(manifest))


@MODEST
@given(declared())
def test_a_use_is_judged_the_same_beside_others_as_alone(manifest: dict[str, Any]) -> None:
    assume(not any("trained_on" in use for use in manifest["models"]))
    whole = [one for one in said(findings(manifest)) if one[1]]
    alone = [one for use in manifest["models"] for one in said(findings({**manifest, "models": [use]})) if one[1]]
    assert sorted(alone) == whole


# --- Rules -------------------------------------------------------------------------------------------------------

OWN = (
    pack_text({"require": "use.id == 'triage'"}),
    pack_text({"each": "{license: model.licenses}", "require": "license.commercial_use"}),
    pack_text({"each": "{l: model.licenses, d: use.datasets}", "require": "'true'"}),
    pack_text({"variables": '{within_eu: "true"}', "require": "variables.within_eu", "severity": "info"}),
    pack_text({"require": "params.own == 1"}, head="params: {own: {type: integer, default: 1, means: m}}\n"),
    pack_text({"each": "{destination: use.destinations, dataset: use.datasets}", "require": "destination.ours"}),
)
WITH_OWN = [in_force(*pack.load([*pack.shipped_documents(), pack.from_text(text, "own.yaml")])) for text in OWN]


@pytest.mark.parametrize("number", range(len(OWN)))
@settings(max_examples=10, deadline=None)
@given(manifest=declared())
def test_a_rule_that_is_added_changes_nothing_that_others_say(number: int, manifest: dict[str, Any]) -> None:
    more = WITH_OWN[number]
    setting = SETTING._replace(params=more.params)
    found = findings(manifest, more, setting)
    assert said([one for one in found if one.pack != "t"]) == said(findings(manifest))
    assert [one for one in found if one.pack == "t"]


# --- Silence -----------------------------------------------------------------------------------------------------
#
# Facts whose absence means that they are not known (DESIGN 3): user counts, revenue, domicile, what a project serves,
# and a region. Not so `organization.infrastructure`, whose absence means any host, nor `operator` as a whole, whose
# absence means that nobody else runs it. What must hold:
#
#   Leaving such a fact out never makes a rule pass (for a use) that failed or could not be judged with it.
#
# Two exceptions follow from what a fact says beyond itself. A product's own users bound those of its organization from
# below, so leaving them out takes a contradiction away where the organization declares fewer. And a region that is
# none, or that contradicts the id, makes everything unknown that rests on it.

SECTIONS = {
    "project": ("monthly_active_users", "serves"),
    "organization": ("domicile", "monthly_active_users", "annual_revenue_usd"),
    "operator": ("domicile", "monthly_active_users", "annual_revenue_usd"),
}


def facts(manifest: dict[str, Any]) -> list[tuple[str, str | int]]:
    """Return the facts of a manifest that may be left out: section and name, or the number of the use of a region."""
    named = [
        (section, name) for section, names in SECTIONS.items() for name in names if name in manifest.get(section, {})
    ]
    return [
        *named,
        *(("region", number) for number, use in enumerate(manifest["models"]) if "region" in use["deployment"]),
    ]


def silent(manifest: dict[str, Any], fact: tuple[str, str | int]) -> dict[str, Any]:
    section, name = fact
    if section != "region":
        return {**manifest, section: {key: value for key, value in manifest[section].items() if key != name}}
    uses = [
        {**use, "deployment": {key: value for key, value in use["deployment"].items() if key != "region"}}
        if number == name
        else use
        for number, use in enumerate(manifest["models"])
    ]
    return {**manifest, "models": uses}


def low(count: Any) -> int:
    return count.get("at_least", 0) if isinstance(count, dict) else count


def high(count: Any) -> float:
    return count.get("at_most", float("inf")) if isinstance(count, dict) else count


def contradicts(manifest: dict[str, Any]) -> bool:
    """Say whether an organization or an operator declares fewer users than the product has."""
    product = low(manifest["project"].get("monthly_active_users", 0))
    sections = [manifest.get(section, {}) for section in ("organization", "operator")]
    return any(high(one["monthly_active_users"]) < product for one in sections if "monthly_active_users" in one)


@settings(max_examples=120, deadline=None)
@given(declared(), st.data())
def test_leaving_a_fact_out_never_makes_a_rule_pass(manifest: dict[str, Any], data: st.DataObject) -> None:
    left_out = data.draw(st.sampled_from(facts(manifest) or [("", "")]))
    assume(left_out != ("", ""))
    assume(left_out != ("project", "monthly_active_users") or not contradicts(manifest))
    before, after = by_rule(findings(manifest)), by_rule(findings(silent(manifest, left_out)))
    if left_out[0] == "region":
        use = manifest["models"][left_out[1]]["id"]
        assume(before["catalog/consistent", use] == {"pass"})
    for key, verdicts in after.items():
        if verdicts == {"pass"}:
            assert not before[key] & {"fail", "unknown"}, key


@settings(max_examples=80, deadline=None)
@given(declared(), st.data())
def test_leaving_a_fact_out_never_makes_a_rule_that_failed_not_apply(
    manifest: dict[str, Any], data: st.DataObject
) -> None:
    """But for one: the user cap is asked of research only where the organization declares how many it has."""
    left_out = data.draw(st.sampled_from(facts(manifest) or [("", "")]))
    assume(left_out != ("", ""))
    before, after = by_rule(findings(manifest)), by_rule(findings(silent(manifest, left_out)))
    for key, verdicts in after.items():
        if verdicts == {"not-applicable"} and key[0] != "license/user-cap":
            assert "fail" not in before[key], key


@MODEST
@given(declared())
def test_a_manifest_that_says_nothing_it_need_not_never_fails_for_its_silence(manifest: dict[str, Any]) -> None:
    """What is missing is unknown: a user cap, a territory or a place that nobody declared is never held against it."""
    bare = manifest
    for fact in facts(manifest):
        bare = silent(bare, fact)
    bare = {name: value for name, value in bare.items() if name != "operator"}
    for (rule, use), verdicts in by_rule(findings(bare)).items():
        if rule in ("license/user-cap", "license/revenue-cap", "house/user-cap"):
            assert "fail" not in verdicts, (rule, use)


@MODEST
@given(declared())
def test_judging_twice_says_the_same_and_changes_nothing(manifest: dict[str, Any]) -> None:
    before = repr(manifest)
    assert findings(manifest) == findings(manifest)
    assert repr(manifest) == before


def test_days_are_counted_from_one_date_to_the_other() -> None:
    assert (days_between("2026-02-28", "2026-03-01"), days_between("2026-03-01", "2026-02-28")) == (1, -1)
