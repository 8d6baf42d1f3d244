"""Contradictions between a spelling and what is declared next to it: both are named."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.conflict import conflict
from checker.engine.identify import identify
from checker.loading import catalog

SHIPPED = catalog.load()

CONTRARY: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "another provider": (
        "openai:gpt-4.1",
        {"type": "api", "provider": "azure-openai"},
        ("`openai:gpt-4.1`", "OpenAI API", "`azure-openai`"),
    ),
    "neither of two": (
        "google:gemini-2.5-pro",
        {"type": "api", "provider": "openai"},
        ("Gemini API", " or ", "Vertex AI", "`openai`"),
    ),
    "a program of one's own": (
        "ollama:llama3.1:8b",
        {"type": "api", "provider": "groq"},
        ("`ollama:llama3.1:8b`", "Ollama", "the API of `groq`"),
    ),
    "a program of one's own, and nobody's API": (
        "vllm:microsoft/phi-4",
        {"type": "api", "provider": "cheap-tokens"},
        ("vLLM", "`cheap-tokens`"),
    ),
    "a host": ("openai:gpt-4.1", {"type": "self-hosted", "provider": "aws"}, ("OpenAI API", "`aws`")),
    "the device": ("openai:gpt-4.1", {"type": "on-device"}, ("OpenAI API", "`on-device`")),
    "an id that hides its model": (
        "watsonx/deployment/1234",
        {"type": "api", "provider": "watsonx"},
        ("watsonx/deployment/1234", "hides"),
    ),
}


def said(spelling: str, entry: dict[str, Any]) -> str | None:
    provider = SHIPPED.provider(entry["provider"]) if "provider" in entry else None
    return conflict(entry, provider, identify(spelling, SHIPPED), (), SHIPPED)


@pytest.mark.parametrize(("spelling", "entry", "named"), CONTRARY.values(), ids=CONTRARY)
def test_a_contradiction_names_both_sides(spelling: str, entry: dict[str, Any], named: tuple[str, ...]) -> None:
    text = said(spelling, entry)
    assert text is not None
    assert all(name in text for name in named), text


AGREEING: dict[str, tuple[str, dict[str, Any]]] = {
    "the provider itself": ("openai:gpt-4.1", {"type": "api", "provider": "openai"}),
    "one of two": ("google:gemini-2.5-pro", {"type": "api", "provider": "google-ai-studio"}),
    "somebody's gateway": ("openai:gpt-4.1", {"type": "api", "provider": "openrouter"}),
    "a protocol": ("openai/mlx-community/gemma-3-27b-it-8bit", {"type": "self-hosted", "provider": "on-premises"}),
    "a protocol of another API": ("openai/moonshotai/Kimi-K2-Instruct", {"type": "api", "provider": "together"}),
    "a program of one's own on a host": ("ollama:llama3.1:8b", {"type": "self-hosted", "provider": "hetzner"}),
    "the service of that program": ("ollama:gpt-oss:120b", {"type": "api", "provider": "ollama-cloud"}),
    "a name that says nothing": ("microsoft/phi-4", {"type": "api", "provider": "groq"}),
}


@pytest.mark.parametrize(("spelling", "entry"), AGREEING.values(), ids=AGREEING)
def test_what_agrees_is_no_contradiction(spelling: str, entry: dict[str, Any]) -> None:
    assert said(spelling, entry) is None
