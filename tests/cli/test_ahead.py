"""What `check` tells of the days ahead: verdicts that will change though nobody changes anything."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.commands import (
    CALLED,
    CONFIG,
    DAY,
    ENDING,
    FAILING,
    NAME,
    PASSING,
    RULE,
    Done,
    commit,
    config,
    manifest,
    use,
    waiver,
    write,
)
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
CLAIMED = manifest(use() + "    license: {id: MIT}\n")
APPROVAL = "approvals: [{kind: license, model: triage, license: MIT, approved_by: legal@example.com, %s}]\n"
APPROVED = "catalog/declared-license"
AGREED = pack_text({"require": "('no-training' in use.deployment.agreements)"})
AGREEMENT = "agreements: [{provider: openai, kind: no-training, evidence: dpa.pdf, expires: 2026-12-05}]\n"
COMING = pack_text({"require": "use.id != 'triage'", "effective_from": "2026-12-05"})
OWN = "policies: [builtin, own.yaml]\n"


@pytest.fixture
def told(judged: Callable[..., Done]) -> Callable[..., list[dict[str, Any]]]:
    """Run `check` with the horizon that is usual, and return what it tells of the days ahead."""

    def teller(*arguments: str, here: str = ".") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = judged("--horizon", "30", *arguments, here=here).report["ahead"]
        return found

    return teller


class Event(NamedTuple):
    """Files, today's exit code, and what is told: the day, why, the rule, and its verdicts before and from then on."""

    files: dict[str, str]
    code: int
    on: str
    because: str
    rule: str
    before: str
    after: str


EVENTS = {
    "a waiver ends": Event(
        {NAME: FAILING, CONFIG: config(waiver(expires="2026-12-10"))},
        0,
        "2026-12-11",
        f"the waiver of {RULE} for triage ends on 2026-12-10",
        RULE,
        "waived",
        "fail",
    ),
    "a waiver begins": Event(
        {NAME: FAILING, CONFIG: config(waiver(granted="2026-12-01"))},
        1,
        "2026-12-01",
        f"the waiver of {RULE} for triage begins",
        RULE,
        "fail",
        "waived",
    ),
    "a rule takes effect": Event(
        {NAME: PASSING, "own.yaml": COMING, CONFIG: config(more=OWN)},
        0,
        "2026-12-05",
        "t/one takes effect",
        "t/one",
        "fail",
        "fail",
    ),
    "a model is retired": Event(
        {
            NAME: manifest(CALLED),
            "records.yaml": ENDING.replace("2026-12-31", "2026-12-20"),
            CONFIG: config(more="catalog: [records.yaml]\n"),
        },
        0,
        "2026-12-20",
        "openai retires Acme One on 2026-12-20",
        "lifecycle/retired",
        "pass",
        "fail",
    ),
    "an approval ends": Event(
        {NAME: CLAIMED, CONFIG: config(more=APPROVAL % "granted: 2026-11-01, expires: 2026-12-05")},
        0,
        "2026-12-06",
        "the approval of kind license for triage ends on 2026-12-05",
        APPROVED,
        "pass",
        "fail",
    ),
    "an approval begins": Event(
        {NAME: CLAIMED, CONFIG: config(more=APPROVAL % "granted: 2026-12-05")},
        1,
        "2026-12-05",
        "the approval of kind license for triage begins",
        APPROVED,
        "fail",
        "pass",
    ),
    "an agreement ends": Event(
        {
            NAME: manifest(CALLED),
            "own.yaml": AGREED,
            "records.yaml": ENDING.replace("2026-12-31", "2028-12-31"),
            CONFIG: config(more=f"{AGREEMENT}{OWN}catalog: [records.yaml]\n"),
        },
        0,
        "2026-12-06",
        "the agreement of kind no-training with openai ends on 2026-12-05",
        "t/one",
        "pass",
        "fail",
    ),
}


def day_after(day: str, days: int = 1) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


