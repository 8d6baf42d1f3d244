"""From the id that a project writes to the model it names, and what the spelling itself gives away.

A LiteLLM prefix names a route (`bedrock/eu-west-3/...`), a geographic prefix an Amazon Bedrock profile (`eu.`), a
suffix of Ollama says that the model runs remotely (`-cloud`). None of them ever makes an unknown model known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.model.catalog import Catalog

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:bedrock|sagemaker):(?P<region>[a-z0-9-]*):\d*:(?P<kind>[a-z-]+)/(?P<id>.+)",
    re.IGNORECASE,
)
_OPAQUE = frozenset(
    {"application-inference-profile", "provisioned-model", "imported-model", "custom-model", "endpoint"}
)
_MOVING = re.compile(r"[:-]latest$", re.IGNORECASE)
_CLOUD_TAG = re.compile(r"[:-]cloud$", re.IGNORECASE)
_LOCAL_ROUTES = frozenset(
    {
        "ollama",
        "ollama_chat",
        "hosted_vllm",
        "vllm",
        "huggingface",
        "lm_studio",
        "llamafile",
        "docker_model_runner",
    }
)
_BEDROCK = "aws-bedrock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an id says: the model it names (if known), and what its spelling implies of provider and place."""

    spelling: str
    model: str | None = None
    floating: bool = False
    provider: str | None = None
    region: str | None = None
    profile: str | None = None
    opaque: bool = False
    how: str = ""


def identify(spelling: str, catalog: Catalog) -> Identity:
    """Return what an id names; total: an id that says nothing is an Identity without a model."""
    whole = _look_up(Identity(spelling=spelling), spelling, catalog)
    if whole.model is not None:
        return whole
    arn = _ARN.fullmatch(spelling)
    if arn is not None:
        return _from_arn(spelling, arn, catalog)
    found = _look_up(*_peel(Identity(spelling=spelling), spelling, catalog), catalog)
    return found if found.model is not None else replace(found, floating=bool(_MOVING.search(spelling)))


def _peel(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    """Take route, region, profile and cloud tag off a spelling, keeping what each says."""
    identity, rest = _peel_route(identity, rest, catalog)
    identity, rest = _peel_profile(identity, rest, catalog)
    identity, rest = _peel_id_prefix(identity, rest, catalog)
    tag = _CLOUD_TAG.search(rest)
    if tag is not None:
        return replace(identity, provider="ollama-cloud", how=f"the tag `{tag[0]}` of Ollama runs remotely"), rest[
            : tag.start()
        ]
    return identity, rest


def _peel_route(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    route, slash, after = rest.partition("/")
    provider = catalog.prefixes.get(route.lower())
    if not slash:
        return identity, rest
    if route.lower() in _LOCAL_ROUTES:
        return identity, after
    if provider is None:
        return identity, rest
    identity = replace(identity, provider=provider, how=f"the prefix `{route}/` is a route to {provider}")
    region, slash, model = after.partition("/")
    if slash and region in _region_names(provider, catalog):
        return replace(identity, region=region), model
    return identity, after


def _peel_profile(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    profile, dot, after = rest.partition(".")
    if (
        dot
        and identity.provider in (None, _BEDROCK)
        and profile.lower() in catalog.providers.get(_BEDROCK, {}).get("profiles", {})
    ):
        how = f"the prefix `{profile}.` is a cross-region profile of Amazon Bedrock"
        return replace(identity, provider=_BEDROCK, profile=profile.lower(), how=how), after
    return identity, rest


def _peel_id_prefix(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    """Take off a prefix by which a provider marks what somebody else runs for it."""
    for prefix, provider in catalog.id_prefixes.items():
        if rest.lower().startswith(prefix):
            how = f"ids that start with `{rest[: len(prefix)]}` are served by it"
            return replace(identity, provider=provider, how=how), rest[len(prefix) :]
    return identity, rest


def _from_arn(spelling: str, arn: re.Match[str], catalog: Catalog) -> Identity:
    how = "the ARN names Amazon Bedrock and its region"
    identity = Identity(spelling=spelling, provider=_BEDROCK, region=arn["region"] or None, how=how)
    if arn["kind"].lower() in _OPAQUE:
        return replace(identity, opaque=True, how="the ARN hides which model runs and where")
    identity, rest = _peel_profile(identity, arn["id"], catalog)
    return _look_up(identity, rest, catalog)


def _region_names(provider: str, catalog: Catalog) -> frozenset[str]:
    table = catalog.regions.get(catalog.providers[provider].get("regions", ""), {})
    return frozenset(table.get("names", {})) | frozenset(table.get("groups", {}))


def _look_up(identity: Identity, spelling: str, catalog: Catalog) -> Identity:
    key = spelling.lower()
    if key in catalog.spellings:
        return replace(identity, model=catalog.spellings[key])
    if key in catalog.floating:
        return replace(identity, model=catalog.floating[key], floating=True)
    for pattern, model in catalog.patterns.items():
        if re.fullmatch(pattern, spelling, re.IGNORECASE):
            return replace(identity, model=model)
    return identity
