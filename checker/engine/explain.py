"""From an outcome to a finding: the words, the places and the facts that a person needs to understand it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine.evaluate import Bindings, Outcome, evidence_paths, roots, value_of
from checker.expressions.template import fill
from checker.expressions.tree import EACH, Path
from checker.model.fact import ADDRESS, Declared, Facts, Gap, Inferred, Known, Remark, below, nearest
from checker.model.finding import Evidence, Finding, Place, Verdict
from checker.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.model.policy import Severity


class About(NamedTuple):
    """What a finding is about: the path of a manifest and its project, or of the config and no project.

    `place` is where the use stands, worked out once for all that is said of it.
    """

    path: str
    project: str
    place: Place | None = None


_SHOWN = (str, int, float, bool, list)


def finding(outcome: Outcome, facts: Facts, about: About, severity: Severity) -> Finding:
    """Return the finding of an outcome; its first place always stands in the manifest or the config."""
    if outcome.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return _quiet(outcome, facts, about, severity)
    rule = outcome.rule
    gaps = [gap for absence in outcome.missing if (gap := facts.gap(absence.address)) is not None]
    places = _places(outcome, facts, gaps)
    evidence = tuple(_evidence(outcome, facts))
    remarks = list(dict.fromkeys(_remarks(outcome, facts))) if facts.remarks else []
    return Finding(
        rule=rule.id,
        title=rule.title,
        pack=rule.pack,
        severity=severity,
        verdict=outcome.verdict,
        manifest=about.path,
        project=about.project,
        model=_use_of(outcome),
        subject=outcome.subject,
        message="; ".join([_message(outcome, gaps), *(remark.why for remark in remarks)]),
        why=rule.why,
        fix=" Otherwise: ".join([*(remark.fix for remark in remarks), _fix(outcome, gaps)]),
        references=rule.references,
        place=places[0],
        related=tuple(places[1:]),
        policy=rule.place,
        facts=evidence,
        missing=tuple(absence.name for absence in outcome.missing),
        gap=f"{gaps[0].why}|{gaps[0].at}" if gaps else "",
        about=_about(outcome),
        notes=tuple(_notes(outcome, facts, evidence)),
    )


def _quiet(outcome: Outcome, facts: Facts, about: About, severity: Severity) -> Finding:
    """Return the finding of an outcome that has nothing to explain: it rests on no facts."""
    rule = outcome.rule
    return Finding(
        rule=rule.id,
        title=rule.title,
        pack=rule.pack,
        severity=severity,
        verdict=outcome.verdict,
        manifest=about.path,
        project=about.project,
        model=_use_of(outcome),
        subject=outcome.subject,
        message=rule.title,
        why=rule.why,
        fix=_said_of_nothing(rule.fix),
        references=rule.references,
        place=about.place or place_of_use(facts),
        related=(),
        policy=rule.place,
        facts=(),
        missing=(),
    )


def _use_of(outcome: Outcome) -> str:
    use = outcome.bindings["use"].get("id", "")
    return use if isinstance(use, str) else ""


@cache
def _said_of_nothing(text: str) -> str:
    """Return what is left of a text when nothing fills its holes."""
    return fill(text, lambda _: None)


def place_of_use(facts: Facts) -> Place:
    """Return where the use stands that facts are about, else the list of uses."""
    span, pointer = facts.place(_use_address(facts.values)) or (Span("", 1, 1, 1, 1), "")
    return Place(span=span, pointer=pointer)


def _use_address(bindings: Bindings) -> str:
    address: str = bindings["use"].get(ADDRESS, "manifest#/models")
    return below(address, "id") if "id" in bindings["use"] else address


def _about(outcome: Outcome) -> tuple[str, ...]:
    """Name what was judged: the model as identified, who runs it and how, and who runs the elements that decide."""
    use = outcome.bindings["use"]
    stops = [use.get("deployment", {}), *(outcome.bindings.get(name) for name in outcome.rule.each)]
    runs = [str(stop[name]) for stop in stops if isinstance(stop, dict) for name in _RUNS if name in stop]
    return tuple(dict.fromkeys([str(use.get("identified", "")), *runs]))


_RUNS = ("provider", "type")


def _message(outcome: Outcome, gaps: list[Gap]) -> str:
    rule = outcome.rule
    if outcome.verdict is Verdict.FAIL:
        return _filled(outcome, rule.message) or f"this does not hold: {rule.title}"
    names = " and ".join(f"`{absence.name}`" for absence in outcome.missing[:3])
    reasons = "; ".join(dict.fromkeys(gap.why for gap in gaps)) or f"{names} is not declared and not known"
    lead = _filled(outcome, rule.message_unknown) or f'"{rule.title}" can\'t be judged'
    return f"{lead}: {reasons}"


def _fix(outcome: Outcome, gaps: list[Gap]) -> str:
    if outcome.verdict is Verdict.UNKNOWN:
        supplies = "; ".join(dict.fromkeys(gap.supply for gap in gaps))
        return supplies or f"declare {' and '.join(f'`{absence.name}`' for absence in outcome.missing[:3])}"
    return _filled(outcome, outcome.rule.fix) or "change what the finding names, or ask whoever owns the rule"


def _filled(outcome: Outcome, text: str) -> str:
    rule = outcome.rule
    return fill(text, lambda hole: value_of(rule, hole, outcome.bindings))


def _places(outcome: Outcome, facts: Facts, gaps: Iterable[Gap]) -> list[Place]:
    """Return the places of a finding, each once: what a missing fact asks to change, then the rule's own `at`."""
    addresses = [gap.at for gap in gaps] if outcome.verdict is Verdict.UNKNOWN else []
    paths = [(address, "supply it here") for address in addresses]
    paths += [(_address_of(path, outcome), path) for path in outcome.rule.at]
    paths.append((_use_address(outcome.bindings), "the use"))
    places: dict[Any, Place] = {}
    for address, label in paths:
        found = facts.place(address)
        if found is not None:
            span, pointer = found
            absent = isinstance(facts.origin(address), Declared) and _above(pointer, address)
            told = f"{label} (not declared)" if absent else label
            places.setdefault((span.path, span.line), Place(span=span, pointer=pointer, label=told))
    ordered = list(places.values())
    return ordered[:-1] if len(ordered) > 1 and ordered[-1].label == "the use" else ordered


