"""What a working tree changes in the policy that judges it, and what the change would do.

Manifests are judged by the policy of a trusted commit. What the working tree has instead is compared part by part, and
the same manifests are judged by it as well, so that the effect can be told in verdicts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.model.fact import ADDRESS
from checker.source import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.app.policy_in_force import InForce
    from checker.model.finding import Finding
    from checker.model.policy import Policy, Severity

_LISTS = {"waivers": "waiver", "approvals": "approval", "agreements": "agreement"}
_FACTS = ("organization", "data", "gateways", "max_waiver_days")
_MOST = 5


class Change(NamedTuple):
    """One kind of change: what changed, in words; the document and pointer to show it at."""

    kind: str
    what: tuple[str, ...]
    document: Document | None
    pointer: str


def changes(trusted: InForce, here: InForce, removed: Sequence[str]) -> list[Change]:
    """Return what the working tree (`here`) changes, by kind; `removed` are manifests that it no longer has judged."""
    found = [
        _policy(trusted, here),
        *(_of_list(name, kind, trusted, here) for name, kind in _LISTS.items()),
        _of_facts(trusted, here),
        _of_records(trusted, here),
        _of_baseline(trusted, here),
        Change("manifest", tuple(removed), _named(removed), ""),
    ]
    return [change for change in found if change.what]


def effect(trusted: Sequence[Finding], here: Sequence[Finding], fail_on: Severity) -> str:
    """Say how verdicts would change under the working tree's policy."""
    now, then = _stopping(trusted, fail_on), _stopping(here, fail_on)
    lifted, new = (now - then).total(), (then - now).total()
    parts = [f"{_verdicts(lifted)} would no longer stop the build"] * bool(lifted)
    parts += [f"{_verdicts(new)} would begin to stop it"] * bool(new)
    return ", and ".join(parts) or "no verdict would change"


def records(found: Iterable[Change], said: str) -> tuple[tuple[dict[str, Any], ...], dict[str, Document]]:
    """Return changes as rules read them, and the documents in which they stand by address."""
    listed: list[dict[str, Any]] = []
    documents: dict[str, Document] = {}
    for number, change in enumerate(found):
        name = f"change{number}"
        if change.document is not None:
            documents[name] = change.document
        more = len(change.what) - _MOST
        text = "; ".join(change.what[:_MOST]) + (f"; and {more} more" if more > 0 else "")
        record = {"kind": change.kind, "name": change.kind, "what": text, "effect": said}
        listed.append({ADDRESS: f"{name}#{change.pointer}", **record})
    return tuple(listed), documents


# --- Kinds -------------------------------------------------------------------------------------------------------


def _policy(trusted: InForce, here: InForce) -> Change:
    what = [*_rules(trusted.policy, here.policy), *_severities(trusted.policy, here.policy)]
    what += _parameters(trusted.policy, here.policy)
    at = _at(trusted, here, "severities", "params", "policies")
    changed = _changed(trusted.packs, here.packs)
    return Change("policy", tuple(what), *((changed, "") if changed is not None and not at[1] else at))


def _rules(trusted: Policy, here: Policy) -> Iterator[str]:
    before, after = ({rule.id: rule for rule in policy.rules} for policy in (trusted, here))
    yield from (f"rule {name} off" for name in sorted(before.keys() - after.keys()))
    yield from (f"rule {name} added" for name in sorted(after.keys() - before.keys()))
    for name in sorted(before.keys() & after.keys()):
        if _judgment(trusted, name) != _judgment(here, name):
            yield f"rule {name} changed"


def _judgment(policy: Policy, name: str) -> Any:
    return next(rule for pack in policy.packs for rule in pack.data["rules"] if rule["id"] == name)


def _severities(trusted: Policy, here: Policy) -> Iterator[str]:
    before, after = ({rule.id: policy.severity(rule) for rule in policy.rules} for policy in (trusted, here))
    for name in sorted(before.keys() & after.keys()):
        was, will = before[name], after[name]
        if was is not will and was is not None and will is not None:
            yield f"severity of {name} from {was.value} to {will.value}"


