"""From a manifest to the facts that rules read: defaults, what absence means, lineage, and where each value is from."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from checker.app.settings import days_between
from checker.engine.facts import Setting, manifest_facts, subjects, use_facts
from checker.expressions.functions import NOT_KNOWN
from checker.loading import catalog
from checker.loading import config as configs
from checker.loading import manifest as manifests
from checker.loading.documents import parse
from checker.model.fact import ADDRESS, Declared, Facts, Inferred, Known
from checker.model.manifest import Config

SHIPPED = catalog.load()
EU = set(SHIPPED.places["EU"]["members"])
HEAD = "version: 1\nproject: {name: claims, owner: claims-platform, use: commercial}\n"
USE = """\
models:
  - id: triage
    model: microsoft/phi-4
    purpose: sort incoming claims
    deployment: {type: self-hosted, provider: on-premises, region: DE}
    data: []
"""


def known(text: str, config: str = "", use: int = 0, as_of: str = "2026-11-23") -> Facts:
    """Return the facts of one use (by number) of a manifest's text."""
    owned = configs.from_document(parse(f"version: 1\n{config}", ".modelpolicy.yaml")) if config else Config()
    document = parse(text, "model-manifest.yaml")
    loaded = manifests.from_document(document, Path("/nowhere"), Path("/nowhere"), owned, ())
    setting = Setting(catalog=SHIPPED, config=owned, params={}, as_of=as_of, days_between=days_between)
    found = subjects(loaded, SHIPPED)
    return use_facts(found[use], found, setting)


def manifest(use: str = "", head: str = HEAD, project: str = "") -> str:
    """Return a manifest with one use, to which lines are added."""
    return head.replace("commercial}", f"commercial{project}}}") + USE + textwrap.indent(use, "    ")


def declares(model: str, use: str = "", deployment: str = "") -> str:
    text = manifest(use).replace("microsoft/phi-4", model)
    return text.replace("{type: self-hosted, provider: on-premises, region: DE}", deployment) if deployment else text


# --- Defaults, and what absence means ----------------------------------------------------------------------------


def test_the_least_manifest_has_the_defaults_of_the_format() -> None:
    values = known(manifest()).values
    assert values["project"]["stage"] == "production"
    use = values["use"]
    assert {
        name: use[name] for name in ("modifications", "outputs", "weights", "attribution", "via", "trained_on")
    } == {
        "modifications": [],
        "outputs": ["shown-to-users"],
        "weights": "hosted",
        "attribution": [],
        "via": [],
        "trained_on": [],
    }
    assert (use["approvals"], use["datasets"], use["floating"], use["license_replaced"]) == ([], [], False, False)


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ("project", "monthly_active_users"),
        ("project", "serves"),
        ("organization", "monthly_active_users"),
        ("organization", "domicile"),
        ("organization", "annual_revenue_usd"),
        ("operator", "declared"),
        ("requirements", "openness"),
    ],
)
def test_what_is_not_declared_is_absent_and_never_null(root: str, name: str) -> None:
    assert name not in known(manifest()).values[root]


def test_no_fact_is_ever_null() -> None:
    """CEL would take null for a value: `null in [...]` is false, which was a wrong pass once."""
    text = HEAD + (
        "data: {a: {}, b: {residency: {processing: [EU]}}}\n"
        "models:\n"
        "  - {id: a, model: acme/none, purpose: x, data: [a, b], deployment: {type: api, provider: acme}}\n"
        "  - {id: b, model: llama4, purpose: x, data: [], trained_on: [a], deployment: {type: on-device}}\n"
        "  - {id: c, model: gpt-5.5, purpose: x, data: [], deployment: {type: api, provider: openai}}\n"
    )
    for use in range(3):
        assert [path for path, value in leaves(known(text, use=use).values) if value is None] == []


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for number, item in enumerate(value) for leaf in leaves(item, f"{path}[{number}]")]
    return [(path, value)]


COUNTS = {
    "a number": ("5", {"at_least": 5, "at_most": 5}),
    "zero": ("0", {"at_least": 0, "at_most": 0}),
    "at most": ("{at_most: 5}", {"at_most": 5}),
    "at least": ("{at_least: 5}", {"at_least": 5}),
    "both": ("{at_least: 5, at_most: 7}", {"at_least": 5, "at_most": 7}),
}


@pytest.mark.parametrize(("written", "bounds"), COUNTS.values(), ids=COUNTS)
def test_a_count_is_bounds(written: str, bounds: dict[str, int]) -> None:
    facts = known(manifest(project=f", monthly_active_users: {written}"))
    assert facts.values["project"]["monthly_active_users"] == bounds


