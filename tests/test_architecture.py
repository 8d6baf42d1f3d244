"""The shape of the source: small modules of one noun, short functions, and a top level that has no surprises."""

from __future__ import annotations

import ast
import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest

from checker import HOMEPAGE

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "checker"

pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the source is not here: the installed package is tested")

MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 30

TOP_LEVEL = {
    *("pyproject.toml", "policies", "schemas", "checker", "examples", "tests", ".github"),
    *("README.md", "LICENSE", "CHANGELOG.md", ".gitignore", ".pre-commit-hooks.yaml", ".pre-commit-config.yaml"),
    *("action.yml", "Makefile", ".ci", "docs", "benchmarks", ".gitattributes"),
}
NEEDED = {"pyproject.toml", "policies", "schemas", "checker", "examples", "tests", "README.md", "LICENSE"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(ROOT).as_posix())
def test_a_module_is_small(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(ROOT).as_posix())
def test_a_module_is_named_after_what_it_holds_and_says_what_it_is(module: Path) -> None:
    assert module.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def lengths() -> list[int]:
    """Return the number of lines of every function, decorators aside."""
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in MODULES]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions)


def test_functions_are_short(record_property: pytest.RecordProperty) -> None:
    found = lengths()
    *_, ninety_fifth = statistics.quantiles(found, n=20)
    median = statistics.median(found)
    record_property("functions", len(found))
    record_property("median", median)
    record_property("95th percentile", ninety_fifth)
    assert ninety_fifth <= MOST_LINES_OF_A_FUNCTION, f"median {median}, 95th percentile {ninety_fifth}"
    assert median <= 12


def tracked(*paths: str) -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z", *paths], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [name for name in done.stdout.decode().split("\0") if name]


def test_the_top_level_has_what_belongs_there_and_nothing_else() -> None:
    top = {name.partition("/")[0] for name in tracked()}
    assert top - TOP_LEVEL == set()
    assert NEEDED - top == set()


def test_policies_hold_rules_a_catalog_and_tests() -> None:
    assert {name.split("/")[1] for name in tracked("policies")} == {"rules", "catalog", "tests"}


def test_every_folder_of_the_package_is_a_package() -> None:
    folders = {module.parent for module in MODULES}
    assert {folder.name for folder in folders if not (folder / "__init__.py").is_file()} == set()


def test_tests_mirror_the_package() -> None:
    """Unit tests lie where what they test lies, so that both are found."""
    layers = {folder.name for folder in SOURCE.iterdir() if folder.is_dir() and (folder / "__init__.py").is_file()}
    mirrored = {
        folder.name for folder in (ROOT / "tests" / "unit").iterdir() if folder.is_dir() and any(folder.glob("*.py"))
    }
    assert mirrored - layers == set()
    for test in (ROOT / "tests" / "unit").rglob("test_*.py"):
        assert (SOURCE / test.parent.name / f"{test.stem.removeprefix('test_')}.py").is_file(), test.name


def test_reports_link_to_the_address_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Homepage"] == HOMEPAGE
