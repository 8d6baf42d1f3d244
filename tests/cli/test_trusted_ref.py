"""`check --trusted-ref`: policy comes from a commit, manifests from the working tree, and what differs is told."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.commands import (
    CONFIG,
    DAY,
    FAILING,
    FREE,
    NAME,
    NON_COMMERCIAL,
    PASSING,
    RULE,
    Done,
    commit,
    config,
    git,
    manifest,
    use,
    waiver,
    write,
)
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = ("--trusted-ref", "HEAD")
FILE = "known.json"
OWN = pack_text({"require": "use.id != 'triage'"})
WEAKER = OWN.replace("!=", "==")
WITH_OWN = "version: 1\npolicies: [builtin, rules]\n"
RECORDS = """\
version: 1
sources:
  acme: {kind: primary, title: A page of ours}
models:
  - id: acme-one
    name: Acme One
    developer: Acme
    family: acme
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [exaone-1.2-nc]
    ids: {hub: [acme/one]}
    source: [acme]
    checked: 2026-11-01
    status: verified
"""


@pytest.fixture
def trusting(judged: Callable[..., Done]) -> Callable[..., Done]:
    """Run `check` by the policy of the last commit, for its report as JSON."""

    def runner(*arguments: str, here: str = ".") -> Done:
        return judged(*HEAD, *arguments, here=here)

    return runner


def delete(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).unlink()


# --- What comes from where ---------------------------------------------------------------------------------------


def test_where_nothing_changed_nothing_is_told_and_the_verdict_is_the_same(
    judged: Callable[..., Done], repository: Path
) -> None:
    files = {NAME: FAILING, "rules/own.yaml": OWN, CONFIG: config(waiver(), more="policies: [builtin, rules]\n")}
    commit(repository, files)
    plain, trusted = judged(), judged(*HEAD)
    assert (trusted.code, trusted.said()) == (plain.code, plain.said()) == (1, [(RULE, "waived"), ("t/one", "fail")])
    assert trusted.report["policy"]["digest"] == plain.report["policy"]["digest"]
    assert trusted.report["policy"]["sources"] == ["builtin", "HEAD:rules"]
    assert trusted.finding(RULE)["waiver"]["path"] == f"HEAD:{CONFIG}"
    assert trusted.finding("t/one")["policy"]["path"] == "HEAD:rules/own.yaml"


def test_manifests_come_from_the_working_tree(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: PASSING, CONFIG: "version: 1\n"})
    assert trusting().code == 0
    write(repository, {NAME: FAILING, f"new/{NAME}": FAILING})
    assert trusting().where("fail") == {(NAME, "triage"), (f"new/{NAME}", "triage")}
    delete(repository, NAME, f"new/{NAME}")
    assert trusting().code == 2


NAMED = {
    "a branch": "main",
    "a branch by its whole name": "refs/heads/main",
    "a tag": "v1",
    "the commit before": "HEAD~1",
}


@pytest.mark.parametrize("ref", [*NAMED.values(), "id", "short"], ids=[*NAMED, "an id", "an abbreviated id"])
def test_a_commit_may_be_named_in_any_way_that_git_knows(
    judged: Callable[..., Done], repository: Path, ref: str
) -> None:
    first = commit(repository, {NAME: FAILING, CONFIG: config(waiver())})
    git(repository, "tag", "--annotate", "--message", "x", "v1")
    git(repository, "checkout", "-b", "change")
    commit(repository, {CONFIG: "version: 1\n"})
    named = {"id": first, "short": first[:10]}.get(ref, ref)
    done = judged("--trusted-ref", named)
    assert done.said() == [(RULE, "waived"), ("trust/waiver-added", "fail")]
    assert done.finding(RULE)["waiver"]["path"] == f"{named}:{CONFIG}"


# --- A change of what is judged by -------------------------------------------------------------------------------

BASELINE_GROWN = "trust/baseline-grown"
LIFTED = "With it: 1 verdict would no longer stop the build"
NONE = "With it: no verdict would change"
FAILS = {NAME: FAILING, CONFIG: "version: 1\n"}
OWN_FAILS = {NAME: PASSING, CONFIG: WITH_OWN, "rules/own.yaml": OWN}
RECORDED = {
    NAME: manifest(use(model="acme/one")),
    CONFIG: "version: 1\ncatalog: [records]\n",
    "records/a.yaml": RECORDS,
}
CLAIMED = {NAME: manifest(use() + "    license: {id: MIT}\n"), CONFIG: "version: 1\n"}
APPROVAL = (
    "approvals: [{kind: license, model: triage, license: MIT, approved_by: me@example.com, granted: 2026-11-23}]\n"
)
GATEWAY = "gateways: {proxy: {aliases: {smart: [{model: MODEL, deployment: {type: on-device}}]}}}\n"


class Change(NamedTuple):
    """Files before and after, the rule that tells of it, and what it says: what changed, and what that would do."""

    before: dict[str, str]
    after: dict[str, str]
    rule: str
    what: str
    effect: str


CHANGES = {
    "a rule that is weakened": Change(
        OWN_FAILS,
        {"rules/own.yaml": WEAKER},
        "trust/policy-changed",
        "rule t/one changed",
        LIFTED,
    ),
    "a rule that is said otherwise": Change(
        OWN_FAILS,
        {"rules/own.yaml": OWN.replace("because", "for a reason")},
        "trust/policy-changed",
        "rule t/one changed",
        NONE,
    ),
    "a rule that is added": Change(
        OWN_FAILS,
        {"rules/more.yaml": OWN.replace("pack: t", "pack: u").replace("t/one", "u/one")},
        "trust/policy-changed",
        "rule u/one added",
        "With it: 1 verdict would begin to stop it",
    ),
    "a pack that the config names no more": Change(
        OWN_FAILS,
        {CONFIG: "version: 1\n"},
        "trust/policy-changed",
        "rule t/one off",
        LIFTED,
    ),
    "a rule that is turned off": Change(
        FAILS,
        {CONFIG: f"version: 1\nseverities: {{{RULE}: none}}\n"},
        "trust/policy-changed",
        f"rule {RULE} off",
        LIFTED,
    ),
    "a severity that is lowered": Change(
        FAILS,
        {CONFIG: f"version: 1\nseverities: {{{RULE}: warning}}\n"},
        "trust/policy-changed",
        f"severity of {RULE} from error to warning",
        LIFTED,
    ),
    "a parameter": Change(
        FAILS,
        {CONFIG: "version: 1\nparams: {max_fact_age_days: 9}\n"},
        "trust/policy-changed",
        "parameter max_fact_age_days changed",
        NONE,
    ),
    "a waiver": Change(
        FAILS,
        {CONFIG: config(waiver())},
        "trust/waiver-added",
        f"waiver added: {RULE} for triage until 2026-12-31",
        LIFTED,
    ),
    "a waiver that lasts longer": Change(
        {NAME: FAILING, CONFIG: config(waiver())},
        {CONFIG: config(waiver(expires="2027-10-31"))},
        "trust/waiver-added",
        f"waiver added: {RULE} for triage until 2027-10-31; waiver removed: {RULE} for triage until 2026-12-31",
        NONE,
    ),
    "a waiver that is taken out": Change(
        {NAME: FAILING, CONFIG: config(waiver())},
        {CONFIG: "version: 1\n"},
        "trust/waiver-added",
        f"waiver removed: {RULE} for triage until 2026-12-31",
        "With it: 1 verdict would begin to stop it",
    ),
    "an approval": Change(
        CLAIMED,
        {CONFIG: f"version: 1\n{APPROVAL}"},
        "trust/approval-added",
        "approval added: license for triage",
        LIFTED,
    ),
    "an agreement": Change(
        {NAME: FAILING, CONFIG: "version: 1\n"},
        {CONFIG: "version: 1\nagreements: [{provider: acme-ai, kind: dpa, evidence: dpa.pdf, expires: 2027-05-01}]\n"},
        "trust/agreement-added",
        "agreement added: dpa for acme-ai until 2027-05-01",
        NONE,
    ),
    "the organization": Change(
        FAILS,
        {CONFIG: "version: 1\norganization: {domicile: DE}\n"},
        "trust/config-changed",
        "organization changed",
        NONE,
    ),
    "shared data": Change(
        FAILS,
        {CONFIG: "version: 1\ndata: {logs: {classification: [public]}}\n"},
        "trust/config-changed",
        "data changed",
        NONE,
    ),
    "what stands behind a gateway": Change(
        {
            NAME: manifest("  - {id: triage, model: smart, gateway: proxy, purpose: sort, data: []}\n"),
            CONFIG: f"version: 1\n{GATEWAY.replace('MODEL', NON_COMMERCIAL)}",
        },
        {CONFIG: f"version: 1\n{GATEWAY.replace('MODEL', FREE)}"},
        "trust/config-changed",
        "gateways changed",
        "With it: 3 verdicts would no longer stop the build, and 1 verdict would begin to stop it",
    ),
    "how long a waiver may last": Change(
        FAILS,
        {CONFIG: "version: 1\nmax_waiver_days: 3000\n"},
        "trust/config-changed",
        "max_waiver_days changed",
        NONE,
    ),
    "how long a waiver may last, beside one that is over": Change(
        {NAME: PASSING, CONFIG: config(waiver(expires="2026-11-22"))},
        {CONFIG: config(waiver(expires="2026-11-22"), more="max_waiver_days: 300\n")},
        "trust/config-changed",
        "max_waiver_days changed",
        NONE,
    ),
    "a record": Change(
        RECORDED,
        {"records/a.yaml": RECORDS.replace("exaone-1.2-nc", "MIT")},
        "trust/catalog-changed",
        "record models/acme-one changed",
        LIFTED,
    ),
    "a record under another id": Change(
        RECORDED,
        {"records/a.yaml": RECORDS.replace("acme-one", "acme-two")},
        "trust/catalog-changed",
        "record models/acme-one removed; record models/acme-two added",
        NONE,
    ),
    "the source of a record": Change(
        RECORDED,
        {"records/a.yaml": RECORDS.replace("A page of ours", "Another page")},
        "trust/catalog-changed",
        "record sources/acme changed",
        NONE,
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_decides_nothing_and_is_a_finding_that_says_what_it_would_do(
    judged: Callable[..., Done], repository: Path, change: Change
) -> None:
    commit(repository, change.before)
    untouched = judged()
    write(repository, change.after)
    done = judged(*HEAD)
    assert done.code == untouched.code
    assert [one for one in done.said() if not one[0].startswith("trust/")] == untouched.said()
    said = done.finding("trust/")
    assert (said["rule"], said["verdict"], said["severity"]) == (change.rule, "fail", "warning")
    assert f"({change.what}). The check did not use the edit. {change.effect}" in said["message"]


def test_a_change_that_is_committed_on_top_is_a_change_too(judged: Callable[..., Done], repository: Path) -> None:
    base = commit(repository, FAILS)
    commit(repository, {CONFIG: config(waiver())})
    done = judged("--trusted-ref", base)
    assert (done.code, done.said()) == (1, [(RULE, "fail"), ("trust/waiver-added", "fail")])


def test_a_change_is_shown_where_it_stands(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: FAILING, CONFIG: config(waiver(model="other"))})
    write(repository, {CONFIG: config(waiver(model="other"), waiver(), more="organization: {domicile: DE}\n")})
    done = trusting()
    places = {one["rule"]: (one["location"]["path"], one["location"]["line"]) for one in done.findings("trust/")}
    assert places == {"trust/waiver-added": (CONFIG, 4), "trust/config-changed": (CONFIG, 5)}


def test_every_kind_of_change_is_a_finding_of_its_own(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {**OWN_FAILS, **RECORDED, CONFIG: "version: 1\ncatalog: [records]\n"})
    more = (
        f"{APPROVAL}agreements: [{{provider: openai, kind: sla, evidence: a.pdf}}]\nmax_waiver_days: 9\n"
        "severities: {catalog/known-model: none}\ncatalog: [records]\n"
    )
    write(repository, {CONFIG: config(waiver(), more=more), "records/a.yaml": RECORDS.replace("exaone-1.2-nc", "MIT")})
    found = {finding["rule"] for finding in trusting().findings("trust/")}
    assert found == {
        f"trust/{name}"
        for name in ("policy-changed", "waiver-added", "approval-added", "agreement-added", "config-changed")
    } | {"trust/catalog-changed"}


UNCHANGED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a comment": (FAILS, {CONFIG: "version: 1  # one\n"}),
    "waivers in another order": (
        {NAME: FAILING, CONFIG: config(waiver(), waiver(model="other"))},
        {CONFIG: config(waiver(model="other"), waiver())},
    ),
    "what is the default": (FAILS, {CONFIG: "version: 1\npolicies: [builtin]\n"}),
    "a pack that nobody names": (FAILS, {"rules/own.yaml": OWN}),
    "a comment in a pack": (
        OWN_FAILS,
        {"rules/own.yaml": OWN + "\n# The end.\n"},
    ),
}


@pytest.mark.parametrize(("before", "after"), UNCHANGED.values(), ids=UNCHANGED)
def test_what_changes_nothing_that_decides_is_not_told(
    judged: Callable[..., Done], repository: Path, before: dict[str, str], after: dict[str, str]
) -> None:
    commit(repository, before)
    untouched = judged().said()
    write(repository, after)
    assert judged(*HEAD).said() == untouched


def test_verdicts_that_would_change_are_counted(trusting: Callable[..., Done], repository: Path) -> None:
    three = manifest(*(use(name) for name in ("triage", "draft", "sort")), use("free", FREE))
    own = pack_text({"require": "use.id != 'free'"})
    commit(repository, {NAME: three, CONFIG: "version: 1\n", "rules/own.yaml": own})
    off = f"severities: {{{RULE}: none}}\npolicies: [builtin, rules]\n"
    write(repository, {CONFIG: f"version: 1\n{off}"})
    said = trusting().finding("trust/policy-changed")["message"]
    assert "3 verdicts would no longer stop the build, and 1 verdict would begin to stop it" in said


def test_what_stops_is_counted_at_the_severity_that_stops(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, FAILS)
    write(repository, {CONFIG: f"version: 1\nseverities: {{{RULE}: warning}}\n"})
    assert LIFTED in trusting().finding("trust/policy-changed")["message"]
    done = trusting("--fail-on", "warning")
    assert (done.code, NONE in done.finding("trust/policy-changed")["message"]) == (1, True)


def test_of_many_changes_the_first_are_named_and_the_others_counted(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, FAILS)
    write(repository, {CONFIG: config(*(waiver(model=f"use-{number}") for number in range(8)))})
    said = trusting().finding("trust/waiver-added")["message"]
    assert said.count("waiver added: ") == 5
    assert "use-4 until 2026-12-31; and 3 more)." in said


# --- What is taken away ------------------------------------------------------------------------------------------


def test_a_config_that_is_deleted_here_still_decides(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {**OWN_FAILS, CONFIG: config(waiver(), more="policies: [builtin, rules]\n"), NAME: FAILING})
    before = trusting()
    delete(repository, CONFIG)
    done = trusting()
    assert done.code == before.code == 1
    assert [one for one in done.said() if not one[0].startswith("trust/")] == before.said()
    assert {one["rule"] for one in done.findings("trust/")} == {"trust/waiver-added", "trust/policy-changed"}
    assert {one["location"]["path"] for one in done.findings("trust/")} == {f"HEAD:{CONFIG}"}


@pytest.mark.parametrize("more", [{}, {CONFIG: config()}], ids=["without a config", "with one"])
def test_a_manifest_that_is_gone_here_is_told(
    trusting: Callable[..., Done], repository: Path, more: dict[str, str]
) -> None:
    commit(repository, {NAME: PASSING, f"app/{NAME}": FAILING, f"lib/{NAME}": FAILING, **more})
    delete(repository, f"app/{NAME}", f"lib/{NAME}")
    done = trusting()
    found = done.finding("trust/manifest-removed")
    assert (done.code, found["severity"]) == (0, "warning")
    assert f"HEAD:app/{NAME}; HEAD:lib/{NAME}" in found["message"]
    assert found["location"]["path"] == f"HEAD:app/{NAME}"
    assert trusting("lib", NAME).code == 2, "a path that is named has to be there"


def test_only_of_what_is_checked_a_manifest_can_be_gone(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: PASSING, f"app/{NAME}": PASSING, f"application/{NAME}": PASSING, "lib/readme.md": ""})
    delete(repository, f"application/{NAME}", "lib/readme.md")
    assert trusting("app").said() == []


def test_a_manifest_that_git_forgets_is_still_judged(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: FAILING, f"app/{NAME}": PASSING})
    write(repository, {".gitignore": f"/{NAME}\n"})
    assert trusting().code == 1, "tracked and ignored"
    git(repository, "rm", "--quiet", "--cached", NAME)
    done = trusting()
    assert NAME in done.finding("trust/manifest-removed")["message"]


def test_a_config_that_is_new_here_does_not_decide(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: FAILING})
    write(repository, {CONFIG: config(waiver())})
    done = trusting()
    assert (done.code, done.said()) == (1, [(RULE, "fail"), ("trust/waiver-added", "fail")])
    assert done.finding("trust/waiver-added")["location"]["path"] == CONFIG


def test_a_pack_that_is_deleted_here_together_with_its_mention_still_decides(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, OWN_FAILS)
    delete(repository, "rules/own.yaml")
    write(repository, {CONFIG: "version: 1\n"})
    assert trusting().said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]


def test_a_pack_may_be_a_single_file(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {**OWN_FAILS, CONFIG: "version: 1\npolicies: [builtin, rules/own.yaml]\n"})
    write(repository, {"rules/own.yaml": WEAKER})
    done = trusting()
    assert done.said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]
    assert done.report["policy"]["sources"] == ["builtin", "HEAD:rules/own.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_folder_that_becomes_a_link_to_another_here_still_decides(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {**OWN_FAILS, "weaker/own.yaml": WEAKER})
    delete(repository, "rules/own.yaml")
    (repository / "rules").rmdir()
    (repository / "rules").symlink_to("weaker")
    done = trusting()
    assert done.said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]
    assert LIFTED in done.finding("trust/policy-changed")["message"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize("link", ["rules", "rules/own.yaml", CONFIG])
def test_a_link_in_the_commit_is_not_followed(
    trusting: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory, link: str
) -> None:
    """It may lead anywhere: out of the repository, or to what the working tree has instead."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, {"own.yaml": WEAKER, CONFIG: "version: 1\n"})
    write(repository, {name: text for name, text in OWN_FAILS.items() if not name.startswith(link)})
    target = elsewhere if link == "rules" else elsewhere / Path(link).name
    (repository / link).parent.mkdir(exist_ok=True)
    (repository / link).symlink_to(target)
    commit(repository)
    error = trusting().error()
    assert (error["path"], error["message"]) == (f"HEAD:{link}", "is a symbolic link")
    assert error["hint"]


