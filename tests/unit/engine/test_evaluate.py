"""Rules against facts: when a rule passes, fails, does not apply, or can't know."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from checker.engine.evaluate import evidence_paths, value_of
from checker.engine.settle import worst
from checker.expressions.cel import Expression
from checker.model.finding import Verdict, blocks
from tests.support import facts, only, outcomes, refused, rule, tried, verdicts

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = "pass", "fail", "unknown", "not-applicable"


def missing(of: Any, **values: Any) -> list[tuple[str, str]]:
    """Return name and address of what the only outcome of a rule, which has to be unknown, was missing."""
    (outcome,) = outcomes(of, **values)
    assert outcome.verdict is Verdict.UNKNOWN
    return [(absence.name, absence.address) for absence in outcome.missing]


# --- One judgment ------------------------------------------------------------------------------------------------

JUDGMENTS: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "what is required holds": ({"require": "use.ok"}, {"ok": True}, PASS),
    "what is required does not hold": ({"require": "use.ok"}, {"ok": False}, FAIL),
    "what is required is not known": ({"require": "use.ok"}, {}, UNKNOWN),
    "a part decides that it holds": ({"require": "use.ok || use.none"}, {"ok": True}, PASS),
    "a part decides that it does not hold": ({"require": "use.ok && use.none"}, {"ok": False}, FAIL),
    "no part decides": ({"require": "use.ok && use.none"}, {"ok": True}, UNKNOWN),
    "no part decides, and both would": ({"require": "use.none || !use.none"}, {}, UNKNOWN),
    "the rule applies and passes": ({"when": "use.on", "require": "use.ok"}, {"on": True, "ok": True}, PASS),
    "the rule applies and fails": ({"when": "use.on", "require": "use.ok"}, {"on": True, "ok": False}, FAIL),
    "the rule does not apply": ({"when": "use.on", "require": "use.ok"}, {"on": False, "ok": False}, NOT_APPLICABLE),
    "what does not apply need not be known": ({"when": "use.on", "require": "use.ok"}, {"on": False}, NOT_APPLICABLE),
    "whether it applies is not known, and it would pass": (
        {"when": "use.on", "require": "use.ok"},
        {"ok": True},
        UNKNOWN,
    ),
    "whether it applies is not known, and it would fail": (
        {"when": "use.on", "require": "use.ok"},
        {"ok": False},
        UNKNOWN,
    ),
    "an undecided place": ({"require": 'within(use.places, ["DE"])'}, {"places": ["DE", "?"]}, UNKNOWN),
    "an undecided count": ({"require": '!exceeds(use.users, "gt", 5)'}, {"users": {"at_least": 1}}, UNKNOWN),
}


@pytest.mark.parametrize(("fields", "use", "verdict"), JUDGMENTS.values(), ids=JUDGMENTS)
def test_a_rule_comes_to_one_verdict(fields: dict[str, str], use: dict[str, Any], verdict: str) -> None:
    assert verdicts(rule(**fields), use=use) == [verdict]


def test_unknown_blocks_like_fail_and_nothing_else_does() -> None:
    assert [verdict.value for verdict in Verdict if blocks(verdict)] == [FAIL, UNKNOWN]


# --- Elements ----------------------------------------------------------------------------------------------------

EACH = {"each": "{e: use.list}", "require": "e.ok"}


def test_each_element_has_a_verdict_of_its_own_in_the_order_of_the_list() -> None:
    elements = [{"ok": True}, {"ok": False}, {}, {"ok": True}]
    assert verdicts(rule(**EACH), use={"list": elements}) == [PASS, FAIL, UNKNOWN, PASS]


def test_an_empty_list_has_nothing_to_judge() -> None:
    assert verdicts(rule(**EACH), use={"list": []}) == [NOT_APPLICABLE]


def test_a_missing_list_is_unknown_and_never_an_empty_one() -> None:
    assert missing(rule(**EACH), use={}) == [("use.list", "use#/list")]


def test_a_filtered_list_is_unknown_where_it_is_not_known_what_to_keep() -> None:
    found = missing(rule(each="{e: 'use.list.filter(x, x.on)'}", require="e.ok"), use={"list": [{"ok": True}]})
    assert found == [("use.list.on", "use#/list/0/on")]


def test_a_condition_may_look_at_the_element() -> None:
    with_condition = rule(**EACH, when="e.on")
    elements = [{"on": True, "ok": False}, {"on": False}, {"ok": True}]
    assert verdicts(with_condition, use={"list": elements}) == [FAIL, NOT_APPLICABLE, UNKNOWN]


CONDITIONS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "false without the elements": ("use.on", {"on": False}, [NOT_APPLICABLE]),
    "false whatever the elements": ("use.on && e.on", {"on": False}, [NOT_APPLICABLE]),
    "true": ("use.on", {"on": True}, [UNKNOWN]),
    "not known": ("use.on", {}, [UNKNOWN]),
    "not known without the elements": ("e.on", {}, [UNKNOWN]),
}


@pytest.mark.parametrize(("when", "use", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_missing_list_does_not_matter_only_where_the_condition_is_false(
    when: str, use: dict[str, Any], expected: list[str]
) -> None:
    assert verdicts(rule(**EACH, when=when), use=use) == expected


NESTED = rule(each="{license: model.licenses, limit: license.limits}", require="limit.ok")


def test_a_later_list_may_come_out_of_an_earlier_element() -> None:
    first = {"name": "A", "limits": [{"id": "users", "ok": True}, {"id": "revenue", "ok": False}]}
    second = {"name": "B", "limits": [{"id": "users", "ok": True}]}
    found = outcomes(NESTED, model={"licenses": [first, second]})
    assert [(one.subject, one.verdict.value) for one in found] == [
        ("A / users", PASS),
        ("A / revenue", FAIL),
        ("B / users", PASS),
    ]


def test_an_inner_list_that_is_missing_is_unknown_for_its_element_alone() -> None:
    found = outcomes(NESTED, model={"licenses": [{"name": "A", "limits": [{"ok": True}]}, {"name": "B"}]})
    assert [one.verdict.value for one in found] == [PASS, UNKNOWN]
    assert found[1].subject == "B"
    assert found[1].missing[0].name == "license.limits"


def test_an_inner_list_that_is_empty_adds_nothing() -> None:
    licenses = [{"limits": []}, {"limits": [{"ok": True}]}]
    assert verdicts(NESTED, model={"licenses": licenses}) == [PASS]
    assert verdicts(NESTED, model={"licenses": licenses[:1]}) == [NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("element", "subject"),
    [
        ({"name": "log", "id": "x"}, "log"),
        ({"id": "x"}, "x"),
        ({"metric": "users"}, "users"),
        ({"$": "use#/via/3"}, "3"),
        ("DE", "DE"),
        (5, "5"),
    ],
    ids=str,
)
def test_an_element_is_named_as_people_would_name_it(element: Any, subject: str) -> None:
    (found,) = outcomes(rule(each="{e: use.list}", require="true"), use={"list": [element]})
    assert found.subject == subject


@pytest.mark.parametrize("order", list(itertools.permutations([Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL])), ids=str)
def test_elements_settle_fail_before_unknown_before_pass(order: tuple[Verdict, ...]) -> None:
    assert worst(order) is Verdict.FAIL
    assert worst(verdict for verdict in order if verdict is not Verdict.FAIL) is Verdict.UNKNOWN
    assert worst([]) is Verdict.NOT_APPLICABLE


def test_waived_settles_before_pass_and_after_what_blocks() -> None:
    assert worst([Verdict.PASS, Verdict.WAIVED]) is Verdict.WAIVED
    assert worst([Verdict.UNKNOWN, Verdict.WAIVED]) is Verdict.UNKNOWN
    assert worst([Verdict.NOT_APPLICABLE, Verdict.PASS]) is Verdict.PASS


# --- What was missing --------------------------------------------------------------------------------------------

ABSENT: dict[str, tuple[str, dict[str, Any], tuple[str, str]]] = {
    "a field": ("use.plan", {}, ("use.plan", "use#/plan")),
    "a field of a field": (
        "use.deployment.region == 'x'",
        {"deployment": {}},
        ("use.deployment.region", "use#/deployment/region"),
    ),
    "the field around it": ("use.deployment.region == 'x'", {}, ("use.deployment", "use#/deployment")),
    "the operand that was needed": ("use.ok && use.plan", {"ok": True}, ("use.plan", "use#/plan")),
    "a field with a slash in its name": ('use["a/b"]', {}, ("use.a/b", "use#/a~1b")),
    "a field of an element": ("use.via.all(v, v.ok)", {"via": [{"ok": True}, {}]}, ("use.via.ok", "use#/via/1/ok")),
    "a field of a record with an address": (
        "use.via.all(v, v.ok)",
        {"via": [{"$": "catalog/providers/x#"}]},
        ("use.via.ok", "catalog/providers/x#/ok"),
    ),
    "places that are not known": ('within(use.places, ["DE"])', {"places": ["?"]}, ("use.places", "use#/places")),
    "no places": ('within(use.places, ["DE"])', {"places": []}, ("use.places", "use#/places")),
    "a count that is not known closely enough": (
        'exceeds(use.users, "gt", 5)',
        {"users": {"at_most": 9}},
        ("use.users", "use#/users"),
    ),
    "places that are not declared": ('within(use.places, ["DE"])', {}, ("use.places", "use#/places")),
}


@pytest.mark.parametrize(("require", "use", "expected"), ABSENT.values(), ids=ABSENT)
def test_unknown_names_the_missing_fact_and_its_address(require: str, use: Any, expected: tuple[str, str]) -> None:
    assert missing(rule(require=require), use=use) == [expected]


def test_unknown_in_the_condition_names_what_the_condition_misses() -> None:
    assert missing(rule(when="use.on", require="use.ok"), use={}) == [("use.on", "use#/on")]


def test_a_root_that_is_not_there_is_named_without_an_address() -> None:
    assert missing(rule(require='operator.domicile == "DE"'), use={}) == [("operator", "")]


def test_a_count_whose_bounds_leave_it_open_is_named_as_the_fact() -> None:
    users = {"at_least": 1, "at_most": 9}
    assert missing(rule(require='exceeds(use.users, "gt", 5)'), use={"users": users}) == [("use.users", "use#/users")]


def test_a_missing_field_of_a_filtered_element_has_an_address() -> None:
    found = missing(rule(require="use.via.filter(v, v.on).all(v, v.ok)"), use={"via": [{"on": True}]})
    assert found == [("use.via.ok", "use#/via/0/ok")]


def test_a_missing_key_with_a_dot_is_named_alone() -> None:
    found = missing(rule(require='use["v1.5"] == 1 || use.other == 1'), use={})
    assert found == [("use.v1.5", "use#/v1.5")]


# --- Variables ---------------------------------------------------------------------------------------------------


def test_a_variable_is_a_named_part_of_an_expression() -> None:
    of = rule(variables='{paid: use.plan == "paid"}', require="variables.paid")
    assert [verdicts(of, use={"plan": plan}) for plan in ("paid", "free")] == [[PASS], [FAIL]]


def test_a_variable_may_look_at_the_element() -> None:
    of = rule(each="{e: use.list}", variables="{ok: e.ok}", require="variables.ok")
    assert verdicts(of, use={"list": [{"ok": True}, {"ok": False}, {}]}) == [PASS, FAIL, UNKNOWN]


def test_a_variable_that_nothing_uses_is_not_evaluated() -> None:
    assert verdicts(rule(variables="{broken: 1 / 0 == 1}", require="true"), use={}) == [PASS]


def test_a_variable_of_a_requirement_that_does_not_apply_is_not_evaluated() -> None:
    of = rule(variables="{broken: 1 / 0 == 1}", when="use.on", require="variables.broken")
    assert verdicts(of, use={"on": False}) == [NOT_APPLICABLE]


@pytest.mark.parametrize(("require", "verdict"), [("true || variables.plan", PASS), ("false && variables.plan", FAIL)])
def test_a_missing_variable_does_not_matter_where_another_operand_decides(require: str, verdict: str) -> None:
    assert verdicts(rule(variables="{plan: use.plan}", require=require), use={}) == [verdict]


def test_a_missing_fact_is_named_through_all_variables() -> None:
    of = rule(variables='{region: use.region, eu: variables.region == "eu"}', require="variables.eu")
    assert missing(of, use={}) == [("use.region", "use#/region")]


def test_a_variable_named_like_a_missing_field_does_not_hide_the_field() -> None:
    of = rule(variables="{plan: use.ok}", require="variables.plan && use.plan")
    assert missing(of, use={"ok": True}) == [("use.plan", "use#/plan")]


@pytest.mark.parametrize("beside", ["", ', b: "true"'], ids=["alone", "beside another"])
@pytest.mark.parametrize(("use", "verdict"), [({}, UNKNOWN), ({"a": True}, PASS), ({"a": False}, FAIL)], ids=str)
def test_whether_a_variable_is_known_does_not_depend_on_other_variables(
    beside: str, use: dict[str, Any], verdict: str
) -> None:
    of = rule(variables=f"{{a: use.a{beside}}}", require="variables.a" + " && variables.b" * bool(beside))
    assert verdicts(of, use=use) == [verdict]


@pytest.mark.parametrize("beside", ["", ', b: "true"'], ids=["alone", "beside another"])
@pytest.mark.parametrize("asked", ["!has(variables.a)", '!("a" in variables)', "size(variables) < 2"])
def test_no_rule_can_ask_whether_a_variable_is_known(asked: str, beside: str) -> None:
    """It is refused, or at least unknown: a verdict would say which variables were evaluated, and nothing of facts."""
    asking = {"variables": f"{{a: use.a{beside}}}", "require": asked + " && variables.b" * bool(beside)}
    found, problems = tried(lambda: verdicts(rule(**asking), use={}))
    assert problems or found == [UNKNOWN]


NAMESAKES = {
    "of the use": ({"variables": "{plan: use.plan}", "require": "variables.plan"}, [("use.plan", "use#/plan")]),
    "through another variable": (
        {"variables": "{plan: use.plan, v: variables.plan}", "require": "variables.v"},
        [("use.plan", "use#/plan")],
    ),
    "crosswise": (
        {"variables": "{a: use.b, b: use.a}", "require": "variables.a"},
        [("use.b", "use#/b")],
    ),
}


@pytest.mark.parametrize(("fields", "expected"), NAMESAKES.values(), ids=NAMESAKES)
def test_a_variable_may_have_the_name_of_the_fact_that_it_misses(
    fields: dict[str, str], expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = rule(**fields)
    evaluated = []
    evaluate = Expression.evaluate
    monkeypatch.setattr(Expression, "evaluate", lambda *given: evaluated.append(given) or evaluate(*given))
    assert missing(of, use={}) == expected
    assert len(evaluated) < 50, "the variables are evaluated over and over"


# --- Broken rules ------------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[dict[str, str], Any, str]] = {
    "a number for a verdict": ({"require": "use.x"}, 1, "it must be true or false"),
    "text for a verdict": ({"require": "use.x"}, "true", "it must be true or false"),
    "nothing for a verdict": ({"require": "use.x"}, None, "it must be true or false"),
    "a list for a verdict": ({"require": "use.x"}, [True], "it must be true or false"),
    "a number for a condition": ({"when": "use.x", "require": "true"}, 1, "it must be true or false"),
    "a map to go through": ({"each": "{e: use.x}", "require": "true"}, {"a": 1}, "it must be a list"),
    "a text to go through": ({"each": "{e: use.x}", "require": "true"}, "abc", "it must be a list"),
    "types that do not go together": ({"require": "use.x + 1 == 2"}, "a", "No matching overloads"),
    "a division by zero": ({"require": "1 / use.x == 1"}, 0, "divide by zero"),
    "a division by zero in a condition": ({"when": "1 / use.x == 1", "require": "true"}, 0, "divide by zero"),
    "a division by zero in a list": ({"each": "{e: '[1 / use.x]'}", "require": "true"}, 0, "divide by zero"),
    "a division by zero in a variable": ({"variables": "{v: 1 / use.x}", "require": "variables.v == 1"}, 0, "zero"),
    "a budget that is spent": ({"require": "use.x.all(a, use.x.all(b, true))"}, [0] * 200, "budget"),
}


@pytest.mark.parametrize(("fields", "x", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_stops_the_check_and_is_never_a_verdict(fields: dict[str, str], x: Any, reason: str) -> None:
    problem = only(refused(lambda: outcomes(rule(**fields), use={"x": x})))
    assert problem.message.startswith("the rule t/one is broken: `")
    assert reason in problem.message
    assert (problem.path, problem.line) == ("rules.yaml", 8)


def test_one_element_that_breaks_a_rule_stops_the_check_for_all() -> None:
    refused(lambda: outcomes(rule(**EACH), use={"list": [{"ok": True}, {"ok": 1}]}))


def test_variables_can_not_build_a_text_without_bound() -> None:
    doubling = ", ".join(f"v{n}: variables.v{n - 1} + variables.v{n - 1}" for n in range(1, 20))
    of = rule(variables=f"{{v0: use.text, {doubling}}}", require='variables.v19 == ""')
    problem = only(refused(lambda: outcomes(of, use={"text": "a" * 100})))
    assert "builds a value larger than 100,000 characters and elements" in problem.message


def test_variables_can_not_build_a_key_without_bound() -> None:
    twice = "{{variables.v{0}.map(k, k)[0] + variables.v{0}.map(k, k)[0]: 1}}"
    doubling = ", ".join(f"v{n}: '{twice.format(n - 1)}'" for n in range(1, 12))
    of = rule(variables=f"{{v0: '{{use.text: 1}}', {doubling}}}", require="size(variables.v11) == 1")
    refused(lambda: outcomes(of, use={"text": "a" * 100}))


@pytest.mark.parametrize("double", ["variables.v{0} + variables.v{0}", "'[variables.v{0}, variables.v{0}]'"])
def test_variables_can_not_build_a_list_without_bound(double: str) -> None:
    doubling = ", ".join(f"v{n}: {double.format(n - 1)}" for n in range(1, 15))
    of = rule(variables=f"{{v0: use.list, {doubling}}}", require="variables.v14 == []")
    refused(lambda: outcomes(of, use={"list": [0] * 10}))


# --- For explanations --------------------------------------------------------------------------------------------


def test_a_value_for_a_text_is_none_where_it_is_missing_or_broken() -> None:
    of = rule(variables="{twice: use.n + use.n}", require="true")
    known = facts(use={"n": 2, "text": "x"}).values
    assert value_of(of, "variables.twice", known) == 4
    assert value_of(of, "use.none", known) is None
    assert value_of(of, "1 / 0", known) is None


def test_the_facts_of_a_judgment_are_those_of_its_condition_requirement_and_variables() -> None:
    of = rule(
        each="{e: use.list}",
        when="project.live",
        variables="{v: model.open, w: data.all}",
        require="variables.v && e.ok",
    )
    found = {".".join(path) for path in evidence_paths(of)}
    assert {"project.live", "model.open", "e.ok"} <= found
    assert "data.all" not in found
