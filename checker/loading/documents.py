"""Strict YAML with a span for every value.

Built on the event stream of libyaml and on a stack of our own, since composing recurses in C and a file of nested
brackets would crash it. What YAML 1.1 makes ambiguous is refused, not guessed: duplicate keys, aliases, merge keys,
tags, second documents, and plain words such as `NO`, `0123` or `12:30` that are not what they look like. Dates stay
text.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml
from yaml.reader import ReaderError

from checker.errors import CheckerError, Problem
from checker.loading import plain
from checker.source import Document, Place, child

MAX_BYTES = 1_048_576
MAX_DEPTH = 40
MAX_VALUES = 100_000
MAX_PROBLEMS = 100

# PyYAML's C parser where libyaml is there (all wheels), else its slower twin with the same events.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NOT_ALLOWED = yaml.reader.Reader.NON_PRINTABLE
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)?\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?(?:0|[1-9][0-9]*)\.")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_YAML_1_1 = re.compile(
    r"(?i:yes|no|on|off|true|false|null)"
    r"|[-+]?0[0-9_]+|[-+]?0[box][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*_[0-9_.]*"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?\.(?i:inf)|\.(?i:nan)"
)


def parse(text: str, path: str) -> Document:
    """Parse one YAML file; raises CheckerError with every strictness problem of the file, or the first syntax error."""
    document, problems = tolerate(text, path)
    if problems:
        raise CheckerError(*problems)
    return document


def tolerate(text: str, path: str) -> tuple[Document, list[Problem]]:
    """Parse one YAML file as far as possible, and return its problems beside the document.

    Raises CheckerError only where nothing can be read: a syntax error, or a bound that is exceeded.
    """
    if len(text) > MAX_BYTES:
        raise CheckerError(Problem(path=path, message=f"the file is larger than {MAX_BYTES:,} bytes", hint="split it"))
    known = plain.read(_PARSER(text), MAX_DEPTH, MAX_VALUES)
    if known is not None:
        return Document(path=path, text=text, data=known.data, values=known.values, keys=known.keys), []
    builder = _Builder(path=path)
    try:
        _feed(builder, text)
    except yaml.YAMLError as error:
        found = _too_deep(path, text, error) or _syntax_problem(error, path, text)
        raise CheckerError(*builder.problems, found) from error
    document = Document(path=path, text=text, data=builder.root, values=builder.values, keys=builder.keys)
    return document, builder.problems


def decode(raw: bytes, path: str) -> str:
    """Decode a file's bytes as UTF-8, with or without a byte order mark; raises CheckerError for anything else."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} is not UTF-8"
        raise CheckerError(Problem(path=path, line=line, message=message, hint="save the file as UTF-8")) from error


def _feed(builder: _Builder, text: str) -> None:
    parser = _PARSER(text)
    while parser.check_event() and len(builder.problems) < MAX_PROBLEMS:
        event = parser.get_event()
        handle = _HANDLERS.get(type(event))
        if handle is not None:
            handle(builder, event)


class _Open:
    """A mapping or sequence that is still being read."""

    __slots__ = ("data", "key", "pointer", "skipped", "start")

    def __init__(self, data: Any, pointer: str, start: Any) -> None:
        self.data = data
        self.pointer = pointer
        self.start = start
        self.key: str | None = None
        self.skipped = 0


