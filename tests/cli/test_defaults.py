"""`defaults:` of a manifest: what every use inherits, key by key, and where findings about it point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.commands import NAME, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Done

HEAD = "version: 1\nproject: {name: hub, owner: team, use: commercial, serves: [DE]}\ndata: {d: {residency: [EU]}}\n"
DEFAULTS = """\
defaults:
  purpose: answer
  deployment: {type: api, provider: aws-bedrock, region: us-east-1}
  data: [d]
"""
MODELS = 'models:\n  - {id: a, model: "amazon.nova-pro-v1:0"}\n  - {id: b, model: "amazon.nova-lite-v1:0"MORE}\n'


def judged(check: Callable[..., Done], folder: Path, text: str) -> list[tuple[Any, ...]]:
    """Return every verdict of a manifest, passes included."""
    write(folder, {NAME: text})
    findings = check("--format", "json", "--all").findings()
    return sorted((one["model"] or "", one["rule"], one["subject"] or "", one["verdict"]) for one in findings)


@pytest.mark.parametrize(
    "more",
    [
        "",
        ", deployment: {region: eu-central-1}",
        ", deployment: {type: self-hosted, provider: on-premises, region: DE}",
        ", data: []",
        ", purpose: another",
        ", fallbacks: [{id: c, model: amazon.nova-micro-v1:0}]",
        ", modifications: [fine-tune]",
    ],
)
def test_a_manifest_with_defaults_is_judged_like_one_that_is_written_out(
    check: Callable[..., Done], tmp_path: Path, more: str
) -> None:
    short = HEAD + DEFAULTS + MODELS.replace("MORE", more)
    data = yaml.safe_load(short)
    defaults = data.pop("defaults")
    for use in data["models"]:
        deployment = {**defaults["deployment"], **use.get("deployment", {})}
        use.update({**defaults, **use, "deployment": deployment})
    assert judged(check, tmp_path, short) == judged(check, tmp_path, json.dumps(data))


def test_a_finding_points_at_the_line_that_decides(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: HEAD + DEFAULTS + MODELS.replace("MORE", ", deployment: {region: us-west-2}")})
    found = check("--format", "json").findings("residency/processing")
    assert [(one["model"], one["location"]["line"]) for one in found] == [("a", 6), ("b", 10)]
    facts = {fact["name"]: fact for fact in found[0]["facts"]}
    assert facts["use.deployment.type"]["line"] == 6


def test_a_gateway_takes_the_place_of_an_inherited_deployment(check: Callable[..., Done], tmp_path: Path) -> None:
    gateways = (
        "version: 1\ngateways:\n  proxy:\n    via: {provider: on-premises, region: DE}\n    aliases:\n"
        "      smart: [{model: microsoft/phi-4, deployment: {type: self-hosted, provider: on-premises, region: DE}}]\n"
    )
    text = HEAD + DEFAULTS + "models:\n  - {id: a, model: smart, gateway: proxy}\n"
    write(tmp_path, {NAME: text, ".modelpolicy.yaml": gateways})
    done = check("--format", "json", "--all")
    assert done.report["errors"] == []
    assert not [one for one in done.findings("residency/processing") if one["verdict"] == "fail"]


@pytest.mark.parametrize(
    ("defaults", "line", "message"),
    [
        ("defaults: {id: a}\n", 4, "`id`"),
        ("defaults: {model: a}\n", 4, "`model`"),
        ("defaults: {fallbacks: []}\n", 4, "`fallbacks`"),
        ("defaults: {purpse: a}\n", 4, "purpse"),
        ("defaults: {deployment: {typ: api}}\n", 4, "typ"),
        ("defaults: {}\n", 4, ""),
        ("defaults: []\n", 4, ""),
    ],
)
def test_what_defaults_may_not_hold(
    check: Callable[..., Done], tmp_path: Path, defaults: str, line: int, message: str
) -> None:
    uses = "models:\n  - {id: a, model: m, purpose: p, data: [], deployment: {type: on-device}}\n"
    write(tmp_path, {NAME: HEAD + defaults + uses})
    done = check("--format", "json")
    assert done.code == 2
    problem = done.report["errors"][0]
    assert problem["line"] == line
    assert message in problem["message"]


def test_what_neither_says_is_missing(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: HEAD + "defaults: {purpose: p}\nmodels:\n  - {id: a, model: m, data: []}\n"})
    done = check("--format", "json")
    assert done.code == 2
    assert "deployment" in done.report["errors"][0]["message"]