def test_a_file_of_the_commit_that_is_too_large_can_not_be_used(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {**OWN_FAILS, "rules/large.yaml": "# " + "x" * 2_000_000})
    assert "larger than" in trusting().error()["message"]


def test_a_folder_that_the_commit_does_not_have_can_not_be_used(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: PASSING, CONFIG: WITH_OWN})
    write(repository, {"rules/own.yaml": OWN})
    error = trusting().error()
    assert (error["path"], error["message"]) == ("HEAD:rules", "there is no such file in this commit")


def test_policy_of_the_commit_that_can_not_be_used_is_shown_there(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {**OWN_FAILS, "rules/own.yaml": OWN.replace("require:", "requires:")})
    write(repository, {"rules/own.yaml": OWN})
    done = trusting()
    assert done.code == 2
    assert {error["path"] for error in done.report["errors"]} == {"HEAD:rules/own.yaml"}


BROKEN: dict[str, dict[str, str]] = {
    "a pack": {"rules/own.yaml": OWN.replace("require:", "requires:")},
    "a pack that is not YAML": {"rules/own.yaml": "["},
    "a config": {CONFIG: config(waiver(owner=""))},
    "a config that names no pack": {CONFIG: "version: 1\npolicies: [builtin, nowhere]\n"},
}


@pytest.mark.parametrize("after", BROKEN.values(), ids=BROKEN)
def test_policy_of_the_working_tree_that_can_not_be_used_can_not_be_judged(
    trusting: Callable[..., Done], repository: Path, after: dict[str, str]
) -> None:
    """It would be in force once it is merged."""
    commit(repository, OWN_FAILS)
    write(repository, after)
    done = trusting()
    assert (done.code, done.findings()) == (2, [])
    assert not any(error["path"].startswith("HEAD:") for error in done.report["errors"])


