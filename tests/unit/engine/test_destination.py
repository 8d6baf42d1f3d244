"""Destinations: the countries that may process and store what is sent there, and what is not known of that.

The table is that of DESIGN section 4, with its traps, against the shipped catalog.
"""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.destination import resolve
from checker.engine.identify import identify
from checker.engine.ledger import Ledger
from checker.engine.target import Target
from checker.loading import catalog
from checker.model.fact import ADDRESS

SHIPPED = catalog.load()
AT = "manifest#/models/0"
EU = set(SHIPPED.places["EU"]["members"])
EEA_CH = set(SHIPPED.places["EEA+CH"]["members"])


def resolved(
    model: str = "gpt-5.5", infrastructure: list[str] | None = None, **entry: Any
) -> tuple[dict[str, Any], Ledger]:
    """Resolve the deployment of a model."""
    identity = identify(model, SHIPPED)
    target = Target(
        name="triage",
        role="model",
        entry=entry,
        address=f"{AT}/deployment",
        id_address=f"{AT}/model",
        identity=identity,
        serving=SHIPPED.models[identity.model].get("serving", ()) if identity.model else (),
    )
    ledger = Ledger()
    return resolve(target, infrastructure, SHIPPED, ledger), ledger


def self_hosted(provider: str, **more: Any) -> dict[str, Any]:
    return {"type": "self-hosted", "provider": provider, **more}


def api(provider: str, **more: Any) -> dict[str, Any]:
    return {"type": "api", "provider": provider, **more}


# --- Places ------------------------------------------------------------------------------------------------------

