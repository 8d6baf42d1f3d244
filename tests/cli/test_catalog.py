"""`modelpolicy catalog`: what it finds under any name, how it lists and searches, and how it checks records."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli import main
from tests.support import marked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = ".modelpolicy.yaml"
MAVERICK = "llama-4-maverick-17b-128e-instruct"
HUB = "meta-llama/Llama-4-Maverick-17B-128E-Instruct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was said, without line breaks and indentation."""
        return " ".join(self.out.split())

    @property
    def shape(self) -> Any:
        return json.loads(self.out)

    @property
    def records(self) -> list[Any]:
        """What a list in JSON holds."""
        assert self.shape["version"] == 1
        records: list[Any] = self.shape["records"]
        return records

    @property
    def ids(self) -> set[str]:
        return {record["id"] for record in self.records}


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `catalog` in the temporary folder, or in the one below it that is named by `here`."""
    for name in ("COLUMNS", "NO_COLOR", *(name for name in os.environ if name.startswith("GIT_"))):
        monkeypatch.delenv(name, raising=False)

    def runner(*arguments: str, here: str = ".") -> Done:
        monkeypatch.chdir(tmp_path / here)
        code = main.run(["catalog", *arguments])
        said = capsys.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return runner


@pytest.fixture
def show(catalog: Callable[..., Done]) -> Callable[..., Any]:
    """Run `catalog show` for JSON, and return it."""

    def runner(*arguments: str) -> Any:
        done = catalog("show", *arguments, "--format", "json")
        assert done.code == 0, done.err
        return done.shape

    return runner


@pytest.fixture
def listed(catalog: Callable[..., Done]) -> Callable[..., set[str]]:
    """Run `catalog list` for JSON, and return the ids."""

    def runner(*arguments: str) -> set[str]:
        done = catalog("list", *arguments, "--format", "json")
        assert done.code == 0, done.err
        return done.ids

    return runner


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


# --- show: models ------------------------------------------------------------------------------------------------

SPELLINGS = {
    "its id": MAVERICK,
    "its name on the hub": HUB,
    "its name on the hub, in another case": HUB.upper(),
    "an id of Bedrock": "meta.llama4-maverick-17b-instruct-v1:0",
    "an id of Bedrock with a profile": "us.meta.llama4-maverick-17b-instruct-v1:0",
    "a route of LiteLLM to Bedrock": "bedrock/us.meta.llama4-maverick-17b-instruct-v1:0",
    "a route of LiteLLM to Vertex AI": "vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas",
    "a tag of Ollama": "llama4:maverick",
    "a tag of Ollama behind a route": "ollama/llama4:maverick",
    "a copy in another format": "unsloth/Llama-4-Maverick-17B-128E-Instruct-GGUF",
    "a copy that Ollama fetches": "hf.co/unsloth/Llama-4-Maverick-17B-128E-Instruct-GGUF:Q4_K_M",
}


@pytest.mark.parametrize("name", SPELLINGS.values(), ids=SPELLINGS)
def test_a_model_is_shown_by_any_of_its_names(show: Callable[..., Any], name: str) -> None:
    found = show(name)
    assert (found["kind"], found["id"], found["asked"]) == ("model", MAVERICK, name)
    assert found["openness"]["weights"] == "open"
    assert [one["id"] for one in found["licenses"]] == ["llama4"]
    assert found["licenses"][0]["license_kind"] == "community"
    assert "spdx" in found["licenses"][0]
    assert found["source"][0]["title"]


SAID = {
    "a profile": ("us.meta.llama4-maverick-17b-instruct-v1:0", "cross-region profile of Amazon Bedrock"),
    "a route": ("vertex_ai/meta/llama-4-maverick-17b-128e-instruct-maas", "is a route to vertex-ai"),
    "a copy": ("unsloth/Llama-4-Maverick-17B-128E-Instruct-GGUF", f"is read as {MAVERICK}"),
    "a name that moves": ("phi4:latest", "this name moves"),
}


@pytest.mark.parametrize(("name", "part"), SAID.values(), ids=SAID)
def test_what_the_spelling_itself_says_is_shown_too(
    catalog: Callable[..., Done], show: Callable[..., Any], name: str, part: str
) -> None:
    assert any(part in text for text in show(name)["said"])
    assert part in catalog("show", name).words


def test_a_plain_name_says_nothing_besides(show: Callable[..., Any]) -> None:
    assert show(HUB)["said"] == []


def test_the_card_of_a_model_answers_whether_it_may_be_used(catalog: Callable[..., Done]) -> None:
    done = catalog("show", HUB)
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 100
    limit, _, after = done.words.partition("more than 700,000,000 monthly active users")[2].partition("excludes")
    assert "of the licensee and its affiliates" in limit
    assert "(section 2)" in limit
    assert after.lstrip().startswith("EU, by where the licensee is domiciled")
    assert 'show "Built with Llama"' in done.words
    assert "profiles: us" in done.words
    assert done.out.startswith("Llama 4 Maverick")


def test_the_card_stands_in_the_columns_that_there_are(
    catalog: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = catalog("show", HUB)
    monkeypatch.setenv("COLUMNS", "60")
    narrow = catalog("show", HUB)
    assert narrow.words == wide.words
    assert narrow.out.count("\n") > wide.out.count("\n")


# --- show: everything else ---------------------------------------------------------------------------------------

NAMED: dict[str, tuple[str, str, str]] = {
    "a license by its id": ("MIT", "license", "MIT"),
    "a license by an alias": ("expat", "license", "MIT"),
    "a license by an alias, in another case": ("The MIT License", "license", "MIT"),
    "a provider by its id": ("aws-bedrock", "provider", "aws-bedrock"),
    "a provider by an alias": ("bedrock", "provider", "aws-bedrock"),
    "a provider by an alias, in another case": ("Amazon-Bedrock", "provider", "aws-bedrock"),
    "a country": ("DE", "place", "DE"),
    "a country in lower case": ("de", "place", "DE"),
    "a set of countries": ("EU", "place", "EU"),
    "a set of countries with a plus": ("eu+eea", "place", "EU+EEA"),
    "a region": ("eu-west-2", "region", "eu-west-2"),
    "a region in another case": ("EU-West-2", "region", "eu-west-2"),
}


@pytest.mark.parametrize(("name", "kind", "record"), NAMED.values(), ids=NAMED)
def test_what_a_name_stands_for_is_shown(show: Callable[..., Any], name: str, kind: str, record: str) -> None:
    found = show(name)
    assert (found["kind"], found["id"]) == (kind, record)


def test_a_country_tells_the_sets_that_hold_it(show: Callable[..., Any], catalog: Callable[..., Done]) -> None:
    found = show("DE")
    assert (found["name"], found["members"]) == ("Germany", ["DE"])
    assert {"EU", "EEA", "EU+EEA+UK+CH"} <= set(found["in"])
    assert "eu-central-1" in catalog("show", "DE").words
    assert "EU" not in show("GB")["in"]


def test_a_set_tells_its_countries(show: Callable[..., Any], catalog: Callable[..., Done]) -> None:
    members = show("EU")["members"]
    assert len(members) == 27
    assert {"DE", "FR", "IE"} <= set(members)
    assert {"GB", "CH", "NO"} & set(members) == set()
    assert "DE (Germany)" in catalog("show", "EU").words


def test_a_region_whose_name_misleads_says_where_it_lies(
    show: Callable[..., Any], catalog: Callable[..., Done]
) -> None:
    assert show("eu-west-2")["lies_in"] == {"aws": ["GB"]}
    told = catalog("show", "eu-west-2").words
    assert "lies in GB (United Kingdom" in told
    inside = told.partition(" inside ")[2].partition(" source ")[0].split(", ")
    assert "UK" in inside
    assert {"EU", "EEA", "EU+EEA"} & set(inside) == set()


def test_a_name_of_several_things_tells_of_the_others(show: Callable[..., Any], catalog: Callable[..., Done]) -> None:
    assert show("EU")["others"] == ["region"]
    assert "there is a region (--kind region) of this name" in catalog("show", "EU").words
    other = show("EU", "--kind", "region")
    assert (other["kind"], other["id"], other["others"]) == ("region", "eu", ["place"])


@pytest.mark.parametrize("kind", ["model", "license", "provider", "region"])
def test_a_name_of_another_kind_is_not_found(catalog: Callable[..., Done], kind: str) -> None:
    done = catalog("show", "DE", "--kind", kind)
    assert (done.code, done.out) == (2, "")
    assert f"the catalog has no {kind} of this name" in done.err


UNKNOWN = {
    "a model": ("microsoft/phi-44", "did you mean `microsoft/phi-4`"),
    "a license": ("Apache-2.00", "did you mean `apache-2.0`"),
    "a provider": ("aws-bedrok", "did you mean `aws-bedrock`"),
    "a region": ("eu-wesst-2", "did you mean `eu-west-2`"),
}


@pytest.mark.parametrize(("name", "hint"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_is_nearly_one_is_unknown_and_gets_near_names(
    catalog: Callable[..., Done], name: str, hint: str
) -> None:
    done = catalog("show", name)
    assert (done.code, done.out) == (2, "")
    assert f"--> {name}" in done.err
    assert hint in " ".join(done.err.split())


@pytest.mark.parametrize("name", ["qqqqzzzzqqqq", "", "claude-sonnet", "::error::x"])
def test_what_is_like_nothing_is_unknown(catalog: Callable[..., Done], name: str) -> None:
    done = catalog("show", name)
    assert (done.code, done.out) == (2, "")
    assert "the catalog has no model, license, provider, place or region of this name" in done.err
    assert "::" not in done.err


@pytest.mark.parametrize("name", [HUB, "MIT", "aws-bedrock", "DE", "EU", "eu-west-2"])
@pytest.mark.parametrize("form", ["text", "table"])
def test_every_kind_has_a_screen_and_a_table(catalog: Callable[..., Done], name: str, form: str) -> None:
    done = catalog("show", name, "--format", form)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\n")
    assert len(done.out.splitlines()) > 4


def test_the_screen_is_the_default(catalog: Callable[..., Done]) -> None:
    assert catalog("show", "MIT").out == catalog("show", "MIT", "--format", "text").out


# --- list --------------------------------------------------------------------------------------------------------

FILTERS: dict[str, tuple[list[str], set[str], set[str]]] = {
    "all": ([], {"phi-4", MAVERICK, "gpt-5.5"}, set()),
    "what is closed": (["--openness", "closed"], {"gpt-5.5"}, {"phi-4", MAVERICK}),
    "what has open weights": (["--openness", "open-weights"], {"phi-4", MAVERICK}, {"gpt-5.5"}),
    "a kind of license": (["--license-kind", "permissive"], {"phi-4"}, {MAVERICK, "gpt-5.5"}),
    "another kind of license": (["--license-kind", "community"], {MAVERICK}, {"phi-4", "gpt-5.5"}),
    "the strictest kind of license": (["--license-kind", "proprietary-api"], {"gpt-5.5"}, {"phi-4", MAVERICK}),
    "a license": (["--license", "MIT"], {"phi-4"}, {MAVERICK, "gpt-5.5"}),
    "a license by an alias": (["--license", "the mit license"], {"phi-4"}, {MAVERICK, "gpt-5.5"}),
    "one license of several": (["--license", "llama3.1"], {"deepseek-r1-distill-llama-8b"}, {"phi-4"}),
    "a developer": (["--developer", "Microsoft"], {"phi-4"}, {MAVERICK, "gpt-5.5"}),
    "a developer, in another case": (["--developer", "META"], {MAVERICK}, {"phi-4"}),
    "a task": (["--task", "embedding"], {"text-embedding-3-small"}, {"phi-4", "gpt-5.5"}),
    "several": (["--openness", "open-weights", "--license", "MIT", "--developer", "microsoft"], {"phi-4"}, {MAVERICK}),
    "what nothing is": (["--openness", "closed", "--license", "MIT"], set(), {"phi-4", MAVERICK, "gpt-5.5"}),
}


@pytest.mark.parametrize(("arguments", "among", "not_among"), FILTERS.values(), ids=FILTERS)
def test_filters_narrow_models_down(
    listed: Callable[..., set[str]], arguments: list[str], among: set[str], not_among: set[str]
) -> None:
    found = listed(*arguments)
    assert among <= found
    assert not_among & found == set()


@pytest.mark.parametrize("status", ["verified", "secondary", "unconfirmed"])
def test_models_are_listed_by_their_status(catalog: Callable[..., Done], status: str) -> None:
    found = catalog("list", "--status", status, "--format", "json").records
    assert {model["status"] for model in found} <= {status}


def test_every_model_has_one_status_and_one_openness(listed: Callable[..., set[str]]) -> None:
    every = listed()
    by_status = [listed("--status", status) for status in ("verified", "secondary", "unconfirmed")]
    by_openness = [listed("--openness", openness) for openness in ("open-weights", "closed", "unknown")]
    for parts in (by_status, by_openness):
        assert set().union(*parts) == every
        assert sum(map(len, parts)) == len(every)


def test_what_is_fully_open_has_open_weights(catalog: Callable[..., Done], listed: Callable[..., set[str]]) -> None:
    fully = catalog("list", "--openness", "fully-open", "--format", "json").records
    assert fully
    assert all(dict.fromkeys(("weights", "code", "data"), "open") == model["openness"] for model in fully)
    assert {model["id"] for model in fully} < listed("--openness", "open-weights")


KINDS = {
    "model": {"phi-4"},
    "license": {"MIT", "llama4"},
    "provider": {"aws-bedrock", "openai"},
    "place": {"EU", "DE"},
    "region": {"eu-west-2"},
}


@pytest.mark.parametrize(("kind", "among"), KINDS.items(), ids=KINDS)
def test_every_kind_can_be_listed(
    catalog: Callable[..., Done], listed: Callable[..., set[str]], kind: str, among: set[str]
) -> None:
    every = listed("--kind", kind)
    assert among <= every
    lines = catalog("list", "--kind", kind, "--format", "text").out.splitlines()
    assert sorted(lines) == sorted(every)
    assert lines == sorted(lines, key=str.lower)
    table = catalog("list", "--kind", kind).out
    assert table.startswith(kind)
    assert table.endswith(f"\n{len(every)} records\n")


@pytest.mark.parametrize("kind", ["license", "provider", "place", "region"])
@pytest.mark.parametrize(
    "filter_",
    [
        ("--openness", "closed"),
        ("--license-kind", "permissive"),
        ("--license", "MIT"),
        ("--developer", "Meta"),
        ("--task", "chat"),
        ("--status", "verified"),
    ],
    ids=" ".join,
)
def test_a_filter_with_another_kind_is_wrong_usage(
    catalog: Callable[..., Done], kind: str, filter_: tuple[str, str]
) -> None:
    done = catalog("list", "--kind", kind, *filter_)
    assert (done.code, done.out) == (2, "")
    assert "filters are about models" in done.err


WRONG = {
    "an openness that is none": ["list", "--openness", "open"],
    "a kind of license that is none": ["list", "--license-kind", "free"],
    "a kind that is none": ["list", "--kind", "country"],
    "a format that is none": ["list", "--format", "yaml"],
    "a format of show that is none": ["show", "MIT", "--format", "html"],
    "no name": ["show"],
    "two names": ["show", "MIT", "DE"],
    "no word": ["search"],
    "a page that is none": ["page", "places"],
    "no page": ["page"],
    "a command that is none": ["find", "x"],
    "a config that is not there": ["show", "MIT", "--config", "nowhere.yaml"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_wrong_usage_is_not_a_result(catalog: Callable[..., Done], arguments: list[str]) -> None:
    done = catalog(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


# --- search ------------------------------------------------------------------------------------------------------

SEARCHES: dict[str, tuple[list[str], set[tuple[str, str]], set[tuple[str, str]]]] = {
    "a word": (["maverick"], {("model", MAVERICK)}, {("model", "phi-4")}),
    "a word in another case": (["MAVERICK"], {("model", MAVERICK)}, {("model", "phi-4")}),
    "all of several words": (
        ["fp8", "maverick"],
        {("model", f"{MAVERICK}-fp8")},
        {("model", MAVERICK), ("model", "phi-4")},
    ),
    "a maker": (["eleutherai"], {("model", "gpt-neo-2.7b")}, {("model", "phi-4")}),
    "an alias of a license": (["expat"], {("license", "MIT")}, {("license", "Apache-2.0")}),
    "a provider": (["bedrock"], {("provider", "aws-bedrock")}, {("provider", "openai")}),
    "a country": (["germany"], {("place", "DE")}, {("place", "FR")}),
    "a region": (["eu-west-2"], {("region", "eu-west-2")}, {("region", "eu-west-1")}),
    "several words in one": (["eu", "west-2"], {("region", "eu-west-2")}, {("region", "eu-west-1")}),
}


@pytest.mark.parametrize(("words", "among", "not_among"), SEARCHES.values(), ids=SEARCHES)
def test_every_record_in_whose_names_all_words_occur_is_found(
    catalog: Callable[..., Done], words: list[str], among: set[tuple[str, str]], not_among: set[tuple[str, str]]
) -> None:
    done = catalog("search", *words, "--format", "json")
    found = {(record["kind"], record["id"]) for record in done.records}
    assert done.code == 0
    assert among <= found
    assert not_among & found == set()


@pytest.mark.parametrize("words", [["qqqqzzzzqqqq"], ["maverick", "qqqqzzzzqqqq"]], ids=len)
def test_finding_nothing_is_not_a_result(catalog: Callable[..., Done], words: list[str]) -> None:
    done = catalog("search", *words, "--format", "json")
    assert (done.code, done.records, done.err) == (2, [], "")
    assert catalog("search", *words) == Done(code=2, out="0 records\n", err="")
    assert catalog("search", *words, "--format", "text") == Done(code=2, out="", err="")


# --- Records of our own ------------------------------------------------------------------------------------------

OWN = """\
version: 1
sources:
  own_text: {kind: primary, title: Our own text}
