"""House lists and jurisdiction from end to end: where findings and faults point, and records of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli import main

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("--as-of", "2026-12-01")
MANIFEST = """\
version: 1
project: {name: claims, owner: claims-platform, use: commercial}
data:
  claims: {classification: [public], jurisdiction: [EU]}
models:
  - id: triage
    model: deepseek-ai/DeepSeek-R1
    purpose: sort incoming claims
    data: [claims]
    deployment: {type: self-hosted, provider: acme-hosting, region: DE}
"""
SEAT = """\
version: 1
sources:
  own: {kind: primary, title: Our contract with Acme Hosting, url: "https://example.com", at: "2026-03-01"}
seats:
  - {id: acme, name: Acme Hosting, hosts: [acme-hosting], country: DE, source: [own], checked: 2026-11-01,
     status: verified}
"""
Judge = Callable[..., dict[str, Any]]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Judge:
    """Return a function that writes files, checks them and returns the JSON report."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, manifest: str = MANIFEST, config: str = "", **files: str) -> dict[str, Any]:
        for name, text in {
            "model-manifest.yaml": manifest,
            ".modelpolicy.yaml": f"version: 1\n{config}",
            **files,
        }.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        main.run(["check", *DAY, "--format", "json", *arguments])
        report: dict[str, Any] = json.loads(capsys.readouterr().out)
        return report

    return run


def of(report: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [finding for finding in report["findings"] if finding["rule"] == rule]


def test_a_finding_points_at_the_model_and_at_the_entry_that_bans_it(judge: Judge) -> None:
    report = judge(config="params:\n  house_deny:\n    - provider:openai\n    - country:CN\n")
    (finding,) = of(report, "house/denied")
    assert (finding["verdict"], finding["subject"]) == ("fail", "country:CN / DeepSeek")
    assert finding["location"]["pointer"] == "/models/0/model"
    (entry,) = finding["related"]
    assert (entry["path"], entry["line"], entry["pointer"]) == (".modelpolicy.yaml", 5, "/params/house_deny/1")
    assert any(fact["source"] for fact in finding["facts"] if fact["name"] == "found.values")


def test_a_finding_points_at_the_destination_that_a_list_does_not_allow(judge: Judge) -> None:
    (finding,) = of(judge(config="params: {house_allow: [provider:aws]}\n"), "house/allowed")
    assert finding["location"]["pointer"] == "/models/0/deployment/provider"
    assert finding["related"][0]["pointer"] == "/params/house_allow/0"


def test_a_list_of_the_command_line_takes_the_place_of_that_of_the_config(judge: Judge) -> None:
    report = judge("--param", "house_deny=[provider:openai]", config="params: {house_deny: [country:CN]}\n")
    assert of(report, "house/denied") == []


def test_a_fault_of_a_list_points_at_its_line(judge: Judge) -> None:
    report = judge(config="params:\n  house_deny:\n    - country:CN\n    - provider:deepsek\n")
    (error,) = report["errors"]
    assert (error["path"], error["line"], error["column"]) == (".modelpolicy.yaml", 5, 7)
    assert "`deepseek`" in error["hint"]


def test_every_fault_of_a_list_is_told_at_once(judge: Judge) -> None:
    report = judge("--param", "house_deny=[deepseek, 'axe:x', license-kind:free]")
    assert len(report["errors"]) == 3


def test_a_list_of_a_pack_of_ones_own_is_read_like_those_that_ship(judge: Judge) -> None:
    pack = """\
version: 1
pack: ours
title: Ours
params:
  ours: {type: list, items: string, entries: trait, default: [developer:DeepSeek], means: What we do not use.}
rules:
  - id: ours/denied
    title: Ours
    severity: error
    each: {entry: use.listed.ours.entries, found: entry.found}
    require: touches(found.values, entry.values) == false
    at: [found]
    message: "{found.says}"
    why: x
    fix: x
"""
    (finding,) = of(judge("--policy", "ours.yaml", **{"ours.yaml": pack}), "ours/denied")
    assert finding["message"] == "DeepSeek-R1 is by DeepSeek"


def test_the_seat_of_a_host_that_nobody_lists_is_supplied_by_a_record_of_ones_own(judge: Judge) -> None:
    (finding,) = of(judge(), "residency/jurisdiction")
    assert finding["verdict"] == "unknown"
    assert "hosts: [acme-hosting]" in finding["fix"]
    assert of(judge(config="catalog: [own.yaml]\n", **{"own.yaml": SEAT}), "residency/jurisdiction") == []
    outside = SEAT.replace("country: DE", "country: US")
    (finding,) = of(judge(config="catalog: [own.yaml]\n", **{"own.yaml": outside}), "residency/jurisdiction")
    assert finding["verdict"] == "fail"


def test_a_seat_that_ships_without_a_country_is_replaced_by_a_record_of_ones_own(judge: Judge) -> None:
    api = MANIFEST.replace("self-hosted, provider: acme-hosting, region: DE", "api, provider: novita")
    (finding,) = of(judge(manifest=api), "residency/jurisdiction")
    assert "`novita` with `overrides`" in finding["fix"]
    own = SEAT.replace("id: acme, name: Acme Hosting, hosts: [acme-hosting]", "id: novita, name: N, operates: [novita]")
    own = own.replace("status: verified}", "status: verified, overrides: our contract}")
    assert of(judge(manifest=api, config="catalog: [own.yaml]\n", **{"own.yaml": own}), "residency/jurisdiction") == []


def test_a_sentence_names_the_limit_of_the_license_that_it_is_about_or_none(judge: Judge) -> None:
    def message(model: str, license_: str) -> str:
        manifest = MANIFEST.replace("deepseek-ai/DeepSeek-R1", model)
        manifest = manifest.replace("use: commercial", "use: commercial, monthly_active_users: 60000")
        (finding,) = of(judge("--param", f"house_user_caps={{{license_}: 50000}}", manifest=manifest), "house/user-cap")
        assert "700,000,000" not in finding["why"]
        return str(finding["message"])

    assert "700,000,000" not in message("google/gemma-3-27b-it", "gemma-terms")
    assert "own limit" not in message("google/gemma-3-27b-it", "gemma-terms")
    assert "700,000,000" in message("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama4")
