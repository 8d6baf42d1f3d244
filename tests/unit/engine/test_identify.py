"""From the id that a project writes to the model that it names, and what the spelling gives away of where it runs."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.identify import Identity, identify
from checker.loading import catalog
from checker.model.catalog import Catalog

SHIPPED = catalog.load()

BARE = {
    "the id of a hub": ("microsoft/phi-4", "phi-4"),
    "in any case": ("MICROSOFT/PHI-4", "phi-4"),
    "the id of an API": ("gpt-5.5", "gpt-5.5"),
    "a dated id of an API": ("gpt-5.5-2026-04-23", "gpt-5.5"),
    "a tag of Ollama": ("gemma3:4b", "gemma-3-4b-it"),
    "an id of Amazon Bedrock": ("anthropic.claude-opus-4-7", "claude-opus-4-7"),
    "an id of Vertex AI": ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
    "a checkpoint whose name another one starts with": ("deepseek-ai/DeepSeek-V3", "deepseek-v3"),
    "a hosted model whose family is open": ("qwen3.5-plus", "qwen3.5-plus"),
}


@pytest.mark.parametrize(("spelling", "model"), BARE.values(), ids=BARE)
def test_an_id_names_one_model_and_nothing_of_where_it_runs(spelling: str, model: str) -> None:
    assert identify(spelling, SHIPPED) == Identity(spelling=spelling, model=model)


TOLD: dict[str, tuple[str, dict[str, Any]]] = {
    "a route": ("azure/gpt-5.5", {"model": "gpt-5.5", "provider": "azure-openai"}),
    "a route in another case": ("Azure/gpt-5.5", {"model": "gpt-5.5", "provider": "azure-openai"}),
    "a route and a region": (
        "bedrock/eu-west-3/mistral.mistral-7b-instruct-v0:2",
        {"model": "mistral-7b-instruct-v0.2", "provider": "aws-bedrock", "region": "eu-west-3"},
    ),
    "a route and a name with a developer": (
        "together_ai/Qwen/Qwen3.5-9B",
        {"model": "qwen3.5-9b", "provider": "together", "region": None},
    ),
    "a profile": (
        "eu.anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock", "profile": "eu"},
    ),
    "a profile of two words": ("us-gov.openai.gpt-oss-20b-1:0", {"model": "gpt-oss-20b", "profile": "us-gov"}),
    "a profile that is everywhere": ("global.anthropic.claude-opus-4-7", {"profile": "global"}),
    "a route and a profile": (
        "bedrock/eu.anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock", "profile": "eu"},
    ),
    "an ARN of a profile": (
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock", "region": "eu-west-1", "profile": "eu"},
    ),
    "an ARN of a model": (
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock", "region": "us-east-1", "profile": None},
    ),
    "an ARN of another partition": (
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock", "region": "us-gov-west-1"},
    ),
    "a tag that runs in Ollama's cloud": (
        "gpt-oss:120b-cloud",
        {"model": "gpt-oss-120b", "provider": "ollama-cloud", "floating": False},
    ),
    "a program of one's own": (
        "ollama/gemma3:4b",
        {"model": "gemma-3-4b-it", "provider": None, "runner": "Ollama", "services": ("ollama-cloud",)},
    ),
    "the same through a local Ollama": (
        "ollama/gpt-oss:120b-cloud",
        {"model": "gpt-oss-120b", "provider": "ollama-cloud"},
    ),
    "a model that another one serves": (
        "azure_ai/FW-GPT-OSS-120B",
        {"model": "gpt-oss-120b", "provider": "fireworks-on-foundry"},
    ),
    "a route of an unknown model": ("azure/my-deployment", {"model": None, "provider": "azure-openai"}),
    "a profile of an unknown model": ("eu.acme.one-v1:0", {"model": None, "provider": "aws-bedrock", "profile": "eu"}),
    "a cloud tag of an unknown model": ("acme:7b-cloud", {"model": None, "provider": "ollama-cloud"}),
}


@pytest.mark.parametrize(("spelling", "told"), TOLD.values(), ids=TOLD)
def test_a_spelling_tells_where_the_model_runs(spelling: str, told: dict[str, Any]) -> None:
    found = identify(spelling, SHIPPED)
    assert {name: getattr(found, name) for name in told} == told
    assert found.how, "what is inferred says how"
    assert not found.opaque


@pytest.mark.parametrize(
    "spelling",
    [
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2c3",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova/a1b2c3",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/mine",
        "arn:aws:bedrock:us-east-1:123456789012:something-new/a1b2c3",
        "arn:aws:bedrock",
        "ARN:AWS:BEDROCK:US-EAST-1:1:APPLICATION-INFERENCE-PROFILE/X",
    ],
)
def test_an_arn_that_hides_the_model_is_opaque(spelling: str) -> None:
    found = identify(spelling, SHIPPED)
    assert (found.model, found.opaque) == (None, True)
    assert found.how


FLOATING = {
    "an Ollama name without tag": ("llama4", "llama-4-scout-17b-16e-instruct"),
    "an Ollama name with the tag latest": ("llama4:latest", "llama-4-scout-17b-16e-instruct"),
    "the same through LiteLLM": ("ollama/llama4", "llama-4-scout-17b-16e-instruct"),
    "an alias that the catalog lists": ("mistral-large:123b", "mistral-large-instruct-2411"),
    "latest of what is not known": ("acme-one:latest", None),
    "latest of what is not known, with a hyphen": ("acme-one-latest", None),
}


@pytest.mark.parametrize(("spelling", "model"), FLOATING.values(), ids=FLOATING)
def test_a_name_that_moves_is_floating(spelling: str, model: str | None) -> None:
    found = identify(spelling, SHIPPED)
    assert (found.model, found.floating) == (model, True)


@pytest.mark.parametrize("spelling", ["ollama/deepseek-r1", "ollama/deepseek-v3", "ollama_chat/phi-4"])
def test_every_name_without_tag_is_floating_where_the_route_says_ollama(spelling: str) -> None:
    """Ollama's `deepseek-r1` is a distill under more licenses than R1 has; an Ollama name without tag moves."""
    assert identify(spelling, SHIPPED).floating


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        " ",
        "acme/one",
        "/",
        "//",
        "bedrock/",
        "bedrock//",
        "eu.",
        ".",
        ":cloud",
        "-cloud",
        "microsoft/phi-4 ",
        "microsoft/phi-44",
        "microsoft/phi",
        "xmicrosoft/phi-4",
        "microsoft/phi-4\n",
        "claude-sonnet",
        "gemini-3.1-pro",
        "*",
        "(",
        "\x00",
    ],
)
def test_what_is_not_in_the_catalog_names_no_model(spelling: str) -> None:
    assert identify(spelling, SHIPPED).model is None


