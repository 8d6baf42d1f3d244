"""The catalog in force: what ships, in both of its forms, and an organization's own records beside it or instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.engine.identify import identify
from checker.loading import catalog
from checker.model.catalog import Catalog
from tests.support import marked, only, refused

if TYPE_CHECKING:
    from checker.errors import Problem

SHIPPED = catalog.load()
TABLES = [name for name in Catalog._fields if name not in ("own_licenses", "digest")]

HEAD = "version: 1\nsources:\n  {source}: {{kind: primary, title: Our own text}}\n"
FOOT = "    source: [{source}]\n    checked: 2024-01-01\n    status: verified\n"
LICENSE = """\
licenses:
  - id: own-license
    name: Own License
    kind: permissive
    aliases: [own public license]
    summary: Everything is permitted.
"""
MODEL = """\
models:
  - id: own-one
    name: Own One
    developer: Own
    family: own
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [MIT]
    ids: {hub: [own/one]}
"""
PROVIDER = """\
providers:
  - id: own-cloud
    name: Own Cloud
    kind: api
    aliases: [our cloud]
    prefixes: [own_cloud]
"""
PLACE_SET = """\
places:
  - id: HOME
    name: Home
    members: [DE]
    as_of: 2024-01-01
"""
REGIONS = """\
regions:
  - id: own-regions
    name: Own regions
    names: {basement: DE}
