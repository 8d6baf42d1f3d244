"""The action for GitHub: its steps are executed as a runner executes them, on real repositories.

What stands in for the runner is small: it evaluates the expressions that the action uses (any other fails the test),
runs `run` steps with bash, reads their log for commands as the runner does, and only records `uses` steps. What it does
not do is written where it matters.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parent.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = ROOT / ".github" / "workflows"
OURS = WORKFLOWS / "modelpolicy.yml"
READY = ROOT / "examples" / "ci" / "github-actions.yml"
EVERY = [ACTION, READY, *sorted(WORKFLOWS.glob("*.yml"))]

pytestmark = pytest.mark.skipif(not ACTION.is_file() or not OURS.is_file(), reason="the action is not here")


def read(file: Path) -> dict[str, Any]:
    """Return a file of GitHub's; `on` is read as what it is, and not as a truth value."""
    text = re.sub(r"^on:", '"on":', file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, dict)
    return loaded


DEFINITION: dict[str, Any] = read(ACTION) if ACTION.is_file() else {"inputs": {}, "runs": {"steps": []}}
STEPS: list[dict[str, Any]] = DEFINITION["runs"]["steps"]
INPUTS: dict[str, dict[str, Any]] = DEFINITION["inputs"]

# --- Expressions -------------------------------------------------------------------------------------------------

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
TOKEN = re.compile(
    r"""\s*(?: '(?P<text>(?:[^']|'')*)' | (?P<operator>\|\||&&|==|!=) | (?P<call>always\(\))
             | (?P<name>[a-z_][\w-]*(?:\.[a-z_][\w-]*)+) )\s*""",
    re.VERBOSE,
)


class Contexts(NamedTuple):
    """What expressions of the action can read."""

    inputs: Mapping[str, str]
    event: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, str]]

    def look_up(self, name: str) -> str:
        """Return the value of a name; what is not there is empty, but only where the runner could have had it."""
        match name.split("."):
            case ["inputs", one]:
                return self.inputs[one]
            case ["steps", step, "outputs", output]:
                assert step in {one.get("id") for one in STEPS}, f"there is no step {step}"
                return self.outputs.get(step, {}).get(output, "")
            case ["github", "event", *keys]:
                found: Any = self.event
                for key in keys:
                    found = found.get(key) if isinstance(found, dict) else None
                return found or ""
            case _:
                raise AssertionError(f"the runner of these tests does not know {name}")


class Evaluator:
    """Evaluates `a == b && c || d` over texts and truth values; nothing else is used, so nothing else is understood."""

    def __init__(self, expression: str, contexts: Contexts) -> None:
        self.contexts = contexts
        self.tokens: list[re.Match[str]] = []
        at = 0
        while at < len(expression):
            found = TOKEN.match(expression, at)
            assert found, f"not understood: {expression[at:]!r} in {expression!r}"
            self.tokens.append(found)
            at = found.end()

    def value(self) -> str | bool:
        """Return the value of the whole expression."""
        value = self._either()
        assert not self.tokens, f"not understood: {self.tokens[0][0]!r}"
        return value

    def _either(self) -> str | bool:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> str | bool:
        value = self._comparison()
        while self._takes("&&"):
            other = self._comparison()
            value = value and other
        return value

    def _comparison(self) -> str | bool:
        value = self._single()
        if self._takes("=="):
            return _same(value, self._single())
        if self._takes("!="):
            return not _same(value, self._single())
        return value

    def _single(self) -> str | bool:
        token = self.tokens.pop(0)
        if token["text"] is not None:
            return token["text"].replace("''", "'")
        if token["call"] is not None:
            return True
        assert token["name"] is not None, f"not understood: {token[0]!r}"
        return self.contexts.look_up(token["name"])

    def _takes(self, operator: str) -> bool:
        found = bool(self.tokens) and self.tokens[0]["operator"] == operator
        if found:
            self.tokens.pop(0)
        return found


def _same(one: str | bool, other: str | bool) -> bool:
    assert isinstance(one, str), "only texts are compared"
    assert isinstance(other, str), "only texts are compared"
    return one.lower() == other.lower()


def filled_in(text: str, contexts: Contexts) -> str:
    """Return a text with the values of its expressions."""

    def put(found: re.Match[str]) -> str:
        value = Evaluator(found[1], contexts).value()
        return value if isinstance(value, str) else str(value).lower()

    return EXPRESSION.sub(put, text)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.trusted-ref || github.event.pull_request.base.sha", "b4se"),
        ("inputs.trusted-ref || github.event.merge_group.base_sha", ""),
        ("inputs.paths || 'x'", "."),
        ("always() && inputs.upload-sarif == 'TRUE' && steps.check.outputs.sarif != ''", True),
        ("always() && inputs.upload-sarif == 'true' && steps.check.outputs.report != ''", False),
        ("steps.check.outputs.verdict || 'it''s'", "it's"),
        ("inputs.paths == 'a' || inputs.paths == '.'", True),
    ],
)
def test_expressions_are_evaluated_as_the_runner_does(expression: str, value: str | bool) -> None:
    contexts = Contexts(
        inputs={"trusted-ref": "", "paths": ".", "upload-sarif": "true"},
        event={"pull_request": {"base": {"sha": "b4se"}}},
        outputs={"check": {"sarif": "x"}},
    )
    assert Evaluator(expression, contexts).value() == value


