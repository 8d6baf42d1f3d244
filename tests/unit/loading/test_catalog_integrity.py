"""What must hold of catalog files beyond their schema: each fault is one problem, at its place, with a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.loading import catalog
from checker.loading.catalog_integrity import ahead_of, problems
from tests.support import PLACE, marked, only

if TYPE_CHECKING:
    from checker.errors import Problem

SHIPPED = catalog.load()
PATH = "records/own.yaml"

SOUND = """\
version: 1
sources:
  our_own_text: {kind: primary, title: Our own text}
countries:
  names: {XK: Kosovo, DE: Germany}
  source: [our_own_text]
  checked: 2024-01-01
  status: verified
licenses:
  - id: own-license
    name: Own License
    kind: permissive
    aliases: [own public license]
    summary: Everything is permitted.
    territories: [{excluded: [HOME, US], basis: place-of-use, applies_to: all}]
    source: [our_own_text]
    checked: 2024-01-02
    status: verified
models:
  - id: own-one
    name: Own One
    developer: Own
    family: own
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [own-license, {any_of: [MIT, own-license]}]
    ids: {hub: [own/one], api: [own-one]}
    patterns: ['^own-one-[0-9]{8}$']
    floating: [own-latest]
    base_models: [phi-4]
    tuning: [own-cloud]
    serving: [{provider: own-cloud, regions: [basement, cellars], profiles: [in-house]}]
    source: [our_own_text]
    checked: 2024-01-03
    status: verified
providers:
  - id: own-cloud
    name: Own Cloud
    kind: api
    aliases: [our cloud]
    prefixes: [own_cloud]
    id_prefixes: [OWN-]
    regions: own-regions
    profiles: {in-house: {callable_from: [HOME]}}
    routes: [{when: {region_in: [HOME, absent]}, processing: [DE], storage: [ANY]}]
    source: [our_own_text]
    checked: 2024-01-04
    status: verified
places:
  - id: HOME
    name: Home
    members: [DE, XK]
    as_of: 2024-01-01
    source: [our_own_text]
    checked: 2024-01-05
    status: verified
regions:
  - id: own-regions
    name: Own regions
    names: {basement: DE}
    labels: {Our Basement: basement}
    groups: {cellars: [HOME, FR]}
    source: [our_own_text]
    checked: 2024-01-06
    status: verified
profiles:
  - id: own-cloud.in-house.own-one
    provider: own-cloud
    profile: in-house
    model: own-one
    routes: [{from: [basement], to: [basement, cellars]}]
    source: [our_own_text]
    checked: 2024-01-08
    status: verified
corrections:
  - id: own-belief
    belief: It is ours.
    text: It is.
    licenses: [own-license]
    models: [own-one]
    providers: [own-cloud]
    source: [our_own_text]
    checked: 2024-01-07
    status: verified
notations:
  - id: own-way
    name: Our library
    kind: route
    before: ["own:"]
    services: [own-cloud]
    source: [our_own_text]
    checked: 2023-12-31
    status: verified
