"""The page of one rule in Markdown: what it means, an example that fails and one that passes, and how to waive it.

Everything on it comes from the rule's own record and from its policy tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from checker.reports import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.model.policy import Pack, Parameter, Rule

_HOLE = re.compile(r"\{\{|\}\}|`\{(?P<code>[^{}]+)\}`|\{(?P<hole>[^{}]+)\}")
_FACT = re.compile(r"[\w.]+")
_CHOICE = re.compile(r'[?:] *"((?:[^"\\]|\\.)+)"')
_CODE = re.compile(r"`([^`]+)`")
_PARAMETER = re.compile(r"\bparams\.(\w+)")
_WAIVER = """\
```yaml
waivers:
  - rule: {rule}
    model: USE               # the id of the use in the manifest
    identified: MODEL        # the model that this is accepted for
    path: MANIFEST           # the manifest that declares it
    reason: WHY IT IS ACCEPTABLE FOR NOW
    owner: WHO FIXES IT
    approved_by: WHO ACCEPTED IT
    granted: 2026-12-01
    expires: 2027-01-31      # the last day, in UTC
```"""


class Example(NamedTuple):
    """A case of the policy tests: its name, its verdict, the day it is judged on (any: ""), and its files by name."""

    name: str
    verdict: str
    as_of: str
    files: tuple[tuple[str, str], ...]


def render(rule: Rule, pack: Pack, examples: Iterable[Example]) -> str:
    """Return the page; `examples` are shown in their order."""
    blocks = [f"# {rule.id}", f"{_text(rule.title)}.", _standing(rule, pack), _text(rule.why)]
    blocks += ["## What to do", _text(rule.fix)]
    for example in examples:
        blocks += _example(example)
    blocks += _parameters(_asked(rule, pack))
    blocks += ["## How it is judged", _expressions(rule), "## Accept it for a time", _waiver(rule)]
    blocks += _references(rule)
    return "\n\n".join(blocks) + "\n"


def _standing(rule: Rule, pack: Pack) -> str:
    name = pack.path.removeprefix("builtin/")
    return f"Severity: **{rule.severity.value}**. Pack: `{pack.name}` ({safe.markdown(pack.title)}), in `{name}`."


def _text(text: str) -> str:
    """Return a text of a rule; what it marks as code stays so."""
    parts = _CODE.split(_HOLE.sub(_hole, text))
    return "".join(f"`{part}`" if number % 2 else safe.markdown(part) for number, part in enumerate(parts))


def _hole(found: re.Match[str]) -> str:
    """Return the name of a fact, or the texts among which an expression chooses; any other expression is left out."""
    expression = found["code"] or found["hole"]
    if expression is None:
        return found[0][0]
    return f"`{expression}`" if _FACT.fullmatch(expression) else "; or: ".join(_CHOICE.findall(expression))


def _example(example: Example) -> Iterator[str]:
    yield f"## An example that {_ENDS[example.verdict]}"
    day = f" Judged on {example.as_of}." if example.as_of else ""
    yield f"{_text(example.name[:1].upper() + example.name[1:])}.{day}"
    for name, text in example.files:
        yield f"`{name}`:"
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        kind = "yaml" if name.endswith((".yaml", ".yml")) else "text"
        yield f"{fence}{kind}\n{text.rstrip()}\n{fence}"


_ENDS = {"pass": "passes", "fail": "fails", "unknown": "can't be judged", "not-applicable": "is left alone"}


def _asked(rule: Rule, pack: Pack) -> list[Parameter]:
    """Return the parameters of the pack that the rule reads, in judging or in its texts."""
    judged = (*rule.each.values(), *rule.variables.values(), rule.when or "", rule.require)
    texts = (*judged, rule.message, rule.message_unknown, rule.fix)
    named = {name for text in texts for name in _PARAMETER.findall(text)}
    return [parameter for parameter in pack.parameters if parameter.name in named]


def _parameters(parameters: Iterable[Parameter]) -> Iterator[str]:
    rows = [f"| `{one.name}` | {one.type} | {_shown(one.default)} | {safe.markdown(one.means)} |" for one in parameters]
    if rows:
        yield "## Parameters"
        yield "\n".join(["| name | type | default | meaning |", "| --- | --- | --- | --- |", *rows])


def _shown(default: object) -> str:
    import json

    return f"`{json.dumps(default)}`".replace("|", "\\|")


def _expressions(rule: Rule) -> str:
    lines = [f"each {name} of: {text}" for name, text in rule.each.items()]
    lines += [f"where {name} is: {text}" for name, text in rule.variables.items()]
    lines += [f"when: {rule.when}"] if rule.when else []
    lines.append(f"require: {rule.require}")
    return "```text\n" + "\n".join(" ".join(line.split()) for line in lines) + "\n```"


def _waiver(rule: Rule) -> str:
    if not rule.waivable:
        return "It can't be waived, because it protects the policy itself. Change what it found, or get the approval."
    draft = f"`modelpolicy waivers draft --rule {rule.id}` writes one for each finding, with the model and the path"
    return f"Write a waiver into `.modelpolicy.yaml`. {draft}:\n\n{_WAIVER.format(rule=rule.id)}"


def _references(rule: Rule) -> Iterator[str]:
    if rule.references:
        yield "## See also"
        yield "\n".join(f"- {safe.link(one, one)}" for one in rule.references)