# --- The baseline ------------------------------------------------------------------------------------------------


def test_the_baseline_is_the_commits_and_one_that_grows_is_an_error(
    trusting: Callable[..., Done], judged: Callable[..., Done], repository: Path
) -> None:
    write(repository, {NAME: FAILING, CONFIG: "version: 1\n"})
    judged("--baseline", FILE, "--write-baseline")
    commit(repository)
    assert trusting("--baseline", FILE).said() == [(RULE, "waived")]
    write(repository, {NAME: manifest(use(), use("draft"))})
    delete(repository, FILE)
    judged("--baseline", FILE, "--write-baseline")
    done = trusting("--baseline", FILE)
    assert (done.code, done.where("fail", RULE), done.where("waived")) == (1, {(NAME, "draft")}, {(NAME, "triage")})
    said = done.finding(BASELINE_GROWN)
    assert (said["severity"], said["location"]["path"]) == ("error", FILE)
    assert "(1 entry added)" in said["message"]
    assert LIFTED in said["message"]


def test_a_baseline_that_grows_stops_a_build_that_has_no_other_finding(
    trusting: Callable[..., Done], repository: Path
) -> None:
    entry: dict[str, Any] = {"manifest": NAME, "model": "x", "rule": "a/b", "subject": ""}
    several = [{"fingerprint": f"{number:016x}", **entry} for number in range(3)]
    commit(repository, {NAME: PASSING, CONFIG: "version: 1\n", FILE: '{"version": 1, "findings": []}'})
    write(repository, {FILE: json.dumps({"version": 1, "findings": several})})
    done = trusting("--baseline", FILE)
    assert (done.code, done.said()) == (1, [(BASELINE_GROWN, "fail")])
    assert "(3 entries added)" in done.finding(BASELINE_GROWN)["message"]
    assert NONE in done.finding(BASELINE_GROWN)["message"]


