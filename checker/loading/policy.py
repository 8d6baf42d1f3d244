"""Packs of rules: YAML files, checked whole before a single rule runs.

What can't be judged is refused here, with line and column: syntax, names that nothing declares, ids that stand twice,
parameters of the wrong type. What ships was checked when it was packaged and is compiled when a check needs it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem
from checker.expressions.cel import Expression, SyntaxFault, compile_expression
from checker.expressions.template import holes
from checker.loading import shipped
from checker.loading.documents import decode, parse
from checker.loading.schema import validate
from checker.model.policy import ROOTS, Pack, Parameter, Policy, Question, Rule, Severity
from checker.source import Document, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BUILTIN = "builtin"
COMPILED = "packs.json"
_TEXTS = ("message", "message_unknown", "fix")


@cache
def shipped_documents() -> list[Document]:
    """Return the shipped packs in the order of their file names; compiled where the package has them so."""
    folder = shipped.find("compiled")
    if folder is not None:
        return [_restore(packed) for packed in json.loads((folder / COMPILED).read_bytes())]
    rules = shipped.folder("policies") / "rules"
    names = sorted(entry.name for entry in rules.iterdir() if entry.name.endswith(".yaml"))
    return [from_text(decode((rules / name).read_bytes(), name), f"policies/rules/{name}") for name in names]


def compile_shipped() -> str:
    """Return the compiled form of the shipped packs, for the build; raises CheckerError where a rule is at fault."""
    found = shipped_documents()
    for document in found:
        pack(document)
    return json.dumps(
        [{"path": one.path, "data": one.data, "values": _places_of_rules(one)} for one in found],
        separators=(",", ":"),
    )


def _places_of_rules(document: Document) -> dict[str, Any]:
    """Return the places that reports name; a shipped rule has no faults whose places would matter."""
    kept = {"": document.values[""]}
    for number, _ in enumerate(document.data["rules"]):
        for part in ("", "/id", "/require"):
            kept[f"/rules/{number}{part}"] = document.values[f"/rules/{number}{part}"]
    return kept


def _restore(packed: Mapping[str, Any]) -> Document:
    values = {pointer: tuple(place) for pointer, place in packed["values"].items()}
    return Document(path=packed["path"], text="", data=packed["data"], values=values, keys={})


def from_text(text: str, path: str) -> Document:
    """Parse and validate one pack file."""
    document = parse(text, path)
    validate(document, "pack")
    return document


def pack(document: Document) -> Pack:
    """Return a pack with every expression compiled; raises CheckerError with all that is wrong with it."""
    return _Compiler(document).pack()


def policy(
    packs: Sequence[Pack],
    documents: Sequence[Document],
    params: Mapping[str, Any],
    severities: Mapping[str, Severity | None],
    sources: Sequence[str],
) -> Policy:
    """Put packs, parameters and severities together; raises CheckerError where rules or parameters clash."""
    problems = [*_twice(packs), *_unknown_rules(packs, severities)]
    if problems:
        raise CheckerError(*problems)
    settled = parameters(packs, params)
    return Policy(
        packs=tuple(packs),
        params=settled,
        severities=severities,
        sources=tuple(sources),
        digest=_digest(documents, settled, severities),
    )


def parameters(packs: Sequence[Pack], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters: defaults, changed by what is given; maps merge by key, and null removes one."""
    declared = {parameter.name: parameter for pack in packs for parameter in pack.parameters}
    problems = [*_unknown_parameters(declared, given), *_wrong_types(declared, given)]
    if problems:
        raise CheckerError(*problems)
    return {name: _merged(parameter.default, given.get(name)) for name, parameter in declared.items()}


def _merged(default: Any, given: Any) -> Any:
    if isinstance(default, dict) and isinstance(given, dict):
        merged = {**default, **given}
        return {key: value for key, value in merged.items() if value is not None}
    return default if given is None else given


