"""The files that a use names for what its licenses ask, and whether the model is one that we changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checker.app.settings import days_between
from checker.engine.facts import Setting, subjects, use_facts
from checker.loading import catalog
from checker.loading import manifest as manifests
from checker.loading.documents import parse
from checker.model.manifest import Config

if TYPE_CHECKING:
    from pathlib import Path

    from checker.model.fact import Facts

SHIPPED = catalog.load()
HEAD = "version: 1\nproject: {name: claims, owner: claims-platform, use: commercial}\nmodels:\n"
USE = (
    "  - {{id: {id}, model: {model}, purpose: x, data: [], "
    "deployment: {{type: self-hosted, provider: on-premises, region: DE}}{more}}}\n"
)


def use(more: str = "", model: str = "microsoft/phi-4", name: str = "u") -> str:
    return USE.format(id=name, model=model, more=f", {more}" if more else "")


def known(folder: Path, *uses: str) -> Facts:
    """Return the facts of the last of some uses, whose files are in a folder."""
    document = parse(HEAD + "".join(uses), "model-manifest.yaml")
    loaded = manifests.from_document(document, folder, folder, Config(), ())
    setting = Setting(catalog=SHIPPED, config=Config(), params={}, as_of="2026-12-01", days_between=days_between)
    found = subjects(loaded, SHIPPED)
    return use_facts(found[-1], found, setting)


def facts_of(folder: Path, *uses: str) -> dict[str, Any]:
    return dict(known(folder, *uses).values["use"])


def test_a_named_file_is_found_where_it_is_a_document_that_shows_something(tmp_path: Path) -> None:
    for name, text in {"NOTICE": "x", "empty.txt": "", "hidden.md": "<!-- x -->", "about.yaml": "x: y"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    named = "[NOTICE, empty.txt, hidden.md, about.yaml, gone.md]"
    found = facts_of(tmp_path, use(f"attribution: {named}, notices: {named}"))
    assert (found["attribution_found"], found["notices_found"]) == (["NOTICE"], ["NOTICE"])


def test_a_finding_is_told_why_a_file_was_not_searched(tmp_path: Path) -> None:
    (tmp_path / "about.yaml").write_text("# Built with Llama", encoding="utf-8")
    told = known(tmp_path, use("attribution: [about.yaml, gone.md]")).inferred["manifest#/models/0/attribution_found"]
    assert told.how == "searched: about.yaml (no document that people read), gone.md (can't be read)"


OFFERS = {
    "an address": ("The code: https://example.com/x", True),
    "an offer": ("We send the Source to whoever asks.", True),
    "another word": ("Outsourced.", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("text", "offered"), OFFERS.values(), ids=OFFERS)
def test_an_offer_of_the_source_says_where_or_that_it_can_be_had(tmp_path: Path, text: str, offered: bool) -> None:
    (tmp_path / "OFFER").write_text(text, encoding="utf-8")
    assert facts_of(tmp_path, use("source_offer: OFFER"))["source_offer_found"] == ["OFFER"] * offered


MODIFIED = {
    "as it is": ("", "microsoft/phi-4", False),
    "changed": ("modifications: [quantize]", "microsoft/phi-4", True),
    "known by its base, and nobody says": ("base_model: microsoft/phi-4", "acme/one", None),
    "known by its base, and unchanged": ("base_model: microsoft/phi-4, modifications: []", "acme/one", False),
    "known by its base, and changed": ("base_model: microsoft/phi-4, modifications: [merge]", "acme/one", True),
}


@pytest.mark.parametrize(("more", "model", "modified"), MODIFIED.values(), ids=MODIFIED)
def test_whether_we_changed_the_model_is_as_declared(
    tmp_path: Path, more: str, model: str, modified: bool | None
) -> None:
    facts = known(tmp_path, use(more, model))
    assert facts.values["use"].get("modified") is modified
    assert (facts.gap("manifest#/models/0/modified") is not None) is (modified is None)


def test_a_use_trains_those_that_say_so(tmp_path: Path) -> None:
    pupil = use("trained_on: [u]", name="pupil")
    assert facts_of(tmp_path, pupil, use())["trains"] == ["pupil"]
    alone = known(tmp_path, use())
    assert "trains" not in alone.values["use"]
    assert alone.gap("manifest#/models/0/trains") is not None


def test_a_fallback_to_another_model_has_files_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("MIT License", encoding="utf-8")
    other = "fallbacks: [{id: b, model: gpt-5.5, deployment: {type: api, provider: openai}}]"
    same = other.replace("gpt-5.5", "microsoft/phi-4")
    files = "notices: LICENSE, source_offer: LICENSE, "
    assert facts_of(tmp_path, use(files + other))["notices"] == []
    assert facts_of(tmp_path, use(files + same))["notices"] == ["LICENSE"]
