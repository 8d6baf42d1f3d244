"""Look-ups in the catalog, for a screen, as a table and as JSON."""

from __future__ import annotations

import textwrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from checker.model.lookup import Found, Kind
from checker.model.openness import openness
from checker.reports import card, safe
from checker.reports.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.model.catalog import Catalog, Record

_LABEL = 14
_FOOT = "Facts with their sources; not legal advice."
_COLUMNS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.MODEL: ("id", "developer", "openness", "licenses", "status"),
        Kind.LICENSE: ("id", "kind", "name", "status"),
        Kind.PROVIDER: ("id", "kind", "name", "status"),
        Kind.PLACE: ("id", "name"),
        Kind.REGION: ("id", "lies in"),
    }
)


# --- One record --------------------------------------------------------------------------------------------------


def show_text(found: Found, catalog: Catalog, width: int) -> str:
    """Return the card of one record."""
    lines = [safe.line(card.title(found))]
    for section in card.sections(found, catalog):
        lines += ["", safe.line(section.heading)] if section.heading else [""] if len(lines) == 1 else []
        for label, text in section.lines:
            lines += _labeled(safe.line(label), safe.line(text), width)
    return "\n".join([*lines, "", _FOOT]) + "\n"


def _labeled(label: str, text: str, width: int) -> list[str]:
    lead = f"  {label:<{_LABEL}} "
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=lead,
        subsequent_indent=" " * (_LABEL + 3),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def show_table(found: Found, catalog: Catalog, width: int) -> str:
    """Return the card of one record as a table."""
    from tabulate import tabulate

    rows = [
        [safe.line(section.heading), safe.line(label), safe.line(text)]
        for section in card.sections(found, catalog)
        for label, text in section.lines
    ]
    widths = [24, 16, max(width - 48, 30)]
    table = tabulate(
        rows,
        headers=["", "", safe.line(card.title(found))],
        tablefmt="simple",
        disable_numparse=True,
        maxcolwidths=widths,
    )
    return f"{table}\n"


def show_json(found: Found, catalog: Catalog, _width: int) -> str:
    """Return one record as JSON, with what it refers to written out."""
    shape = {**_shape(found, catalog), "asked": found.asked, "said": list(found.said)}
    return safe.as_json({"version": 1, **shape, "others": [kind.value for kind in found.others]})


# --- Several records ---------------------------------------------------------------------------------------------


def list_text(found: Sequence[Found], _catalog: Catalog, _width: int) -> str:
    """Return one id on a line, for other programs."""
    return "".join(f"{safe.line(str(one.record['id']))}\n" for one in found)


def list_table(found: Sequence[Found], _catalog: Catalog, width: int) -> str:
    """Return a table for each kind of record that was found."""
    from tabulate import tabulate

    tables = []
    for kind, columns in _COLUMNS.items():
        rows = [_row(one) for one in found if one.kind is kind]
        if rows:
            headers = [kind.value if name == "id" else name for name in columns]
            widths = [None, *(max(width // len(columns), 16) for _ in columns[1:])]
            tables.append(
                tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)
            )
    return "\n\n".join([*tables, count(len(found), "record")]) + "\n"


def list_json(found: Sequence[Found], catalog: Catalog, _width: int) -> str:
    """Return all records as JSON."""
    return safe.as_json({"version": 1, "records": [_shape(one, catalog) for one in found]})


def _row(found: Found) -> list[str]:
    record = found.record
    special = {
        "openness": lambda: openness(record),
        "licenses": lambda: " AND ".join(_license_text(item) for item in record["licenses"]),
        "lies in": lambda: ", ".join(f"{cloud}: {' '.join(places)}" for cloud, places in record["lies_in"].items()),
    }
    cells = [special[name]() if name in special else str(record.get(name, "")) for name in _COLUMNS[found.kind]]
    return [safe.line(cell) for cell in cells]


def _license_text(item: Any) -> str:
    return item if isinstance(item, str) else f"({' OR '.join(item['any_of'])})"


# --- JSON --------------------------------------------------------------------------------------------------------


def _shape(found: Found, catalog: Catalog) -> dict[str, Any]:
    """Return a record under its kind; a license's or a provider's own kind moves aside for it."""
    record = _sourced(found.record, catalog)
    kind = {f"{found.kind.value}_kind": record.pop("kind")} if "kind" in record else {}
    shape = {"kind": found.kind.value, **record, **kind}
    if found.kind is Kind.MODEL:
        shape["licenses"] = [_license_shape(item, catalog) for item in record["licenses"]]
    return shape


def _license_shape(item: Any, catalog: Catalog) -> dict[str, Any]:
    if not isinstance(item, str):
        return {"any_of": [_license_shape(name, catalog) for name in item["any_of"]]}
    record = catalog.license(item)
    if record is None:
        return {"id": item, "spdx": None}
    named = {"id": record["id"], "spdx": record.get("spdx"), "license_kind": record["kind"]}
    return {**named, **{key: value for key, value in _sourced(record, catalog).items() if key != "kind"}}


def _sourced(record: Record, catalog: Catalog) -> dict[str, Any]:
    """Return a copy of a record with its sources written out."""
    shape = dict(record)
    if "source" in shape:
        shape["source"] = [{"id": name, **dict(catalog.sources.get(name, {}))} for name in shape["source"]]
    return shape


SHOW: Mapping[str, Callable[[Found, Catalog, int], str]] = MappingProxyType(
    {"text": show_text, "table": show_table, "json": show_json}
)
LIST: Mapping[str, Callable[[Sequence[Found], Catalog, int], str]] = MappingProxyType(
    {"table": list_table, "text": list_text, "json": list_json}
)
