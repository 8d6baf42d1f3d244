"""Packs of rules: what is refused before a rule may judge anything."""

from __future__ import annotations

import pytest

from checker.expressions.cel import MAX_LENGTH, RESERVED
from checker.loading import pack
from checker.model.policy import Scope, Severity
from tests.support import PLACE, load_pack, marked, only, pack_text, refused

# --- A pack as it is meant to be ---------------------------------------------------------------------------------


def test_a_pack_becomes_rules_with_the_places_of_their_ids_and_requirements() -> None:
    found = load_pack(pack_text({"require": "use.ok", "when": "project.live", "each": "{x: model.licenses}"}))
    (rule,) = found.rules
    assert (rule.id, rule.pack, rule.severity) == ("t/one", "t", Severity.ERROR)
    assert (rule.when, rule.require, dict(rule.each)) == ("project.live", "use.ok", {"x": "model.licenses"})
    assert (rule.place.line, rule.span.line) == (5, 8)
    assert rule.waivable
    assert rule.effective_from == ""


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_severities_are_error_warning_and_info(severity: str) -> None:
    assert load_pack(pack_text({"severity": severity})).rules[0].severity.value == severity


@pytest.mark.parametrize("root", ["project", "organization", "operator", "use", "data", "model", "params", "as_of"])
def test_every_rule_sees_the_same_roots(root: str) -> None:
    assert load_pack(pack_text({"require": f"{root} == {root}", "at": f"[{root}]", "message": f'"{{{root}}}"'}))


def test_a_later_list_of_each_may_use_an_earlier_name() -> None:
    assert load_pack(pack_text({"each": "{license: model.licenses, limit: license.limits}", "require": "limit.ok"}))


def test_a_later_variable_may_use_an_earlier_one() -> None:
    assert load_pack(pack_text({"variables": '{a: use.x, b: variables.a == "y"}', "require": "variables.b"}))


PER_USE = {
    "reads the use": ({"require": "use.ok"}, True),
    "reads the model": ({"require": "model.ok"}, True),
    "reads neither": ({"require": "project.ok && operator.ok"}, False),
    "reads nothing": ({"require": '"true"'}, False),
    "reads the use in its condition": ({"require": "project.ok", "when": "use.ok"}, True),
    "goes through a list of the use": ({"require": "e.ok", "each": "{e: use.list}"}, True),
    "goes through a list of the project": ({"require": "e.ok", "each": "{e: project.list}"}, False),
    "reads the use through a variable": ({"require": "variables.v", "variables": "{v: use.ok}"}, True),
    "reads the project through a variable": ({"require": "variables.v", "variables": "{v: project.ok}"}, False),
    "asks for a field of the use": ({"require": "has(use.plan)"}, True),
    "has an element of that name": ({"require": "project.list.all(use, use.ok)"}, False),
    "has a field of that name": ({"require": "project.use.model == 1"}, False),
}


@pytest.mark.parametrize(("fields", "per_use"), PER_USE.values(), ids=PER_USE)
def test_a_rule_that_reads_neither_use_nor_model_is_not_judged_per_use(fields: dict[str, str], per_use: bool) -> None:
    assert (load_pack(pack_text(fields)).rules[0].scope is Scope.USE) is per_use


# --- Several packs -----------------------------------------------------------------------------------------------


def test_packs_are_loaded_in_their_order_and_all_rules_share_the_names_that_any_of_them_binds() -> None:
    first = pack.from_text(pack_text({"each": "{e: use.list}", "require": "e.ok"}), "first.yaml")
    second = pack.from_text(pack_text({"id": "t/two", "each": "{x: use.list}", "require": "x.ok"}), "second.yaml")
    found = pack.load([first, second])
    assert [each.path for each in found] == ["first.yaml", "second.yaml"]
    assert len({rule.names for each in found for rule in each.rules}) == 1
    assert {"e", "x", "use", "variables"} <= set(found[0].rules[0].names)
    assert len(found[0].rules[0].names) == len(set(found[0].rules[0].names))


