"""Waivers: what one covers, until when, what is told of it, and how they are listed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands import (
    CONFIG,
    FAILING,
    FREE,
    NAME,
    NON_COMMERCIAL,
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
from tests.support import marked, pack_text, without

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]

# --- Those that are malformed ------------------------------------------------------------------------------------

BLOCK = """\
version: 1
waivers:
  - ticket: LEGAL-311
    rule: license/commercial-use
    model: triage
    reason: a license is being negotiated
    owner: claims-platform
    approved_by: legal@example.com
    granted: 2026-11-01
    expires: 2026-12-31
"""


def refused(run: Callable[..., Done], folder: Path, text: str) -> list[tuple[int, str, str]]:
    """Return line, message and hint of all that is wrong with a config."""
    write(folder, {NAME: FAILING, CONFIG: text})
    done = run("--format", "json")
    assert done.code == 2, done.out
    assert done.report["findings"] == []
    errors = done.report["errors"]
    assert {error["path"] for error in errors} == {CONFIG}
    return [(error["line"], error["message"], error["hint"]) for error in errors]


def test_the_waiver_that_the_malformed_ones_are_made_of_is_fine(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: BLOCK})
    assert judged().said() == [(RULE, "waived")]
    write(tmp_path, {CONFIG: without(BLOCK, "- ticket").replace("    rule", "  - rule")})
    assert judged().said() == [(RULE, "waived")]


@pytest.mark.parametrize("key", ["rule", "model", "reason", "owner", "approved_by", "granted", "expires"])
def test_a_waiver_that_lacks_a_key_can_not_be_used(check: Callable[..., Done], tmp_path: Path, key: str) -> None:
    ((line, message, hint),) = refused(check, tmp_path, without(BLOCK, f"{key}:"))
    assert (line, message) == (3, f"the key `{key}` of `waivers.0` is missing")
    assert hint.startswith("add it: ")


MALFORMED = {
    "a misspelled key": ("expires: 2026-12-31", "expires: 2026-12-31\n    §tiket: LEGAL-311", "did you mean `ticket`?"),
    "a field of another tool": ("expires: 2026-12-31", "expires: 2026-12-31\n    §statement: x", "known here: "),
    "a day that is none": ("granted: 2026-11-01", "granted: §2026-02-30", ""),
    "the 29th of February of a common year": ("granted: 2026-11-01", "granted: §2026-02-29", ""),
    "a thirteenth month": ("expires: 2026-12-31", "expires: §2026-13-01", ""),
    "a day and a time": ("expires: 2026-12-31", 'expires: §"2026-12-31T23:59:59Z"', ""),
    "words in place of a day": ("expires: 2026-12-31", "expires: §never", ""),
    "a number in place of a day": ("expires: 2026-12-31", "expires: §20261231", ""),
    "no day": ("expires: 2026-12-31", "expires: §null", ""),
    "an end before its beginning": ("expires: 2026-12-31", "expires: §2026-10-31", "correct one of the two dates"),
    "a blank reason": ("a license is being negotiated", '§" "', ""),
    "no reason": ("a license is being negotiated", '§""', ""),
    "a blank owner": ("claims-platform", '§" "', ""),
    "a rule without its pack": ("license/commercial-use", "§commercial-use", ""),
    "a pattern of rules": ("license/commercial-use", '§"license/*"', ""),
    "every rule": ("license/commercial-use", '§"*"', ""),
    "every model": ("model: triage", 'model: §"*"', ""),
    "a pattern of models": ("model: triage", 'model: §"tri?ge"', ""),
    "no model": ("model: triage", 'model: §""', ""),
    "every project": ("owner:", 'project: §"*"\n    owner:', "write a waiver for each finding"),
    "a pattern of projects": ("owner:", 'project: §"claims-[ab]"\n    owner:', "write a waiver for each finding"),
    "a pattern of paths": ("owner:", 'path: §"services/**"\n    owner:', "write a waiver for each finding"),
    "a path with a gap": ("owner:", 'path: §"a/model-manifest.y?ml"\n    owner:', "write a waiver for each finding"),
    "every subject": ("owner:", 'subject: §"*"\n    owner:', "write a waiver for each finding"),
    "a blank path": ("owner:", 'path: §" "\n    owner:', ""),
}


@pytest.mark.parametrize(("before", "after", "hint"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_waiver_can_not_be_used_and_is_shown_where_it_is(
    check: Callable[..., Done], tmp_path: Path, before: str, after: str, hint: str
) -> None:
    text, line, _ = marked(BLOCK.replace(before, after))
    found = refused(check, tmp_path, text)
    assert {where for where, _, _ in found} == {line}
    assert all(advice and hint in advice for _, _, advice in found), found


def test_a_key_that_looks_like_the_one_that_is_missing_is_told_of(check: Callable[..., Done], tmp_path: Path) -> None:
    found = sorted(refused(check, tmp_path, BLOCK.replace("expires:", "expires_at:")))
    (missing, (line, _, hint)) = found
    assert missing[:2] == (3, "the key `expires` of `waivers.0` is missing")
    assert (line, hint) == (10, "did you mean `expires`?")


def test_everything_that_is_wrong_with_waivers_is_told_in_one_run(check: Callable[..., Done], tmp_path: Path) -> None:
    ended = waiver(granted="2026-11-02", expires="2026-11-01")
    found = refused(check, tmp_path, config(ended, waiver(), waiver(path='"a/*"'), ended))
    assert [line for line, _, _ in found] == [3, 5, 6]


@pytest.mark.parametrize("days", ["0", "-1", "36.5", "'366'", "forever"])
def test_the_longest_term_is_a_number_of_days(check: Callable[..., Done], tmp_path: Path, days: str) -> None:
    assert {line for line, _, _ in refused(check, tmp_path, config(waiver(), more=f"max_waiver_days: {days}\n"))} == {4}


# --- When --------------------------------------------------------------------------------------------------------

DAYS = {
    "the day before it was granted": ("2026-10-31", 1, [(RULE, "fail"), ("waiver/not-granted-yet", "fail")]),
    "the day on which it was granted": ("2026-11-01", 0, [(RULE, "waived")]),
    "a day between": ("2026-11-23", 0, [(RULE, "waived")]),
    "its last day": ("2026-12-31", 0, [(RULE, "waived")]),
    "the day after its last": ("2027-01-01", 1, [(RULE, "fail"), ("waiver/expired", "fail")]),
}


@pytest.mark.parametrize(("day", "code", "said"), DAYS.values(), ids=DAYS)
def test_a_waiver_holds_from_the_day_it_was_granted_to_the_end_of_its_last(
    judged: Callable[..., Done], tmp_path: Path, day: str, code: int, said: list[tuple[str, str]]
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver())})
    done = judged("--as-of", day)
    assert (done.code, done.said()) == (code, said)


def test_a_waiver_may_hold_for_a_single_day(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(granted="2026-11-23", expires="2026-11-23"))})
    assert [judged("--as-of", f"2026-11-{day}").code for day in (22, 23, 24)] == [1, 0, 1]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can't be changed here")
@pytest.mark.parametrize("zone", ["UTC-14", "UTC+12"])
def test_today_is_the_day_in_utc_wherever_the_command_runs(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Of the two zones, one is always on another day than UTC."""
    write(tmp_path, {NAME: PASSING})
    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        before = datetime.now(tz=UTC).date()
        told = run("check", "--format", "json").report["as_of"]
        after = datetime.now(tz=UTC).date()
    time.tzset()
    assert told in {before.isoformat(), after.isoformat()}


