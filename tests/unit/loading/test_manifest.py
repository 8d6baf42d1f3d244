"""Manifests beyond the schema: names that refer to each other, fallbacks, facts of packs, attribution files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.loading.manifest import from_document, load
from checker.model.manifest import Config, Manifest
from checker.model.policy import Question
from tests.support import MANIFEST, load_pack, manifest, marked, only, pack_text, refused

if TYPE_CHECKING:
    from pathlib import Path

NO_CONFIG = Config()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder for the manifest, and a secret beside the repository."""
    root = (tmp_path / "repository").resolve()
    (root / "app").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return root


@pytest.fixture
def read(repository: Path):
    """Load a manifest's text as if it stood in the folder `app` of the repository."""

    def reader(text: str, questions: tuple[Question, ...] = (), config: Config = NO_CONFIG) -> Manifest:
        return from_document(manifest(text), repository / "app", repository, config, questions)

    return reader


def use(name: str, *lines: str) -> str:
    least = ["model: gpt-5.5", "purpose: x", "data: []", "deployment: {type: on-device}", *lines]
    return f"  - id: {name}\n" + "".join(f"    {line}\n" for line in least)


def test_a_manifest_is_read_from_its_file(repository: Path) -> None:
    path = repository / "app" / "model-manifest.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    loaded = load(path, repository, NO_CONFIG, ())
    assert loaded.path == "app/model-manifest.yaml"
    assert loaded.project == "claims"
    assert [use.id for use in loaded.uses] == ["triage"]


# --- Ids and names -----------------------------------------------------------------------------------------------


