"""The result of a look-up in the catalog: one record, and how its name was read."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from checker.model.catalog import Record


class Kind(Enum):
    """What a catalog can be asked for, in the order in which a name is tried."""

    MODEL = "model"
    LICENSE = "license"
    PROVIDER = "provider"
    PLACE = "place"
    REGION = "region"


class Found(NamedTuple):
    """One record: the name that was `asked` for, what its spelling `said` besides, and `others` that have this name."""

    kind: Kind
    record: Record
    asked: str = ""
    said: tuple[str, ...] = ()
    others: tuple[Kind, ...] = ()
