"""What the documentation shows is true: commands end as stated, files load, links resolve, quotes are current.

A page is read from top to bottom in a folder of its own with a copy of the examples. Its fences say what they are:

- `yaml KIND PATH` is a whole file (manifest, config, pack, catalog, policy-tests, pre-commit), written there and
  loaded;
- `console` holds `$ modelpolicy ...  # exit code N` lines, which are run there, each with lines that it prints;
- `text FILE` is the first block of lines of a file of this repository.

`UPDATE_EXPECTED=1 python -m pytest tests/test_docs.py` writes `text` fences, the table of rules, and the pages of
the catalog and of the rules anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from checker.app.policy_in_force import prepare
from checker.app.policy_test import run as run_policy_tests
from checker.app.settings import Settings
from checker.cli.main import run
from checker.engine import facts
from checker.loading import config as configs
from checker.loading import manifest as manifests
from checker.loading.files import MANIFEST_NAMES
from checker.loading.tree import Tree
from checker.model.fact import ADDRESS
from checker.reports.pages import PAGES as PAGES_OF_CATALOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
SHIPPED_RULES = ROOT / "docs/shipped-rules.md"
INSTALL = ROOT / "docs/install.md"
MOST_LINES_OF_THE_README = 150
AS_OF = "2026-11-23"
UPDATE = bool(os.environ.get("UPDATE_EXPECTED"))

PAGES = [page for page in (README, *sorted((ROOT / "docs").glob("*.md"))) if page.is_file()]
OTHERS = ("examples/README.md", "policies/README.md", "schemas/README.md", "CHANGELOG.md")
LINKED = [*PAGES, *(page for page in (ROOT / other for other in OTHERS) if page.is_file())]
LINKED += sorted((ROOT / ".github").glob("*.md"))

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\$ (?P<line>modelpolicy .*?) +# exit code (?P<code>[0-3])")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
RULES = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)

pytestmark = pytest.mark.skipif(not PAGES, reason="the documentation is not here")


class Fence(NamedTuple):
    """One fenced block: the words of its info string, and its lines."""

    info: tuple[str, ...]
    body: str


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=name)


def fences(page: Path) -> Iterator[Fence]:
    for found in FENCE.finditer(page.read_text(encoding="utf-8")):
        yield Fence(info=tuple(found["info"].split()), body=found["body"])


# --- what a page shows works ------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder with a copy of the examples, which is now the current one."""
    for variable in ("CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@each_page
def test_what_a_page_shows_works(page: Path, room: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for fence in fences(page):
        if fence.info[:1] == ("yaml",):
            _, kind, path = fence.info
            target = room / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fence.body, encoding="utf-8")
            LOADS[kind](path, room)
        elif fence.info[:1] == ("console",):
            run_console(fence.body, capsysbinary)


def check(*arguments: str) -> None:
    """Judge by something that a page shows: whatever the verdict is, it could be judged."""
    assert run(["check", *arguments, "--as-of", AS_OF]) in (0, 1), arguments


def load_config(path: str, room: Path) -> None:
    check("examples/license-table/mit", "--config", path)


def load_pack(path: str, room: Path) -> None:
    (room / "empty.yaml").write_text("version: 1\n", encoding="utf-8")
    check("examples/license-table/mit", "--config", "empty.yaml", "--policy", path)


def load_catalog(path: str, room: Path) -> None:
    (room / "own.yaml").write_text(f"version: 1\ncatalog: [{path}]\n", encoding="utf-8")
    check("examples/license-table/mit", "--config", "own.yaml")


def load_policy_tests(path: str, room: Path) -> None:
    done = run_policy_tests([room / path], Settings(paths=(), current=room, as_of=AS_OF))
    assert done.cases > 0
    assert done.problems == ()


def load_pre_commit(path: str, room: Path) -> None:
    """Hold a config of pre-commit against the program, and its hooks against those that there are."""
    done = subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", path], cwd=room, check=False)
    assert done.returncode == 0
    used = [hook for one in yaml.safe_load((room / path).read_text(encoding="utf-8"))["repos"] for hook in one["hooks"]]
    there = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in used} <= there


