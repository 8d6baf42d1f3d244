"""Parameters of the policy: typed, with defaults that the config and then the command line change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model.catalog import Catalog
    from checker.model.manifest import Config
    from checker.model.policy import Pack, Parameter, Policy

SECTION = "params"


def settled(packs: Sequence[Pack], *layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters: defaults changed layer by layer; maps merge by key, and null removes a key."""
    values = {parameter.name: parameter.default for pack in packs for parameter in pack.parameters}
    for layer in layers:
        values |= {name: _merged(values[name], value) for name, value in layer.items()}
    return values


def _merged(default: Any, given: Any) -> Any:
    if isinstance(default, dict):
        return {key: value for key, value in {**default, **given}.items() if value is not None}
    return given


def faults(packs: Sequence[Pack], config: Config, params: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the parameters that the config and the command line (`params`) set."""
    declared = {parameter.name: parameter for pack in packs for parameter in pack.parameters}
    for name, value in (config.section(SECTION) or {}).items():
        yield from (config.problem(SECTION, name, *fault) for fault in _faults(name, value, declared))
    for name, value in params.items():
        for message, hint in _faults(name, value, declared):
            yield Problem(path=f"--param {name}", message=message, hint=hint)


def _faults(name: str, value: Any, declared: Mapping[str, Parameter]) -> Iterator[tuple[str, str]]:
    parameter = declared.get(name)
    if parameter is None:
        hint = did_you_mean(name, declared) or f"known: {', '.join(sorted(declared)) or 'none'}"
        yield f"no pack in force has a parameter `{name}`", hint
    elif not fits(value, parameter):
        wanted = f"{parameter.type} of {parameter.element}" if parameter.element else parameter.type
        yield f"the parameter `{name}` must be: {wanted}", parameter.means


def unknown_keys(policy: Policy, catalog: Catalog, config: Config) -> Iterator[Problem]:
    """Yield a problem for every key of a map that names nothing: a misspelled key must not go unnoticed."""
    for parameter in (parameter for pack in policy.packs for parameter in pack.parameters):
        for key in policy.params[parameter.name] if parameter.keys == "license" else ():
            if key not in catalog.licenses:
                hint = did_you_mean(key, catalog.licenses) or "use the id of a license in the catalog"
                message = f"the parameter `{parameter.name}` names `{key}`, which is not a license in the catalog"
                yield config.problem(SECTION, parameter.name, message, hint)


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float), "list": (list,), "map": (dict,),
}  # fmt: skip


def fits(value: Any, parameter: Parameter) -> bool:
    """Say whether a value has the type of a parameter; null stands for a key of a map to remove."""
    if not is_of(value, parameter.type):
        return False
    if isinstance(value, dict):
        return all(element is None or is_of(element, parameter.element) for element in value.values())
    return not isinstance(value, list) or all(is_of(element, parameter.element) for element in value)


def is_of(value: Any, kind: str) -> bool:
    """Say whether a value is of a type that packs name; a truth value is no number."""
    return isinstance(value, _PYTHON_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
