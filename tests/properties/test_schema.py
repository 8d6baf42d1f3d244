"""The fast validator against the authority: whatever becomes of a valid document, no difference is let through."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from checker.loading import catalog, pack, shipped
from checker.loading.documents import parse
from checker.loading.schema import accepts, validate
from tests.support import tried

SCHEMAS = ("manifest", "config", "pack", "catalog")

MANIFEST = """\
version: 1
project:
  name: claims
  owner: claims-platform
  use: commercial
  stage: production
  monthly_active_users: 2400000
  serves: [DE, FR]
  growth: {monthly: 0.08}
  facts: {board: agreed}
organization: {domicile: DE, monthly_active_users: {at_most: 5}, annual_revenue_usd: 4.5, infrastructure: [aws]}
operator: {domicile: FR}
data:
  claims: {classification: [personal, health], residency: [EU], may_leave_infrastructure: false}
  letters: {residency: {processing: [EU], storage: [DE]}}
requirements: {openness: open-weights, certifications: [SOC2], sla: true}
models:
  - id: triage
    model: meta-llama/Llama-4-Maverick-17B-128E-Instruct
    purpose: sort incoming claims
    deployment: {type: self-hosted, provider: aws, region: eu-central-1, routing: in-region}
    data: [claims]
    modifications: [fine-tune]
    outputs: [shown-to-users]
    attribution: docs/about.md
    weights: hosted
    license: {id: LicenseRef-Acme, evidence: legal/acme.pdf}
    base_model: [some/base]
    trained_on: [drafts, drafts/second]
    approval: LEGAL-9
    bindings: {env: TRIAGE_MODEL}
    volume: {requests_per_day: 40000, tokens_in: 900, tokens_out: 150}
    facts: {role: deployer}
  - id: drafts
    model: gpt-5.5
    purpose: draft letters
    deployment: {type: api, provider: azure-openai, region: [swedencentral], sku: Standard, plan: paid, account: ours}
    data: []
    license: {choose: MIT}
    fallbacks: [{id: second, model: gpt-5.5, deployment: {type: on-device}}]
    via: [{name: log, role: telemetry, type: self-hosted, provider: aws, region: DE, sees: metadata}]
"""
CONFIG = """\
version: 1
policies: [builtin, ./compliance/rules]
catalog: [./compliance/catalog]
params: {house_user_caps: {llama4: 5000000}, word: x, names: [a]}
severities: {lifecycle/prototype-choice: none}
organization: {domicile: DE, monthly_active_users: {at_most: 5000000}}
data: {shared: {classification: [personal], residency: [EU]}}
gateways:
  proxy:
    via: {provider: on-premises, region: DE}
    aliases: {smart: [{model: gpt-5.5, deployment: {type: api, provider: openai}}]}
agreements: [{provider: openai, kind: zero-retention, evidence: legal/zdr.pdf, expires: 2027-05-01}]
approvals: [{kind: legal, model: a, project: p, approved_by: b, granted: 2026-11-23, expires: 2027-11-23, ticket: T-1}]
max_waiver_days: 366
waivers:
  - {rule: license/attribution, model: a, subject: s, project: p, path: x/y, reason: r, owner: o, approved_by: b,
     ticket: T-2, granted: 2026-11-23, expires: 2027-01-31}
"""


@cache
def valid(name: str) -> list[Any]:
    """Return valid documents of a schema: small ones of our own, and what ships, cut to a few records of each kind."""
    if name == "manifest":
        return [parse(MANIFEST, "manifest").data]
    if name == "config":
        return [parse(CONFIG, "config").data]
    if name == "pack":
        return [few(document.data, 2) for document in pack.shipped_documents()]
    return [few(document.data, 1) for document in catalog.documents(shipped.folder("policies") / "catalog")][::4]


def few(data: Any, most: int) -> Any:
    """Return a document with at most a few of its records."""
    shorter = {key: value[:most] if isinstance(value, list) else value for key, value in data.items()}
    for key in {"sources", "countries"} & shorter.keys():
        inner = shorter[key].get("names", shorter[key])
        kept = dict(list(inner.items())[:3])
        shorter[key] = {**shorter[key], "names": kept} if "names" in shorter[key] else kept
    return shorter


@cache
def authority(name: str) -> Draft202012Validator:
    return Draft202012Validator(shipped.schema(name), format_checker=FormatChecker(["date"]))


# --- Mutations ---------------------------------------------------------------------------------------------------

WORDS = [
    "",
    "a",
    " ",
    "a b",
    "A",
    "a/b",
    "é",
    "😀",
    "DE",
    "2026-01-01",
    "2026-02-30",
    "2026-1-1",
    "https://x",
    "^a$",
    "^(",
]
NUMBERS = [0, 1, -1, 2, 1.0, 0.5, -0.5, 10**17, 1e20]
VALUES = [
    None,
    True,
    False,
    *NUMBERS,
    *WORDS,
    [],
    {},
    [1, 1.0],
    [1, True],
    ["a", "a"],
    [{}],
    {"a": 1},
    "x" * 201,
    "x" * 4001,
]
SUFFIXES = ["\n", "\t", " ", "x", "\x00", "\x1c", "\x85", "\xa0", "\u2028", "\ufeff", "\n\n", "宽"]

Path = tuple[Any, ...]


def paths(data: Any, path: Path = ()) -> list[Path]:
    """Return the path of every value below the top."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in inner for found in ((*path, key), *paths(value, (*path, key)))]


