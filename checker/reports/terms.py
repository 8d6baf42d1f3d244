"""What a license permits, asks for and forbids, in labeled lines: every limit, territory and duty with its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.expressions.template import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.model.catalog import Record

Line = tuple[str, str]

_PERMITS = {
    "commercial_use": "commercial use",
    "modification": "changing the model",
    "redistribution": "passing it on",
}
_EFFECTS = {
    "license-required": "a license has to be asked for",
    "no-rights": "no rights at all",
    "display": "the words have to be shown",
    "review": "a review by the publisher",
    "registration": "a registration with the publisher",
}
_METRICS = {
    "monthly-active-users": "monthly active users",
    "annual-revenue-usd": "US dollars of annual revenue",
    "monthly-revenue-usd": "US dollars of monthly revenue",
}
_SCOPES = {
    "product": "of the product",
    "licensee": "of the licensee",
    "licensee-and-affiliates": "of the licensee and its affiliates",
}
_BUSINESSES = {
    "model-as-a-service": "offering models themselves to others",
    "ai-work-assistant": "an assistant for office or coding work",
}
_BASES = {
    "licensee-domicile": "by where the licensee is domiciled",
    "place-of-use": "by where the model is used",
    "end-user": "by where end users are",
}
_TRIGGERS = {
    "use": "with any use",
    "commercial-product": "in a commercial product",
    "product-contains-model": "in a product with it",
    "distribution": "when it is passed on",
    "network-use": "when others use it over a network",
}
_OUTPUTS = {
    "allowed": "may train models",
    "own-family-only": "may train models of the same family only",
    "competing-forbidden": "may not train competing models",
    "forbidden": "may not train models",
}
_HOSTING = {
    "allowed": "permitted",
    "counts-as-distribution": "permitted, with the duties of passing it on",
    "forbidden": "forbidden",
    "agreement-required": "only with an agreement",
}
STATUS = {
    "verified": "verified",
    "secondary": "from a copy or a quotation",
    "unconfirmed": "not confirmed",
}


def terms(license_: Record) -> Iterator[Line]:
    """Yield what a license permits and asks for: every limit, territory and duty with its clause."""
    yield "in short", f"{license_['summary']} ({license_['kind']})"
    yield from _permissions(license_)
    yield from (("limit", _limit(one)) for one in license_.get("limits", ()))
    yield from (("excludes", _territory(one)) for one in license_.get("territories", ()))
    yield from (("asks", _duty(one)) for one in license_.get("duties", ()))
    if "outputs" in license_:
        yield "outputs", _outputs(license_["outputs"])
    yield from (("read by", _reading(one)) for one in license_.get("readings", ()))
    if "hosting" in license_:
        yield "hosting", _hosting(license_["hosting"])
    unknown = [what for key, what in _READ.items() if key not in license_]
    if unknown:
        yield "not known", ", ".join(unknown)


_READ = {
    **_PERMITS,
    "limits": "limits",
    "territories": "territories",
    "duties": "duties",
    "outputs": "what outputs may be used for",
}


def _permissions(license_: Record) -> Iterator[Line]:
    for label, wanted in (("permits", True), ("forbids", False)):
        named = [what for key, what in _PERMITS.items() if license_.get(key) is wanted]
        if named:
            yield label, ", ".join(named)


def _limit(limit: Mapping[str, Any]) -> str:
    above = "more than" if limit["op"] == "gt" else "at least"
    counted = f"{_METRICS[limit['metric']]} {_SCOPES.get(limit.get('scope', ''), '')}".strip()
    when = limit.get("measured_on", "")
    once = f", counted once, on {when}" if when not in ("", "continuous") else ""
    business = ", ".join(_BUSINESSES[name] for name in limit.get("only_for", ()))
    exempt = f" (not for {' or '.join(limit['exempt'])} use)" if "exempt" in limit else ""
    effect = f'show "{limit["shows"]}"' if limit["effect"] == "display" else _EFFECTS[limit["effect"]]
    text = (
        f"{above} {show(limit['threshold'])} {counted}{once}{f', for {business}' if business else ''}{exempt}: {effect}"
    )
    doubt = f" [{STATUS[limit['status']]}]" if "status" in limit else ""
    return text + cited(limit) + doubt


def _territory(territory: Mapping[str, Any]) -> str:
    which = ", for models that take more than text" if territory["applies_to"] == "multimodal" else ""
    unless = ", unless the plan is paid" if territory.get("unless") == "paid-plan" else ""
    outputs = ", outputs too" if territory.get("outputs_too") else ""
    exempt = f" (not touched: {territory['exempt'].rstrip('.')})" if "exempt" in territory else ""
    where = f"{show(territory['excluded'])}, {_BASES[territory['basis']]}"
    return f"{where}{which}{unless}{outputs}{exempt}" + cited(territory)


def _duty(duty: Mapping[str, Any]) -> str:
    text = f'show "{duty["text"]}"' if duty["kind"] == "display" else duty["text"]
    changed = ", changed" if "only_if_modified" in duty else ""
    where = f"; {duty['clause']}" if "clause" in duty else ""
    return f"{text.rstrip('.')} ({_TRIGGERS[duty['trigger']]}{changed}{where})"


def _outputs(outputs: Mapping[str, Any]) -> str:
    parts = [_OUTPUTS[outputs["train_models"]]] if "train_models" in outputs else []
    if "commercial_use" in outputs:
        parts.append("commercial use permitted" if outputs["commercial_use"] else "no commercial use")
    parts += _binds(outputs)
    return ", ".join(parts) + cited(outputs)


def _binds(outputs: Mapping[str, Any]) -> list[str]:
    """Return what a license asks of a model that was trained on outputs."""
    quote = f' ("{outputs["derivative_quote"]}")' if "derivative_quote" in outputs else ""
    parts = [f"a model trained on them stands under this license{quote}"] if "derivative" in outputs else []
    if "name_prefix" in outputs:
        parts.append(f'the name of a model trained on them begins with "{outputs["name_prefix"]}"')
    if "shows" in outputs:
        parts.append(f"a model trained on them shows one of: {show(outputs['shows'])}")
    return parts


def _reading(reading: Mapping[str, Any]) -> str:
    return f"{reading['by']}, beyond the text: {reading['text']}" + cited(reading) + f" ({reading['url']})"


def _hosting(hosting: Mapping[str, Any]) -> str:
    also = ", ".join(_BUSINESSES[name] for name in hosting.get("also_for", ()))
    text = f"offering the model to others: {_HOSTING[hosting['third_parties']]}"
    return text + (f"; the same for {also}" if also else "") + cited(hosting)


def cited(item: Mapping[str, Any]) -> str:
    """Return the quote and the clause of an item, to be put behind it."""
    quote = f'; "{item["quote"]}"' if "quote" in item else ""
    return quote + (f" ({item['clause']})" if "clause" in item else "")
