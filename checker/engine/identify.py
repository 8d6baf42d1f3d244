"""From the id that a project writes to the model it names, and what the spelling itself gives away.

A spelling is peeled: what libraries, hubs and clouds put around a name is taken off piece by piece, and what is left is
looked up after each. No piece ever makes an unknown model known: what is left has to be the whole name of one.

The same checkpoint is published again in other formats (`-GGUF`, `-AWQ`), by its maker and by others (`unsloth/`). Such
a name is read as the model whose whole name is left when the format is taken off; a name of which anything else is left
is another model, and stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine.peel import readings
from checker.engine.reading import Identity, Names, Reading
from checker.expressions.cel import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model.catalog import Catalog

__all__ = ["Identity", "identify"]

_OF_WEIGHTS = frozenset({"hub", "ollama", "docker"})
"""Where weights are named; a record without such a name is of an API, under that API's terms."""


def identify(spelling: str, catalog: Catalog) -> Identity:
    """Return what an id names; total: an id that says nothing is an Identity without a model."""
    known = _KNOWN.get((id(catalog), spelling))
    if known is None or known[0] is not catalog:
        # The catalog is kept with the answer, so that no other one gets its identity.
        known = _KNOWN[id(catalog), spelling] = (catalog, _identified(spelling, catalog))
    return known[1]


_KNOWN: dict[tuple[int, str], tuple[Catalog, Identity]] = {}
"""What was identified in this process: many uses name the same model."""


def _identified(spelling: str, catalog: Catalog) -> Identity:
    peeled = readings(spelling, catalog)
    for find in (_by_name, _published_again):
        for reading in peeled:
            found = find(reading, catalog)
            if found is not None:
                return _settled(found, reading, catalog)
    last = next(reading for reading in reversed(peeled) if not reading.only_known)
    floating = last.identity.floating or last.rest.lower().endswith(_moving(catalog))
    return _settled(last.identity._replace(floating=floating), last, catalog)


def _moving(catalog: Catalog) -> tuple[str, ...]:
    return tuple(mark for mark, record in catalog.after.items() if catalog.notations[record]["kind"] == "moving")


def _settled(found: Identity, reading: Reading, catalog: Catalog) -> Identity:
    """Say what is left of the spelling, and whether a prefix names its company or only the protocol that it speaks.

    Others speak the protocols of OpenAI and Anthropic too, and LiteLLM writes `openai/` before whatever is served that
    way. Before a name of its own the prefix means the company, and before one that nobody knows: nothing is assumed.
    """
    if reading.rest != found.spelling:
        found = found._replace(rest=reading.rest)
    company = catalog.providers.get(found.provider or "", {})
    if "protocol_of" not in company or _is_its_own(found, reading.rest, company["protocol_of"], catalog):
        return found
    how = f"before `{reading.rest}`, which is no name of {company['name']}, its prefix names a protocol"
    return found._replace(provider=None, how=how)


def _is_its_own(found: Identity, name: str, developer: str, catalog: Catalog) -> bool:
    if "/" in name or found.model is None:
        return "/" not in name
    record = catalog.models[found.model]
    sold = {one.lower() for one in record["ids"].get("api", ())}
    closed = record.get("openness", {}).get("weights") != "open"
    return bool(record["developer"] == developer and (closed or name.lower() in sold))


def _by_name(reading: Reading, catalog: Catalog) -> Identity | None:
    """Return the model whose name is left, where any name counts."""
    if reading.names is not Names.ANY or reading.identity.opaque:
        return None
    for name in _spelled(reading):
        found = _look_up(reading.identity, name, catalog)
        if found.model is not None and (not reading.identity.runner or _has_weights(found, catalog)):
            # A name of somebody's API that a program of one's own serves is not what that API serves.
            return found
    return None


def _spelled(reading: Reading) -> Iterator[str]:
    """Yield what is left with the tag that it stands for, as it stands, and as a name of the provider before it."""
    if reading.tag and ":" not in reading.rest:
        yield f"{reading.rest}:{reading.tag}"
    yield reading.rest
    if reading.identity.provider is not None:
        yield f"{reading.identity.provider}/{reading.rest}"


