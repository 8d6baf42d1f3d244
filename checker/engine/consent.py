"""Approvals and agreements of the config: which of them cover a use or a destination, and why others do not.

One that has run out, that has not begun or that was given for something else is not passed over in silence: findings
that ask for it say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.engine import bound
from checker.model import term
from checker.model.fact import ADDRESS, Remark
from checker.model.term import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.engine.bound import Base
    from checker.engine.lineage import Subject
    from checker.model.catalog import Catalog
    from checker.model.manifest import Config

Record = Mapping[str, Any]


class Register(NamedTuple):
    """Where consents are on record, the day that they are asked for, and what a trusted commit declares, if any.

    `lacking` are the files that are named as evidence and are not there.
    """

    config: Config
    catalog: Catalog
    day: str
    base: Base | None = None
    lacking: frozenset[str] = frozenset()


class Consents(NamedTuple):
    """The kinds that are in force, and what is to be said of records that cover nothing."""

    kinds: list[str]
    remarks: tuple[Remark, ...]


def approvals(subject: Subject, register: Register) -> Consents:
    """Return the approvals that cover a use."""
    given = [one for one in register.config.section("approvals") or () if names(one, subject)]
    case = bound.Case(_key(subject), bound.ground(subject, register.catalog)) if given else None
    kinds, remarks = [], []
    for approval in given:
        remark = _of_approval(approval, case, register) if case is not None else None
        if remark is None:
            kinds.append(approval["kind"])
        else:
            remarks.append(remark)
    return Consents(kinds, _open(kinds, remarks))


def agreements(stop: Mapping[str, Any], register: Register) -> Consents:
    """Return the agreements in force with a destination's provider; the end user's own account has none of ours."""
    if stop.get("account") == "user":
        return Consents([], ())
    kinds, remarks = [], []
    for agreement in register.config.section("agreements") or ():
        if register.catalog.provider_id(agreement["provider"]) == stop.get("provider_id", stop.get("provider")):
            what = f"your agreement of kind {agreement['kind']} with {agreement['provider']}"
            remark = _of_term(agreement, what, register.day)
            if remark is None:
                kinds.append(agreement["kind"])
            else:
                remarks.append(remark)
    return Consents(kinds, _open(kinds, remarks))


def names(approval: Record, subject: Subject) -> bool:
    """Say whether an approval names a use, whatever that use is."""
    manifest = subject.manifest
    return bool(
        approval["model"] == subject.use.id
        and approval.get("project", manifest.project) == manifest.project
        and approval.get("path", manifest.path) == manifest.path
    )


def records(uses: Iterable[Subject], register: Register, *, whole: bool) -> dict[str, list[dict[str, Any]]]:
    """Return approvals and agreements as rules about the config read them, held against the uses looked at."""
    listed = list(uses)
    return {
        "approvals": [
            _approval(approval, number, [one for one in listed if names(approval, one)], register, whole=whole)
            for number, approval in enumerate(register.config.section("approvals") or ())
        ],
        "agreements": list(_agreements(listed, register, whole=whole)),
    }


def _of_approval(approval: Record, case: bound.Case, register: Register) -> Remark | None:
    kind = approval["kind"]
    what = f"the approval of kind {kind} for `{case.key[1]}`"
    refused = bound.refusal(approval, _placed(case, kind), register.catalog, register.base)
    if refused is None:
        return _of_term(approval, what, register.day)
    fix = f"Have it approved for what is there now, and write it into the approval: `{refused.write}`."
    return Remark(kind=kind, why=f"{what} does not cover it: {refused.why}", fix=fix)


def _placed(case: bound.Case, kind: str) -> bound.Case:
    """An approval of what a manifest claims rests on that; of any other it is not known what it rests on."""
    return case._replace(placed=kind not in bound.NEEDS)


def _of_term(item: Record, what: str, day: str) -> Remark | None:
    match term.of(item).state(day):
        case State.HOLDS:
            return None
        case State.OVER:
            why, fix = f"{what} ended on {item['expires']}", "Renew it, and record its new end."
        case State.NOT_BEGUN:
            why, fix = f"{what} begins on {item['granted']}", "Wait for that day, or correct `granted`."
    return Remark(kind=item["kind"], why=why, fix=fix)


def _open(kinds: Sequence[str], remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Leave out what is said of a kind of which another record is in force."""
    return tuple(remark for remark in remarks if remark.kind not in kinds)


def _key(subject: Subject) -> bound.Key:
    return subject.manifest.path, subject.use.id


def _approval(
    approval: Record, number: int, uses: Sequence[Subject], register: Register, *, whole: bool
) -> dict[str, Any]:
    """Return an approval as rules see it: its state, what it covers, and what would bind it."""
    kind = approval["kind"]
    cases = [_placed(bound.Case(_key(one), bound.ground(one, register.catalog)), kind) for one in uses]
    refused = [bound.refusal(approval, case, register.catalog, register.base) for case in cases]
    held = [case for case, one in zip(cases, refused, strict=True) if one is None]
    paths = sorted({case.key[0] for case in cases})
    return {
        **_in_term(approval, "approvals", number, register),
        "looked": whole or approval.get("path") in paths,
        "named": bool(cases),
        "used": bool(held),
        "refused": next((one.why for one in refused if one is not None), ""),
        "write": "" if "identified" in approval else " or ".join(bound.lines(case) for case in held),
        "manifests": paths if "project" in approval and "path" not in approval else [],
    }


def _agreements(uses: Sequence[Subject], register: Register, *, whole: bool) -> Iterator[dict[str, Any]]:
    for number, agreement in enumerate(register.config.section("agreements") or ()):
        provider = register.catalog.provider_id(agreement["provider"])
        used = any(provider in dict(bound.ground(one, register.catalog).stops).values() for one in uses)
        more = {"looked": whole, "used": used, "evidence_there": agreement["evidence"] not in register.lacking}
        yield {**_in_term(agreement, "agreements", number, register), **more}


def _in_term(item: Record, section: str, number: int, register: Register) -> dict[str, Any]:
    state = term.of(item).state(register.day).value
    return {**item, ADDRESS: f"config#/{section}/{number}", "state": state}
