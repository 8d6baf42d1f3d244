"""What a catalog must satisfy beyond its schema: every name has one meaning, every reference a target.

The same checks run over the shipped files in the tests, and over an organization's own files whenever they are read.
"""

from __future__ import annotations

import re
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.errors import Problem, did_you_mean
from checker.expressions.cel import matches
from checker.loading.catalog_names import KINDS
from checker.loading.catalog_references import Known, references, texts
from checker.source import child

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model.catalog import Catalog, Record
    from checker.source import Document

_FIELDS = {
    "aliases": None,
    "develops_as": None,
    "operates": "providers with a seat",
    "hosts": "providers with a seat",
    "floating": None,
    "prefixes": "prefixes",
    "id_prefixes": "prefixes",
    "owners": "owners",
    "suffixes": "suffixes",
    "id_suffixes": "endings of ids",
    "extensions": "extensions",
    "before": "prefixes of names",
    "after": "endings of names",
}
"""Lists of names in a record; the kind of name is the record's own kind, unless another is given here."""
_HELD = {
    "models": ("models", "spellings", "floating"),
    "licenses": ("licenses", "license_aliases"),
    "providers": ("providers", "provider_aliases"),
    "prefixes": ("prefixes", "id_prefixes"),
    "endings of ids": ("id_suffixes",),
    "prefixes of names": ("before",),
    "endings of names": ("after",),
    "places": ("places", "countries"),
    "seats": ("seats", "developer_seats"),
    "providers with a seat": ("provider_seats",),
}
"""The tables of a catalog that hold a kind of name, if the table is not called like the kind."""
_RECORDS = {
    "prefixes": "providers",
    "endings of ids": "providers",
    "owners": "rehosters",
    "suffixes": "formats",
    "extensions": "formats",
    "prefixes of names": "notations",
    "endings of names": "notations",
    "providers with a seat": "seats",
}
"""Whose records hold a kind of name, where the kind has another word."""
_USER_ASSIGNED = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")
"""The codes that ISO 3166-1 leaves free for its users, such as XK for Kosovo."""
_NARROW = re.compile(
    r"\^(?:[\w@/:-]|\\[^\w\s]|\((?:\?:)?|[)|?]|(?:\\d|\[0-9\])(?:\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?)+\$",
    re.ASCII,
)
"""A pattern for one checkpoint: its letters are fixed, and only a limited number of digits vary."""


class _Claim(NamedTuple):
    kind: str
    name: str
    record: str
    pointer: str


def problems(documents: Sequence[Document], base: Catalog | None) -> Iterator[Problem]:
    """Yield everything that is wrong with catalog files that stand beside `base`, or by themselves without one."""
    yield from _claimed_twice(documents, base)
    yield from _overrides(documents, base)
    known = Known(documents, base)
    for document in documents:
        for pointer, what, name, candidates in references(document, known):
            if name not in candidates:
                hint = did_you_mean(name, list(candidates)) or f"give it a record, or name {what} that has one"
                yield document.problem(pointer, f"`{name}` is not in the catalog: {what} without a record", hint)
        yield from _statuses(document, known)
        yield from _patterns(document, known)
        yield from _codes(document, base)
        yield from _lost_licenses(document, known)
        yield from _misnamed_profiles(document)


def ahead_of(documents: Iterable[Document], today: str) -> Iterator[Problem]:
    """Yield a problem for every `checked` date in the future: such a fact would not become old in time."""
    for document in documents:
        for pointer, value in texts(document.data, ""):
            if pointer.endswith("/checked") and value > today:
                message = f"`{value}` is in the future (today is {today})"
                yield document.problem(pointer, message, "write the day when the source was read")


# --- One name, one meaning ---------------------------------------------------------------------------------------