def test_a_place_is_expanded_before_rules_see_it() -> None:
    facts = known(manifest(project=", serves: [EU, GB]"))
    assert set(facts.values["project"]["serves"]) == EU | {"GB"}


def test_a_place_that_does_not_exist_is_not_known_and_said_so() -> None:
    facts = known(manifest(project=", serves: [EU, EUU]"))
    assert set(facts.values["project"]["serves"]) == EU | {NOT_KNOWN}
    gap = facts.gap("manifest#/project/serves")
    assert gap is not None
    assert "EUU is not a place" in gap.why
    assert "`EU`" in gap.supply


# --- Weights and the device --------------------------------------------------------------------------------------

WEIGHTS = {
    "hosted by default": ("", "", "hosted"),
    "shipped by default on a device": ("", "{type: on-device}", "shipped"),
    "as declared": ("weights: downloaded\n", "{type: on-device}", "downloaded"),
    "hosted on a device, which can't be": ("weights: hosted\n", "{type: on-device}", None),
    "shipped in a container": ("weights: shipped\n", "", "shipped"),
}


@pytest.mark.parametrize(("lines", "deployment", "weights"), WEIGHTS.values(), ids=WEIGHTS)
def test_what_happens_to_the_weights_goes_by_the_deployment(lines: str, deployment: str, weights: str | None) -> None:
    facts = known(declares("microsoft/phi-4", lines, deployment))
    assert facts.values["use"].get("weights") == weights
    assert (facts.gap("manifest#/models/0/weights") is not None) is (weights is None)


def test_an_attribution_file_that_is_not_there_is_not_found() -> None:
    use = known(manifest("attribution: [about.md, NOTICE]\n")).values["use"]
    assert (use["attribution"], use["attribution_found"]) == (["NOTICE", "about.md"], [])


# --- Models and their licenses -----------------------------------------------------------------------------------


def licenses(facts: Facts) -> list[str] | None:
    bound = facts.values["model"].get("licenses")
    return None if bound is None else [record["id"] for record in bound]


LICENSES: dict[str, tuple[str, str, list[str] | None]] = {
    "the catalog's": ("microsoft/phi-4", "", ["MIT"]),
    "all that were inherited": ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "", ["MIT", "llama3.1"]),
    "another, in place of the catalog's": ("microsoft/phi-4", "license: {id: Apache-2.0}\n", ["Apache-2.0"]),
    "another that nobody knows": ("microsoft/phi-4", "license: {id: acme-1}\n", ["acme-1"]),
    "of a model that nobody knows": ("acme/one", "", None),
    "declared, of a model that nobody knows": ("acme/one", "license: {id: MIT}\n", ["MIT"]),
    "of the model that it was made from": ("acme/one", "base_model: google/gemma-3-4b-it\n", ["gemma-terms"]),
    "of all models that it was made from": (
        "acme/one",
        "base_model: [google/gemma-3-4b-it, llama3.1:8b]\n",
        ["gemma-terms", "llama3.1"],
    ),
    "declared, and of the model that it was made from": (
        "acme/one",
        "license: {id: MIT}\nbase_model: llama3.1:8b\n",
        ["MIT", "llama3.1"],
    ),
    "of two that were made from the same": ("acme/one", "base_model: [gemma3:4b, gemma3:1b]\n", ["gemma-terms"]),
    "of a model that nobody knows, made from another one": ("acme/one", "base_model: acme/zero\n", None),
    "one of those that it was made from nobody knows": ("acme/one", "base_model: [gemma3:4b, acme/zero]\n", None),
    "declared, but what it was made from nobody knows": (
        "acme/one",
        "license: {id: MIT}\nbase_model: acme/zero\n",
        None,
    ),
    "known, but what it was made from nobody knows": ("microsoft/phi-4", "base_model: acme/zero\n", None),
    "known, and made from another one": ("microsoft/phi-4", "base_model: llama3.1:8b\n", ["MIT", "llama3.1"]),
}


@pytest.mark.parametrize(("model", "lines", "bound"), LICENSES.values(), ids=LICENSES)
def test_all_licenses_that_come_with_a_model_bind_and_one_unknown_makes_all_unknown(
    model: str, lines: str, bound: list[str] | None
) -> None:
    assert licenses(known(declares(model, lines))) == bound