def test_a_baseline_may_shrink(trusting: Callable[..., Done], judged: Callable[..., Done], repository: Path) -> None:
    write(repository, {NAME: manifest(use(), use("draft")), CONFIG: "version: 1\n"})
    judged("--baseline", FILE, "--write-baseline")
    commit(repository)
    write(repository, {NAME: FAILING})
    judged("--baseline", FILE, "--write-baseline")
    done = trusting("--baseline", FILE)
    assert (done.code, done.findings("trust/")) == (0, [])


def test_a_baseline_that_only_the_working_tree_has_covers_nothing(
    trusting: Callable[..., Done], judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, FAILS)
    judged("--baseline", FILE, "--write-baseline")
    error = trusting("--baseline", FILE).error()
    assert (error["path"], error["message"]) == (f"HEAD:{FILE}", "there is no such baseline")


# --- Paths -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["rules", "rules/own.yaml", "./rules/", "new/../rules", "rules/../rules/own.yaml"])
def test_policies_that_the_command_line_names_come_from_the_commit_too(
    trusting: Callable[..., Done], repository: Path, path: str
) -> None:
    commit(repository, {**OWN_FAILS, CONFIG: "version: 1\n"})
    write(repository, {"rules/own.yaml": WEAKER, "new/readme.md": "x"})
    done = trusting("--policy", path)
    assert done.said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]


