"""What an id says, and a spelling on its way there: what was taken off it, and what is left."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Identity(NamedTuple):
    """What an id says: the model it names (if known), and what its spelling implies of provider and place.

    `among` holds the providers that the spelling leaves open; `runner` is a program of one's own that it names, which
    passes requests on to `services` at most. `rest` is what is left of the spelling where something was taken off.
    `read_as` says why a name that is not the model's own stands for it.
    """

    spelling: str
    model: str | None = None
    floating: bool = False
    provider: str | None = None
    region: str | None = None
    profile: str | None = None
    opaque: bool = False
    how: str = ""
    read_as: str = ""
    among: tuple[str, ...] = ()
    runner: str = ""
    services: tuple[str, ...] = ()
    rest: str = ""


class Names(Enum):
    """Which names count for what is left: any, those of repositories of the hub, or those of files of weights."""

    ANY = "any"
    HUB = "hub"
    FILE = "file"


class Reading(NamedTuple):
    """A spelling after some pieces were taken off: what they said, and what is left.

    `beside` is a file that was named in a repository, or the folder of a file: it must not name another model.
    A reading that holds `only_known` is dropped where what is left is no model.
    """

    identity: Identity
    rest: str
    names: Names = Names.ANY
    tag: str = ""
    beside: str = ""
    only_known: bool = False