def _parameters(trusted: Policy, here: Policy) -> Iterator[str]:
    for name in sorted(trusted.params.keys() | here.params.keys()):
        if trusted.params.get(name) != here.params.get(name):
            yield f"parameter {name} changed"


def _of_list(name: str, kind: str, trusted: InForce, here: InForce) -> Change:
    before, after = (list(one.config.section(name) or ()) for one in (trusted, here))
    added = [number for number, item in enumerate(after) if item not in before]
    removed = [item for item in before if item not in after]
    what = [f"{kind} added: {_called(after[number])}" for number in added]
    what += [f"{kind} removed: {_called(item)}" for item in removed]
    document, pointer = _at(trusted, here, name)
    return Change(kind, tuple(what), document, f"/{name}/{added[0]}" if added else pointer)


def _called(item: Mapping[str, Any]) -> str:
    names = [str(item[key]) for key in ("rule", "kind", "model", "provider") if key in item]
    return " for ".join(names) + (f" until {item['expires']}" if "expires" in item else "")


def _of_facts(trusted: InForce, here: InForce) -> Change:
    changed = [name for name in _FACTS if trusted.config.section(name) != here.config.section(name)]
    if trusted.config.evidence != here.config.evidence:
        changed.append("evidence")
    return Change("config", tuple(f"{name} changed" for name in changed), *_at(trusted, here, *changed))


def _of_records(trusted: InForce, here: InForce) -> Change:
    before, after = (_by_id(one.records) for one in (trusted, here))
    what = [f"record {name} removed" for name in sorted(before.keys() - after.keys())]
    what += [f"record {name} added" for name in sorted(after.keys() - before.keys())]
    what += [f"record {name} changed" for name in sorted(before.keys() & after.keys()) if before[name] != after[name]]
    changed = _changed(trusted.records, here.records)
    return Change("catalog", tuple(what), *((changed, "") if changed is not None else _at(trusted, here, "catalog")))


def _by_id(documents: Iterable[Document]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for document in documents:
        for kind, section in document.data.items():
            if isinstance(section, list):
                found |= {f"{kind}/{record['id']}": record for record in section}
            elif isinstance(section, dict):
                found |= {f"{kind}/{name}": record for name, record in section.items()}
    return found


def _of_baseline(trusted: InForce, here: InForce) -> Change:
    before, after = (one.baseline.data["findings"] if one.baseline else [] for one in (trusted, here))
    added = [entry for entry in after if entry not in before]
    what = [f"{len(added)} {'entry' if len(added) == 1 else 'entries'} added"] if added else []
    return Change("baseline", tuple(what), here.baseline, "")


def _named(files: Sequence[str]) -> Document | None:
    """Return the first of some files that are not here, to show a change at."""
    return Document(path=files[0], text="", data=None, values={"": (1, 1, 1, 1)}, keys={}) if files else None


def _at(trusted: InForce, here: InForce, *sections: str) -> tuple[Document | None, str]:
    """Return where a change shows: in the working tree's config at the first section that it has, else as it can."""
    document = here.config.document or trusted.config.document
    named = (f"/{name}" for name in sections if document is not None and f"/{name}" in document.values)
    return document, next(named, "")


def _changed(trusted: Iterable[Document], here: Iterable[Document]) -> Document | None:
    """Return a file that the two do not share: of the working tree, else one that it lacks."""
    before, after = list(trusted), list(here)
    new = (one for one in after if all(one.data != other.data for other in before))
    gone = (one for one in before if all(one.data != other.data for other in after))
    return next(new, None) or next(gone, None)


def _stopping(findings: Iterable[Finding], fail_on: Severity) -> Counter[tuple[str, str, str, str]]:
    """Return the blocking findings by what they are about; findings about the config are left out.

    Of a use behind a gateway, its targets are counted together: how many there are is for the config to say.
    """
    return Counter(
        (finding.manifest, finding.model.partition("/target-")[0], finding.rule, finding.subject)
        for finding in findings
        if finding.stops(fail_on) and finding.project
    )


def _verdicts(number: int) -> str:
    return f"{number} {'verdict' if number == 1 else 'verdicts'}"
