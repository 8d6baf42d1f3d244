"""Made manifests for measuring: the same number always gives the same manifests.

Three mixes. `varied`: five uses each over eighteen models and four providers, of which a third fail something. `clean`:
the same shape, nothing to say. `shapes`: as varied, but forty manifests repeated under many names, as a fleet of
services that were begun from one template.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIXES = ("varied", "clean", "shapes")
USES = 5
SHAPES = 40
OPEN = (
    "mistralai/Mistral-7B-Instruct-v0.3",
    "Qwen/Qwen2.5-7B-Instruct",
    "Qwen/Qwen2.5-VL-3B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "google/gemma-3-27b-it",
    "microsoft/phi-4",
    "BAAI/bge-m3",
    "intfloat/multilingual-e5-large",
    "openai/gpt-oss-120b",
    "CohereLabs/c4ai-command-r-plus",
)
CLOSED = (
    ("gpt-5.5", "{type: api, provider: openai, residency: EU_STORAGE_PROCESSING}"),
    ("gpt-5.5", "{type: api, provider: azure-openai, region: swedencentral, sku: Standard}"),
    ("gpt-4.1", "{type: api, provider: azure-openai, region: swedencentral, sku: GlobalStandard}"),
    ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "{type: api, provider: aws-bedrock, region: eu-central-1}"),
    ("claude-sonnet-4-20250514", "{type: api, provider: anthropic}"),
    ("gemini-2.5-flash", "{type: api, provider: vertex-ai, region: europe-west4, plan: paid}"),
)
HOSTS = (("aws", "eu-central-1"), ("azure", "westeurope"), ("gcp", "europe-west4"), ("on-premises", "DE"))
CLEAN = OPEN[:2] + OPEN[7:10]


def write(folder: Path, count: int, mix: str) -> None:
    """Write so many manifests into folders of their own."""
    for number, text in enumerate(texts(count, mix)):
        place = folder / f"team-{number // 100:03}" / f"service-{number:05}"
        place.mkdir(parents=True)
        (place / "model-manifest.yaml").write_text(text, encoding="utf-8")


def texts(count: int, mix: str) -> Iterator[str]:
    """Yield the texts of so many manifests."""
    for number in range(count):
        seed = number % SHAPES if mix == "shapes" else number
        yield _manifest(number, random.Random(seed), clean=mix == "clean")  # noqa: S311  nothing secret is made


def _manifest(number: int, chance: random.Random, *, clean: bool) -> str:
    users = chance.choice((900, 20_000, 450_000)) if clean else chance.choice((900, 450_000, 2_400_000, 800_000_000))
    residency = "" if clean else f"    residency: [{chance.choice(('EU', 'EEA+CH', 'DE', 'EU, US'))}]\n"
    classes = "internal" if clean else chance.choice(("internal", "personal", "personal, health", "confidential"))
    head = f"""\
version: 1
project:
  name: service-{number:05}
  owner: team-{number // 100:03}
  use: {"commercial" if clean else chance.choice(("commercial", "internal", "commercial", "open-source"))}
  stage: {chance.choice(("production", "pilot"))}
  monthly_active_users: {users}
  serves: [DE, FR]
organization:
  domicile: DE
  monthly_active_users: {{at_most: {users}}}
  annual_revenue_usd: {chance.randrange(1, 9) * 100_000}
data:
  records:
    classification: [{classes}]
{residency}  public:
    classification: [public]
models:
"""
    return head + "".join(_use(index, chance, clean=clean) for index in range(USES))


def _use(index: int, chance: random.Random, *, clean: bool) -> str:
    model, deployment = _model(chance, clean=clean)
    more = ""
    if not clean and chance.random() < 0.2:
        more = "    modifications: [fine-tune]\n"
    return f"""\
  - id: use-{index}
    model: {model}
    purpose: purpose {chance.randrange(1000)} of this service
    deployment: {deployment}
    data: [{"records" if index % 2 else "public"}]
{more}"""


def _model(chance: random.Random, *, clean: bool) -> tuple[str, str]:
    if not clean and chance.random() < 0.5:
        return chance.choice(CLOSED)
    provider, region = chance.choice(HOSTS)
    deployment = f"{{type: self-hosted, provider: {provider}, region: {region}}}"
    return chance.choice(CLEAN if clean else OPEN), deployment