def test_without_a_config_a_change_of_what_the_command_line_names_is_told_in_the_pack(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: PASSING, "rules/own.yaml": OWN})
    write(repository, {"rules/own.yaml": WEAKER})
    done = trusting("--policy", "rules")
    assert done.said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]
    assert done.finding("trust/policy-changed")["location"]["path"] == "rules/own.yaml"
    assert LIFTED in done.finding("trust/policy-changed")["message"]


def test_a_whole_path_into_the_repository_comes_from_the_commit_too(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {**OWN_FAILS, CONFIG: "version: 1\n"})
    write(repository, {"rules/own.yaml": WEAKER})
    assert trusting("--policy", str(repository / "rules")).said()[0] == ("t/one", "fail")
    roundabout = f"{repository.parent}/../{repository.parent.name}/{repository.name}/rules"
    assert trusting("--policy", roundabout).said()[0] == ("t/one", "fail")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_path_that_leads_into_the_repository_by_a_link_comes_from_the_commit_too(
    trusting: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    commit(repository, {**OWN_FAILS, CONFIG: "version: 1\n"})
    write(repository, {"rules/own.yaml": WEAKER})
    link = tmp_path_factory.mktemp("outside") / "link"
    link.symlink_to(repository)
    assert trusting("--policy", str(link / "rules")).said()[0] == ("t/one", "fail")


def test_policies_outside_of_the_repository_are_read_where_they_lie(
    trusting: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"rules/own.yaml": OWN})
    commit(repository, {NAME: PASSING, CONFIG: "version: 1\n"})
    assert trusting("--policy", str(outside / "rules")).said() == [("t/one", "fail")]
    write(outside, {"rules/own.yaml": WEAKER})
    assert trusting("--policy", str(outside / "rules")).said() == []