"""
"""Records of every kind that refer to each other and to shipped ones, with nothing wrong."""


def found(text: str) -> tuple[Problem, ...]:
    return tuple(problems([catalog.from_text(text, PATH)], SHIPPED))


def changed(before: str, after: str) -> str:
    """Return the sound records with one change, which has to be one."""
    assert SOUND.count(before) == 1, before
    return SOUND.replace(before, after)


def test_sound_records_have_no_problem() -> None:
    assert found(SOUND) == ()


def absent(name: str, what: str) -> str:
    return f"`{name}` is not in the catalog: {what} without a record"


LEADS_NOWHERE: dict[str, tuple[str, str, str, str]] = {
    "a source": (
        "    source: [our_own_text]\n    checked: 2024-01-02",
        "    source: [§our_own_texts]\n    checked: 2024-01-02",
        absent("our_own_texts", "a source"),
        "did you mean `our_own_text`?",
    ),
    "a source of the countries": (
        "  source: [our_own_text]\n  checked",
        "  source: [our_own_text, §qqqqqqqq]\n  checked",
        absent("qqqqqqqq", "a source"),
        "give it a record, or name a source that has one",
    ),
    "a license": (
        "licenses: [own-license, {",
        "licenses: [own-license, §own-licence, {",
        absent("own-licence", "a license"),
        "did you mean `own-license`?",
    ),
    "a license to choose": (
        "any_of: [MIT, own-license]",
        "any_of: [MIT, §qqqqqqqq]",
        absent("qqqqqqqq", "a license"),
        "give it a record, or name a license that has one",
    ),
    "a base model": (
        "base_models: [phi-4]",
        "base_models: [phi-4, §own-ome]",
        absent("own-ome", "a model"),
        "did you mean `own-one`?",
    ),
    "a base model by a name that is not its id": (
        "base_models: [phi-4]",
        "base_models: [phi-4, §own-latest]",
        absent("own-latest", "a model"),
        "",
    ),
    "a provider that tunes": (
        "tuning: [own-cloud]",
        "tuning: [§own-clouds]",
        absent("own-clouds", "a provider"),
        "did you mean `own-cloud`?",
    ),
    "a provider that serves": (
        "serving: [{",
        "serving: [{provider: §own-clouds}, {",
        absent("own-clouds", "a provider"),
        "did you mean `own-cloud`?",
    ),
    "a provider that retires it": (
        "    tuning:",
        (
            "    lifecycle:\n      - {provider: §own-clod, retired_on: 2030-01-01, source: [our_own_text], "
            "checked: 2024-01-01, status: verified}\n    tuning:"
        ),
        absent("own-clod", "a provider"),
        "did you mean `own-cloud`?",
    ),
    "a provider whose terms bind": (
        "    tuning:",
        (
            "    terms:\n      - {provider: §own-clod, licenses: [own-license], source: [our_own_text], "
            "checked: 2024-01-01, status: verified}\n    tuning:"
        ),
        absent("own-clod", "a provider"),
        "did you mean `own-cloud`?",
    ),
    "terms of a model in a channel": (
        "    tuning:",
        (
            "    terms:\n      - {provider: own-cloud, licenses: [§own-licence], source: [our_own_text], "
            "checked: 2024-01-01, status: verified}\n    tuning:"
        ),
        absent("own-licence", "a license"),
        "did you mean `own-license`?",
    ),
    "terms of a provider": (
        "    routes: [{when",
        (
            "    sellers:\n      - {developer: Own, licenses: [§own-licence], source: [our_own_text], "
            "checked: 2024-01-01, status: verified}\n    routes: [{when"
        ),
        absent("own-licence", "a license"),
        "did you mean `own-license`?",
    ),
    "a developer of nothing": (
        "    routes: [{when",
        (
            "    sellers:\n      - {developer: §Mistral, licenses: [own-license], source: [our_own_text], "
            "checked: 2024-01-01, status: verified}\n    routes: [{when"
        ),
        absent("Mistral", "a developer"),
        "did you mean `Mistral AI`?",
    ),
    "a source of terms": (
        "    routes: [{when",
        (
            "    sellers:\n      - {developer: Own, licenses: [own-license], source: [§our_text], "
            "checked: 2024-01-01, status: verified}\n    routes: [{when"
        ),
        absent("our_text", "a source"),
        "",
    ),
    "a region": (
        "regions: [basement, cellars]",
        "regions: [§basements, cellars]",
        absent("basements", "a region"),
        "did you mean `basement`?",
    ),
    "a region of another provider": (
        "regions: [basement, cellars]",
        "regions: [basement, cellars, §eu-west-2]",
        absent("eu-west-2", "a region"),
        "give it a record, or name a region that has one",
    ),
    "a profile": (
        "profiles: [in-house]",
        "profiles: [§in-hose]",
        absent("in-hose", "a profile"),
        "did you mean `in-house`?",
    ),
    "a list of regions": (
        "    regions: own-regions\n    profiles: {in-house: {callable_from: [HOME]}}",
        "    regions: §own-region\n    profiles: {in-house: {callable_from: [HOME]}}",
        absent("own-region", "a list of regions"),
        "did you mean `own-regions`?",
    ),
    "a place that is excluded": (
        "excluded: [HOME, US]",
        "excluded: [HOME, §HOMES]",
        absent("HOMES", "a place"),
        "did you mean `HOME`?",
    ),
    "a place of processing": ("processing: [DE]", "processing: [§QQQQ]", absent("QQQQ", "a place"), ""),
    "a place of storage": ("storage: [ANY]", "storage: [§ANYWHERE]", absent("ANYWHERE", "a place"), ""),
    "a place from which a profile is called": (
        "callable_from: [HOME]",
        "callable_from: [§HOMES]",
        absent("HOMES", "a place"),
        "did you mean `HOME`?",
    ),
    "a place on which a route depends": (
        "region_in: [HOME, absent]",
        "region_in: [§HOMES, absent]",
        absent("HOMES", "a place"),
        "did you mean `HOME`?",
    ),
    "a country of a place": (
        "members: [DE, XK]",
        "members: [DE, XK, §ZQ]",
        absent("ZQ", "a country"),
        "",
    ),
    "a country of a region": ("names: {basement: DE}", "names: {basement: §ZQ}", absent("ZQ", "a country"), ""),
    "a set of countries as the country of a region": (
        "names: {basement: DE}",
        "names: {basement: §EU}",
        absent("EU", "a country"),
        "",
    ),
    "a place of a group": (
        "cellars: [HOME, FR]",
        "cellars: [HOME, §HOMES]",
        absent("HOMES", "a place"),
        "did you mean `HOME`?",
    ),
    "a license of a correction": (
        "    licenses: [own-license]\n    models: [own-one]",
        "    licenses: [§own-licence]\n    models: [own-one]",
        absent("own-licence", "one of the licenses"),
        "did you mean `own-license`?",
    ),
    "a model of a correction": (
        "models: [own-one]",
        "models: [§own-ome]",
        absent("own-ome", "one of the models"),
        "did you mean `own-one`?",
    ),
    "a provider of a correction": (
        "    providers: [own-cloud]",
        "    providers: [§own-clouds]",
        absent("own-clouds", "one of the providers"),
        "did you mean `own-cloud`?",
    ),
}

BAD_PATTERN = "^own-one-[0-9]{8}$"
WIDE = "could match a whole family of models, and licenses belong to single models"
LIST = "list the exact ids; or spell out the letters and let only digits vary, as in ^own-one-[0-9]{8}$"
UNREAD = "is not a regular expression that RE2 accepts"
MEND = "correct it; look-around is not supported"
PATTERNS: dict[str, tuple[str, str, str]] = {
    "wide": ("^gpt-.*$", WIDE, LIST),
    "wide in the middle": ("^own-.*-chat$", WIDE, LIST),
    "wide by a class": ("^own-[a-z]*$", WIDE, LIST),
    "wide, once at least": ("^own-.+$", WIDE, LIST),
    "wide by what is no space": (r"^own-\S*$", WIDE, LIST),
    "wide by letters": (r"^own-\w+$", WIDE, LIST),
    "wide in a bound": ("^own-.{1,99}$", WIDE, LIST),
    "wide by a class without a bound": ("^own-[a-z0-9-]{1,}$", WIDE, LIST),
    "wide inside of a group": ("^own-(.+)$", WIDE, LIST),
    "wide by a group": ("^own(-[a-z])*$", WIDE, LIST),
    "wide by a group, once at least": ("^own(-[a-z])+$", WIDE, LIST),
    "wide by a group, some times": ("^own(-[a-z]){1,9}$", WIDE, LIST),
    "with look-ahead": ("^own-(?=one)one$", UNREAD, MEND),
    "with look-behind": ("^own-(?<=n-)one$", UNREAD, MEND),
    "with a reference back": (r"^(own)-\1$", UNREAD, MEND),
    "not closed": ("^(own$", UNREAD, MEND),
    "a name of another model": (
        "^microsoft/phi-4$",
        "catches `microsoft/phi-4`, a name of phi-4",
        "narrow it, or list the exact ids",
    ),
    "a name of another model among others": (
        "^microsoft/phi-(4|own)$",
        "catches `microsoft/phi-4`, a name of phi-4",
        "narrow it, or list the exact ids",
    ),
}
FAULTS: dict[str, tuple[str, str, str, str]] = {
    **{f"{name} that has no record": case for name, case in LEADS_NOWHERE.items()},
    **{
        f"a pattern: {name}": (f"'{BAD_PATTERN}'", f"§'{pattern}'", f"`{pattern}` {message}", hint)
        for name, (pattern, message, hint) in PATTERNS.items()
    },
    "a license that a base model has and it lacks": (
        (
            "licenses: [own-license, {any_of: [MIT, own-license]}]\n    ids: {hub: [own/one], api: [own-one]}\n"
            "    patterns: ['^own-one-[0-9]{8}$']\n    floating: [own-latest]\n    base_models: [phi-4]"
        ),
        "licenses: [own-license]\n    ids: {hub: [own/one], api: [own-one]}\n    base_models: [§phi-4]",
        "`own-one` was made from `phi-4` but does not have its license `MIT`",
        "add it to `licenses`: all of them apply together",
    ),
    "a profile under another name": (
        "- id: own-cloud.in-house.own-one",
        "- id: §own-cloud.own-one",
        "`own-cloud.own-one` is not made of the provider, the profile and the model of this record",
        "write `own-cloud.in-house.own-one`",
    ),
    "a destination that is no region": (
        "to: [basement, cellars]",
        "to: [basement, §attic]",
        "`attic` is not in the catalog: a region without a record",
        "",
    ),
    "a label of no region": (
        "{Our Basement: basement}",
        "{Our Basement: §attic}",
        "`attic` is not in the catalog: a region without a record",
        "",
    ),
    "a country that ISO does not assign": (
        "{XK: Kosovo,",
        "{XK: Kosovo, §ZQ: Nowhere,",
        "`ZQ` is not a country code of ISO 3166-1",
        "use an assigned code, or one that is free for your own use: XA to XZ, QM to QZ, AA, ZZ",
    ),
    "a country that ISO only reserves": (
        "{XK: Kosovo,",
        "{XK: Kosovo, §EU: Europe,",
        "`EU` is not a country code of ISO 3166-1",
        "use an assigned code, or one that is free for your own use: XA to XZ, QM to QZ, AA, ZZ",
    ),
    "an id of a shipped model": (
        "  - id: own-one\n    name: Own One",
        "  - id: §phi-4\n    name: Own One",
        "the shipped catalog already has `phi-4` among its models",
        "give your record a name of its own, or say why it replaces the shipped one: `overrides: ...`",
    ),
    "a spelling of a shipped model, in another case": (
        "hub: [own/one]",
        "hub: [own/one, §MICROSOFT/Phi-4]",
        "the shipped catalog already has `MICROSOFT/Phi-4` among its models",
        "give your record a name of its own",
    ),
    "a moving name of a shipped model": (
        "api: [own-one]",
        "api: [own-one, §'phi4:latest']",
        "the shipped catalog already has `phi4:latest` among its models",
        "give your record a name of its own",
    ),
    "a name that moves and is a shipped model's": (
        "floating: [own-latest]",
        "floating: [own-latest, §microsoft/phi-4]",
        "the shipped catalog already has `microsoft/phi-4` among its models",
        "give your record a name of its own",
    ),
    "an alias that is a shipped license's id": (
        "aliases: [own public license]",
        "aliases: [§Apache-2.0]",
        "the shipped catalog already has `Apache-2.0` among its licenses",
        "give your record a name of its own",
    ),
    "an alias that is a shipped license's": (
        "aliases: [own public license]",
        "aliases: [§MIT License]",
        "the shipped catalog already has `MIT License` among its licenses",
        "give your record a name of its own",
    ),
    "an alias that is a shipped provider's": (
        "aliases: [our cloud]",
        "aliases: [§Bedrock]",
        "the shipped catalog already has `Bedrock` among its providers",
        "give your record a name of its own",
    ),
    "a route that is a shipped provider's": (
        "prefixes: [own_cloud]",
        "prefixes: [§bedrock]",
        "the shipped catalog already has `bedrock` among its prefixes",
        "give your record a name of its own",
    ),
    "a mark that is a shipped provider's route": (
        "id_prefixes: [OWN-]",
        "id_prefixes: [§Bedrock]",
        "the shipped catalog already has `Bedrock` among its prefixes",
        "give your record a name of its own",
    ),
    "a prefix that a shipped notation has": (
        'before: ["own:"]',
        'before: [§"OpenAI:"]',
        "the shipped catalog already has `OpenAI:` among its prefixes of names",
        "give your record a name of its own",
    ),
    "a prefix that names a provider without a record": (
        "    services: [own-cloud]\n    source: [our_own_text]\n    checked: 2023-12-31",
        "    services: [§vertex-aii]\n    source: [our_own_text]\n    checked: 2023-12-31",
        "`vertex-aii` is not in the catalog: a provider without a record",
        "",
    ),
    "an id that overrides nothing": (
        "  - id: own-cloud\n",
        "  - id: own-cloud\n    §overrides: It is ours.\n",
        "`own-cloud` overrides nothing: none of the shipped providers has this id",
        "correct the id, or remove `overrides`",
    ),
    "a place that overrides nothing": (
        "  - id: HOME\n",
        "  - id: HOME\n    §overrides: It is ours.\n",
        "`HOME` overrides nothing: none of the shipped places has this id",
        "correct the id, or remove `overrides`",
    ),
}
OF_A_PROFILE = SOUND[SOUND.index("profiles:\n  - id") : SOUND.index("corrections:")]
REFERRING: dict[str, tuple[str, ...]] = {
    "an id of a shipped model": ("    models: [own-one]\n", OF_A_PROFILE),
    "a list of regions that has no record": (
        "    serving: [{provider: own-cloud, regions: [basement, cellars], profiles: [in-house]}]\n",
        OF_A_PROFILE,
    ),
}
"""Lines that refer to what a change takes away, and that go with it."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_problem_at_its_place_with_a_way_out(name: str) -> None:
    before, after, message, hint = FAULTS[name]
    records = changed(before, after)
    for lines in REFERRING.get(name, ()):
        records = records.replace(lines, "")
    text, line, column = marked(records)
    problem = only(found(text))
    assert (problem.path, problem.line, problem.column) == (PATH, line, column)
    assert problem.message == message
    assert problem.hint == hint or (not hint and problem.hint)


