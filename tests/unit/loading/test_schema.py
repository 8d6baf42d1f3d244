"""Documents against schemas: what is said of a manifest or config that differs, and where."""

from __future__ import annotations

import pytest

from checker.loading.documents import parse
from checker.loading.schema import accepts, validate
from tests.support import MANIFEST, manifest, marked, only, refused, tried, without

CONFIG = "version: 1\n"
DEPLOYMENT = "deployment: {type: api, provider: openai}"


def check(text: str) -> None:
    validate(manifest(text), "manifest")


def check_config(text: str) -> None:
    validate(parse(text, ".modelpolicy.yaml"), "config")


def changed(old: str, new: str) -> str:
    assert old in MANIFEST
    return MANIFEST.replace(old, new, 1)


def test_the_smallest_manifest_is_valid() -> None:
    check(MANIFEST)


# --- One problem, its words and its place ------------------------------------------------------------------------

UNKNOWN_KEYS = {
    "misspelled, at the top": (MANIFEST + "§modles: []\n", "unknown key `modles`", "did you mean `models`?"),
    "misspelled, in a flow mapping": (
        changed("use: commercial", "use: commercial, §sage: pilot"),
        "unknown key `sage`",
        "did you mean `stage`?",
    ),
    "misspelled, in a use": (
        MANIFEST + "    §fallback: []\n",
        "unknown key `fallback`",
        "did you mean `fallbacks`?",
    ),
    "misspelled, in a deployment": (
        changed("provider: openai", "provider: openai, §reqion: DE"),
        "unknown key `reqion`",
        "did you mean `region`?",
    ),
    "misspelled, in a bound": (
        changed("use: commercial", "use: commercial, monthly_active_users: {§atmost: 5}"),
        "unknown key `atmost`",
        "did you mean `at_most`?",
    ),
    "like nothing": (MANIFEST + "§zzz: 1\n", "unknown key `zzz`", "known here: version, project, organization"),
    "with a slash and a tilde": (MANIFEST + '    §"a/b~c": 1\n', "unknown key `a/b~c`", "known here: id, model"),
}