def test_a_config_that_is_named_comes_from_the_commit(trusting: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: FAILING, "compliance/config.yaml": config(waiver())})
    write(repository, {"compliance/config.yaml": "version: 1\n"})
    done = trusting("--config", "compliance/config.yaml")
    assert done.said() == [(RULE, "waived"), ("trust/waiver-added", "fail")]
    assert done.finding(RULE)["waiver"]["path"] == "HEAD:compliance/config.yaml"


def test_a_config_outside_of_the_repository_is_read_where_it_lies(
    trusting: Callable[..., Done], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    more = "policies: [builtin, ./rules]\n"
    write(outside, {"config.yaml": config(waiver(), more=more), "rules/own.yaml": OWN})
    commit(repository, {NAME: FAILING, CONFIG: "version: 1\n"})
    done = trusting("--config", str(outside / "config.yaml"))
    assert done.said() == [(RULE, "waived"), ("t/one", "fail")]


def test_the_current_folder_may_lie_below_the_root(trusting: Callable[..., Done], repository: Path) -> None:
    files = {name: text for name, text in OWN_FAILS.items() if name != NAME}
    commit(repository, {**files, f"services/a/{NAME}": PASSING})
    write(repository, {"rules/own.yaml": WEAKER})
    expected = [("t/one", "fail"), ("trust/policy-changed", "fail")]
    assert trusting(here="services/a").said() == expected
    assert trusting("..", here="services/a").said() == expected
    write(repository, {CONFIG: "version: 1\n"})
    commit(repository)
    write(repository, {"rules/own.yaml": OWN})
    assert trusting("--policy", "../../rules", here="services/a").said() == [("trust/policy-changed", "fail")]


def test_names_that_are_not_ascii_are_found_in_a_commit(trusting: Callable[..., Done], repository: Path) -> None:
    commit(
        repository, {NAME: PASSING, CONFIG: "version: 1\npolicies: [Regeln für alle]\n", "Regeln für alle/ö.yaml": OWN}
    )
    write(repository, {"Regeln für alle/ö.yaml": WEAKER})
    done = trusting()
    assert done.said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]
    assert done.finding("t/one")["policy"]["path"] == "HEAD:Regeln für alle/ö.yaml"


