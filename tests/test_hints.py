"""What is proposed for a misspelled word is a near one, or nothing: a wrong neighbor misleads."""

from __future__ import annotations

import pytest

from checker.errors import did_you_mean

NEAR = [
    ("deepsek", "deepseek"),
    ("opneai", "openai"),
    ("GlobalStandrad", "GlobalStandard"),
    ("selfhosted", "self-hosted"),
    ("purpse", "purpose"),
    ("gpt-5", "gpt-5.5"),
    ("policy", "policies"),
    ("usee", "use"),
    ("swedencental", "swedencentral"),
]
FAR = [("tavily", "stability"), ("aura-2", "sora-2"), ("acme", "azure"), ("nova-x", "nvidia")]


@pytest.mark.parametrize(("word", "meant"), NEAR)
def test_a_slip_of_the_keys_is_recognized(word: str, meant: str) -> None:
    assert did_you_mean(word, [meant, "something-else"]) == f"did you mean `{meant}`?"


@pytest.mark.parametrize(("word", "neighbor"), FAR)
def test_another_word_is_not_proposed(word: str, neighbor: str) -> None:
    assert did_you_mean(word, [neighbor]) == ""