# --- Those that cover nothing ------------------------------------------------------------------------------------

VOID = {
    "over": ("expired", {"expires": "2026-11-22"}, "expires"),
    "longer than a year and a day": ("too-long", {"expires": "2027-11-03"}, "expires"),
    "for a rule that there is not": ("unknown-rule", {"rule": "license/comercial-use"}, "rule"),
    "for a rule that can't be waived": ("not-waivable", {"rule": "catalog/declared-license"}, "rule"),
    "for what waivers themselves are judged by": ("not-waivable", {"rule": "waiver/expired"}, "rule"),
}


@pytest.mark.parametrize(("slug", "changed", "key"), VOID.values(), ids=VOID)
def test_a_waiver_that_covers_nothing_is_an_error_beside_the_finding(
    judged: Callable[..., Done], tmp_path: Path, slug: str, changed: dict[str, str], key: str
) -> None:
    text = config(waiver(**changed))
    write(tmp_path, {NAME: FAILING, CONFIG: text})
    done = judged()
    assert (done.code, done.said()) == (1, [(RULE, "fail"), (f"waiver/{slug}", "fail")])
    said = done.finding(f"waiver/{slug}")
    assert (said["severity"], said["location"]["path"], said["location"]["line"]) == ("error", CONFIG, 3)
    place = said["location"]
    value = changed[key]
    assert text.splitlines()[2][place["column"] - 1 : place["end_column"] - 1] == value
    assert done.finding(RULE)["waiver"] is None


