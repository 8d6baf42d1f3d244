"""Waivers, listed for a screen, as a table and as JSON."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from checker.reports import safe
from checker.reports.words import count
from checker.reports.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.model.waiver import Draft, Drafts, Listed

_SCOPE = ("project", "path", "subject")


def text(waivers: Sequence[Listed], width: int) -> str:
    """Return each waiver with all that is on record of it."""
    blocks = ["\n".join(_block(waiver, width)) for waiver in waivers]
    return "\n\n".join([*blocks, _counted(waivers)]) + "\n"


def table(waivers: Sequence[Listed], width: int) -> str:
    """Return a table, those that end first before others."""
    from tabulate import tabulate

    rows = [[safe.line(str(cell)) for cell in _row(waiver)] for waiver in waivers]
    headers = ["rule", "use", "narrowed to", "last day", "days left", "state", "owner"]
    widths = [None, None, max(width // 5, 12), None, None, max(width // 5, 12), None]
    drawn = tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)
    return f"{drawn}\n\n{_counted(waivers)}\n" if rows else f"{_counted(waivers)}\n"


def as_json(waivers: Sequence[Listed], _width: int) -> str:
    """Return all waivers as JSON, in a shape of its own."""
    return safe.as_json({"version": 1, "waivers": [_shape(waiver) for waiver in waivers]})


def _shape(waiver: Listed) -> dict[str, str | int | None]:
    told = ("rule", "model", "project", "path", "subject", "reason", "owner", "approved_by", "ticket")
    named: dict[str, str | int | None] = {name: getattr(waiver, name) or None for name in told}
    term: dict[str, str | int | None] = {
        "granted": waiver.granted,
        "expires": waiver.expires,
        "state": waiver.state,
        "days_left": waiver.days_left,
    }
    return {**named, **term, "file": waiver.file}


WAIVERS: Mapping[str, Callable[[Sequence[Listed], int], str]] = MappingProxyType(
    {"table": table, "text": text, "json": as_json}
)


def _block(waiver: Listed, width: int) -> list[str]:
    lines = [safe.line(f"{waiver.rule} for {waiver.model or 'the manifest as a whole'}: {waiver.state}")]
    ticket = f", {waiver.ticket}" if waiver.ticket else ""
    told = {
        "until": f"{waiver.expires} (inclusive, UTC): {_left(waiver.days_left)}",
        "only": ", ".join(f"{name} {getattr(waiver, name)}" for name in _SCOPE if getattr(waiver, name)),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "granted": f"{waiver.granted} by {waiver.approved_by}{ticket}",
    }
    return lines + [
        line for label, said in told.items() if said for line in wrap(f"  {label}: ", safe.line(said), width)
    ]


def _row(waiver: Listed) -> list[str | int]:
    scope = ", ".join(getattr(waiver, name) for name in _SCOPE if getattr(waiver, name))
    return [waiver.rule, waiver.model, scope, waiver.expires, waiver.days_left, waiver.state, waiver.owner]


def _left(days: int) -> str:
    if days < 0:
        return f"over since {count(-days, 'day')}"
    return f"{count(days, 'day')} left"


def _counted(waivers: Sequence[Listed]) -> str:
    holding = sum(waiver.state == "holds" for waiver in waivers)
    return f"{count(len(waivers), 'waiver')}, {holding} in force"


_LEFT_TO_A_PERSON = {
    "reason": "why this is acceptable for the time being",
    "owner": "the team or person who sees to it that it goes away",
    "approved_by": "who accepts it",
}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def draft_text(found: Drafts) -> str:
    """Return drafts as the section `waivers` of a config; a field that a person has to fill is empty, and refused."""
    head = [f"# {rule} can't be waived: do what its finding says." for rule in found.fixed]
    if not found.drafts:
        return "\n".join([*head, "# Nothing that can be waived stops the build."]) + "\n"
    told = "# For .modelpolicy.yaml. Each empty field is for a person to fill; until then the config is refused."
    blocks = [line for draft in found.drafts for line in _drafted(draft, found.max_days)]
    return "\n".join([*head, told, "waivers:", *blocks]) + "\n"


def _drafted(draft: Draft, max_days: int) -> list[str]:
    fields = {"rule": draft.rule, **dict(draft.keys)}
    lines = [f"{name}: {_scalar(value)}" for name, value in fields.items()]
    lines += [f"{name}:  # {what}" for name, what in _LEFT_TO_A_PERSON.items()]
    lines += [
        f"granted: {draft.granted}",
        f"expires:  # the last day, at most {count(max_days, 'day')} after `granted`",
    ]
    return [f"  # {safe.line(draft.message)}", f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]


def _scalar(value: str | tuple[str, ...]) -> str:
    """Return a text as YAML, quoted where it could be read as anything else."""
    if not isinstance(value, str):
        return f"[{', '.join(map(_scalar, value))}]"
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    # YAML reads no pair of escapes for one character: what would need two stands as it is.
    return re.sub(
        "[^ -~\U00010000-\U0010ffff]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False)
    )