# --- What is told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_what_begins_or_ends_is_told_with_its_day_and_its_reason(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path, event: Event
) -> None:
    write(tmp_path, event.files)
    (change,) = told()
    subject = change.pop("subject")
    assert subject is None or isinstance(subject, str)
    assert change == {
        "on": event.on,
        "because": event.because,
        "rule": event.rule,
        "manifest": NAME,
        "model": "triage",
        "before": event.before,
        "after": event.after,
    }


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_what_was_told_comes_true_on_that_day_and_not_before(
    judged: Callable[..., Done], tmp_path: Path, event: Event
) -> None:
    write(tmp_path, event.files)

    def verdicts(day: str) -> set[str]:
        return {finding["verdict"] for finding in judged("--all", "--as-of", day).findings(event.rule)}

    codes = [judged("--as-of", day).code for day in (DAY, day_after(event.on, -1), event.on)]
    assert codes == [event.code, event.code, 1 - event.code]
    assert verdicts(day_after(event.on, -1)) == {event.before}
    assert verdicts(event.on) == {event.after}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_what_lies_ahead_changes_neither_the_verdict_of_today_nor_the_exit_code(
    judged: Callable[..., Done], tmp_path: Path, event: Event
) -> None:
    write(tmp_path, event.files)
    without, ahead = judged().report, judged("--horizon", "30").report
    assert without.pop("ahead") == []
    assert len(ahead.pop("ahead")) == 1
    assert ahead == without


def test_a_run_that_passes_tells_it_too_and_still_passes(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, EVENTS["a model is retired"].files)
    done = run("check", "--as-of", DAY, "--param", "retirement_horizon_days=0")
    assert done.code == 0
    assert " ".join(done.out.split()) == (
        "ahead: on 2026-12-20, lifecycle/retired of `triage` in model-manifest.yaml turns from pass to fail: "
        "openai retires Acme One on 2026-12-20 "
        f"{done.last} (as of {DAY})"
    )
    assert done.last.endswith("passed")


def test_a_rule_that_takes_effect_changes_its_severity_and_that_is_told(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, EVENTS["a rule takes effect"].files)
    said = " ".join(run("check", "--as-of", DAY).out.split())
    assert "turns from fail (warning) to fail (error): t/one takes effect" in said


def test_of_several_that_retire_a_model_the_one_that_runs_it_is_named(run: Callable[..., Done], tmp_path: Path) -> None:
    start = ENDING.index("{provider: openai")
    end = ENDING[start : ENDING.index("}", start) + 1]
    two = ENDING.replace(end, f"{end.replace('openai', 'mistral')}, {end}")
    files = {NAME: manifest(CALLED), "own/a.yaml": two, CONFIG: "version: 1\ncatalog: [own]\n"}
    write(tmp_path, files)
    said = " ".join(run("check", "--as-of", DAY, "--horizon", "90").out.split())
    assert "openai retires" in said
    assert "mistral retires" not in said


@pytest.mark.parametrize("form", ["text", "github", "markdown", "json"])
def test_reports_for_people_and_json_tell_the_day_and_the_reason(
    check: Callable[..., Done], tmp_path: Path, form: str
) -> None:
    write(tmp_path, EVENTS["a waiver ends"].files)
    done = check("--horizon", "30", "--format", form)
    assert "2026-12-11" not in check("--format", form).out
    assert "2026-12-11" in done.out
    assert "ends on 2026-12-10" in " ".join(done.out.split())


@pytest.mark.parametrize("form", ["sarif", "junit", "codequality"])
def test_reports_for_programs_that_know_no_future_stay_as_they_are(
    check: Callable[..., Done], tmp_path: Path, form: str
) -> None:
    write(tmp_path, EVENTS["a waiver ends"].files)
    assert check("--horizon", "30", "--format", form) == check("--format", form)


# --- What is not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_without_a_horizon_nothing_is_told(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path, event: Event
) -> None:
    write(tmp_path, event.files)
    assert told("--horizon", "0") == []


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_the_last_day_that_is_told_is_the_one_at_the_horizon(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path, event: Event
) -> None:
    write(tmp_path, event.files)
    assert [len(told("--as-of", day_after(event.on, -days), "--horizon", "9")) for days in (10, 9, 1, 0)] == [
        0,
        1,
        1,
        0,
    ]


def test_the_horizon_is_thirty_days_where_none_is_given(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, EVENTS["a waiver ends"].files)
    told = [
        len(run("check", "--format", "json", "--as-of", day_after("2026-12-11", -days)).report["ahead"])
        for days in (31, 30)
    ]
    assert told == [0, 1]


@pytest.mark.parametrize("value", ["-1", "3661", "soon", "1.5"])
def test_a_horizon_that_is_none_is_a_mistake_in_the_command(
    check: Callable[..., Done], tmp_path: Path, value: str
) -> None:
    write(tmp_path, {NAME: PASSING})
    done = check("--horizon", value)
    assert (done.code, done.out) == (2, "")
    assert "--horizon" in done.err