@pytest.mark.parametrize(
    "expression",
    ["github.token", "steps.other.outputs.x", "success()", "inputs.paths == ", "(inputs.paths)", "1", "a b", "env.X"],
)
def test_any_other_expression_is_refused(expression: str) -> None:
    with pytest.raises((AssertionError, IndexError)):
        Evaluator(expression, Contexts(inputs={"paths": "."}, event={}, outputs={})).value()


# --- Commands in a log -------------------------------------------------------------------------------------------


class Command(NamedTuple):
    """One command that the runner obeys, and its properties and message as they stand in the log."""

    name: str
    properties: str
    message: str

    @property
    def title(self) -> str:
        """Return the title, which is the last property; a comma in another one is escaped."""
        return self.properties.rpartition("title=")[2]


def commands(log: str) -> list[Command]:
    """Return what the runner would take for commands in what a step prints, and obey."""
    found: list[Command] = []
    resumed_by = ""
    for line in log.splitlines():
        told = re.match(r"\s*::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<message>.*)$", line)
        told = told or re.search(r"##\[(?P<name>[^\s\]]+)(?: (?P<properties>[^\]]*))?\](?P<message>.*)$", line)
        if not told:
            continue
        command = Command(told["name"], told["properties"] or "", told["message"])
        if resumed_by:
            resumed_by = "" if command.name == resumed_by else resumed_by
        elif command.name == "stop-commands":
            resumed_by = command.message
        else:
            found.append(command)
    assert not resumed_by, "commands stay off"
    return found


def test_a_log_is_read_as_the_runner_reads_it() -> None:
    log = "a ::error::x\n  ::error file=a::x\nb ##[warning]y\n::stop-commands::t\n::error::z\n::t::\n::notice::w\n"
    assert commands(log) == [
        Command("error", "file=a", "x"),
        Command("warning", "", "y"),
        Command("notice", "", "w"),
    ]


# --- Runs --------------------------------------------------------------------------------------------------------


def environment(home: Path) -> dict[str, str]:
    """Return the machine's variables without those that change what git, Python or the action do."""
    dropped = ("CI", "GIT_", "GITHUB_", "RUNNER_", "PYTHON", "PYTEST", "VIRTUAL_ENV", "COLUMNS", "FORCE_COLOR", "HOME")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    people = {f"GIT_{role}_{what}": "t@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**kept, **people, "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(home)}


def git(folder: Path, *arguments: str) -> str:
    """Run git as a person would, and return what it prints."""
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


