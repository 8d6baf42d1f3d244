"""Pages of the catalog in Markdown: for people who read the rules and do not program."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from checker.model.lookup import Found, Kind
from checker.model.openness import STRICTNESS, openness
from checker.reports import card, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from checker.model.catalog import Catalog, Record

_STATUS = (
    "Read in its maker's own words: *verified*; in a dated copy or quotation: *secondary*; neither: *unconfirmed*."
)
_NOT_ADVICE = "Facts with their sources, as of the dates they carry. Not legal advice."


def licenses(catalog: Catalog) -> str:
    """Return every license by kind: what it permits, asks and forbids, with clauses and sources."""
    blocks = ["# Licenses", f"What each license of the catalog permits, asks for and forbids. {_STATUS}", _NOT_ADVICE]
    records = sorted(catalog.licenses.values(), key=_strict_first)
    rows = [[one["id"], one["kind"], *_rights(one), str(one["status"])] for one in records]
    head = ["license", "kind", "commercial use", "modification", "redistribution", "limits", "status"]
    blocks.append(_table(head, rows))
    blocks += ["\n\n".join(_section(Found(Kind.LICENSE, one), catalog)) for one in records]
    return "\n\n".join(blocks) + "\n"


def models(catalog: Catalog) -> str:
    """Return every model by its maker: how open it is and under which licenses."""
    blocks = [
        "# Models",
        f"Every model of the catalog is one exact checkpoint; a family has no license. {_STATUS}",
        "`modelpolicy catalog show NAME` says all that is known of one, by any of its names.",
        _NOT_ADVICE,
    ]
    makers: dict[str, list[Record]] = {}
    for model in sorted(catalog.models.values(), key=lambda model: (model["developer"].lower(), model["id"])):
        makers.setdefault(model["developer"], []).append(model)
    for maker, found in makers.items():
        rows = [[model["id"], openness(model), _licenses(model), _name(model), str(model["status"])] for model in found]
        blocks += [f"## {safe.markdown(maker)}", _table(["model", "open", "licenses", "a name of it", "status"], rows)]
    return "\n\n".join(blocks) + "\n"


def providers(catalog: Catalog) -> str:
    """Return every provider: where content is processed and stored, and on what that depends."""
    blocks = [
        "# Providers",
        f"Where each provider processes and stores content, as far as it says. {_STATUS}",
        _NOT_ADVICE,
    ]
    records = sorted(catalog.providers.values(), key=lambda one: (one["kind"], one["id"]))
    blocks += ["\n\n".join(_section(Found(Kind.PROVIDER, one), catalog)) for one in records]
    return "\n\n".join(blocks) + "\n"


def corrections(catalog: Catalog) -> str:
    """Return what is commonly believed, and what the texts say."""
    blocks = ["# Corrections to common belief", "The catalog follows the texts.", _NOT_ADVICE]
    for _, record in sorted(catalog.corrections.items()):
        lines = [f"## {safe.markdown(record['belief'])}", f"The text: {safe.markdown(record['text'])}"]
        if "shown_by" in record:
            lines.append(f"In this program: {safe.markdown(record['shown_by'])}")
        about = [name for kind in ("licenses", "models", "providers") for name in record.get(kind, ())]
        lines += [f"About: {safe.markdown(', '.join(about))}"] if about else []
        blocks.append("\n\n".join([*lines, _sources(record, catalog)]))
    return "\n\n".join(blocks) + "\n"


PAGES: Mapping[str, Callable[[Catalog], str]] = MappingProxyType(
    {"licenses": licenses, "models": models, "providers": providers, "corrections": corrections}
)


def _strict_first(license_: Record) -> tuple[int, str]:
    return STRICTNESS.index(license_["kind"]), str(license_["id"]).lower()


def _rights(license_: Record) -> Iterator[str]:
    words = {True: "yes", False: "no", None: "not known"}
    yield from (words[license_.get(right)] for right in ("commercial_use", "modification", "redistribution"))
    yield "not known" if "limits" not in license_ else "yes" if license_["limits"] else "none"


def _section(found: Found, catalog: Catalog) -> Iterator[str]:
    """Yield the heading and the lines of a record; its models and sources last, and briefly."""
    yield f"## {safe.markdown(str(found.record['id']))}"
    yield f"**{safe.markdown(str(found.record['name']))}**"
    for section in card.sections(found, catalog):
        if section.heading != "source":
            lines = [f"- {safe.markdown(label)}: {_linked(label, text)}" for label, text in section.lines]
            yield "\n".join(([f"{safe.markdown(section.heading)}:\n"] if section.heading else []) + lines)
    yield _sources(found.record, catalog)


def _linked(label: str, text: str) -> str:
    return safe.link(text, text) if label == "address" else safe.markdown(text)


def _sources(record: Record, catalog: Catalog) -> str:
    addresses = [catalog.sources.get(name, {}).get("url", "") for name in record["source"]]
    titles = [card.source(name, catalog) for name in record["source"]]
    read = "; ".join(safe.link(title, address) for title, address in zip(titles, addresses, strict=True))
    return f"Source: {read} (checked {record['checked']}, {record['status']})"


def _licenses(model: Record) -> str:
    return " AND ".join(_license(item) for item in model["licenses"])


def _license(item: Any) -> str:
    return item if isinstance(item, str) else f"({' OR '.join(item['any_of'])})"


def _name(model: Record) -> str:
    """Return the name that people know best: that of the hub, else the first there is."""
    ids = model["ids"]
    return str((ids.get("hub") or next(iter(ids.values())))[0])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [" | ".join(head)]
    lines.append(" | ".join("---" for _ in lines[0].split(" | ")))
    lines += [" | ".join(safe.markdown(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