@pytest.mark.parametrize("code", ["XA", "XZ", "QM", "QZ", "AA", "ZZ"])
def test_a_code_that_iso_leaves_to_its_users_is_a_country_of_theirs(code: str) -> None:
    assert found(changed("{XK: Kosovo,", f"{{XK: Kosovo, {code}: Ours,")) == ()


@pytest.mark.parametrize("code", ["ZQ", "QL", "AB", "ZY", "YX", "EU", "UK"])
def test_no_other_code_is_one(code: str) -> None:
    told = found(changed("{XK: Kosovo,", f"{{XK: Kosovo, {code}: Ours,"))
    assert only(told).message == f"`{code}` is not a country code of ISO 3166-1"


def test_a_model_of_the_same_maker_may_stand_under_another_license() -> None:
    text = SOUND.replace("licenses: [own-license, {any_of: [MIT, own-license]}]", "licenses: [own-license]")
    assert [problem.message for problem in found(text)] == [FAULTS["a license that a base model has and it lacks"][2]]
    maker = SHIPPED.models["phi-4"]["developer"]
    assert found(text.replace("developer: Own", f"developer: {maker}")) == ()


def test_a_pattern_may_catch_the_names_of_its_own_model() -> None:
    assert found(changed(f"'{BAD_PATTERN}'", "'^own/one$'")) == ()


