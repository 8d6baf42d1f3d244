"""Manifests: strict YAML, the schema, then what a schema can't say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem, did_you_mean
from checker.loading import files, schema
from checker.loading.defaults import written_out
from checker.loading.gateway import behind
from checker.loading.parameter import is_of
from checker.model.manifest import Config, Manifest, Use, evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from checker.loading.tree import Commit
    from checker.model.policy import Question
    from checker.source import Document

# What describes the model itself: a fallback to another model does not take it over.
_OF_THE_MODEL = frozenset(
    {
        *("license", "base_model", "base_evidence", "trained_on", "modifications", "approval", "notices"),
        "source_offer",
    }
)
_FILES = ("attribution", "notices", "source_offer")
_OWN = frozenset({"id", "fallbacks"})
_WHERE = frozenset({"deployment", "gateway"})


def load(path: Path, root: Path, config: Config, questions: tuple[Question, ...]) -> Manifest:
    """Read one manifest; raises CheckerError with every problem of the file."""
    document = _document(path, root)
    inside = root if path.resolve().is_relative_to(root) else files.repository_root(path.parent)
    built = _build(document, path.parent, inside, config, questions)
    return built._replace(other_configs=tuple(_other_configs(path.parent.resolve(), root, config)))


def _other_configs(folder: Path, root: Path, config: Config) -> Iterator[str]:
    """Yield the configs in the folders from a manifest up to the root that are not the one in force."""
    while folder.is_relative_to(root) and folder != root:
        found = folder / files.CONFIG_NAME
        if found.is_file() and files.shown(found, root) != config.path.rpartition(":")[2]:
            yield files.shown(found, root)
        folder = folder.parent


def read(
    path: Path, root: Path, config: Config | None = None, questions: tuple[Question, ...] | None = None
) -> Document:
    """Read one manifest for its problems alone; raises CheckerError with every one that the file has.

    Where the config or the questions can't be known (None), what only they can tell is left out.
    """
    document = _document(path, root)
    refuse(document, config, questions)
    return document


def refuse(document: Document, config: Config | None, questions: tuple[Question, ...] | None) -> None:
    """Raise CheckerError where a manifest is at fault beyond its schema, as far as `read` can tell."""
    declared = tuple(_uses(document))
    problems = _faults(document, declared, _resolved(declared, config or Config()), config, questions)
    if problems:
        raise CheckerError(*problems)


def of_commit(commit: Commit, path: Path, config: Config, questions: tuple[Question, ...]) -> Manifest:
    """Read the manifest that a commit has at a path, under that path; raises CheckerError with its problems."""
    document = schema.load(commit.read(path), files.shown(path, commit.root), "manifest", written_out)
    return _build(document, path.parent, commit.root, config, questions)


def _document(path: Path, root: Path) -> Document:
    return schema.load(files.read(path, root), files.shown(path, root), "manifest", written_out)


def from_document(
    document: Document, folder: Path, root: Path, config: Config, questions: tuple[Question, ...]
) -> Manifest:
    """Validate a parsed manifest; attribution files are looked for from `folder`, and only inside `root`."""
    document = written_out(document)
    schema.validate(document, "manifest")
    return _build(document, folder, root, config, questions)


def _build(document: Document, folder: Path, root: Path, config: Config, questions: tuple[Question, ...]) -> Manifest:
    declared = tuple(_uses(document))
    uses = _resolved(declared, config)
    problems = _faults(document, declared, uses, config, questions)
    if problems:
        raise CheckerError(*problems)
    return Manifest(
        path=document.path,
        document=document,
        uses=uses,
        notices=_notices(uses, folder, root),
        evidence=_evidence(uses, folder, root),
    )


def _resolved(declared: tuple[Use, ...], config: Config) -> tuple[Use, ...]:
    return tuple(one for use in declared for one in behind(use, config))


def _faults(
    document: Document,
    declared: tuple[Use, ...],
    uses: tuple[Use, ...],
    config: Config | None,
    questions: tuple[Question, ...] | None,
) -> list[Problem]:
    return [
        *_duplicates(document, uses),
        *_two_places(document),
        *(_references(document, declared, config) if config is not None else ()),
        *contrary_bounds(document),
        *_same_stops(document, declared),
        *(_questions(document, questions) if questions is not None else ()),
    ]


def _two_places(document: Document) -> Iterator[Problem]:
    """Yield a problem for every use or fallback with both a deployment and a gateway."""
    for number, entry in enumerate(document.data["models"]):
        fallbacks = enumerate(entry.get("fallbacks", ()))
        entries = {f"/models/{number}": entry} | {f"/models/{number}/fallbacks/{at}": one for at, one in fallbacks}
        for pointer, one in entries.items():
            if one.keys() >= _WHERE:
                message = "both `deployment` and `gateway` are given, but the gateway already says where the model runs"
                yield document.problem(f"{pointer}/deployment", message, "remove one of the two", key=True)


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
    """Return a fallback with the keys it inherits; keys that describe another model are not inherited."""
    left_out = _OWN if fallback["model"] == entry["model"] else _OWN | _OF_THE_MODEL
    # Where it runs is taken over or replaced as a whole.
    left_out |= _WHERE if _WHERE & fallback.keys() else frozenset()
    return {**{key: value for key, value in entry.items() if key not in left_out}, **fallback}


def _duplicates(document: Document, uses: tuple[Use, ...]) -> Iterator[Problem]:
    first: dict[str, Use] = {}
    for use in uses:
        if use.id in first:
            line = document.span(first[use.id].pointer).line
            yield document.problem(
                f"{use.pointer}/id",
                f"the id `{use.id}` appears twice (first on line {line})",
                "give each use an id of its own",
            )
        first.setdefault(use.id, use)


def _references(document: Document, uses: tuple[Use, ...], config: Config) -> Iterator[Problem]:
    """Yield a problem for every name that nothing has, where it is written (a fallback inherits names)."""
    data = {**(config.section("data") or {}), **document.data.get("data", {})}
    ids = {use.id for use in uses}
    for use in uses:
        for pointer, name in _names(document, use, "data"):
            if name not in data:
                yield document.problem(pointer, f"no data set is called `{name}`", _known(name, data))
        for pointer, name in _names(document, use, "trained_on"):
            if name not in data and name not in ids:
                message = f"neither a use nor a data set is called `{name}`"
                yield document.problem(pointer, message, _known(name, [*data, *ids]))
        yield from _deployed(document, use, config)


def _names(document: Document, use: Use, key: str) -> Iterator[tuple[str, str]]:
    """Yield the names under a key that stands in the use's own entry, each with its pointer."""
    if f"{use.pointer}/{key}" in document.values:
        for number, name in enumerate(use.entry[key]):
            yield f"{use.pointer}/{key}/{number}", name