PHI, OPUS = "microsoft/phi-4", "anthropic.claude-opus-4-7"
SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0"
AZURE = api("azure-openai", region="swedencentral", sku="Standard")
HOSTS: dict[str, tuple[str, dict[str, Any], Any, Any]] = {
    "a cloud in its region": (PHI, self_hosted("aws", region="eu-central-1"), {"DE"}, {"DE"}),
    "London is not in the Union": (PHI, self_hosted("aws", region="eu-west-2"), {"GB"}, {"GB"}),
    "Zurich is not in the Union": (PHI, self_hosted("aws", region="eu-central-2"), {"CH"}, {"CH"}),
    "London by another cloud": (PHI, self_hosted("gcp", region="europe-west2"), {"GB"}, {"GB"}),
    "Zurich by another cloud": (PHI, self_hosted("gcp", region="europe-west6"), {"CH"}, {"CH"}),
    "Norway is in the EEA only": (PHI, self_hosted("azure", region="norwayeast"), {"NO"}, {"NO"}),
    "a name in any case": (PHI, self_hosted("AWS", region="EU-CENTRAL-1"), {"DE"}, {"DE"}),
    "several regions": (PHI, self_hosted("aws", region=["eu-central-1", "us-east-1"]), {"DE", "US"}, {"DE", "US"}),
    "one of several is none": (
        PHI,
        self_hosted("aws", region=["eu-central-1", "eu-nowhere-9"]),
        {"DE", "?"},
        {"DE", "?"},
    ),
    "one's own machines": (PHI, self_hosted("on-premises", region="DE"), {"DE"}, {"DE"}),
    "an unlisted host with a country": (PHI, self_hosted("my-rack", region="FR"), {"FR"}, {"FR"}),
    "an unlisted host with a set": (PHI, self_hosted("my-rack", region="EU"), EU, EU),
    "an unlisted host with a cloud's region": (PHI, self_hosted("my-rack", region="eu-central-1"), None, None),
    "an unlisted host without a place": (PHI, self_hosted("my-rack"), None, None),
    "a host without a region": (PHI, self_hosted("aws"), None, None),
    "a region of another cloud": (PHI, self_hosted("aws", region="europe-west3"), None, None),
    "anywhere": (PHI, self_hosted("on-premises", region="ANY"), {"ANY"}, {"ANY"}),
    "the user's own device": (PHI, {"type": "on-device"}, None, None),
}
APIS: dict[str, tuple[str, dict[str, Any], Any, Any]] = {
    "Bedrock in its region": ("deepseek.v3.2", api("aws-bedrock", region="eu-north-1"), {"SE"}, {"SE"}),
    "Bedrock without a region": ("deepseek.v3.2", api("aws-bedrock"), None, None),
    "a European profile with a list": (
        f"eu.{OPUS}",
        api("aws-bedrock", region="eu-central-1"),
        {"DE", "ES", "FR", "IE", "IT", "SE"},
        {"DE"},
    ),
    "a European profile from Zurich": (
        f"eu.{SONNET}",
        api("aws-bedrock", region="eu-central-2"),
        {"CH", "DE", "ES", "FR", "IE", "IT", "SE"},
        {"CH"},
    ),
    "a European profile from a country": (
        f"eu.{SONNET}",
        api("aws-bedrock", region="DE"),
        {"DE", "ES", "FR", "IE", "IT", "SE"},
        {"DE"},
    ),
    "a European profile without a region": (
        f"eu.{SONNET}",
        api("aws-bedrock"),
        {"CH?", "DE", "ES", "FR", "GB?", "IE", "IT", "SE"},
        None,
    ),
    "a European profile without a list": (
        "eu.deepseek.v3.2",
        api("aws-bedrock", region="eu-central-1"),
        {"CH?", "DE?", "ES?", "FR?", "GB?", "IE?", "IL?", "IT?", "SE?"},
        {"DE"},
    ),
    "an American profile": (f"us.{SONNET}", api("aws-bedrock", region="us-east-1"), {"US"}, {"US"}),
    "an American profile from Canada": (
        f"us.{SONNET}",
        api("aws-bedrock", region="ca-central-1"),
        {"CA", "US"},
        {"CA"},
    ),
    "an American profile without a list": (
        f"us.{OPUS}",
        api("aws-bedrock", region="us-east-1"),
        {"CA?", "US?"},
        {"US"},
    ),
    "a Japanese profile without a list": (f"jp.{OPUS}", api("aws-bedrock", region="ap-northeast-1"), {"JP"}, {"JP"}),
    "an Asian profile from the Emirates": (
        "apac.anthropic.claude-sonnet-4-20250514-v1:0",
        api("aws-bedrock", region="me-central-1"),
        {"AE", "AU", "ID", "IN", "JP", "KR", "SG"},
        {"AE"},
    ),
    "a global profile": (f"global.{OPUS}", api("aws-bedrock", region="eu-central-1"), {"ANY"}, {"DE"}),
    "a region in the id": ("bedrock/eu-north-1/deepseek.v3.2", api("bedrock"), {"SE"}, {"SE"}),
    "Azure without a SKU": ("gpt-5.5", api("azure-openai", region="swedencentral"), None, None),
    "Azure Standard": ("gpt-5.5", api("azure-openai", region="swedencentral", sku="Standard"), {"SE"}, {"SE"}),
    "Azure in a data zone": (
        "gpt-5.5",
        api("azure-openai", region="swedencentral", sku="DataZoneStandard"),
        EU,
        {"SE"},
    ),
    "Azure in a data zone, from London": (
        "gpt-5.5",
        api("azure-openai", region="uksouth", sku="DataZoneStandard"),
        None,
        None,
    ),
    "Azure in a data zone, from Oslo": (
        "gpt-5.5",
        api("azure-openai", region="norwayeast", sku="DataZoneStandard"),
        None,
        None,
    ),
    "Azure in a data zone without a region": ("gpt-5.5", api("azure-openai", sku="DataZoneStandard"), None, None),
    "Azure everywhere": ("gpt-5.5", api("azure-openai", region="swedencentral", sku="GlobalStandard"), {"ANY"}, {"SE"}),
    "a SKU that does not exist": ("gpt-5.5", api("azure-openai", region="swedencentral", sku="Local"), None, None),
    "Vertex AI without a location": ("gemini-3.1-pro-preview", api("vertex-ai"), {"ANY"}, None),
    "Vertex AI in Europe as a whole": ("claude-sonnet-4-6@default", api("vertex-ai", region="eu"), EU, EU),
    "OpenAI without a residency": ("gpt-5.5", api("openai"), None, None),
    "OpenAI in Europe": ("gpt-5.5", api("openai", residency="EU_STORAGE_PROCESSING"), EEA_CH, EEA_CH),
    "OpenAI's storage is not processing": ("gpt-5.5", api("openai", residency="JP_STORAGE"), {"ANY"}, {"JP"}),
    "OpenAI with a word that is none": ("gpt-5.5", api("openai", residency="EU"), None, None),
    "OpenAI is not moved by a region": ("gpt-5.5", api("openai", region="DE"), None, None),
    "Anthropic by default": ("claude-opus-4-7", api("anthropic"), {"ANY"}, {"US"}),
    "Anthropic in the United States": ("claude-opus-4-7", api("anthropic", residency="us"), {"US"}, {"US"}),
    "Anthropic has no Europe": ("claude-opus-4-7", api("anthropic", residency="eu"), None, None),
    "the Gemini API": ("gemini-3.1-pro-preview", api("google-ai-studio"), {"ANY"}, {"ANY"}),
    "DeepSeek": ("deepseek-ai/DeepSeek-V3.2", api("deepseek"), {"CN"}, {"CN"}),
    "Groq stores in the United States, and says no more": ("openai/gpt-oss-20b", api("groq"), None, {"US"}),
    "Ollama's cloud says nothing": ("gpt-oss:20b-cloud", api("ollama-cloud"), None, None),
    "an API that nobody knows": ("gpt-5.5", api("acme-ai", region="DE"), None, None),
    "Gemini is not sold at Bedrock": ("gemini-3.5-flash", api("aws-bedrock", region="eu-central-1"), None, None),
    "Sonar is not sold at Bedrock": ("sonar-pro", api("aws-bedrock", region="eu-central-1"), None, None),
    "Nova is not sold at Azure": ("amazon.nova-pro-v1:0", AZURE, None, None),
    "open weights that Azure does not list": ("mistralai/Mistral-7B-Instruct-v0.3", AZURE, None, None),
    "open weights that Vertex AI does not list": (PHI, api("vertex-ai", region="europe-west4"), None, None),
    "open weights that Azure lists": ("meta-llama/Llama-3.3-70B-Instruct", AZURE, {"SE"}, {"SE"}),
    "a closed model at a host of open ones": ("gpt-5.5", api("together", residency="us"), None, None),
    "open weights at a host of open ones": (PHI, api("together", residency="us"), {"US"}, None),
    "OpenAI does not serve its open weights": (
        "openai/gpt-oss-20b",
        api("openai", residency="EU_STORAGE_PROCESSING"),
        None,
        None,
    ),
    "a name that was not read has no prefix to lack": (
        "acme.one-v1",
        api("bedrock", region="eu-central-1"),
        None,
        None,
    ),
    "a prefix of a name that was not read": ("eu.acme.one-v1", api("bedrock", region="eu-central-1"), None, None),
    "a name that OpenAI does not have": ("gpt-99", api("openai", residency="EU_STORAGE_PROCESSING"), None, None),
    "Azure as Terraform writes it": (
        "gpt-5.5",
        api("azure-openai", region="West Europe", sku="Standard"),
        {"IE", "NL"},
        {"IE", "NL"},
    ),
    "Azure in any case": ("gpt-5.5", api("azure-openai", region="SWEDEN CENTRAL", sku="Standard"), {"SE"}, {"SE"}),
    "a country in lower case": (PHI, self_hosted("on-premises", region="de"), {"DE"}, {"DE"}),
    "AWS as its console shows it": (
        "deepseek.v3.2",
        api("aws-bedrock", region="Europe (Stockholm)"),
        {"SE"},
        {"SE"},
    ),
}
PLACES = {**HOSTS, **APIS}


