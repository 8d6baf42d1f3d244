"""The shipped catalog: every file valid, every name one name, every fact with its source, and every model findable."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.engine.identify import identify
from checker.loading import catalog, shipped
from checker.loading.catalog_integrity import ahead_of, problems

if TYPE_CHECKING:
    from checker.source import Document

ROOT = Path(__file__).resolve().parent.parent
CATALOG = catalog.load()
KINDS = ("licenses", "models", "providers", "places", "regions")


@cache
def documents() -> list[Document]:
    return [*catalog.documents(shipped.folder("policies") / "catalog")]


def records(kind: str) -> list[dict[str, Any]]:
    return [record for document in documents() for record in document.data.get(kind, ())]


ALL = [(kind, record) for kind in KINDS for record in records(kind)]
NAMED = [f"{kind}/{record['id']}" for kind, record in ALL]

# ISO 3166-1 alpha-2, as officially assigned.
COUNTRIES = frozenset(
    re.findall(
        "[A-Z]{2}",
        """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """,
    )
)
UNION = set(re.findall("[A-Z]{2}", "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"))


def test_the_shipped_files_hold_to_what_an_organizations_own_files_are_held_to() -> None:
    found = [*problems(documents(), None), *ahead_of(documents(), "2026-12-31")]
    assert [f"{problem.path}:{problem.line}: {problem.message}" for problem in found] == []


def test_there_are_models_of_every_sort() -> None:
    outputs = {what for record in records("models") for what in record["modalities"]["output"]}
    assert outputs >= {"text", "image", "audio", "video", "embedding", "score"}
    assert len(records("models")) >= 150


# --- Files and records -------------------------------------------------------------------------------------------


def test_every_file_is_valid_and_there_are_files_of_every_kind() -> None:
    """`documents` refuses what the schema refuses."""
    assert len(documents()) >= 15
    assert {kind for document in documents() for kind in document.data} >= {*KINDS, "sources", "countries"}


@pytest.mark.parametrize(("kind", "record"), ALL, ids=NAMED)
def test_a_record_names_sources_that_are_listed(kind: str, record: dict[str, Any]) -> None:
    named = [*record["source"], *(source for end in record.get("lifecycle", ()) for source in end["source"])]
    named += [source for limit in record.get("limits", ()) for source in limit.get("source", ())]
    assert set(named) - CATALOG.sources.keys() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_stands_once(kind: str) -> None:
    ids = Counter(record["id"].lower() for record in records(kind))
    assert [name for name, number in ids.items() if number > 1] == []


def test_no_date_lies_ahead_of_the_day_on_which_the_catalog_was_checked() -> None:
    assert max(record["checked"] for _, record in ALL) <= "2026-12-31"
    assert min(record["checked"] for _, record in ALL) >= "2026-01-01"


def test_no_developer_and_no_provider_is_without_a_seat() -> None:
    assert {model["developer"] for model in records("models")} - {
        name for seat in records("seats") for name in seat.get("develops_as", ())
    } == set()
    ours = {"on-premises"}
    run = {name for seat in records("seats") for name in seat.get("operates", ())}
    assert {provider["id"] for provider in records("providers")} - run == ours


@pytest.mark.parametrize("seat", records("seats"), ids=lambda seat: seat["id"])
def test_a_seat_without_a_country_says_why(seat: dict[str, Any]) -> None:
    known = "country" in seat.get("parent", seat) and "country" in seat
    assert known or "notes" in seat
    if "country" in seat:
        assert seat["country"] in CATALOG.countries


def test_what_is_not_known_is_absent() -> None:
    def nothing(value: Any) -> bool:
        if isinstance(value, dict):
            return any(nothing(item) for item in value.values())
        if isinstance(value, list):
            return any(nothing(item) for item in value)
        return value is None or value == ""

    assert [name for name, (_, record) in zip(NAMED, ALL, strict=True) if nothing(record)] == []


# --- Names -------------------------------------------------------------------------------------------------------


def spellings(record: dict[str, Any]) -> list[str]:
    """Return every name of a model: its ids at each place, and those that move."""
    return [name for names in record["ids"].values() for name in names] + list(record.get("floating", ()))


def test_no_spelling_stands_for_two_models() -> None:
    owners: dict[str, set[str]] = {}
    for record in records("models"):
        for name in spellings(record):
            owners.setdefault(name.lower(), set()).add(record["id"])
    assert {name: sorted(ids) for name, ids in owners.items() if len(ids) > 1} == {}


def test_no_spelling_is_both_exact_and_floating() -> None:
    for record in records("models"):
        exact = {name.lower() for names in record["ids"].values() for name in names}
        assert exact & {name.lower() for name in record.get("floating", ())} == set(), record["id"]


@pytest.mark.parametrize("kind", ["licenses", "providers"])
def test_no_alias_stands_for_two_records(kind: str) -> None:
    owners: dict[str, set[str]] = {}
    for record in records(kind):
        for name in (record["id"], *record["aliases"]):
            owners.setdefault(name.lower(), set()).add(record["id"])
    assert {name: sorted(ids) for name, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("table", ["prefixes", "id_prefixes"])
def test_no_prefix_stands_for_two_providers(table: str) -> None:
    prefixes = Counter(prefix.lower() for record in records("providers") for prefix in record.get(table, ()))
    assert [prefix for prefix, number in prefixes.items() if number > 1] == []


@pytest.mark.parametrize("record", records("models"), ids=lambda record: record["id"])
def test_a_model_is_found_by_every_one_of_its_names(record: dict[str, Any]) -> None:
    found = {name: identify(name, CATALOG) for name in spellings(record)}
    assert {name: one.model for name, one in found.items()} == dict.fromkeys(found, record["id"])
    floating = {name for name, one in found.items() if one.floating}
    assert floating == set(record.get("floating", ()))


def test_a_spelling_of_the_api_never_names_the_cloud_of_ollama() -> None:
    tags = [name for name in CATALOG.spellings if name.endswith((":cloud", "-cloud"))]
    assert tags == [], "they run remotely, whatever they name"


def test_a_pattern_is_a_regular_expression_for_the_whole_id() -> None:
    for record in records("models"):
        for pattern in record.get("patterns", ()):
            assert pattern.startswith("^")
            assert pattern.endswith("$")
            re.compile(pattern)
            assert not re.search(r"(?<!\\)[.)]\*|\)\+|\)\{", pattern), (
                "a family is not a checkpoint, and nesting is slow"
            )


# --- What records refer to ---------------------------------------------------------------------------------------


def named_licenses(record: dict[str, Any]) -> set[str]:
    return {name for item in record["licenses"] for name in ([item] if isinstance(item, str) else item["any_of"])}


@pytest.mark.parametrize("record", records("models"), ids=lambda record: record["id"])
def test_what_a_model_refers_to_exists(record: dict[str, Any]) -> None:
    assert named_licenses(record) - CATALOG.licenses.keys() == set()
    assert set(record.get("base_models", ())) - CATALOG.models.keys() == set()
    providers = {*record.get("tuning", ())}
    providers |= {offer["provider"] for key in ("serving", "lifecycle") for offer in record.get(key, ())}
    assert providers - CATALOG.providers.keys() == set()


@pytest.mark.parametrize(
    "record", [one for one in records("models") if "base_models" in one], ids=lambda record: record["id"]
)
def test_a_model_that_was_made_from_another_inherits_its_licenses(record: dict[str, Any]) -> None:
    """Same family, same license; from elsewhere, the licenses of both."""
    for base in record["base_models"]:
        if CATALOG.models[base]["developer"] != record["developer"]:
            assert named_licenses(dict(CATALOG.models[base])) <= named_licenses(record)


def test_closed_models_are_under_terms_and_those_of_the_hub_are_not() -> None:
    """An open model that a service names by ids of its own may stand under the terms of that service there."""
    for record in records("models"):
        proprietary = {CATALOG.licenses[name]["kind"] == "proprietary-api" for name in named_licenses(record)}
        if record["openness"].get("weights") == "closed":
            assert proprietary == {True}, record["id"]
        elif "hub" in record["ids"]:
            assert proprietary == {False}, record["id"]


def test_a_profile_or_a_region_of_an_offer_is_one_of_the_provider() -> None:
    for record in records("models"):
        for offer in record.get("serving", ()):
            provider = CATALOG.providers[offer["provider"]]
            table = CATALOG.regions.get(provider.get("regions", ""), {})
            assert set(offer.get("profiles", ())) <= provider.get("profiles", {}).keys(), record["id"]
            assert set(offer.get("regions", ())) <= {*table.get("names", ()), *table.get("groups", ())}, record["id"]


def test_a_provider_has_regions_that_are_listed_and_profiles_with_routes() -> None:
    for record in records("providers"):
        assert "regions" not in record or record["regions"] in CATALOG.regions, record["id"]
        routed = {profile for route in record.get("routes", ()) for profile in route.get("when", {}).get("profile", ())}
        assert routed - {"absent"} == set(record.get("profiles", ())), record["id"]


# --- Places ------------------------------------------------------------------------------------------------------


def test_the_countries_are_those_of_iso_3166() -> None:
    assert CATALOG.countries.keys() - COUNTRIES == set()
    assert COUNTRIES - CATALOG.countries.keys() == set()


@pytest.mark.parametrize("record", records("places"), ids=lambda record: record["id"])
def test_the_members_of_a_place_are_countries(record: dict[str, Any]) -> None:
    assert set(record["members"]) <= COUNTRIES
    assert record["id"] not in COUNTRIES, "a set is not mistaken for a country"
    assert record["id"] != "ANY"


def test_the_sets_are_what_their_names_say() -> None:
    members = {record["id"]: set(record["members"]) for record in records("places")}
    assert members["EU"] == UNION
    assert members["EEA"] == members["EU+EEA"] == UNION | {"IS", "LI", "NO"}
    assert members["EU+EEA+UK+CH"] == members["EEA"] | {"GB", "CH"}
    assert members["UK"] == {"GB"}
    assert "CH" in members["BEDROCK-EU"]


@pytest.mark.parametrize("record", records("regions"), ids=lambda record: record["id"])
def test_a_region_lies_in_a_country(record: dict[str, Any]) -> None:
    assert set(record["names"].values()) <= COUNTRIES
    for group in record.get("groups", {}).values():
        assert CATALOG.expand(group) is not None
    assert record["names"].keys() & record.get("groups", {}).keys() == set()
    assert all(name in (name.lower(), name.upper()) for name in record["names"]), "they are looked up in either"


def test_every_place_that_a_record_names_is_one() -> None:
    for record in records("providers"):
        for route in record.get("routes", ()):
            for which in ("processing", "storage"):
                places = route.get(which, "region")
                assert places in ("region", "profile") or CATALOG.expand(places) is not None, record["id"]
            assert CATALOG.expand(route.get("when", {}).get("region_in", ())) is not None, record["id"]
        for profile in record.get("profiles", {}).values():
            assert CATALOG.expand(profile.get("callable_from", ())) is not None, record["id"]
    for record in records("licenses"):
        for territory in record.get("territories", ()):
            assert CATALOG.expand(territory["excluded"]) is not None, record["id"]


TRAPS = {
    "aws": {
        "eu-west-2": "GB",
        "eu-central-2": "CH",
        "eusc-de-east-1": "DE",
        "me-central-1": "AE",
        "il-central-1": "IL",
    },
    "gcp": {"europe-west2": "GB", "europe-west6": "CH"},
    "azure": {
        "uksouth": "GB",
        "ukwest": "GB",
        "switzerlandnorth": "CH",
        "switzerlandwest": "CH",
        "norwayeast": "NO",
        "norwaywest": "NO",
    },
}


@pytest.mark.parametrize("cloud", TRAPS)
def test_a_region_whose_name_misleads_lies_where_it_lies(cloud: str) -> None:
    names = CATALOG.regions[cloud]["names"]
    assert {name: names.get(name) for name in TRAPS[cloud]} == TRAPS[cloud]


# --- Models that the lecture names, and those that people meet on day one ----------------------------------------

MODELS: dict[str, tuple[str, ...]] = {
    "llama-4-maverick-17b-128e": ("meta-llama/Llama-4-Maverick-17B-128E",),
    "llama-4-maverick-17b-128e-instruct": (
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "llama4:maverick",
        "ollama/llama4:maverick",
        "meta.llama4-maverick-17b-instruct-v1:0",
        "us.meta.llama4-maverick-17b-instruct-v1:0",
        "vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas",
        "databricks/databricks-llama-4-maverick",
    ),
    "llama-4-maverick-17b-128e-instruct-fp8": (
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
        "llama-4-maverick-17b-128e-instruct-fp8",
        "azure_ai/Llama-4-Maverick-17B-128E-Instruct-FP8",
        "meta_llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
    ),
    "llama-4-scout-17b-16e": ("meta-llama/Llama-4-Scout-17B-16E",),
    "llama-4-scout-17b-16e-instruct": (
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        "llama4:scout",
        "us.meta.llama4-scout-17b-instruct-v1:0",
        "azure_ai/Llama-4-Scout-17B-16E-Instruct",
        "vertex_ai/meta/llama-4-scout-17b-16e-instruct-maas",
        "together_ai/meta-llama/Llama-4-Scout-17B-16E-Instruct",
    ),
    "gemma-3-270m-it": ("google/gemma-3-270m-it",),
    "gemma-3-1b-it": ("google/gemma-3-1b-it", "gemma3:1b"),
    "gemma-3-4b-it": ("google/gemma-3-4b-it", "gemma3:4b", "google.gemma-3-4b-it"),
    "gemma-3-12b-it": ("google/gemma-3-12b-it", "google.gemma-3-12b-it"),
    "gemma-3-27b-it": (
        "google/gemma-3-27b-it",
        "gemini/gemma-3-27b-it",
        "google.gemma-3-27b-it",
        "deepinfra/google/gemma-3-27b-it",
    ),
    "gemma-3n-e2b-it": ("google/gemma-3n-E2B-it",),
    "gemma-3n-e4b-it": ("google/gemma-3n-E4B-it",),
    "gemma-4-31b-it": ("gemini/gemma-4-31b-it", "bedrock_mantle/google.gemma-4-31b"),
    "gemma-4-26b-a4b-it": ("vertex_ai/google/gemma-4-26b-a4b-it-maas",),
    "deepseek-v3": (
        "deepseek-ai/DeepSeek-V3",
        "azure_ai/deepseek-v3",
        "together_ai/deepseek-ai/DeepSeek-V3",
        "deepinfra/deepseek-ai/DeepSeek-V3",
    ),
    "deepseek-v3-base": ("deepseek-ai/DeepSeek-V3-Base",),
    "deepseek-v3-0324": ("deepseek-ai/DeepSeek-V3-0324", "deepseek-v3-0324"),
    "deepseek-v3.1": ("deepseek-ai/DeepSeek-V3.1", "deepseek.v3-v1:0", "ollama/deepseek-v3.1:671b-cloud"),
    "deepseek-v3.1-terminus": ("deepseek-ai/DeepSeek-V3.1-Terminus",),
    "deepseek-v3.2": (
        "deepseek-ai/DeepSeek-V3.2",
        "deepseek.v3.2",
        "us.deepseek.v3.2",
        "eu.deepseek.v3.2",
        "bedrock/eu-north-1/deepseek.v3.2",
        "azure_ai/deepseek-v3.2",
        "vertex_ai/deepseek-ai/deepseek-v3.2-maas",
        "azure_ai/FW-DeepSeek-V3.2",
    ),
    "deepseek-v3.2-exp": ("deepseek-ai/DeepSeek-V3.2-Exp",),
    "deepseek-v3.2-speciale": ("deepseek-ai/DeepSeek-V3.2-Speciale", "deepseek-v3.2-speciale"),
    "deepseek-r1": (
        "deepseek-ai/DeepSeek-R1",
        "deepseek.r1-v1:0",
        "us.deepseek.r1-v1:0",
        "azure_ai/deepseek-r1",
        "deepseek/deepseek-r1",
    ),
    "deepseek-r1-zero": ("deepseek-ai/DeepSeek-R1-Zero",),
    "deepseek-r1-0528": ("deepseek-ai/DeepSeek-R1-0528", "deepseek-r1-0528", "deepseek-ai/deepseek-r1-0528-maas"),
    "deepseek-r1-distill-llama-8b": ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B",),
    "deepseek-r1-distill-llama-70b": (
        "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
        "deepseek-r1:70b",
        "deepinfra/deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
    ),
    "deepseek-r1-distill-qwen-1.5b": ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",),
    "deepseek-r1-distill-qwen-7b": ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",),
    "deepseek-r1-distill-qwen-14b": ("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",),
    "deepseek-r1-distill-qwen-32b": ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",),
    "phi-4": ("microsoft/phi-4", "phi4", "phi4:latest", "azure_ai/Phi-4", "deepinfra/microsoft/phi-4"),
    "phi-4-mini-instruct": ("microsoft/Phi-4-mini-instruct", "phi4-mini", "phi-4-mini"),
    "phi-4-multimodal-instruct": ("microsoft/Phi-4-multimodal-instruct", "phi-4-multimodal"),
    "phi-4-reasoning": ("microsoft/Phi-4-reasoning", "phi-4-reasoning"),
    "phi-4-reasoning-plus": ("microsoft/Phi-4-reasoning-plus", "phi-4-reasoning-plus"),
    "phi-4-mini-reasoning": ("microsoft/Phi-4-mini-reasoning", "phi-4-mini-reasoning"),
    "mistral-7b-v0.1": ("mistralai/Mistral-7B-v0.1",),
    "mistral-7b-v0.3": ("mistralai/Mistral-7B-v0.3",),
    "mistral-7b-instruct-v0.1": ("mistralai/Mistral-7B-Instruct-v0.1",),
    "mistral-7b-instruct-v0.2": (
        "mistralai/Mistral-7B-Instruct-v0.2",
        "ollama/mistral-7B-Instruct-v0.2",
        "bedrock/eu-west-3/mistral.mistral-7b-instruct-v0:2",
    ),
    "mistral-7b-instruct-v0.3": ("mistralai/Mistral-7B-Instruct-v0.3", "open-mistral-7b", "mistral:7b"),
    "mixtral-8x7b-v0.1": ("mistralai/Mixtral-8x7B-v0.1",),
    "mixtral-8x7b-instruct-v0.1": (
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "bedrock/eu-west-3/mistral.mixtral-8x7b-instruct-v0:1",
        "open-mixtral-8x7b",
    ),
    "mixtral-8x22b-v0.1": ("mistralai/Mixtral-8x22B-v0.1",),
    "mixtral-8x22b-instruct-v0.1": (
        "mistralai/Mixtral-8x22B-Instruct-v0.1",
        "ollama/mixtral-8x22B-Instruct-v0.1",
        "open-mixtral-8x22b",
    ),
    "qwen3.5-0.8b": ("Qwen/Qwen3.5-0.8B",),
    "qwen3.5-9b": ("Qwen/Qwen3.5-9B", "together_ai/Qwen/Qwen3.5-9B"),
    "qwen3.5-27b": ("Qwen/Qwen3.5-27B",),
    "qwen3.5-35b-a3b": ("Qwen/Qwen3.5-35B-A3B",),
    "qwen3.5-122b-a10b": ("Qwen/Qwen3.5-122B-A10B",),
    "qwen3.5-397b-a17b": ("Qwen/Qwen3.5-397B-A17B", "qwen3.5:397b"),
    "qwen3.5-plus": ("qwen3.5-plus", "dashscope/qwen3.5-plus", "qwencloud/qwen3.5-plus"),
    "qwen3.5-flash": ("qwen3.5-flash",),
    "gpt-oss-20b": (
        "openai/gpt-oss-20b",
        "gpt-oss:20b",
        "gpt-oss:20b-cloud",
        "ollama/gpt-oss:20b-cloud",
        "openai.gpt-oss-20b-1:0",
        "openai.gpt-oss-20b",
        "us-gov.openai.gpt-oss-20b-1:0",
        "vertex_ai/openai/gpt-oss-20b-maas",
        "groq/openai/gpt-oss-20b",
    ),
    "gpt-oss-120b": (
        "openai/gpt-oss-120b",
        "gpt-oss:120b",
        "gpt-oss:120b-cloud",
        "openai.gpt-oss-120b-1:0",
        "azure_ai/gpt-oss-120b",
        "vertex_ai/openai/gpt-oss-120b-maas",
        "azure_ai/FW-GPT-OSS-120B",
    ),
    "gpt-neo-125m": ("EleutherAI/gpt-neo-125m",),
    "gpt-neo-1.3b": ("EleutherAI/gpt-neo-1.3B",),
    "gpt-neo-2.7b": ("EleutherAI/gpt-neo-2.7B",),
    "gpt-neox-20b": ("EleutherAI/gpt-neox-20b",),
    "gpt-5.5": (
        "gpt-5.5",
        "gpt-5.5-2026-04-23",
        "azure/gpt-5.5",
        "azure/us/gpt-5.5",
        "azure/eu/gpt-5.5",
        "us.openai.gpt-5.5",
        "global.openai.gpt-5.5",
        "bedrock_mantle/openai.gpt-5.5",
    ),
    "gpt-5.5-pro": ("gpt-5.5-pro", "gpt-5.5-pro-2026-04-23"),
    "claude-opus-4-7": (
        "claude-opus-4-7",
        "claude-opus-4-7-20260416",
        *(f"{prefix}anthropic.claude-opus-4-7" for prefix in ("", "us.", "eu.", "au.", "jp.", "apac.", "global.")),
        "claude-opus-4-7@default",
        "vertex_ai/claude-opus-4-7",
        "azure_ai/claude-opus-4-7",
    ),
    "claude-sonnet-4": ("claude-sonnet-4-0",),
    "claude-sonnet-4-5": (
        "claude-sonnet-4-5",
        "claude-sonnet-4-5-20250929",
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5@20250929",
    ),
    "claude-sonnet-4-6": (
        "claude-sonnet-4-6",
        "eu.anthropic.claude-sonnet-4-6",
        "vertex_ai/claude-sonnet-4-6",
        "azure_ai/claude-sonnet-4-6",
    ),
    "claude-sonnet-5": ("claude-sonnet-5", "claude-sonnet-5@default", "global.anthropic.claude-sonnet-5"),
    "claude-sonnet-5-5": ("claude-sonnet-5-5", "anthropic.claude-sonnet-5-5"),
    "gemini-3.1-pro-preview": (
        "gemini-3.1-pro-preview",
        "gemini/gemini-3.1-pro-preview",
        "vertex_ai/gemini-3.1-pro-preview",
    ),
    "gemini-3.1-pro-preview-customtools": ("gemini-3.1-pro-preview-customtools",),
    "llama-3.1-8b-instruct": ("meta-llama/Llama-3.1-8B-Instruct", "llama3.1:8b", "llama3.1"),
    "llama-3.1-70b-instruct": ("meta-llama/Llama-3.1-70B-Instruct",),
    "llama-3.1-405b-instruct": ("meta-llama/Llama-3.1-405B-Instruct",),
    "llama-3.2-1b-instruct": ("meta-llama/Llama-3.2-1B-Instruct",),
    "llama-3.2-3b-instruct": ("meta-llama/Llama-3.2-3B-Instruct",),
    "llama-3.2-11b-vision-instruct": ("meta-llama/Llama-3.2-11B-Vision-Instruct",),
    "llama-3.2-90b-vision-instruct": ("meta-llama/Llama-3.2-90B-Vision-Instruct",),
    "llama-3.3-70b-instruct": ("meta-llama/Llama-3.3-70B-Instruct",),
    "whisper-large-v3": ("openai/whisper-large-v3",),
    "whisper-1": ("whisper-1",),
    "text-embedding-3-small": ("text-embedding-3-small",),
    "text-embedding-3-large": ("text-embedding-3-large",),
    "mistral-large-instruct-2407": ("mistralai/Mistral-Large-Instruct-2407",),
    "exaone-4.0-32b": ("LGAI-EXAONE/EXAONE-4.0-32B",),
}
SPELLED = [(spelling, model) for model, names in MODELS.items() for spelling in names]

# Routes of LiteLLM whose prefix no provider of the catalog has.
ROUTES = {
    "ovhcloud/DeepSeek-R1-Distill-Llama-70B": "deepseek-r1-distill-llama-70b",
    "nebius/Qwen/Qwen3.5-397B-A17B": "qwen3.5-397b-a17b",
    "scaleway/qwen/qwen3.5-397b-a17b": "qwen3.5-397b-a17b",
    "azure/global-standard/gpt-5.5": "gpt-5.5",
    # Anthropic operates it, so that a region of Amazon would say nothing: left unknown on purpose.
    "bedrock/claude_platform/claude-opus-4-7": None,
}


@pytest.mark.parametrize(("spelling", "model"), SPELLED, ids=[spelling for spelling, _ in SPELLED])
def test_a_model_is_found_as_hubs_clouds_and_routers_spell_it(spelling: str, model: str) -> None:
    assert identify(spelling, CATALOG).model == model


@pytest.mark.parametrize(("spelling", "model"), ROUTES.items(), ids=ROUTES)
def test_a_model_is_found_through_the_routes_of_litellm(spelling: str, model: str | None) -> None:
    assert identify(spelling, CATALOG).model == model


FAMILIES = (
    "claude-sonnet",
    "claude",
    "gpt",
    "gemma",
    "Qwen/Qwen2.5",
    "llama-4",
    "meta-llama/Llama-4",
    "gemini-3.1-pro",
    "qwen3.5",
    "deepseek",
)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_no_model(name: str) -> None:
    assert identify(name, CATALOG).model is None


LICENSES = {
    "llama-4-scout-17b-16e-instruct": ["llama4"],
    "gemma-3-4b-it": ["gemma-terms"],
    "gemma-4-31b-it": ["Apache-2.0"],
    "deepseek-v3": ["deepseek-model-license-1.0"],
    "deepseek-v3-0324": ["MIT"],
    "deepseek-v3.2": ["MIT"],
    "deepseek-r1": ["MIT"],
    "deepseek-r1-distill-llama-8b": ["MIT", "llama3.1"],
    "deepseek-r1-distill-llama-70b": ["MIT", "llama3.3"],
    "deepseek-r1-distill-qwen-32b": ["MIT", "Apache-2.0"],
    "phi-4": ["MIT"],
    "mistral-7b-instruct-v0.3": ["Apache-2.0"],
    "mixtral-8x22b-instruct-v0.1": ["Apache-2.0"],
    "qwen3.5-397b-a17b": ["Apache-2.0"],
    "qwen3.5-plus": ["terms-alibaba-model-studio"],
    "qwen2.5-3b": ["qwen-research"],
    "qwen2.5-7b-instruct": ["Apache-2.0"],
    "qwen2.5-72b-instruct": ["qwen-license"],
    "minimax-m2.7": ["minimax-m2.7-non-commercial"],
    "glm-5.3": ["glm-5.3"],
    "gpt-neo-2.7b": ["MIT"],
    "gpt-neox-20b": ["Apache-2.0"],
    "gpt-5.5": ["terms-openai"],
    "claude-opus-4-7": ["terms-anthropic"],
    "gemini-3.1-pro-preview": ["terms-google-gemini-api"],
    "mistral-large-instruct-2407": ["MRL-0.1"],
    "exaone-4.0-32b": ["exaone-1.2-nc"],
}


@pytest.mark.parametrize(("model", "licenses"), LICENSES.items(), ids=LICENSES)
def test_a_model_of_the_lecture_stands_under_the_licenses_that_were_read(model: str, licenses: list[str]) -> None:
    assert list(CATALOG.models[model]["licenses"]) == licenses


@pytest.mark.parametrize("name", ["llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"])
def test_a_license_of_meta_asks_for_a_license_above_700_million_users(name: str) -> None:
    (limit,) = CATALOG.licenses[name]["limits"]
    assert (limit["metric"], limit["op"], limit["threshold"]) == ("monthly-active-users", "gt", 700_000_000)
    assert (limit["scope"], limit["effect"]) == ("licensee-and-affiliates", "license-required")
    assert limit["measured_on"] == CATALOG.licenses[name]["effective"]