def _behind_a_gateway(document: Document, use: Use, config: Config) -> Iterator[Problem]:
    """Yield what is wrong with a gateway or an alias: the config knows them all."""
    gateways = config.section("gateways") or {}
    name, alias = use.entry["gateway"], use.entry["model"]
    if name not in gateways:
        if f"{use.pointer}/gateway" not in document.values:
            # A fallback takes its gateway over, and where that stands it was told of.
            return
        hint = _near(name, gateways) if gateways else "declare it under `gateways` in .modelpolicy.yaml"
        yield document.problem(f"{use.pointer}/gateway", f"the config has no gateway `{name}`", hint)
    elif alias not in gateways[name]["aliases"]:
        hint = _near(alias, gateways[name]["aliases"])
        yield document.problem(f"{use.pointer}/model", f"the gateway `{name}` has no alias `{alias}`", hint)


def _near(name: str, candidates: Iterable[str]) -> str:
    return did_you_mean(name, candidates) or f"known: {', '.join(sorted(candidates))}"


def _deployed(document: Document, use: Use, config: Config) -> Iterator[Problem]:
    if "gateway" in use.entry:
        yield from _behind_a_gateway(document, use, config)
    elif "deployment" not in use.entry:
        hint = "say where the model runs: type, provider, region"
        yield document.problem(use.pointer, f"the key `deployment` of `{use.id}` is missing", hint, key=True)