def test_a_model_may_be_named_twice_by_itself() -> None:
    assert found(changed("hub: [own/one]", "hub: [own/one], ollama: [own-one, OWN/one]")) == ()


def test_several_faults_are_all_told_each_once() -> None:
    text = SOUND.replace("tuning: [own-cloud]", "tuning: [nobody]").replace("processing: [DE]", "processing: [QQQQ]")
    assert sorted(problem.message for problem in found(text)) == [
        absent("QQQQ", "a place"),
        absent("nobody", "a provider"),
    ]


# --- Two files ---------------------------------------------------------------------------------------------------

SECOND = """\
version: 1
sources:
  their_text: {kind: primary, title: Their text}
licenses:
  - id: their-license
    name: Their License
    kind: permissive
    aliases: [their public license]
    summary: Everything is permitted.
    source: [our_own_text]
    checked: 2024-01-02
    status: verified
"""
TWICE: dict[str, tuple[str, str, str]] = {
    "an id": ("id: their-license", "id: §own-license", "`own-license` among its licenses"),
    "an id in another case": ("id: their-license", "id: §OWN-license", "`OWN-license` among its licenses"),
    "an alias": ("[their public license]", "[§Own Public License]", "`Own Public License` among its licenses"),
    "an alias that is an id": ("[their public license]", "[§own-license]", "`own-license` among its licenses"),
    "a source": ("  their_text:", "  §our_own_text:", "`our_own_text` among its sources"),
}


