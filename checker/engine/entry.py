"""Entries of a house list, `AXIS:VALUE`, read through the catalog: what each stands for, or why it stands for nothing.

A ban that bans nothing must not look like one, so a value that the catalog does not have is a fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.engine.identify import identify
from checker.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checker.model.catalog import Catalog

OPENNESS = {
    "open-weights": ("open-weights", "fully-open"),
    "fully-open": ("fully-open",),
    "closed": ("closed",),
}
"""What each word for openness covers: a model that is fully open has open weights as well."""
PLACE = "place"
"""The axis on which an entry `region:EU` is compared: the countries where processing may happen."""


_FEW = 40
"""How many names of an axis a hint lists."""


class Entry(NamedTuple):
    """One entry: as it is written, its axis, and the values that it stands for (all in lower case, countries aside).

    `compared` is the axis on which a use is compared with it: its own, or PLACE. `address` is where it stands.
    """

    text: str
    axis: str
    compared: str
    values: tuple[str, ...]
    address: str


class Fault(NamedTuple):
    """Why an entry can't be used, and what to write instead."""

    message: str
    hint: str


def read(text: str, address: str, catalog: Catalog) -> Entry | Fault:
    """Return what an entry stands for."""
    word, colon, value = text.partition(":")
    axis = word.strip().lower()
    if colon and axis in _AXES:
        return _on(axis, value.strip(), text, address, catalog)
    if _model(text, catalog):
        return _bare(text, address, catalog)
    elsewhere = _elsewhere(text, catalog)
    if elsewhere:
        message = f"`{text}` is no model of the catalog, and a value without an axis is a model"
        return Fault(message, f"write {' or '.join(f'`{one}`' for one in elsewhere)}")
    if colon:
        hint = did_you_mean(axis, _AXES) or f"the axes are {', '.join(_AXES)}"
        return Fault(f"`{text}` has no axis: `{word}` is none, and the whole is no model of the catalog", hint)
    return _nothing("model", text, catalog)


def _bare(text: str, address: str, catalog: Catalog) -> Entry | Fault:
    """Return the model that a bare value names, unless a developer or a provider has the same name."""
    others = _elsewhere(text, catalog, ("developer", "provider"))
    if not others:
        return _on("model", text, text, address, catalog)
    choices = ", ".join(f"`{one}`" for one in (f"model:{text}", *others))
    return Fault(f"`{text}` may mean a model or who makes or serves models", f"write one of {choices}")


def _on(axis: str, value: str, text: str, address: str, catalog: Catalog) -> Entry | Fault:
    values = _AXES[axis].find(value, catalog)
    if not values:
        return _nothing(axis, value, catalog)
    place = axis == "region" and catalog.members(value) is not None
    return Entry(text=text, axis=axis, compared=PLACE if place else axis, values=values, address=address)


def _nothing(axis: str, value: str, catalog: Catalog) -> Fault:
    message = f"`{value}` stands for no {_AXES[axis].what} of the catalog, so this entry would match nothing"
    names = list(_AXES[axis].names(catalog))
    near = did_you_mean(value, names, most=2)
    elsewhere = [one for one in _elsewhere(value, catalog) if not one.startswith(f"{axis}:")]
    other = f"write {' or '.join(f'`{one}`' for one in elsewhere)}" if elsewhere else ""
    known = f"there are {', '.join(names)}" if len(names) <= _FEW else _AXES[axis].else_
    return Fault(message, near or other or known)


_NAMING = ("developer", "provider", "family", "license", "license-kind", "openness", "country")


def _elsewhere(value: str, catalog: Catalog, axes: Sequence[str] = _NAMING) -> list[str]:
    """Return the entries that a value could be on other axes."""
    return [f"{axis}:{value}" for axis in axes if value and _AXES[axis].find(value, catalog)]


# --- What a value stands for, axis by axis; nothing where it stands for nothing ----------------------------------


def _model(value: str, catalog: Catalog) -> tuple[str, ...]:
    found = identify(value, catalog).model
    known = value.lower() if found is None and value.lower() in catalog.models else found
    return () if known is None else (known,)


def _developer(value: str, catalog: Catalog) -> tuple[str, ...]:
    name = developer_key(value, catalog)
    return (name,) if catalog.developer(value) is not None or name in catalog.developers else ()