def _known(name: str, candidates: Iterable[str]) -> str:
    near = did_you_mean(name, candidates)
    declared = ", ".join(sorted(candidates))
    return near or (
        f"declared: {declared}" if declared else "declare it under `data`, in the manifest or in the config"
    )


def _same_stops(document: Document, uses: tuple[Use, ...]) -> Iterator[Problem]:
    for use in uses:
        # The gateway of a use is a stop of its own, under its own name.
        names: set[str] = {use.entry["gateway"]} if "gateway" in use.entry else set()
        for number, stop in enumerate(use.entry.get("via", ())):
            pointer = f"{use.pointer}/via/{number}/name"
            if stop["name"] in names and pointer in document.values:
                yield document.problem(
                    pointer, f"the name `{stop['name']}` appears twice", "give each stop a name of its own"
                )
            names.add(stop["name"])


def contrary_bounds(document: Document) -> Iterator[Problem]:
    """Yield a problem for every count whose lower bound is above its upper one."""
    for section in ("project", "organization", "operator"):
        for name, value in document.data.get(section, {}).items():
            if isinstance(value, dict) and value.get("at_least", 0) > value.get("at_most", value.get("at_least", 0)):
                yield document.problem(
                    f"/{section}/{name}",
                    f"`{section}.{name}`: at_least is larger than at_most",
                    "swap the two",
                )


def _questions(document: Document, questions: tuple[Question, ...]) -> Iterator[Problem]:
    """Yield what is wrong with `facts`: they are closed, typed, and asked for by the packs in force."""
    asked = {(question.scope, question.name): question for question in questions}
    for scope, pointer, entry in _askable(document):
        for name, value in entry.get("facts", {}).items():
            yield from _answered(document, f"{pointer}/facts/{name}", value, scope, asked)
        for question in questions:
            if question.scope == scope and question.required and question.name not in entry.get("facts", {}):
                message = f"a pack in force requires the fact `{question.name}` under `facts`"
                yield document.problem(pointer, message, question.means or "declare it", key=True)


def _askable(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield what can hold `facts`: scope, pointer and entry of the project, of every use and of every fallback."""
    yield "project", "/project", document.data["project"]
    for use in _uses(document):
        yield "use", use.pointer, use.entry


def _answered(
    document: Document, pointer: str, value: Any, scope: str, asked: Mapping[tuple[str, str], Question]
) -> Iterator[Problem]:
    name = pointer.rpartition("/")[2]
    question = asked.get((scope, name))
    if pointer not in document.values:
        return
    if question is None:
        names = [known for of, known in asked if of == scope]
        hint = _known(name, names) if names else "remove it"
        yield document.problem(pointer, f"no pack in force asks for the fact `{name}`", hint, key=True)
    elif not is_of(value, question.type) or (question.values and value not in question.values):
        words = ", ".join(map(str, question.values))
        wanted = f"one of {words}" if words else f"of type {question.type}"
        hint = f"write one of {words}" if words else f"write a {question.type}"
        yield document.problem(pointer, f"the fact `{name}` must be {wanted}", hint)


def _notices(uses: tuple[Use, ...], folder: Path, root: Path) -> dict[str, str | None]:
    names = [name for use in uses for key in _FILES for name in use.many(key)]
    return {name: _notice(folder / name, root) for name in dict.fromkeys(names)}


def _evidence(uses: tuple[Use, ...], folder: Path, root: Path) -> dict[str, bool]:
    names = dict.fromkeys(name for use in uses for name in evidence_of(use.entry))
    return {name: files.is_inside(folder / name, root) for name in names}


def _notice(path: Path, root: Path) -> str | None:
    """Return the text of a file that a use names; None where there is none to read inside the repository."""
    if not files.is_inside(path, root):
        return None
    try:
        return files.read(path, root)
    except CheckerError:
        return None
