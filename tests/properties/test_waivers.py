"""Which findings are waived follows from dates and scopes alone, and every format says the same of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.app.judging import Bench, judge_all
from checker.app.settings import days_between
from checker.engine import settle
from checker.engine.facts import Setting
from checker.loading import catalog, pack
from checker.loading import config as configs
from checker.loading import manifest as manifests
from checker.loading.documents import parse
from checker.model.finding import Verdict
from checker.model.manifest import Config
from checker.model.policy import Severity
from checker.model.report import Report
from checker.reports import REPORTERS, Style
from tests.support import in_force, pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.model.catalog import Catalog
    from checker.model.manifest import Manifest

MANY = settings(max_examples=60, deadline=None)
DAY = "2026-11-23"
WIDE = Style(width=100_000)
PATHS = ("a/model-manifest.yaml", "b/model-manifest.yaml")
PROJECTS = ("claims", "letters")
USES = ("triage", "draft")
STOPS = ("log", "store")
RULES = ("t/one", "t/two")
POLICY = in_force(
    *pack.load(
        [
            *pack.tool_documents(),
            pack.from_text(
                pack_text(
                    {"id": "t/one", "require": "use.id == ''", "severity": "info", "message": "one of {use.id}"},
                    {
                        "id": "t/two",
                        "each": "{stop: use.via}",
                        "require": "stop.name == ''",
                        "severity": "info",
                        "message": "two of {use.id}",
                    },
                ),
                "own.yaml",
            ),
        ]
    )
)

Key = tuple[str, str, str, str]
"""Manifest, use, rule and subject of a finding."""


@cache
def shipped() -> Catalog:
    return catalog.load()


# --- What is checked ---------------------------------------------------------------------------------------------


def loaded(path: str, project: str) -> Manifest:
    """Return a manifest with two uses, one of which has two stops: four findings."""
    via = [{"name": name, "type": "self-hosted", "provider": "on-premises", "region": "DE"} for name in STOPS]
    place = {"type": "self-hosted", "provider": "on-premises", "region": "DE"}
    common = {"model": "microsoft/phi-4", "purpose": "p", "data": [], "deployment": place}
    uses = [{"id": "triage", **common, "via": via}, {"id": "draft", **common}]
    whole = {"version": 1, "project": {"name": project, "owner": "o", "use": "commercial"}, "models": uses}
    document = parse(json.dumps(whole, indent=1), path)
    return manifests.from_document(document, Path("/nowhere"), Path("/nowhere"), Config(), ())


LOADED = tuple(loaded(path, project) for path, project in zip(PATHS, PROJECTS, strict=True))
EVERYTHING: frozenset[Key] = frozenset(
    key
    for path in PATHS
    for key in (
        *((path, use, "t/one", "") for use in USES),
        *((path, "triage", "t/two", stop) for stop in STOPS),
    )
)

near = st.integers(-3, 3).map(lambda days: (date.fromisoformat(DAY) + timedelta(days=days)).isoformat())


@st.composite
def waivers(draw: st.DrawFn) -> dict[str, Any]:
    """Return a waiver whose dates lie around the day, perhaps narrowed to what there is or to what there is not."""
    granted, expires = sorted((draw(near), draw(near)))
    narrowed = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "path": st.sampled_from((*PATHS, "c/model-manifest.yaml")),
                "project": st.sampled_from((*PROJECTS, "other")),
                "subject": st.sampled_from((*STOPS, "other")),
            },
        )
    )
    return {
        "rule": draw(st.sampled_from((*RULES, "t/gone", "waiver/expired"))),
        "model": draw(st.sampled_from((*USES, "other"))),
        "reason": draw(st.sampled_from(("a reason", "waived", "größer | 100 %", "::error::x"))),
        "owner": "o",
        "approved_by": "a",
        "granted": granted,
        "expires": expires,
        **narrowed,
    }


listed = st.fixed_dictionaries(
    {"waivers": st.lists(waivers(), max_size=5)}, optional={"max_waiver_days": st.integers(1, 7)}
)


def configured(given_: dict[str, Any]) -> Config:
    text = json.dumps({"version": 1, **given_}, indent=1, ensure_ascii=False)
    return configs.from_document(parse(text, ".modelpolicy.yaml"))


def reported(given_: dict[str, Any], *, counted: bool = True) -> Report:
    """Return the report of both manifests; everything is information, at which the build is to fail."""
    config = configured(given_)
    setting = Setting(catalog=shipped(), config=config, params=POLICY.params, as_of=DAY, days_between=days_between)
    bench = Bench(policy=POLICY, setting=setting, config=config, waivers=counted)
    findings, problems = judge_all(LOADED, bench, whole=True)
    return Report(
        as_of=DAY,
        fail_on=Severity.INFO,
        manifests=len(LOADED),
        models=len(USES) * len(LOADED),
        policy=POLICY,
        findings=settle.in_order(findings),
        problems=tuple(problems),
        texts={one.path: one.document.text for one in LOADED},
    )


# --- What is waived, worked out apart ----------------------------------------------------------------------------


def holds(waiver: dict[str, Any], longest: int) -> bool:
    lasts = (date.fromisoformat(waiver["expires"]) - date.fromisoformat(waiver["granted"])).days
    return waiver["rule"] in RULES and lasts <= longest and waiver["granted"] <= DAY <= waiver["expires"]


def names(waiver: dict[str, Any], key: Key) -> bool:
    path, use, rule, subject = key
    project = dict(zip(PATHS, PROJECTS, strict=True))[path]
    wanted = {"rule": rule, "model": use, "path": path, "project": project, "subject": subject}
    return all(waiver.get(name, value) == value for name, value in wanted.items())


def expected(given_: dict[str, Any]) -> set[Key]:
    """Return which findings are waived, by what a waiver is said to be."""
    in_term = [one for one in given_["waivers"] if holds(one, given_.get("max_waiver_days", 366))]
    return {key for key in EVERYTHING if any(names(one, key) for one in in_term)}


# --- What each format says is waived -----------------------------------------------------------------------------


def by_place(path: str, about: str, rule: str) -> Key:
    """Return the key of a finding from what people read: `project: use (subject)`."""
    found = re.fullmatch(r"\w+: (\w+)(?: \((\w+)\))?", about)
    assert found, about
    return path, found[1], rule, found[2] or ""


def of_json(report: Report) -> set[Key]:
    found = json.loads(REPORTERS["json"](report, WIDE))["findings"]
    return {
        (one["manifest"], one["model"], one["rule"], one["subject"] or "")
        for one in found
        if one["verdict"] == "waived" and one["waiver"]
    }


def of_text(report: Report) -> set[Key]:
    out = REPORTERS["text"](report, WIDE)
    shown = re.findall(
        r"^waived\[(.+?)\]: .*\n  --> (.+?):\d+:\d+\n   = use: (.+)\n(?:   = .*\n)*?   = waived: ", out, re.M
    )
    assert len(shown) == out.count("\nwaived[") + out.startswith("waived["), "each says why it is accepted"
    return {by_place(path, about, rule) for rule, path, about in shown}


def of_markdown(report: Report) -> set[Key]:
    out = REPORTERS["markdown"](report, WIDE)
    rows = re.findall(r"^\| (t/\w+) \| (.+?), (\S+?):\d+ \|", out.partition("### Waived\n")[2], re.M)
    return {by_place(path, about, rule) for rule, about, path in rows}


def of_junit(report: Report) -> set[Key]:
    root = ET.fromstring(REPORTERS["junit"](report, WIDE))
    found = set()
    for case in root.iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None and skipped.get("type") == "waived":
            path, _, use = case.attrib["classname"].partition(": ")
            rule, _, subject = case.attrib["name"].partition(" (")
            found.add((path, use, rule, subject.removesuffix(")")))
    return found


def prints(report: Report) -> dict[str, Key]:
    """Return the key of every finding by its fingerprint."""
    own = (one for one in report.findings if one.pack == "t")
    return {one.fingerprint: (one.manifest, one.model, one.rule, one.subject) for one in own}


def of_sarif(report: Report) -> set[Key]:
    """Return what is suppressed where all is asked for; without that, waived results are left out."""
    runs = [json.loads(REPORTERS["sarif"](report, style))["runs"][0]["results"] for style in (WIDE, Style(all=True))]
    known = prints(report)
    assert not any(one.get("suppressions") for one in runs[0])
    plain, everything = (
        {known[one["partialFingerprints"]["primaryLocationLineHash"]] for one in run if one["ruleId"] in RULES}
        for run in runs
    )
    assert everything == EVERYTHING
    marked = [one for one in runs[1] if one.get("suppressions")]
    waived = {known[one["partialFingerprints"]["primaryLocationLineHash"]] for one in marked}
    assert plain == EVERYTHING - waived
    return waived


def of_codequality(report: Report) -> set[Key]:
    """Return what is left out."""
    known = prints(report)
    issues = json.loads(REPORTERS["codequality"](report, WIDE))
    return set(EVERYTHING) - {known[one["fingerprint"]] for one in issues if one["check_name"] in RULES}


def of_github(report: Report) -> set[Key]:
    """Return what there is no annotation for."""
    out = REPORTERS["github"](report, WIDE)
    shown = re.findall(r"^::notice file=(.+?),.*?title=(t/\w+)::.*?%0AUse: (.+?)%0A", out, re.M)
    return set(EVERYTHING) - {by_place(path, about, rule) for path, rule, about in shown}


SAYS: dict[str, Callable[[Report], set[Key]]] = {
    "text": of_text,
    "json": of_json,
    "github": of_github,
    "junit": of_junit,
    "markdown": of_markdown,
    "sarif": of_sarif,
    "codequality": of_codequality,
}


def test_there_is_a_reading_of_every_format() -> None:
    assert SAYS.keys() | {"concise"} == REPORTERS.keys()


@settings(max_examples=30, deadline=None)
@given(given_=listed)
def test_what_is_waived_has_no_line_of_its_own(given_: dict[str, Any]) -> None:
    """The format `concise` names a place and not a use, so its lines are counted."""
    lines = re.findall(r": \w+\[t/\w+\]: ", REPORTERS["concise"](reported(given_), WIDE))
    assert len(lines) == len(EVERYTHING) - len(expected(given_))


@pytest.mark.parametrize("form", SAYS)
@settings(max_examples=30, deadline=None)
@given(given_=listed)
def test_every_format_says_the_same_of_what_is_waived(form: str, given_: dict[str, Any]) -> None:
    assert SAYS[form](reported(given_)) == expected(given_)


# --- What holds whatever the waivers -----------------------------------------------------------------------------


@MANY
@given(listed)
def test_a_waiver_takes_no_finding_out_and_adds_none(given_: dict[str, Any]) -> None:
    found = reported(given_).findings
    own = [one for one in found if one.pack == "t" and one.verdict is not Verdict.NOT_APPLICABLE]
    assert {(one.manifest, one.model, one.rule, one.subject) for one in own} == EVERYTHING
    assert len(own) == len(EVERYTHING)
    assert {one.verdict.value for one in own} <= {"fail", "waived"}
    assert all((one.verdict.value == "waived") == (one.exemption is not None) for one in own)


@MANY
@given(listed)
def test_without_waivers_nothing_is_waived(given_: dict[str, Any]) -> None:
    assert of_json(reported(given_, counted=False)) == set()


@MANY
@given(listed, st.randoms(use_true_random=False))
def test_the_order_of_waivers_changes_nothing_of_what_is_waived(given_: dict[str, Any], chance: Any) -> None:
    turned = {**given_, "waivers": chance.sample(given_["waivers"], len(given_["waivers"]))}
    assert of_json(reported(turned)) == of_json(reported(given_))


@MANY
@given(listed, waivers())
def test_one_more_waiver_never_takes_away_what_the_others_cover(given_: dict[str, Any], more: dict[str, Any]) -> None:
    assert of_json(reported(given_)) <= of_json(reported({**given_, "waivers": [*given_["waivers"], more]}))


@MANY
@given(listed)
def test_every_waiver_that_covers_nothing_is_told_of_and_none_that_does(given_: dict[str, Any]) -> None:
    """One that does not hold is an error, or a warning before it begins; one that is not used is a warning."""
    longest = given_.get("max_waiver_days", 366)
    # What a waiver that covers something leaves open (which model it was granted for) is told of it too.
    about = ("waiver/unbound", "waiver/ambiguous")
    failing = [one for one in reported(given_).findings if one.pack == "waiver" and one.verdict.value == "fail"]
    told = {one.place.span.line for one in failing if one.rule not in about}
    document = configured(given_).document
    assert document is not None
    for number, waiver in enumerate(given_["waivers"]):
        span = document.span(f"/waivers/{number}")
        lines = set(range(span.line, span.end_line + 1))
        covers = holds(waiver, longest) and any(names(waiver, key) for key in EVERYTHING)
        assert bool(told & lines) is not covers, waiver
