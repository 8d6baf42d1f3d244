"""What a waiver or an entry of a baseline covers, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from checker.app.settings import days_between
from checker.engine.waive import Looked, Term, Waived, apply, state
from checker.model.finding import Finding, Verdict
from tests.made import finding
from tests.support import configured, in_force, load_pack, pack_text

NAME = "claims/model-manifest.yaml"
RULES = in_force(
    load_pack(pack_text({"id": "t/one"}, {"id": "t/two"}, {"id": "t/fixed", "waivable": "false"})),
)
EVERYTHING = Looked(uses=frozenset({(NAME, "claims", "triage")}), whole=True)
FIELDS = {"rule": "t/one", "model": "triage", "reason": "r", "owner": "o", "approved_by": "a"}
FIELDS |= {"granted": "2026-11-01", "expires": "2026-12-31"}


def said(rule: str = "t/one", verdict: Verdict = Verdict.FAIL, **changes: Any) -> Finding:
    return finding(verdict, **{"exemption": None, **changes, "rule": rule})


def applied(
    *findings: Finding,
    waivers: tuple[dict[str, str], ...] = (),
    entries: tuple[dict[str, str], ...] = (),
    as_of: str = "2026-11-23",
    looked: Looked = EVERYTHING,
    longest: int = 366,
) -> Waived:
    written = [", ".join(f"{key}: {value}" for key, value in {**FIELDS, **changed}.items()) for changed in waivers]
    config = configured("waivers:\n" + "".join(f"  - {{{one}}}\n" for one in written) if written else "")
    term = Term(policy=RULES, as_of=as_of, max_days=longest, days_between=days_between)
    return apply(findings, config, entries, term, looked)


def verdicts(result: Waived) -> list[str]:
    return [one.verdict.value for one in result.findings]


def entry(of: Finding) -> dict[str, str]:
    named = {"manifest": of.manifest, "model": of.model, "rule": of.rule, "subject": of.subject}
    return {"fingerprint": of.fingerprint, **named}


# --- Waivers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", list(Verdict), ids=lambda verdict: verdict.value)
def test_only_what_stops_a_build_is_waived(verdict: Verdict) -> None:
    expected = "waived" if verdict in (Verdict.FAIL, Verdict.UNKNOWN) else verdict.value
    result = applied(said(verdict=verdict), waivers=({},))
    assert verdicts(result) == [expected]
    assert result.waivers[0]["used"] == (verdict in (Verdict.FAIL, Verdict.UNKNOWN))


def test_a_waived_finding_says_by_what_and_is_otherwise_as_it_was() -> None:
    before = said()
    (after,) = applied(before, waivers=({"ticket": "LEGAL-1"},)).findings
    assert after._replace(verdict=Verdict.FAIL, exemption=None) == before
    given = after.exemption
    assert given is not None
    assert (given.by, given.reason, given.owner, given.approved_by, given.ticket) == (
        "waiver",
        "r",
        "o",
        "a",
        "LEGAL-1",
    )
    assert (given.granted, given.expires) == ("2026-11-01", "2026-12-31")
    assert given.place is not None
    assert (given.place.path, given.place.line) == (".modelpolicy.yaml", 3)


SCOPES: dict[str, tuple[dict[str, str], dict[str, Any], bool]] = {
    "its rule and its use": ({}, {}, True),
    "another rule": ({"rule": "t/two"}, {}, False),
    "another use": ({"model": "draft"}, {}, False),
    "a fallback of the use": ({}, {"model": "triage/second"}, False),
    "the use of a fallback": ({"model": "triage/second"}, {}, False),
    "its fallback": ({"model": "triage/second"}, {"model": "triage/second"}, True),
    "the manifest as a whole": ({}, {"model": ""}, False),
    "its path": ({"path": NAME}, {}, True),
    "another path": ({"path": "model-manifest.yaml"}, {}, False),
    "its project": ({"project": "claims"}, {}, True),
    "another project": ({"project": "letters"}, {}, False),
    "its subject": ({"subject": "log"}, {"subject": "log"}, True),
    "another subject": ({"subject": "log"}, {"subject": "store"}, False),
    "a subject where there is none": ({"subject": "log"}, {}, False),
    "no subject where there is one": ({}, {"subject": "log"}, True),
    "the first part of a subject": ({"subject": "claims"}, {"subject": "claims / log"}, True),
    "the last part of a subject": ({"subject": "log"}, {"subject": "claims / log"}, True),
    "a subject as a whole": ({"subject": "claims / log"}, {"subject": "claims / log"}, True),
    "its parts the other way round": ({"subject": "log / claims"}, {"subject": "claims / log"}, False),
    "the beginning of a part": ({"subject": "cl"}, {"subject": "claims / log"}, False),
    "a part that has a slash": ({"subject": "a/b"}, {"subject": "a/b / log"}, True),
    "what stands before a slash": ({"subject": "a"}, {"subject": "a/b / log"}, False),
}


@pytest.mark.parametrize(("changed", "of", "covered"), SCOPES.values(), ids=SCOPES)
def test_a_waiver_covers_what_it_names(changed: dict[str, str], of: dict[str, Any], covered: bool) -> None:
    result = applied(said(**of), waivers=(changed,))
    assert verdicts(result) == ["waived" if covered else "fail"]
    assert result.waivers[0]["used"] is covered


STATES: dict[str, tuple[dict[str, str], str]] = {
    "in its term": ({}, "holds"),
    "on its first day": ({"granted": "2026-11-23"}, "holds"),
    "on its last day": ({"expires": "2026-11-23"}, "holds"),
    "a day before": ({"granted": "2026-11-24"}, "not begun"),
    "a day after": ({"expires": "2026-11-22"}, "over"),
    "as long as is allowed": ({"expires": "2027-11-02"}, "holds"),
    "a day longer": ({"expires": "2027-11-03"}, "longer than 366 days"),
    "for a rule that there is not": ({"rule": "t/gone"}, "no such rule in force"),
    "for a rule that can't be waived": ({"rule": "t/fixed"}, "its rule can't be waived"),
    "over, and for a rule that there is not": ({"rule": "t/gone", "expires": "2026-11-22"}, "no such rule in force"),
}


@pytest.mark.parametrize(("changed", "expected"), STATES.values(), ids=STATES)
def test_a_waiver_covers_only_while_it_holds(changed: dict[str, str], expected: str) -> None:
    result = applied(said({**FIELDS, **changed}["rule"]), waivers=(changed,))
    (record,) = result.waivers
    assert state(record) == expected
    assert verdicts(result) == ["waived" if expected == "holds" else "fail"]
    assert record["used"], "that something needs it is said of one that covers nothing as well"


@pytest.mark.parametrize(("day", "left"), [("2026-11-23", 38), ("2026-12-31", 0), ("2027-01-01", -1)])
def test_the_days_that_are_left_count_to_the_last(day: str, left: int) -> None:
    (record,) = applied(waivers=({},), as_of=day).waivers
    assert (record["days_left"], record["days"]) == (left, 60)


def test_of_several_waivers_the_first_that_holds_is_named_and_all_are_used() -> None:
    listed = ({"expires": "2026-11-02"}, {"reason": "first"}, {"reason": "second"})
    result = applied(said(), waivers=listed)
    (after,) = result.findings
    assert after.exemption is not None
    assert (after.exemption.reason, [one["used"] for one in result.waivers]) == ("first", [True, True, True])


def test_one_waiver_covers_every_element_of_the_use_that_it_names() -> None:
    result = applied(said(subject="a"), said(subject="b"), said("t/two", subject="a"), waivers=({},))
    assert verdicts(result) == ["waived", "waived", "fail"]


# --- What was looked at ------------------------------------------------------------------------------------------

PART = Looked(uses=frozenset({(NAME, "claims", "triage"), (NAME, "claims", "draft/second")}), whole=False)
LOOKED: dict[str, tuple[dict[str, str], bool]] = {
    "a path that was looked at": ({"path": NAME}, True),
    "a path that was looked at, and a use that it does not have": ({"model": "other", "path": NAME}, True),
    "a path that was not": ({"path": "letters/model-manifest.yaml"}, False),
    "a use that was looked at, which may be another's too": ({}, False),
    "a use that was not looked at": ({"model": "other"}, False),
    "a project that was looked at, which may have other manifests": ({"project": "claims"}, False),
    "a project that was not": ({"project": "letters"}, False),
}


@pytest.mark.parametrize(("changed", "expected"), LOOKED.values(), ids=LOOKED)
def test_a_waiver_is_called_unused_only_where_what_it_is_for_was_looked_at(
    changed: dict[str, str], expected: bool
) -> None:
    assert applied(waivers=(changed,), looked=PART).waivers[0]["looked"] is expected
    assert applied(waivers=(changed,), looked=PART._replace(whole=True)).waivers[0]["looked"]


# --- Baselines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", list(Verdict), ids=lambda verdict: verdict.value)
def test_an_entry_covers_the_finding_that_it_was_written_for(verdict: Verdict) -> None:
    before = said(verdict=verdict)
    (after,) = applied(before, entries=(entry(before),)).findings
    stops = verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    assert after.verdict is (Verdict.WAIVED if stops else verdict)
    assert (after.exemption is not None and after.exemption.by == "baseline") is stops


@pytest.mark.parametrize("changed", [{"model": "draft"}, {"manifest": "x"}, {"rule": "t/two"}, {"subject": "log"}])
def test_an_entry_covers_nothing_else(changed: dict[str, Any]) -> None:
    assert verdicts(applied(said(**changed), entries=(entry(said()),))) == ["fail"]


def test_an_entry_never_covers_what_can_not_be_waived() -> None:
    fixed = said("t/fixed")
    assert verdicts(applied(fixed, entries=(entry(fixed),))) == ["fail"]


def test_a_waiver_goes_before_an_entry() -> None:
    (after,) = applied(said(), waivers=({},), entries=(entry(said()),)).findings
    assert after.exemption is not None
    assert after.exemption.by == "waiver"


def test_an_entry_goes_on_where_a_waiver_is_over() -> None:
    (after,) = applied(said(), waivers=({"expires": "2026-11-22"},), entries=(entry(said()),)).findings
    assert after.exemption is not None
    assert after.exemption.by == "baseline"


def test_an_entry_occurs_while_its_finding_does_waived_or_not() -> None:
    gone = {**entry(said()), "fingerprint": "0" * 32}
    waived = applied(said(), waivers=({},), entries=(entry(said()), gone))
    assert [one["occurs"] for one in waived.baseline] == [True, False]
    passed = applied(said(verdict=Verdict.PASS), entries=(entry(said(verdict=Verdict.PASS)),))
    assert [one["occurs"] for one in passed.baseline] == [False]


def test_an_entry_is_called_resolved_only_where_its_manifest_was_looked_at() -> None:
    elsewhere = {**entry(said()), "manifest": "letters/model-manifest.yaml"}
    found = applied(entries=(entry(said()), elsewhere), looked=PART).baseline
    assert [one["looked"] for one in found] == [True, False]
    whole = applied(entries=(entry(said()), elsewhere), looked=PART._replace(whole=True)).baseline
    assert [one["looked"] for one in whole] == [True, True]
