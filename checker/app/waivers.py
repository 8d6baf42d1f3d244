"""`modelpolicy waivers`: every waiver of the config, whether it holds, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.app.policy_in_force import load
from checker.engine import waive
from checker.loading import files
from checker.loading.tree import Tree
from checker.model.waiver import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.app.settings import Settings

_LOOKED_AT_NOTHING = waive.Looked(uses=frozenset(), whole=False)


def listed(settings: Settings) -> list[Listed]:
    """Return all waivers, those that end first before others; raises CheckerError where the config can't be used."""
    in_force = load(settings, Tree(files.repository_root(settings.current)))
    term = waive.term_of(in_force.policy, in_force.config, in_force.setting)
    found = waive.apply((), in_force.config, (), term, _LOOKED_AT_NOTHING).waivers
    return sorted((_listed(record, in_force.config.path) for record in found), key=lambda one: (one.expires, one.rule))


def _listed(record: Mapping[str, Any], path: str) -> Listed:
    named = {name: record.get(name, "") for name in ("model", "project", "path", "subject", "ticket")}
    told = {name: record[name] for name in ("rule", "reason", "owner", "approved_by", "granted", "expires")}
    return Listed(state=waive.state(record), days_left=record["days_left"], file=path, **named, **told)