def test_an_id_that_stands_twice_is_an_error_at_the_later_one(read) -> None:
    text, line, column = marked(MANIFEST + use("§triage"))
    problem = only(refused(read, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == "the id `triage` appears twice (first on line 7)"


def test_a_fallback_that_stands_twice_is_an_error_too(read) -> None:
    text, line, column = marked(MANIFEST + "    fallbacks: [{id: b, model: x}, {id: §b, model: y}]\n")
    problem = only(refused(read, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message.startswith("the id `triage/b` appears twice")


def test_fallbacks_of_different_uses_may_have_the_same_id(read) -> None:
    fallbacks = "fallbacks: [{id: b, model: x}]"
    loaded = read(MANIFEST + use("one", fallbacks) + use("two", fallbacks))
    assert [use.id for use in loaded.uses] == ["triage", "one", "one/b", "two", "two/b"]


UNKNOWN_NAMES = {
    "near a data set": (
        MANIFEST.replace("[claims]", "[§claim]"),
        "no data set is called `claim`",
        "did you mean `claims`?",
    ),
    "near none": (MANIFEST.replace("[claims]", "[§zzz]"), "no data set is called `zzz`", "declared: claims, letters"),
    "the second of a list": (
        MANIFEST.replace("[claims]", "[claims, §zzz]"),
        "no data set is called `zzz`",
        "declared: claims, letters",
    ),
    "of a fallback": (
        MANIFEST + "    fallbacks: [{id: b, model: x, data: [§zzz]}]\n",
        "no data set is called `zzz`",
        "declared",
    ),
    "trained on": (
        MANIFEST + "    trained_on: [triage, letters, §zzz]\n",
        "neither a use nor a data set is called `zzz`",
        "declared: claims, letters, triage",
    ),
}


@pytest.mark.parametrize(("text", "message", "hint"), UNKNOWN_NAMES.values(), ids=UNKNOWN_NAMES)
def test_a_name_that_nothing_declares_is_an_error_where_it_is_used(read, text: str, message: str, hint: str) -> None:
    text, line, column = marked(text)
    problem = only(refused(read, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == message
    assert problem.hint.startswith(hint)


def test_data_may_be_declared_in_the_config(read) -> None:
    shared = Config(path=".modelpolicy.yaml", data={"data": {"shared": {"classification": ["internal"]}}})
    assert read(MANIFEST + use("b").replace("data: []", "data: [shared]"), (), shared)
    assert "shared" in only(refused(read, MANIFEST + use("b").replace("data: []", "data: [shard]"), (), shared)).hint


def test_a_use_may_be_trained_on_the_output_of_a_fallback(read) -> None:
    assert read(MANIFEST + "    fallbacks: [{id: b, model: x}]\n" + use("c", "trained_on: [triage/b]"))


# --- Bounds ------------------------------------------------------------------------------------------------------

BOUNDS = {
    "of the project": (
        MANIFEST.replace("use: commercial", "use: commercial, monthly_active_users: §{at_least: 5, at_most: 4}"),
        "`project.monthly_active_users`: at_least is larger than at_most",
    ),
    "of the organization": (
        MANIFEST + "organization: {annual_revenue_usd: §{at_most: 1, at_least: 1.5}}\n",
        "`organization.annual_revenue_usd`: at_least is larger than at_most",
    ),
    "of the operator": (
        MANIFEST + "operator: {monthly_active_users: §{at_least: 1, at_most: 0}}\n",
        "`operator.monthly_active_users`: at_least is larger than at_most",
    ),
}


@pytest.mark.parametrize(("text", "message"), BOUNDS.values(), ids=BOUNDS)
def test_bounds_that_no_number_keeps_are_refused(read, text: str, message: str) -> None:
    text, line, column = marked(text)
    problem = only(refused(read, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == message


@pytest.mark.parametrize("bounds", ["{at_least: 5, at_most: 5}", "{at_least: 5}", "{at_most: 0}", "5"])
def test_bounds_that_a_number_keeps_are_fine(read, bounds: str) -> None:
    assert read(MANIFEST + f"organization: {{monthly_active_users: {bounds}}}\n")


# --- Fallbacks ---------------------------------------------------------------------------------------------------

EVERYTHING = """\
    license: {choose: MIT}
    base_model: some/base
    trained_on: [letters]
    modifications: [fine-tune]
    approval: LEGAL-9
    outputs: [internal]
    attribution: NOTICE
    weights: hosted
    bindings: {env: MODEL}
    volume: {requests_per_day: 5}
    via: [{name: log, type: on-device}]
"""


def fallback(read, written: str) -> dict:
    (_, second) = read(MANIFEST + EVERYTHING + f"    fallbacks: [{written}]\n").uses
    return dict(second.entry)


def test_a_fallback_is_a_use_of_its_own_at_its_own_place(read) -> None:
    second = read(MANIFEST + "    fallbacks: [{id: second, model: other}]\n").uses[1]
    assert (second.id, second.pointer) == ("triage/second", "/models/0/fallbacks/0")


@pytest.mark.parametrize(
    "inherited", ["purpose", "data", "deployment", "outputs", "attribution", "weights", "bindings", "volume", "via"]
)
@pytest.mark.parametrize("model", ["gpt-5.5", "other"])
def test_a_fallback_inherits_what_it_does_not_say(read, inherited: str, model: str) -> None:
    first = read(MANIFEST + EVERYTHING).uses[0].entry
    assert fallback(read, f"{{id: b, model: {model}}}")[inherited] == first[inherited]


@pytest.mark.parametrize("of_the_model", ["license", "base_model", "trained_on", "modifications", "approval"])
def test_what_describes_the_model_stays_with_the_model(read, of_the_model: str) -> None:
    assert of_the_model in fallback(read, "{id: b, model: gpt-5.5}")
    assert of_the_model not in fallback(read, "{id: b, model: other}")


def test_what_a_fallback_says_wins_and_replaces_the_whole_value(read) -> None:
    entry = fallback(read, "{id: b, model: other, data: [], deployment: {type: on-device}, license: {choose: X}}")
    assert entry["data"] == []
    assert entry["deployment"] == {"type": "on-device"}
    assert entry["license"] == {"choose": "X"}


def test_a_fallback_does_not_inherit_fallbacks(read) -> None:
    assert "fallbacks" not in fallback(read, "{id: b, model: gpt-5.5}")


def test_an_unknown_name_is_reported_once_where_it_stands_and_not_for_each_fallback(read) -> None:
    text = MANIFEST.replace("[claims]", "[zzz]") + "    fallbacks: [{id: b, model: x}]\n"
    assert only(refused(read, text)).line == 10


# --- Facts that packs ask for ------------------------------------------------------------------------------------

ASKED = load_pack(
    pack_text(
        head="""\
facts:
  use:
    role: {type: string, enum: [provider, deployer], means: our role}
    reviewed: {type: boolean}
    score: {type: number}
    copies: {type: integer}
  project:
    board: {type: string}
"""
    )
).questions


@pytest.mark.parametrize(
    "given", ["{}", "{role: provider}", "{reviewed: false}", "{score: 1}", "{score: 0.5}", "{copies: 3}"]
)
def test_facts_of_the_type_that_a_pack_declares_are_fine(read, given: str) -> None:
    assert read(MANIFEST + f"    facts: {given}\n", ASKED)


WRONG_FACTS = {
    "misspelled": ("{§rolle: provider}", "no pack in force asks for the fact `rolle`", "did you mean `role`?"),
    "of the project": ("{§board: x}", "no pack in force asks for the fact `board`", "declared: "),
    "not one of the words": (
        "{role: §x}",
        "the fact `role` must be one of provider, deployer",
        "write one of provider",
    ),
    "a number for a truth value": ("{reviewed: §1}", "the fact `reviewed` must be of type boolean", "write a boolean"),
    "a truth value for a number": ("{score: §true}", "the fact `score` must be of type number", "write a number"),
    "a fraction for a whole number": ("{copies: §0.5}", "the fact `copies` must be of type integer", "write a integer"),
    "text for a number": ('{score: §"1"}', "the fact `score` must be of type number", "write a number"),
}


@pytest.mark.parametrize(("given", "message", "hint"), WRONG_FACTS.values(), ids=WRONG_FACTS)
def test_facts_are_closed_and_typed(read, given: str, message: str, hint: str) -> None:
    text, line, column = marked(MANIFEST + f"    facts: {given}\n")
    problem = only(refused(read, text, ASKED))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == message
    assert problem.hint.startswith(hint)


def test_without_a_pack_that_asks_no_fact_is_known(read) -> None:
    problem = only(refused(read, MANIFEST + "    facts: {role: provider}\n"))
    assert problem.hint == "remove it"


def test_the_project_has_facts_of_its_own(read) -> None:
    text = MANIFEST.replace("use: commercial", "use: commercial, facts: {board: yes it did}")
    assert read(text, ASKED)
    assert "asks for the fact" in only(refused(read, text)).message


def test_a_fact_that_a_pack_requires_is_missed_in_every_use_that_lacks_it(read) -> None:
    required = Question(scope="use", name="role", type="string", values=(), required=True, means="our role")
    problems = refused(read, MANIFEST + use("b"), (required,))
    assert [problem.line for problem in problems] == [7, 12]
    assert {problem.hint for problem in problems} == {"our role"}
    assert read(MANIFEST + "    facts: {role: x}\n", (required,))


@pytest.mark.parametrize("given", ["{rolle: provider}", "{reviewed: 1}"])
def test_facts_of_a_fallback_are_closed_and_typed_too(read, given: str) -> None:
    refused(read, MANIFEST + f"    fallbacks: [{{id: b, model: x, facts: {given}}}]\n", ASKED)


# --- Attribution files -------------------------------------------------------------------------------------------


def notices(read, *names: str) -> dict[str, str | None]:
    return dict(read(MANIFEST + f"    attribution: [{', '.join(names)}]\n").notices)


def test_attribution_files_are_looked_for_beside_the_manifest_and_anywhere_in_the_repository(read, repository) -> None:
    (repository / "app" / "ABOUT").write_text("Built with Llama\n", encoding="utf-8")
    (repository / "NOTICE").write_text("notice", encoding="utf-8")
    assert notices(read, "ABOUT", "../NOTICE") == {"ABOUT": "Built with Llama\n", "../NOTICE": "notice"}


def test_one_attribution_file_needs_no_list(read, repository) -> None:
    (repository / "app" / "ABOUT").write_text("x", encoding="utf-8")
    assert read(MANIFEST + "    attribution: ABOUT\n").notices == {"ABOUT": "x"}


def test_an_attribution_file_outside_the_repository_is_not_read(read, repository) -> None:
    (repository / "app" / "link").symlink_to(repository.parent / "secret.txt")
    outside = repository.parent / "secret.txt"
    names = ("../../secret.txt", f"{outside}", "link")
    assert outside.read_text(encoding="utf-8") == "secret"
    assert notices(read, *names) == dict.fromkeys(names)


def test_what_can_not_be_read_as_text_is_no_attribution_file(read, repository) -> None:
    (repository / "app" / "logo.png").write_bytes(b"\x89PNG\xff")
    assert notices(read, "logo.png", "missing", ".") == {"logo.png": None, "missing": None, ".": None}


def test_the_attribution_of_a_fallback_is_read_too(read, repository) -> None:
    (repository / "app" / "ABOUT").write_text("x", encoding="utf-8")
    loaded = read(MANIFEST + "    fallbacks: [{id: b, model: x, attribution: ABOUT}]\n")
    assert loaded.notices == {"ABOUT": "x"}


# --- All together ------------------------------------------------------------------------------------------------


def test_problems_of_every_kind_are_reported_together(read) -> None:
    text = MANIFEST.replace("[claims]", "[zzz]").replace("gpt-5.5", "x") + use("triage", "facts: {role: x}")
    text += "operator: {monthly_active_users: {at_least: 1, at_most: 0}}\n"
    messages = " ".join(problem.message for problem in refused(read, text))
    for expected in ("appears twice", "no data set", "at_least is larger", "asks for the fact"):
        assert expected in messages
