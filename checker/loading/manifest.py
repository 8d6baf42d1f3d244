"""Manifests: strict YAML, the schema, then what a schema can't say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.loading import files
from checker.loading.documents import parse
from checker.loading.schema import validate
from checker.model.manifest import Config, Manifest, Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from checker.model.policy import Question
    from checker.source import Document

# What describes the model itself: a fallback to another model does not take it over.
_OF_THE_MODEL = frozenset({"license", "base_model", "trained_on", "modifications", "approval"})
_OWN = frozenset({"id", "fallbacks"})


def load(path: Path, root: Path, config: Config, questions: tuple[Question, ...]) -> Manifest:
    """Read one manifest; raises CheckerError with every problem of the file."""
    document = parse(files.read(path, root), files.shown(path, root))
    inside = root if path.resolve().is_relative_to(root) else files.repository_root(path.parent)
    return from_document(document, path.parent, inside, config, questions)


def from_document(
    document: Document, folder: Path, root: Path, config: Config, questions: tuple[Question, ...]
) -> Manifest:
    """Validate a parsed manifest; attribution files are looked for from `folder`, and only inside `root`."""
    validate(document, "manifest")
    uses = tuple(_uses(document))
    problems = [
        *_duplicates(document, uses),
        *_references(document, uses, config),
        *_bounds(document),
        *_questions(document, questions),
    ]
    if problems:
        raise CheckerError(*problems)
    return Manifest(path=document.path, document=document, uses=uses, notices=_notices(uses, folder, root))


def _uses(document: Document) -> Iterator[Use]:
    for number, entry in enumerate(document.data["models"]):
        pointer = f"/models/{number}"
        yield Use(id=entry["id"], pointer=pointer, entry=entry)
        for place, fallback in enumerate(entry.get("fallbacks", ())):
            yield Use(
                id=f"{entry['id']}/{fallback['id']}",
                pointer=f"{pointer}/fallbacks/{place}",
                entry=_inherit(entry, fallback),
            )


def _inherit(entry: Mapping[str, Any], fallback: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a fallback with what it does not say; what describes the model stays with the model."""
    left_out = _OWN if fallback["model"] == entry["model"] else _OWN | _OF_THE_MODEL
    return {**{key: value for key, value in entry.items() if key not in left_out}, **fallback}


def _duplicates(document: Document, uses: tuple[Use, ...]) -> Iterator[Problem]:
    first: dict[str, Use] = {}
    for use in uses:
        if use.id in first:
            line = document.span(first[use.id].pointer).line
            yield document.problem(
                f"{use.pointer}/id",
                f"the id `{use.id}` stands twice (first on line {line})",
                "give each use an id of its own",
            )
        first.setdefault(use.id, use)


def _references(document: Document, uses: tuple[Use, ...], config: Config) -> Iterator[Problem]:
    data = {**(config.section("data") or {}), **document.data.get("data", {})}
    ids = {use.id for use in uses}
    for use in uses:
        for number, name in enumerate(use.entry["data"]):
            if name not in data:
                yield document.problem(
                    f"{use.pointer}/data/{number}", f"no data set is called `{name}`", _known(name, data)
                )
        for number, name in enumerate(use.entry.get("trained_on", ())):
            if name not in data and name not in ids:
                yield document.problem(
                    f"{use.pointer}/trained_on/{number}",
                    f"neither a use nor a data set is called `{name}`",
                    _known(name, [*data, *ids]),
                )
        if "gateway" in use.entry:
            yield document.problem(
                f"{use.pointer}/gateway",
                "gateways are not supported yet",
                "declare the `deployment` behind the gateway, and the gateway under `via`",
            )
        elif "deployment" not in use.entry:
            yield document.problem(
                use.pointer,
                f"the key `deployment` of `{use.id}` is missing",
                "say where the model runs: type, provider, region",
                key=True,
            )


def _known(name: str, candidates: Any) -> str:
    import difflib

    found = difflib.get_close_matches(name, list(candidates), n=1)
    if found:
        return f"did you mean `{found[0]}`?"
    return f"declared: {', '.join(sorted(candidates))}" if candidates else "declare it under `data`"


def _bounds(document: Document) -> Iterator[Problem]:
    for section in ("project", "organization", "operator"):
        for name, value in document.data.get(section, {}).items():
            if isinstance(value, dict) and value.get("at_least", 0) > value.get("at_most", value.get("at_least", 0)):
                yield document.problem(
                    f"/{section}/{name}",
                    f"`{section}.{name}`: at_least is larger than at_most",
                    "swap the two",
                )


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def _questions(document: Document, questions: tuple[Question, ...]) -> Iterator[Problem]:
    """Yield what is wrong with `facts`: they are closed, typed, and asked for by the packs in force."""
    asked = {(question.scope, question.name): question for question in questions}
    places = [("project", "/project", document.data["project"])]
    places += [("use", f"/models/{number}", entry) for number, entry in enumerate(document.data["models"])]
    for scope, pointer, entry in places:
        for name, value in entry.get("facts", {}).items():
            at = f"{pointer}/facts/{name}"
            question = asked.get((scope, name))
            if question is None:
                names = [known for of, known in asked if of == scope]
                yield document.problem(
                    at,
                    f"no pack in force asks for the fact `{name}`",
                    _known(name, names) if names else "remove it",
                    key=True,
                )
            elif not _fits(value, question):
                wanted = ", ".join(map(str, question.values)) or question.type
                yield document.problem(at, f"the fact `{name}` is to be {wanted}", f"write {wanted}")
        for (of, name), question in asked.items():
            if of == scope and question.required and name not in entry.get("facts", {}):
                yield document.problem(
                    pointer,
                    f"a pack in force requires the fact `{name}` under `facts`",
                    question.means or "declare it",
                    key=True,
                )


def _fits(value: Any, question: Question) -> bool:
    of_type = isinstance(value, _PYTHON_TYPES[question.type]) and isinstance(value, bool) == (
        question.type == "boolean"
    )
    return of_type and (not question.values or value in question.values)


def _notices(uses: tuple[Use, ...], folder: Path, root: Path) -> dict[str, str | None]:
    names = [name for use in uses for name in _list(use.entry.get("attribution", ()))]
    return {name: _notice(folder / name, root) for name in dict.fromkeys(names)}


def _notice(path: Path, root: Path) -> str | None:
    """Return the text of an attribution file; None where there is none to read inside the repository."""
    if not path.resolve().is_relative_to(root) or not path.is_file():
        return None
    try:
        return files.read(path, root)
    except CheckerError:
        return None


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