@pytest.mark.parametrize(("model", "entry", "processing", "storage"), PLACES.values(), ids=PLACES)
def test_a_destination_resolves_to_the_places_that_may_process_and_store(
    model: str, entry: dict[str, Any], processing: set[str] | None, storage: set[str] | None
) -> None:
    """What is not known is absent, never empty."""
    record, _ = resolved(model, **entry)
    assert {which: set(record[which]) for which in ("processing", "storage") if which in record} == {
        which: places for which, places in (("processing", processing), ("storage", storage)) if places is not None
    }


@pytest.mark.parametrize(("model", "entry", "processing", "storage"), PLACES.values(), ids=PLACES)
def test_what_is_not_known_of_a_place_says_why_and_how_to_supply_it(
    model: str, entry: dict[str, Any], processing: set[str] | None, storage: set[str] | None
) -> None:
    record, ledger = resolved(model, **entry)
    for which in ("processing", "storage"):
        perhaps = any("?" in place for place in record.get(which, ()))
        open_set = perhaps or (which not in record and entry["type"] != "on-device")
        assert (f"{AT}/deployment/{which}" in ledger.gaps) == open_set
    for gap in ledger.gaps.values():
        assert gap.why
        assert gap.supply
        assert gap.at.startswith(AT)


# --- Contradictions ----------------------------------------------------------------------------------------------

