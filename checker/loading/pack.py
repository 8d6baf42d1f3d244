"""Packs of rules: YAML files, checked whole before a single rule runs.

What can't be judged is refused here, with line and column: syntax, names that nothing declares, faulty defaults. What
ships was checked when it was packaged and is compiled when a check needs it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem, did_you_mean, gather
from checker.expressions.cel import RESERVED, SyntaxFault, compile_expression
from checker.expressions.template import holes
from checker.expressions.tree import EACH
from checker.loading import schema, shipped
from checker.loading.closed_words import strange
from checker.loading.documents import decode
from checker.loading.parameter import fits
from checker.model.policy import PER_CHECK, PER_USE, ROOTS, Pack, Parameter, Question, Rule, Scope, Severity
from checker.source import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.expressions.tree import Path

BUILTIN = "builtin"
TOOL_PACKS = ("waiver", "approval", "agreement", "baseline", "trust")
"""Packs about the check itself; they are in force whatever the config names."""
COMPILED = "packs.json"
_TEXTS = ("message", "message_unknown", "fix")


@cache
def shipped_documents() -> list[Document]:
    """Return the shipped packs in the order of their file names; compiled where the package has them so."""
    packed = _compiled()
    if packed is not None:
        return [_restore(one) for one in packed]
    rules = shipped.folder("policies") / "rules"
    names = sorted(entry.name for entry in rules.iterdir() if entry.name.endswith(".yaml"))
    return [from_text(decode((rules / name).read_bytes(), name), f"builtin/{name}") for name in names]


def tool_documents() -> list[Document]:
    """Return the shipped packs that are in force whatever the config names."""
    return [document for document in shipped_documents() if document.data["pack"] in TOOL_PACKS]


def compile_shipped() -> str:
    """Return the compiled form of the shipped packs, for the build; raises CheckerError where a rule is at fault."""
    found = shipped_documents()
    packed = [
        {
            "path": one.path,
            "data": one.data,
            "values": _places_of_rules(one),
            "scopes": [rule.scope.value for rule in pack.rules],
        }
        for one, pack in zip(found, load(found), strict=True)
    ]
    return json.dumps(packed, separators=(",", ":"))


@cache
def _compiled() -> Any:
    packed = shipped.compiled(COMPILED)
    return None if packed is None else json.loads(packed)


@cache
def _compiled_scopes() -> dict[str, list[str]]:
    """Return, for every compiled pack, what its rules are judged once for: what only their syntax trees tell."""
    return {one["path"]: one["scopes"] for one in _compiled() or ()}


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
    return schema.load(text, path, "pack")


def load(documents: Sequence[Document]) -> list[Pack]:
    """Return packs with every expression checked; raises CheckerError with all that is wrong with them."""
    names = _names(documents)
    return gather(lambda document: _loaded(document, names), documents)


_LOADED: dict[tuple[int, tuple[str, ...]], tuple[Document, Pack]] = {}


def _loaded(document: Document, names: tuple[str, ...]) -> Pack:
    """Return a pack, each shipped one made once in a process: policy tests load the same packs for every case."""
    if not document.path.startswith(f"{BUILTIN}/"):
        return _Compiler(document, names).pack()
    found = _LOADED.get((id(document), names))
    if found is None or found[0] is not document:
        found = _LOADED[id(document), names] = (document, _Compiler(document, names).pack())
    return found[1]


def _names(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return every name that a rule of these packs may use, so that all of them share one environment of the engine."""
    bound = {name for document in documents for rule in document.data["rules"] for name in rule.get("each", {})}
    return (*ROOTS, "variables", *sorted(bound - {*ROOTS, "variables"}))