@dataclass(slots=True, kw_only=True)
class Ran:
    """What a run of the action came to."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def annotations(self) -> list[Command]:
        return commands(self.log)

    def report(self) -> dict[str, Any]:
        """Return the JSON report, which agrees with the verdict."""
        loaded: dict[str, Any] = json.loads(Path(self.outputs["report"]).read_text(encoding="utf-8"))
        assert loaded["result"] == self.outputs["verdict"]
        return loaded

    def rules(self) -> set[str]:
        """Return the rules that something was found by."""
        return {finding["rule"] for finding in self.report()["findings"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A machine with a checkout; `known` are the outputs of steps that ran before, which are not run again."""

    action: Path
    workspace: Path
    temp: Path
    known: Mapping[str, Mapping[str, str]]

    def run(
        self,
        *,
        event: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        before: str = "",
        **given: str,
    ) -> Ran:
        """Run the action with inputs, which are spelled with `_`; `before` is what the summary holds already."""
        inputs = {name: str(one["default"]) for name, one in INPUTS.items()}
        named = {name.replace("_", "-"): value for name, value in given.items()}
        assert named.keys() <= inputs.keys()
        ran = Ran(steps={name: dict(outputs) for name, outputs in self.known.items()}, summary=before)
        contexts = Contexts(inputs={**inputs, **named}, event=event or {}, outputs=ran.steps)
        for step in STEPS:
            if step.get("id") not in self.known:
                self._step(step, contexts, ran, variables or {})
        ran.outputs = {name: filled_in(one["value"], contexts) for name, one in DEFINITION["outputs"].items()}
        return ran

    def _step(self, step: Mapping[str, Any], contexts: Contexts, ran: Ran, variables: Mapping[str, str]) -> None:
        condition = step.get("if", "")
        # A condition that does not ask for the state of the job means: nothing failed before.
        if ran.code and "always()" not in condition:
            return
        if condition and not Evaluator(condition, contexts).value():
            return
        if "uses" in step:
            name = step["uses"].partition("@")[0]
            ran.used[name] = {key: filled_in(str(value), contexts) for key, value in step["with"].items()}
            if name == "actions/setup-python":
                ran.steps[step["id"]] = {"python-path": sys.executable}
            return
        own = {name: filled_in(str(value), contexts) for name, value in step.get("env", {}).items()}
        code, outputs = self._bash(step, {**variables, **own}, ran)
        ran.code = ran.code or code
        ran.steps.setdefault(step.get("id", step["name"]), {}).update(outputs)

    def _bash(self, step: Mapping[str, Any], variables: Mapping[str, str], ran: Ran) -> tuple[int, dict[str, str]]:
        """Run a script as `shell: bash` does: written to a file, in the workspace."""
        assert step["shell"] == "bash"
        files = {name: self.temp / f"{name.lower()}" for name in FILE_COMMANDS}
        for name, file in files.items():
            file.write_text(ran.summary if name == "GITHUB_STEP_SUMMARY" else "", encoding="utf-8")
        script = self.temp / "script.sh"
        script.write_text(step["run"], encoding="utf-8", newline="\n")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env={
                **environment(self.temp),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": f"{self.action}/./",
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_OS": "macOS" if sys.platform == "darwin" else "Linux",
                "RUNNER_TEMP": str(self.temp),
                **{name: str(file) for name, file in files.items()},
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        # Two streams are read side by side: here errors arrive as late as they can.
        ran.log += done.stdout + done.stderr
        ran.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        for name in ("GITHUB_ENV", "GITHUB_PATH"):
            assert files[name].read_text(encoding="utf-8") == "", "later steps of the job keep their environment"
        written = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        assert all(re.match(r"[a-z]+=[^<]", line) for line in written)
        return done.returncode, {name: value for name, _, value in (line.partition("=") for line in written)}


OURS_OF_ERRORS = {("error", "modelpolicy"), ("error", "could not be judged")}
FILE_COMMANDS = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")

with_bash = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the steps are tried where bash is the system's own"),
]

NAME = "model-manifest.yaml"
CONFIG = ".modelpolicy.yaml"
FORBIDDEN = "LGAI-EXAONE/EXAONE-4.0-32B"
NO_RULE = "version: 1\nseverities: {license/commercial-use: none}\n"


def manifest(model: str = "microsoft/phi-4", *, purpose: str = "sort incoming claims") -> str:
    """Return a manifest with one self-hosted model that sees no data."""
    return (
        "version: 1\nproject: {name: claims, owner: claims-platform, use: commercial}\n"
        f"models:\n  - id: triage\n    model: {json.dumps(model)}\n    purpose: {json.dumps(purpose)}\n    data: []\n"
        "    deployment: {type: self-hosted, provider: on-premises, region: DE}\n"
    )


PASSING = manifest()
FAILING = manifest(FORBIDDEN)

# Modules by the names of ours, of a dependency, of the standard library and of what Python imports by itself.
TRAPS = dict.fromkeys(
    ("checker/__init__.py", "checker/__main__.py", "yaml.py", "secrets.py", "sitecustomize.py", "pip.py"),
    "import pathlib, os\npathlib.Path(os.environ['GITHUB_WORKSPACE'], 'pwned').touch()\n",
)