CONTRADICTIONS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "an id of Bedrock at another provider": (
        f"eu.{OPUS}",
        api("vertex-ai", region="eu"),
        ("eu.anthropic", "Amazon Bedrock", "vertex-ai"),
    ),
    "a route to another provider": ("azure/gpt-5.5", api("openai"), ("azure/gpt-5.5", "openai")),
    "a route to an API, and one's own machines": (
        "azure/gpt-5.5",
        self_hosted("on-premises", region="DE"),
        ("azure/gpt-5.5", "on-premises"),
    ),
    "a remote tag, and one's own machines": (
        "gpt-oss:20b-cloud",
        self_hosted("on-premises", region="DE"),
        ("gpt-oss:20b-cloud", "on-premises"),
    ),
    "a remote tag, and the device": ("gpt-oss:20b-cloud", {"type": "on-device"}, ("gpt-oss:20b-cloud", "on-device")),
    "an API that is hosted by oneself": ("gpt-5.5", self_hosted("openai"), ("self-hosted", "OpenAI API")),
    "an API on the device": ("gpt-5.5", {"type": "on-device", "provider": "openai"}, ("on-device", "OpenAI API")),
    "a host that is an API": (PHI, api("aws", region="eu-central-1"), ("api", "Amazon Web Services")),
    "two regions": (
        "bedrock/eu-north-1/deepseek.v3.2",
        api("aws-bedrock", region="us-east-1"),
        ("eu-north-1", "us-east-1"),
    ),
    "a profile that can't be called from there": (
        f"us.{OPUS}",
        api("aws-bedrock", region="eu-central-1"),
        ("us.", "eu-central-1"),
    ),
    "a model that is not served there alone": (
        "meta.llama4-scout-17b-instruct-v1:0",
        api("aws-bedrock", region="eu-central-1"),
        ("Amazon Bedrock", "eu-central-1"),
    ),
    "a routing that the SKU is not": (
        "gpt-5.5",
        api("azure-openai", region="swedencentral", sku="GlobalStandard", routing="in-region"),
        ("in-region", "GlobalStandard"),
    ),
    "a routing that the profile is not": (
        f"global.{OPUS}",
        api("aws-bedrock", region="eu-central-1", routing="in-region"),
        ("in-region", "global"),
    ),
    "a global routing of one's own host": (
        PHI,
        self_hosted("my-rack", region="DE", routing="global"),
        ("global", "my-rack"),
    ),
    "an opaque profile": (
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/x",
        api("aws-bedrock", region="us-east-1"),
        ("application-inference-profile", "hides"),
    ),
}


