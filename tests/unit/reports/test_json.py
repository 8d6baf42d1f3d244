"""The report as JSON: its schema, ASCII only, and the same bytes for the same inputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from checker import __version__
from checker.cli import main
from checker.loading import shipped

ROOT = Path(__file__).resolve().parents[3]
VALIDATOR = Draft202012Validator(shipped.schema("report"), format_checker=FormatChecker(["date"]))
DAY = ("--as-of", "2026-11-23")
HEAD = "version: 1\nproject: {name: %s, owner: team, use: commercial}\n"
USES = """\
organization: {domicile: DE, monthly_active_users: {at_most: 5000}, annual_revenue_usd: 4.5}
data: {claims: {classification: [personal], residency: [EU]}, unused: {}}
models:
  - id: triage
    model: "%s"
    purpose: "sort \\u202e \\e \\u2028 ünd 😀"
    data: [claims]
    deployment: {type: self-hosted, provider: aws, region: eu-west-2}
  - id: draft
    model: claude-opus-4-7
    purpose: write
    data: [claims]
    deployment: {type: api, provider: anthropic}
    fallbacks: [{id: second, model: LGAI-EXAONE/EXAONE-4.0-32B, deployment: {type: on-device}}]
    via: [{name: log, type: api, provider: nobody-knows}]
"""
PASSING = """\
models:
  - {id: triage, model: microsoft/phi-4, purpose: sort, data: [], deployment: {type: on-device}, attribution: n.md}
"""


def manifest(name: str = "claims", model: str = "meta-llama/Llama-4-Scout-17B-16E-Instruct") -> str:
    return HEAD % name + USES % model


RUNS: dict[str, dict[str, str]] = {
    "passing": {"model-manifest.yaml": HEAD % "claims" + PASSING, "n.md": "MIT"},
    "failing": {"model-manifest.yaml": manifest()},
    "unknown": {"model-manifest.yaml": manifest(model="acme/ünheard-of")},
    "a name that is not ASCII": {"model-manifest.yaml": manifest("Schadenfälle 名前 😀")},
    "an invalid manifest": {"model-manifest.yaml": manifest().replace("purpose", "porpoise")},
    "a manifest that is not YAML": {"model-manifest.yaml": "{"},
    "one of two invalid": {"a/model-manifest.yaml": manifest(), "b/model-manifest.yaml": "{"},
    "no manifest": {},
    "an invalid config": {"model-manifest.yaml": manifest(), ".modelpolicy.yaml": "version: 1\npolicy: []\n"},
    "a rule turned off that is not there": {
        "model-manifest.yaml": manifest(),
        ".modelpolicy.yaml": "version: 1\nseverities: {a/b: none}\n",
    },
    "a config that owns": {
        "model-manifest.yaml": manifest(),
        ".modelpolicy.yaml": "version: 1\norganization: {domicile: US}\ndata: {claims: {residency: [DE]}}\n",
    },
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def judged(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *more: str) -> str:
    monkeypatch.chdir(folder)
    assert main.run(["check", *DAY, "--format", "json", *more]) in (0, 1, 2)
    return capsys.readouterr().out


@pytest.mark.parametrize("more", [(), ("--all",), ("--fail-on", "info")], ids=["", "all", "fail on info"])
@pytest.mark.parametrize("files", RUNS.values(), ids=RUNS)
def test_every_report_is_valid_and_ascii(
    files: dict[str, str],
    more: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, files)
    text = judged(tmp_path, capsys, monkeypatch, *more)
    assert text.isascii()
    assert text.endswith("}\n")
    assert not [char for char in text if char < " " and char != "\n"]
    report = json.loads(text, parse_constant=pytest.fail)
    assert [error.message for error in VALIDATOR.iter_errors(report)] == []


def test_a_report_says_what_judged_and_what_was_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/model-manifest.yaml": manifest(), "b/model-manifest.yaml": manifest("other")})
    report = json.loads(judged(tmp_path, capsys, monkeypatch))
    assert report["tool"] == {"name": "modelpolicy", "version": __version__}
    assert (report["version"], report["as_of"], report["result"]) == (1, "2026-11-23", "fail")
    assert (report["checked"]["manifests"], report["checked"]["models"]) == (2, 6)
    assert report["policy"]["sources"] == ["builtin"]
    assert report["errors"] == []


def test_a_finding_names_its_use_its_place_and_the_facts_it_rests_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"model-manifest.yaml": manifest("Schadenfälle")})
    report = json.loads(judged(tmp_path, capsys, monkeypatch))
    (finding,) = [one for one in report["findings"] if one["rule"] == "license/commercial-use"]
    assert (finding["project"], finding["model"], finding["verdict"]) == ("Schadenfälle", "draft/second", "fail")
    assert finding["location"] == {
        "path": "model-manifest.yaml",
        "line": 16,
        "column": 37,
        "end_line": 16,
        "end_column": 63,
        "pointer": "/models/1/fallbacks/0/model",
    }
    facts = {fact["name"]: fact for fact in finding["facts"]}
    assert facts["project.use"] == {
        **dict.fromkeys(("source", "checked", "status")),
        "name": "project.use",
        "value": "commercial",
        "origin": "declared",
        "path": "model-manifest.yaml",
        "line": 2,
    }
    assert facts["license.commercial_use"]["value"] is False
    assert facts["license.commercial_use"]["origin"] == "catalog"
    assert facts["license.commercial_use"]["source"]


def test_all_adds_what_passed_and_what_does_not_apply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, RUNS["failing"])
    some = json.loads(judged(tmp_path, capsys, monkeypatch))
    everything = json.loads(judged(tmp_path, capsys, monkeypatch, "--all"))
    verdicts = {finding["verdict"] for finding in everything["findings"]}
    assert verdicts == {"fail", "unknown", "pass", "not-applicable"}
    assert [one for one in everything["findings"] if one["verdict"] in ("fail", "unknown")] == some["findings"]
    assert {**everything, "findings": 0} == {**some, "findings": 0}


# --- The same bytes ----------------------------------------------------------------------------------------------


def process(folder: Path, *arguments: str, **environment: str) -> bytes:
    """Run `check` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "checker", "check", *DAY, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_same_inputs_give_the_same_bytes_whatever_the_hash_seed(tmp_path: Path, form: str) -> None:
    write(tmp_path, {"a/model-manifest.yaml": manifest(), "b/model-manifest.yaml": manifest(model="acme/x")})
    outputs = {process(tmp_path, "--all", "--format", form, PYTHONHASHSEED=str(seed)) for seed in (0, 1, 42)}
    assert len(outputs) == 1


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_same_repository_gives_the_same_bytes_wherever_the_command_runs(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)
    write(
        tmp_path,
        {"a/b/model-manifest.yaml": manifest(), "c/model-manifest.yaml": "{", ".modelpolicy.yaml": "version: 1\n"},
    )
    outputs = set()
    for here, path in ((".", "."), ("a", ".."), ("a/b", "../.."), ("c", str(tmp_path)), (".git", "..")):
        monkeypatch.chdir(tmp_path / here)
        assert main.run(["check", *DAY, "--all", "--format", form, path]) == 2
        outputs.add(capsys.readouterr().out)
    assert len(outputs) == 1


