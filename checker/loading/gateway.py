"""Gateways of the config: from an alias that a manifest names to every target that may answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.source import child

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.model.manifest import Config, Use


def behind(use: Use, config: Config) -> Iterator[Use]:
    """Yield the use itself; or, behind a gateway, one for each target: all of them see this use's data.

    A gateway or an alias that the config does not have yields the use as it is.
    """
    gateway = (config.section("gateways") or {}).get(use.entry.get("gateway", ""), {})
    targets = gateway.get("aliases", {}).get(use.entry["model"], ())
    if not targets:
        yield use
        return
    at = child("/gateways", use.entry["gateway"])
    for number, target in enumerate(targets):
        yield use._replace(
            id=use.id if len(targets) == 1 else f"{use.id}/target-{number + 1}",
            entry=_entry(use.entry, target, gateway),
            target=child(child(child(at, "aliases"), use.entry["model"]), number),
            gateway=child(at, "via") if "via" in gateway else "",
        )


def _entry(entry: Mapping[str, Any], target: Mapping[str, Any], gateway: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the entry of a target: the use's own, with the target's model and place, and the gateway on the way."""
    via = [*entry.get("via", ())]
    if "via" in gateway:
        via.append({**gateway["via"], "name": entry["gateway"], "role": "gateway"})
    inherited = {key: value for key, value in entry.items() if key not in ("gateway", "deployment", "fallbacks")}
    return {**inherited, "model": target["model"], "deployment": target["deployment"], **({"via": via} if via else {})}