def developer_key(name: str, catalog: Catalog) -> str:
    """Return what all names of a developer have in common: the id of its seat, else the name itself."""
    seat = catalog.developer(name)
    return name.lower() if seat is None else str(seat["id"])


def _country(value: str, catalog: Catalog) -> tuple[str, ...]:
    named = {name.lower(): code for code, name in catalog.countries.items()}
    return catalog.members(named.get(value.lower(), value)) or ()


def _provider(value: str, catalog: Catalog) -> tuple[str, ...]:
    record = catalog.provider(value)
    if record is not None:
        return (str(record["id"]),)
    return (value.lower(),) if catalog.operator(value) is not None else ()


def _license(value: str, catalog: Catalog) -> tuple[str, ...]:
    record = catalog.license(value)
    return () if record is None else (str(record["id"]).lower(),)


def _license_kind(value: str, catalog: Catalog) -> tuple[str, ...]:
    return (value.lower(),) if value.lower() in _kinds(catalog) else ()


def _kinds(catalog: Catalog) -> Sequence[str]:
    return sorted({str(record["kind"]) for record in catalog.licenses.values()})


def _openness(value: str, _catalog: Catalog) -> tuple[str, ...]:
    return OPENNESS.get(value.lower(), ())


def _region(value: str, catalog: Catalog) -> tuple[str, ...]:
    members = catalog.members(value)
    if members is not None:
        return members
    return tuple(dict.fromkeys(name.lower() for label, name in _labels(catalog) if label.lower() == value.lower()))


def _labels(catalog: Catalog) -> Iterable[tuple[str, str]]:
    """Yield every spelling of a region of some cloud, with the name that the cloud has for it."""
    yield from ((name, name) for name in _regions(catalog))
    for table in catalog.regions.values():
        yield from table.get("labels", {}).items()


def _regions(catalog: Catalog) -> Iterable[str]:
    return [name for table in catalog.regions.values() for part in ("names", "groups") for name in table.get(part, ())]


def _places(catalog: Catalog) -> list[str]:
    return [*catalog.places, *catalog.countries, *catalog.countries.values()]


def _word(table: str) -> Callable[[str, Catalog], tuple[str, ...]]:
    def find(value: str, catalog: Catalog) -> tuple[str, ...]:
        return (value.lower(),) if value.lower() in getattr(catalog, table) else ()

    return find


class _Axis(NamedTuple):
    """How values of an axis are found, what one is called, which names there are, and what to say if none is near."""

    find: Callable[[str, Catalog], tuple[str, ...]]
    what: str
    names: Callable[[Catalog], Iterable[str]]
    else_: str


def _known(table: str) -> Callable[[Catalog], Iterable[str]]:
    return lambda catalog: sorted(str(name) for name in getattr(catalog, table).values())


_ADD = "correct it, or add a record to your own catalog (`catalog` in .modelpolicy.yaml)"
_CODE = "use the code of a country, such as DE, or a named set, such as EU"

_AXES: dict[str, _Axis] = {
    "model": _Axis(_model, "model", lambda catalog: [*catalog.spellings, *catalog.floating], _ADD),
    "family": _Axis(_word("families"), "family", _known("families"), _ADD),
    "developer": _Axis(
        _developer, "developer", lambda catalog: [*catalog.developer_seats, *catalog.developers.values()], _ADD
    ),
    "country": _Axis(_country, "country", _places, _CODE),
    "provider": _Axis(_provider, "provider", lambda catalog: catalog.provider_aliases, _ADD),
    "provider-country": _Axis(_country, "country", _places, _CODE),
    "license": _Axis(_license, "license", lambda catalog: catalog.license_aliases, _ADD),
    "license-kind": _Axis(_license_kind, "kind of license", _kinds, _ADD),
    "openness": _Axis(_openness, "openness", lambda _: OPENNESS, _ADD),
    "modality": _Axis(_word("modalities"), "modality", _known("modalities"), _ADD),
    "task": _Axis(_word("tasks"), "task", _known("tasks"), _ADD),
    "region": _Axis(_region, "region or place", lambda catalog: [*_regions(catalog), *_places(catalog)], _CODE),
}
AXES = tuple(_AXES)
"""What an entry may name, in the order of the documentation."""