def load_gitlab(path: str, room: Path) -> None:
    """Run the job's own command, as far as it is ours, in a repository of its own."""
    (job,) = yaml.safe_load((room / path).read_text(encoding="utf-8")).values()
    (command,) = [line for line in job["script"] if line.startswith("modelpolicy ")]
    folder = room / "job"
    (folder / "shop").mkdir(parents=True)
    shutil.copy(room / "shop/model-manifest.yaml", folder / "shop")
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    words = [word if "CI_" not in word else "HEAD" for word in shlex.split(command)]
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert run(words[1:]) == 1, "the model of the example may not be used"
    finally:
        os.chdir(before)
    assert [file for file in job["artifacts"]["reports"].values() if not (folder / file).is_file()] == []


LOADS: dict[str, Callable[[str, Path], None]] = {
    "manifest": lambda path, room: check(path),
    "config": load_config,
    "pack": load_pack,
    "catalog": load_catalog,
    "policy-tests": load_policy_tests,
    "pre-commit": load_pre_commit,
    "gitlab": load_gitlab,
}


def run_console(body: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Run each command of a block, and find the lines below it in what it prints, in their order."""
    printed: list[str] = []
    for line in body.splitlines():
        command = COMMAND.fullmatch(line)
        if command:
            capsysbinary.readouterr()
            code = run(shlex.split(command["line"])[1:])
            captured = capsysbinary.readouterr()
            printed = (captured.out + captured.err).decode("utf-8").splitlines()
            assert code == int(command["code"]), f"{line}: {printed}"
        elif line != "...":
            assert line in printed, f"not printed (any more): {line}"
            printed = printed[printed.index(line) + 1 :]


@each_page
def test_every_block_says_what_it_is(page: Path) -> None:
    for kind, *rest in (fence.info for fence in fences(page)):
        assert kind in ("yaml", "console", "text", "sh"), f"{kind}: not a kind of block that is tested"
        if kind == "yaml":
            assert rest[0] in LOADS
            assert len(rest) == 2


@each_page
def test_every_command_states_its_exit_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = [line for line in text.splitlines() if line.startswith("$ ")]
    assert [line for line in shown if line.startswith("$ modelpolicy") and not COMMAND.fullmatch(line)] == []
    assert len(shown) == sum(fence.body.count("\n$ ") + fence.body.startswith("$ ") for fence in fences(page))


@each_page
def test_what_is_quoted_is_current(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    current = FENCE.sub(_with_current_quote, written)
    if UPDATE:
        page.write_text(current, encoding="utf-8", newline="\n")
    assert UPDATE or current == written


def _with_current_quote(found: re.Match[str]) -> str:
    kind, *rest = found["info"].split()
    if kind != "text" or not rest:
        return found[0]
    first, _, _ = (ROOT / rest[0]).read_text(encoding="utf-8").partition("\n\n")
    return f"```{found['info']}\n{first.rstrip()}\n```"


# --- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", LINKED, ids=name)
def test_relative_links_resolve(page: Path) -> None:
    for found in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = found["target"].partition("#")
        if path.startswith(("https:", "mailto:")):
            continue
        target = page.parent / path if path else page
        assert target.exists(), found["target"]
        assert not anchor or anchor in anchors(target), found["target"]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- words ------------------------------------------------------------------------------------------------------

RIDDLES = re.compile(
    r"looked past|lies? in wait|lies? ahead|unsaid|\banew\b|guard the guard|stands? beside|told apart|is told of"
    r"|it is often said|what stands|which is none|of one's own|so many (?:days|processes)|takes up\b"
)
WORDED = [*LINKED, *sorted((ROOT / "policies/rules").glob("*.yaml")), *sorted((ROOT / "checker/cli").glob("*.py"))]


@pytest.mark.parametrize("page", [page for page in WORDED if page.name != "CHANGELOG.md"], ids=name)
def test_what_people_read_needs_no_second_reading(page: Path) -> None:
    """Turns of phrase that readers stumbled over stay out of pages, rules and help texts."""
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert RIDDLES.findall(text) == []


# --- the README and the tables ----------------------------------------------------------------------------------


def rules() -> list[dict[str, str]]:
    packs = [
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "policies/rules").glob("*.yaml"))
    ]
    return [rule for pack in packs for rule in pack["rules"]]


def rules_table() -> str:
    rows = [f"| [{rule['id']}](rules/{rule['id']}.md) | {rule['severity']} | {rule['title']} |" for rule in rules()]
    return "\n".join(["| rule | severity | what has to hold |", "|---|---|---|", *rows]) + "\n"


def test_the_page_of_shipped_rules_lists_them() -> None:
    written = SHIPPED_RULES.read_text(encoding="utf-8")
    assert RULES.search(written), "the markers around the table of rules are gone"
    if UPDATE:
        SHIPPED_RULES.write_text(RULES.sub(lambda _: rules_table(), written), encoding="utf-8", newline="\n")
    assert UPDATE or RULES.search(written)[0] == rules_table()


def test_the_page_of_shipped_rules_explains_every_pack() -> None:
    explained = {word for word in words_in_code(SHIPPED_RULES) if "/" not in word}
    assert {rule["id"].partition("/")[0] for rule in rules()} - explained == set()


def test_the_readme_is_a_front_door() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_THE_README


def test_the_readme_starts_with_the_commands_that_set_up() -> None:
    first, second, *_ = (fence.body for fence in fences(README) if fence.info == ("sh",))
    assert first.endswith(".venv/bin/modelpolicy check examples\n")
    assert second == "make check\n"
    assert re.search(r"^check:.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_page_about_installing_names_every_dependency_with_a_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", project, flags=re.MULTILINE | re.DOTALL)
    needed = re.findall(r'^ +"([a-z-]+)', block[1], flags=re.MULTILINE) if block else []
    section = INSTALL.read_text(encoding="utf-8").partition("\n## Dependencies\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| \S.{10,} \|$", section, flags=re.MULTILINE)
    assert needed
    assert rows == needed


def test_every_page_is_in_the_list_of_pages() -> None:
    index = ROOT / "docs/README.md"
    listed = {found["target"] for found in LINK.finditer(index.read_text(encoding="utf-8"))}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {index.name} - listed == set()


def test_every_schema_is_in_the_list_of_schemas() -> None:
    listed = {found["target"] for found in LINK.finditer((ROOT / "schemas/README.md").read_text(encoding="utf-8"))}
    assert {schema.name for schema in (ROOT / "schemas").glob("*.json")} - listed == set()


# --- pages of the catalog ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES_OF_CATALOG)
def test_a_page_of_the_catalog_is_what_the_command_writes(
    page: str, room: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["catalog", "page", page]) == 0
    written = capsysbinary.readouterr().out
    file = ROOT / "docs/catalog" / f"{page}.md"
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(written)
    assert file.read_bytes() == written


# --- pages of the rules -----------------------------------------------------------------------------------------

RULE_PAGES = ROOT / "docs/rules"


def test_every_rule_has_the_page_that_the_command_writes(room: Path) -> None:
    folder = RULE_PAGES if UPDATE else room / "pages"
    assert run(["policy", "docs", "--into", str(folder)]) == 0
    written = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.md")}
    assert len(written) == len(rules())
    assert {file.relative_to(RULE_PAGES).as_posix(): file.read_bytes() for file in RULE_PAGES.rglob("*.md")} == written


@pytest.mark.parametrize("page", sorted(RULE_PAGES.rglob("*.md")), ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_the_examples_on_a_page_of_a_rule_end_as_it_says(page: Path, room: Path) -> None:
    """Each is copied from the page into a folder of its own, and checked there."""
    text = page.read_text(encoding="utf-8")
    for number, found in enumerate(re.finditer(r"^## An example that ([^\n]+)\n(.*?)(?=^## )", text, EXAMPLE)):
        folder = room / f"example-{number}"
        folder.mkdir()
        for name, body in re.findall(r"^`([^`]+)`:\n\n```\w+\n(.*?)^```$", found[2], EXAMPLE):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(body, encoding="utf-8")
        day = re.search(r"Judged on (\S+)\.$", found[2], flags=re.MULTILINE)
        assert verdict_of(f"{page.parent.name}/{page.stem}", folder, day[1] if day else AS_OF) in ENDS[found[1]]


EXAMPLE = re.MULTILINE | re.DOTALL
ENDS = {"passes": ("pass",), "fails": ("fail",), "can't be judged": ("unknown",)}


def verdict_of(rule: str, folder: Path, day: str) -> str | None:
    """Return the worst verdict of a rule on the manifest in a folder."""
    os.chdir(folder)
    run(["check", "--format", "json", "--all", "--as-of", day, "--output", "report.json", "."])
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    verdicts = {finding["verdict"] for finding in report["findings"] if finding["rule"] == rule}
    return next((verdict for verdict in ("fail", "unknown", "waived", "pass") if verdict in verdicts), None)


# --- policy tests -----------------------------------------------------------------------------------------------

POLICY_TESTS = sorted((ROOT / "policies/tests").glob("*.yaml"))


@pytest.mark.parametrize("file", POLICY_TESTS, ids=name)
def test_policy_tests_pass(file: Path) -> None:
    done = run_policy_tests([file], Settings(paths=(), current=ROOT, as_of=AS_OF))
    assert done.cases > 0
    assert [f"{problem.path}:{problem.line}: {problem.message}" for problem in done.problems] == []


def test_every_rule_has_a_case_in_which_it_stops_a_build() -> None:
    cases = [case for file in POLICY_TESTS for case in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]]
    stopping = {rule for case in cases for rule, verdict in case["expect"].items() if verdict in ("fail", "unknown")}
    shipped = {rule["id"] for rule in rules()}
    # These compare files, folders, commits or several manifests, which a case does not have; the tests of the command
    # line do.
    elsewhere = ("baseline/", "trust/", "waiver/ambiguous", "approval/ambiguous", "manifest/config-not-in-force")
    assert {rule for rule in shipped if not rule.startswith(elsewhere)} - stopping == set()


# --- references are whole ---------------------------------------------------------------------------------------


def test_the_manifest_page_names_everything_that_a_manifest_may_hold() -> None:
    schema = json.loads((ROOT / "schemas/manifest.schema.json").read_text(encoding="utf-8"))
    assert sorted(set(vocabulary(schema)) - words_in_code(ROOT / "docs/manifest.md")) == []


def test_the_page_of_the_config_names_every_key() -> None:
    schema = json.loads((ROOT / "schemas/config.schema.json").read_text(encoding="utf-8"))
    assert sorted(set(schema["properties"]) - words_in_code(ROOT / "docs/config.md")) == []


def words_in_code(page: Path) -> set[str]:
    if not page.is_file():
        pytest.skip("the page is not here")
    code = re.findall(r"`([^`]+)`", FENCE.sub("", page.read_text(encoding="utf-8")))
    return set(re.findall(r"[\w-]+", " ".join(code)))


def vocabulary(schema: object) -> Iterator[str]:
    """Yield every property and every enumerated word of a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield from schema["properties"]
        if isinstance(schema.get("enum"), list):
            yield from schema["enum"]
        for part in schema.values():
            yield from vocabulary(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from vocabulary(part)


def test_the_page_of_facts_names_every_fact_of_the_examples() -> None:
    seen = {name for file in example_manifests() for values in values_of(file) for name in keys(values)}
    assert len(seen) > 100
    assert sorted(seen - words_in_code(ROOT / "docs/facts.md")) == []


def example_manifests() -> list[Path]:
    return sorted(file for pattern in MANIFEST_NAMES for file in (ROOT / "examples").rglob(pattern))


def values_of(file: Path) -> Iterator[dict[str, object]]:
    """Yield the facts of every use of a manifest, by the config next to it; parameters aside."""
    tree = Tree(ROOT)
    config = configs.load(configs.find(Tree(file.parent), file.parent), tree)
    setting = prepare(Settings(paths=(), current=ROOT, as_of=AS_OF), config, file.parent, tree).setting
    manifest = manifests.load(file, ROOT, config, ())
    uses = facts.subjects(manifest, setting.catalog)
    for use in uses:
        values = facts.use_facts(use, uses, setting).values
        yield {**values, "params": {}, "data": list(values["data"].values())}


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != ADDRESS:
                yield key
                yield from keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from keys(inner)
