"""Evidence that the config names: what a cloud's command printed about where requests go, as JSON.

It is read through the same tree as the config, so that a change does not bring its own evidence. A file that can't be
read as what it is said to be is an error: evidence that is looked past would look like evidence that says nothing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem, gather
from checker.model.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from checker.loading.tree import Tree
    from checker.model.manifest import Config
    from checker.source import Document

MOST = 10_000
"""How many destinations a file may hold."""
_COMMANDS = {"aws-inference-profiles": "aws bedrock list-inference-profiles --region REGION --output json"}
_PROFILE_ARN = re.compile(r"arn:aws[\w-]*:bedrock:([a-z0-9-]+):\d*:(?:application-)?inference-profile/(\S+)")
_MODEL_ARN = re.compile(r"arn:aws[\w-]*:bedrock:([a-z0-9-]*):\d*:\S+")

Destinations = dict[tuple[str, str], tuple[str, ...]]


def load(config: Config, folder: Path, tree: Tree) -> tuple[Evidence, ...]:
    """Return what the files say that a config in `folder` names; raises CheckerError with all that is wrong."""
    if config.document is None:
        return ()
    document, entries = config.document, enumerate(config.section("evidence") or ())
    return tuple(gather(lambda numbered: _loaded(*numbered, document, folder, tree), entries))


def _loaded(number: int, entry: Mapping[str, str], document: Document, folder: Path, tree: Tree) -> Evidence:
    path = folder / entry["file"]
    if not tree.is_file(path):
        message = f"there is no file {entry['file']}"
        hint = f"save what `{_COMMANDS[entry['kind']]}` prints there, and keep it beside the config"
        raise CheckerError(document.problem(f"/evidence/{number}/file", message, hint))
    shown = tree.shown(path)
    profiles = _READERS[entry["kind"]](_parsed(tree.read(path), shown, entry["kind"]), shown)
    return Evidence(kind=entry["kind"], file=entry["file"], checked=entry["checked"], profiles=profiles)


def _parsed(text: str, shown: str, kind: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg}"
        hint = f"save what `{_COMMANDS[kind]}` prints"
        raise CheckerError(
            Problem(path=shown, message=message, hint=hint, line=error.lineno, column=error.colno)
        ) from error
    except RecursionError as error:
        raise _refused(shown, "is nested too deeply", kind) from error


def _refused(shown: str, message: str, kind: str) -> CheckerError:
    return CheckerError(Problem(path=shown, message=message, hint=f"save what `{_COMMANDS[kind]}` prints, all of it"))


# --- aws bedrock list-inference-profiles -------------------------------------------------------------------------


def _profiles(data: Any, shown: str) -> Destinations:
    """Return the regions of every profile, by the region that was asked and the profile's id, in lower case."""
    kind = "aws-inference-profiles"
    listed = data.get("inferenceProfileSummaries") if isinstance(data, dict) else None
    if not isinstance(listed, list) or not listed:
        raise _refused(shown, "holds no list `inferenceProfileSummaries` with a profile in it", kind)
    if data.get("nextToken"):
        raise _refused(shown, "holds only a part of the list: `nextToken` says that there is more", kind)
    found: Destinations = {}
    for number, profile in enumerate(listed):
        named = _profile(profile)
        if named is None:
            raise _refused(shown, f"profile {number + 1} lacks its ARN, or the ARNs of its models", kind)
        key, regions = named
        if found.setdefault(key, regions) != regions:
            raise _refused(shown, f"lists {key[1]} of {key[0]} twice, with other regions", kind)
    if sum(map(len, found.values())) > MOST:
        raise _refused(shown, f"lists more than {MOST:,} destinations", kind)
    return found


def _profile(profile: Any) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """Return one profile, or None where it does not say everything."""
    if not isinstance(profile, dict):
        return None
    arn = _PROFILE_ARN.fullmatch(str(profile.get("inferenceProfileArn", "")))
    regions = list(_regions(profile.get("models")))
    if arn is None or not regions or None in regions:
        return None
    return (arn[1], arn[2].lower()), tuple(sorted({region for region in regions if region is not None}))


def _regions(models: Any) -> Iterator[str | None]:
    """Yield the region of each model of a profile ("" for any region), None for one that does not say it."""
    for model in models if isinstance(models, list) else ():
        arn = _MODEL_ARN.fullmatch(str(model.get("modelArn", ""))) if isinstance(model, dict) else None
        yield None if arn is None else arn[1]


_READERS: dict[str, Callable[[Any, str], Destinations]] = {"aws-inference-profiles": _profiles}