def test_a_waiver_that_is_over_stops_a_build_that_has_no_other_finding(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: PASSING, CONFIG: config(waiver(expires="2026-11-22"))})
    assert (judged().code, judged().said()) == (1, [("waiver/expired", "fail")])


def test_a_rule_that_is_turned_off_is_none_that_a_waiver_may_be_for(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(), more=f"severities: {{{RULE}: none}}\n")})
    assert judged().said() == [("waiver/unknown-rule", "fail")]


TERMS = {
    "366 days": ("", "2027-11-02", 0),
    "367 days": ("", "2027-11-03", 1),
    "as many as the config allows": ("max_waiver_days: 30\n", "2026-12-01", 0),
    "one more than the config allows": ("max_waiver_days: 30\n", "2026-12-02", 1),
    "more than a year where the config allows it": ("max_waiver_days: 700\n", "2028-09-30", 0),
}


@pytest.mark.parametrize(("more", "expires", "code"), TERMS.values(), ids=TERMS)
def test_a_waiver_lasts_at_most_as_long_as_the_config_allows_from_the_day_it_was_granted(
    judged: Callable[..., Done], tmp_path: Path, more: str, expires: str, code: int
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(expires=expires), more=more)})
    done = judged()
    assert done.code == code
    assert done.finding(RULE)["verdict"] == ("fail" if code else "waived")


@pytest.mark.parametrize(("threshold", "code"), [("error", 0), ("warning", 1)])
def test_a_waiver_that_is_not_used_is_a_warning(
    judged: Callable[..., Done], tmp_path: Path, threshold: str, code: int
) -> None:
    write(tmp_path, {NAME: PASSING, CONFIG: config(waiver())})
    done = judged("--fail-on", threshold)
    assert (done.code, done.said()) == (code, [("waiver/unused", "fail")])
    said = done.finding("waiver/unused")
    assert (said["severity"], said["location"]["path"], said["location"]["line"]) == ("warning", CONFIG, 3)


def test_of_two_waivers_for_the_same_the_one_that_holds_covers_it(judged: Callable[..., Done], tmp_path: Path) -> None:
    over, holding = waiver(granted="2026-01-01", expires="2026-10-31"), waiver(reason="granted again")
    for listed in ((over, holding), (holding, over)):
        write(tmp_path, {NAME: FAILING, CONFIG: config(*listed)})
        done = judged()
        assert done.said() == [(RULE, "waived"), ("waiver/expired", "fail")]
        assert done.finding(RULE)["waiver"]["reason"] == "granted again"
        assert done.finding(RULE)["waiver"]["line"] == 3 + listed.index(holding)


# --- Those that hold ---------------------------------------------------------------------------------------------


