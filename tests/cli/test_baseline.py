"""A baseline: what was there before is accepted, what is new is not, and the file only shrinks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import (
    CALLED,
    CONFIG,
    ENDING,
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
from tests.support import marked, pack_text

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "known.json"
USING = ("--baseline", FILE)
WRITING = (*USING, "--write-baseline")


def entries(folder: Path, name: str = FILE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / name).read_text(encoding="utf-8"))["findings"]
    return found


def held(folder: Path) -> set[tuple[str, str, str]]:
    """Return manifest, use and rule of every entry."""
    return {(entry["manifest"], entry["model"], entry["rule"]) for entry in entries(folder)}


# --- Written, and used -------------------------------------------------------------------------------------------


def test_a_baseline_that_is_written_covers_all_that_it_was_written_from(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(), use("draft"))})
    assert judged().code == 1
    done = judged(*WRITING)
    assert (done.code, done.said()) == (0, [(RULE, "waived"), (RULE, "waived")])
    assert held(tmp_path) == {(NAME, "triage", RULE), (NAME, "draft", RULE)}
    again = judged(*USING)
    assert (again.code, again.said()) == (0, done.said())
    assert judged().code == 1, "without it nothing is accepted"


@pytest.mark.parametrize("folder", ["caf\u00e9", "\U0001f600", "a\u0085b", "a\\ud83db"], ids=ascii)
def test_a_manifest_may_lie_anywhere(judged: Callable[..., Done], tmp_path: Path, folder: str) -> None:
    write(tmp_path, {f"{folder}/{NAME}": FAILING})
    assert judged(*WRITING).code == 0
    assert [entry["manifest"] for entry in entries(tmp_path)] == [f"{folder}/{NAME}"]
    assert judged(*USING).code == 0


def test_entries_of_a_manifest_that_can_not_be_read_are_kept_and_not_called_resolved(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING, f"app/{NAME}": FAILING})
    judged(*WRITING)
    write(tmp_path, {f"app/{NAME}": "version: 1\n"})
    done = judged(*WRITING)
    assert (done.code, done.findings("baseline/")) == (2, [])
    assert len(entries(tmp_path)) == 2


def test_an_entry_names_what_it_is_for_and_nothing_more(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    found = judged().finding(RULE)
    judged(*WRITING)
    expected = {key: found[key] for key in ("fingerprint", "manifest", "model", "rule", "subject")}
    assert entries(tmp_path) == [expected]


def test_a_finding_that_a_baseline_covers_says_so_in_every_report(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    check(*WRITING)
    shown = check(*USING, "--format", "json").finding(RULE)["waiver"]
    assert shown["by"] == "baseline"
    assert shown["reason"]
    assert {shown[name] for name in ("owner", "approved_by", "granted", "expires", "path", "line")} == {None}
    text = check(*USING)
    assert (text.code, text.last.rpartition(": ")[2]) == (0, "1 waived")
    assert "by the baseline: " in text.out


def test_a_baseline_has_a_line_for_each_finding_in_an_order_of_its_own(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    """So that a change of it reads well, and two who write it write the same."""
    one, two = use(), use("draft")
    write(tmp_path, {NAME: manifest(one, two)})
    judged(*WRITING)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert text.isascii()
    assert sum('"fingerprint"' in line for line in text.splitlines()) == 2
    assert all(line.count('"fingerprint"') <= 1 for line in text.splitlines())
    write(tmp_path, {NAME: manifest(two, one)})
    judged("--baseline", "other.json", "--write-baseline")
    assert (tmp_path / "other.json").read_text(encoding="utf-8") == text


def test_where_there_is_nothing_to_accept_the_baseline_is_empty_and_can_be_used(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: PASSING})
    assert judged(*WRITING).code == 0
    assert entries(tmp_path) == []
    assert judged(*USING).code == 0
    write(tmp_path, {NAME: FAILING})
    assert judged(*USING).code == 1


def test_lines_that_move_do_not_open_a_finding_again(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    write(tmp_path, {NAME: "# A comment.\n\n" + FAILING.replace("purpose: sort", "purpose:   sort")})
    assert judged(*USING).said() == [(RULE, "waived")]


# --- What is new -------------------------------------------------------------------------------------------------


def test_a_finding_that_is_new_is_not_covered(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    write(tmp_path, {NAME: manifest(use(), use("draft"))})
    done = judged(*USING)
    assert done.code == 1
    assert (done.where("waived"), done.where("fail")) == ({(NAME, "triage")}, {(NAME, "draft")})


def test_the_same_finding_in_another_manifest_is_new(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {f"a/{NAME}": FAILING})
    judged(*WRITING)
    write(tmp_path, {f"b/{NAME}": FAILING})
    done = judged(*USING)
    assert (done.where("waived"), done.where("fail")) == ({(f"a/{NAME}", "triage")}, {(f"b/{NAME}", "triage")})


def test_another_rule_that_says_something_of_the_same_use_is_new(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, "own.yaml": pack_text({"require": "use.id != 'triage'"})})
    judged(*WRITING)
    assert judged(*USING, "--policy", "own.yaml").said() == [(RULE, "waived"), ("t/one", "fail")]


CHANGED = {
    "the use of the project": ("use: commercial", "use: internal"),
    "the model": (NON_COMMERCIAL, "LGAI-EXAONE/EXAONE-3.5-32B-Instruct"),
}


@pytest.mark.parametrize(("before", "after"), CHANGED.values(), ids=CHANGED)
def test_a_fact_that_changes_opens_the_finding_again_and_the_entry_is_told_to_cover_nothing(
    judged: Callable[..., Done], tmp_path: Path, before: str, after: str
) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    write(tmp_path, {NAME: FAILING.replace(before, after)})
    done = judged(*USING)
    assert (done.code, done.said()) == (1, [("baseline/resolved", "fail"), (RULE, "fail")])
    said = done.finding("baseline/resolved")
    assert (said["severity"], said["location"]["path"], said["location"]["line"]) == ("warning", FILE, 4)


# --- It only shrinks ---------------------------------------------------------------------------------------------


def test_what_no_longer_occurs_is_told_and_taken_out_when_the_baseline_is_written_again(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use(), use("draft"))})
    judged(*WRITING)
    write(tmp_path, {NAME: manifest(use(), use("draft", FREE))})
    done = judged(*USING)
    assert (done.code, done.said()) == (0, [("baseline/resolved", "fail"), (RULE, "waived")])
    assert judged(*USING, "--fail-on", "warning").code == 1
    assert judged(*WRITING).said() == [(RULE, "waived")]
    assert held(tmp_path) == {(NAME, "triage", RULE)}


def test_writing_it_again_never_adds(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    before = (tmp_path / FILE).read_bytes()
    write(tmp_path, {NAME: manifest(use(), use("draft"))})
    done = judged(*WRITING)
    assert (done.code, done.where("fail")) == (1, {(NAME, "draft")})
    assert (tmp_path / FILE).read_bytes() == before


def test_what_went_and_came_back_is_new(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    write(tmp_path, {NAME: PASSING})
    judged(*WRITING)
    assert entries(tmp_path) == []
    write(tmp_path, {NAME: FAILING})
    assert judged(*WRITING).code == 1
    assert judged(*USING).code == 1


def test_writing_what_has_not_changed_changes_no_byte(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest(use(), use("draft"))})
    judged(*WRITING)
    before = (tmp_path / FILE).read_bytes()
    judged(*WRITING)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_baseline_that_is_only_used_is_not_written(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    write(tmp_path, {NAME: PASSING})
    before = (tmp_path / FILE).read_bytes()
    judged(*USING)
    assert (tmp_path / FILE).read_bytes() == before


def test_writing_it_again_for_a_part_keeps_what_is_not_looked_at(judged: Callable[..., Done], repository: Path) -> None:
    commit(repository, {f"{name}/{NAME}": manifest(use(), use("draft"), project=name) for name in ("a", "b")})
    judged(*WRITING)
    write(repository, {f"{name}/{NAME}": FAILING for name in ("a", "b")})
    assert judged("a", *WRITING).code == 0
    assert held(repository) == {
        (f"a/{NAME}", "triage", RULE),
        (f"b/{NAME}", "triage", RULE),
        (f"b/{NAME}", "draft", RULE),
    }


def test_writing_it_again_keeps_what_a_manifest_that_can_not_be_read_had(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {f"{name}/{NAME}": FAILING for name in ("a", "b")})
    judged(*WRITING)
    before = (tmp_path / FILE).read_bytes()
    write(tmp_path, {f"b/{NAME}": FAILING.replace("purpose", "porpoise")})
    assert judged(*WRITING).code == 2
    assert (tmp_path / FILE).read_bytes() == before


def test_an_entry_of_a_manifest_that_can_not_be_read_is_not_called_resolved(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {f"{name}/{NAME}": FAILING for name in ("a", "b")})
    judged(*WRITING)
    write(tmp_path, {f"b/{NAME}": FAILING.replace("purpose", "porpoise")})
    done = judged(*USING)
    assert (done.code, done.said()) == (2, [(RULE, "waived")])


# --- What it never covers ----------------------------------------------------------------------------------------


def test_what_can_not_be_waived_is_not_in_a_baseline_either(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: manifest(use() + "    license: {id: MIT}\n")})
    done = judged(*WRITING)
    assert (done.code, done.said()) == (1, [("catalog/declared-license", "fail")])
    assert entries(tmp_path) == []


def test_an_entry_that_somebody_wrote_for_what_can_not_be_waived_covers_nothing(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: manifest(use() + "    license: {id: MIT}\n")})
    found = judged().finding("catalog/declared-license")
    entry = {key: found[key] or "" for key in ("fingerprint", "manifest", "model", "rule", "subject")}
    write(tmp_path, {FILE: json.dumps({"version": 1, "findings": [entry]})})
    done = judged(*USING)
    assert (done.code, done.said()) == (1, [("catalog/declared-license", "fail")])


def test_what_a_waiver_covers_is_left_to_the_waiver(judged: Callable[..., Done], tmp_path: Path) -> None:
    """Else the finding would stay accepted for ever once the waiver is over."""
    write(tmp_path, {NAME: manifest(use(), use("draft")), CONFIG: config(waiver())})
    done = judged(*WRITING)
    assert done.code == 0
    assert {one["model"]: one["waiver"]["by"] for one in done.findings(RULE)} == {
        "triage": "waiver",
        "draft": "baseline",
    }
    assert held(tmp_path) == {(NAME, "draft", RULE)}
    assert judged(*USING, "--as-of", "2027-01-01").where("fail", RULE) == {(NAME, "triage")}


def test_a_waiver_that_is_over_stays_an_error_though_a_baseline_covers_its_finding(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: config(waiver(expires="2026-11-22"))})
    done = judged(*WRITING)
    assert (done.code, done.said()) == (1, [(RULE, "waived"), ("waiver/expired", "fail")])
    assert held(tmp_path) == {(NAME, "triage", RULE)}


def test_without_waivers_a_baseline_does_not_count(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    judged(*WRITING)
    done = judged(*USING, "--no-waivers")
    assert (done.code, done.said()) == (1, [(RULE, "fail")])


# --- Places ------------------------------------------------------------------------------------------------------


def test_a_baseline_holds_wherever_in_the_repository_the_command_runs(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {f"services/a/{NAME}": FAILING})
    assert judged("--baseline", f"../../{FILE}", "--write-baseline", here="services/a").code == 0
    assert [entry["manifest"] for entry in entries(repository)] == [f"services/a/{NAME}"]
    assert judged(*USING).code == 0
    assert judged("--baseline", f"../{FILE}", here="services").code == 0
    assert judged("--baseline", str(repository / FILE), "a", here="services").code == 0


def test_a_check_of_one_folder_does_not_say_of_the_entries_of_others_that_they_are_resolved(
    judged: Callable[..., Done], repository: Path
) -> None:
    commit(repository, {f"{name}/{NAME}": manifest(project=name) for name in ("a", "b")})
    judged(*WRITING)
    write(repository, {f"{name}/{NAME}": PASSING for name in ("a", "b")})

    def resolved(*arguments: str, here: str = ".") -> set[str]:
        found = judged("--baseline", str(repository / FILE), *arguments, here=here).findings("baseline/")
        return {finding["message"].partition(" in ")[2].partition(" no longer")[0] for finding in found}

    whole = {f"a/{NAME}", f"b/{NAME}"}
    assert resolved() == resolved(".") == resolved("..", here="a") == whole
    assert resolved("a") == resolved(f"a/{NAME}") == resolved(here="a") == {f"a/{NAME}"}
    (repository / "b" / NAME).unlink()
    assert resolved("a") == {f"a/{NAME}"}
    assert resolved() == whole, "a manifest that is gone says nothing any more"


# --- Days --------------------------------------------------------------------------------------------------------


def test_that_a_day_has_passed_does_not_open_a_finding_again(judged: Callable[..., Done], tmp_path: Path) -> None:
    """Of a model that ends, the days that are left are fewer every day."""
    listed = config(more="catalog: [records.yaml]\nseverities: {lifecycle/retiring: error}\n")
    write(tmp_path, {NAME: manifest(CALLED), CONFIG: listed, "records.yaml": ENDING})
    first = judged(*WRITING)
    assert (first.code, first.said()) == (0, [("lifecycle/retiring", "waived")])
    later = judged(*USING, "--as-of", "2026-12-24")
    assert (later.code, later.said()) == (0, [("lifecycle/retiring", "waived")])
    assert later.finding("lifecycle/retiring")["message"] != first.finding("lifecycle/retiring")["message"]
    over = judged(*USING, "--as-of", "2026-12-31")
    assert (over.code, over.said()) == (1, [("baseline/resolved", "fail"), ("lifecycle/retired", "fail")])


# --- Files that can't be used ------------------------------------------------------------------------------------


def test_a_baseline_that_is_not_there_can_not_be_used_and_the_way_to_write_it_is_told(
    judged: Callable[..., Done], tmp_path: Path
) -> None:
    write(tmp_path, {NAME: PASSING})
    error = judged(*USING).error()
    assert (error["path"], error["message"]) == (FILE, "there is no such baseline")
    assert "modelpolicy check --baseline FILE --write-baseline" in error["hint"]
    assert not (tmp_path / FILE).exists()


def test_a_folder_is_no_baseline(judged: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: PASSING})
    assert judged("--baseline", ".").code == 2


ENTRY = '{"fingerprint": "0123456789abcdef", "manifest": "a", "model": "b", "rule": "c/d", "subject": ""}'
MALFORMED = {
    "nothing": "§",
    "no JSON": '{"version": 1, "findings": [\n§',
    "a list": "§[]",
    "no findings": '§{"version": 1}',
    "no version": '§{"findings": []}',
    "another version": '{"version": §2, "findings": []}',
    "a key that is not known": '{"version": 1, "findings": [], §"more": 1}',
    "a key twice": '{"version": 1, "findings": [], §"findings": []}',
    "an entry that is a text": '{"version": 1, "findings": [§"license/commercial-use"]}',
    "an entry that lacks its rule": '{"version": 1, "findings": [\n§' + ENTRY.replace('"rule": "c/d", ', "") + "]}",
    "an entry with more": '{"version": 1, "findings": [\n'
    + ENTRY.replace('"subject"', '§"reason": "x", "subject"')
    + "]}",
    "a fingerprint that is none": '{"version": 1, "findings": [\n' + ENTRY.replace('"0123456789abcdef"', '§"*"') + "]}",
    "an entry twice": f'{{"version": 1, "findings": §[\n{ENTRY},\n{ENTRY}]}}',
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("arguments", [USING, WRITING], ids=["used", "written again"])
def test_a_malformed_baseline_can_not_be_used_and_stays_as_it_is(
    judged: Callable[..., Done], tmp_path: Path, text: str, arguments: tuple[str, ...]
) -> None:
    written, line, _ = marked(text)
    write(tmp_path, {NAME: FAILING, FILE: written})
    done = judged(*arguments)
    assert (done.code, done.findings()) == (2, [])
    errors = done.report["errors"]
    assert {error["path"] for error in errors} == {FILE}
    assert all(error["message"] and error["hint"] for error in errors)
    assert line in {error["line"] for error in errors}
    assert (tmp_path / FILE).read_text(encoding="utf-8") == written


def test_writing_needs_a_file_to_write_to(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    done = check("--write-baseline")
    assert (done.code, done.out) == (2, "")
    assert "--write-baseline needs --baseline FILE" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_baseline_that_can_not_be_written_is_no_pass(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING})
    done = check("--baseline", "no/such/folder.json", "--write-baseline")
    assert done.code == 2
    assert str(Path("no/such/folder.json")) in done.err


def test_nothing_is_written_where_the_policy_can_not_be_used(check: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {NAME: FAILING, CONFIG: "version: 1\npolicies: [nowhere]\n"})
    assert check(*WRITING).code == 2
    assert not (tmp_path / FILE).exists()


# --- What an entry covers ----------------------------------------------------------------------------------------


def accepted(check: Callable[..., Done], tmp_path: Path, before: str, after: str) -> Done:
    """Accept all findings of a manifest, put another in its place, and check that with the baseline."""
    write(tmp_path, {NAME: before})
    assert check("--baseline", "b.json", "--write-baseline").code == 0
    assert check("--baseline", "b.json").code == 0
    write(tmp_path, {NAME: after})
    return check("--baseline", "b.json")


def test_an_entry_for_one_unknown_model_covers_no_other(check: Callable[..., Done], tmp_path: Path) -> None:
    done = accepted(check, tmp_path, manifest(use(model="acme/one")), manifest(use(model="evil/two-noncommercial")))
    assert done.code == 1
    assert "evil/two-noncommercial" in done.out


def test_an_entry_covers_a_model_under_another_of_its_names(check: Callable[..., Done], tmp_path: Path) -> None:
    """What was accepted is the model; how the manifest spells it is no matter."""
    done = accepted(check, tmp_path, FAILING, FAILING.replace(NON_COMMERCIAL, NON_COMMERCIAL.upper()))
    assert done.code == 0


def called(provider: str) -> str:
    return (
        "version: 1\nproject: {name: claims, owner: claims-platform, use: commercial}\n"
        "data: {patients: {classification: [health], residency: [EU]}}\n"
        "models:\n  - id: triage\n    model: command-a-03-2025\n    purpose: sort\n    data: [patients]\n"
        f"    deployment: {{type: api, {provider}}}\n"
    )


def test_an_entry_for_one_provider_covers_no_other(check: Callable[..., Done], tmp_path: Path) -> None:
    done = accepted(check, tmp_path, called("provider: cohere"), called("provider: google-ai-studio, plan: free"))
    assert done.code == 1


def test_a_trusted_commit_covers_no_other_model_either(check: Callable[..., Done], tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {NAME: manifest(use(model="acme/one"))})
    assert check("--baseline", "b.json", "--write-baseline").code == 0
    commit(tmp_path)
    assert check("--baseline", "b.json", "--trusted-ref", "HEAD").code == 0
    write(tmp_path, {NAME: manifest(use(model="evil/two-noncommercial"))})
    assert check("--baseline", "b.json", "--trusted-ref", "HEAD").code == 1
