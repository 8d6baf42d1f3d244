"""The catalog: what is known of models, licenses, providers and places, as plain data under catalog.schema.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from checker.model.fact import Known

Record = Mapping[str, Any]


class Catalog(NamedTuple):
    """Records by id, and the spellings by which people and machines name them (all spellings in lower case).

    `basenames` are names on the hub without their owners; `owners` are those who publish models of others again, and
    `suffixes` and `extensions` the endings by which names and files tell a format: neither says anything else of a
    model. `before` and `after` are what notations write around a name; `profiles` are geographic prefixes.
    `developers`, `families`, `tasks` and `modalities` are the words by which models are sorted.
    """

    sources: Mapping[str, Record]
    licenses: Mapping[str, Record]
    models: Mapping[str, Record]
    providers: Mapping[str, Record]
    places: Mapping[str, Record]
    regions: Mapping[str, Record]
    rehosters: Mapping[str, Record]
    formats: Mapping[str, Record]
    notations: Mapping[str, Record]
    corrections: Mapping[str, Record]
    profiles: Mapping[str, Record]
    seats: Mapping[str, Record]
    countries: Mapping[str, str]
    spellings: Mapping[str, str]
    floating: Mapping[str, str]
    patterns: Mapping[str, str]
    basenames: Mapping[str, str]
    license_aliases: Mapping[str, str]
    provider_aliases: Mapping[str, str]
    prefixes: Mapping[str, str]
    id_prefixes: Mapping[str, str]
    id_suffixes: Mapping[str, str]
    profile_prefixes: Mapping[str, str]
    owners: Mapping[str, str]
    suffixes: Mapping[str, str]
    extensions: Mapping[str, str]
    before: Mapping[str, str]
    after: Mapping[str, str]
    developer_seats: Mapping[str, str]
    provider_seats: Mapping[str, str]
    developers: Mapping[str, str]
    families: Mapping[str, str]
    tasks: Mapping[str, str]
    modalities: Mapping[str, str]
    own_licenses: frozenset[str]
    digest: str

    def license(self, name: str) -> Record | None:
        """Return the license known by an id or an alias, in any case."""
        found = self.license_aliases.get(name.lower())
        return None if found is None else self.licenses[found]

    def licenses_of(self, model: Record) -> set[str]:
        """Return the ids of all licenses that a model names, alternatives included; an unknown one is its own."""
        named = (name for item in model["licenses"] for name in ([item] if isinstance(item, str) else item["any_of"]))
        return {self.license_aliases.get(name.lower(), name) for name in named}

    def provider(self, name: str) -> Record | None:
        """Return the provider known by an id or an alias, in any case."""
        found = self.provider_aliases.get(name.lower())
        return None if found is None else self.providers[found]

    def provider_id(self, name: str) -> str:
        """Return the id behind a name of a provider; an unlisted one is its own."""
        return self.provider_aliases.get(name.lower(), name)

    def developer(self, name: str) -> Record | None:
        """Return the seat of a developer known by any of its names, in any case."""
        found = self.developer_seats.get(name.lower())
        return None if found is None else self.seats[found]

    def operator(self, provider: str) -> Record | None:
        """Return the seat of who runs a provider (by id), or a host that has no record of its own, in any case."""
        found = self.provider_seats.get(provider.lower())
        return None if found is None else self.seats[found]

    def expand(self, places: Iterable[str]) -> tuple[str, ...] | None:
        """Return countries (and ANY) for place names; None where one of them is not a place."""
        countries: dict[str, None] = {}
        for place in places:
            members = self.members(place)
            if members is None:
                return None
            countries.update(dict.fromkeys(members))
        return tuple(countries)

    def members(self, place: str) -> tuple[str, ...] | None:
        """Return the countries of one place, in any case; a country is its own member, ANY stays ANY."""
        for spelled in dict.fromkeys((place, place.upper())):
            if spelled == "ANY" or spelled in self.countries:
                return (spelled,)
            if spelled in self.places:
                return tuple(self.places[spelled]["members"])
        return None

    def profile(self, provider: str, profile: str, model: str) -> Record | None:
        """Return where a geographic profile of a provider leads for a model; None where that is not listed."""
        return self.profiles.get(f"{provider}.{profile}.{model}")

    def provenance(self, kind: str, record: Record) -> Known:
        """Return source, date and status of a record."""
        return Known(
            record=f"{kind}/{record['id']}",
            sources=self._titles(record["source"]),
            checked=record["checked"],
            status=record["status"],
            overrides=record.get("overrides", ""),
        )

    def provenance_of_item(self, whole: Known, item: Record) -> Known:
        """Return source, date and status of an item of a record: its own where it has them, else the record's."""
        return whole._replace(
            sources=self._titles(item["source"]) if "source" in item else whole.sources,
            checked=item.get("checked", whole.checked),
            status=item.get("status", whole.status),
        )

    def _titles(self, sources: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.sources[name]["title"] if name in self.sources else name for name in sources)