def test_a_prefix_never_makes_an_unknown_model_known_nor_another_one() -> None:
    known = identify("deepseek.v3.2", SHIPPED).model
    assert {
        identify(f"{prefix}deepseek.v3.2", SHIPPED).model for prefix in ("eu.", "us.", "bedrock/", "bedrock/eu.")
    } == {known}


# --- What libraries, hubs and clouds write around a name ---------------------------------------------------------

WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "LangChain": ("openai:gpt-4.1", {"model": "gpt-4.1-2025-04-14", "provider": "openai"}),
    "LangChain, Google": (
        "google_genai:gemini-2.5-flash",
        {"model": "gemini-2.5-flash", "provider": "google-ai-studio"},
    ),
    "LangChain, Azure": ("azure_openai:gpt-4.1", {"model": "gpt-4.1-2025-04-14", "provider": "azure-openai"}),
    "LangChain, Bedrock with a profile": (
        "bedrock_converse:us.anthropic.claude-3-5-haiku-20241022-v1:0",
        {"model": "claude-3-5-haiku", "provider": "aws-bedrock", "profile": "us"},
    ),
    "pydantic-ai before its second version": (
        "google-vertex:gemini-2.5-pro",
        {"model": "gemini-2.5-pro", "provider": "vertex-ai"},
    ),
    "a prefix that leaves one of two services open": (
        "google:gemini-2.5-pro",
        {"model": "gemini-2.5-pro", "provider": None, "among": ("google-ai-studio", "vertex-ai")},
    ),
    "promptfoo with a kind of API": (
        "anthropic:messages:claude-opus-4-6",
        {"model": "claude-opus-4-6", "provider": "anthropic"},
    ),
    "promptfoo in any case": ("OpenAI:Chat:GPT-4.1", {"model": "gpt-4.1-2025-04-14", "provider": "openai"}),
    "promptfoo's name of a hub": (
        "huggingface:text-generation:microsoft/phi-4",
        {"model": "phi-4", "provider": None, "runner": ""},
    ),
    "a router behind a colon": (
        "openrouter:google/gemini-2.5-flash",
        {"model": "gemini-2.5-flash", "provider": "openrouter"},
    ),
    "an alias that only its provider's name makes clear": (
        "cohere:command-r",
        {"model": "command-r-03-2024", "provider": "cohere", "floating": True},
    ),
    "a route to an API of Azure": ("azure/responses/o3", {"model": "o3-2025-04-16", "provider": "azure-openai"}),
    "a route to an API of Bedrock": (
        "bedrock/invoke/anthropic.claude-opus-4-7",
        {"model": "claude-opus-4-7", "provider": "aws-bedrock"},
    ),
    "a route to an API of Bedrock, and a region": (
        "bedrock/converse/eu-west-3/mistral.mistral-7b-instruct-v0:2",
        {"model": "mistral-7b-instruct-v0.2", "provider": "aws-bedrock", "region": "eu-west-3"},
    ),
    "a program of one's own behind a colon": ("vllm:microsoft/phi-4", {"model": "phi-4", "runner": "vLLM"}),
    "Ollama in promptfoo": ("ollama:chat:llama3.1:8b", {"model": "llama-3.1-8b-instruct", "runner": "Ollama"}),
    "a name of the hub through Ollama": (
        "ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
        {"model": "llama-3.2-3b-instruct", "runner": "Ollama"},
    ),
    "the address of a hub": ("https://huggingface.co/microsoft/phi-4", {"model": "phi-4", "provider": None}),
    "the address of a revision": ("https://huggingface.co/microsoft/phi-4/tree/main?x=1#y", {"model": "phi-4"}),
    "the address of a file": (
        "https://huggingface.co/bartowski/Llama-3.2-3B-Instruct-GGUF/resolve/main/Llama-3.2-3B-Instruct-Q4_K_M.gguf",
        {"model": "llama-3.2-3b-instruct"},
    ),
    "the address of a file that is called otherwise": (
        "https://huggingface.co/microsoft/phi-4/blob/main/weights.gguf",
        {"model": "phi-4"},
    ),
    "a path of the hub with a revision": ("hf://microsoft/phi-4@abc123/config.json", {"model": "phi-4"}),
    "a registry": ("docker.io/ai/llama3.2:3B", {"model": "llama-3.2-3b-instruct"}),
    "a name of Google's API": ("models/gemini-2.5-pro", {"model": "gemini-2.5-pro", "provider": None}),
    "a publisher of Vertex AI": (
        "publishers/google/models/gemini-2.5-pro",
        {"model": "gemini-2.5-pro", "provider": "vertex-ai"},
    ),
    "a resource of Vertex AI": (
        "projects/p-1/locations/europe-west4/publishers/google/models/gemini-2.5-pro",
        {"model": "gemini-2.5-pro", "provider": "vertex-ai", "region": "europe-west4"},
    ),
    "a model of Fireworks behind its route": (
        "fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct",
        {"model": "llama-3.1-8b-instruct", "provider": "fireworks"},
    ),
}