def _above(pointer: str, address: str) -> bool:
    """Say whether a place is only what surrounds a declared fact that is absent."""
    document, _, own = address.partition("#")
    return document in ("manifest", "config") and own != pointer and own.startswith(f"{pointer}/")


def _address_of(path: str, outcome: Outcome) -> str:
    """Return the address of a dotted path; the root decides even where the rest is missing."""
    root, *rest = path.split(".")
    return _address(outcome.bindings.get(root), tuple(rest), f"{root}#")


def _address(value: Any, rest: Path, address: str) -> str:
    address = value.get(ADDRESS, address) if isinstance(value, dict) else address
    if not rest:
        return address
    inner = value.get(rest[0]) if isinstance(value, dict) else None
    return _address(inner, rest[1:], below(address, rest[0]))


def _remarks(outcome: Outcome, facts: Facts) -> Iterator[Remark]:
    """Yield what is to be said of consents that the rule asks for, and that are on record and count for nothing."""
    rule = outcome.rule
    asked = " ".join((rule.require, rule.when or "", *rule.variables.values()))
    for path in sorted(evidence_paths(rule)):
        for _, _, address in _leaves(path, outcome.bindings):
            yield from (one for one in facts.remarks.get(address, ()) if f'"{one.kind}"' in asked)


def _evidence(outcome: Outcome, facts: Facts) -> Iterator[Evidence]:
    """Yield the facts that a rule read, by name, each once."""
    seen: set[str] = set()
    clauses = {(name, part) for name in outcome.rule.each for part in ("clause", "quote")}
    for path in sorted(evidence_paths(outcome.rule) | clauses):
        for name, value, address in _leaves(path, outcome.bindings):
            if name not in seen and not name.startswith(("params.", "as_of", "variables.")):
                seen.add(name)
                yield Evidence(name=name, value=value, origin=facts.origin(address))


def _notes(outcome: Outcome, facts: Facts, evidence: Iterable[Evidence]) -> Iterator[str]:
    """Yield what a reader should know of the facts that a finding rests on."""
    yield from _bound_by(outcome)
    records = sorted(set(_rests_on(outcome, facts, evidence)))
    if facts.read_as and any(known.record.startswith("models/") for known in records):
        yield facts.read_as
    for known in records:
        if known.overrides:
            yield f"{known.record} is your own record, which replaces the shipped one: {known.overrides}"
        if known.status == "unconfirmed":
            yield f"{known.record} is unconfirmed: no text that was read says all of it"
        if known.checked < facts.stale_before:
            yield f"{known.record} was last checked on {known.checked}, longer ago than `max_fact_age_days` allows"


def _bound_by(outcome: Outcome) -> Iterator[str]:
    """Yield whose terms bind, for each license under judgment that comes through a channel."""
    for value in (outcome.bindings[name] for name in outcome.rule.each if name in outcome.bindings):
        if isinstance(value, dict) and "binds" in value.get("channel", ()):
            yield f"{value['channel']['binds']}: {value.get('name', value.get('id'))}"


def _rests_on(outcome: Outcome, facts: Facts, evidence: Iterable[Evidence]) -> Iterator[Known]:
    """Yield the catalog records behind a finding: those of its facts, its elements, and the lists that held them."""
    for fact in evidence:
        known = fact.origin.record if isinstance(fact.origin, Inferred) else fact.origin
        if isinstance(known, Known):
            yield known
    names = {*outcome.rule.each, *roots(outcome.rule)}
    values = [outcome.bindings[name] for name in names if name in outcome.bindings]
    values += [value["channel"] for value in values if isinstance(value, dict) and "channel" in value]
    for value in values:
        known = nearest(facts.known, value[ADDRESS]) if isinstance(value, dict) and ADDRESS in value else None
        if known is not None:
            yield known


def _leaves(path: Path, bindings: Any) -> Iterator[tuple[str, Any, str]]:
    root, *rest = path
    if root in bindings:
        yield from _follow(bindings[root], tuple(rest), root, f"{root}#")


def _follow(value: Any, rest: Path, name: str, address: str) -> Iterator[tuple[str, Any, str]]:
    address = value.get(ADDRESS, address) if isinstance(value, dict) else address
    if not rest:
        plain = {key: item for key, item in value.items() if key != ADDRESS} if _is_count(value) else value
        if (isinstance(plain, _SHOWN) and not _holds_records(plain)) or _is_count(value):
            yield name, plain, address
    elif rest[0] == EACH and isinstance(value, list):
        for number, element in enumerate(value):
            yield from _follow(element, rest[1:], name, below(address, number))
    elif isinstance(value, dict) and rest[0] in value:
        yield from _follow(value[rest[0]], rest[1:], f"{name}.{rest[0]}", below(address, rest[0]))


def _is_count(value: Any) -> bool:
    return isinstance(value, dict) and bool({"at_least", "at_most"} & value.keys())


def _holds_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