licenses:
  - id: own-license
    name: Own License
    kind: attribution
    aliases: [own public license]
    summary: Everything is permitted.
    source: [own_text]
    checked: 2024-01-01
    status: verified
models:
  - id: own-one
    name: Own One
    developer: Own
    family: own
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [own-license]
    ids: {hub: [own/one]}
    source: [own_text]
    checked: 2024-01-01
    status: verified
"""
WITH_OWN = {CONFIG: "version: 1\ncatalog: [records]\n", "records/own.yaml": OWN}


def test_records_that_the_config_names_are_looked_up_as_the_shipped_ones_are(
    catalog: Callable[..., Done],
    show: Callable[..., Any],
    listed: Callable[..., set[str]],
    tmp_path: Path,
) -> None:
    assert catalog("show", "own/one").code == 2
    write(tmp_path, WITH_OWN)
    found = show("own/one")
    assert (found["id"], found["licenses"][0]["id"]) == ("own-one", "own-license")
    assert show("Own Public License")["license_kind"] == "attribution"
    assert listed("--license", "own public license") == {"own-one"}
    assert catalog("search", "own/one").code == 0
    assert show("microsoft/phi-4")["id"] == "phi-4"


def test_a_config_may_be_named(catalog: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, {f"central/{name}": content for name, content in WITH_OWN.items()})
    assert catalog("show", "own-one").code == 2
    assert catalog("show", "own-one", "--config", f"central/{CONFIG}").code == 0


def test_a_record_in_place_of_a_shipped_one_is_what_is_shown(show: Callable[..., Any], tmp_path: Path) -> None:
    text = OWN.replace("  - id: own-one\n", "  - id: phi-4\n    overrides: We read it again.\n")
    write(tmp_path, {**WITH_OWN, "records/own.yaml": text})
    found = show("phi-4")
    assert (found["name"], found["overrides"]) == ("Own One", "We read it again.")


@pytest.mark.parametrize("arguments", [("show", "MIT"), ("list",), ("search", "mit"), ("page", "licenses")], ids=str)
def test_no_look_up_answers_from_records_that_are_not_sound(
    catalog: Callable[..., Done], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    text, line, column = marked(OWN.replace("hub: [own/one]", "hub: [§microsoft/phi-4]"))
    write(tmp_path, {**WITH_OWN, "records/own.yaml": text})
    done = catalog(*arguments)
    assert (done.code, done.out) == (2, "")
    assert f"--> records/own.yaml:{line}:{column}" in done.err


# --- lint --------------------------------------------------------------------------------------------------------

SOUND = Done(code=0, out="1 catalog file: sound\n", err="")


def test_sound_records_pass(catalog: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, WITH_OWN)
    assert catalog("lint") == SOUND
    assert catalog("lint", "records") == SOUND
    assert catalog("lint", "records/own.yaml") == SOUND
    assert catalog("lint", "records", "records/own.yaml").code == 0, "a file that is named twice is no clash"


def test_every_file_of_a_folder_and_below_it_is_checked(catalog: Callable[..., Done], tmp_path: Path) -> None:
    second = OWN.replace("own", "other").replace("Own", "Other")
    write(tmp_path, {"records/a.yaml": OWN, "records/deep/b.yml": second, "records/notes.txt": "not: [YAML"})
    assert catalog("lint", "records") == Done(code=0, out="2 catalog files: sound\n", err="")
    write(tmp_path, {"records/deep/b.yml": second.replace("other/one", "own/one")})
    done = catalog("lint", "records")
    assert done.code == 2
    assert "--> records/deep/b.yml:" in done.out
    assert done.out.endswith("\n2 catalog files: 1 problem\n")


def test_lint_reports_in_json_too(catalog: Callable[..., Done], tmp_path: Path) -> None:
    write(tmp_path, WITH_OWN)
    assert catalog("lint", "--format", "json").shape == {"version": 1, "files": ["records/own.yaml"], "errors": []}
    write(tmp_path, {"records/own.yaml": OWN.replace("own-license", "no-license", 1)})
    done = catalog("lint", "--format", "json")
    assert done.code == 2
    assert {"path", "line", "column", "message", "hint"} == set(done.shape["errors"][0])


BROKEN: dict[str, tuple[str, str, str]] = {
    "a key that is misspelled": ("    family: own", "    §famly: own\n    family: own", "unknown key `famly`"),
    "a value that is not one of those there are": ("kind: attribution", "kind: §free", "`free` is not one of"),
    "a date that is none": (
        "checked: 2024-01-01\n    status: verified\nmodels",
        "checked: §2024-02-30\n    status: verified\nmodels",
        "is not a date of the calendar",
    ),
    "a source that is not listed": (
        "source: [own_text]\n    checked: 2024-01-01\n    status: verified\nmodels",
        "source: [§own_texts]\n    checked: 2024-01-01\n    status: verified\nmodels",
        "`own_texts` is not in the catalog",
    ),
    "a license that has no record": ("licenses: [own-license]", "licenses: [§own-licence]", "`own-licence` is not in"),
    "a name of a shipped model": ("hub: [own/one]", "hub: [§microsoft/phi-4]", "already has `microsoft/phi-4`"),
    "an id of a shipped license": ("  - id: own-license", "  - id: §Apache-2.0", "already has `Apache-2.0`"),
    "an override of nothing": ("    name: Own One", "    §overrides: x\n    name: Own One", "overrides nothing"),
    "a pattern that is wide": (
        "    family: own",
        "    family: own\n    patterns: [§'^own-.*$']",
        "may be as wide as a family",
    ),
    "a pattern with look-ahead": (
        "    family: own",
        "    family: own\n    patterns: [§'^own-(?=x)x$']",
        "is not a regular expression that RE2 accepts",
    ),
    "a base model's license that is lost": (
        "    family: own",
        "    family: own\n    base_models: [§phi-4]",
        "does not carry its license `MIT`",
    ),
    "a check that lies ahead": (
        "checked: 2024-01-01\n    status: verified\nmodels",
        "checked: §9999-12-31\n    status: verified\nmodels",
        "`9999-12-31` lies ahead of today",
    ),
}


@pytest.mark.parametrize(("before", "after", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told_with_its_place_and_a_way_out(
    catalog: Callable[..., Done], tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert OWN.count(before) == 1
    text, line, column = marked(OWN.replace(before, after))
    text = text.replace("[own-license]", "[MIT]") if "Apache-2.0" in after else text
    write(tmp_path, {**WITH_OWN, "records/own.yaml": text})
    done = catalog("lint")
    assert (done.code, done.err) == (2, "")
    assert done.out.count("error: ") == 1
    assert message in done.words
    assert f"--> records/own.yaml:{line}:{column}\n" in done.out
    assert "= fix: " in done.out
    assert done.out.endswith(": 1 problem\n")


NOTHING: dict[str, tuple[dict[str, str], list[str], str]] = {
    "no config": ({}, [], "there is no catalog to check"),
    "a config that names none": ({CONFIG: "version: 1\n"}, [], "there is no catalog to check"),
    "a path that is not there": ({}, ["nowhere.yaml"], "can't be read"),
    "a folder without files": ({"records/notes.txt": "x"}, ["records"], "holds no YAML file"),
    "a folder of the config that is not there": ({CONFIG: "version: 1\ncatalog: [nowhere]\n"}, [], "can't be read"),
    "an empty file": ({"own.yaml": ""}, ["own.yaml"], ""),
    "a file that is no YAML": ({"own.yaml": "a: [\n"}, ["own.yaml"], ""),
    "a file without records": ({"own.yaml": "version: 1\n"}, ["own.yaml"], ""),
}


@pytest.mark.parametrize(("files", "paths", "message"), NOTHING.values(), ids=NOTHING)
def test_a_check_that_looked_at_nothing_never_passes(
    catalog: Callable[..., Done], tmp_path: Path, files: dict[str, str], paths: list[str], message: str
) -> None:
    write(tmp_path, files)
    done = catalog("lint", *paths)
    assert done.code == 2
    assert "error: " in done.out + done.err
    assert message in done.out + done.err
    assert "sound" not in done.out


def test_text_of_a_file_is_harmless_in_what_is_said_of_it(catalog: Callable[..., Done], tmp_path: Path) -> None:
    licenses = r'licenses: [own-license, "::error::x ##[x] \u202e"]'
    write(tmp_path, {"own.yaml": OWN.replace("licenses: [own-license]", licenses)})
    done = catalog("lint", "own.yaml")
    assert done.code == 2
    assert "::" not in done.out
    assert "##[" not in done.out
    assert "\\u202e" in done.out
    assert "\u202e" not in done.out


# --- page --------------------------------------------------------------------------------------------------------

PAGES = {"licenses": "# Licenses", "models": "# Models", "providers": "# Providers", "corrections": "# Corrections"}


@pytest.mark.parametrize(("page", "heading"), PAGES.items(), ids=PAGES)
def test_a_page_is_written_in_markdown_and_always_the_same(
    catalog: Callable[..., Done], page: str, heading: str
) -> None:
    done = catalog("page", page)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(heading)
    assert catalog("page", page).out == done.out


def test_records_of_our_own_are_on_the_pages(catalog: Callable[..., Done], tmp_path: Path) -> None:
    before = catalog("page", "licenses").out
    write(tmp_path, WITH_OWN)
    assert "Own License" not in before
    assert "Own License" in catalog("page", "licenses").out
    assert "## Own\n" in catalog("page", "models").out


# --- Help --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["show"], ["list"], ["search"], ["lint"], ["page"]], ids=str)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_explains_itself(catalog: Callable[..., Done], command: list[str], option: str) -> None:
    done = catalog(*command, option)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(" ".join(["Usage: modelpolicy catalog", *command]))
