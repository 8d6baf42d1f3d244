"""Sentences about places: the words of a provider are listed with what each means."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine.destination import resolve
from checker.engine.identify import identify
from checker.engine.ledger import Ledger
from checker.engine.reason import vocabulary
from checker.engine.target import Target
from checker.loading import catalog

SHIPPED = catalog.load()
AT = "manifest#/models/0"


def gap(model: str, name: str = "processing", **entry: Any) -> tuple[str, str]:
    """Return why the places of a deployment are not known, and what would supply them."""
    identity = identify(model, SHIPPED)
    target = Target("triage", "model", {"type": "api", **entry}, f"{AT}/deployment", f"{AT}/model", identity)
    ledger = Ledger()
    resolve(target, None, SHIPPED, ledger)
    found = ledger.gaps[f"{AT}/deployment/{name}"]
    return found.why, found.supply


OPENAI = "EU_STORAGE_PROCESSING: processed and stored in the European Economic Area and Switzerland"
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a place for a word of OpenAI": (
        {"provider": "openai", "residency": "EU"},
        [OPENAI, "GLOBAL: processed and stored"],
    ),
    "a region where OpenAI wants a word": ({"provider": "openai", "region": "eu"}, [OPENAI, "declare `residency`"]),
    "a SKU that is misspelled": (
        {"provider": "azure-openai", "region": "swedencentral", "sku": "GlobalStandrd"},
        ["did you mean `GlobalStandard`?", "GlobalBatch: processed anywhere, stored in the region"],
    ),
    "a word that Anthropic does not have": (
        {"provider": "anthropic", "residency": "eu"},
        ["us: processed and stored in US", "global: processed anywhere, stored in US"],
    ),
    "a routing that no route asks for": (
        {"provider": "anthropic", "residency": "eu", "routing": "zone"},
        ["remove `routing`: nothing depends on it there"],
    ),
}


@pytest.mark.parametrize(("entry", "said"), REFUSED.values(), ids=REFUSED)
def test_a_word_that_is_refused_lists_those_of_the_provider(entry: dict[str, Any], said: list[str]) -> None:
    models = {"anthropic": "claude-opus-4-7"}
    _, supply = gap(models.get(entry["provider"], "gpt-5.5"), **entry)
    for text in said:
        assert text in supply
    assert "did you mean `EU`" not in supply


def test_a_plan_says_what_becomes_of_content() -> None:
    _, supply = gap("gemini-3.1-pro-preview", "trains_on_data", provider="google-ai-studio")
    assert "free: content trains models" in supply
    assert "paid: content trains no models" in supply


@pytest.mark.parametrize("provider", sorted(SHIPPED.providers))
@pytest.mark.parametrize("name", ["sku", "residency", "plan", "routing"])
def test_every_word_of_every_provider_means_something(provider: str, name: str) -> None:
    text = vocabulary(name, SHIPPED.providers[provider], SHIPPED)
    assert ": ;" not in text
    assert not text.endswith(": ")
    assert "None" not in text