REPLACED = {
    "nothing declared": ("microsoft/phi-4", "", False),
    "the same": ("microsoft/phi-4", "license: {id: MIT}\n", False),
    "the same, in another case": ("microsoft/phi-4", "license: {id: mit}\n", False),
    "another": ("microsoft/phi-4", "license: {id: Apache-2.0}\n", True),
    "another that nobody knows": ("microsoft/phi-4", "license: {id: acme}\n", True),
    "one of two that bind": ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "license: {id: MIT}\n", True),
    "of a model that nobody knows": ("acme/one", "license: {id: MIT}\n", False),
}


@pytest.mark.parametrize(("model", "lines", "replaced"), REPLACED.values(), ids=REPLACED)
def test_a_license_that_replaces_the_catalogs_is_noticed(model: str, lines: str, replaced: bool) -> None:
    assert known(declares(model, lines)).values["use"]["license_replaced"] is replaced


BEHIND: dict[str, tuple[str, str, str, list[str] | None]] = {
    "the terms of the channel": ("mistral-large-2411", "", "mistral", ["terms-mistral"]),
    "and what it passes on": ("microsoft/phi-4", "", "deepinfra", ["terms-deepinfra", "MIT"]),
    "not known of a provider": ("microsoft/phi-4", "", "novita", None),
    "not known of a model": ("gemini-3.1-pro-preview", "", "openai", None),
    "what is declared in their place": ("microsoft/phi-4", "license: {id: MIT}\n", "novita", ["MIT"]),
    "those of the model that ours was made from": (
        "acme/one",
        "base_model: llama3.1:8b\n",
        "deepinfra",
        ["terms-deepinfra", "llama3.1"],
    ),
}


@pytest.mark.parametrize(("model", "lines", "provider", "bound"), BEHIND.values(), ids=BEHIND)
def test_behind_an_api_the_licenses_are_those_of_the_channel(
    model: str, lines: str, provider: str, bound: list[str] | None
) -> None:
    facts = known(declares(model, lines, f"{{type: api, provider: {provider}}}"))
    assert licenses(facts) == bound
    if bound is None:
        assert facts.gaps["catalog/models/" + facts.values["model"]["id"] + "#/licenses"].at.endswith("/provider")
    else:
        channels = {record.get("channel", {}).get("name") for record in facts.values["model"]["licenses"]}
        assert channels == ({None} if "license:" in lines else {SHIPPED.providers[provider]["name"]})


def test_a_license_that_is_declared_where_the_catalog_knows_none_replaces_nothing_in_silence() -> None:
    use = known(declares("microsoft/phi-4", "license: {id: MIT}\n", "{type: api, provider: novita}")).values["use"]
    assert use["license_replaced"] is True
    assert use["license_known"] == ["none at Novita AI"]


def test_a_model_made_from_a_closed_one_is_as_closed_and_one_of_many_senses_as_many() -> None:
    closed = known(declares("acme/one", "base_model: [gpt-5.5, gemma3:4b]\n")).values["model"]
    assert closed["openness"]["weights"] == "closed"
    text_only = known(declares("acme/one", "base_model: llama3.1:8b\n")).values["model"]
    assert (text_only["openness"]["weights"], text_only["multimodal"]) == ("open", False)


def test_a_model_that_nobody_knows_has_no_facts_and_a_near_miss() -> None:
    facts = known(declares("microsoft/phi4"))
    assert facts.values["model"].keys() == {ADDRESS}
    gap = facts.gap("manifest#/models/0/model")
    assert gap is not None
    assert "microsoft/phi-4" in gap.supply


# --- The organization, the operator, the config ------------------------------------------------------------------


def test_the_config_wins_key_by_key_and_the_difference_is_noticed() -> None:
    head = HEAD + "organization: {domicile: US, monthly_active_users: 5}\n"
    facts = known(manifest(head=head), "organization: {domicile: DE}\n").values
    assert facts["organization"]["domicile"] == "DE"
    assert facts["organization"]["monthly_active_users"] == {"at_least": 5, "at_most": 5}
    assert [record["name"] for record in facts["project"]["redefined"]] == ["organization.domicile"]


def test_a_manifest_that_says_the_same_as_the_config_differs_in_nothing() -> None:
    head = HEAD + "organization: {domicile: DE}\n"
    facts = known(manifest(head=head), "organization: {domicile: DE}\n").values
    assert facts["project"]["redefined"] == []