def test_a_waived_finding_stays_in_the_text_with_its_reason_and_its_end(
    check: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(ticket="LEGAL-311", identified=NON_COMMERCIAL))})
    done = check()
    assert (done.code, done.last.rpartition(": ")[2]) == (0, "1 waived")
    text = " ".join(done.out.split())
    assert f"waived[{RULE}]" in text
    assert "until 2026-12-31 (inclusive, UTC): a license is being negotiated" in text
    assert "granted by legal@example.com on 2026-11-01, owned by claims-platform, LEGAL-311" in text
    assert f"({CONFIG}:3)" in text


def test_a_waived_finding_stays_in_the_json_report_with_what_is_on_record(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING})
    before = judged().finding(RULE)
    write(tmp_path, {CONFIG: config(waiver(ticket="LEGAL-311"))})
    done = judged()
    assert (done.code, done.report["result"]) == (0, "pass")
    after = done.finding(RULE)
    assert after["waiver"] == {
        "by": "waiver",
        "reason": "a license is being negotiated",
        "owner": "claims-platform",
        "approved_by": "legal@example.com",
        "ticket": "LEGAL-311",
        "granted": "2026-11-01",
        "expires": "2026-12-31",
        "path": CONFIG,
        "line": 3,
    }
    assert {**after, "verdict": "fail", "waiver": None} == before, "a waiver changes nothing else of a finding"


def test_what_can_not_be_judged_may_be_waived_too(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest(use(model="acme/unheard-of"))})
    said = judged().said()
    assert {verdict for _, verdict in said} == {"unknown"}
    write(tmp_path, {CONFIG: config(*(waiver(rule=rule) for rule in dict(said)))})
    done = judged()
    assert (done.code, done.said()) == (0, [(rule, "waived") for rule, _ in said])


def test_without_waivers_everything_is_judged_as_if_there_were_none(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(), waiver(model="other"), waiver(expires="2026-11-02"))})
    done = judged("--no-waivers")
    assert (done.code, done.said()) == (1, [(RULE, "fail")])
    assert done.finding(RULE)["waiver"] is None


def test_without_waivers_a_malformed_one_still_can_not_be_used(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(owner=""))})
    assert check("--no-waivers").code == 2


