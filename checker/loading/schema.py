"""Documents against JSON Schemas, with messages for people.

`jsonschema` is the authority and writes every message. `jsonschema-rs` only answers the common question, whether a
document is valid at all, since it starts four times as fast; a property test proves that it accepts nothing more.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem, did_you_mean
from checker.loading import shipped
from checker.loading.documents import MAX_PROBLEMS, tolerate
from checker.source import Document, child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

_TYPES = {
    "array": "a list",
    "object": "a mapping",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def load(text: str, path: str, name: str, prepare: Callable[[Document], Document] | None = None) -> Document:
    """Parse one file and hold it against a shipped schema; raises CheckerError with every problem of both kinds.

    `prepare` makes of what was parsed what is held against the schema.
    """
    document, problems = tolerate(text, path)
    document = prepare(document) if prepare is not None else document
    # What YAML already refused at a place is not told twice, and a file that was not read to its end is not judged.
    refused = {(problem.line, problem.column) for problem in problems}
    if len(problems) < MAX_PROBLEMS:
        problems += [one for one in _differences(document, name) if (one.line, one.column) not in refused]
    _refuse(problems)
    return document


def validate(document: Document, name: str) -> None:
    """Hold a parsed document against a shipped schema; raises CheckerError with every problem."""
    _refuse(_differences(document, name))


def _differences(document: Document, name: str) -> list[Problem]:
    # The authority decides: what only the fast validator refuses is accepted.
    return [] if accepts(name, document.data) else list(explain(document, name))


def _refuse(problems: list[Problem]) -> None:
    """Raise problems, each once, in the order of the file."""
    if problems:
        place = sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.column or 0, one.message))
        raise CheckerError(*place)


def accepts(name: str, data: Any) -> bool:
    """Say whether the fast validator accepts the data; what it refuses is looked at again by the authority."""
    try:
        return bool(_fast(name).is_valid(data))
    except (ValueError, TypeError):
        return False


def explain(document: Document, name: str) -> Iterator[Problem]:
    """Yield a problem for everything in which a document differs from a schema."""
    errors = list(_authority(name).iter_errors(document.data))
    if not errors:
        return
    for error in errors:
        yield from _problems(document, error)


@cache
def _fast(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(shipped.schema(name), validate_formats=True)


@cache
def _authority(name: str) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(shipped.schema(name), format_checker=FormatChecker(["date"]))


def _problems(document: Document, error: ValidationError) -> Iterator[Problem]:
    """Yield the problems of one error; of an `anyOf` only the candidate that came closest."""
    if error.context:
        from jsonschema.exceptions import best_match

        best = best_match([error])
        yield from _problems(document, best) if best is not error else [_problem(document, error)]
        return
    keyword = str(error.validator)
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_keys(document, error)
    elif keyword == "required":
        yield from _missing_keys(document, error)
    else:
        yield _problem(document, error)


def _pointer(error: ValidationError) -> str:
    pointer = ""
    for part in error.absolute_path:
        pointer = child(pointer, part)
    return pointer


def _unknown_keys(document: Document, error: ValidationError) -> Iterator[Problem]:
    known = list(_properties(error))
    pointer = _pointer(error)
    instance: Any = error.instance
    for key in instance:
        if key not in known:
            hint = did_you_mean(key, known) or f"known here: {', '.join(known)}"
            yield document.problem(child(pointer, key), f"unknown key `{key}`", hint, key=True)


def _missing_keys(document: Document, error: ValidationError) -> Iterator[Problem]:
    pointer = _pointer(error)
    where = f" of `{_dotted(pointer)}`" if pointer else ""
    required: Any = error.validator_value
    instance: Any = error.instance
    for key in required:
        if key not in instance:
            described = _properties(error).get(key, {}).get("description", "")
            hint = f"add it: {described}" if described else "add it"
            yield document.problem(pointer, f"the key `{key}`{where} is missing", hint, key=True)


def _properties(error: ValidationError) -> dict[str, Any]:
    schema: Any = error.schema
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


def _problem(document: Document, error: ValidationError) -> Problem:
    pointer, keyword = _pointer(error), str(error.validator)
    if "propertyNames" in error.absolute_schema_path:
        message, hint = _DESCRIBE.get(keyword, _plainly)(error)
        return document.problem(child(pointer, str(error.instance)), message, hint, key=True)
    if keyword == "type":
        message, hint = _type(error, _written(document, pointer))
    elif keyword in _BOUNDS:
        message, hint = f"it must {_BOUNDS[keyword].format(error.validator_value)}", _BOUND_HINTS.get(keyword, "")
    else:
        message, hint = _DESCRIBE.get(keyword, _plainly)(error)
    return document.problem(pointer, f"`{_dotted(pointer)}`: {message}" if pointer else message, hint)


def _type(error: ValidationError, written: str) -> tuple[str, str]:
    value: Any = error.validator_value
    wanted = [value] if isinstance(value, str) else list(value)
    names = " or ".join(_TYPES[name] for name in wanted)
    if isinstance(error.instance, bool | int | float) and "string" in wanted:
        return f"expected {names}, but {written} is read as {_kind(error.instance)}", f'quote it: "{written}"'
    if error.instance is None:
        return f"expected {names}, but nothing is given", "give a value, or remove the key"
    return f"expected {names}, but {_kind(error.instance)} is given", f"write {names} here"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"


def _written(document: Document, pointer: str) -> str:
    span = document.span(pointer)
    lines = document.text.splitlines()
    return lines[span.line - 1][span.column - 1 : span.end_column - 1] if span.line <= len(lines) else ""


def _enum(error: ValidationError) -> tuple[str, str]:
    values: Any = error.validator_value
    allowed = [str(value) for value in values]
    hint = did_you_mean(str(error.instance), allowed)
    return f"`{error.instance}` is not one of {', '.join(allowed)}", hint or f"use one of {', '.join(allowed)}"


def _const(error: ValidationError) -> tuple[str, str]:
    return f"it must be {error.validator_value}", f"write {error.validator_value}"


def _pattern(error: ValidationError) -> tuple[str, str]:
    schema: Any = error.schema
    wanted = schema.get("description", f"it must match {error.validator_value}")
    return f"`{error.instance}` has the wrong form", str(wanted)


def _not(error: ValidationError) -> tuple[str, str]:
    refused: Any = error.validator_value
    return f"it has {refused.get('title', 'what is not allowed here')}", "remove it"


def _format(error: ValidationError) -> tuple[str, str]:
    return f"`{error.instance}` is not a date of the calendar", "write it as YYYY-MM-DD"


def _plainly(error: ValidationError) -> tuple[str, str]:
    return error.message, "compare it with the schema"


_BOUNDS = {
    "minimum": "be at least {}",
    "maximum": "be at most {}",
    "minLength": "have at least {} character",
    "maxLength": "have at most {} characters",
    "minItems": "have at least {} element",
    "maxItems": "have at most {} elements",
    "minProperties": "have at least {} key",
    "maxProperties": "have at most {} keys",
    "uniqueItems": "not have an element twice",
}
_BOUND_HINTS = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), "give a value, or remove the key"),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), "shorten it"),
    "uniqueItems": "remove one of the two",
}
_DESCRIBE = {"enum": _enum, "const": _const, "pattern": _pattern, "not": _not, "format": _format}


def _dotted(pointer: str) -> str:
    return pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