@pytest.mark.parametrize(("model", "entry", "named"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_of_two_that_contradict_each_other_neither_is_believed_and_both_are_named(
    model: str, entry: dict[str, Any], named: tuple[str, ...]
) -> None:
    record, ledger = resolved(model, **entry)
    assert {"consistent", "processing", "storage"} & record.keys() == set()
    why = ledger.gaps[f"{AT}/deployment/consistent"].why
    for word in named:
        assert word in why


@pytest.mark.parametrize(("model", "entry", "named"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_makes_nothing_ours(model: str, entry: dict[str, Any], named: tuple[str, ...]) -> None:
    record, _ = resolved(model, **entry)
    if "ours" in record:
        assert record["ours"] is (entry["type"] != "api")


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        (model, entry)
        for name, (model, entry, _, storage) in PLACES.items()
        if storage is not None and "none" not in name
    ],
    ids=[name for name, (_, _, _, storage) in PLACES.items() if storage is not None and "none" not in name],
)
def test_where_all_agree_a_destination_is_consistent(model: str, entry: dict[str, Any]) -> None:
    record, _ = resolved(model, **entry)
    assert record["consistent"] is True


# --- Terms, and whose it is --------------------------------------------------------------------------------------

TERMS: dict[str, tuple[dict[str, Any], Any]] = {
    "a provider that does not train": (api("openai"), False),
    "a plan that trains": (api("google-ai-studio", plan="free"), True),
    "a plan that does not": (api("google-ai-studio", plan="paid"), False),
    "a plan that is not declared": (api("google-ai-studio"), None),
    "a provider of which it was not read": (api("deepseek"), None),
    "a provider that nobody knows": (api("acme-ai"), None),
}


@pytest.mark.parametrize(("entry", "trains"), TERMS.values(), ids=TERMS)
def test_whether_a_provider_trains_on_content_is_said_or_absent(entry: dict[str, Any], trains: bool | None) -> None:
    record, ledger = resolved(
        "gpt-5.5" if entry["provider"] != "google-ai-studio" else "gemini-3.1-pro-preview", **entry
    )
    assert record.get("trains_on_data") is trains
    if trains is None and SHIPPED.provider(entry["provider"]) is not None:
        assert f"{AT}/deployment/trains_on_data" in ledger.gaps


def test_a_plan_that_decides_is_asked_for() -> None:
    _, ledger = resolved("gemini-3.1-pro-preview", **api("google-ai-studio"))
    assert "declare `plan`" in ledger.gaps[f"{AT}/deployment/trains_on_data"].supply


LEFT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "our own account": (api("mistral"), []),
    "the end user's": (api("mistral", account="user"), ["plan", "trains_on_data"]),
    "the end user's, with a plan": (api("mistral", account="user", plan="paid"), []),
    "nothing hangs on the plan": (api("openai", account="user"), ["plan"]),
    "a host": (self_hosted("aws", region="eu-central-1"), []),
}


@pytest.mark.parametrize(("entry", "left"), LEFT.values(), ids=LEFT)
def test_what_hangs_on_the_plan_of_the_end_users_account_is_left_to_them(
    entry: dict[str, Any], left: list[str]
) -> None:
    record, _ = resolved(PHI if entry["type"] == "self-hosted" else "mistral-large-2411", **entry)
    assert record["left_to_user"] == left


def test_places_that_hang_on_the_plan_alone_are_left_to_the_end_user_too() -> None:
    routes = [{"when": {"plan": ["paid"]}, "processing": ["DE"]}, {"when": {"plan": ["free"]}, "processing": ["ANY"]}]
    provider = {**SHIPPED.providers["openai"], "routes": routes}
    own = SHIPPED._replace(providers={**SHIPPED.providers, "openai": provider})
    target = Target("u", "model", api("openai", account="user"), AT, AT, identify("gpt-5.5", SHIPPED))
    assert resolve(target, None, own, Ledger())["left_to_user"] == ["plan", "processing", "storage"]


OURS: dict[str, tuple[dict[str, Any], list[str] | None, bool]] = {
    "any host by default": (self_hosted("aws", region="eu-central-1"), None, True),
    "a host that is listed": (self_hosted("aws", region="eu-central-1"), ["aws"], True),
    "a host that is listed by another name": (self_hosted("aws", region="eu-central-1"), ["Amazon-Web-Services"], True),
    "a host that is not": (self_hosted("gcp", region="europe-west3"), ["aws", "on-premises"], False),
    "no host at all": (self_hosted("aws", region="eu-central-1"), [], False),
    "the device": ({"type": "on-device"}, ["aws"], True),
    "an API": (api("openai"), None, False),
    "an API that is listed": (api("openai"), ["openai"], False),
}


@pytest.mark.parametrize(("entry", "infrastructure", "ours"), OURS.values(), ids=OURS)
def test_what_is_ours_is_hosted_by_us_where_we_say(
    entry: dict[str, Any], infrastructure: list[str] | None, ours: bool
) -> None:
    record, _ = resolved("gpt-5.5" if entry["type"] == "api" else PHI, infrastructure, **entry)
    assert record["ours"] is ours


def test_a_destination_keeps_what_was_declared_and_its_address() -> None:
    record, _ = resolved(**api("openai", residency="EU_STORAGE_PROCESSING", account="user"))
    assert record[ADDRESS] == f"{AT}/deployment"
    assert {name: record[name] for name in ("type", "provider", "residency", "account", "sees")} == {
        "type": "api",
        "provider": "openai",
        "residency": "EU_STORAGE_PROCESSING",
        "account": "user",
        "sees": "content",
    }


# --- Providers ---------------------------------------------------------------------------------------------------

SERVED = [name for name, record in sorted(SHIPPED.providers.items()) if record["kind"] != "host"]


@pytest.mark.parametrize("provider", SERVED)
def test_nothing_contradicts_where_nothing_is_declared(provider: str) -> None:
    record, _ = resolved("sonar-pro", **api(provider))
    assert record.get("consistent") is True


@pytest.mark.parametrize("provider", [name for name in SERVED if "routes" not in SHIPPED.providers[name]])
@pytest.mark.parametrize(
    "words", [{"region": "DE"}, {"region": "some-region-1"}, {"routing": "global"}, {"plan": "paid"}]
)
def test_nothing_contradicts_a_provider_of_which_no_place_is_on_record(provider: str, words: dict[str, str]) -> None:
    table = SHIPPED.providers[provider].get("regions")
    record, ledger = resolved("sonar-pro", **api(provider, **words))
    known = table is None or words.get("region") != "some-region-1"
    assert ("consistent" in record) == known
    assert {"processing", "storage"}.isdisjoint(record)
    assert ledger.gaps[f"{AT}/deployment/processing"].why


@pytest.mark.parametrize("provider", [name for name in SERVED if SHIPPED.providers[name]["kind"] == "api"])
def test_a_shipped_provider_whose_places_are_known_says_what_it_sells(provider: str) -> None:
    record = SHIPPED.providers[provider]
    assert "routes" not in record or {"names", "developers", "hosts_open_weights"} & record.keys()