@pytest.mark.parametrize(("spelling", "told"), WRITTEN.values(), ids=WRITTEN)
def test_what_is_written_around_a_name_is_read(spelling: str, told: dict[str, Any]) -> None:
    found = identify(spelling, SHIPPED)
    assert {name: getattr(found, name) for name in told} == told
    assert found.how
    assert found.rest, "something was taken off"


NAMED: dict[str, tuple[str, str]] = {
    "a tag with size, variant and quantization": ("qwen2.5:7b-instruct-q4_K_M", "qwen2.5-7b-instruct"),
    "a tag of Docker": ("ai/smollm2:360m-instruct-q4_K_M", "smollm2-360m-instruct"),
    "a revision of a repository": ("microsoft/phi-4@refs/pr/3", "phi-4"),
    "a revision of a copy": ("unsloth/Llama-3.2-3B-Instruct-GGUF@main", "llama-3.2-3b-instruct"),
    "a file": ("Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "llama-3.1-8b-instruct"),
    "a file in folders": ("/srv/models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "llama-3.1-8b-instruct"),
    "a file in folders of Windows": (r"C:\models\Llama-3.2-3B-Instruct-Q4_K_M.gguf", "llama-3.2-3b-instruct"),
    "a file in a folder like a repository": (
        "bartowski/Llama-3.2-1B-Instruct-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        "llama-3.2-1b-instruct",
    ),
    "a file with its quantization behind a dot": ("mistral-7b-instruct-v0.2.Q4_K_M.gguf", "mistral-7b-instruct-v0.2"),
    "one file of many": ("Llama-3.3-70B-Instruct-Q8_0-00001-of-00002.gguf", "llama-3.3-70b-instruct"),
    "a file without a format": ("phi-4.gguf", "phi-4"),
}


@pytest.mark.parametrize(("spelling", "model"), NAMED.values(), ids=NAMED)
def test_a_name_says_no_more_than_its_model(spelling: str, model: str) -> None:
    found = identify(spelling, SHIPPED)
    assert (found.model, found.provider, found.region, found.runner, found.among) == (model, None, None, "", ())


@pytest.mark.parametrize(
    "spelling",
    [
        "qwen2.5:7b-instruct-abliterated-q4_K_M",
        "llama3.1:8b-uncensored",
        "openai:gpt-4.1-mine",
        "openai:chat:ft:gpt-4.1-2025-04-14:acme::abc",
        "mistral:foo",
        "ollama:gpt-4.1",
        "vllm:claude-opus-4-7",
        "https://huggingface.co/acme/phi-4",
        "https://huggingface.co/microsoft/phi-4-mine/resolve/main/phi-4.gguf",
        "https://huggingface.co/microsoft/phi-4/resolve/main/Llama-3.2-3B-Instruct-Q4_K_M.gguf",
        "https://huggingface.co/datasets/microsoft/phi-4",
        "https://huggingface.co/openai/gpt-4.1",
        "https://huggingface.co/microsoft",
        "acme/phi-4@main",
        "mistral-large@2411",
        "openai/gpt-4.1@main",
        "Meta-Llama-3.1-8B-Instruct-abliterated-Q4_K_M.gguf",
        "acme/Llama-3.2-1B-Instruct-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        "My-Tuned-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        "gpt-4.1.gguf",
        ".gguf",
        "models/",
        "models/models",
        "openai:",
        "openai::gpt-4.1",
        "openai: gpt-4.1",
        "hf.co/",
        "https://huggingface.co/",
        "publishers/google/models/",
        "azure:openai:gpt-4.1",
        "openai:azure/gpt-4.1-x",
        "gateway/openai:gpt-4.1",
    ],
)
def test_where_anything_else_is_left_the_model_is_unknown(spelling: str) -> None:
    assert identify(spelling, SHIPPED).model is None


PROTOCOL: dict[str, tuple[str, str | None]] = {
    "a model of the company": ("openai:gpt-4.1", "openai"),
    "a model that nobody knows": ("openai:my-deployment", "openai"),
    "a model that nobody knows, behind a slash": ("openai/my-deployment", "openai"),
    "a model of somebody else": ("openai:gemini-2.5-flash", None),
    "open weights of the company, which its API does not sell": ("openai:gpt-oss-120b", None),
    "a name with an owner": ("openai/mlx-community/gemma-3-27b-it-8bit", None),
    "a name with an owner that nobody knows": ("openai/acme/one", None),
    "a name with the company as its owner": ("openai:chat:openai/gpt-5.4", None),
    "another company": ("anthropic:claude-opus-4-7", "anthropic"),
    "another company's protocol": ("anthropic:moonshotai/Kimi-K2-Instruct", None),
    "a provider whose protocol is its own": ("azure_openai:gemini-2.5-flash", "azure-openai"),
}


@pytest.mark.parametrize(("spelling", "provider"), PROTOCOL.values(), ids=PROTOCOL)
def test_a_prefix_of_a_protocol_names_its_company_only_before_names_of_its_own(
    spelling: str, provider: str | None
) -> None:
    found = identify(spelling, SHIPPED)
    assert (found.provider, bool(found.how)) == (provider, True)


@pytest.mark.parametrize(
    "spelling",
    [
        "watsonx/deployment/1234",
        "bedrock/agent/ABC/DEF",
        "projects/p/locations/europe-west4/endpoints/123",
        "vertex_ai/projects/p/locations/europe-west4/models/123",
        "azure/arn:aws:bedrock:us-east-1::custom-model/x",
    ],
)
def test_what_hides_the_model_is_opaque(spelling: str) -> None:
    found = identify(spelling, SHIPPED)
    assert (found.model, found.opaque, bool(found.how)) == (None, True, True)


def test_a_word_with_two_meanings_says_nothing_before_what_is_not_known() -> None:
    """`mistral` is a provider in some libraries and a model in Ollama, where a tag follows it."""
    assert identify("mistral:mistral-large-latest", SHIPPED).provider == "mistral"
    assert identify("mistral:7b-instruct-v0.2-q4_K_M", SHIPPED).provider is None
    assert identify("mistral:unheard-of", SHIPPED).provider is None


# --- A catalog of one's own --------------------------------------------------------------------------------------


def tiny(**tables: Any) -> Catalog:
    """Return a catalog that holds nothing but what is given."""
    empty: dict[str, Any] = {name: {} for name in Catalog.__annotations__}
    return Catalog(**{**empty, "own_licenses": frozenset(), "digest": "", **tables})


def test_a_spelling_wins_over_a_floating_name_and_that_over_a_pattern() -> None:
    patterns = {"^acme-.*$": "by-pattern"}
    everything = tiny(
        spellings={"acme-1": "by-spelling"}, floating={"acme-1": "f", "acme-2": "by-name"}, patterns=patterns
    )
    assert [identify(f"acme-{number}", everything).model for number in (1, 2, 3)] == [
        "by-spelling",
        "by-name",
        "by-pattern",
    ]
    assert [identify(f"acme-{number}", everything).floating for number in (1, 2, 3)] == [False, True, False]


def test_a_pattern_must_hold_for_the_whole_id_in_any_case() -> None:
    patterned = tiny(patterns={"^acme-[0-9]+$": "acme"})
    assert [identify(spelling, patterned).model for spelling in ("ACME-7", "acme-7b", "my-acme-7", "acme-7\n")] == [
        "acme",
        None,
        None,
        None,
    ]


def test_a_region_in_an_id_must_be_one_of_the_provider() -> None:
    provider = {"id": "cloud", "regions": "cloud"}
    regions = {"cloud": {"names": {"north-1": "SE"}, "groups": {"north": ["SE", "NO"]}}}
    routed = tiny(prefixes={"cloud": "cloud"}, providers={"cloud": provider}, regions=regions, spellings={"m": "m"})
    found = {
        spelling: identify(spelling, routed) for spelling in ("cloud/north-1/m", "cloud/north/m", "cloud/south-1/m")
    }
    assert [(one.region, one.model) for one in found.values()] == [("north-1", "m"), ("north", "m"), (None, None)]


def test_an_empty_catalog_knows_nothing_and_takes_no_offense() -> None:
    for spelling in ("microsoft/phi-4", "eu.anthropic.claude-opus-4-7", "azure/gpt-5.5", "arn:aws:bedrock:::x/y"):
        assert identify(spelling, tiny()).model is None


def test_a_pattern_is_matched_in_linear_time() -> None:
    """An organization's own catalog may hold patterns; none of them may hang the gate."""
    slow = SHIPPED._replace(patterns={"^acme-(a+)+$": "phi-4"})
    assert identify(f"acme-{'a' * 5_000}!", slow).model is None
    assert identify(f"ACME-{'a' * 5_000}", slow).model == "phi-4"