def _published_again(reading: Reading, catalog: Catalog) -> Identity | None:
    """Read a name as the model that is left when formats are taken off it, for its own publisher and known others."""
    if reading.identity.opaque:
        return None
    name = reading.rest
    owner = name.partition("/")[0].lower() if "/" in name else ""
    rehoster = catalog.owners.get(owner)
    taken: list[str] = []
    while True:
        found = _under(name, rehoster, reading, catalog)
        if found is not None and (_has_weights(found, catalog) or not _needs_weights(reading, taken, catalog)):
            agrees = _agrees(reading, found, catalog)
            return found._replace(read_as=_reading(reading, found, rehoster, taken, catalog)) if agrees else None
        suffix = _format_suffix(name, catalog)
        if not suffix:
            return None
        taken.append(name[-len(suffix) :])
        name = name[: -len(suffix)]


def _under(name: str, rehoster: str | None, reading: Reading, catalog: Catalog) -> Identity | None:
    """Return the model of a name that is left: on a hub by names of the hub alone, in a file without an owner."""
    if reading.names is Names.FILE:
        found = _look_up_public(reading.identity, name, catalog)
    else:
        found = _look_up(reading.identity, name, catalog)
        if reading.names is Names.HUB and not _is_on_hub(found, name, catalog):
            found = reading.identity
        if found.model is None and rehoster is not None:
            found = _look_up_public(reading.identity, name.partition("/")[2], catalog)
    return found if found.model is not None else None


def _needs_weights(reading: Reading, taken: list[str], catalog: Catalog) -> bool:
    """Say whether only weights can be meant: on a hub, in a file, in a program of one's own, or in a format of them."""
    if reading.names is not Names.ANY or reading.identity.runner:
        return True
    formats = (catalog.formats.get(catalog.suffixes[suffix.lower()], {}) for suffix in taken)
    return any(record.get("changes") != "routing" for record in formats)


def _agrees(reading: Reading, found: Identity, catalog: Catalog) -> bool:
    """Say whether the file in a repository, or the folder of a file, names no other model.

    A file may be called anything in its repository; a folder that is named like a repository has to be of this model,
    and its owner one who is known to publish it.
    """
    if not reading.beside:
        return True
    names = Names.HUB if "/" in reading.beside else Names.FILE
    beside = Reading(Identity(spelling=reading.beside), reading.beside, names)
    other = _published_again(beside, catalog)
    return other.model == found.model if other is not None else reading.names is Names.HUB


def _has_weights(found: Identity, catalog: Catalog) -> bool:
    """Say whether what was found is a record of weights that one can have, and not of what an API serves."""
    record = catalog.models[found.model] if found.model is not None else {}
    return record.get("openness", {}).get("weights") == "open" and not _OF_WEIGHTS.isdisjoint(record["ids"])


def _is_on_hub(found: Identity, name: str, catalog: Catalog) -> bool:
    record = catalog.models[found.model] if found.model is not None else {"ids": {}}
    return name.lower() in {one.lower() for one in record["ids"].get("hub", ())}


def _look_up_public(identity: Identity, basename: str, catalog: Catalog) -> Identity:
    """Return the model that a name without its owner stands for; some write the maker into it (`google_gemma-...`)."""
    model = catalog.basenames.get(basename.lower())
    if model is None and "_" in basename:
        model = catalog.spellings.get(basename.lower().replace("_", "/", 1))
    return identity if model is None else identity._replace(model=model)


def _format_suffix(name: str, catalog: Catalog) -> str:
    """Return the longest ending of a name that tells a format, or nothing; something has to be left of the name."""
    lowered = name.lower()
    endings = [suffix for suffix in catalog.suffixes if lowered.endswith(suffix) and len(suffix) < len(name)]
    return max(endings, key=len, default="")


def _reading(reading: Reading, found: Identity, rehoster: str | None, taken: list[str], catalog: Catalog) -> str:
    who = f"{catalog.rehosters[rehoster]['name']} re-publishes models of others" if rehoster is not None else ""
    what = f"{' and '.join(f'`{suffix}`' for suffix in reversed(taken))} names a format" if taken else ""
    named = "its file has that name" if reading.names is Names.FILE else "that is its name on the hub"
    why = " and ".join(part for part in (who, what) if part) or named
    return f"`{found.spelling}` is read as {found.model}: {why}"


def _look_up(identity: Identity, spelling: str, catalog: Catalog) -> Identity:
    key = spelling.lower()
    if key in catalog.spellings:
        return identity._replace(model=catalog.spellings[key])
    if key in catalog.floating:
        return identity._replace(model=catalog.floating[key], floating=True)
    for pattern, model in catalog.patterns.items():
        if matches(spelling, pattern):
            return identity._replace(model=model)
    return identity
