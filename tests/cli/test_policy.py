"""`modelpolicy policy docs`: the page of every rule in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.commands import CONFIG, RULE, write
from tests.support import pack_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands import Done


def test_the_page_of_one_rule(run: Callable[..., Done]) -> None:
    done = run("policy", "docs", RULE)
    assert done.code == 0
    assert done.out.startswith(f"# {RULE}\n")
    headings = [line for line in done.out.splitlines() if line.startswith("## ")]
    assert headings[:3] == ["## What to do", "## An example that fails", "## An example that passes"]
    assert "  - rule: license/commercial-use\n" in done.out


def test_a_rule_that_is_not_in_force(run: Callable[..., Done]) -> None:
    done = run("policy", "docs", "license/comercial-use")
    assert done.code == 2
    assert "no rule in force is called license/comercial-use" in done.err
    assert "did you mean `license/commercial-use`?" in done.err


def test_all_pages_in_a_folder(run: Callable[..., Done], tmp_path: Path) -> None:
    assert run("policy", "docs", "--into", "pages") == (0, "", "")
    assert (tmp_path / "pages/residency/processing.md").read_text(encoding="utf-8").startswith("# residency/processing")


def test_a_pack_of_ones_own_has_pages_without_examples(run: Callable[..., Done], tmp_path: Path) -> None:
    write(
        tmp_path, {CONFIG: "version: 1\npolicies: [./acme.yaml]\n", "acme.yaml": pack_text({"fix": "use `{use.id}`"})}
    )
    done = run("policy", "docs", "t/one")
    assert done.code == 0, done.err
    assert "## An example" not in done.out
    assert "use `use.id`" in done.out
