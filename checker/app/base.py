"""What a trusted commit declares of the uses that exceptions name: what those were granted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engine import bound, facts
from checker.errors import CheckerError
from checker.loading import manifest as manifests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from checker.app.policy_in_force import InForce
    from checker.loading.tree import Commit
    from checker.model.manifest import Manifest

_SECTIONS = ("waivers", "approvals")


def of(commit: Commit, root: Path, loaded: Sequence[Manifest], trusted: InForce) -> bound.Base | None:
    """Return what the commit declares at the paths of manifests whose uses an exception names; None without any."""
    records = tuple(record for name in _SECTIONS for record in trusted.config.section(name) or ())
    if not records:
        return None
    before = list(_before(commit, root, _named(loaded, records), trusted))
    catalog = trusted.setting.catalog
    subjects = (one for manifest in before for one in facts.subjects(manifest, catalog))
    return bound.Base(
        ref=commit.ref,
        projects={manifest.path: manifest.project for manifest in before},
        grounds={(one.manifest.path, one.use.id): bound.ground(one, catalog) for one in subjects},
        records=records,
    )


def _named(loaded: Iterable[Manifest], records: Iterable[Mapping[str, Any]]) -> Iterator[Manifest]:
    """Yield the manifests that have a use which a record names, or that a record may name as a whole."""
    names = {record.get("model", "") for record in records}
    for manifest in loaded:
        if "" in names or any(use.id in names for use in manifest.uses):
            yield manifest


def _before(commit: Commit, root: Path, loaded: Iterable[Manifest], trusted: InForce) -> Iterator[Manifest]:
    """Yield the manifests that the commit has at the same paths; one that can't be read there declares nothing."""
    for manifest in loaded:
        path = root / manifest.path
        if commit.is_file(path):
            try:
                yield manifests.of_commit(commit, path, trusted.config, trusted.questions)
            except CheckerError:
                continue
