"""Parameters of the policy: typed, with defaults that the config or the command line changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model.catalog import Catalog
    from checker.model.policy import Pack, Parameter, Policy


def parameters(packs: Sequence[Pack], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters: defaults, changed by what is given; maps merge by key, and null removes one."""
    declared = {parameter.name: parameter for pack in packs for parameter in pack.parameters}
    problems = [*_unknown_parameters(declared, given), *_wrong_types(declared, given)]
    if problems:
        raise CheckerError(*problems)
    return {name: _merged(parameter.default, given.get(name)) for name, parameter in declared.items()}


def unknown_keys(policy: Policy, catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for every key of a map that names nothing: a misspelled key must not go unnoticed."""
    for parameter in (parameter for pack in policy.packs for parameter in pack.parameters):
        for key in policy.params[parameter.name] if parameter.keys == "license" else ():
            if key not in catalog.licenses:
                hint = _near(key, catalog.licenses) or "use the id of a license in the catalog"
                message = f"the parameter `{parameter.name}` names `{key}`, which is no license of the catalog"
                yield Problem(path="params", message=message, hint=hint)


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
        if parameter is not None and not fits(value, parameter):
            wanted = f"{parameter.type} of {parameter.element}" if parameter.element else parameter.type
            yield Problem(path="params", message=f"the parameter `{name}` is to be a {wanted}", hint=parameter.means)


def fits(value: Any, parameter: Parameter) -> bool:
    """Say whether a value has the type of a parameter; null stands for an element to remove."""
    if not _is(value, parameter.type):
        return False
    elements = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(element is None or _is(element, parameter.element) for element in elements)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _PYTHON_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")


def _near(word: str, candidates: Iterable[str]) -> str:
    import difflib

    found = difflib.get_close_matches(word, list(candidates), n=1)
    return f"did you mean `{found[0]}`?" if found else ""