@pytest.mark.parametrize(("before", "after", "message"), TWICE.values(), ids=TWICE)
def test_what_two_files_claim_is_told_of_the_second(before: str, after: str, message: str) -> None:
    text, line, column = marked(SECOND.replace(before, after))
    documents = [catalog.from_text(SOUND, "a.yaml"), catalog.from_text(text, "b.yaml")]
    problem = only(tuple(problems(documents, SHIPPED)))
    assert (problem.path, problem.line) == ("b.yaml", line)
    assert problem.column == column or before.endswith(":")
    assert problem.message == f"a.yaml already has {message}"
    assert problem.hint == "give your record a name of its own"


def test_one_file_may_refer_to_the_records_of_another() -> None:
    documents = [catalog.from_text(SECOND, "a.yaml"), catalog.from_text(SOUND, "b.yaml")]
    assert list(problems(documents, SHIPPED)) == []
    assert list(problems(documents[:1], SHIPPED)) != []


# --- Dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 8))
def test_a_check_that_lies_ahead_of_today_is_a_problem(number: int) -> None:
    text, line, column = marked(SOUND.replace(f"checked: 2024-01-0{number}", f"checked: {PLACE}2024-02-11"))
    problem = only(tuple(ahead_of([catalog.from_text(text, PATH)], "2024-02-10")))
    assert (problem.path, problem.line, problem.column) == (PATH, line, column)
    assert problem.message == "`2024-02-11` is in the future (today is 2024-02-10)"
    assert problem.hint == "write the day when the source was read"


def test_a_check_of_today_and_before_is_none() -> None:
    document = catalog.from_text(SOUND.replace("checked: 2024-01-04", "checked: 2024-02-10"), PATH)
    assert list(ahead_of([document], "2024-02-10")) == []


def test_dates_that_are_no_checks_may_lie_ahead() -> None:
    text = changed("as_of: 2024-01-01", "as_of: 2099-01-01")
    text = text.replace("    family: own\n", "    family: own\n    released: 2099-01-01\n")
    assert list(ahead_of([catalog.from_text(text, PATH)], "2024-02-10")) == []


def test_the_date_of_one_limit_counts_as_that_of_a_record() -> None:
    limit = "{metric: monthly-active-users, op: gt, threshold: 1, effect: review, checked: §2099-01-01}"
    text, line, column = marked(changed("    territories:", f"    limits: [{limit}]\n    territories:"))
    problem = only(tuple(ahead_of([catalog.from_text(text, PATH)], "2024-02-10")))
    assert (problem.line, problem.column) == (line, column)
