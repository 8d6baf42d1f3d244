"""Waivers and approvals cover what was decided about: the model, the license, the manifest; not a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands import CONFIG, FREE, NAME, NON_COMMERCIAL, RULE, Done, commit, config, manifest, use, waiver, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = ("--trusted-ref", "HEAD")
OTHER = "CohereLabs/c4ai-command-r-plus"
ACME = "acme/one"
BEFORE, AFTER = manifest(use()), manifest(use(model=OTHER))
LICENSED = "    license: {id: %s, evidence: evidence.txt}\n"
DECLARED = "catalog/declared-license"
QWEN, FLUX = "Qwen/Qwen2.5-VL-3B-Instruct", "black-forest-labs/FLUX.1-dev"


def approval(**changed: str) -> str:
    fields = {"kind": "license", "model": "triage", "approved_by": "legal@example.com", "granted": "2026-11-01"}
    return "{" + ", ".join(f"{name}: {value}" for name, value in {**fields, **changed}.items() if value) + "}"


def approved(*approvals: str) -> str:
    return "version: 1\napprovals:\n" + "".join(f"  - {one}\n" for one in approvals)


def claims(model: str, declared: str) -> str:
    return manifest(use(model=model) + LICENSED % declared)


# --- A waiver and the model ---------------------------------------------------------------------------------------

NAMED = {
    "the catalog's id": "exaone-4.0-32b",
    "the id of its hub": NON_COMMERCIAL,
    "that in another case": NON_COMMERCIAL.lower(),
}


@pytest.mark.parametrize("spelling", NAMED.values(), ids=NAMED)
def test_a_waiver_that_names_its_model_covers_it_and_no_other(
    judged: Callable[..., Done], tmp_path: Path, spelling: str
) -> None:
    write(tmp_path, {NAME: BEFORE, CONFIG: config(waiver(identified=spelling))})
    done = judged()
    assert (done.code, done.said(), done.findings("waiver/unbound")) == (0, [(RULE, "waived")], [])
    write(tmp_path, {NAME: AFTER})
    done = judged()
    assert (done.code, done.said()) == (1, [(RULE, "fail"), ("waiver/changed", "fail")])
    found = done.finding(RULE)
    assert f"it was granted for the model {spelling}, and `triage` has c4ai-command-r-plus" in found["message"]
    assert "`identified: c4ai-command-r-plus" in found["fix"]


def test_a_model_that_nobody_knows_is_bound_by_its_spelling(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest(use(model=ACME)), CONFIG: config(waiver(identified=ACME))})
    assert (RULE, "waived") in judged().said()
    write(tmp_path, {NAME: manifest(use(model="evil/two"))})
    assert (RULE, "unknown") in judged().said()


def test_a_spelling_that_nobody_knows_is_not_the_model_that_has_it_as_an_id(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(model="exaone-4.0-32b")), CONFIG: config(waiver(identified=NON_COMMERCIAL))})
    assert (RULE, "unknown") in judged().said()


def test_a_waiver_that_names_no_model_still_covers_and_is_told_what_to_add(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: BEFORE, CONFIG: config(waiver())})
    done = judged()
    assert (done.code, done.said()) == (0, [(RULE, "waived")])
    told = done.finding("waiver/unbound")
    assert (told["severity"], told["location"]["line"]) == ("info", 3)
    assert told["fix"] == f"Add to the waiver: `identified: exaone-4.0-32b, path: {NAME}`."


CLAIMS = {
    "license": ("    license: {id: exaone-1.2-nc, evidence: evidence.txt}\n", "exaone-1.2-nc", "MIT"),
    "base_model": (f"    base_model: {NON_COMMERCIAL}\n", NON_COMMERCIAL, FREE),
}


@pytest.mark.parametrize("key", CLAIMS)
def test_a_waiver_may_name_what_the_manifest_claims(judged: Callable[..., Done], tmp_path: Path, key: str) -> None:
    claim, named, other = CLAIMS[key]
    write(tmp_path, {NAME: manifest(use(model=ACME) + claim), "evidence.txt": "x"})
    for value, verdict in ((named, "waived"), (other, "fail")):
        write(tmp_path, {CONFIG: config(waiver(identified=ACME, **{key: value}))})
        assert judged().finding(RULE)["verdict"] == verdict


# --- Beside a trusted commit --------------------------------------------------------------------------------------

B = f"b/{NAME}"


def test_what_names_no_model_covers_what_the_trusted_commit_declared(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: BEFORE, CONFIG: config(waiver(project="claims"))})
    assert judged(*HEAD).said() == [(RULE, "waived")]
    write(repository, {NAME: AFTER})
    done = judged(*HEAD)
    assert (done.code, done.said()) == (1, [(RULE, "fail"), ("waiver/changed", "fail")])
    why = "since HEAD `triage` turned from exaone-4.0-32b into c4ai-command-r-plus"
    assert why in done.finding(RULE)["message"]
    assert judged().said() == [(RULE, "waived")], "a plain check has nothing to compare with"


INHERITED = {
    "nothing": ({}, False),
    "the project": ({"project": "claims"}, False),
    "the model": ({"identified": NON_COMMERCIAL}, False),
    "the model and the project": ({"identified": NON_COMMERCIAL, "project": "claims"}, False),
    "the path": ({"path": B}, False),
    "the model and the path": ({"identified": NON_COMMERCIAL, "path": B}, True),
    "another model and the path": ({"identified": OTHER, "path": B}, False),
}


@pytest.mark.parametrize(("named", "covered"), INHERITED.values(), ids=INHERITED)
def test_a_manifest_that_the_trusted_commit_lacks_inherits_nothing_that_does_not_name_it(
    judged: Callable[..., Done], repository: Path, named: dict[str, str], covered: bool
) -> None:
    commit(repository, {NAME: BEFORE, CONFIG: config(waiver(**named))})
    write(repository, {B: BEFORE})
    done = judged(*HEAD, "b")
    (found,) = done.findings(RULE)
    assert (found["verdict"], done.code) == (("waived", 0) if covered else ("fail", 1))
    assert covered or "HEAD has no manifest" in found["message"] or "granted for the model" in found["message"]


def test_a_manifest_that_takes_the_name_of_a_project_gets_nothing(
    judged: Callable[..., Done], repository: Path
) -> None:
    listed = config(waiver(project="claims", identified=NON_COMMERCIAL))
    commit(repository, {NAME: BEFORE, B: manifest(use(model=FREE), project="letters"), CONFIG: listed})
    write(repository, {B: BEFORE})
    done = judged(*HEAD)
    assert done.where("waived") == {(NAME, "triage")}
    assert done.where("fail", RULE) == {(B, "triage")}


def test_a_use_that_the_trusted_commit_lacks_gets_nothing_that_names_no_model(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: manifest(use(model=FREE)), CONFIG: config(waiver(model="second"))})
    write(repository, {NAME: manifest(use(model=FREE), use("second"))})
    assert (RULE, "fail") in judged(*HEAD).said()


def test_an_exception_that_is_new_here_is_for_what_is_here(judged: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: manifest(use(model=FREE)), CONFIG: "version: 1\n"})
    write(repository, {NAME: BEFORE, CONFIG: config(waiver())})
    done = judged(*HEAD)
    assert done.said() == [(RULE, "fail"), ("trust/waiver-added", "fail")]
    assert "1 verdict would no longer stop the build" in done.finding("trust/waiver-added")["message"]


def test_a_base_manifest_that_can_not_be_read_declares_nothing(judged: Callable[..., Done], repository: Path) -> None:
    commit(repository, {NAME: BEFORE.replace("purpose", "porpoise"), CONFIG: config(waiver())})
    write(repository, {NAME: BEFORE})
    assert (RULE, "fail") in judged(*HEAD).said()


PLACED = "residency/processing"
IN_DE = "data: {d: {classification: [personal], residency: [FR]}}\n"


def sent(provider: str, region: str) -> str:
    to = use().replace("data: []", "data: [d]").replace("on-premises, region: US", f"{provider}, region: {region}")
    return manifest(to.replace(NON_COMMERCIAL, FREE)).replace("models:", f"{IN_DE}models:")


def test_where_a_rule_reads_places_another_provider_is_another_question(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {NAME: sent("aws", "eu-central-1"), CONFIG: config(waiver(rule=PLACED))})
    assert (PLACED, "waived") in judged(*HEAD).said()
    write(repository, {NAME: sent("gcp", "us-east1")})
    done = judged(*HEAD)
    assert (PLACED, "fail") in done.said()
    assert "its data goes to gcp and no longer to aws" in done.finding(PLACED)["message"]


# --- Approvals ----------------------------------------------------------------------------------------------------


def test_an_approval_of_a_license_covers_the_license_that_it_names(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: claims(QWEN, "MIT"), "evidence.txt": "x", CONFIG: approved(approval())})
    done = judged()
    assert (DECLARED, "fail") in done.said()
    assert "it does not say which license it approves" in done.finding(DECLARED)["message"]
    assert "`license: MIT`" in done.finding(DECLARED)["fix"]
    write(tmp_path, {CONFIG: approved(approval(license="MIT"))})
    assert (DECLARED, "fail") not in judged().said()
    write(tmp_path, {CONFIG: approved(approval(license="Apache-2.0"))})
    assert (DECLARED, "fail") in judged().said()


@pytest.mark.parametrize("where", [NAME, B])
@pytest.mark.parametrize("bound", [{}, {"identified": QWEN}], ids=["no model", "its model"])
def test_an_approval_of_one_model_is_not_one_of_what_takes_its_place(
    judged: Callable[..., Done], repository: Path, where: str, bound: dict[str, str]
) -> None:
    listed = approved(approval(license="MIT", project="claims", **bound))
    commit(repository, {NAME: claims(QWEN, "MIT"), "evidence.txt": "x", "b/evidence.txt": "x", CONFIG: listed})
    assert judged(*HEAD).findings("catalog") == []
    write(repository, {where: claims(FLUX, "MIT")})
    done = judged(*HEAD)
    assert done.where("fail", DECLARED) == {(where, "triage")}
    assert "does not cover it" in done.finding(DECLARED)["message"]


def test_an_approval_may_be_narrowed_to_a_path(judged: Callable[..., Done], tmp_path: Path) -> None:
    both = {NAME: claims(QWEN, "MIT"), B: claims(QWEN, "MIT"), "evidence.txt": "x", "b/evidence.txt": "x"}
    write(tmp_path, {**both, CONFIG: approved(approval(license="MIT", path=B))})
    assert judged().where("fail", DECLARED) == {(NAME, "triage")}


# --- Two manifests of one name ------------------------------------------------------------------------------------


def test_two_manifests_of_one_project_name_are_told_where_an_exception_goes_by_it(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    more = "approvals:\n  - " + approval(kind="legal", project="claims") + "\n"
    write(tmp_path, {NAME: BEFORE, B: BEFORE, CONFIG: config(waiver(project="claims"), more=more)})
    done = judged()
    assert done.code == 0
    for rule in ("waiver/ambiguous", "approval/ambiguous"):
        assert done.finding(rule)["severity"] == "warning"
        assert f"{B}, {NAME} share" in done.finding(rule)["message"]
    write(tmp_path, {CONFIG: config(waiver(project="claims", path=NAME))})
    assert judged().findings("waiver/ambiguous") == []


# --- Findings of a manifest as a whole ----------------------------------------------------------------------------

UNUSED = "manifest/unused-data"
SPARE = BEFORE.replace("models:", "data: {spare: {classification: [public]}}\nmodels:")


@pytest.mark.parametrize("named", [{"path": NAME}, {"project": "claims"}], ids=["path", "project"])
@pytest.mark.parametrize("how", [(), HEAD], ids=["plain", "trusted"])
def test_a_finding_of_a_manifest_as_a_whole_can_be_waived(
    judged: Callable[..., Done], repository: Path, named: dict[str, str], how: tuple[str, ...]
) -> None:
    commit(repository, {NAME: SPARE, CONFIG: config(waiver(rule=UNUSED, model="", **named))})
    done = judged(*how)
    assert done.said() == [(RULE, "fail"), (UNUSED, "waived")]
    assert done.findings("waiver") == []


def test_a_waiver_names_a_use_or_a_manifest(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: SPARE, CONFIG: config(waiver(rule=UNUSED, model=""))})
    done = check("--format", "json")
    assert done.error()["message"] == "the key `model` of `waivers.0` is missing"
    assert "`path`" in done.error()["hint"]


# --- Terms that are over or not begun -----------------------------------------------------------------------------

TERMS = {
    "over": ("expires: 2026-05-01", "ended on 2026-05-01", "expired"),
    "not begun": ("granted: 2026-12-24", "begins on 2026-12-24", "not-begun"),
}


@pytest.mark.parametrize(("term", "said", "slug"), TERMS.values(), ids=TERMS)
def test_an_agreement_that_does_not_hold_is_told_in_the_finding_that_asks_for_it(
    judged: Callable[..., Done], tmp_path: Path, term: str, said: str, slug: str
) -> None:
    called = use(model="gpt-5.5").replace("self-hosted, provider: on-premises, region: US", "api, provider: openai")
    text = manifest(called.replace("data: []", "data: [d]")).replace(
        "models:", "data: {d: {classification: [personal]}}\nmodels:"
    )
    own = f"version: 1\nagreements: [{{provider: openai, kind: zero-retention, evidence: LEGAL-4, {term}}}]\n"
    write(tmp_path, {NAME: text, CONFIG: own})
    done = judged()
    found = done.finding("provider/retention")
    assert f"your agreement of kind zero-retention with openai {said}" in found["message"]
    assert "Otherwise: Ask the provider" in found["fix"]
    assert done.finding(f"agreement/{slug}")["severity"] == "warning"


def test_an_approval_that_is_over_is_told_in_the_finding_that_asks_for_it(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    own = approved(approval(license="MIT", expires="2026-11-22"))
    write(tmp_path, {NAME: claims(QWEN, "MIT"), "evidence.txt": "x", CONFIG: own})
    done = judged()
    assert "the approval of kind license for `triage` ended on 2026-11-22" in done.finding(DECLARED)["message"]
    assert done.finding("approval/expired")["severity"] == "warning"


def test_what_has_run_out_is_not_told_where_another_holds(judged: Callable[..., Done], tmp_path: Path) -> None:
    listed = approved(approval(license="MIT", expires="2026-11-22"), approval(license="MIT"))
    write(tmp_path, {NAME: claims(QWEN, "MIT"), "evidence.txt": "x", CONFIG: listed})
    assert judged().findings("catalog") == []


# --- Drafts -------------------------------------------------------------------------------------------------------

FILLED = {
    "reason:": "reason: a license is being negotiated",
    "owner:": "owner: claims-platform",
    "approved_by:": "approved_by: legal@example.com",
    "expires:": "expires: 2026-12-31",
}


def filled(drafted: str) -> str:
    lines = drafted.splitlines()
    return "\n".join(
        line.partition(":")[0].replace(key[:-1], "") + value if line.strip().startswith(key) else line
        for line in lines
        for key, value in [next(((k, v) for k, v in FILLED.items() if line.strip().startswith(k)), ("\0", ""))]
    )


def test_a_draft_is_refused_until_a_person_has_filled_it_and_then_covers_what_it_was_drafted_for(
    run: Callable[..., Done], judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(), use("second", ACME), use("third", FREE))})
    before = judged().said()
    drafted = run("waivers", "draft", "--as-of", "2026-11-23").out
    write(tmp_path, {CONFIG: f"version: 1\n{drafted}"})
    done = judged()
    assert done.code == 2
    assert {error["path"] for error in done.report["errors"]} == {CONFIG}
    write(tmp_path, {CONFIG: f"version: 1\n{filled(drafted)}\n"})
    done = judged()
    assert (done.code, done.said()) == (0, [(rule, "waived") for rule, _ in before])
    assert done.findings("waiver") == []
    write(tmp_path, {NAME: manifest(use(model=OTHER), use("second", "evil/two"))})
    assert not judged().where("waived")


def test_a_draft_can_be_narrowed_to_a_rule_and_a_use(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest(use(), use("second")), B: BEFORE})
    drafted = run("waivers", "draft", "--rule", RULE, "--model", "second").out
    assert drafted.count("- rule:") == 1
    assert all(line in drafted for line in (f"rule: {RULE}", "model: second", f"path: {NAME}"))
    assert run("waivers", "draft", "b").out.count("- rule:") == 1


def test_what_can_not_be_waived_is_not_drafted_and_is_named(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: claims(QWEN, "MIT"), "evidence.txt": "x"})
    drafted = run("waivers", "draft").out
    assert f"# {DECLARED} can't be waived" in drafted
    assert "- rule:" not in drafted


def test_a_name_can_not_become_more_than_a_value_of_a_draft(run: Callable[..., Done], tmp_path: Path) -> None:
    odd = "a: [b]  # \U0001f600 'c\\"
    write(tmp_path, {NAME: manifest(use(model=odd.replace("\\", "\\\\")))})
    drafted = run("waivers", "draft", "--rule", "catalog/known-model").out
    write(tmp_path, {CONFIG: f"version: 1\n{filled(drafted)}\n"})
    assert (
        run("check", "--format", "json", "--as-of", "2026-12-01").finding("catalog/known-model")["verdict"] == "waived"
    )


def test_of_what_can_not_be_judged_there_is_no_draft(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: BEFORE.replace("purpose", "porpoise")})
    assert (run("waivers", "draft").code, run("waivers", "draft").out) == (2, "")


def test_the_list_of_waivers_is_as_it_was(run: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: SPARE, CONFIG: config(waiver(), waiver(rule=UNUSED, model="", path=NAME))})
    done = run("waivers", "--as-of", "2026-11-23")
    assert (done.code, "2 waivers, 2 in force" in done.out) == (0, True)
    assert run("waivers", "--as-of", "2026-11-23", "--format", "text").code == 0


# --- One waiver for a model that nobody knows ---------------------------------------------------------------------

KNOWN = "catalog/known-model"


def test_a_waiver_of_a_model_that_nobody_knows_covers_what_waits_for_it(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(model=ACME)), CONFIG: config(waiver(rule=KNOWN, identified=ACME))})
    done = judged()
    assert done.code == 0
    assert {verdict for _, verdict in done.said()} == {"waived"}
    assert len(done.said()) > 5
    write(tmp_path, {NAME: manifest(use(model="evil/two"))})
    assert not judged().where("waived")


def test_a_waiver_of_another_rule_covers_nothing_that_waits_for_the_model(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(model=ACME)), CONFIG: config(waiver(identified=ACME))})
    assert [rule for rule, verdict in judged().said() if verdict == "waived"] == [RULE]