QUIET: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "a waiver that ends where waivers do not count": (EVENTS["a waiver ends"].files, ("--no-waivers",)),
    "a waiver that has ended": ({NAME: FAILING, CONFIG: config(waiver(expires="2026-11-22"))}, ()),
    "an approval of another project": (
        {
            NAME: CLAIMED,
            CONFIG: config(more=APPROVAL % "project: letters, granted: 2026-11-01, expires: 2026-12-05"),
        },
        (),
    ),
    "a rule that took effect before": (
        {NAME: PASSING, "own.yaml": COMING.replace("2026-12-05", DAY), CONFIG: config(more=OWN)},
        (),
    ),
    "a rule that will take effect and says nothing against it": (
        {NAME: PASSING, "own.yaml": COMING.replace("!=", "=="), CONFIG: config(more=OWN)},
        (),
    ),
    "a rule that will take effect as a warning": (
        {NAME: PASSING, "own.yaml": COMING.replace("severity: error", "severity: warning"), CONFIG: config(more=OWN)},
        (),
    ),
    "a failure that stops the build anyway": (EVENTS["a rule takes effect"].files, ("--fail-on", "warning")),
    "the end of a model at a provider that is not used": (
        {
            **EVENTS["a model is retired"].files,
            "records.yaml": ENDING.replace("2026-12-31", "2026-12-20").replace("provider: openai", "provider: mistral"),
        },
        (),
    ),
}


@pytest.mark.parametrize(("files", "arguments"), QUIET.values(), ids=QUIET)
def test_a_day_on_which_no_verdict_changes_is_not_told(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path, files: dict[str, str], arguments: tuple[str, ...]
) -> None:
    write(tmp_path, files)
    assert told(*arguments) == []


def test_a_waiver_that_ends_where_another_goes_on_is_told_as_what_it_is(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    """What it covered stays covered; that a waiver has run out stops the build by itself."""
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(expires="2026-12-10"), waiver())})
    (only,) = told()
    assert (only["on"], only["rule"], only["manifest"]) == ("2026-12-11", "waiver/expired", CONFIG)


IDLE: dict[str, dict[str, str]] = {
    "that is not used": {NAME: PASSING, CONFIG: config(waiver(expires="2026-12-10"))},
    "for a rule that is not in force": {NAME: PASSING, CONFIG: config(waiver(rule="t/gone", expires="2026-12-10"))},
    "that covers only a warning": {
        NAME: FAILING,
        CONFIG: config(waiver(expires="2026-12-10"), more=f"severities: {{{RULE}: warning}}\n"),
    },
}


@pytest.mark.parametrize("files", IDLE.values(), ids=IDLE)
def test_the_end_of_a_waiver_stops_the_build_though_it_covers_nothing_and_is_told(
    judged: Callable[..., Done], told: Callable[..., list[dict[str, Any]]], tmp_path: Path, files: dict[str, str]
) -> None:
    write(tmp_path, files)
    (only,) = told()
    assert (only["on"], only["rule"], only["before"], only["after"]) == (
        "2026-12-11",
        "waiver/expired",
        "pass",
        "fail",
    )
    assert ("waiver/expired", "fail") not in judged("--as-of", "2026-12-10").said()
    assert ("waiver/expired", "fail") in judged("--as-of", "2026-12-11").said()


def test_a_waiver_that_ends_where_a_baseline_goes_on_is_told_as_what_it_is(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING})
    told("--baseline", "known.json", "--write-baseline")
    write(tmp_path, EVENTS["a waiver ends"].files)
    assert [one["rule"] for one in told("--baseline", "known.json")] == ["waiver/expired"]
    assert [one["rule"] for one in told()] == [RULE]


