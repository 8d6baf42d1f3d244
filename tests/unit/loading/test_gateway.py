"""From a use behind a gateway to one use for each target."""

from __future__ import annotations

from typing import Any

import pytest

from checker.loading.gateway import behind
from checker.model.manifest import Use
from tests.support import configured

CONFIG = """\
gateways:
  proxy:
    via: {provider: aws, region: eu-central-1, sees: metadata}
    aliases:
      one: [{model: a, deployment: {type: on-device}}]
      two: [{model: a, deployment: {type: on-device}}, {model: b, deployment: {type: api, provider: openai}}]
      "x/y~z": [{model: c, deployment: {type: on-device}}]
  plain:
    aliases: {one: [{model: a, deployment: {type: on-device}}]}
"""


def use(**changed: Any) -> Use:
    entry = {"id": "chat", "model": "one", "gateway": "proxy", "purpose": "p", "data": ["claims"], **changed}
    return Use(id="chat", pointer="/models/0", entry=entry)


def resolved(**changed: Any) -> list[Use]:
    return [*behind(use(**changed), configured(CONFIG))]


def test_a_use_without_a_gateway_is_itself() -> None:
    plain = Use(id="chat", pointer="/models/0", entry={"id": "chat", "model": "one"})
    assert [*behind(plain, configured(CONFIG))] == [plain]
    assert [*behind(plain, configured())] == [plain]


@pytest.mark.parametrize("changed", [{"gateway": "gone"}, {"model": "gone"}], ids=["gateway", "alias"])
def test_what_the_config_does_not_have_leaves_a_use_as_it_is(changed: dict[str, str]) -> None:
    assert resolved(**changed) == [use(**changed)]


def test_one_target_keeps_the_name_of_the_use_and_several_are_numbered() -> None:
    assert [one.id for one in resolved()] == ["chat"]
    assert [one.id for one in resolved(model="two")] == ["chat/target-1", "chat/target-2"]


def test_a_target_has_its_own_model_and_deployment_and_all_else_of_the_use() -> None:
    first, second = resolved(model="two", outputs=["internal"], via=[{"name": "log"}])
    assert (first.entry["model"], first.entry["deployment"]) == ("a", {"type": "on-device"})
    assert (second.entry["model"], second.entry["deployment"]) == ("b", {"type": "api", "provider": "openai"})
    for one in (first, second):
        assert (one.entry["data"], one.entry["outputs"], one.entry["purpose"]) == (["claims"], ["internal"], "p")
        assert one.pointer == "/models/0"
        assert "gateway" not in one.entry


def test_the_gateway_is_the_last_stop_under_its_own_name() -> None:
    (one,) = resolved(via=[{"name": "log"}])
    assert [stop["name"] for stop in one.entry["via"]] == ["log", "proxy"]
    via = {"provider": "aws", "region": "eu-central-1", "sees": "metadata", "name": "proxy", "role": "gateway"}
    assert one.entry["via"][-1] == via


def test_a_gateway_that_runs_nowhere_of_its_own_is_no_stop() -> None:
    (one,) = resolved(gateway="plain")
    assert "via" not in one.entry
    assert one.gateway == ""


def test_pointers_name_the_target_and_the_gateway_in_the_config() -> None:
    first, second = resolved(model="two")
    assert (first.target, second.target) == ("/gateways/proxy/aliases/two/0", "/gateways/proxy/aliases/two/1")
    assert first.gateway == second.gateway == "/gateways/proxy/via"
    document = configured(CONFIG).document
    assert document is not None
    for one in (first, second, *resolved(model="x/y~z")):
        assert f"{one.target}/model" in document.values
        assert one.gateway in document.values


def test_model_and_deployment_are_declared_in_the_config_and_all_else_in_the_manifest() -> None:
    (one,) = resolved(model="x/y~z")
    assert one.address("model") == "config#/gateways/proxy/aliases/x~1y~0z/0/model"
    assert one.address("deployment") == "config#/gateways/proxy/aliases/x~1y~0z/0/deployment"
    assert one.address("purpose") == "manifest#/models/0/purpose"
    assert use().address("model") == "manifest#/models/0/model"


def test_what_is_declared_stays_as_it_was() -> None:
    declared = use(via=[{"name": "log"}], model="two")
    before = {**declared.entry, "via": [*declared.entry["via"]]}
    assert len([*behind(declared, configured(CONFIG))]) == 2
    assert declared.entry == before