"""


def own(*records: str, source: str = "our_own_text") -> str:
    """Return a file with the given sections, each of one record."""
    return HEAD.format(source=source) + "".join(record + FOOT.format(source=source) for record in records)


def instead(record: str, shipped: str) -> str:
    """Return a record that stands in place of the shipped one of an id."""
    before, _, rest = record.partition("  - id: ")
    return f"{before}  - id: {shipped}\n    overrides: We know better.\n{rest.partition(chr(10))[2]}"


def loaded(*texts: str) -> Catalog:
    return catalog.load(catalog.from_text(text, f"{number}.yaml") for number, text in enumerate(texts))


def problems(*texts: str) -> tuple[Problem, ...]:
    return refused(loaded, *texts)


def names_of(table: str, record: str, known: Catalog) -> set[str]:
    return {name for name, holder in getattr(known, table).items() if holder == record}


# --- What ships --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compiled() -> Catalog:
    return catalog._compiled(catalog.compile_shipped().encode())


@pytest.mark.parametrize("table", TABLES)
def test_the_compiled_form_is_the_yaml_form(compiled: Catalog, table: str) -> None:
    assert dict(getattr(compiled, table)) == dict(getattr(SHIPPED, table))
    assert len(getattr(compiled, table)) == len(getattr(SHIPPED, table))


def test_both_forms_have_one_digest_and_no_license_of_our_own(compiled: Catalog) -> None:
    assert compiled.digest == SHIPPED.digest
    assert compiled.own_licenses == SHIPPED.own_licenses == frozenset()


@pytest.mark.parametrize("name", ["microsoft/phi-4", "phi4", "unsloth/phi-4-GGUF", "nobody/knows", "", "a\tb\n"])
def test_both_forms_know_the_same_models_by_the_same_names(compiled: Catalog, name: str) -> None:
    assert identify(name, compiled) == identify(name, SHIPPED)


def test_without_records_of_our_own_the_catalog_is_the_shipped_one() -> None:
    assert catalog.load([]) is SHIPPED


# --- Records of our own, beside the shipped ones ------------------------------------------------------------------


def test_records_of_our_own_are_added() -> None:
    known = loaded(own(LICENSE, MODEL, PROVIDER, PLACE_SET, REGIONS))
    license_, provider = known.license("Own Public License"), known.provider("Our Cloud")
    assert license_ is not None
    assert license_["id"] == "own-license"
    assert provider is not None
    assert provider["id"] == "own-cloud"
    assert identify("own_cloud/Own/One", known).model == "own-one"
    assert identify("own_cloud/Own/One", known).provider == "own-cloud"
    assert known.expand(["HOME"]) == ("DE",)
    assert known.regions["own-regions"]["names"] == {"basement": "DE"}
    assert known.sources["our_own_text"]["title"] == "Our own text"
    assert known.own_licenses == {"own-license"}


def test_what_is_added_leaves_every_shipped_record_and_name_as_it_is() -> None:
    known = loaded(own(LICENSE, MODEL, PROVIDER, PLACE_SET, REGIONS))
    for table in TABLES:
        shipped = getattr(SHIPPED, table)
        kept = {name: getattr(known, table)[name] for name in shipped}
        assert kept == dict(shipped), table


def test_records_of_our_own_never_reach_the_shipped_catalog() -> None:
    loaded(own(instead(LICENSE, "MIT"), MODEL))
    assert "own-one" not in SHIPPED.models
    assert SHIPPED.licenses["MIT"]["name"] != "Own License"
    assert catalog.load() is SHIPPED


def test_the_digest_tells_catalogs_apart() -> None:
    texts = [own(MODEL), own(MODEL.replace("Own One", "Own 1")), own(MODEL, LICENSE), own(instead(MODEL, "phi-4"))]
    digests = {loaded(text).digest for text in texts}
    assert len(digests | {SHIPPED.digest}) == len(texts) + 1
    assert loaded(texts[0]).digest == loaded(texts[0]).digest


def test_several_files_are_one_catalog() -> None:
    known = loaded(own(LICENSE), own(MODEL.replace("[MIT]", "[own-license]"), source="another_text"))
    assert known.models["own-one"]["licenses"] == ["own-license"]
    assert "own-license" in known.licenses


# --- In place of a shipped one -----------------------------------------------------------------------------------

OVERRIDES: dict[str, tuple[str, str, str, dict[str, set[str]]]] = {
    "a license": (LICENSE, "licenses", "MIT", {"license_aliases": {"mit", "own public license"}}),
    "a model": (
        MODEL,
        "models",
        "phi-4",
        {"spellings": {"own/one"}, "floating": set(), "patterns": set(), "basenames": {"one"}},
    ),
    "a provider": (
        PROVIDER,
        "providers",
        "aws-bedrock",
        {"provider_aliases": {"aws-bedrock", "our cloud"}, "prefixes": {"own_cloud"}, "id_prefixes": set()},
    ),
    "a place": (PLACE_SET, "places", "EU", {}),
    "the regions of a cloud": (REGIONS, "regions", "aws", {}),
}


@pytest.mark.parametrize(("record", "kind", "shipped", "names"), OVERRIDES.values(), ids=OVERRIDES)
def test_what_overrides_a_shipped_record_replaces_all_of_it_and_its_names(
    record: str, kind: str, shipped: str, names: dict[str, set[str]]
) -> None:
    known = loaded(own(instead(record, shipped)))
    document = catalog.from_text(own(instead(record, shipped)), "own.yaml")
    assert getattr(known, kind)[shipped] == document.data[kind][0]
    assert getattr(known, kind)[shipped]["overrides"] == "We know better."
    for table, expected in names.items():
        assert names_of(table, shipped, known) == expected, table
    assert len(getattr(known, kind)) == len(getattr(SHIPPED, kind))


@pytest.mark.parametrize(("record", "kind", "shipped", "names"), OVERRIDES.values(), ids=OVERRIDES)
def test_it_does_the_same_where_the_catalog_is_compiled(
    compiled: Catalog, record: str, kind: str, shipped: str, names: dict[str, set[str]]
) -> None:
    text = own(instead(record, shipped))
    above = catalog._with_own(compiled, [catalog.from_text(text, "0.yaml")])
    known = loaded(text)
    for table in TABLES:
        assert dict(getattr(above, table)) == dict(getattr(known, table)), table


GONE: dict[str, tuple[str, str]] = {
    "an alias of a license": ("licenses", "mit license"),
    "another alias of a license": ("licenses", "expat"),
    "an alias of a provider": ("providers", "bedrock"),
}


@pytest.mark.parametrize(("kind", "name"), GONE.values(), ids=GONE)
def test_an_alias_of_the_shipped_record_that_the_new_one_lacks_is_gone(kind: str, name: str) -> None:
    record, shipped = {"licenses": (LICENSE, "MIT"), "providers": (PROVIDER, "aws-bedrock")}[kind]
    look_up = {"licenses": Catalog.license, "providers": Catalog.provider}[kind]
    assert look_up(SHIPPED, name) is not None
    assert look_up(loaded(own(instead(record, shipped))), name) is None


@pytest.mark.parametrize("name", ["microsoft/phi-4", "phi4", "phi4:latest", "azure_ai/phi-4", "unsloth/phi-4-GGUF"])
def test_a_name_of_the_shipped_model_that_the_new_one_lacks_names_nothing(name: str) -> None:
    assert identify(name, SHIPPED).model == "phi-4"
    assert identify(name, loaded(own(instead(MODEL, "phi-4")))).model is None


def test_the_new_record_may_keep_names_of_the_shipped_one() -> None:
    known = loaded(own(instead(MODEL.replace("[own/one]", "[own/one, microsoft/phi-4]"), "phi-4")))
    assert identify("Microsoft/phi-4", known).model == "phi-4"
    assert identify("unsloth/phi-4-GGUF", known).model == "phi-4"
    assert known.models["phi-4"]["developer"] == "Own"


def test_a_license_in_place_of_a_shipped_one_is_our_own() -> None:
    assert loaded(own(instead(LICENSE, "MIT"))).own_licenses == {"MIT"}


def test_a_name_that_an_override_gave_up_may_be_used_by_another_record() -> None:
    other = MODEL.replace("[own/one]", "[microsoft/phi-4]")
    known = loaded(own(instead(MODEL, "phi-4")), own(other, source="another_text"))
    assert identify("microsoft/phi-4", known).model == "own-one"


# --- What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [LICENSE, MODEL, PROVIDER, PLACE_SET, REGIONS], ids=OVERRIDES)
def test_what_overrides_nothing_is_a_problem_at_its_line(record: str) -> None:
    text = own(instead(record, record.partition("id: ")[2].partition("\n")[0]))
    problem = only(problems(text))
    assert "overrides nothing" in problem.message
    assert text.splitlines()[(problem.line or 0) - 1] == "    overrides: We know better."
    assert problem.column == 5
    assert problem.hint == "correct the id, or remove `overrides`"


@pytest.mark.parametrize(("record", "kind", "shipped", "names"), OVERRIDES.values(), ids=OVERRIDES)
def test_a_shipped_id_without_saying_why_is_a_problem_that_says_how(
    record: str, kind: str, shipped: str, names: dict[str, set[str]]
) -> None:
    written = instead(record, f"§{shipped}").replace("    overrides: We know better.\n", "")
    text, line, column = marked(own(written))
    problem = only(problems(text))
    assert (problem.path, problem.line, problem.column) == ("0.yaml", line, column)
    assert problem.message == f"the shipped catalog already has `{shipped}` among its {kind}"
    assert "`overrides: ...`" in problem.hint


def test_an_id_in_another_case_overrides_nothing() -> None:
    assert any("overrides nothing" in one.message for one in problems(own(instead(LICENSE, "mit"))))


def test_two_own_files_that_claim_one_id_are_a_problem_of_the_second() -> None:
    second = own(MODEL.replace("own/one", "own/two"), source="another_text")
    problem = only(problems(own(MODEL), second))
    assert problem.path == "1.yaml"
    assert problem.message == "0.yaml already has `own-one` among its models"


def test_two_own_files_that_override_one_record_are_a_problem_of_the_second() -> None:
    second = own(instead(MODEL.replace("own/one", "own/two"), "phi-4"), source="another_text")
    problem = only(problems(own(instead(MODEL, "phi-4")), second))
    assert (problem.path, problem.message) == ("1.yaml", "0.yaml already has `phi-4` among its models")


NAMES_OF_OTHERS: dict[str, tuple[str, str, str]] = {
    "a spelling": (MODEL, "[own/one]", "[§microsoft/phi-4]"),
    "a spelling, in another case": (MODEL, "[own/one]", "[own/one, §Microsoft/PHI-4]"),
    "a moving name": (MODEL, "[own/one]", "[§phi4]"),
    "an alias of a license": (LICENSE, "[own public license]", "[§MIT License]"),
    "an alias of a provider": (PROVIDER, "[our cloud]", "[§bedrock]"),
    "a route": (PROVIDER, "[own_cloud]", "[§bedrock]"),
}


@pytest.mark.parametrize(("record", "before", "after"), NAMES_OF_OTHERS.values(), ids=NAMES_OF_OTHERS)
def test_a_name_of_another_record_is_a_problem_at_its_place(record: str, before: str, after: str) -> None:
    text, line, column = marked(own(record.replace(before, after)))
    problem = only(problems(text))
    assert (problem.line, problem.column) == (line, column)
    assert "the shipped catalog already has" in problem.message


@pytest.mark.parametrize(("record", "before", "after"), NAMES_OF_OTHERS.values(), ids=NAMES_OF_OTHERS)
def test_an_override_of_one_record_takes_no_name_of_another(record: str, before: str, after: str) -> None:
    other = {"models": "phi-4-reasoning", "licenses": "Apache-2.0", "providers": "openai"}[record.partition(":")[0]]
    text, line, column = marked(own(instead(record.replace(before, after), other)))
    problem = only(problems(text))
    assert (problem.line, problem.column) == (line, column)


# --- Names without their owner -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["unsloth/phi-4-GGUF", "unsloth/phi-4", "bartowski/phi-4-GGUF"])
def test_a_name_of_our_own_does_not_change_what_the_copy_of_a_rehoster_stands_for(name: str) -> None:
    known = loaded(own(MODEL.replace("own/one", "own/Phi-4")))
    assert identify(name, SHIPPED).model == "phi-4"
    assert identify(name, known).model == "phi-4"
    assert identify("own/phi-4", known).model == "own-one"
    assert identify("own/phi-4-GGUF", known).model == "own-one"
