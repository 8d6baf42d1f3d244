"""From the id that a project writes to the model it names, and what the spelling itself gives away.

A LiteLLM prefix names a route (`bedrock/eu-west-3/...`), a geographic prefix an Amazon Bedrock profile (`eu.`), a
suffix of Ollama says that the model runs remotely (`-cloud`). None of them ever makes an unknown model known.

The same checkpoint is published again in other formats (`-GGUF`, `-AWQ`), by its maker and by others (`unsloth/`). Such
a name is read as the model whose whole name is left when the format is taken off; a name of which anything else is left
is another model, and stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checker.expressions.cel import matches

if TYPE_CHECKING:
    from checker.model.catalog import Catalog

_ARN_PARTS = 6
_TRANSPARENT = frozenset({"foundation-model", "inference-profile"})
_CLOUD_TAGS = (":cloud", "-cloud")
_MOVING = (":latest", "-latest")
_LOCAL_ROUTES = frozenset(
    {
        "ollama",
        "ollama_chat",
        "hosted_vllm",
        "vllm",
        "lm_studio",
        "llamafile",
        "docker_model_runner",
    }
)
_OLLAMA = frozenset({"ollama", "ollama_chat"})
"""Routes whose names stand for the tag `latest` where they have none, as Ollama reads them."""
_BEDROCK = "aws-bedrock"
_HUBS = ("hf.co/", "huggingface.co/")
_OF_WEIGHTS = frozenset({"hub", "ollama", "docker"})
"""Where weights are named; a record without such a name is of an API, under that API's terms."""
_REGISTRIES = ("docker.io/", "index.docker.io/")
_ROUTING = "openrouter-variant"
"""The one format whose endings say how a request is routed, and nothing of weights."""


class Identity(NamedTuple):
    """What an id says: the model it names (if known), and what its spelling implies of provider and place.

    `read_as` says why a name that is not the model's own stands for it.
    """

    spelling: str
    model: str | None = None
    floating: bool = False
    provider: str | None = None
    region: str | None = None
    profile: str | None = None
    opaque: bool = False
    how: str = ""
    read_as: str = ""


def identify(spelling: str, catalog: Catalog) -> Identity:
    """Return what an id names; total: an id that says nothing is an Identity without a model."""
    whole = _look_up(Identity(spelling=spelling), spelling, catalog)
    if whole.model is not None:
        return whole
    if spelling.lower().startswith("arn:"):
        return _from_arn(spelling, catalog)
    identity, rest = _peel(Identity(spelling=spelling), spelling, catalog)
    if rest.lower().startswith("arn:"):
        return _from_arn(rest, catalog)._replace(spelling=spelling)
    found = _look_up(identity, rest, catalog)
    if found.model is None and identity.floating:
        found = _look_up(identity, rest.removesuffix(":latest"), catalog)
    if found.model is None:
        found = _published_again(identity, rest, catalog)
    if _runs_here(spelling) and not _has_weights(found, catalog):
        # A name of somebody's API that a local program serves is not what that API serves.
        found = identity
    return found if found.model is not None else found._replace(floating=rest.lower().endswith(_MOVING))