def test_a_rule_may_not_use_what_another_rule_binds() -> None:
    text = pack_text({"each": "{e: use.list}", "require": "e.ok"}, {"id": "t/two", "require": "e.ok"})
    assert "undeclared reference to 'e" in only(refused(load_pack, text)).message
    documents = [pack.from_text(pack_text(fields), "p.yaml") for fields in ({"each": "{e: use.l}"}, {"require": "e"})]
    assert "undeclared reference to 'e" in only(refused(pack.load, documents)).message


def test_faults_of_all_packs_are_reported_together() -> None:
    documents = [pack.from_text(pack_text({"require": name}), f"{name}.yaml") for name in ("yyy", "zzz")]
    assert [problem.path for problem in refused(pack.load, documents)] == ["yyy.yaml", "zzz.yaml"]


# --- Faults of expressions ---------------------------------------------------------------------------------------

SYNTAX = {
    "a name that is not declared": ("§zzz", "undeclared reference to 'zzz'"),
    "a name further on": ("project.use == §zzz", "undeclared reference to 'zzz'"),
    "a field of a name that is not declared": ("project.use == zzz§.field", "undeclared reference to 'zzz.field'"),
    "an expression that ends early": ("project.use ==§", "Syntax error"),
    "an operator too many": ("use.a && §&& use.b", "Syntax error"),
    "a function that there is not": ("fetch§(use.model)", "undeclared reference to 'fetch'"),
    "a method that there is not": ("use.model.fetch§()", "undeclared reference to 'fetch'"),
    "types that do not go together": ("1 §+ 'a'", "found no matching overload for '_+_'"),
    "text within single quotes": ("'\"a\" in §zzz'", "undeclared reference to 'zzz'"),
    "text within double quotes": ('"project.use == §zzz"', "undeclared reference to 'zzz'"),
    "after wide and astral characters": ("'\"宽😀\" in §zzz'", "undeclared reference to 'zzz'"),
}


@pytest.mark.parametrize(("written", "message"), SYNTAX.values(), ids=SYNTAX)
def test_a_fault_of_an_expression_names_its_line(written: str, message: str) -> None:
    text, line, _ = marked(pack_text({"require": written}))
    problem = only(refused(load_pack, text))
    assert (problem.path, problem.line) == ("rules.yaml", line)
    assert problem.message.startswith("`require`: ")
    assert message in problem.message


