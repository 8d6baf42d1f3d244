"""How libraries, hubs and clouds write a model's name: what stands before it, and the files and revisions of hubs.

Every notation is a record of the catalog (`openai:`, `ollama/`, `https://huggingface.co/`, `arn:...`). Taking it off
leaves a name, or something that is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checker.engine.reading import Identity, Names, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.model.catalog import Catalog, Record

_HOLES = re.compile(r"(\*|\{region\})")
_HOLE = {"*": "[^/:]*", "{region}": "(?P<region>[^/:]*)"}
_FOLDERS = re.compile(r"[/\\]")
_PART_OF_MANY = re.compile(r"-[0-9]{5}-of-[0-9]{5}$", re.ASCII)
_REPOSITORY = 2
"""A repository of a hub is OWNER/NAME."""


def notation(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take off the longest piece that a notation puts before a name."""
    best: tuple[int, Record, str] | None = None
    for template in catalog.before:
        length, region = _measure(template, reading.rest)
        if length > (best[0] if best is not None else 0):
            record = catalog.notations[catalog.before[template]]
            if _fits(record, reading.identity):
                best = (length, record, region)
    return None if best is None else _READERS[best[1]["kind"]](reading, *best, catalog)


def _measure(template: str, text: str) -> tuple[int, str]:
    """Return how much of a text a template takes, 0 where it does not hold, and the region that it finds there."""
    if "*" not in template and "{" not in template:
        return (len(template) if text[: len(template)].lower() == template.lower() else 0), ""
    pattern = "".join(_HOLE.get(piece) or re.escape(piece) for piece in _HOLES.split(template))
    found = re.match(pattern, text, re.IGNORECASE)
    return (0, "") if found is None else (found.end(), found.groupdict().get("region") or "")


def _fits(notation: Record, identity: Identity) -> bool:
    """Say whether a notation may stand here: one provider or program is named once, and some stand below one only."""
    if "under" in notation:
        return identity.provider in notation["under"]
    if "providers" in notation or notation["kind"] == "runner":
        return not placed(identity) or [identity.provider] == list(notation.get("providers", ()))
    return True


def placed(identity: Identity) -> bool:
    """Say whether a provider or a program was named already; a second one is not read."""
    return bool(identity.provider or identity.among or identity.runner)


def _route(reading: Reading, length: int, notation: Record, region: str, catalog: Catalog) -> Reading:
    identity, taken = reading.identity, reading.rest[:length]
    named = tuple(notation.get("providers", ()))
    if len(named) == 1:
        names = catalog.providers[named[0]]["name"] if named[0] in catalog.providers else named[0]
        how = notation.get("means") or f"the prefix `{taken}` names {names}"
        identity = identity._replace(provider=named[0], how=how)
    elif named:
        identity = identity._replace(among=named)
    identity = identity._replace(how=identity.how or notation.get("means", ""), region=region or identity.region)
    only_known = reading.only_known or "only_known" in notation
    return reading._replace(identity=identity, rest=reading.rest[length:], only_known=only_known)


def _runner(reading: Reading, length: int, notation: Record, _region: str, _catalog: Catalog) -> Reading:
    rest, tag = reading.rest[length:], notation.get("untagged", "")
    how = f"the prefix `{reading.rest[:length]}` names {notation['name']}, which runs where you run it"
    identity = reading.identity._replace(
        runner=notation["name"],
        services=tuple(notation.get("services", ())),
        how=how,
        floating=bool(tag) and ":" not in rest,
    )
    return reading._replace(identity=identity, rest=rest, tag=tag)


def _hub(reading: Reading, length: int, notation: Record, _region: str, catalog: Catalog) -> Reading:
    """Take off the address of a hub, and what leads from a repository there to a revision or a file."""
    path = re.split("[?#]", reading.rest[length:], maxsplit=1)[0].strip("/")
    owner, *more = path.split("/")
    leads = more[1:2] and (more[1].lower() in notation.get("files", ()) or "@" in more[0])
    file = more[-1] if more[1:] and _extension(more[-1], catalog) else ""
    rest = "/".join([owner, *(more[:1] if leads or file else more)])
    identity = reading.identity._replace(how=reading.identity.how or notation.get("means", ""))
    return reading._replace(
        identity=identity, rest=re.split("[:@]", rest, maxsplit=1)[0], names=Names.HUB, beside=_stem(file, catalog)
    )


def _opaque(reading: Reading, length: int, notation: Record, _region: str, _catalog: Catalog) -> Reading:
    identity = reading.identity._replace(opaque=True, how=notation.get("means", f"{notation['name']} hide the model"))
    return reading._replace(identity=identity, rest=reading.rest[length:])


_READERS: dict[str, Callable[[Reading, int, Record, str, Catalog], Reading]] = {
    "route": _route,
    "runner": _runner,
    "hub": _hub,
    "opaque": _opaque,
}


# --- Files and revisions -----------------------------------------------------------------------------------------


def file(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take a file of weights out of its folders; a folder that is named like a repository has to be of this model."""
    extension = _extension(reading.rest, catalog)
    if reading.identity.provider is not None or not extension:
        return None
    *folders, name = _FOLDERS.split(reading.rest)
    endings = tuple(catalog.formats[catalog.extensions[extension]]["suffixes"])
    is_repository = bool(folders) and folders[-1].lower().endswith(endings)
    repository = "/".join(folders[-_REPOSITORY:]) if is_repository else ""
    return reading._replace(rest=_stem(name, catalog), names=Names.FILE, beside=repository)


def _extension(name: str, catalog: Catalog) -> str:
    return next((ending for ending in catalog.extensions if name.lower().endswith(ending)), "")


def _stem(name: str, catalog: Catalog) -> str:
    """Return the name of a file without its extension, and without the number of one part of many."""
    return _PART_OF_MANY.sub("", name[: len(name) - len(_extension(name, catalog))]) if name else ""


def revision(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take the revision off a repository of the hub (`OWNER/NAME@main`); elsewhere `@` is part of the name."""
    owner, slash, name = reading.rest.partition("/")
    if not (owner and slash) or placed(reading.identity):
        return None
    for mark, notation_id in catalog.after.items():
        repository, found, _ = name.partition(mark)
        if catalog.notations[notation_id]["kind"] == "hub" and found and "/" not in repository:
            return reading._replace(rest=f"{owner}/{repository}", names=Names.HUB)
    return None
