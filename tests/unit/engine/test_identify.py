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
