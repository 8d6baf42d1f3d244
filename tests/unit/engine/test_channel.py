"""Whose terms bind behind an API, as the catalog records it of models and providers."""

from __future__ import annotations

from typing import Any

import pytest

from checker.engine import channel
from checker.engine.ledger import Ledger
from checker.engine.licensing import Unsettled
from checker.loading import catalog
from checker.model.fact import ADDRESS

SHIPPED = catalog.load()
ENTRY: dict[str, Any] = {"source": ["litellm"], "checked": "2026-11-23", "status": "secondary"}


def model(**more: Any) -> dict[str, Any]:
    return {
        "id": "one",
        "name": "One",
        "developer": "Acme",
        "openness": {"weights": "open"},
        "licenses": ["MIT", {"any_of": ["Apache-2.0", "llama4"]}],
        **more,
    }


def served_by(*sellers: dict[str, Any]) -> channel.Channel:
    record = {"id": "host", "name": "Host", **ENTRY, "sellers": [{**ENTRY, **one} for one in sellers]}
    return channel.Channel(declared="host", provider=record)


OWN = ["MIT", {"any_of": ["Apache-2.0", "llama4"]}]
BINDING: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[Any]]] = {
    "the provider's terms, and no license of the weights": ([{"licenses": ["t"]}], model(), ["t"]),
    "what is passed on binds beside them": ([{"licenses": ["t"], "passes_on": True}], model(), ["t", *OWN]),
    "what is passed on can bind alone": ([{"passes_on": True}], model(), OWN),
    "what binds twice is named once": ([{"licenses": ["t", "MIT"], "passes_on": True}], model(), ["t", "MIT", OWN[1]]),
    "the first that fits decides": ([{"developer": "Acme", "licenses": ["a"]}, {"licenses": ["t"]}], model(), ["a"]),
    "another developer's do not": ([{"developer": "Else", "licenses": ["a"]}, {"licenses": ["t"]}], model(), ["t"]),
    "closed weights are another case": (
        [{"weights": "closed", "licenses": ["a"]}, {"licenses": ["t"]}],
        model(),
        ["t"],
    ),
    "the model's own record comes first": (
        [{"licenses": ["t"]}],
        model(
            terms=[{**ENTRY, "provider": "else", "licenses": ["e"]}, {**ENTRY, "provider": "host", "licenses": ["m"]}]
        ),
        ["m"],
    ),
}


@pytest.mark.parametrize(("sellers", "record", "binding"), BINDING.values(), ids=BINDING)
def test_behind_an_api_the_terms_of_the_channel_bind(
    sellers: list[dict[str, Any]], record: dict[str, Any], binding: list[Any]
) -> None:
    assert channel.licenses(served_by(*sellers), record) == binding


UNKNOWN: dict[str, tuple[channel.Channel, dict[str, Any]]] = {
    "nothing is on record": (served_by(), model()),
    "only others are meant": (served_by({"developer": "Else", "licenses": ["t"]}), model()),
    "whether the weights are open is not known": (
        served_by({"weights": "open", "licenses": ["t"]}),
        model(openness={}),
    ),
    "the provider is not known": (channel.Channel(declared="nobody", provider=None), model()),
}


@pytest.mark.parametrize(("served", "record"), UNKNOWN.values(), ids=UNKNOWN)
def test_terms_that_are_not_on_record_are_never_the_license_of_the_weights(
    served: channel.Channel, record: dict[str, Any]
) -> None:
    settled = channel.licenses(served, record)
    assert isinstance(settled, Unsettled)
    assert served.name in settled.why
    assert settled.at == "deployment"
    assert channel.facts(served, record, SHIPPED, Ledger()) == {}


SAID: dict[str, tuple[dict[str, Any], str]] = {
    "the provider": ({"licenses": ["t"]}, "at Host the provider's terms bind"),
    "the seller": ({"licenses": ["t"], "seller": "Acme"}, "at Host the terms of the seller, Acme, bind"),
    "both": (
        {"licenses": ["t"], "passes_on": True},
        "at Host the provider's terms bind, and the model's own license too",
    ),
    "the license": ({"passes_on": True}, "at Host the model's own license binds, which the provider passes on"),
}


@pytest.mark.parametrize(("entry", "said"), SAID.values(), ids=SAID)
def test_a_finding_can_name_the_channel_and_where_its_terms_were_read(entry: dict[str, Any], said: str) -> None:
    ledger = Ledger()
    found = channel.facts(served_by({**entry, "checked": "2026-12-01"}), model(), SHIPPED, ledger)["channel"]
    assert (found["name"], found["binds"]) == ("Host", said)
    assert found[ADDRESS] == "catalog/providers/host#/sellers/0"
    assert ledger.known[found[ADDRESS]].checked == "2026-12-01"


@pytest.mark.parametrize("kind", ["self-hosted", "on-device"])
def test_what_we_run_ourselves_comes_through_no_channel(kind: str) -> None:
    assert channel.of({"type": kind, "provider": "aws"}, SHIPPED) is None


def test_every_model_that_amazon_bedrock_sells_for_mistral_is_under_the_terms_of_the_channel() -> None:
    bedrock = channel.of({"type": "api", "provider": "bedrock"}, SHIPPED)
    assert bedrock is not None
    sold = [one for one in SHIPPED.models.values() if one["developer"] == "Mistral AI" and "bedrock" in one["ids"]]
    assert len(sold) > 10
    assert {str(channel.licenses(bedrock, one)) for one in sold} == {
        "['terms-aws-bedrock', 'terms-mistral-deployment']"
    }
