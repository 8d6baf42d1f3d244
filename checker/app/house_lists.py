"""The house lists in force: parameters that name traits of uses, read through the catalog before anything is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine.entry import Entry, Fault, read
from checker.errors import CheckerError, Problem
from checker.loading.parameter import SECTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.app.settings import Settings
    from checker.model.catalog import Catalog
    from checker.model.manifest import Config
    from checker.model.policy import Pack, Policy
    from checker.source import Document

Lists = dict[str, tuple[Entry, ...]]


def load(policy: Policy, settings: Settings, config: Config, packs: Sequence[Document], catalog: Catalog) -> Lists:
    """Return the entries of every list in force; raises CheckerError with each one that stands for nothing.

    A problem stands where the entry does: in the config, on the command line, or in the pack whose default it is.
    """
    lists: Lists = {}
    problems: list[Problem] = []
    for pack, name in _lists(policy):
        where = _Where(name, pack, settings.params, config, packs)
        read_ = [read(text, where.address(number), catalog) for number, text in enumerate(policy.params[name])]
        lists[name] = tuple(one for one in read_ if isinstance(one, Entry))
        problems += [where.problem(number, one) for number, one in enumerate(read_) if isinstance(one, Fault)]
    if problems:
        raise CheckerError(*problems)
    return lists


def _lists(policy: Policy) -> Iterator[tuple[Pack, str]]:
    for pack in policy.packs:
        yield from ((pack, parameter.name) for parameter in pack.parameters if parameter.entries)


class _Where:
    """Where a list stands: the last of the pack's default, the config and the command line that gives it."""

    def __init__(
        self, name: str, pack: Pack, params: Mapping[str, object], config: Config, packs: Sequence[Document]
    ) -> None:
        self._name = name
        self._typed = name in params
        stated = config.document if name in (config.section(SECTION) or {}) else None
        self._document = stated or next((one for one in packs if one.path == pack.path), None)
        self._pointer = f"/{SECTION}/{name}" if stated else f"/{SECTION}/{name}/default"
        self._kind = "config" if stated else "params"

    def address(self, number: int) -> str:
        """Return the address of an entry: in the config where it stands there."""
        return f"params#/{self._name}/{number}" if self._typed else f"{self._kind}#{self._pointer}/{number}"

    def problem(self, number: int, fault: Fault) -> Problem:
        """Return a fault of an entry as a problem of the place where it stands."""
        message = f"`{self._name}`: {fault.message}"
        if self._typed or self._document is None:
            return Problem(path=f"--param {self._name}", message=message, hint=fault.hint)
        return self._document.problem(f"{self._pointer}/{number}", message, fault.hint)