def _claimed_twice(documents: Iterable[Document], base: Catalog | None) -> Iterator[Problem]:
    """Yield a problem for every name that already has another meaning, in the file that claims it again."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    replaced = {
        (kind, record["id"])
        for document in documents
        for kind in KINDS
        for record in document.data.get(kind, ())
        if "overrides" in record
    }
    for document in documents:
        for claim in _claims(document):
            key = (claim.kind, claim.name.lower())
            holder = seen.setdefault(key, (document.path, claim.record))
            shipped = base is not None and _holder(base, *key) - {one for kind, one in replaced if kind in _kinds(key)}
            if shipped or holder != (document.path, claim.record):
                where = "the shipped catalog" if shipped else holder[0]
                message = f"{where} already has `{claim.name}` among its {claim.kind}"
                hint = "give your record a name of its own"
                if shipped and claim.pointer.endswith("/id"):
                    hint += ", or say why it replaces the shipped one: `overrides: ...`"
                yield document.problem(claim.pointer, message, hint)


def _kinds(key: tuple[str, str]) -> tuple[str, ...]:
    return (_RECORDS.get(key[0], key[0]),)


def _holder(base: Catalog, kind: str, name: str) -> set[str]:
    """Return the ids of the records that already have a name; a source has only its id."""
    # ANY is a word of the program.
    found: set[str] = {"ANY"} if (kind, name) == ("places", "any") else set()
    for table in _HELD.get(kind, (kind,)):
        rows: Mapping[str, Any] = getattr(base, table, {})
        for spelled in (name, name.upper()) if kind == "places" else (name,):
            held = rows.get(spelled)
            if held is not None:
                found.add(held if isinstance(held, str) else held.get("id", name))
    return found


def _claims(document: Document) -> Iterator[_Claim]:
    """Yield every name that a file claims."""
    for name in document.data.get("sources", {}):
        pointer = child("/sources", name)
        yield _Claim("sources", name, pointer, pointer)
    for kind in KINDS:
        for number, record in enumerate(document.data.get(kind, ())):
            yield from _claims_of(record, kind, f"/{kind}/{number}")


def _claims_of(record: Record, kind: str, pointer: str) -> Iterator[_Claim]:
    yield _Claim(kind, record["id"], pointer, f"{pointer}/id")
    for field, other in _FIELDS.items():
        for place, name in enumerate(record.get(field, ())):
            yield _Claim(other or kind, name, pointer, f"{pointer}/{field}/{place}")
    for space, spelled in record.get("ids", {}).items():
        for place, name in enumerate(spelled):
            yield _Claim(kind, name, pointer, f"{pointer}/ids/{space}/{place}")


def _overrides(documents: Iterable[Document], base: Catalog | None) -> Iterator[Problem]:
    """Yield a problem for every record that overrides nothing."""
    for document in documents:
        for kind in KINDS:
            for number, record in enumerate(document.data.get(kind, ())):
                if "overrides" in record and (base is None or record["id"] not in getattr(base, kind, {})):
                    message = f"`{record['id']}` overrides nothing: none of the shipped {kind} has this id"
                    hint = "correct the id, or remove `overrides`"
                    yield document.problem(f"/{kind}/{number}/overrides", message, hint, key=True)


# --- Patterns, codes, inheritance --------------------------------------------------------------------------------


def _statuses(document: Document, known: Known) -> Iterator[Problem]:
    """Yield a problem for every verified record that has no maker's own text among its sources."""
    said = dict(texts(document.data, ""))
    for pointer, value in said.items():
        if value == "verified" and pointer.endswith("/status"):
            places = (f"{pointer.removesuffix('/status')}/source/{number}" for number in count())
            named = [said[place] for place in takewhile(said.__contains__, places)]
            kinds = {known.sources[name]["kind"] for name in named if name in known.sources}
            if kinds == {"secondary"}:
                message = "`verified` means that the maker's own text was read, but no source here is such a text"
                yield document.problem(pointer, message, "write `secondary`, or name the text that was read")


def _patterns(document: Document, known: Known) -> Iterator[Problem]:
    """Yield a problem for every pattern that can't be read, that is wide, or that catches another model's name."""
    for number, record in enumerate(document.data.get("models", ())):
        for place, pattern in enumerate(record.get("patterns", ())):
            fault = _fault_of(pattern, record["id"], known)
            if fault is not None:
                yield document.problem(f"/models/{number}/patterns/{place}", f"`{pattern}` {fault[0]}", fault[1])


def _fault_of(pattern: str, model: str, known: Known) -> tuple[str, str] | None:
    if matches("", pattern) is None:
        return "is not a regular expression that RE2 accepts", "correct it; look-around is not supported"
    if not _NARROW.fullmatch(pattern):
        hint = "list the exact ids; or spell out the letters and let only digits vary, as in ^own-one-[0-9]{8}$"
        return "could match a whole family of models, and licenses belong to single models", hint
    caught = next((name for name, other in known.spellings.items() if other != model and matches(name, pattern)), None)
    return caught and (f"catches `{caught}`, a name of {known.spellings[caught]}", "narrow it, or list the exact ids")


def _codes(document: Document, base: Catalog | None) -> Iterator[Problem]:
    assigned = base.countries if base is not None else document.data.get("countries", {}).get("names", {})
    for code in document.data.get("countries", {}).get("names", {}):
        if code not in assigned and not _USER_ASSIGNED.fullmatch(code):
            message = f"`{code}` is not a country code of ISO 3166-1"
            hint = "use an assigned code, or one that is free for your own use: XA to XZ, QM to QZ, AA, ZZ"
            yield document.problem(child("/countries/names", code), message, hint, key=True)


def _lost_licenses(document: Document, known: Known) -> Iterator[Problem]:
    """Yield a problem for every model that was made from another developer's, and lacks a license of that one."""
    for number, record in enumerate(document.data.get("models", ())):
        for place, name in enumerate(record.get("base_models", ())):
            base = known.models.get(name)
            if base is None or base["developer"] == record["developer"]:
                continue
            for license_id in sorted(_licenses(base, known) - _licenses(record, known)):
                message = f"`{record['id']}` was made from `{name}` but does not have its license `{license_id}`"
                hint = "add it to `licenses`: all of them apply together"
                yield document.problem(f"/models/{number}/base_models/{place}", message, hint)


def _licenses(record: Record, known: Known) -> set[str]:
    named = (name for item in record["licenses"] for name in ([item] if isinstance(item, str) else item["any_of"]))
    return {known.license_id(name) for name in named}


def _misnamed_profiles(document: Document) -> Iterator[Problem]:
    """Yield a problem for every profile whose id does not say what it is of, so that nobody would find it."""
    for number, record in enumerate(document.data.get("profiles", ())):
        due = f"{record['provider']}.{record['profile']}.{record['model']}"
        if record["id"] != due:
            message = f"`{record['id']}` is not made of the provider, the profile and the model of this record"
            yield document.problem(f"/profiles/{number}/id", message, f"write `{due}`")
