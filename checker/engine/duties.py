"""What is there to meet a duty of a license: the files that hold what it asks for, the name that it asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.visible import is_document, plain, squeezed
from checker.model.fact import ADDRESS, below

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.engine.ledger import Ledger
    from checker.model.catalog import Record

_CHANGED = re.compile(
    r"modif|chang|fine-?tun|quanti[sz]|adapt|prun|merg|distill|alter|derive|convert|retrain", re.IGNORECASE
)
"""What says that a model was changed, in whatever words."""
_LONGER_THAN_A_NOTICE = 3000
_BEGINNING = 500
_IN_PAPERS = frozenset({"license-copy", "state-changes", "pass-on-terms"})


class Offered(NamedTuple):
    """What a use has to meet duties with: what people see of its files, and the name that it gives its model.

    `notices` are the files of `attribution`, `papers` those and the files of `notices`; None: nobody can read it.
    """

    notices: Mapping[str, str | None]
    papers: Mapping[str, str | None]
    model: str


def met(duty: dict[str, Any], record: Record, offered: Offered, ledger: Ledger) -> dict[str, Any]:
    """Add what was found for a duty: `found_in`, the files that hold what it asks for, or `named`."""
    if duty["kind"] == "display":
        _add_found(duty, "attribution", offered.notices, holding(duty["text"], offered.notices), ledger)
    elif duty["kind"] == "name-prefix" and "prefix" in duty:
        duty["named"] = begins(offered.model, duty["prefix"])
        ledger.infer(below(duty[ADDRESS], "named"), f"the name in `{offered.model}`", "")
    elif duty["kind"] in _IN_PAPERS:
        _add_found(duty, "notices", offered.papers, _papers(duty, record, offered.papers), ledger)
    return duty


def trained(outputs: dict[str, Any], address: str, offered: Offered, ledger: Ledger) -> dict[str, Any]:
    """Return what a license says of outputs, and what the use has of it: whether it is `named` so, `shown_in` which."""
    added = dict(outputs)
    if "name_prefix" in outputs:
        added["named"] = begins(offered.model, outputs["name_prefix"])
        ledger.infer(below(address, "named"), f"the name in `{offered.model}`", "")
    if "shows" in outputs:
        found = [path for words in outputs["shows"] for path in holding(words, offered.papers)]
        added["shown_in"] = list(dict.fromkeys(found))
        ledger.infer(below(address, "shown_in"), searched(offered.papers, "notices"), "")
    return added


def holding(words: str, texts: Mapping[str, str | None]) -> list[str]:
    """Return the files that show the given words as words of their own, in small letters or in capitals."""
    wanted = re.compile(rf"(?<![\w-]){re.escape(plain(words))}(?![\w-])", re.IGNORECASE)
    return [path for path, text in texts.items() if text is not None and wanted.search(plain(text))]


def begins(model: str, prefix: str) -> bool:
    """Say whether the name of a model, without its publisher, begins with the given words."""
    name = squeezed(model.rpartition("/")[2])
    return name.startswith(squeezed(prefix))


def _papers(duty: Mapping[str, Any], record: Record, texts: Mapping[str, str | None]) -> list[str]:
    title = record.get("title", record["name"])
    there = {path: text for path, text in texts.items() if text is not None}
    if duty["kind"] == "license-copy":
        words = duty.get("holds", ())
        return [path for path, text in there.items() if _has_title(title, text) or _holds_any(words, text)]
    # What was changed, and what recipients agree to, is said by us: the license's own text says neither.
    own = {path: text for path, text in there.items() if not _is_text_of(title, text)}
    if duty["kind"] == "state-changes":
        return [path for path, text in own.items() if _CHANGED.search(text)]
    wanted = duty.get("holds", (title, record["name"], record.get("spdx", record["name"])))
    return [path for path, text in own.items() if _holds_any(wanted, text)]


def _has_title(title: str, text: str) -> bool:
    """Say whether a line begins with a title, which may run over three; within a sentence it is a mention."""
    wanted, lines = squeezed(title), text.splitlines()
    return any(squeezed("".join(lines[at : at + 3])).startswith(wanted) for at in range(len(lines)))


def _is_text_of(title: str, text: str) -> bool:
    """Say whether a file is the text of a license: it begins with the title, and is longer than a notice."""
    return len(text) > _LONGER_THAN_A_NOTICE and squeezed(title) in squeezed(text[:_BEGINNING])


def _holds_any(wanted: Iterable[str], text: str) -> bool:
    held = squeezed(text)
    return any(squeezed(words) in held for words in wanted)


def _add_found(
    duty: dict[str, Any], key: str, texts: Mapping[str, str | None], found: list[str], ledger: Ledger
) -> None:
    duty["found_in"] = found
    ledger.infer(below(duty[ADDRESS], "found_in"), searched(texts, key), "")


def searched(texts: Mapping[str, str | None], key: str) -> str:
    """Say which files of a key were searched, and why others were not."""
    told = [path if text is not None else f"{path} ({_why_not(path)})" for path, text in texts.items()]
    return f"searched: {', '.join(told)}" if told else f"no file is named in `{key}`"


def _why_not(path: str) -> str:
    return "can't be read" if is_document(path) else "no document that people read"