def test_the_locale_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"model-manifest.yaml": manifest("Schadenfälle")})
    places = ({"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}, {"PYTHONIOENCODING": "ascii"}, {"TZ": "Pacific/Kiritimati"})
    assert len({process(tmp_path, "--format", "json", **place) for place in places}) == 1


def test_text_that_a_terminal_can_not_show_is_written_out_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"model-manifest.yaml": manifest("Schadenfälle")})
    assert b"Schadenf\\xe4lle" in process(tmp_path, PYTHONIOENCODING="ascii")


def prints(text: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    write(folder, {"model-manifest.yaml": text})
    report = json.loads(judged(folder, capsys, monkeypatch))
    return sorted(finding["fingerprint"] for finding in report["findings"])


def test_a_fingerprint_stays_while_lines_move_and_tells_findings_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prints(manifest(), tmp_path, capsys, monkeypatch)
    assert len(before) == len(set(before)) > 5
    assert prints("# moved\n\n" + manifest(), tmp_path, capsys, monkeypatch) == before
    assert prints(manifest(model="acme/x"), tmp_path, capsys, monkeypatch) != before


def digest(
    config: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, **files: str
) -> str:
    write(folder, {**RUNS["passing"], ".modelpolicy.yaml": f"version: 1\n{config}", **files})
    found: str = json.loads(judged(folder, capsys, monkeypatch))["policy"]["digest"]
    return found


RECORD = """\
version: 1
licenses:
  - {id: acme, name: A, kind: permissive, aliases: [], summary: s, source: [acme], checked: 2026-11-01,
     status: verified}
"""
DECIDES = {
    "a parameter": "params: {retirement_horizon_days: 5}\n",
    "a severity": "severities: {license/outputs: info}\n",
    "a pack": "policies: [builtin, own.yaml]\n",
    "the organization's catalog": "catalog: [records.yaml]\n",
    "what the config owns": "organization: {domicile: DE}\n",
    "an approval": "approvals: [{kind: legal, model: triage, approved_by: me, granted: 2026-11-01}]\n",
}


@pytest.mark.parametrize(
    "config",
    list(DECIDES.values()),
    ids=DECIDES,
)
def test_the_digest_is_over_everything_that_decides(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the schema of the report promises: packs, parameters, catalog, config."""
    own = "version: 1\npack: own\ntitle: T\nrules:\n  - {id: own/a, title: T, severity: info, require: 'true', "
    files = {"own.yaml": own + "at: [use.id], message: m, why: w, fix: f}\n", "records.yaml": RECORD}
    plain = digest("", tmp_path, capsys, monkeypatch)
    assert digest("", tmp_path, capsys, monkeypatch) == plain
    assert digest(config, tmp_path, capsys, monkeypatch, **files) != plain


def test_a_number_without_end_is_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = (
        "version: 1\npack: own\ntitle: T\nrules:\n  - {id: own/a, title: T, severity: info, at: [use.id], message: m, "
    )
    write(
        tmp_path,
        {
            "model-manifest.yaml": manifest().replace("4.5", "1e999"),
            "own.yaml": pack + "require: organization.annual_revenue_usd.at_most < 5.0, why: w, fix: f}\n",
        },
    )
    json.loads(judged(tmp_path, capsys, monkeypatch, "--policy", "own.yaml"), parse_constant=pytest.fail)