def test_a_data_set_of_the_config_can_not_be_redefined() -> None:
    head = HEAD + "data: {chats: {classification: [public], residency: [ANY]}}\n"
    text = manifest(head=head).replace("data: []", "data: [chats]")
    facts = known(text, "data: {chats: {classification: [personal], residency: [DE]}}\n").values
    assert facts["data"]["chats"]["classification"] == ["personal"]
    assert facts["data"]["chats"]["residency"]["processing"] == ["DE"]
    assert [record["name"] for record in facts["project"]["redefined"]] == ["data.chats"]


def test_the_operator_is_there_only_where_it_is_declared() -> None:
    assert "declared" not in known(manifest()).values["operator"]
    assert known(manifest(head=HEAD + "operator: {domicile: FR}\n")).values["operator"]["declared"] is True
    assert known(manifest(), "organization: {domicile: FR}\n").values["operator"].get("domicile") is None


def test_data_that_no_use_sees_is_noticed() -> None:
    head = HEAD + "data: {seen: {}, unseen: {}, taught: {}}\n"
    text = manifest("trained_on: [taught]\n", head).replace("data: []", "data: [seen]")
    assert [record["name"] for record in known(text).values["project"]["unused_data"]] == ["unseen"]


RESIDENCY = {
    "one list for both": ("[DE]", ["DE"], ["DE"]),
    "only processing": ("{processing: [DE]}", ["DE"], None),
    "only storage": ("{storage: [DE]}", None, ["DE"]),
    "two lists": ("{processing: [DE], storage: [FR]}", ["DE"], ["FR"]),
    "a place that does not exist": ("[DE, EUU]", "known", "known"),
}


@pytest.mark.parametrize(("written", "processing", "storage"), RESIDENCY.values(), ids=RESIDENCY)
def test_a_residency_is_sets_of_countries_or_known_to_be_unreadable(
    written: str, processing: Any, storage: Any
) -> None:
    head = HEAD + f"data: {{claims: {{residency: {written}}}}}\n"
    record = known(manifest(head=head).replace("data: []", "data: [claims]")).values["data"]["claims"]["residency"]
    for which, expected in (("processing", processing), ("storage", storage)):
        assert record.get(f"{which}_known", False) is (expected is not None), "so that a rule knows that there is one"
        assert record.get(which) == (None if expected == "known" else expected)


# --- Destinations, approvals, agreements, teachers, the end of a model -------------------------------------------


def test_every_via_is_a_destination_and_so_is_the_deployment() -> None:
    stop = "{name: langfuse, role: telemetry, type: self-hosted, provider: aws, region: eu-west-2, sees: metadata}"
    lines = f"via:\n  - {stop}\n"
    use = known(manifest(lines)).values["use"]
    assert [(stop["name"], stop["role"], stop["sees"]) for stop in use["destinations"]] == [
        ("triage", "model", "content"),
        ("langfuse", "telemetry", "metadata"),
    ]
    assert use["destinations"][1:] == use["via"]
    assert use["destinations"][0] == use["deployment"]
    assert use["via"][0]["processing"] == ["GB"]


AGREEMENT = "agreements: [{provider: %s, kind: zero-retention, evidence: legal/zdr.pdf%s}]\n"
AGREEMENTS = {
    "with the provider": (AGREEMENT % ("openai", ""), "", ["zero-retention"]),
    "with the provider by another name": (AGREEMENT % ("OpenAI-API", ""), "", ["zero-retention"]),
    "with another provider": (AGREEMENT % ("anthropic", ""), "", []),
    "until today": (AGREEMENT % ("openai", ", expires: 2026-11-23"), "", ["zero-retention"]),
    "until yesterday": (AGREEMENT % ("openai", ", expires: 2026-11-22"), "", []),
    "but it is the user's account": (AGREEMENT % ("openai", ""), ", account: user", []),
}


@pytest.mark.parametrize(("config", "more", "kinds"), AGREEMENTS.values(), ids=AGREEMENTS)
def test_an_agreement_holds_with_its_provider_until_it_expires(config: str, more: str, kinds: list[str]) -> None:
    facts = known(declares("gpt-5.5", deployment=f"{{type: api, provider: openai{more}}}"), config)
    assert facts.values["use"]["deployment"]["agreements"] == kinds