def test_a_linked_working_tree_is_a_repository_too(judged: Callable[..., Done], repository: Path) -> None:
    write(repository, {".gitignore": "linked/\n"})
    commit(repository, OWN_FAILS)
    git(repository, "worktree", "add", "-b", "change", "linked")
    write(repository / "linked", {"rules/own.yaml": WEAKER})
    assert judged(*HEAD, here="linked").said() == [("t/one", "fail"), ("trust/policy-changed", "fail")]


# --- Commits that can't be had -----------------------------------------------------------------------------------

GIVE_A_NAME = "name a commit, a branch or a tag"
MISSING = {
    "a branch that there is not": ("release", "git fetch --no-tags origin release:"),
    "a branch of a remote": ("origin/release", "git fetch --no-tags origin release:"),
    "a commit that there is not": ("0123456789" * 4, "git fetch --no-tags --depth=1 origin 0123456789"),
    "an option of git": ("--all", GIVE_A_NAME),
    "a short option": ("-x", GIVE_A_NAME),
    "a command": ("--upload-pack=x", GIVE_A_NAME),
    "a file": (f"HEAD:{NAME}", GIVE_A_NAME),
    "a space": (" ", GIVE_A_NAME),
}


@pytest.mark.parametrize(("ref", "hint"), MISSING.values(), ids=MISSING)
def test_a_commit_that_git_does_not_have_can_not_be_judged_by_and_the_command_that_fetches_is_told(
    judged: Callable[..., Done], repository: Path, ref: str, hint: str
) -> None:
    commit(repository, FAILS)
    done = judged(f"--trusted-ref={ref}")
    error = done.error()
    assert done.findings() == []
    assert (error["path"], error["message"]) == ("--trusted-ref", f"git does not have `{ref}` here")
    assert hint in error["hint"]


def test_a_tree_is_no_commit(judged: Callable[..., Done], repository: Path) -> None:
    commit(repository, FAILS)
    tree = git(repository, "rev-parse", "HEAD^{tree}").strip()
    assert judged("--trusted-ref", tree).error()["message"] == f"git does not have `{tree}` here"


def test_a_repository_without_a_commit_has_none_to_trust(judged: Callable[..., Done], repository: Path) -> None:
    write(repository, FAILS)
    assert judged(*HEAD).error()["message"] == "git does not have `HEAD` here"


@pytest.mark.parametrize("ref", ["a commit", "main", "origin/main"])
def test_a_shallow_clone_says_that_it_is_one_and_its_hint_brings_the_commit(
    judged: Callable[..., Done], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, ref: str
) -> None:
    origin = tmp_path_factory.mktemp("origin")
    git(origin, "init")
    base = commit(origin, {NAME: FAILING, CONFIG: config(waiver())})
    git(origin, "checkout", "-b", "change")
    commit(origin, {CONFIG: "version: 1\n"})
    git(tmp_path, "clone", "--depth", "1", "--branch", "change", origin.as_uri(), "clone")
    named = base if ref == "a commit" else ref
    error = judged("--trusted-ref", named, here="clone").error()
    assert error["message"] == f"git does not have `{named}` here: this clone is shallow"
    command, _, other = error["hint"].partition("git fetch ")[2].partition(", and name it ")
    git(tmp_path / "clone", "fetch", *command.split())
    done = judged("--trusted-ref", other or named, here="clone")
    assert done.said() == [(RULE, "waived"), ("trust/waiver-added", "fail")]


