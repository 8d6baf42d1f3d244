"""Pages in Markdown: every record is on its page, and no text of a record becomes markup."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest

from checker.loading import catalog
from checker.reports.pages import PAGES

SHIPPED = catalog.load()
MARKUP = (
    r"<script>alert(1)</script> | `code` [x](y) ![i](j) @name #12 *b* _u_ ~~s~~ \\ &lt;b&gt; https://evil.example "
    r"www.evil.example\n# heading\n\n| a | b |\n- item \u202e\u2066\u200b"
)
"""Text that would be markup, as it stands between double quotes in YAML."""

OWN = """\
version: 1
sources:
  own_text: {kind: primary, title: "Own text MARKUP", at: "MARKUP"}
licenses:
  - id: own-license
    name: "Own License MARKUP"
    kind: community
    aliases: ["own MARKUP"]
    summary: "In short MARKUP"
    commercial_use: true
    limits:
      - metric: monthly-active-users
        op: gt
        threshold: 7
        effect: display
        shows: "MARKUP"
        clause: "MARKUP"
        quote: "MARKUP"
    territories:
      - {excluded: [EU], basis: end-user, applies_to: all, clause: "MARKUP", quote: "MARKUP", exempt: "MARKUP"}
    duties: [{kind: notice, text: "MARKUP", trigger: use, clause: "MARKUP"}]
    outputs: {train_models: allowed, quote: "MARKUP"}
    hosting: {third_parties: allowed, quote: "MARKUP"}
    use_policy: "MARKUP"
    governing_law: "MARKUP"
    notes: "MARKUP"
    source: [own_text]
    checked: 2024-01-01
    status: verified
models:
  - id: own-one
    name: "Own MARKUP"
    developer: "Own developer MARKUP"
    family: own
    openness: {weights: open}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [own-license]
    ids: {hub: ["own/one MARKUP"]}
    notes: "MARKUP"
    source: [own_text]
    checked: 2024-01-01
    status: verified
providers:
  - id: own-cloud
    name: "Own Cloud MARKUP"
    kind: api
    aliases: ["own cloud MARKUP"]
    prefixes: ["own MARKUP"]
    routes: [{when: {sku: ["MARKUP"]}, processing: [EU], clause: "MARKUP", quote: "MARKUP"}]
    training: [{uses_customer_content: false, clause: "MARKUP"}]
    retention: [{stores_content: true, note: "MARKUP"}]
    certifications: ["MARKUP"]
    enterprise: "MARKUP"
    notes: "MARKUP"
    source: [own_text]
    checked: 2024-01-01
    status: verified
corrections:
  - id: own-belief
    belief: "It is said MARKUP"
    text: "It is written MARKUP"
    shown_by: "MARKUP"
    licenses: [own-license]
    source: [own_text]
    checked: 2024-01-01
    status: verified
""".replace("MARKUP", MARKUP)
KNOWN = catalog.load([catalog.from_text(OWN, "own.yaml")])
OURS = {"licenses": "own-license", "models": "own-one", "providers": "own-cloud", "corrections": "It is said"}
MARKS_OF_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def added(page: str) -> list[str]:
    """Return the lines that records of our own add to a page."""
    shipped = set(PAGES[page](SHIPPED).splitlines())
    return [line for line in PAGES[page](KNOWN).splitlines() if line not in shipped]


@pytest.mark.parametrize("page", PAGES)
def test_text_of_a_record_is_on_its_page_as_it_was_written(page: str) -> None:
    ours = html.unescape("\n".join(added(page)))
    assert OURS[page] in ours
    assert "<script>alert(1)</script> | `code` [x](y)" in ours


@pytest.mark.parametrize("page", PAGES)
def test_no_text_of_a_record_is_markup(page: str) -> None:
    """Marks are those of the page: a heading's, a list item's, a bold name's and the lines between cells."""
    for line in added(page):
        words = re.sub(r"^(?:## |- )|^\*\*|\*\*$", "", line)
        cells = re.sub(r"^\| | \| | \|$", "", words) if line.startswith("| ") else words
        assert re.search(r"[\\`*_\[\]<>|~@]|://|www\.", cells) is None, line
        assert re.fullmatch("(?:[^&#]|&#[0-9]+;)*", cells), line


@pytest.mark.parametrize("page", PAGES)
def test_every_row_of_a_table_has_the_cells_of_its_head(page: str) -> None:
    width = None
    for line in PAGES[page](KNOWN).splitlines():
        cells = line.count("|") if line.startswith("|") else None
        assert cells is None or cells == (width or cells), line
        width = cells


@pytest.mark.parametrize("page", PAGES)
def test_a_break_in_a_text_starts_no_line(page: str) -> None:
    headings = [line for line in added(page) if line.startswith("#")]
    assert len(headings) == 1
    assert not any(re.match("#+ heading|- item", line) for line in added(page))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_character_that_does_not_show(page: str) -> None:
    text = PAGES[page](KNOWN)
    assert {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} == {"\n"}
    assert {unicodedata.bidirectional(char) for char in text} & MARKS_OF_DIRECTION == set()


@pytest.mark.parametrize(
    ("page", "table"), {"licenses": "licenses", "models": "models", "providers": "providers"}.items()
)
def test_a_page_holds_every_record(page: str, table: str) -> None:
    text = html.unescape(PAGES[page](SHIPPED))
    assert [name for name in getattr(SHIPPED, table) if name not in text] == []


def test_the_page_of_corrections_holds_every_one() -> None:
    text = html.unescape(PAGES["corrections"](SHIPPED))
    said = [" ".join(record["belief"].split()) for record in SHIPPED.corrections.values()]
    assert [belief for belief in said if belief not in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_that_it_is_no_advice_and_ends_with_one_line_break(page: str) -> None:
    text = PAGES[page](SHIPPED)
    assert text.startswith("# ")
    assert text.count("Not legal advice.") == 1
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_the_page_of_licenses_starts_with_what_asks_for_least() -> None:
    text = html.unescape(PAGES["licenses"](SHIPPED))
    assert 0 < text.index("\n## MIT\n") < text.index("\n## llama4\n") < text.index("\n## terms-openai\n")


def test_what_a_license_does_not_say_is_not_known_on_its_page() -> None:
    (row,) = [html.unescape(line) for line in added("licenses") if line.startswith("| ")]
    assert row == "| own-license | community | yes | not known | not known | yes | verified |"
