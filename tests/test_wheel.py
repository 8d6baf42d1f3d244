"""The wheel: it holds what a check needs and nothing else, and judges elsewhere exactly as the checkout does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "checker"
EXAMPLES = ("eu-residency-done-wrong", "license-table/mit")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SOURCE.is_dir(), reason="the source is not here: the installed package is tested"),
    pytest.mark.skipif(not (find_spec("build") and find_spec("hatchling")), reason="build or hatchling is missing"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, offline, from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def unzipped(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def tracked(folder: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    return {name for name in done.stdout.decode().split("\0") if name}


# --- What is inside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["policies", "schemas"])
def test_every_tracked_file_of_data_is_inside_and_no_other(kind: str, names: set[str]) -> None:
    inside = {name.removeprefix("checker/_data/") for name in names if name.startswith(f"checker/_data/{kind}/")}
    assert inside == tracked(kind)


def test_every_tracked_module_is_inside_but_for_the_build_hook(names: set[str]) -> None:
    modules = {name for name in names if name.endswith(".py")}
    assert modules == {name for name in tracked("checker") if name.endswith(".py")} - {"checker/build_hook.py"}
    assert "checker/py.typed" in names


def test_the_compiled_catalog_and_packs_are_inside(names: set[str]) -> None:
    assert {name for name in names if "/compiled/" in name} == {
        "checker/_data/compiled/catalog.txt",
        "checker/_data/compiled/packs.json",
    }


def test_nothing_else_is_inside(names: set[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"checker"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig"))]
    metadata = {name.rpartition("/")[2] for name in names if ".dist-info/" in name}
    assert {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "LICENSE"} <= metadata


def test_what_is_compiled_holds_all_rules_and_records(unzipped: Path) -> None:
    compiled = unzipped / "checker" / "_data" / "compiled"
    packs = json.loads((compiled / "packs.json").read_text(encoding="utf-8"))
    head, _, rows = (compiled / "catalog.txt").read_text(encoding="utf-8").partition("\n")
    rules = {rule["id"] for one in packs for rule in one["data"]["rules"]}
    written = [file.read_text(encoding="utf-8") for file in (ROOT / "policies" / "rules").glob("*.yaml")]
    assert len(rules) == sum(text.count("\n  - id: ") for text in written)
    records = [file.read_text(encoding="utf-8") for file in (ROOT / "policies" / "catalog" / "models").glob("*.yaml")]
    models = [row for row in rows.splitlines() if '"openness":' in row and '"ids":' in row]
    assert len(models) == sum(text.count("\n  - id: ") for text in records)
    assert sum(json.loads(head)["lengths"].values()) == len(rows.encode())


# --- What it does ------------------------------------------------------------------------------------------------


def check(path: str, where: Path, target: Path, form: str) -> tuple[int, bytes, bytes]:
    """Run `check` of the package at a path, from a folder that is empty, on a copy of an example."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "PYTHONPATH")}
    done = subprocess.run(
        # -P: the current folder is not where modules come from.
        [
            sys.executable,
            "-P",
            "-m",
            "checker",
            "check",
            str(target),
            "--as-of",
            "2026-11-23",
            "--all",
            "--format",
            form,
        ],
        cwd=where,
        env={**kept, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def origin(path: str, where: Path) -> str:
    """Return where the package is imported from."""
    code = "import checker.loading.shipped as s; print(s.checker.__file__)"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=where,
        env={**kept, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def without_digest(done: tuple[int, bytes, bytes]) -> tuple[int, bytes, bytes]:
    return done[0], re.sub(rb"sha256:[0-9a-f]{64}", b"sha256:", done[1]), done[2]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_wheel_says_what_the_checkout_says(
    example: str, form: str, wheel: Path, unzipped: Path, empty: Path
) -> None:
    """Unzipped, as an installer leaves it, and zipped, as it was built: to the byte, wherever it runs."""
    target = ROOT / "examples" / example
    assert origin(str(unzipped), empty).startswith(str(unzipped))
    assert origin(str(wheel), empty).startswith(str(wheel))
    expected = without_digest(check(str(ROOT), empty, target, form))
    assert expected[0] in (0, 1)
    assert expected[2] == b""
    assert without_digest(check(str(unzipped), empty, target, form)) == expected
    assert without_digest(check(str(wheel), empty, target, form)) == expected


def test_the_same_policy_has_the_same_digest_compiled_or_not(unzipped: Path, empty: Path) -> None:
    target = ROOT / "examples" / EXAMPLES[0]
    assert check(str(unzipped), empty, target, "json") == check(str(ROOT), empty, target, "json")


def test_the_installed_command_runs_from_an_empty_folder(wheel: Path, empty: Path, tmp_path: Path) -> None:
    """Installed without the network into a folder of its own; the dependencies are those of this environment."""
    installed = tmp_path / "target"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(installed),
            str(wheel),
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if "No module named pip" in done.stderr:
        pytest.skip("pip is missing")
    assert done.returncode == 0, done.stderr
    script = installed / "bin" / "modelpolicy"
    if os.name != "nt":
        told = subprocess.run(
            [str(script), "--version"],
            cwd=empty,
            env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert told.stdout.startswith("modelpolicy ")
    code, out, err = check(str(installed), empty, empty, "text")
    assert (code, err) == (2, b"")
    assert b"no manifest" in out


def test_a_folder_beside_the_package_is_never_taken_for_its_data(unzipped: Path, empty: Path, tmp_path: Path) -> None:
    """Next to site-packages anybody may put a folder `policies`."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "checker").symlink_to(unzipped / "checker", target_is_directory=True)
    for kind in ("policies", "schemas"):
        (site / kind).mkdir()
        (site / kind / "rules.yaml").write_text("not: ours\n", encoding="utf-8")
    code, _, err = check(str(site), empty, ROOT / "examples" / "license-table" / "mit", "text")
    assert (code, err) == (0, b"")