@st.composite
def mutants(draw: st.DrawFn, name: str) -> Any:
    """Return a valid document after one or two changes: a deletion, a new name, type, value, element or key."""
    data = copy.deepcopy(draw(st.sampled_from(valid(name))))
    for _ in range(draw(st.integers(1, 2))):
        places = paths(data)
        if places:
            *around, last = draw(st.sampled_from(places))
            mutate(draw, container(data, around), last)
    return data


def container(data: Any, path: list[Any]) -> Any:
    for key in path:
        data = data[key]
    return data


def longer(text: str) -> list[str]:
    """Return longer texts; a blank one stays, since on what is blank the two are known to differ (below)."""
    return [text + suffix for suffix in SUFFIXES] if text.strip() else [text]


def mutate(draw: st.DrawFn, around: Any, last: Any) -> None:
    value = around[last]
    change = draw(st.sampled_from(["delete", "rename", "retype", "wrap", "extend"]))
    if change == "delete":
        del around[last]
    elif change == "rename" and isinstance(around, dict):
        around[draw(st.sampled_from([*WORDS, *longer(str(last))]))] = around.pop(last)
    elif change == "wrap":
        around[last] = one_of(draw, [value], {"a": value}, [value, copy.deepcopy(value)])
    elif change == "extend" and isinstance(value, str):
        around[last] = one_of(draw, *longer(value), value * 50, value.upper(), value[1:])
    elif change == "extend" and isinstance(value, list):
        value.append(one_of(draw, *value, *VALUES))
    elif change == "extend" and isinstance(value, dict):
        value[one_of(draw, *value, *WORDS)] = one_of(draw, *VALUES)
    else:
        around[last] = one_of(draw, *VALUES)


def one_of(draw: st.DrawFn, *candidates: Any) -> Any:
    """Return a copy of one of the candidates, since what is put into a document may be changed there."""
    return copy.deepcopy(draw(st.sampled_from(candidates)))


# --- Properties --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_valid_documents_are_valid_to_both(name: str) -> None:
    for data in valid(name):
        assert accepts(name, data)
        assert authority(name).is_valid(data)


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_fast_validator_accepts_nothing_that_the_authority_refuses(name: str, data: st.DataObject) -> None:
    mutant = data.draw(mutants(name))
    if accepts(name, mutant):
        assert authority(name).is_valid(mutant)


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_refusal_has_a_reason_and_a_place(name: str, data: st.DataObject) -> None:
    mutant = data.draw(mutants(name))
    assume(accepts(name, mutant) == authority(name).is_valid(mutant))  # where they differ is a known bug: see below
    check_reason(name, mutant)


def check_reason(name: str, data: Any) -> None:
    """Hold data against a schema as a file would be; what is refused has to say why and where."""
    _, problems = tried(lambda: validate(parse(json.dumps(data, ensure_ascii=False), "file.yaml"), name))
    assert problems != (), "refused without a reason"
    for problem in problems or ():
        assert problem.message
        assert problem.line is not None or "not YAML" in problem.message


@pytest.mark.parametrize("why", ["\x85", "\x1c"], ids=["a next-line mark", "a separator"])
def test_a_text_of_nothing_but_a_mark_is_not_accepted_where_the_authority_refuses_it(why: str) -> None:
    changed = copy.deepcopy(valid("pack")[0])
    changed["rules"][0]["why"] = why
    assert not authority("pack").is_valid(changed)
    assert not accepts("pack", changed)


@pytest.mark.parametrize(
    ("name", "kind", "field", "text"),
    [
        ("pack", "rules", "why", "\ufeff"),
        ("catalog", "licenses", "id", "MIT\n"),
        ("catalog", "licenses", "url", "https://x y"),
    ],
    ids=["a byte order mark alone", "an id and a line break", "an address with a space"],
)
def test_what_only_the_fast_validator_refuses_is_not_refused_without_a_reason(
    name: str, kind: str, field: str, text: str
) -> None:
    changed = next(copy.deepcopy(data) for data in valid(name) if kind in data)
    changed[kind][0][field] = text
    check_reason(name, changed)