class _Compiler:
    """Turns one pack document into values, and collects every fault on the way."""

    def __init__(self, document: Document, names: tuple[str, ...]) -> None:
        self.document = document
        self.names = names
        self.problems: list[Problem] = []

    def pack(self) -> Pack:
        data = self.document.data
        built = Pack(
            name=data["pack"],
            title=data["title"],
            path=self.document.path,
            data=data,
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
            name=name,
            type=record["type"],
            element=element,
            keys=record.get("keys", ""),
            entries=record.get("entries", ""),
            default=record["default"],
            means=record["means"],
        )
        if not fits(parameter.default, parameter) or _holds_null(parameter.default):
            message = f"the default of `{name}` is not {_described(parameter)}"
            self.fault(f"/params/{name}/default", message, f"write {_described(parameter)}")
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
            names=self.names,
            scope=Scope.USE if self.document.text else Scope(_compiled_scopes()[self.document.path][number]),
            span=self.document.span(f"{pointer}/require"),
            place=self.document.span(f"{pointer}/id"),
        )
        # A packaged document carries no text, since it was checked when it was packaged.
        return self.check(pointer, record, rule) if self.document.text else rule

    def check(self, pointer: str, record: Mapping[str, Any], rule: Rule) -> Rule:
        """Refuse what can't be judged, and return the rule with what its expressions tell of it."""
        if not rule.id.startswith(f"{rule.pack}/"):
            message = f"the rule `{rule.id}` is in the pack `{rule.pack}`"
            self.fault(f"{pointer}/id", message, "start its id with the name of the pack")
        before = len(self.problems)
        names = list(ROOTS)
        read: set[Path] = set()
        for name, text in rule.each.items():
            self.check_name(f"{pointer}/each/{name}", name, [*names, "variables"])
            read |= self.expression(f"{pointer}/each/{name}", text, names)
            names.append(name)
        if len(self.problems) == before:
            read |= self.check_judgment(pointer, record, rule, [*names, "variables"])
        return rule._replace(scope=self.scope(pointer, {path[0] for path in read}))

    def scope(self, pointer: str, roots: set[str]) -> Scope:
        """Return what a rule that reads these names is judged once for; what is of all and of one can't be both."""
        per_use, per_check = roots & PER_USE, roots & PER_CHECK
        if per_use and per_check:
            message = f"a rule that reads `{min(per_check)}` is judged once per check and can't read `{min(per_use)}`"
            self.fault(f"{pointer}/require", message, "split it into two rules")
        return Scope.CHECK if per_check else Scope.USE if per_use else Scope.MANIFEST

    def check_judgment(self, pointer: str, record: Mapping[str, Any], rule: Rule, names: Sequence[str]) -> set[Path]:
        """Check what judges and what explains, and return what both read."""
        read = self.check_variables(pointer, rule, names)
        for place, path in enumerate(rule.at):
            self.place(f"{pointer}/at/{place}", path, names)
        texts = [(part, record[part], "") for part in ("when", "require") if part in record]
        texts += [(part, hole, "a hole of ") for part in _TEXTS for hole in holes(record.get(part, ""))]
        for part, text, within in texts:
            read |= self.variables_in(f"{pointer}/{part}", text, names, list(rule.variables), within)
        return read

    def check_variables(self, pointer: str, rule: Rule, names: Sequence[str]) -> set[Path]:
        """A variable may use those that stand before it, so that none can use itself."""
        before: list[str] = []
        read: set[Path] = set()
        for name, text in rule.variables.items():
            read |= self.variables_in(f"{pointer}/variables/{name}", text, names, before)
            before.append(name)
        return read

    def variables_in(
        self, pointer: str, text: str, names: Sequence[str], defined: Sequence[str], within: str = ""
    ) -> frozenset[Path]:
        """Check an expression that may use some variables, and return what it reads."""
        read = self.expression(pointer, text, names, within)
        named = {path[1] for path in read if path[0] == "variables" and len(path) > 1 and path[1] != EACH}
        for other in sorted(named - set(defined)):
            message = f"`variables.{other}` is not defined here"
            self.fault(pointer, message, "define it under `variables`, before the expression that uses it")
        return read

    def check_name(self, pointer: str, name: str, names: Sequence[str]) -> None:
        if name in names or name in RESERVED:
            meaning = "is already a name that rules can read" if name in names else "is a word of CEL"
            self.fault(pointer, f"`{name}` {meaning}", "choose another name", key=True)

    def place(self, pointer: str, path: str, names: Sequence[str]) -> None:
        root, *rest = path.split(".")
        if root not in names or not all(part.isidentifier() for part in rest):
            hint = f"start with one of {', '.join(names)}, then fields joined by dots"
            self.fault(pointer, f"`{path}` is not the path of a fact", hint)

    def expression(self, pointer: str, text: str, names: Sequence[str], within: str = "") -> frozenset[Path]:
        """Check one expression, and return the paths that it reads."""
        compiled = compile_expression(text, names)
        if isinstance(compiled, SyntaxFault):
            self.problems.append(_fault(self.document, pointer, within, compiled))
            return frozenset()
        reading = compiled.reading
        if ("variables",) in reading.paths or any(path[0] == "variables" for path in reading.tested):
            # A variable whose facts are missing is missing too: that it is not there says nothing of the facts.
            hint = "read a variable by its name; ask for the fact itself, such as has(use.volume)"
            self.fault(pointer, "an expression can't ask which variables there are", hint)
        for one in dict.fromkeys(strange(compiled.tree)):
            hint = did_you_mean(one.word, one.words) or f"the words are {', '.join(one.words)}"
            self.fault(pointer, f"`{one.fact}` is never `{one.word}`, so this would never apply", hint)
        return compiled.reading.paths

    def fault(self, pointer: str, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem(pointer, message, hint, key=key))


def _holds_null(default: Any) -> bool:
    return isinstance(default, dict) and None in default.values()


def _described(parameter: Parameter) -> str:
    return f"a {parameter.type} of {parameter.element}" if parameter.element else f"of type {parameter.type}"


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
        return f"rules can read {', '.join(ROOTS)}, and the names that `each` and `variables` define"
    return "check the expression against the CEL language definition"