def test_at_the_end_of_the_calendar_there_is_nothing_to_tell(
    judged: Callable[..., Done], told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    last = config(waiver(granted="9999-12-01", expires="9999-12-31"))
    write(tmp_path, {NAME: FAILING, CONFIG: last})
    assert told("--as-of", "9999-12-15", "--horizon", "3660") == []
    assert judged("--as-of", "9999-12-31", "--horizon", "3660").code == 0


# --- Several -----------------------------------------------------------------------------------------------------

EVERYTHING = {
    **{
        f"{name.replace(' ', '-')}/{NAME}": event.files[NAME].replace("name: claims", f"name: {name}")
        for name, event in EVENTS.items()
    },
    "own.yaml": COMING,
    "records.yaml": ENDING.replace("2026-12-31", "2026-12-20"),
    CONFIG: config(
        waiver(path=f"a-waiver-ends/{NAME}", expires="2026-12-10"),
        waiver(path=f"a-waiver-begins/{NAME}", granted="2026-12-01", expires="2026-12-15"),
        more=(
            f"{OWN}catalog: [records.yaml]\napprovals:\n"
            "  - {kind: license, model: triage, license: MIT, project: an approval ends, approved_by: me,"
            " granted: 2026-11-01, expires: 2026-12-05}\n"
            "  - {kind: license, model: triage, license: MIT, project: an approval begins, approved_by: me,"
            " granted: 2026-12-05}\n"
        ),
    ),
}


def test_day_by_day_what_comes_to_stop_the_build_or_ceases_to_is_what_was_told(
    judged: Callable[..., Done], told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    write(tmp_path, EVERYTHING)

    def stopping(day: str) -> set[tuple[str, str]]:
        found = judged("--as-of", day).report["findings"]
        blocking = [one for one in found if one["severity"] == "error" and one["verdict"] in ("fail", "unknown")]
        return {(one["manifest"], one["rule"]) for one in blocking if not one["rule"].startswith("waiver/")}

    days = [day_after(DAY, number) for number in range(31)]
    states = [stopping(day) for day in days]
    turned = {
        (day, *key) for day, before, after in zip(days[1:], states, states[1:], strict=False) for key in before ^ after
    }
    assert len(turned) > 10
    assert {(one["on"], one["manifest"], one["rule"]) for one in told()} == turned


def test_the_soonest_is_told_first(told: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    write(tmp_path, EVERYTHING)
    days = [change["on"] for change in told()]
    assert days == sorted(days)
    assert len(set(days)) > 4


def test_of_several_that_end_on_one_day_each_finding_names_its_own(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    ending = [waiver(model=name, expires="2026-12-10") for name in ("triage", "draft", "sort")]
    write(tmp_path, {NAME: manifest(use(), use("draft"), use("sort")), CONFIG: config(*ending)})
    assert {one["model"]: one["because"] for one in told()} == {
        name: f"the waiver of {RULE} for {name} ends on 2026-12-10" for name in ("triage", "draft", "sort")
    }


def test_what_turns_twice_is_told_twice(told: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(granted="2026-12-01", expires="2026-12-10"))})
    assert [(one["on"], one["before"], one["after"]) for one in told()] == [
        ("2026-12-01", "fail", "waived"),
        ("2026-12-11", "waived", "fail"),
    ]


def test_a_check_of_one_folder_tells_only_of_that(told: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    """And of the config, whose waivers are held against the day whatever folder is checked."""
    write(tmp_path, EVERYTHING)
    assert {(one["manifest"], one["rule"]) for one in told("an-approval-ends")} == {
        (f"an-approval-ends/{NAME}", APPROVED),
        (f"an-approval-ends/{NAME}", "t/one"),
        (CONFIG, "waiver/expired"),
    }


def test_by_a_commit_what_lies_ahead_is_the_commits(
    told: Callable[..., list[dict[str, Any]]], repository: Path
) -> None:
    commit(repository, {NAME: FAILING, CONFIG: config(waiver(expires="2026-12-10"))})
    write(repository, {CONFIG: config(waiver(expires="2027-10-01"))})
    assert [one["on"] for one in told("--trusted-ref", "HEAD")] == ["2026-12-11"]
    assert told() == []


def test_a_broken_manifest_beside_it_hides_nothing_that_lies_ahead(
    told: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    write(tmp_path, {**EVENTS["a waiver ends"].files, f"broken/{NAME}": "version: 1\n"})
    assert [one["on"] for one in told()] == ["2026-12-11"]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_what_lies_ahead_has_the_same_bytes_on_every_run(tmp_path: Path, form: str) -> None:
    write(tmp_path, EVERYTHING)

    def out(seed: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-m", "checker", "check", "--as-of", DAY, "--format", form],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "COLUMNS": "100"},
            capture_output=True,
            check=False,
            timeout=60,
        ).stdout

    first = out("1")
    assert b"2026-12-20" in first
    assert out("2") == first
