"""The policy in force: config, packs, catalog and baseline, read from the working tree or from a trusted commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.app import house_lists
from checker.app.settings import Settings, day_after, days_between
from checker.engine.facts import Setting
from checker.errors import CheckerError
from checker.loading import baseline as baselines
from checker.loading import catalog as catalogs
from checker.loading import config as configs
from checker.loading import evidence, parameter
from checker.loading import pack as packs
from checker.loading import policy as policies

if TYPE_CHECKING:
    from pathlib import Path

    from checker.loading.tree import Tree
    from checker.model.manifest import Config
    from checker.model.policy import Policy, Question
    from checker.source import Document

MAX_FACT_AGE_DAYS = 365
"""Default age in days after which a finding notes that a fact is old."""


class InForce(NamedTuple):
    """Everything that manifests are judged by, with the files of packs and of the organization's own records."""

    config: Config
    policy: Policy
    setting: Setting
    packs: tuple[Document, ...]
    records: tuple[Document, ...]
    baseline: Document | None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the packs in force ask manifests for."""
        return tuple(question for pack in self.policy.packs for question in pack.questions)


def load(settings: Settings, tree: Tree) -> InForce:
    """Load everything; raises CheckerError with what can't be used."""
    path = settings.config or configs.find(tree, settings.current)
    config = configs.load(path, tree)
    in_force = prepare(settings, config, path.parent if path else tree.root, tree)
    return in_force._replace(baseline=baselines.load(settings.baseline, tree, new=settings.write_baseline))


def prepare(settings: Settings, config: Config, folder: Path, tree: Tree) -> InForce:
    """Load the policy and the catalog that a config in `folder` names; raises CheckerError where they can't be used."""
    config = config._replace(evidence=evidence.load(config, folder, tree))
    documents, sources = configs.packs(config, folder, tree, settings.policies)
    policy = policies.assemble(packs.load(documents), config, settings.params, sources)
    records = configs.catalog_documents(config, folder, tree)
    catalog = catalogs.load(records)
    unknown = tuple(parameter.unknown_keys(policy, catalog, config))
    if unknown:
        raise CheckerError(*unknown)
    age = policy.params.get("max_fact_age_days", MAX_FACT_AGE_DAYS)
    setting = Setting(
        catalog=catalog,
        config=config,
        params=policy.params,
        as_of=settings.as_of,
        stale_before=day_after(settings.as_of, -age),
        days_between=days_between,
        lacking=configs.lacking(config, folder, tree),
        lists=house_lists.load(policy, settings, config, documents, catalog),
    )
    policy = policy._replace(beside={**policy.beside, "catalog": catalog.digest, **_told(config)})
    return InForce(
        config=config, policy=policy, setting=setting, packs=tuple(documents), records=tuple(records), baseline=None
    )


def _told(config: Config) -> dict[str, list[str]]:
    """Return what evidence says, for the digest of everything that decides; nothing where there is none."""
    said = [
        f"{one.file} {region} {profile}: {to}"
        for one in config.evidence
        for (region, profile), to in one.profiles.items()
    ]
    return {"evidence": sorted(said)} if said else {}
