"""Entries of house lists: what each stands for in the catalog, and that none stands for nothing."""

from __future__ import annotations

import pytest

from checker.engine.entry import AXES, Entry, Fault, read
from checker.loading import catalog

SHIPPED = catalog.load()
READ = {
    "gpt-3.5-turbo": "model",
    "model:openai/gpt-4.1": "model",
    "qwen2.5:7b": "model",
    "https://huggingface.co/microsoft/phi-4": "model",
    "FAMILY:QWEN3": "family",
    "developer:deepseek": "developer",
    "developer: DeepSeek": "developer",
    "developer:deepseek-ai": "developer",
    "country:cn": "country",
    "country:China": "country",
    "country:EU": "country",
    "provider:aws-bedrock": "provider",
    "provider:Bedrock": "provider",
    "provider-country:US": "provider-country",
    "license:mit": "license",
    "license:apache-2.0": "license",
    "license-kind:Community": "license-kind",
    "openness:Closed": "openness",
    "modality:image": "modality",
    "task:chat": "task",
    "region:eu-central-1": "region",
    "region:DE": "region",
}
REFUSED = {
    "": "",
    "deepseek": "`developer:deepseek`",
    "mistral": "`provider:mistral`",
    "openness:open": "open-weights",
    "license-kind:free": "permissive",
    "provider:deepsek": "`deepseek`",
    "country:Chna": "`China`",
    "developer:Deepsek": "`DeepSeek`",
    "licence:mit": "`license`",
    "provider:": "",
    "region:us-east-9": "`us-east-1`",
    "developer:EU": "`country:EU`",
    "model:acme/unheard-of": "catalog",
}


@pytest.mark.parametrize(("text", "axis"), READ.items(), ids=READ)
def test_an_entry_stands_for_something(text: str, axis: str) -> None:
    found = read(text, "config#/params/x/0", SHIPPED)
    assert isinstance(found, Entry), found
    assert (found.axis, found.text) == (axis, text)
    assert found.values


@pytest.mark.parametrize(("text", "hint"), REFUSED.items(), ids=REFUSED)
def test_an_entry_that_stands_for_nothing_is_refused_with_what_to_write(text: str, hint: str) -> None:
    found = read(text, "config#/params/x/0", SHIPPED)
    assert isinstance(found, Fault), found
    assert hint in found.hint
    assert found.hint


@pytest.mark.parametrize("text", [text for text in READ if ":" in text and "//" not in text and text != "qwen2.5:7b"])
def test_case_changes_nothing(text: str) -> None:
    found, other = (read(form, "", SHIPPED) for form in (text, text.upper()))
    assert isinstance(found, Entry)
    assert isinstance(other, Entry)
    assert found.values == other.values


def test_all_spellings_of_a_model_are_one_entry() -> None:
    spellings = ("gpt-4.1", "openai:gpt-4.1", "model:openai/gpt-4.1", "azure/gpt-4.1")
    entries = [read(text, "", SHIPPED) for text in spellings]
    assert len({entry.values for entry in entries if isinstance(entry, Entry)}) == 1
    assert all(isinstance(entry, Entry) for entry in entries)


@pytest.mark.parametrize("axis", AXES)
def test_nonsense_is_a_fault_on_every_axis(axis: str) -> None:
    found = read(f"{axis}:no such thing at all", "", SHIPPED)
    assert isinstance(found, Fault)
    assert found.hint