def _peel(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    """Take route, region, profile and cloud tag off a spelling, keeping what each says."""
    identity, rest = _peel_route(identity, rest, catalog)
    identity, rest = _peel_profile(identity, rest, catalog)
    identity, rest = _peel_id_prefix(identity, rest, catalog)
    if rest.lower().endswith(_CLOUD_TAGS):
        how = f"the tag `{rest[-6:]}` of Ollama runs remotely"
        return identity._replace(provider="ollama-cloud", how=how), rest[:-6]
    return identity, rest


def _peel_route(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    route, slash, after = rest.partition("/")
    provider = catalog.prefixes.get(route.lower())
    if not slash:
        return identity, rest
    if route.lower() in _LOCAL_ROUTES:
        untagged = route.lower() in _OLLAMA and ":" not in after
        return (identity._replace(floating=True), f"{after}:latest") if untagged else (identity, after)
    if provider is None:
        return identity, rest
    identity = identity._replace(provider=provider, how=f"the prefix `{route}/` is a route to {provider}")
    region, slash, model = after.partition("/")
    if slash and region.lower() in catalog.providers[provider].get("price_keys", ()):
        # A key of a price list: where the deployment runs, its SKU says.
        return identity, model
    if slash and region in _region_names(provider, catalog):
        return identity._replace(region=region), model
    return identity, after


def _peel_profile(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    profile, dot, after = rest.partition(".")
    if (
        dot
        and identity.provider in (None, _BEDROCK)
        and profile.lower() in catalog.providers.get(_BEDROCK, {}).get("profiles", {})
    ):
        how = f"the prefix `{profile}.` is a cross-region profile of Amazon Bedrock"
        return identity._replace(provider=_BEDROCK, profile=profile.lower(), how=how), after
    return identity, rest


def _peel_id_prefix(identity: Identity, rest: str, catalog: Catalog) -> tuple[Identity, str]:
    """Take off a prefix by which a provider marks what somebody else runs for it."""
    for prefix, provider in catalog.id_prefixes.items():
        if rest.lower().startswith(prefix):
            how = f"ids that start with `{rest[: len(prefix)]}` are served by it"
            return identity._replace(provider=provider, how=how), rest[len(prefix) :]
    return identity, rest


def _from_arn(spelling: str, catalog: Catalog) -> Identity:
    """Read an Amazon Resource Name, arn:partition:service:region:account:kind/id; one of another shape is opaque."""
    parts = spelling.split(":", 5)
    kind, _, name = parts[-1].partition("/")
    region = parts[3] if len(parts) == _ARN_PARTS and parts[3] else None
    how = "the ARN names Amazon Bedrock and its region"
    identity = Identity(spelling=spelling, provider=_BEDROCK, region=region, how=how)
    if len(parts) != _ARN_PARTS or kind.lower() not in _TRANSPARENT:
        return identity._replace(opaque=True, how="the ARN hides which model runs and where")
    identity, rest = _peel_profile(identity, name, catalog)
    return _look_up(identity, rest, catalog)


def _published_again(identity: Identity, spelling: str, catalog: Catalog) -> Identity:
    """Read a name as the model that is left when formats are taken off it, for its own publisher and known others."""
    name = _without_hub(spelling)
    owner = name.partition("/")[0].lower() if "/" in name else ""
    rehoster = catalog.owners.get(owner)
    taken: list[str] = []
    while True:
        found = _look_up(identity, name, catalog)
        if found.model is None and rehoster is not None:
            found = _look_up_public(identity, name.partition("/")[2], catalog)
        if found.model is not None and (_has_weights(found, catalog) or not _in_a_format(taken, catalog)):
            return found._replace(read_as=_reading(spelling, found.model, rehoster, taken, catalog))
        suffix = _format_suffix(name, catalog)
        if not suffix:
            return identity
        taken.append(name[-len(suffix) :])
        name = name[: -len(suffix)]


def _in_a_format(taken: list[str], catalog: Catalog) -> bool:
    """Say whether what was taken off a name is a format that only weights come in, and not a way of routing."""
    return any(catalog.suffixes[suffix.lower()] != _ROUTING for suffix in taken)


def _has_weights(found: Identity, catalog: Catalog) -> bool:
    """Say whether what was found is a record of weights that one can have, and not of what an API serves."""
    record = catalog.models[found.model] if found.model is not None else {}
    return record.get("openness", {}).get("weights") == "open" and not _OF_WEIGHTS.isdisjoint(record["ids"])


def _runs_here(spelling: str) -> bool:
    """Say whether a spelling names a program of one's own machine that serves the model."""
    return spelling.partition("/")[0].lower() in _LOCAL_ROUTES and not spelling.lower().endswith(_CLOUD_TAGS)


def _without_hub(spelling: str) -> str:
    """Take off the host of a hub, by which Ollama and others fetch from it, and the file that is chosen there."""
    for host in _HUBS:
        if spelling.lower().startswith(host):
            return spelling[len(host) :].partition(":")[0]
    for host in _REGISTRIES:
        if spelling.lower().startswith(host):
            return spelling[len(host) :]
    return spelling


def _look_up_public(identity: Identity, basename: str, catalog: Catalog) -> Identity:
    """Return the model that a name without its owner stands for; some write the maker into it (`google_gemma-...`)."""
    model = catalog.basenames.get(basename.lower())
    if model is None and "_" in basename:
        model = catalog.spellings.get(basename.lower().replace("_", "/", 1))
    return identity if model is None else identity._replace(model=model)


def _format_suffix(name: str, catalog: Catalog) -> str:
    """Return the longest ending of a name that tells a format, or nothing; something has to be left of the name."""
    lowered = name.lower()
    endings = [suffix for suffix in catalog.suffixes if lowered.endswith(suffix) and len(suffix) < len(name)]
    return max(endings, key=len, default="")


def _reading(spelling: str, model: str, rehoster: str | None, taken: list[str], catalog: Catalog) -> str:
    who = f"{catalog.rehosters[rehoster]['name']} publishes models of others again" if rehoster is not None else ""
    what = f"{' and '.join(f'`{suffix}`' for suffix in reversed(taken))} names a format" if taken else ""
    why = " and ".join(part for part in (who, what) if part) or "that is its name on the hub"
    return f"`{spelling}` is read as {model}: {why}"


def _region_names(provider: str, catalog: Catalog) -> frozenset[str]:
    table = catalog.regions.get(catalog.providers[provider].get("regions", ""), {})
    return frozenset(table.get("names", {})) | frozenset(table.get("groups", {}))


def _look_up(identity: Identity, spelling: str, catalog: Catalog) -> Identity:
    key = spelling.lower()
    if key in catalog.spellings:
        return identity._replace(model=catalog.spellings[key])
    if key in catalog.floating:
        return identity._replace(model=catalog.floating[key], floating=True)
    for pattern, model in catalog.patterns.items():
        if matches(spelling, pattern):
            return identity._replace(model=model)
    return identity