APPROVAL = "approvals: [{kind: legal, model: %s, approved_by: legal@example.com, granted: %s%s}]\n"
APPROVALS = {
    "for the use": (APPROVAL % ("triage", "2026-11-01", ""), ["legal"]),
    "for another use": (APPROVAL % ("draft", "2026-11-01", ""), []),
    "for this project": (APPROVAL % ("triage", "2026-11-01", ", project: claims"), ["legal"]),
    "for another project": (APPROVAL % ("triage", "2026-11-01", ", project: shop"), []),
    "from today": (APPROVAL % ("triage", "2026-11-23", ""), ["legal"]),
    "from tomorrow": (APPROVAL % ("triage", "2026-11-24", ""), []),
    "until today": (APPROVAL % ("triage", "2026-11-01", ", expires: 2026-11-23"), ["legal"]),
    "until yesterday": (APPROVAL % ("triage", "2026-11-01", ", expires: 2026-11-22"), []),
}


@pytest.mark.parametrize(("config", "kinds"), APPROVALS.values(), ids=APPROVALS)
def test_an_approval_holds_for_its_use_from_the_day_it_was_granted(config: str, kinds: list[str]) -> None:
    assert known(manifest(), config).values["use"]["approvals"] == kinds


def test_a_teacher_is_a_use_with_its_fallbacks_or_a_data_set() -> None:
    text = HEAD + (
        "data: {letters: {}}\n"
        "models:\n"
        "  - {id: a, model: gemma3:4b, purpose: x, data: [], deployment: {type: on-device},"
        " trained_on: [b, b/second, letters]}\n"
        "  - {id: b, model: gpt-5.5, purpose: x, data: [], deployment: {type: api, provider: openai},"
        " fallbacks: [{id: second, model: claude-opus-4-7, deployment: {type: api, provider: anthropic}}]}\n"
    )
    taught = known(text).values["use"]["trained_on"]
    assert [(one["name"], one["kind"], [record["id"] for record in one["licenses"]]) for one in taught] == [
        ("b", "use", ["terms-openai"]),
        ("b/second", "use", ["terms-anthropic"]),
        ("b/second", "use", ["terms-anthropic"]),
        ("letters", "data", []),
    ]


def test_a_teacher_that_nobody_knows_has_no_licenses() -> None:
    text = declares("acme/one").replace("data: []", "data: []\n    trained_on: [triage]")
    (teacher,) = known(text).values["use"]["trained_on"]
    assert "licenses" not in teacher


@pytest.mark.parametrize(("as_of", "left"), [("2025-03-29", 1), ("2025-03-30", 0), ("2025-03-31", -1)])
def test_the_end_of_a_model_is_counted_in_days_at_the_provider_that_ends_it(as_of: str, left: int) -> None:
    text = declares("open-mistral-7b", deployment="{type: api, provider: mistral}")
    assert known(text, as_of=as_of).values["use"]["retirement"]["days_left"] == left
    assert "retirement" not in known(declares("open-mistral-7b"), as_of=as_of).values["use"]


# --- Where values are from ---------------------------------------------------------------------------------------


def test_every_value_says_where_it_is_from() -> None:
    facts = known(manifest(head=HEAD + "organization: {domicile: DE}\n"))
    declared = facts.origin("manifest#/organization/domicile")
    assert isinstance(declared, Declared)
    assert (declared.span.path, declared.span.line, declared.span.column) == ("model-manifest.yaml", 3, 26)
    recorded = facts.origin("catalog/licenses/MIT#/commercial_use")
    assert isinstance(recorded, Known)
    assert recorded.record == "licenses/MIT"
    inferred = facts.origin("manifest#/models/0/deployment/processing")
    assert isinstance(inferred, Inferred)
    assert inferred.decided_by == "manifest#/models/0/deployment/region"
    assert facts.origin("nowhere#/x") is None


def test_what_a_person_would_change_is_in_a_file() -> None:
    facts = known(manifest())
    place = facts.place("manifest#/models/0/deployment/processing")
    assert place is not None
    span, pointer = place
    assert (pointer, span.line) == ("/models/0/deployment/region", 7)
    assert facts.place("catalog/licenses/MIT#/commercial_use") is None


def test_facts_of_the_manifest_as_a_whole_have_neither_use_nor_model() -> None:
    document = parse(manifest(), "model-manifest.yaml")
    loaded = manifests.from_document(document, Path("/nowhere"), Path("/nowhere"), Config(), ())
    setting = Setting(catalog=SHIPPED, config=Config(), params={"a": 1}, as_of="2026-11-23", days_between=days_between)
    values = manifest_facts(loaded, setting).values
    assert values["use"].keys() == values["model"].keys() == {ADDRESS}
    assert values["params"]["a"] == 1
    assert values["as_of"] == "2026-11-23"