@pytest.mark.parametrize("written", [written for written, _ in SYNTAX.values()], ids=SYNTAX)
def test_a_fault_of_an_expression_names_its_column(written: str) -> None:
    text, line, column = marked(pack_text({"require": written}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize("header", [">-", "|", "|-"])
def test_a_fault_inside_a_block_is_reported_at_its_start(header: str) -> None:
    text, line, column = marked(pack_text({"require": f"§{header}\n      project.use ==\n      zzz"}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)


PARTS = {
    "when": {"when": "§zzz"},
    "require": {"require": "§zzz"},
    "each": {"each": "{x: §zzz}"},
    "variables": {"variables": "{x: §zzz}"},
    "message": {"message": '§"a {zzz} b"'},
    "message for unknown": {"message_unknown": '§"a {zzz} b"'},
    "fix": {"fix": '§"a {zzz} b"'},
}


@pytest.mark.parametrize("fields", PARTS.values(), ids=PARTS)
def test_a_name_that_nothing_declares_is_refused_wherever_it_stands(fields: dict[str, str]) -> None:
    text, line, _ = marked(pack_text(fields))
    problem = only(refused(load_pack, text))
    assert problem.line == line
    assert "undeclared reference to 'zzz'" in problem.message
    assert problem.hint.startswith("rules can read project, organization")


def test_an_earlier_list_of_each_may_not_use_a_later_name() -> None:
    problem = only(refused(load_pack, pack_text({"each": "{limit: license.limits, license: model.licenses}"})))
    assert "undeclared reference to 'license.limits'" in problem.message


def test_lists_of_each_see_no_variables() -> None:
    fields = {"each": "{x: variables.list}", "variables": "{list: use.list}"}
    assert "undeclared reference" in only(refused(load_pack, pack_text(fields))).message


@pytest.mark.parametrize("name", ["use", "project", "params", "as_of"])
def test_each_may_not_bind_a_name_that_rules_see_already(name: str) -> None:
    text, line, column = marked(pack_text({"each": f"{{§{name}: model.licenses}}"}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == f"`{name}` is already a name that rules can read"


def test_each_may_not_bind_the_name_of_the_variables() -> None:
    refused(load_pack, pack_text({"each": "{variables: model.licenses}"}))


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_each_may_not_bind_a_word_of_cel(word: str) -> None:
    text, line, column = marked(pack_text({"each": f'{{§"{word}": model.licenses}}', "at": "[use.model]"}))
    problem = refused(load_pack, text)[0]
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == f"`{word}` is a word of CEL"


@pytest.mark.parametrize("word", ["license", "has", "all", "filter", "matches", "optional_type", "e"])
def test_each_may_bind_any_other_word(word: str) -> None:
    assert load_pack(pack_text({"each": f"{{{word}: model.licenses}}", "require": f"{word}.ok"}))


ASKING = {
    "a requirement": {"require": "§has(variables.a)"},
    "a part of one": {"require": "§variables.a && !has(variables.a)"},
    "a condition": {"when": "§'!has(variables.a)'"},
    "a later variable": {"variables": "{a: use.a, b: §has(variables.a)}"},
    "an element": {"require": "§use.list.all(e, has(variables.a) || e.ok)"},
    "a hole": {"message": '§"{has(variables.a)}"'},
    "any of them": {"require": "§variables.exists(k, variables[k])"},
}


@pytest.mark.parametrize("fields", ASKING.values(), ids=ASKING)
def test_whether_there_is_a_variable_can_not_be_asked(fields: dict[str, str]) -> None:
    text, line, column = marked(pack_text({"variables": "{a: use.a}", **fields}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == "an expression can't ask which variables there are"
    assert "ask for the fact itself" in problem.hint


ORDER = {
    "a later one": '{a: §variables.b, b: "true"}',
    "itself": "{a: §variables.a}",
    "a later one by index": '{a: §\'variables["b"]\', b: "true"}',
}


@pytest.mark.parametrize("variables", ORDER.values(), ids=ORDER)
def test_a_variable_may_not_use_itself_or_a_later_one(variables: str) -> None:
    text, line, column = marked(pack_text({"variables": variables}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert "is not defined here" in problem.message


def test_a_variable_may_not_ask_for_a_later_one() -> None:
    text, line, column = marked(pack_text({"variables": '{a: §has(variables.b), b: "true"}'}))
    problems = refused(load_pack, text)
    assert {(problem.line, problem.column) for problem in problems} == {(line, column)}
    assert {problem.message for problem in problems} == {
        "an expression can't ask which variables there are",
        "`variables.b` is not defined here",
    }


@pytest.mark.parametrize("part", ["when", "require"])
def test_a_variable_that_the_rule_does_not_define_is_refused_where_it_is_used(part: str) -> None:
    text, line, column = marked(pack_text({"variables": '{real: "true"}', part: "§variables.typo"}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.message == "`variables.typo` is not defined here"


def test_a_variable_that_the_rule_does_not_define_is_refused_in_a_hole() -> None:
    refused(load_pack, pack_text({"variables": '{real: "true"}', "message": '"{variables.typo}"'}))


TOO_MUCH = {
    "too long": ("'true" + " || true" * 300 + "'", "it must have at most 2000 characters"),
    "macros too deep": (
        "use.l.all(a, a.all(b, b.exists(c, c.all(d, true))))",
        "nest deeper than 3",
    ),
    "addition inside a macro": ("use.l.all(a, a + 1 > 0)", "`+` is not allowed inside a macro"),
    "lists that grow inside a macro": ("use.l.map(a, use.l + use.l) == []", "`+` is not allowed inside a macro"),
    "brackets too deep": ("'" + "(" * 200 + "true" + ")" * 200 + "'", "limit"),
}


@pytest.mark.parametrize(("written", "message"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_an_expression_whose_cost_has_no_bound_is_refused(written: str, message: str) -> None:
    text, line, _ = marked(pack_text({"require": f"§{written}"}))
    problem = only(refused(load_pack, text))
    assert problem.line == line
    assert message in problem.message


@pytest.mark.parametrize(
    "written",
    [
        "use.l.all(a, a.all(b, b.exists(c, c)))",
        "use.l.map(a, a.x) + [1] == []",
        "use.a + 1 > 2",
        "use.l.map(a, a) == []",
    ],
)
def test_an_expression_within_the_bounds_is_fine(written: str) -> None:
    assert load_pack(pack_text({"require": written}))


@pytest.mark.parametrize("part", ["when", "require", "each", "variables"])
def test_an_expression_may_be_as_long_as_the_bound_and_no_longer(part: str) -> None:
    longest = "use.l == " + "1" * 9 + " " * (MAX_LENGTH - 18)
    longer = f"§'{longest} '"
    wrapped = "{x: %s}" if part in ("each", "variables") else "%s"
    assert len(longest) == MAX_LENGTH
    assert load_pack(pack_text({part: wrapped % f"'{longest}'"}))
    text, line, column = marked(pack_text({part: wrapped % longer}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert "at most 2000 characters" in problem.message


# --- The two mistakes that everyone makes ------------------------------------------------------------------------


def test_a_negation_without_quotes_is_told_to_be_quoted() -> None:
    text, line, column = marked(pack_text({"require": "§!has(use.plan)"}))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert problem.hint == "an expression that starts with ! must be quoted: '!has(use.plan) ...'"


def test_text_at_the_start_without_quotes_is_told_to_be_quoted() -> None:
    text, line, _ = marked(pack_text({"when": '§"personal" in use.classes'}))
    problem = only(refused(load_pack, text))
    assert problem.line == line
    assert 'quote the whole value (when: "personal" in use.classes)' in problem.hint


def test_a_constant_without_quotes_is_told_to_be_quoted() -> None:
    assert only(refused(load_pack, pack_text({"require": "true"}))).hint == 'quote it: "true"'


# --- Texts with holes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    ["{use.id}", "{{literally}}", "{{{use.id}}}", "no hole", "{use.id} and {project.name}", "{size(use.data)}"],
)
def test_braces_in_messages_are_holes_and_double_braces_are_braces(message: str) -> None:
    assert load_pack(pack_text({"message": f'"{message}"'})).rules[0].message == message


@pytest.mark.parametrize("hole", ["", "use.", "use.id ==", "'a': 1"])
def test_a_hole_that_is_no_expression_is_refused(hole: str) -> None:
    problem = only(refused(load_pack, pack_text({"message": f'"a {{{hole}}} b"'})))
    assert problem.message.startswith("a hole of `message`: Syntax error")


def test_every_hole_of_a_text_is_checked() -> None:
    text = pack_text({"message": '"{use.id} {yyy} {zzz}"'})
    assert ["yyy" in problem.message or "zzz" in problem.message for problem in refused(load_pack, text)] == [
        True,
        True,
    ]


# --- Records -----------------------------------------------------------------------------------------------------

RECORDS = {
    "a severity that there is not": (
        {"severity": "§fatal"},
        "`fatal` is not one of error, warning, info",
        "use one of",
    ),
    "a severity that is misspelled": ({"severity": "§eror"}, "`eror` is not one of", "did you mean `error`?"),
    "a key that is misspelled": ({"§reqire": "x"}, "unknown key `reqire`", "did you mean `require`?"),
    "an id in another pack": ({"id": "§u/one"}, "the rule `u/one` is in the pack `t`", "the name of the pack"),
    "an id that only starts alike": (
        {"id": "§t-x/one"},
        "the rule `t-x/one` is in the pack `t`",
        "the name of the pack",
    ),
    "a place of nothing": ({"at": "[§zzz.a]"}, "`zzz.a` is not the path of a fact", "start with one of project"),
    "a place with an index": ({"at": '[§"use[0]"]'}, "`use[0]` is not the path of a fact", "fields joined by dots"),
    "a place that ends in a dot": ({"at": "[§use.]"}, "`use.` is not the path of a fact", "fields joined by dots"),
    "no place": ({"at": "§[]"}, "it must have at least 1 element", "give a value"),
    "a date on no calendar": ({"effective_from": "§2026-02-30"}, "not a date of the calendar", "YYYY-MM-DD"),
}


@pytest.mark.parametrize(("fields", "message", "hint"), RECORDS.values(), ids=RECORDS)
def test_a_record_that_is_wrong_is_refused_where_it_is(fields: dict[str, str], message: str, hint: str) -> None:
    text, line, column = marked(pack_text(fields))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message
    assert hint in problem.hint


def test_a_place_may_be_what_each_binds() -> None:
    assert load_pack(pack_text({"each": "{license: model.licenses}", "at": "[license.limits, use.model]"}))


def test_everything_that_is_wrong_with_a_pack_is_reported_together() -> None:
    text = pack_text({"id": "u/a", "require": "yyy", "message": '"{zzz}"'}, {"when": "xxx"})
    assert len(refused(load_pack, text)) == 4


# --- Parameters of a pack ----------------------------------------------------------------------------------------

PARAMETERS = {
    "text for a number": ("{type: integer, default: §x, means: m}", "expected a whole number"),
    "a fraction for a whole number": ("{type: integer, default: §1.5, means: m}", "expected a whole number"),
    "a truth value for a number": ("{type: number, default: §true, means: m}", "expected a number"),
    "a number for text": ("{type: string, default: §1, means: m}", "expected text"),
    "an element of another type": (
        "{type: list, items: integer, default: §[1, x], means: m}",
        "the default of `a` is not a list of integer",
    ),
    "a value of another type": (
        "{type: map, values: integer, default: §{a: x}, means: m}",
        "the default of `a` is not a map of integer",
    ),
    "a truth value among numbers": (
        "{type: list, items: number, default: §[1, true], means: m}",
        "the default of `a` is not a list of number",
    ),
    "null in a map": (
        "{type: map, values: integer, default: §{a: 1, b: null}, means: m}",
        "the default of `a` is not a map of integer",
    ),
    "null in a list": (
        "{type: list, items: string, default: §[null], means: m}",
        "the default of `a` is not a list of string",
    ),
    "a type that there is not": ("{type: §date, default: x, means: m}", "`date` is not one of integer, number"),
    "elements of what has none": (
        "§{type: integer, items: string, default: 1, means: m}",
        "it has `items` or `values`, which only a list or a map has",
    ),
}


@pytest.mark.parametrize(("declared", "message"), PARAMETERS.values(), ids=PARAMETERS)
def test_a_default_that_does_not_fit_its_type_is_refused_at_the_default(declared: str, message: str) -> None:
    text, line, column = marked(pack_text(head=f"params: {{a: {declared}}}\n"))
    problem = only(refused(load_pack, text))
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message


@pytest.mark.parametrize(("kind", "of"), [("list", "items"), ("map", "values")])
def test_a_list_or_a_map_says_the_type_of_what_it_holds(kind: str, of: str) -> None:
    default = "[]" if kind == "list" else "{}"
    text = pack_text(head=f"params: {{a: {{type: {kind}, default: {default}, means: m}}}}\n")
    assert only(refused(load_pack, text)).message == f"the key `{of}` of `params.a` is missing"


def test_marks_are_taken_out_of_texts() -> None:
    """The tables above are only as good as their marks."""
    text, line, column = marked(pack_text({"require": f"a{PLACE}b"}))
    assert PLACE not in text
    assert text.splitlines()[line - 1][column - 1 :] == "b"