@pytest.mark.parametrize(("text", "message", "hint"), UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS)
def test_an_unknown_key_is_an_error_at_the_key_itself(text: str, message: str, hint: str) -> None:
    text, line, column = marked(text)
    problem = only(refused(check, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == message
    assert problem.hint.startswith(hint)


MISSING_KEYS = {
    "of the file": ("§" + without(MANIFEST, "version"), "the key `version` is missing", "Always 1."),
    "of the project": (
        changed("project: {name: claims, ", "§project: {"),
        "the key `name` of `project` is missing",
        "add it",
    ),
    "of a use": (
        without(MANIFEST, "purpose").replace("- id", "- §id"),
        "the key `purpose` of `models.0` is missing",
        "What the model is used for",
    ),
    "deployment of a use": (
        without(MANIFEST, "deployment").replace("- id", "- §id"),
        "the key `deployment` of `models.0` is missing",
        "add it",
    ),
    "provider, unless on the device": (
        changed(DEPLOYMENT, "§deployment: {type: api}"),
        "the key `provider` of `models.0.deployment` is missing",
        "add it",
    ),
    "model of a fallback": (
        MANIFEST + "    fallbacks: [§{id: second}]\n",
        "the key `model` of `models.0.fallbacks.0` is missing",
        "The exact id",
    ),
}


@pytest.mark.parametrize(("text", "message", "hint"), MISSING_KEYS.values(), ids=MISSING_KEYS)
def test_a_missing_key_is_an_error_at_what_lacks_it(text: str, message: str, hint: str) -> None:
    text, line, column = marked(text)
    problem = only(refused(check, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == message
    assert hint in problem.hint


def test_on_the_device_no_provider_is_needed() -> None:
    check(changed(DEPLOYMENT, "deployment: {type: on-device}"))


WRONG_VALUES = {
    "near one of the words": (
        "use: commercial",
        "use: §comercial",
        "is not one of commercial,",
        "did you mean `commercial`?",
    ),
    "like none of the words": ("use: commercial", "use: §zzz", "is not one of", "use one of commercial, internal"),
    "a number for text": ("name: claims", "name: §5", "expected text, but 5 is read as a number", 'quote it: "5"'),
    "a version for text": ("name: claims", "name: §1.10", "1.10 is read as a number", 'quote it: "1.10"'),
    "a truth value for text": ("name: claims", "name: §true", "true is read as a truth value", 'quote it: "true"'),
    "a number in a list of texts": ("data: [claims]", "data: [§1]", "1 is read as a number", 'quote it: "1"'),
    "a number for text or a list": (
        "provider: openai",
        "provider: openai, region: §5",
        "expected text or a list, but 5 is read as a number",
        'quote it: "5"',
    ),
    "nothing for text": ("name: claims", "name: §~", "expected text, but nothing is given", "give a value"),
    "nothing at all for text": (
        "    model: gpt-5.5",
        "    model:§",
        "expected text, but nothing is given",
        "give a value",
    ),
    "a list for text": ("name: claims", "name: §[a]", "expected text, but a list is given", "write text here"),
    "text for a list": ("data: [claims]", "data: §claims", "expected a list, but text is given", "write a list here"),
    "text for a mapping": (DEPLOYMENT, "deployment: §api", "expected a mapping, but text is given", "a mapping here"),
    "a mapping for a list": (
        "data: [claims]",
        "data: §{a: b}",
        "expected a list, but a mapping is given",
        "write a list",
    ),
    "a fraction for a whole number": (
        "use: commercial",
        "use: commercial, monthly_active_users: §1.5",
        "expected a whole number or a mapping",
        "write a whole number or a mapping here",
    ),
    "below zero": ("use: commercial", "use: commercial, monthly_active_users: §-1", "it must be at least 0", ""),
    "another version": ("version: 1", "version: §2", "it must be 1", "write 1"),
    "an empty bound": (
        "use: commercial",
        "use: commercial, monthly_active_users: §{}",
        "it must have at least 1 key",
        "",
    ),
    "an empty list": (
        "provider: openai",
        "provider: openai, region: §[]",
        "it must have at least 1 element",
        "give a value, or remove the key",
    ),
    "an element twice": ("data: [claims]", "data: §[claims, claims]", "an element twice", ""),
    "a blank name": ("name: claims", 'name: §"  "', "has the wrong form", "not blank"),
    "an id with a slash": ("id: triage", "id: §a/b", "`a/b` has the wrong form", "letters, digits"),
    "a line break in a name": ("name: claims", r'name: §"a\nb"', "it has a line break, tab", "remove it"),
    "a tab in a name": ("name: claims", 'name: §"a\tb"', "it has a line break, tab", "remove it"),
    "a line break after an id": ("id: triage", r'id: §"a\n"', "it has a line break", "remove it"),
    "too long a name": ("name: claims", f"name: §{'x' * 201}", "it must have at most 200 characters", ""),
}


@pytest.mark.parametrize(("old", "new", "message", "hint"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_wrong_value_is_an_error_at_the_value(old: str, new: str, message: str, hint: str) -> None:
    text, line, column = marked(changed(old, new))
    problem = only(refused(check, text))
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message
    assert hint in problem.hint


def test_a_wrong_value_is_named_by_its_path() -> None:
    assert only(refused(check, changed("type: api", "type: apii"))).message.startswith("`models.0.deployment.type`: ")


@pytest.mark.parametrize("text", ["[]\n", "text\n", "5\n", "~\n", "---\n"])
def test_a_file_that_is_no_mapping_is_told_so(text: str) -> None:
    assert "expected a mapping" in only(refused(check, text)).message


@pytest.mark.parametrize("text", ["", "# only a comment\n"], ids=["empty", "a comment"])
def test_an_empty_file_is_told_so(text: str) -> None:
    refused(check, text)


# --- Several problems --------------------------------------------------------------------------------------------


def test_all_problems_are_reported_in_the_order_of_the_file() -> None:
    text = "version: 3\nproject: {name: 5, ownr: x, use: comercial}\nmodels: []\nextra: 1\n"
    found = [(problem.line, problem.column) for problem in refused(check, text)]
    assert found == [(1, 10), (2, 1), (2, 17), (2, 20), (2, 34), (3, 9), (4, 1)]


def test_problems_of_several_uses_are_all_reported() -> None:
    text = changed("model: gpt-5.5", "model: 5") + "  - {id: b, model: gpt-5.5, data: []}\n"
    messages = [problem.message for problem in refused(check, text)]
    assert len(messages) == 3
    assert messages[0].startswith("`models.0.model`: expected text, but 5 is read as a number")
    assert messages[1:] == [f"the key `{key}` of `models.1` is missing" for key in ("deployment", "purpose")]


# --- Config ------------------------------------------------------------------------------------------------------

APPROVAL = "approvals: [{{kind: legal, model: a, approved_by: b, granted: {}}}]\n"


@pytest.mark.parametrize("date", ["2026-01-31", '"2024-02-29"', "9999-12-31"])
def test_a_date_of_the_calendar_is_a_date_quoted_or_not(date: str) -> None:
    check_config(CONFIG + APPROVAL.format(date))


@pytest.mark.parametrize("date", ["2026-02-30", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-32"])
def test_a_date_that_is_on_no_calendar_is_refused_at_the_date(date: str) -> None:
    text, line, column = marked(CONFIG + APPROVAL.format(f"§{date}"))
    problem = only(refused(check_config, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == f"`approvals.0.granted`: `{date}` is not a date of the calendar"
    assert problem.hint == "write it as YYYY-MM-DD"


@pytest.mark.parametrize("date", ["2026-1-1", "01.01.2026", '"2026-01-01 "', "2026-01-01T00:00:00Z", "today"])
def test_a_date_in_another_form_is_refused(date: str) -> None:
    problems = refused(check_config, CONFIG + APPROVAL.format(date))
    assert "write it as YYYY-MM-DD" in [problem.hint for problem in problems]


@pytest.mark.parametrize("date", ["0000-01-01", "0001-01-01", "0999-12-31"])
def test_a_year_before_1000_is_refused_at_the_date(date: str) -> None:
    text, line, column = marked(CONFIG + APPROVAL.format(f"§{date}"))
    problems = refused(check_config, text)
    assert {(problem.line, problem.column) for problem in problems} == {(line, column)}


def test_the_year_1000_is_a_year() -> None:
    check_config(CONFIG + APPROVAL.format("1000-01-01"))


CONFIGS = {
    "a severity that is misspelled": ("severities: {a/b: §warn}\n", "did you mean `warning`?"),
    "a key that is misspelled": ("§polices: [builtin]\n", "did you mean `policies`?"),
    "no policy at all": ("policies: §[]\n", "give a value"),
    "a name for a list": ("policies: §builtin\n", "write a list here"),
    "a country that YAML takes for no": ("organization: {domicile: §false}\n", 'quote it: "false"'),
    "a parameter without a value": ("params: {a: §~}\n", "give a value"),
    "a waiver period of no days": ("max_waiver_days: §0\n", ""),
}


@pytest.mark.parametrize(("text", "hint"), CONFIGS.values(), ids=CONFIGS)
def test_a_wrong_config_is_an_error_at_its_place(text: str, hint: str) -> None:
    text, line, column = marked(CONFIG + text)
    problem = only(refused(check_config, text))
    assert (problem.line, problem.column) == (line, column)
    assert hint in problem.hint


def test_a_null_inside_a_parameter_is_allowed_since_it_removes_a_key() -> None:
    check_config(CONFIG + "params: {house_user_caps: {llama4: null}}\n")


def test_a_key_of_the_wrong_form_is_an_error_at_the_key() -> None:
    problem = only(refused(check_config, CONFIG + "params: {ok: 1, Caps: 1}\n"))
    assert (problem.line, problem.column) == (2, 17)


# --- Two validators, one answer ----------------------------------------------------------------------------------


def test_the_fast_validator_accepts_what_is_valid_and_refuses_what_is_not() -> None:
    data = manifest().data
    assert accepts("manifest", data)
    assert not accepts("manifest", {**data, "extra": 1})


@pytest.mark.parametrize(
    "text",
    [changed("sort incoming claims", r'"\ufeff"'), MANIFEST + "organization: {annual_revenue_usd: 1e400}\n"],
    ids=["text of nothing but a byte order mark", "a number too large to be one"],
)
def test_what_is_refused_is_never_refused_without_a_reason(text: str) -> None:
    _, problems = tried(check, text)
    assert problems != ()