class _Builder:
    """Builds data and places from events, on a stack of its own."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Any = None
        self.documents = 0
        # A file without a value has a place all the same: its start.
        self.values: dict[str, Place] = {"": (1, 1, 1, 1)}
        self.keys: dict[str, Place] = {}
        self.stack: list[_Open] = []
        self.problems: list[Problem] = []

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents == 2:
            self.refuse(event, "a second YAML document starts here", "keep one document in a file: remove this `---`")

    def scalar(self, event: Any) -> None:
        self.check_properties(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.data, dict) and frame.key is None:
            frame.key = self.key(event, frame)
        else:
            self.place(self.read_scalar(event), event.start_mark, event.end_mark)

    def open(self, event: Any) -> None:
        self.check_properties(event)
        data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self.stack) >= MAX_DEPTH:
            self.stop(event, *_DEEP)
        if self.stack and isinstance(self.stack[-1].data, dict) and self.stack[-1].key is None:
            self.stop(event, "a mapping or a list can't be a key", "use a plain word as the key")
        pointer = self.place(data, event.start_mark, event.end_mark)
        self.stack.append(_Open(data, pointer, event.start_mark))

    def close(self, event: Any) -> None:
        frame = self.stack.pop()
        if frame.skipped:
            # The later of two equal keys was refused; it must not look like a key of its own.
            for name in [name for name in frame.data if "\0" in name]:
                del frame.data[name]
        self.values[frame.pointer] = _place(frame.start, event.end_mark)

    def alias(self, event: Any) -> None:
        self.stop(
            event,
            f"the alias *{event.anchor} is not supported",
            "write the value here, so that a reader sees what is declared",
        )

    def key(self, event: Any, frame: _Open) -> str:
        name: str = event.value
        if name == "<<" and not event.style:
            self.refuse(
                event,
                "the merge key << is not supported",
                "write the keys here, so that a reader sees what is declared",
            )
        elif not isinstance(self.read_scalar(event), str):
            self.refuse(event, f"the key {name} is not text in YAML", f'quote it: "{name}"')
        pointer = child(frame.pointer, name)
        if name in frame.data:
            first = self.keys[pointer][0]
            self.refuse(
                event,
                f"the key {name} appears twice (first on line {first})",
                "remove one; the second would hide the first",
            )
            frame.skipped += 1
            name = f"{name}\0{frame.skipped}"
            pointer = child(frame.pointer, name)
        self.keys[pointer] = _place(event.start_mark, event.end_mark)
        return name

    def place(self, value: Any, start: Any, end: Any) -> str:
        """Put a value where the stack says, and return its pointer."""
        pointer = ""
        if self.stack:
            frame = self.stack[-1]
            if isinstance(frame.data, dict):
                pointer = child(frame.pointer, frame.key or "")
                frame.data[frame.key] = value
                frame.key = None
            else:
                pointer = child(frame.pointer, len(frame.data))
                frame.data.append(value)
        elif self.documents < 2:
            self.root = value
        self.values[pointer] = _place(start, end)
        if len(self.values) > MAX_VALUES:
            raise CheckerError(
                Problem(path=self.path, message=f"more than {MAX_VALUES:,} values", hint="split the file")
            )
        return pointer

    def read_scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.tag is not None:
            return f"{event.tag}{text}"
        if event.style:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text):
            return self.integer(event, text)
        if _YAML_1_1.fullmatch(text):
            self.refuse(
                event,
                f"{text} is ambiguous: YAML may read it as a truth value, null or another number",
                _plainly(text),
            )
            return text
        return self.number(event, text) if _NUMBER.fullmatch(text) else text

    def number(self, event: Any, text: str) -> float:
        number = float(text)
        if math.isinf(number):
            self.refuse(event, f"{text} is too large a number", "quote it if it is text")
        return number

    def integer(self, event: Any, text: str) -> int | str:
        if len(text) > 18:
            self.refuse(event, f"{text[:18]}... is too long a number", "quote it if it is text")
            return text
        return int(text)

    def check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse(
                event,
                f"the anchor &{event.anchor} is not supported",
                "remove it, and write the value wherever it is used",
            )
        if event.tag is not None:
            shown = event.tag if event.tag.startswith("!") else "!!" + event.tag.rpartition(":")[2]
            self.refuse(event, f"the YAML tag {shown} is not supported", _tag_hint(shown))

    def refuse(self, event: Any, message: str, hint: str) -> None:
        self.problems.append(_problem(self.path, event.start_mark, message, hint))

    def stop(self, event: Any, message: str, hint: str) -> None:
        raise CheckerError(*self.problems, _problem(self.path, event.start_mark, message, hint))


_DEEP = (f"nested deeper than {MAX_DEPTH} levels", "flatten the file")
_BRACKET = re.compile(r"[\[\]{}]")


def _too_deep(path: str, text: str, error: yaml.YAMLError) -> Problem | None:
    """Return our own bound on nesting where brackets go beyond it: a parser that looks ahead may meet its own first."""
    mark = getattr(error, "problem_mark", None)
    before = "\n".join(text.split("\n")[: mark.line + 1]) if mark is not None else text
    depth = 0
    for bracket in _BRACKET.finditer(before):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            line, column = (
                text.count("\n", 0, bracket.start()) + 1,
                bracket.start() - text.rfind("\n", 0, bracket.start()),
            )
            return Problem(path=path, line=line, column=column, message=_DEEP[0], hint=_DEEP[1])
    return None


_HANDLERS = {
    yaml.DocumentStartEvent: _Builder.start_document,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.MappingStartEvent: _Builder.open,
    yaml.SequenceStartEvent: _Builder.open,
    yaml.MappingEndEvent: _Builder.close,
    yaml.SequenceEndEvent: _Builder.close,
    yaml.AliasEvent: _Builder.alias,
}


def _place(start: Any, end: Any) -> Place:
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1


def _problem(path: str, mark: Any, message: str, hint: str) -> Problem:
    return Problem(path=path, line=mark.line + 1, column=mark.column + 1, message=message, hint=hint)


def _plainly(text: str) -> str:
    return f'quote it: "{text}" if it is text, or write it plainly: true, false or a decimal number'


def _tag_hint(shown: str) -> str:
    if shown == "!":
        return "quote the value"
    return f"an expression that starts with ! must be quoted: '{shown} ...'" if shown[1:2] != "!" else "remove the tag"


def _syntax_problem(error: yaml.YAMLError, path: str, text: str) -> Problem:
    if isinstance(error, ReaderError):
        return _unreadable(path, text)
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).partition("\n")[0]
    if mark is None:
        return Problem(path=path, message=f"not YAML: {what}", hint="remove control characters")
    return _problem(path, mark, f"not YAML: {what}", _syntax_hint(what, text, mark))


def _unreadable(path: str, text: str) -> Problem:
    """Return the problem of a character that YAML does not allow, found by its position."""
    at = next((number for number, char in enumerate(text) if _NOT_ALLOWED.match(char)), len(text))
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    message = f"not YAML: the character {text[at : at + 1]!a} is not allowed"
    return Problem(path=path, line=line, column=column, message=message, hint="remove it")


def _syntax_hint(what: str, text: str, mark: Any) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: mark.column + 1]:
        return "indent with spaces, not with a tab"
    if re.search(r"(?::|^\s*-)\s+!", line):
        return "a value that starts with ! must be quoted: put single quotes around the whole value"
    if re.search(r"""(?::|^\s*-)\s+(["'])[^"']*\1\s*\S""", line):
        return f"a value that starts with a quote ends at the next one: quote the whole value ({line.strip()[:60]})"
    if "mapping values are not allowed" in what:
        return "quote a value that contains `: `"
    return "check the indentation, the quotes and the brackets just before this place"
