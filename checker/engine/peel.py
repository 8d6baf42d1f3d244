"""What stands around a model's name, taken off one piece at a time, and what each piece says of where the model runs.

Every piece is a record of the catalog. Nothing here says that what is left is a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine.notation import file, notation, placed, revision
from checker.engine.reading import Identity, Names, Reading

if TYPE_CHECKING:
    from checker.model.catalog import Catalog


def readings(spelling: str, catalog: Catalog) -> list[Reading]:
    """Return a spelling as it stands, and then as each piece that is taken off leaves it."""
    found = [Reading(Identity(spelling=spelling), spelling)]
    while (following := _peeled(found[-1], catalog)) is not None:
        found.append(following)
    return found


def _peeled(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take one piece off; every peel leaves less than there was, so that reading ends."""
    if reading.identity.opaque or reading.names is not Names.ANY:
        return None
    for peel in _PEELS:
        following = peel(reading, catalog)
        if following is not None and len(following.rest) < len(reading.rest):
            return following
    return None


def _slash_route(reading: Reading, catalog: Catalog) -> Reading | None:
    route, slash, after = reading.rest.partition("/")
    provider = catalog.prefixes.get(route.lower())
    if not slash or provider is None or placed(reading.identity):
        return None
    how = f"the prefix `{route}/` is a route to {provider}"
    return reading._replace(identity=reading.identity._replace(provider=provider, how=how), rest=after)


def _region(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take off a region behind a route, or the key of a price list: where the deployment runs, its SKU says."""
    word, slash, after = reading.rest.partition("/")
    provider = catalog.providers.get(reading.identity.provider or "")
    if not slash or provider is None or reading.identity.region is not None:
        return None
    if word.lower() in provider.get("price_keys", ()):
        return reading._replace(rest=after)
    table = catalog.regions.get(provider.get("regions", ""), {})
    if word in table.get("names", ()) or word in table.get("groups", ()):
        return reading._replace(identity=reading.identity._replace(region=word), rest=after)
    return None


def _profile(reading: Reading, catalog: Catalog) -> Reading | None:
    profile, dot, after = reading.rest.partition(".")
    provider = catalog.profile_prefixes.get(profile.lower())
    if not dot or provider is None or reading.identity.runner or reading.identity.provider not in (None, provider):
        return None
    how = f"the prefix `{profile}.` is a cross-region profile of {catalog.providers[provider]['name']}"
    identity = reading.identity._replace(provider=provider, profile=profile.lower(), how=how)
    return reading._replace(identity=identity, rest=after)


def _id_prefix(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take off a prefix by which a provider marks what somebody else runs for it."""
    for prefix, provider in catalog.id_prefixes.items():
        if reading.rest.lower().startswith(prefix):
            how = f"ids that start with `{reading.rest[: len(prefix)]}` are served by it"
            identity = reading.identity._replace(provider=provider, how=how)
            return reading._replace(identity=identity, rest=reading.rest[len(prefix) :])
    return None


def _id_suffix(reading: Reading, catalog: Catalog) -> Reading | None:
    """Take off an ending by which a name says that somebody else runs it, whatever program is asked for it."""
    for suffix, provider in catalog.id_suffixes.items():
        if reading.rest.lower().endswith(suffix):
            name = catalog.providers[provider]["name"]
            how = f"a model whose tag ends in `{reading.rest[-len(suffix) :]}` runs in {name}"
            identity = reading.identity._replace(provider=provider, runner="", floating=False, how=how)
            return reading._replace(identity=identity, rest=reading.rest[: -len(suffix)], tag="")
    return None


_PEELS = (notation, file, _slash_route, _region, _profile, _id_prefix, _id_suffix, revision)
