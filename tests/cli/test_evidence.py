"""Evidence of an organization's own: what a cloud's command printed decides where a profile leads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import CONFIG, DAY, NAME, Done, commit, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "legal/profiles.json"
PROFILE = "eu.anthropic.claude-opus-4-6-v1"
EUROPE = ("eu-central-1", "eu-west-1")
MANIFEST = """\
version: 1
project: {name: claims, owner: team, use: commercial, serves: [DE], monthly_active_users: 10}
organization: {domicile: DE, monthly_active_users: 10, annual_revenue_usd: 10, monthly_revenue_usd: 1}
data:
  claims: {classification: [personal], residency: [EU]}
models:
  - id: triage
    model: MODEL
    purpose: sort claims
    deployment: {type: api, provider: aws-bedrock, region: eu-central-1}
    data: [claims]
"""


def summary(*regions: str, source: str = "eu-central-1", profile: str = PROFILE) -> dict[str, Any]:
    """Return one profile as the command prints it."""
    model = profile.partition(".")[2]
    return {
        "inferenceProfileName": "EU Claude",
        "inferenceProfileArn": f"arn:aws:bedrock:{source}:123456789012:inference-profile/{profile}",
        "models": [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{model}"} for region in regions],
        "inferenceProfileId": profile,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def printed(*summaries: dict[str, Any], **more: Any) -> str:
    return json.dumps({"inferenceProfileSummaries": list(summaries), **more})


def config(checked: str = DAY, file: str = FILE) -> str:
    return f"version: 1\nevidence: [{{kind: aws-inference-profiles, file: {file}, checked: {checked}}}]\n"


def set_up(folder: Path, evidence: str, model: str = PROFILE, checked: str = DAY) -> None:
    write(folder, {NAME: MANIFEST.replace("MODEL", model), FILE: evidence, CONFIG: config(checked)})


def residency(done: Done) -> dict[str, Any]:
    """Return the finding of the rule on processing."""
    return done.finding("residency/processing")


SAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "inside": (EUROPE, "pass"),
    "one outside": ((*EUROPE, "eu-central-2"), "fail"),
    "any region": ((*EUROPE, ""), "fail"),
    "a region that nobody knows": ((*EUROPE, "eu-moon-1"), "unknown"),
}


@pytest.mark.parametrize(("regions", "verdict"), SAYS.values(), ids=SAYS)
def test_evidence_tells_where_a_profile_leads(
    tmp_path: Path, judged: Callable[..., Done], regions: tuple[str, ...], verdict: str
) -> None:
    set_up(tmp_path, printed(summary(*regions)))
    assert residency(judged("--all"))["verdict"] == verdict


def test_evidence_wins_over_the_catalog_and_the_finding_names_it(tmp_path: Path, judged: Callable[..., Done]) -> None:
    listed = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
    set_up(tmp_path, printed(summary(*EUROPE, "eu-west-2", profile=listed)), model=listed)
    finding = residency(judged())
    assert finding["verdict"] == "fail"
    assert f"your evidence {FILE} of {DAY}" in finding["message"]
    sources = {fact["name"]: fact["source"] for fact in finding["facts"]}
    assert sources["use.deployment.processing"] == f"aws-inference-profiles in {FILE}"


def test_evidence_makes_a_profile_known_whose_model_is_not(tmp_path: Path, judged: Callable[..., Done]) -> None:
    set_up(tmp_path, printed(summary(*EUROPE, profile="eu.acme.one-v1")), model="eu.acme.one-v1")
    assert residency(judged("--all"))["verdict"] == "pass"
    set_up(tmp_path, printed(summary(*EUROPE)), model="eu.acme.one-v1")
    assert residency(judged())["verdict"] == "unknown"


DOES_NOT_COUNT = {
    "of another region": (summary(*EUROPE, source="eu-west-1"), DAY),
    "of another profile": (summary(*EUROPE, profile="us.anthropic.claude-opus-4-6-v1"), DAY),
    "of a day to come": (summary(*EUROPE), "2999-01-01"),
}


@pytest.mark.parametrize(("one", "checked"), DOES_NOT_COUNT.values(), ids=DOES_NOT_COUNT)
def test_evidence_says_nothing_of_what_it_does_not_hold(
    tmp_path: Path, judged: Callable[..., Done], one: dict[str, Any], checked: str
) -> None:
    set_up(tmp_path, printed(one), checked=checked)
    finding = residency(judged())
    assert finding["verdict"] == "unknown"
    assert "aws bedrock list-inference-profiles --region eu-central-1" in finding["fix"]


def test_old_evidence_counts_and_is_said_to_be_old(tmp_path: Path, judged: Callable[..., Done]) -> None:
    set_up(tmp_path, printed(summary(*EUROPE, "eu-west-2")), checked="2020-01-01")
    finding = residency(judged())
    assert finding["verdict"] == "fail"
    (note,) = finding["notes"]
    assert f"{FILE} was last checked on 2020-01-01" in note


BROKEN: dict[str, tuple[str, str, str]] = {
    "not JSON": ("{\n  oops", FILE, "2"),
    "another JSON": ("[1, 2]", FILE, "inferenceProfileSummaries"),
    "no profiles": (printed(), FILE, "inferenceProfileSummaries"),
    "a part of the list": (printed(summary(*EUROPE), nextToken="more"), FILE, "nextToken"),
    "without an ARN": (printed({**summary(*EUROPE), "inferenceProfileArn": "x"}), FILE, "profile 1"),
    "without regions": (printed(summary(*EUROPE), {**summary(*EUROPE), "models": [{}]}), FILE, "profile 2"),
    "twice, differently": (printed(summary(*EUROPE), summary("eu-west-3")), FILE, "twice"),
    "too deep": ("[" * 100_000, FILE, "deep"),
}


@pytest.mark.parametrize(("text", "path", "said"), BROKEN.values(), ids=BROKEN)
def test_evidence_that_is_not_what_it_is_said_to_be_stops_the_check(
    tmp_path: Path, judged: Callable[..., Done], text: str, path: str, said: str
) -> None:
    set_up(tmp_path, text)
    error = judged().error()
    assert error["path"] == path
    assert said in f"{error['message']} {error['line']}"
    assert "aws bedrock list-inference-profiles" in error["hint"]


def test_evidence_that_is_not_there_is_an_error_of_the_config(tmp_path: Path, judged: Callable[..., Done]) -> None:
    write(tmp_path, {NAME: MANIFEST.replace("MODEL", PROFILE), CONFIG: config()})
    error = judged().error()
    assert (error["path"], error["line"]) == (CONFIG, 2)


def test_a_change_does_not_bring_its_own_evidence(repository: Path, judged: Callable[..., Done]) -> None:
    set_up(repository, printed(summary(*EUROPE, "eu-west-2")))
    commit(repository)
    write(repository, {FILE: printed(summary(*EUROPE))})
    done = judged("--trusted-ref", "HEAD")
    assert residency(done)["verdict"] == "fail"
    assert "evidence changed" in done.finding("trust/config-changed")["message"]


def test_validate_reads_evidence(tmp_path: Path, run: Callable[..., Done]) -> None:
    set_up(tmp_path, "{")
    assert run("validate").code == 2
    set_up(tmp_path, printed(summary(*EUROPE)))
    assert run("validate").code == 0