def write(folder: Path, contents: Mapping[str, str]) -> None:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def baseline(folder: Path, text: str) -> str:
    """Return the baseline of a repository that has one manifest."""
    write(folder, {NAME: text})
    subprocess.run(
        [sys.executable, "-m", "checker", "check", "--baseline=accepted.json", "--write-baseline"],
        cwd=folder,
        env={**environment(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return (folder / "accepted.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this run share, so that they install once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "action"
    folder.mkdir(exist_ok=True)
    return folder


def once(folder: Path, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return what one process of this run makes, and the others wait for."""
    made = folder / "made.json"
    try:
        (folder / "begun").mkdir()
    except FileExistsError:
        until = time.monotonic() + 300
        while not made.exists():
            assert time.monotonic() < until, "the process that installs came to no end"
            time.sleep(0.2)
    else:
        # What failed is told to those who wait as well: they find nothing in it.
        result: dict[str, str] = {}
        try:
            result = make()
        finally:
            (folder / "writing").write_text(json.dumps(result), encoding="utf-8")
            (folder / "writing").rename(made)
    loaded: dict[str, str] = json.loads(made.read_text(encoding="utf-8"))
    assert loaded, "the process that installs failed"
    return loaded


def released(names: list[str], target: Path) -> Path:
    """Copy files of this checkout: an action arrives without its history."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)
    return target


def here() -> list[str]:
    """Return what git has of this checkout, the tests aside, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=environment(ROOT),
        capture_output=True,
        check=False,
    )
    if listed.returncode or not (ROOT / "checker").is_dir():
        pytest.skip("this is no git checkout: there is nothing to install from")
    names = [name for name in os.fsdecode(listed.stdout).split("\0") if name and (ROOT / name).is_file()]
    return [name for name in names if not name.startswith("tests/")]


def trapped(folder: Path) -> Path:
    """Return a checkout full of modules that nobody is to import."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, {**TRAPS, NAME: PASSING})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "traps")
    return folder


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def untouched(workspace: Path) -> None:
    assert git(workspace, "status", "--porcelain", "--ignored") == ""
    assert not (workspace / "pwned").exists()


@pytest.fixture(scope="module")
def installed(shared: Path) -> dict[str, dict[str, str]]:
    """Return the outputs of the steps that install, which run once, in a checkout that tries to be in their way."""

    names = here()

    def install() -> dict[str, str]:
        action = released(names, shared / "released")
        before = files_below(action)
        temp = shared / "temp"
        temp.mkdir()
        workspace = trapped(shared / "trapped")
        runner = Runner(action=action, workspace=workspace, temp=temp, known={"check": {}})
        ran = runner.run(variables={"PYTHONPATH": str(workspace)})
        assert ran.code == 0, ran.log
        assert ran.used == {"actions/setup-python": {"python-version": "3.12", "update-environment": "False"}}
        assert files_below(action) == before, "the install writes nowhere but in the folder for temporary files"
        untouched(workspace)
        return ran.steps["install"]

    return {"python": {"python-path": sys.executable}, "install": once(shared, install)}


class PullRequest(NamedTuple):
    """A checkout of the head of a pull request as actions/checkout makes it, and what the event says of its base."""

    runner: Runner
    base: str
    origin: Path

    @property
    def event(self) -> dict[str, Any]:
        return {"pull_request": {"base": {"sha": self.base}}}

    def has(self, commit: str) -> bool:
        done = subprocess.run(
            ["git", "cat-file", "-e", f"{commit}^{{commit}}"],
            cwd=self.runner.workspace,
            env=environment(self.runner.temp),
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def run(self, **given: Any) -> Ran:
        """Run the action on the event of a pull request, and see that it leaves the checkout as it was."""
        ran = self.runner.run(**{"event": self.event, **given})
        untouched(self.runner.workspace)
        assert ran.code in (0, 1, 2)
        assert ran.outputs["verdict"] == ("pass", "fail", "error")[ran.code]
        return ran


@pytest.fixture
def proposed(tmp_path: Path, installed: dict[str, dict[str, str]]) -> Callable[..., PullRequest]:
    """Return what makes a pull request of two states of a repository."""

    def make(base: Mapping[str, str], head: Mapping[str, str]) -> PullRequest:
        origin, workspace, temp = (tmp_path / name for name in ("origin", "work space", "temp"))
        for folder in (origin, workspace, temp):
            folder.mkdir()
        git(origin, "init", "--quiet")
        shas = []
        for contents in (base, head):
            write(origin, contents)
            git(origin, "add", "--all")
            git(origin, "commit", "--quiet", "--allow-empty", "-m", "state")
            shas.append(git(origin, "rev-parse", "HEAD"))
        git(workspace, "init", "--quiet")
        git(workspace, "remote", "add", "origin", origin.as_uri())
        git(workspace, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", shas[1])
        git(workspace, "checkout", "--quiet", "--detach", shas[1])
        runner = Runner(action=ROOT, workspace=workspace, temp=temp, known=installed)
        return PullRequest(runner=runner, base=shas[0], origin=origin)

    return make


class TestAction:
    """In the order in which a user meets them."""

    pytestmark = with_bash

    def test_what_is_allowed_passes(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({NAME: PASSING}, {}).run()
        assert (ran.code, ran.annotations) == (0, [])
        assert "1 manifest, 1 model" in ran.log
        assert ran.summary.startswith("## modelpolicy: passed\n")
        assert ran.report()["findings"] == []
        assert json.loads(Path(ran.outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"

    def test_what_is_not_allowed_fails_with_annotations_a_summary_and_reports(
        self, proposed: Callable[..., PullRequest]
    ) -> None:
        ran = proposed({NAME: PASSING}, {NAME: FAILING}).run()
        assert ran.code == 1
        (annotation,) = ran.annotations
        assert annotation.name == "error"
        assert f"file={NAME},line=5," in annotation.properties
        assert "title=license/commercial-use" in annotation.properties
        assert "does not permit commercial use" in annotation.message
        # The log has the report for people as well, with the line that it is about.
        assert f"error[license/commercial-use]: {FORBIDDEN}"[:20] in ran.log
        assert "license/commercial-use" in ran.summary
        assert ran.rules() == {"license/commercial-use"}

    def test_the_summary_is_added_to_what_stands_there(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({NAME: PASSING}, {}).run(before="of another step\n")
        assert ran.summary.startswith("of another step\n## modelpolicy: passed\n")

    def test_a_summary_that_is_full_is_left_as_it_is(self, proposed: Callable[..., PullRequest]) -> None:
        """A summary of more than 1 MiB is dropped as a whole."""
        full = "x" * (1024 * 1024 - 100)
        ran = proposed({NAME: PASSING}, {}).run(before=full)
        assert (ran.code, ran.summary) == (0, full)
        assert [one.name for one in ran.annotations] == ["notice"]

    def test_a_pull_request_is_judged_by_the_policy_of_its_base_and_told_so(
        self, proposed: Callable[..., PullRequest]
    ) -> None:
        pull_request = proposed({NAME: PASSING}, {NAME: FAILING, CONFIG: NO_RULE})
        assert not pull_request.has(pull_request.base), "the checkout is shallow"
        ran = pull_request.run()
        assert ran.code == 1
        assert ran.rules() == {"license/commercial-use", "trust/policy-changed"}
        told = [one for one in ran.annotations if "title=trust/policy-changed" in one.properties]
        assert [one.name for one in told] == ["warning"]
        assert "license/commercial-use" in told[0].message
        assert f"file={CONFIG}," in told[0].properties

    def test_a_merge_group_is_judged_by_the_policy_of_its_base(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: PASSING}, {NAME: FAILING, CONFIG: NO_RULE})
        ran = pull_request.run(event={"merge_group": {"base_sha": pull_request.base}})
        assert (ran.code, "trust/policy-changed" in ran.rules()) == (1, True)

    def test_a_push_is_judged_by_its_own_policy(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({NAME: PASSING}, {NAME: FAILING, CONFIG: NO_RULE}).run(event={"after": "x"})
        assert ran.code == 0

    def test_the_trusted_commit_can_be_turned_off_by_name_alone(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: PASSING}, {NAME: FAILING, CONFIG: NO_RULE})
        assert pull_request.run(trusted_ref="none").code == 0
        assert not pull_request.has(pull_request.base), "then nothing is fetched"

    def test_the_trusted_commit_can_be_named(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: FAILING, CONFIG: NO_RULE}, {CONFIG: "version: 1\n"})
        assert pull_request.run(event={}).code == 1
        assert pull_request.run(event={}, trusted_ref=pull_request.base).code == 0
        assert pull_request.run(event={}, trusted_ref="HEAD").code == 1

    def test_a_base_that_is_there_needs_no_fetch(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: PASSING}, {NAME: FAILING, CONFIG: NO_RULE})
        git(pull_request.runner.workspace, "fetch", "--quiet", "--unshallow", "origin", "main")
        shutil.rmtree(pull_request.origin)
        assert pull_request.run().code == 1

    def test_without_the_base_nothing_is_judged(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: PASSING}, {})
        shutil.rmtree(pull_request.origin)
        ran = pull_request.run()
        assert ran.code == 2
        assert "Set fetch-depth: 0 for actions/checkout." in ran.annotations[0].message
        assert ran.report()["errors"][0]["path"] == "--trusted-ref"

    def test_the_base_is_fetched_and_nothing_else_of_the_clone_changes(
        self, proposed: Callable[..., PullRequest]
    ) -> None:
        pull_request = proposed({NAME: PASSING}, {NAME: manifest(purpose="other")})
        folder = pull_request.runner.workspace
        before = git(folder, "for-each-ref"), git(folder, "rev-parse", "HEAD"), git(folder, "rev-parse", "FETCH_HEAD")
        assert pull_request.run().code == 0
        assert pull_request.has(pull_request.base)
        after = git(folder, "for-each-ref"), git(folder, "rev-parse", "HEAD"), git(folder, "rev-parse", "FETCH_HEAD")
        assert after == before

    def test_what_can_not_be_judged_is_an_error_with_its_place(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({NAME: PASSING}, {NAME: PASSING + "extra: 1\n"}).run()
        assert ran.code == 2
        assert {one.name for one in ran.annotations} == {"error"}
        assert f"file={NAME},line=9," in ran.annotations[0].properties
        assert ran.summary.startswith("## modelpolicy: could not be judged\n")

    def test_nothing_to_check_is_an_error(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({"README.md": "x\n"}, {}).run()
        assert (ran.code, ran.outputs["verdict"]) == (2, "error")

    def test_an_input_that_is_none_is_an_error_without_a_report(self, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({NAME: PASSING}, {}).run(fail_on="louder")
        assert ran.code == 2
        assert ran.outputs == {"verdict": "error", "report": "", "sarif": ""}
        assert [one.message for one in ran.annotations] == ["Nothing could be judged. The log of this step says why."]
        assert "'louder' is not one of" in ran.log
        assert ran.summary.startswith("## modelpolicy: could not be judged\n")

    def test_several_paths_are_checked_and_others_are_not(self, proposed: Callable[..., PullRequest]) -> None:
        names = [f"{folder}/{NAME}" for folder in ("a", "b", "c", "d", "*")]
        pull_request = proposed({**dict.fromkeys(names, PASSING), f"d/{NAME}": FAILING}, {})
        ran = pull_request.run(paths=" a\tb\n\n  c/model-manifest.yaml\n")
        assert (ran.code, ran.report()["checked"]["manifests"]) == (0, 3)
        assert pull_request.run(paths="d").code == 1
        # A star is a folder's name, and no pattern.
        assert pull_request.run(paths="*").report()["checked"]["manifests"] == 1

    @pytest.mark.parametrize("paths", ["", " \n "])
    def test_no_paths_are_the_whole_repository(self, paths: str, proposed: Callable[..., PullRequest]) -> None:
        ran = proposed({f"a/{NAME}": PASSING, f"b/{NAME}": FAILING}, {}).run(paths=paths)
        assert (ran.code, ran.report()["checked"]["manifests"]) == (1, 2)

    def test_a_config_packs_and_a_horizon_are_passed_on(self, proposed: Callable[..., PullRequest]) -> None:
        packs = {
            f"{name}.yaml": (
                f"version: 1\npack: {name}\ntitle: Own\nrules:\n  - id: {name}/one\n    title: One\n"
                "    severity: warning\n    require: 'false'\n    at: [use.model]\n    message: found\n"
                "    why: because\n    fix: change it\n"
            )
            for name in ("first", "second")
        }
        pull_request = proposed({NAME: FAILING, "legal/my config.yaml": NO_RULE, **packs}, {})
        ran = pull_request.run(
            config="legal/my config.yaml", policy="\n  first.yaml  \nsecond.yaml\n", horizon="0", fail_on="warning"
        )
        assert (ran.code, ran.rules()) == (1, {"first/one", "second/one"})
        assert pull_request.run(config="legal/my config.yaml").code == 0
        assert pull_request.run(horizon="-1").code == 2

    def test_a_baseline_counts_once_it_is_in_the_base(
        self, proposed: Callable[..., PullRequest], tmp_path: Path
    ) -> None:
        pull_request = proposed({NAME: FAILING, "accepted.json": baseline(tmp_path / "first", FAILING)}, {})
        assert pull_request.run(baseline="accepted.json").code == 0
        assert pull_request.run().code == 1

    def test_a_pull_request_can_not_add_to_a_baseline(
        self, proposed: Callable[..., PullRequest], tmp_path: Path
    ) -> None:
        empty, grown = baseline(tmp_path / "first", PASSING), baseline(tmp_path / "second", FAILING)
        pull_request = proposed({NAME: PASSING, "accepted.json": empty}, {NAME: FAILING, "accepted.json": grown})
        ran = pull_request.run(baseline="accepted.json")
        assert (ran.code, ran.rules()) == (1, {"license/commercial-use", "trust/baseline-grown"})
        assert pull_request.run(baseline="accepted.json", trusted_ref="none").code == 0

    HOSTILE = (
        "; touch pwned",
        "$(touch pwned) `touch pwned`",
        "x\ntouch pwned\n::warning title=pwned::pwned\n##[warning]pwned",
        "--output=json=pwned",
        "--upload-pack=touch pwned",
        "x' \" && touch pwned ' \"",
    )

    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize("name", ["paths", "config", "policy", "fail_on", "baseline", "horizon", "trusted_ref"])
    def test_a_hostile_input_does_nothing(self, name: str, value: str, proposed: Callable[..., PullRequest]) -> None:
        """Each is what it says: a path that is not there, no severity, no number, no commit."""
        ran = proposed({NAME: PASSING}, {}).run(**{name: value})
        assert ran.code == 2
        assert {(one.name, one.title) for one in ran.annotations} <= OURS_OF_ERRORS

    @pytest.mark.parametrize(
        "value", [*HOSTILE, "1.0; python_version < '3'", "1.0 @ https://example.com/x.whl", " ", "-r"]
    )
    def test_a_version_that_is_none_installs_nothing(
        self, value: str, proposed: Callable[..., PullRequest], tmp_path: Path
    ) -> None:
        pull_request = proposed({NAME: PASSING}, {})
        runner = Runner(action=ROOT, workspace=pull_request.runner.workspace, temp=pull_request.runner.temp, known={})
        ran = runner.run(version=value)
        assert ran.code == 2
        assert [one.message for one in ran.annotations] == ["The input version is not a version, such as 1.2.3."]
        assert ran.outputs == {"verdict": "error", "report": "", "sarif": ""}
        assert not list(runner.temp.glob("modelpolicy*"))
        untouched(runner.workspace)

    def test_text_of_a_manifest_never_becomes_a_command(self, proposed: Callable[..., PullRequest]) -> None:
        purpose = "a\n::warning title=pwned::pwned\n::add-mask::e\n##[error]pwned\n::stop-commands::x"
        head = {
            NAME: manifest(FORBIDDEN, purpose=purpose) + "::set-output name=verdict::pass: 1\n",
            f"a/{NAME}": manifest(FORBIDDEN, purpose=purpose),
            f"##[warning]x/{NAME}": manifest("::warning::x", purpose=purpose),
        }
        ran = proposed({NAME: PASSING}, head).run()
        assert ran.code == 2
        assert {one.name for one in ran.annotations} == {"error"}
        told = r"could not be judged|modelpolicy|[a-z-]+/[a-z-]+( \(unknown\))?"
        assert [one.title for one in ran.annotations if not re.fullmatch(told, one.title)] == []

    def test_the_word_that_turns_commands_on_again_is_another_each_time(
        self, proposed: Callable[..., PullRequest]
    ) -> None:
        pull_request = proposed({NAME: PASSING}, {})
        words = [re.findall(r"^::stop-commands::(\w+)$", pull_request.run().log, re.MULTILINE) for _ in range(2)]
        assert [len(one) for one in words] == [1, 1]
        assert words[0] != words[1]
        assert len(words[0][0]) == 64

    def test_no_module_of_the_checkout_is_imported(self, proposed: Callable[..., PullRequest]) -> None:
        pull_request = proposed({NAME: PASSING, **TRAPS}, {})
        folder = str(pull_request.runner.workspace)
        ran = pull_request.run(variables={"PYTHONPATH": folder, "PYTHONSTARTUP": f"{folder}/yaml.py"})
        assert ran.code == 0

    @pytest.mark.parametrize(("asked", "uploads"), [("true", True), ("false", False), ("", False), ("yes", False)])
    def test_findings_are_uploaded_only_where_asked_for(
        self, asked: str, uploads: bool, proposed: Callable[..., PullRequest]
    ) -> None:
        ran = proposed({NAME: FAILING}, {}).run(upload_sarif=asked, category="of claims")
        assert ran.code == 1
        expected = {"github/codeql-action/upload-sarif": {"sarif_file": ran.outputs["sarif"], "category": "of claims"}}
        assert ran.used == (expected if uploads else {})

    def test_nothing_is_uploaded_where_there_is_no_report(self, proposed: Callable[..., PullRequest]) -> None:
        assert proposed({NAME: PASSING}, {}).run(upload_sarif="true", fail_on="louder").used == {}

    def test_a_version_is_installed_from_the_index(
        self, shared: Path, installed: dict[str, dict[str, str]], tmp_path: Path
    ) -> None:
        """The index is a folder with the wheel of this checkout and those that it depends on."""
        python = installed["python"]["python-path"]
        wheels, temp, workspace = tmp_path / "wheels", tmp_path / "temp", tmp_path / "checkout"
        temp.mkdir()
        done = subprocess.run(
            [python, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(wheels), str(shared / "released")],
            env=environment(tmp_path),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (wheel,) = wheels.glob("modelpolicy-*.whl")
        runner = Runner(action=tmp_path / "not here", workspace=trapped(workspace), temp=temp, known={})
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        ran = runner.run(version=wheel.name.split("-")[1], variables=index)
        assert (ran.code, ran.outputs["verdict"]) == (0, "pass"), ran.log
        assert runner.run(version="0.0.0", variables=index).outputs == {"verdict": "error", "report": "", "sarif": ""}


# --- The files ---------------------------------------------------------------------------------------------------

PINNED = re.compile(r"uses: (?P<name>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")


def tool(name: str) -> str:
    """Return the path of an installed program, that of this environment first."""
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is missing")
    return found


def zizmor(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run zizmor without the network, at its strictest."""
    return subprocess.run(
        [tool("zizmor"), "--quiet", "--offline", "--no-config", "--no-progress", "--persona=auditor", *map(str, files)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_zizmor_finds_nothing() -> None:
    done = zizmor(*EVERY)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_would_find_an_input_in_a_script(tmp_path: Path) -> None:
    spoiled = tmp_path / "action.yml"
    text = ACTION.read_text(encoding="utf-8").replace('"--fail-on=$FAIL_ON"', '"--fail-on=${{ inputs.fail-on }}"')
    spoiled.write_text(text, encoding="utf-8")
    done = zizmor(spoiled)
    assert "template-injection" in done.stdout + done.stderr
    assert done.returncode > 10


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_published_schema_accepts_the_file(file: Path) -> None:
    schema = "vendor.github-actions" if file == ACTION else "vendor.github-workflows"
    done = subprocess.run(
        [tool("check-jsonschema"), "--builtin-schema", schema, str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_to_a_commit_and_one_action_to_one_commit() -> None:
    pins: dict[str, set[tuple[str, str]]] = {}
    for file in EVERY:
        for line in file.read_text(encoding="utf-8").splitlines():
            if re.match(r"\s*(- )?uses: (?!\./)", line):
                found = PINNED.search(line)
                assert found, f"{file.name}: {line.strip()}"
                pins.setdefault(found["name"], set()).add((found["commit"], found["version"]))
    assert set(pins) == {
        "actions/checkout",
        "actions/setup-python",
        "github/codeql-action/upload-sarif",
        "modelpolicy/modelpolicy",
    }
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}


@pytest.mark.parametrize("step", [step for step in STEPS if "run" in step], ids=lambda step: step["name"])
def test_a_script_is_bash_that_stops_at_the_first_error_and_holds_no_expression(step: dict[str, Any]) -> None:
    assert step["shell"] == "bash"
    assert step["run"].startswith("set -euo pipefail\n")
    assert "${{" not in step["run"]
    # What came with bash 4, which macOS does not have.
    assert not re.search(r"\b(mapfile|readarray|declare -A)\b|\$\{\w+(,|\^|@Q)", step["run"])


def test_every_input_is_explained_and_used() -> None:
    text = json.dumps(STEPS)
    assert [name for name, one in INPUTS.items() if not one["description"] or "default" not in one] == []
    assert [name for name in INPUTS if not re.search(rf"\binputs\.{name}\b", text)] == []


def test_the_check_and_the_fetch_mean_the_same_commit() -> None:
    refs = [step["env"]["TRUSTED_REF"] for step in STEPS if "TRUSTED_REF" in step.get("env", {})]
    assert len(refs) == 2
    assert len(set(refs)) == 1


# --- The workflows -----------------------------------------------------------------------------------------------


def uses(workflow: Path, name: str) -> dict[str, Any]:
    """Return the one step of a workflow with one job that uses an action."""
    (job,) = read(workflow)["jobs"].values()
    (step,) = [one for one in job["steps"] if one.get("uses", "").partition("@")[0] == name]
    assert isinstance(step, dict)
    return step


@pytest.mark.parametrize("workflow", [READY, OURS], ids=["to be copied", "ours"])
def test_a_workflow_may_read_and_nothing_else(workflow: Path) -> None:
    loaded = read(workflow)
    assert loaded["permissions"] == {}
    assert [job["permissions"] for job in loaded["jobs"].values()] == [{"contents": "read"}]
    assert uses(workflow, "actions/checkout")["with"] == {"persist-credentials": False, "fetch-depth": 0}


@pytest.mark.parametrize("workflow", [READY, OURS], ids=["to be copied", "ours"])
def test_a_workflow_runs_for_every_pull_request_and_push_whatever_changed(workflow: Path) -> None:
    events = read(workflow)["on"]
    assert events.keys() - {"workflow_dispatch"} == {"push", "pull_request", "merge_group"}
    # A pull request that is given another base is `edited`.
    assert events["pull_request"] == {"types": ["opened", "synchronize", "reopened", "edited"]}
    assert events["push"] == {"branches": ["main"]}


def test_the_inputs_that_the_ready_workflow_proposes_exist() -> None:
    text = READY.read_text(encoding="utf-8")
    proposal = yaml.safe_load(re.sub(r"^ {8}# ?", "", text[text.index("# with:") - 8 :], flags=re.MULTILINE))
    assert proposal["with"]
    assert proposal["with"].keys() <= INPUTS.keys()


def test_the_ready_workflow_is_changed_only_where_it_says() -> None:
    text = READY.read_text(encoding="utf-8")
    assert text.count("# CHANGE: ") == 2
    assert uses(READY, "modelpolicy/modelpolicy")["uses"].endswith("@" + "0" * 40), "no commit of anybody's"


@pytest.mark.parametrize("as_of", ["2026-11-23", "2056-11-23"])
def test_the_examples_that_our_workflow_checks_pass_on_any_date(as_of: str) -> None:
    paths = uses(OURS, "./")["with"]["paths"].split()
    assert len(paths) == 4
    assert [path for path in paths if not (ROOT / path).is_dir()] == []
    done = subprocess.run(
        [sys.executable, "-m", "checker", "check", "--as-of", as_of, *paths],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