def _unknown_parameters(declared: Mapping[str, Parameter], given: Mapping[str, Any]) -> Iterator[Problem]:
    for name in given:
        if name not in declared:
            hint = _near(name, declared) or f"known: {', '.join(sorted(declared)) or 'none'}"
            yield Problem(path="params", message=f"no pack in force has a parameter `{name}`", hint=hint)


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float), "list": (list,), "map": (dict,),
}  # fmt: skip


def _wrong_types(declared: Mapping[str, Parameter], given: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in given.items():
        parameter = declared.get(name)
        if parameter is not None and not _fits(value, parameter):
            wanted = f"{parameter.type} of {parameter.element}" if parameter.element else parameter.type
            yield Problem(path="params", message=f"the parameter `{name}` is to be a {wanted}", hint=parameter.means)


def _fits(value: Any, parameter: Parameter) -> bool:
    if not _is(value, parameter.type):
        return False
    elements = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(element is None or _is(element, parameter.element) for element in elements)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _PYTHON_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")


def _twice(packs: Iterable[Pack]) -> Iterator[Problem]:
    first: dict[str, Rule] = {}
    for rule in (rule for pack in packs for rule in pack.rules):
        if rule.id in first:
            where = f"{first[rule.id].place.path}:{first[rule.id].place.line}"
            yield _at(
                rule.place,
                f"the rule `{rule.id}` stands twice (first in {where})",
                "give each rule an id of its own",
            )
        first.setdefault(rule.id, rule)


def _unknown_rules(packs: Iterable[Pack], severities: Mapping[str, Any]) -> Iterator[Problem]:
    known = {rule.id for pack in packs for rule in pack.rules}
    for name in severities:
        if name not in known:
            yield Problem(path="severities", message=f"no pack in force has a rule `{name}`", hint=_near(name, known))


def _near(word: str, candidates: Iterable[str]) -> str:
    import difflib

    found = difflib.get_close_matches(word, list(candidates), n=1)
    return f"did you mean `{found[0]}`?" if found else ""


def _at(span: Span, message: str, hint: str) -> Problem:
    return Problem(path=span.path, line=span.line, column=span.column, message=message, hint=hint)


def _digest(documents: Sequence[Document], params: Mapping[str, Any], severities: Mapping[str, Severity | None]) -> str:
    content = {
        "packs": [document.data for document in documents],
        "params": params,
        "severities": {rule: severity.value if severity else "none" for rule, severity in severities.items()},
    }
    return "sha256:" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class _Compiler:
    """Turns one pack document into values, and collects every fault on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def pack(self) -> Pack:
        data = self.document.data
        built = Pack(
            name=data["pack"],
            title=data["title"],
            path=self.document.path,
            rules=tuple(self.rule(number, record) for number, record in enumerate(data["rules"])),
            parameters=tuple(self.parameter(name, record) for name, record in data.get("params", {}).items()),
            questions=tuple(_questions(data.get("facts", {}))),
        )
        if self.problems:
            raise CheckerError(*self.problems)
        return built

    def parameter(self, name: str, record: Mapping[str, Any]) -> Parameter:
        element = record.get("items") or record.get("values") or ""
        parameter = Parameter(
            name=name, type=record["type"], element=element, default=record["default"], means=record["means"]
        )
        if not _fits(parameter.default, parameter):
            self.fault(
                f"/params/{name}/default",
                f"the default of `{name}` has elements of another type than {element}",
                f"write {element} values",
            )
        return parameter

    def rule(self, number: int, record: Mapping[str, Any]) -> Rule:
        pointer = f"/rules/{number}"
        rule = Rule(
            id=record["id"],
            pack=self.document.data["pack"],
            title=record["title"],
            severity=Severity(record["severity"]),
            each=record.get("each", {}),
            variables=record.get("variables", {}),
            when=record.get("when"),
            require=record["require"],
            at=tuple(record["at"]),
            message=record["message"],
            message_unknown=record.get("message_unknown", ""),
            why=record["why"],
            fix=record["fix"],
            references=tuple(record.get("references", ())),
            waivable=record.get("waivable", True),
            effective_from=record.get("effective_from", ""),
            span=self.document.span(f"{pointer}/require"),
            place=self.document.span(f"{pointer}/id"),
        )
        if self.document.text:
            self.check(pointer, record, rule)
        return rule

    def check(self, pointer: str, record: Mapping[str, Any], rule: Rule) -> None:
        """Refuse what can't be judged; a packaged document carries no text, since it was checked when it was packaged."""
        if not rule.id.startswith(f"{rule.pack}/"):
            message = f"the rule `{rule.id}` is in the pack `{rule.pack}`"
            self.fault(f"{pointer}/id", message, "start its id with the name of the pack")
        names = list(ROOTS)
        for name, text in rule.each.items():
            self.check_name(f"{pointer}/each/{name}", name, names)
            self.expression(f"{pointer}/each/{name}", text, names)
            names.append(name)
        self.check_variables(pointer, rule)
        for part in ("when", "require"):
            if part in record:
                self.expression(f"{pointer}/{part}", record[part], rule.names)
        for place, path in enumerate(rule.at):
            self.place(f"{pointer}/at/{place}", path, rule.names)
        for part in _TEXTS:
            for hole in holes(record.get(part, "")):
                self.expression(f"{pointer}/{part}", hole, rule.names, within="a hole of ")

    def check_variables(self, pointer: str, rule: Rule) -> None:
        """A variable may use those that stand before it, so that none can use itself."""
        before: list[str] = []
        for name, text in rule.variables.items():
            compiled = self.expression(f"{pointer}/variables/{name}", text, rule.names)
            read = (
                {path[1] for path in compiled.reading.paths if path[0] == "variables" and len(path) > 1}
                if compiled
                else set()
            )
            for other in sorted(read - set(before)):
                hint = "define it before this one"
                self.fault(f"{pointer}/variables/{name}", f"`variables.{other}` is not defined before `{name}`", hint)
            before.append(name)

    def check_name(self, pointer: str, name: str, names: Sequence[str]) -> None:
        if name in names:
            self.fault(pointer, f"`{name}` is already a name that rules see", "choose another name", key=True)

    def place(self, pointer: str, path: str, names: Sequence[str]) -> None:
        root, *rest = path.split(".")
        if root not in names or not all(part.isidentifier() for part in rest):
            hint = f"start with one of {', '.join(names)}, then fields joined by dots"
            self.fault(pointer, f"`{path}` is not the path of a fact", hint)

    def expression(self, pointer: str, text: str, names: Sequence[str], within: str = "") -> Expression | None:
        compiled = compile_expression(text, names)
        if isinstance(compiled, SyntaxFault):
            self.problems.append(_fault(self.document, pointer, within, compiled))
            return None
        return compiled

    def fault(self, pointer: str, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem(pointer, message, hint, key=key))


def _questions(facts: Mapping[str, Any]) -> Iterator[Question]:
    for scope, asked in facts.items():
        for name, record in asked.items():
            yield Question(
                scope=scope,
                name=name,
                type=record["type"],
                values=tuple(record.get("enum", ())),
                required=record.get("required", False),
                means=record.get("means", ""),
            )


def _fault(document: Document, pointer: str, within: str, fault: SyntaxFault) -> Problem:
    """Return where in the file a fault of an expression lies: exact for a plain scalar, else where the value starts."""
    span = document.span(pointer)
    lines = document.text.splitlines()
    quoted = lines[span.line - 1][span.column - 1 : span.column] in ("'", '"')
    exact = span.line == span.end_line and not within
    column = span.column + fault.column - 1 + quoted if exact else span.column
    message = f"{within}`{pointer.rpartition('/')[2]}`: {fault.message}"
    return Problem(path=document.path, line=span.line, column=column, message=message, hint=_hint(fault))


def _hint(fault: SyntaxFault) -> str:
    if "undeclared reference" in fault.message:
        return f"rules see {', '.join(ROOTS)}, and what `each` and `variables` bind"
    return "check the expression against the CEL language definition"
