"""Policy tests: cases that say which verdict a rule comes to for a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checker.errors import CheckerError
from checker.loading import files, schema, shipped
from checker.loading.documents import decode, parse
from checker.source import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_NAMES_FILES = frozenset({"catalog", "policies"})


class Case(NamedTuple):
    """One case: the documents to judge, the day to judge them on, and the verdicts that are expected."""

    name: str
    manifest: Document
    config: Document | None
    as_of: str | None
    notices: Mapping[str, str | None]
    expect: Mapping[str, str]
    span: Span


def load(path: Path, root: Path) -> tuple[Case, ...]:
    """Read one file of cases; raises CheckerError with what is wrong with it."""
    document = schema.load(files.read(path, root), files.shown(path, root), "policy-tests")
    return tuple(_cases(document, path.parent, root))


def shipped_cases() -> Iterator[Case]:
    """Yield the cases of the shipped rules that are whole: those that name no other file than they hold."""
    folder = shipped.folder("policies") / "tests"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            document = parse(decode(entry.read_bytes(), entry.name), f"builtin/{entry.name}")
            yield from (_inline(document, number, case) for number, case in _written_out(document))


def _written_out(document: Document) -> Iterator[tuple[int, Any]]:
    for number, case in enumerate(document.data["cases"]):
        config = case.get("config", {})
        if not isinstance(case["manifest"], str) and not isinstance(config, str) and not _NAMES_FILES & config.keys():
            yield number, case


def _inline(document: Document, number: int, record: Any) -> Case:
    pointer = f"/cases/{number}"
    return Case(
        name=record["name"],
        manifest=_part(document, f"{pointer}/manifest", record["manifest"]),
        config=_part(document, f"{pointer}/config", record["config"]) if "config" in record else None,
        as_of=record.get("as_of"),
        notices=record.get("files", {}),
        expect=record["expect"],
        span=document.span(f"{pointer}/name"),
    )


def excerpt(part: Document) -> str:
    """Return the lines of a manifest or config that stands in a case, as they would stand in a file of their own."""
    line, column, end_line, end_column = part.values[""]
    lines = part.text.splitlines()[line - 1 : end_line]
    if len(lines) >= end_line - line + 1:
        lines[-1] = lines[-1][: end_column - 1]
    lines[0] = " " * (column - 1) + lines[0][column - 1 :]
    kept = [text[column - 1 :].rstrip() for text in lines]
    while kept and (not kept[-1] or kept[-1].lstrip().startswith("#")):
        kept.pop()
    return "\n".join(kept) + "\n"


def _cases(document: Document, folder: Path, root: Path) -> Iterator[Case]:
    for number, record in enumerate(document.data["cases"]):
        pointer = f"/cases/{number}"
        config = _document(document, pointer, "config", folder, root) if "config" in record else None
        yield Case(
            name=record["name"],
            manifest=_document(document, pointer, "manifest", folder, root),
            config=config,
            as_of=record.get("as_of"),
            notices=record.get("files", {}),
            expect=record["expect"],
            span=document.span(f"{pointer}/name"),
        )


def _document(document: Document, pointer: str, name: str, folder: Path, root: Path) -> Document:
    """Return a manifest or config that stands in the case itself, or in a file that it names."""
    inside: Any = document.at(f"{pointer}/{name}")
    if isinstance(inside, str):
        path = folder / inside
        if not path.is_file():
            raise CheckerError(
                document.problem(f"{pointer}/{name}", f"there is no file {inside}", "name a file relative to this one")
            )
        return parse(files.read(path, root), files.shown(path, root))
    return _part(document, f"{pointer}/{name}", inside)


def _part(document: Document, pointer: str, data: Any) -> Document:
    """Return a part of a document as one of its own, with the places that it has in the file."""
    places = {key.removeprefix(pointer): place for key, place in document.values.items() if _below(key, pointer)}
    keys = {key.removeprefix(pointer): place for key, place in document.keys.items() if _below(key, pointer)}
    return Document(path=document.path, text=document.text, data=data, values=places, keys=keys)


def _below(key: str, pointer: str) -> bool:
    return key == pointer or key.startswith(f"{pointer}/")
