"""Gateways: a manifest names an alias, the config says what stands behind it, and every target is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands import CONFIG, FREE, NAME, NON_COMMERCIAL, RULE, Done, config, waiver, write
from tests.support import marked, pack_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROCESSING, STORAGE, DESTINATIONS = "residency/processing", "residency/storage", "residency/destinations"
HEAD = """\
version: 1
project: {name: claims, owner: claims-platform, use: commercial}
data:
  claims: {classification: [internal], residency: [EU]}
models:
"""
CHAT = """\
  - id: chat
    model: smart
    gateway: proxy
    purpose: sort incoming claims
    data: [claims]
"""
MANIFEST = HEAD + CHAT


def target(region: str = "DE", model: str = FREE) -> str:
    """Return a target that we host ourselves."""
    return f"{{model: {model}, deployment: {{type: self-hosted, provider: on-premises, region: {region}}}}}"


def gateways(*targets: str, via: str = "{provider: on-premises, region: DE}", more: str = "") -> str:
    """Return a config with the gateway `proxy`, its targets each on a line of its own from line 7 on."""
    stands = f"    via: {via}\n" if via else "    # It only picks a model, in our own process.\n"
    listed = "".join(f"        - {one}\n" for one in targets)
    return f"version: 1\ngateways:\n  proxy:\n{stands}    aliases:\n      smart:\n{listed}{more}"


# --- What stands behind an alias ---------------------------------------------------------------------------------


def test_an_alias_with_one_target_is_judged_under_the_name_of_the_use(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: MANIFEST, CONFIG: gateways(target("DE"))})
    assert judged().said() == []
    write(tmp_path, {CONFIG: gateways(target("US"))})
    done = judged()
    assert (done.code, done.said()) == (1, [(PROCESSING, "fail"), (STORAGE, "fail")])
    assert done.where("fail") == {(NAME, "chat")}
    assert done.report["checked"]["models"] == 1


@pytest.mark.parametrize("in_fallback", [False, True], ids=["use", "fallback"])
def test_a_deployment_beside_a_gateway_would_be_looked_past_and_is_refused(
    judged: Callable[..., Done], tmp_path: Path, in_fallback: bool
) -> None:
    both = "gateway: proxy, deployment: {type: api, provider: openai}"
    more = f"    fallbacks: [{{id: other, model: smart, {both}}}]\n"
    text = HEAD + (CHAT + more if in_fallback else CHAT + "    deployment: {type: api, provider: openai}\n")
    write(tmp_path, {NAME: text, CONFIG: gateways(target("DE"))})
    error = judged().error()
    assert "`deployment` stands beside `gateway`" in error["message"]
    line, column = (text[: text.index("deployment")].count("\n") + 1, text.splitlines()[error["line"] - 1])
    assert error["line"] == line
    assert column[error["column"] - 1 :].startswith("deployment")


def test_the_model_of_a_target_is_shown_where_the_config_names_it(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: MANIFEST, CONFIG: gateways(target("DE", NON_COMMERCIAL))})
    found = judged().finding(RULE)
    assert (found["location"]["path"], found["location"]["line"]) == (CONFIG, 7)


def test_of_an_alias_with_several_targets_each_is_judged_with_the_data_of_the_use(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: MANIFEST, CONFIG: gateways(target("DE"), target("US"), target("FR", NON_COMMERCIAL))})
    done = judged()
    failed = {(one["rule"], one["model"]) for one in done.findings()}
    assert failed == {(PROCESSING, "chat/target-2"), (STORAGE, "chat/target-2"), (RULE, "chat/target-3")}
    assert done.report["checked"]["models"] == 3
    everything = judged("--all").findings(PROCESSING)
    assert {one["model"]: one["verdict"] for one in everything} == {
        "chat/target-1": "pass",
        "chat/target-2": "fail",
        "chat/target-3": "pass",
    }


def test_the_same_alias_is_judged_with_the_data_of_each_use(judged: Callable[..., Done], tmp_path: Path) -> None:
    other = CHAT.replace("id: chat", "id: draft").replace("[claims]", "[letters]")
    declared = MANIFEST.replace("models:", "  letters: {classification: [internal]}\nmodels:")
    write(tmp_path, {NAME: declared + other, CONFIG: gateways(target("US"))})
    assert judged().where("fail") == {(NAME, "chat")}


def test_what_the_use_says_beside_the_model_holds_for_every_target(judged: Callable[..., Done], tmp_path: Path) -> None:
    own = pack_text({"require": "use.outputs == ['internal'] && use.purpose == 'sort incoming claims'"})
    write(tmp_path, {NAME: f"{MANIFEST}    outputs: [internal]\n", "own.yaml": own})
    write(tmp_path, {CONFIG: gateways(target(), target("FR"), more="policies: [own.yaml]\n")})
    assert judged("--all").where("pass", "t/one") == {(NAME, "chat/target-1"), (NAME, "chat/target-2")}
    write(tmp_path, {NAME: MANIFEST})
    assert judged().where("fail", "t/one") == {(NAME, "chat/target-1"), (NAME, "chat/target-2")}


def test_an_alias_that_is_spelled_like_a_model_is_what_the_config_says(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    """Also one with a slash, which stands for something else in a pointer."""
    write(tmp_path, {NAME: MANIFEST.replace("model: smart", f"model: {FREE}")})
    write(tmp_path, {CONFIG: gateways(target("US")).replace("smart:", f"{FREE}:")})
    place = judged().finding(PROCESSING)["location"]
    assert (place["path"], place["line"]) == (CONFIG, 7)
    assert place["pointer"].startswith("/gateways/proxy/aliases/microsoft~1phi-4/0/deployment")
    write(tmp_path, {CONFIG: gateways(target(model=NON_COMMERCIAL)).replace("smart:", f"{FREE}:")})
    assert judged().said() == [(RULE, "fail")]


# --- Places ------------------------------------------------------------------------------------------------------


def test_what_the_config_says_of_a_target_is_shown_in_the_config(judged: Callable[..., Done], tmp_path: Path) -> None:
    text, line, column = marked(gateways(target("DE"), target("§US")))
    write(tmp_path, {NAME: MANIFEST, CONFIG: text})
    done = judged().finding(PROCESSING)
    places = [done["location"], *done["related"]]
    assert {place["path"] for place in places} == {CONFIG, NAME}
    assert (places[0]["path"], places[0]["line"]) == (CONFIG, line)
    assert places[0]["pointer"].startswith("/gateways/proxy/aliases/smart/1/deployment")
    start, end = places[0]["column"], places[0]["end_column"]
    assert start <= column <= end


def test_the_text_quotes_the_line_of_the_config(check: Callable[..., Done], tmp_path: Path) -> None:
    text, line, _ = marked(gateways(target("DE"), target("§US")))
    write(tmp_path, {NAME: MANIFEST, CONFIG: text})
    out = check().out
    assert f"--> {CONFIG}:{line}:" in out
    assert "region: US" in out.partition(f"{line} |")[2].splitlines()[0]


def test_a_target_whose_model_is_not_known_is_unknown_and_shown_in_the_config(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    text, line, column = marked(gateways(target(), target(model="§acme/unheard-of")))
    write(tmp_path, {NAME: MANIFEST, CONFIG: text})
    done = judged()
    assert done.code == 1
    said = done.finding("catalog/known-model")
    place = said["location"]
    assert (said["verdict"], said["model"]) == ("unknown", "chat/target-2")
    assert (place["path"], place["line"], place["column"]) == (CONFIG, line, column)
    assert place["pointer"] == "/gateways/proxy/aliases/smart/1/model"


# --- The gateway itself ------------------------------------------------------------------------------------------


def test_a_gateway_is_a_destination_itself(judged: Callable[..., Done], tmp_path: Path) -> None:
    text, line, _ = marked(gateways(target(), target("FR"), via="{provider: on-premises, region: §US}"))
    write(tmp_path, {NAME: MANIFEST, CONFIG: text})
    done = judged()
    assert (done.code, done.said()) == (1, [(DESTINATIONS, "fail")] * 2)
    assert done.where("fail") == {(NAME, "chat/target-1"), (NAME, "chat/target-2")}
    for said in done.findings():
        assert said["subject"] == "claims / proxy"
        assert (said["location"]["path"], said["location"]["line"]) == (CONFIG, line)


GATEWAYS = {
    "in the region": ("{provider: on-premises, region: DE}", []),
    "nowhere of its own": ("", []),
    "that sees no content": ("{provider: on-premises, region: US, sees: metadata}", []),
    "somewhere": ("{provider: on-premises}", [(DESTINATIONS, "unknown")]),
    "outside": ("{provider: on-premises, region: US}", [(DESTINATIONS, "fail")]),
    "in several places": ("{provider: on-premises, region: [DE, US]}", [(DESTINATIONS, "fail")]),
}


@pytest.mark.parametrize(("via", "said"), GATEWAYS.values(), ids=GATEWAYS)
def test_the_data_goes_where_the_gateway_is(
    judged: Callable[..., Done], tmp_path: Path, via: str, said: list[tuple[str, str]]
) -> None:
    write(tmp_path, {NAME: MANIFEST, CONFIG: gateways(target(), via=via)})
    assert judged().said() == said


TYPES = {
    "openrouter": "api",
    "langfuse-cloud": "api",
    "aws": "self-hosted",
    "on-premises": "self-hosted",
    "our-own-rack": "self-hosted",
}


@pytest.mark.parametrize(("provider", "kind"), TYPES.items())
def test_a_gateway_runs_as_its_provider_usually_does_where_nothing_is_said(
    judged: Callable[..., Done], tmp_path: Path, provider: str, kind: str
) -> None:
    own = pack_text({"each": "{stop: use.via}", "require": f"stop.type == '{kind}'"})
    more = "policies: [own.yaml]\n"
    write(tmp_path, {NAME: MANIFEST, "own.yaml": own})
    write(tmp_path, {CONFIG: gateways(target(), via=f"{{provider: {provider}, region: DE}}", more=more)})
    assert [(one["verdict"], one["subject"]) for one in judged("--all").findings("t/one")] == [("pass", "proxy")]


def test_a_gateway_of_a_provider_that_is_not_known_runs_as_it_is_said_to(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    own = pack_text({"each": "{stop: use.via}", "require": "stop.type == 'api'"})
    via = "{provider: our-own-rack, type: api, region: DE}"
    listed = gateways(target(), via=via, more="policies: [own.yaml]\n")
    write(tmp_path, {NAME: MANIFEST, "own.yaml": own, CONFIG: listed})
    assert judged("--all").finding("t/one")["verdict"] == "pass"
    write(tmp_path, {CONFIG: listed.replace("type: api", "type: self-hosted")})
    assert judged("--all").finding("t/one")["verdict"] == "fail"


def test_the_stops_of_the_use_are_destinations_beside_the_gateway(judged: Callable[..., Done], tmp_path: Path) -> None:
    stop = "{name: log, role: telemetry, type: self-hosted, provider: on-premises, region: US}"
    text = gateways(target(), via="{provider: on-premises, region: US}")
    write(tmp_path, {NAME: f"{MANIFEST}    via: [{stop}]\n", CONFIG: text})
    found = {one["subject"]: one["location"]["path"] for one in judged().findings(DESTINATIONS)}
    assert found == {"claims / log": NAME, "claims / proxy": CONFIG}


# --- Fallbacks ---------------------------------------------------------------------------------------------------

TWO_ALIASES = gateways(target("DE"), more=f"      quick:\n        - {target('FR')}\n        - {target('US')}\n")
FALLBACKS = {
    "to another alias": ("{id: second, model: quick}", {"chat/second/target-2"}),
    "to another alias, naming the gateway": ("{id: second, model: quick, gateway: proxy}", {"chat/second/target-2"}),
    "to the same alias": ("{id: second, model: smart}", set()),
    "to a deployment of its own": (
        f"{{id: second, model: {FREE}, deployment: {{type: self-hosted, provider: on-premises, region: US}}}}",
        {"chat/second"},
    ),
}


@pytest.mark.parametrize(("fallback", "failed"), FALLBACKS.values(), ids=FALLBACKS)
def test_a_fallback_stands_behind_the_gateway_unless_it_says_where_it_runs(
    judged: Callable[..., Done], tmp_path: Path, fallback: str, failed: set[str]
) -> None:
    write(tmp_path, {NAME: f"{MANIFEST}    fallbacks: [{fallback}]\n", CONFIG: TWO_ALIASES})
    assert {name for _, name in judged().where("fail", PROCESSING)} == failed


def test_a_use_without_a_gateway_may_fall_back_to_one(judged: Callable[..., Done], tmp_path: Path) -> None:
    direct = CHAT.replace("smart", FREE).replace("    gateway: proxy\n", "")
    deployment = "    deployment: {type: self-hosted, provider: on-premises, region: DE}\n"
    fallback = "    fallbacks: [{id: second, model: quick, gateway: proxy}]\n"
    write(tmp_path, {NAME: HEAD + direct + deployment + fallback, CONFIG: TWO_ALIASES})
    assert {name for _, name in judged().where("fail")} == {"chat/second/target-2"}


def test_a_target_of_a_fallback_can_be_waived(judged: Callable[..., Done], tmp_path: Path) -> None:
    waived = [waiver(rule=rule, model="chat/second/target-2") for rule in (PROCESSING, STORAGE)]
    listed = TWO_ALIASES + config(*waived).removeprefix("version: 1\n")
    write(tmp_path, {NAME: f"{MANIFEST}    fallbacks: [{{id: second, model: quick}}]\n", CONFIG: listed})
    done = judged()
    assert (done.code, done.said()) == (0, [(PROCESSING, "waived"), (STORAGE, "waived")])


def test_a_fallback_with_the_name_of_a_target_can_not_be_told_apart_from_it(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    deployment = "deployment: {type: self-hosted, provider: on-premises, region: US}"
    text, line, column = marked(f"{MANIFEST}    fallbacks: [{{id: §target-1, model: {FREE}, {deployment}}}]\n")
    write(tmp_path, {NAME: text, CONFIG: gateways(target(), target("FR"))})
    error = judged().error()
    assert (error["path"], error["line"], error["column"]) == (NAME, line, column)
    assert "`chat/target-1` appears twice" in error["message"]


def test_a_stop_with_the_name_of_the_gateway_can_not_be_told_apart_from_it(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    stop = "role: telemetry, type: self-hosted, provider: on-premises, region: US"
    text, line, _ = marked(f"{MANIFEST}    via: [{{name: §proxy, {stop}}}]\n")
    write(tmp_path, {NAME: text, CONFIG: gateways(target(), target("FR"))})
    error = judged().error()
    assert (error["path"], error["line"], error["message"]) == (NAME, line, "the name `proxy` appears twice")


# --- Names that stand for nothing --------------------------------------------------------------------------------

UNKNOWN = {
    "a gateway": ("gateway: proxy", "gateway: §proxi", "the config has no gateway `proxi`", "did you mean `proxy`?"),
    "a gateway that is like none": ("gateway: proxy", "gateway: §x", "the config has no gateway `x`", "known: proxy"),
    "an alias": ("model: smart", "model: §smrt", "the gateway `proxy` has no alias `smrt`", "did you mean `smart`?"),
    "an alias that is like none": ("model: smart", "model: §x", "the gateway `proxy` has no alias `x`", "known: smart"),
    "an alias in another case": (
        "model: smart",
        "model: §Smart",
        "the gateway `proxy` has no alias `Smart`",
        "did you mean `smart`?",
    ),
    "a model in place of an alias": (
        "model: smart",
        f"model: §{FREE}",
        f"the gateway `proxy` has no alias `{FREE}`",
        "known: smart",
    ),
}


@pytest.mark.parametrize(("before", "after", "message", "hint"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_the_config_does_not_have_can_not_be_judged(
    judged: Callable[..., Done], tmp_path: Path, before: str, after: str, message: str, hint: str
) -> None:
    text, line, column = marked(MANIFEST.replace(before, after))
    write(tmp_path, {NAME: text, CONFIG: gateways(target())})
    error = judged().error()
    assert (error["path"], error["line"], error["column"]) == (NAME, line, column)
    assert (error["message"], error["hint"]) == (message, hint)


def test_a_gateway_without_a_config_can_not_be_judged(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: MANIFEST})
    error = judged().error()
    assert error["message"] == "the config has no gateway `proxy`"
    assert error["hint"] == "declare it under `gateways` in .modelpolicy.yaml"


def test_a_gateway_that_a_fallback_takes_over_is_told_of_once(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: f"{MANIFEST}    fallbacks: [{{id: second, model: quick}}]\n", CONFIG: "version: 1\n"})
    assert judged().error()["line"] == 8


def test_a_use_that_says_neither_where_it_runs_nor_a_gateway_can_not_be_judged(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: MANIFEST.replace("    gateway: proxy\n", ""), CONFIG: gateways(target())})
    assert "`deployment`" in judged().error()["message"]


MALFORMED = {
    "no target": "      smart: §[]\n",
    "a target without a model": "      smart:\n        - §{deployment: {type: on-device}}\n",
    "a target without a deployment": f"      smart:\n        - §{{model: {FREE}}}\n",
    "a target with more": f"      smart:\n        - {{model: {FREE}, §data: [x], deployment: {{type: on-device}}}}\n",
    "a target without its provider": f"      smart:\n        - {{model: {FREE}, deployment: §{{type: api}}}}\n",
}


@pytest.mark.parametrize("aliases", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_gateway_can_not_be_used(judged: Callable[..., Done], tmp_path: Path, aliases: str) -> None:
    text, line, _ = marked(f"version: 1\ngateways:\n  proxy:\n    aliases:\n{aliases}")
    write(tmp_path, {NAME: MANIFEST, CONFIG: text})
    done = judged()
    assert done.code == 2
    assert {(error["path"], error["line"]) for error in done.report["errors"]} == {(CONFIG, line)}


# --- One edit for all --------------------------------------------------------------------------------------------


def test_one_edit_of_the_config_changes_the_verdict_of_every_manifest(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    names = [f"services/s{number:03}/{NAME}" for number in range(300)]
    write(tmp_path, dict.fromkeys(names, MANIFEST))
    write(tmp_path, {CONFIG: gateways(target("DE"))})
    before = judged()
    assert (before.code, before.said(), before.report["checked"]["manifests"]) == (0, [], 300)
    write(tmp_path, {CONFIG: gateways(target("US"))})
    after = judged()
    assert after.code == 1
    assert after.where("fail", PROCESSING) == {(name, "chat") for name in names}
    assert {one["location"]["path"] for one in after.findings()} == {CONFIG}


def test_a_waiver_names_one_target(judged: Callable[..., Done], tmp_path: Path) -> None:
    waived = config(waiver(rule=PROCESSING, model="chat/target-2")).removeprefix("version: 1\n")
    write(tmp_path, {NAME: MANIFEST, CONFIG: gateways(target("US"), target("US"), more=waived)})
    done = judged()
    assert done.where("waived") == {(NAME, "chat/target-2")}
    assert done.where("fail", PROCESSING) == {(NAME, "chat/target-1")}