def test_a_config_without_the_shipped_policies_has_its_waivers_judged_all_the_same(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    own = pack_text({"require": "use.id != 'triage'"})
    waivers = [waiver(rule="t/one"), waiver(rule="t/one", expires="2026-11-22"), waiver(rule="t/two")]
    listed = config(*waivers, more="policies: [rules]\n")
    write(tmp_path, {NAME: FAILING, "rules/own.yaml": own, CONFIG: listed})
    done = judged()
    assert done.said() == [("t/one", "waived"), ("waiver/expired", "fail"), ("waiver/unknown-rule", "fail")]
    assert done.code == 1
    assert done.report["checked"]["rules"] == 1


# --- What a waiver is narrowed to --------------------------------------------------------------------------------

TWO = manifest(use(), use("draft"))
MONOREPO = {f"services/a/{NAME}": TWO, f"services/b/{NAME}": TWO.replace("name: claims", "name: letters")}
A, B = MONOREPO
NARROWED: dict[str, tuple[dict[str, str], set[tuple[str, str]]]] = {
    "a model": ({}, {(A, "triage"), (B, "triage")}),
    "a model at a path": ({"path": A}, {(A, "triage")}),
    "a model of a project": ({"project": "letters"}, {(B, "triage")}),
    "a model of a project at its path": ({"project": "letters", "path": B, "model": "draft"}, {(B, "draft")}),
    "a model of a project at the path of another": ({"project": "letters", "path": A}, set()),
    "a path that is only the beginning of one": ({"path": "services/a"}, set()),
    "a project in another case": ({"project": "Letters"}, set()),
    "a model in another case": ({"model": "Triage"}, set()),
    "the beginning of a model": ({"model": "tri"}, set()),
}


@pytest.mark.parametrize(("changed", "covered"), NARROWED.values(), ids=NARROWED)
@pytest.mark.parametrize("here", [".", "services/b"])
def test_a_waiver_covers_what_it_names_and_no_more(
    judged: Callable[..., Done],
    repository: Path,
    changed: dict[str, str],
    covered: set[tuple[str, str]],
    here: str,
) -> None:
    write(repository, {**MONOREPO, CONFIG: config(waiver(**changed))})
    done = judged(str(repository), here=here)
    everything = {(path, name) for path in MONOREPO for name in ("triage", "draft")}
    assert done.where("waived") == covered
    assert done.where("fail", RULE) == everything - covered
    assert len(done.findings("waiver/unused")) == (not covered)


STOPS = """\
    via:
      - {name: log, role: telemetry, type: self-hosted, provider: on-premises, region: US}
      - {name: store, role: store, type: self-hosted, provider: on-premises, region: US}
"""
SUBJECTS = {
    "nothing": ("", {"log", "store"}),
    "one of its elements": ("log", {"log"}),
    "the other": ("store", {"store"}),
    "none of its elements": ("triage", set()),
    "the beginning of one": ("lo", set()),
}


@pytest.mark.parametrize(("subject", "covered"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_waiver_may_be_narrowed_to_one_element_of_a_use(
    judged: Callable[..., Done], tmp_path: Path, subject: str, covered: set[str]
) -> None:
    own = pack_text({"each": "{stop: use.via}", "require": '"false"'})
    listed = config(waiver(rule="t/one", subject=subject), more="policies: [own.yaml]\n")
    write(tmp_path, {NAME: manifest(use() + STOPS), "own.yaml": own, CONFIG: listed})
    found = judged().findings("t/one")
    assert {one["subject"] for one in found if one["verdict"] == "waived"} == covered
    assert {one["subject"] for one in found if one["verdict"] == "fail"} == {"log", "store"} - covered


def test_where_a_subject_has_two_parts_a_waiver_may_name_one_or_both(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    own = pack_text({"each": "{stop: use.via, other: use.via}", "require": '"false"'})
    write(tmp_path, {NAME: manifest(use() + STOPS), "own.yaml": own})
    covered = []
    for subject in ("log / store", "log"):
        write(tmp_path, {CONFIG: config(waiver(rule="t/one", subject=subject), more="policies: [own.yaml]\n")})
        found = judged().findings("t/one")
        covered.append({one["subject"] for one in found if one["verdict"] == "waived"})
    assert covered == [{"log / store"}, {"log / log", "log / store", "store / log"}]


FALLBACK = f"    fallbacks: [{{id: second, model: {NON_COMMERCIAL}}}]\n"


@pytest.mark.parametrize("name", ["triage", "triage/second"])
def test_a_use_and_its_fallback_are_waived_apart(judged: Callable[..., Done], tmp_path: Path, name: str) -> None:
    write(tmp_path, {NAME: manifest(use() + FALLBACK), CONFIG: config(waiver(model=name))})
    assert judged().where("waived") == {(NAME, name)}
    assert judged().where("fail", RULE) == {(NAME, {"triage", "triage/second"}.difference({name}).pop())}


def test_a_check_of_one_folder_does_not_call_the_waivers_of_others_unused(
    judged: Callable[..., Done], repository: Path
) -> None:
    """What is narrowed to a manifest that was looked at is told; the rest may be for any other."""
    passing = manifest(use(model=FREE), use("draft", FREE))
    files = {A: passing, B: manifest(use("sort", FREE), project="letters")}
    waivers = [waiver(path=A), waiver(path=B), waiver(project="letters"), waiver(model="sort"), waiver(model="gone")]
    commit(repository, {**files, CONFIG: config(*waivers)})

    def unused(*arguments: str, here: str = ".") -> set[int]:
        done = judged(*arguments, here=here)
        assert done.code == 0
        return {finding["location"]["line"] for finding in done.findings("waiver/unused")}

    assert unused() == {3, 4, 5, 6, 7}
    assert unused(".") == {3, 4, 5, 6, 7}
    assert unused("services/a") == unused(A) == unused(here="services/a") == {3}
    assert unused("services/b") == unused(B) == {4}


def test_a_waiver_for_another_manifest_is_not_called_unused_where_only_a_use_of_the_same_name_is_looked_at(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {A: PASSING, B: FAILING, CONFIG: config(waiver())})
    assert judged().said() == [(RULE, "waived")]
    assert judged("services/a").said() == []


def test_a_waiver_for_a_manifest_that_can_not_be_read_is_not_called_unused(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {A: PASSING, B: FAILING.replace("purpose", "porpoise"), CONFIG: config(waiver())})
    done = judged()
    assert (done.code, done.said()) == (2, [])


# --- The list ----------------------------------------------------------------------------------------------------

LISTED = config(
    waiver(model="holds", expires="2026-12-31", ticket="LEGAL-311"),
    waiver(model="over", granted="2026-10-01", expires="2026-11-21"),
    waiver(model="long", expires="2028-01-01"),
    waiver(model="later", granted="2026-12-01", expires="2026-12-24"),
    waiver(model="gone", rule="license/gone", expires="2026-11-30"),
    waiver(model="never", rule="catalog/declared-license", expires="2026-11-29"),
    waiver(model="today", expires="2026-11-23", path="services/a/model-manifest.yaml", project="claims", subject="log"),
)
STATES = [
    ("over", -2, "over"),
    ("today", 0, "holds"),
    ("never", 6, "its rule can't be waived"),
    ("gone", 7, "no such rule in force"),
    ("later", 31, "not begun"),
    ("holds", 38, "holds"),
    ("long", 404, "longer than 366 days"),
]


@pytest.fixture
def listed(run: Callable[..., Done], tmp_path: Path) -> Callable[..., Done]:
    """Run `waivers` on the day of these tests."""
    write(tmp_path, {CONFIG: LISTED})

    def lister(*arguments: str, here: str = ".") -> Done:
        return run("waivers", "--as-of", "2026-11-23", *arguments, here=here)

    return lister


def test_waivers_are_listed_with_their_state_and_the_days_that_are_left_the_first_to_end_first(
    listed: Callable[..., Done],
) -> None:
    done = listed("--format", "json")
    found = json.loads(done.out)["waivers"]
    assert (done.code, [(one["model"], one["days_left"], one["state"]) for one in found]) == (0, STATES)


def test_the_json_list_holds_everything_on_record(listed: Callable[..., Done]) -> None:
    out = listed("--format", "json").out
    assert out.isascii()
    found = {one["model"]: one for one in json.loads(out)["waivers"]}
    assert found["holds"] == {
        "rule": RULE,
        "model": "holds",
        "project": None,
        "path": None,
        "subject": None,
        "reason": "a license is being negotiated",
        "owner": "claims-platform",
        "approved_by": "legal@example.com",
        "ticket": "LEGAL-311",
        "granted": "2026-11-01",
        "expires": "2026-12-31",
        "state": "holds",
        "days_left": 38,
        "file": CONFIG,
    }
    narrowed = [found["today"][name] for name in ("project", "path", "subject")]
    assert narrowed == ["claims", "services/a/model-manifest.yaml", "log"]


def test_the_table_is_the_default_and_has_a_row_for_each(
    listed: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    out = listed().out
    assert listed("--format", "table").out == out
    lines = out.splitlines()
    assert lines[-1] == "7 waivers, 2 in force"
    assert [line.split()[1] for line in lines if "/" in line.partition(" ")[0]] == [name for name, _, _ in STATES]
    (row,) = [line.split() for line in lines if " holds " in line and "2026-12-31" in line]
    assert row == [RULE, "holds", "2026-12-31", "38", "holds", "claims-platform"]


def test_the_text_tells_of_each_all_that_is_on_record(listed: Callable[..., Done]) -> None:
    out = listed("--format", "text").out
    blocks = {block.splitlines()[0].split(" for ")[1].split(":")[0]: block for block in out.split("\n\n")[:-1]}
    assert list(blocks) == [name for name, _, _ in STATES]
    assert blocks["holds"].splitlines() == [
        f"{RULE} for holds: holds",
        "  until: 2026-12-31 (inclusive, UTC): 38 days left",
        "  reason: a license is being negotiated",
        "  owner: claims-platform",
        "  granted: 2026-11-01 by legal@example.com, LEGAL-311",
    ]
    assert "only: project claims, path services/a/model-manifest.yaml, subject log" in blocks["today"]
    assert "0 days left" in blocks["today"]
    assert "over since 2 days" in blocks["over"]
    assert out.endswith("\n\n7 waivers, 2 in force\n")


@pytest.mark.parametrize("form", ["text", "table"])
def test_a_list_of_none_says_so(run: Callable[..., Done], tmp_path: Path, form: str) -> None:
    assert run("waivers", "--format", form) == Done(0, "0 waivers, 0 in force\n", "")


def test_a_json_list_of_none_is_empty(run: Callable[..., Done]) -> None:
    done = run("waivers", "--format", "json")
    assert (done.code, json.loads(done.out), done.err) == (0, {"version": 1, "waivers": []}, "")


def test_what_is_listed_as_holding_is_what_covers_a_finding(
    judged: Callable[..., Done],
    listed: Callable[..., Done],
    tmp_path: Path,
) -> None:
    names = [name for name, _, _ in STATES]
    write(tmp_path, {f"services/a/{NAME}": manifest(*(use(name) for name in names))})
    write(tmp_path, {CONFIG: LISTED.replace(", subject: log", "")})
    holding = {one["model"] for one in json.loads(listed("--format", "json").out)["waivers"] if one["state"] == "holds"}
    assert {name for _, name in judged().where("waived")} == holding == {"holds", "today"}


def test_waivers_are_listed_from_anywhere_in_the_repository_and_from_a_config_that_is_named(
    listed: Callable[..., Done], run: Callable[..., Done], repository: Path
) -> None:
    write(repository, {"services/a/readme.md": "x", "other.yaml": config(waiver())})
    assert listed(here="services/a").out == listed().out
    named = run("waivers", "--config", "../../other.yaml", "--format", "json", here="services/a")
    assert [one["file"] for one in json.loads(named.out)["waivers"]] == ["other.yaml"]


def test_a_config_that_can_not_be_used_is_told_of_in_place_of_a_list(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {CONFIG: config(waiver(), waiver(owner=""))})
    done = run("waivers")
    assert (done.code, done.out) == (2, "")
    assert f"{CONFIG}:4" in done.err
    assert "the key `owner` of `waivers.1` is missing" in done.err


@pytest.mark.parametrize("form", ["text", "table", "json"])
def test_what_a_waiver_says_never_reaches_the_terminal_as_a_command(
    run: Callable[..., Done], tmp_path: Path, form: str
) -> None:
    hostile = waiver(reason='"\\e[31m::error::x\\n::error::y\\u202e"', owner='"a ##[error]b \\u202e"')
    write(tmp_path, {CONFIG: config(hostile)})
    done = run("waivers", "--format", form)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    if form != "json":
        assert "##[" not in done.out
        assert not any(line.lstrip().startswith("::") for line in done.out.splitlines())


@pytest.mark.parametrize("form", ["text", "table", "json"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_list_can_be_written_whatever_the_encoding_of_the_screen(tmp_path: Path, form: str, encoding: str) -> None:
    write(tmp_path, {CONFIG: config(waiver(owner="\u65e5\u672c"))})
    done = subprocess.run(
        [sys.executable, "-m", "checker", "waivers", "--as-of", "2026-11-23", "--format", form],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode(encoding)
    assert "\u65e5\u672c" in shown or r"\u65e5\u672c" in shown