@pytest.mark.parametrize("ref", ["HEAD~1", "an abbreviated id"])
def test_in_a_shallow_clone_what_lies_further_back_comes_with_the_whole_history(
    judged: Callable[..., Done], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, ref: str
) -> None:
    origin = tmp_path_factory.mktemp("origin")
    git(origin, "init")
    base = commit(origin, {NAME: PASSING})
    commit(origin, {CONFIG: "version: 1\n"})
    git(tmp_path, "clone", "--depth", "1", origin.as_uri(), "clone")
    named = ref if ref == "HEAD~1" else base[:9]
    assert "git fetch --unshallow" in judged("--trusted-ref", named, here="clone").error()["hint"]


def test_without_a_repository_there_is_no_commit_to_trust(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, FAILS)
    error = judged(*HEAD).error()
    assert (error["path"], error["message"]) == ("--trusted-ref", "there is no git repository to read policy from")
    assert error["hint"]


def test_without_git_there_is_no_commit_to_trust(
    judged: Callable[..., Done], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, FAILS)
    monkeypatch.setenv("PATH", str(repository))
    error = judged(*HEAD).error()
    assert error["message"] == "there is no git repository to read policy from"
    assert "git installed" in error["hint"]


def test_what_is_wrong_with_manifests_is_told_beside_a_commit_that_git_does_not_have(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: PASSING.replace("purpose", "porpoise")})
    done = judged("--trusted-ref", "gone")
    assert done.code == 2
    assert {error["path"] for error in done.report["errors"]} == {"--trusted-ref", NAME}


# --- Nothing is run ----------------------------------------------------------------------------------------------

HOOKS = (
    *("pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"),
    *("pre-auto-gc", "post-rewrite", "sendemail-validate", "post-merge", "pre-push"),
)
ATTRIBUTES = "* filter=marker diff=marker merge=marker\n"


@pytest.mark.skipif(os.name == "nt", reason="hooks are shell scripts here")
@pytest.mark.parametrize("which", ["the working tree", "a commit"])
def test_nothing_that_a_repository_or_its_configuration_names_is_run(
    judged: Callable[..., Done],
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    which: str,
) -> None:
    commit(repository, {**OWN_FAILS, ".gitattributes": ATTRIBUTES})
    outside = tmp_path_factory.mktemp("outside")
    marker, script = outside / "marker", outside / "script"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> "{marker}"\ncat\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for name in HOOKS:
        hook = repository / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(script.read_bytes())
        hook.chmod(script.stat().st_mode)
    keys: tuple[str, ...] = (
        "core.fsmonitor",
        "filter.marker.clean",
        "filter.marker.smudge",
        "filter.marker.process",
        "core.pager",
    )
    keys += ("diff.marker.textconv", "diff.marker.command", "diff.external", "core.editor", "core.sshCommand")
    keys += ("alias.rev-parse", "alias.cat-file", "alias.ls-tree", "alias.ls-files", "uploadpack.packObjectsHook")
    for key in keys:
        git(repository, "config", key, f"!{script}" if key.startswith("alias.") else str(script))
    write(repository, {"rules/own.yaml": WEAKER, f"new/{NAME}": PASSING})
    marker.unlink(missing_ok=True)
    done = judged(*HEAD) if which == "a commit" else judged()
    assert {rule for rule, _ in done.said()} == ({"t/one", "trust/policy-changed"} if which == "a commit" else set())
    assert not marker.exists(), marker.read_text(encoding="utf-8")
    git(repository, "add", ".")
    assert marker.exists(), "the filter would have left a mark, had it been run"


def test_a_commit_is_read_and_nothing_of_the_working_tree_or_the_index_changes(
    trusting: Callable[..., Done], repository: Path
) -> None:
    commit(repository, OWN_FAILS)
    write(repository, {"rules/own.yaml": WEAKER})

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(repository.rglob("*")) if path.is_file()}

    before = state()
    trusting()
    assert state() == before


def test_a_report_by_a_commit_has_the_same_bytes_every_time(check: Callable[..., Done], repository: Path) -> None:
    commit(repository, OWN_FAILS)
    write(repository, {"rules/own.yaml": WEAKER, CONFIG: WITH_OWN + "organization: {domicile: DE}\n"})
    assert check(*HEAD).out == check(*HEAD).out
    assert DAY in check(*HEAD, "--format", "json").out
