"""Commands that run in a folder of files: what they came to, and the texts that several tests begin with."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model-manifest.yaml"
CONFIG = ".modelpolicy.yaml"
DAY = "2026-11-23"
NON_COMMERCIAL = "LGAI-EXAONE/EXAONE-4.0-32B"
FREE = "microsoft/phi-4"
RULE = "license/commercial-use"
"""What the shipped policy says of the one model in commercial use, and not of the other."""


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The closing line, without the day that these tests judge for."""
        return self.out.splitlines()[-1].removesuffix(f" (as of {DAY})")

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    def findings(self, pack: str = "") -> list[dict[str, Any]]:
        """Return the findings of the rules whose id starts like that."""
        return [finding for finding in self.report["findings"] if finding["rule"].startswith(pack)]

    def finding(self, rule: str) -> dict[str, Any]:
        """Return the only finding of a rule."""
        found = self.findings(rule)
        assert len(found) == 1, [finding["rule"] for finding in self.report["findings"]]
        return found[0]

    def said(self) -> list[tuple[str, str]]:
        """Return rule and verdict of every finding, sorted; not the notes that an exception names no model."""
        told = (finding for finding in self.report["findings"] if not finding["rule"].endswith("/unbound"))
        return sorted((finding["rule"], finding["verdict"]) for finding in told)

    def where(self, verdict: str = "waived", pack: str = "") -> set[tuple[str, str]]:
        """Return manifest and use of every finding of a verdict."""
        found = self.findings(pack)
        return {(one["manifest"], one["model"] or "") for one in found if one["verdict"] == verdict}

    def error(self) -> dict[str, Any]:
        """Return the only reason why it could not be judged."""
        assert self.code == 2, self.out
        (error,) = self.report["errors"]
        return dict(error)


def use(name: str = "triage", model: str = NON_COMMERCIAL) -> str:
    """Return a self-hosted use that sees no data; what follows belongs to it as well."""
    return (
        f'  - id: {name}\n    model: "{model}"\n    purpose: sort incoming claims\n    data: []\n'
        "    deployment: {type: self-hosted, provider: on-premises, region: US}\n"
    )


def manifest(*uses: str, project: str = "claims") -> str:
    """Return a manifest; without uses it has one that may not be used commercially."""
    head = f"version: 1\nproject: {{name: {project}, owner: claims-platform, use: commercial}}\nmodels:\n"
    return head + "".join(uses or (use(),))


FAILING = manifest()
PASSING = manifest(use(model=FREE))


def waiver(**changed: str) -> str:
    """Return a waiver of one line, which holds on the day of these tests; a field that is empty is left out."""
    fields = {"rule": RULE, "model": "triage", "reason": "a license is being negotiated", "owner": "claims-platform"}
    fields |= {"approved_by": "legal@example.com", "granted": "2026-11-01", "expires": "2026-12-31", **changed}
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items() if value) + "}"


def config(*waivers: str, more: str = "") -> str:
    """Return a config with waivers, each on a line of its own from line 3 on, and what comes after them."""
    listed = "".join(f"  - {one}\n" for one in waivers)
    return "version: 1\n" + (f"waivers:\n{listed}" if waivers else "") + more


ENDING = """\
version: 1
sources:
  acme: {kind: primary, title: A page of ours}
models:
  - id: acme-one
    name: Acme One
    developer: Acme
    family: acme
    openness: {weights: closed}
    modalities: {input: [text], output: [text]}
    tasks: [chat]
    licenses: [MIT]
    ids: {api: [acme-one]}
    terms: [{provider: openai, licenses: [MIT], source: [acme], checked: 2026-11-01, status: verified}]
    lifecycle: [{provider: openai, retired_on: 2026-12-31, source: [acme], checked: 2026-11-01, status: verified}]
    source: [acme]
    checked: 2026-11-01
    status: verified
"""
"""Records of one's own: a model that its provider retires."""

CALLED = (
    "  - id: triage\n    model: acme-one\n    purpose: sort\n    data: []\n"
    "    deployment: {type: api, provider: openai}\n    volume: {requests_per_day: 1}\n"
)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder, by name."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody, and return what it prints."""
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def commit(folder: Path, files: dict[str, str] | None = None) -> str:
    """Write files, commit all there is, and return the id of the commit."""
    write(folder, files or {})
    git(folder, "add", "--all")
    git(folder, "commit", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD").strip()
