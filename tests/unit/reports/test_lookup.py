"""Look-ups as a screen, a table and JSON: all that is known, in the words of the record, and harmless to a terminal."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from checker.app import lookup
from checker.app.lookup import Filters
from checker.loading import catalog
from checker.model.lookup import Found, Kind
from checker.reports.lookup import LIST, SHOW

if TYPE_CHECKING:
    from checker.model.catalog import Catalog

NASTY = r"\u202e ::error::x ##[error]y \u200b\u2066 \x85 one\ntwo"
"""What terminals and build logs act on, as YAML escapes in double quotes."""

OWN = """\
version: 1
sources:
  own_text: {kind: primary, title: "Our own text NASTY", url: https://example.com/own, at: "2024"}
licenses:
  - id: own-license
    name: "Own License NASTY"
    kind: community
    spdx: LicenseRef-own
    aliases: ["own public license NASTY"]
    summary: "Some of it is permitted. NASTY"
    commercial_use: true
    modification: false
    limits:
      - metric: annual-revenue-usd
        op: gte
        threshold: 1234567
        effect: license-required
        scope: licensee
        clause: "section 7.x NASTY"
        quote: "exactly these words NASTY"
    territories: [{excluded: [EU], basis: end-user, applies_to: all, outputs_too: true, clause: "section 8.y"}]
    duties: [{kind: display, text: "Made with Own NASTY", trigger: product-contains-model, clause: "section 9.z"}]
    notes: "A note NASTY"
    source: [own_text]
    checked: 2024-01-01
    status: secondary
models:
  - id: own-one
    name: Own One
    developer: "Own NASTY"
    family: own
    openness: {weights: open, code: partial}
    modalities: {input: [text, image], output: [text]}
    tasks: [chat]
    licenses: [own-license, {any_of: [MIT, Apache-2.0]}]
    ids: {hub: [own/one, "own/one NASTY"], bedrock: [own.one-v1]}
    serving: [{provider: aws-bedrock, regions: [], profiles: [us]}]
    notes: "A note NASTY"
    source: [own_text]
    checked: 2024-01-01
    status: verified
providers:
  - id: own-cloud
    name: Own Cloud
    kind: api
    aliases: ["own cloud NASTY"]
    prefixes: [own_cloud]
    routes: [{when: {sku: ["NASTY"]}, processing: [EU], clause: "section 1 NASTY"}, {processing: [ANY]}]
    retention: [{stores_content: true, days: 30, note: "kept NASTY"}]
    notes: "A note NASTY"
    source: [own_text]
    checked: 2024-01-01
    status: unconfirmed
""".replace("NASTY", NASTY)
KNOWN = catalog.load([catalog.from_text(OWN, "own.yaml")])
MARKS_OF_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
RECORDS = {"own-one": Kind.MODEL, "own-license": Kind.LICENSE, "own-cloud": Kind.PROVIDER}


def find(name: str, known: Catalog = KNOWN) -> Found:
    return lookup.show(name, None, known)


def shown(name: str, form: str = "text", width: int = 100) -> str:
    return SHOW[form](find(name), KNOWN, width)


def flat(text: str) -> str:
    """Return a screen's words without its line breaks and indentation."""
    return " ".join(text.split())


def shape(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(name, "json"))
    return found


def harmless(text: str) -> bool:
    unseen = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n"}
    directed = any(unicodedata.bidirectional(char) in MARKS_OF_DIRECTION for char in text)
    commands = any(line.lstrip().startswith("::") for line in text.splitlines()) or "##[" in text
    return not (unseen or directed or commands)


# --- Harmless ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "table"])
@pytest.mark.parametrize("name", ["own-one", "own-cloud"])
def test_text_of_a_record_is_harmless_in_every_form(name: str, form: str) -> None:
    assert "one" in shown(name, form)
    assert harmless(shown(name, form))


def test_the_name_of_a_record_is_harmless_on_the_screen() -> None:
    assert harmless(shown("own-license"))


@pytest.mark.parametrize("form", ["text", "table"])
def test_a_list_is_harmless_in_every_form(form: str) -> None:
    found = [find(name) for name in RECORDS]
    assert all(name in LIST[form](found, KNOWN, 100) for name in RECORDS)
    assert harmless(LIST[form](found, KNOWN, 100))


@pytest.mark.parametrize("name", RECORDS)
def test_json_is_ascii(name: str) -> None:
    assert shown(name, "json").isascii()


# --- The screen --------------------------------------------------------------------------------------------------

SAID: dict[str, tuple[str, list[str]]] = {
    "a limit with its clause and words": (
        "own-one",
        [
            "at least 1,234,567 US dollars of annual revenue of the licensee: a license has to be asked for",
            "exactly these words",
            "(section 7.x",
        ],
    ),
    "a territory with its clause": ("own-one", ["EU, by where end users are, outputs too (section 8.y)"]),
    "a duty with its clause": ("own-one", ['show "Made with Own', "(in a product with it; section 9.z)"]),
    "what is permitted and what is not": ("own-one", ["permits commercial use", "forbids changing the model"]),
    "what nobody has read": ("own-one", ["not known passing it on, what outputs may be used for"]),
    "licenses to choose from": (
        "own-one",
        ["licenses to choose from", "MIT OR Apache-2.0", "license MIT: MIT License"],
    ),
    "how open it is": ("own-one", ["weights open; code partial; data not known"]),
    "what it takes and gives": ("own-one", ["text, image to text; for chat"]),
    "where it can run": (
        "own-one",
        ["anywhere the weights are published", "Hugging Face own/one", "Amazon Bedrock in-region: none; profiles: us"],
    ),
    "the source and when it was read": ("own-one", ["read Our own text", ", 2024", "checked 2024-01-01, verified"]),
    "how well a license is known": ("own-license", ["checked 2024-01-01, from a copy or a quotation"]),
    "the models under a license": ("own-license", ["under it own-one"]),
    "where content goes, and on what it depends": (
        "own-cloud",
        ["processing EU; storage not known (section 1", "always processing anywhere; storage not known"],
    ),
    "what is kept": ("own-cloud", ["kept for 30 days (always); kept"]),
    "that a record is not confirmed": ("own-cloud", ["checked 2024-01-01, not confirmed"]),
}


@pytest.mark.parametrize(("name", "parts"), SAID.values(), ids=SAID)
def test_the_screen_says(name: str, parts: list[str]) -> None:
    text = flat(shown(name))
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_words_are_wrapped_at_the_width_of_the_screen(width: int) -> None:
    text = shown("microsoft/phi-4", width=width)
    unbroken = 17 + max(map(len, text.split()))
    assert max(map(len, text.splitlines())) <= max(width, unbroken, len(text.splitlines()[0]))
    assert flat(text) == flat(shown("microsoft/phi-4", width=140))


@pytest.mark.parametrize("name", [*RECORDS, "DE", "EU", "eu-west-2"])
def test_the_screen_ends_by_saying_what_it_is_not(name: str) -> None:
    assert shown(name).endswith("\nFacts with their sources; not legal advice.\n")


def test_what_stands_in_place_of_a_shipped_record_says_why() -> None:
    text = OWN.replace("  - id: own-cloud\n", "  - id: openai\n    overrides: We have a contract.\n")
    known = catalog.load([catalog.from_text(text, "own.yaml")])
    told = flat(SHOW["text"](find("openai", known), known, 100))
    assert "this record replaces the shipped one: We have a contract." in told


def test_a_license_that_nobody_recorded_is_said_to_be_unknown() -> None:
    model = {**KNOWN.models["own-one"], "licenses": ["nobody-knows"]}
    found = Found(kind=Kind.MODEL, record=model)
    assert "license nobody-knows unknown the catalog does not hold it" in flat(SHOW["text"](found, KNOWN, 100))
    assert json.loads(SHOW["json"](found, KNOWN, 100))["licenses"] == [{"id": "nobody-knows", "spdx": None}]


# --- JSON --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), RECORDS.items(), ids=RECORDS)
def test_json_has_the_kind_the_record_and_what_was_asked(name: str, kind: Kind) -> None:
    found = shape(name)
    assert (found["kind"], found["id"], found["asked"], found["others"]) == (kind.value, name, name, [])
    assert found["status"] == find(name).record["status"]


def test_json_of_a_model_writes_its_licenses_out() -> None:
    first, choice = shape("own-one")["licenses"]
    assert (first["id"], first["spdx"], first["license_kind"]) == ("own-license", "LicenseRef-own", "community")
    assert first["limits"][0]["threshold"] == 1234567
    assert "kind" not in first
    assert [(one["id"], one["license_kind"]) for one in choice["any_of"]] == [
        ("MIT", "permissive"),
        ("Apache-2.0", "permissive"),
    ]


@pytest.mark.parametrize("name", RECORDS)
def test_json_writes_sources_out(name: str) -> None:
    (source,) = shape(name)["source"]
    assert (source["id"], source["kind"], source["url"]) == ("own_text", "primary", "https://example.com/own")


@pytest.mark.parametrize(("name", "own_kind"), {"own-license": "community", "own-cloud": "api"}.items())
def test_json_keeps_the_kind_that_a_record_has_of_its_own(name: str, own_kind: str) -> None:
    assert shape(name)[f"{RECORDS[name].value}_kind"] == own_kind


def test_json_changes_no_record() -> None:
    before = json.dumps(KNOWN.models["own-one"])
    shape("own-one")
    assert json.dumps(KNOWN.models["own-one"]) == before


# --- Several records ---------------------------------------------------------------------------------------------


def test_a_list_for_other_programs_has_one_id_on_a_line() -> None:
    found = lookup.listed(Kind.LICENSE, Filters(), KNOWN)
    assert LIST["text"](found, KNOWN, 100).splitlines() == sorted(KNOWN.licenses, key=str.lower)


def test_a_table_has_a_row_for_each_record_and_counts_them() -> None:
    text = LIST["table"]([find("own-one"), find("MIT")], KNOWN, 100)
    assert text.startswith("model")
    assert "own-license AND" in text
    assert text.endswith("\n2 records\n")
    assert LIST["table"]([find("MIT")], KNOWN, 100).endswith("\n1 record\n")


@pytest.mark.parametrize(
    ("form", "text"), {"table": "0 records\n", "text": "", "json": '{\n  "version": 1,\n  "records": []\n}\n'}.items()
)
def test_an_empty_list_is_one(form: str, text: str) -> None:
    assert LIST[form]([], KNOWN, 100) == text


def test_a_list_in_json_has_the_shape_of_each_record() -> None:
    listed = json.loads(LIST["json"]([find("own-one"), find("own-cloud")], KNOWN, 100))["records"]
    assert [(one["kind"], one["id"]) for one in listed] == [("model", "own-one"), ("provider", "own-cloud")]
    assert listed[0]["licenses"] == shape("own-one")["licenses"]
