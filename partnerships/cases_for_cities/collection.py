"""The places of the published cases of an edition, with their settings."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

from partnerships.board.entries import city_and_country
from partnerships.models import CityProfile
from repository.models import City, Country
from repository.pages.editions import cached_by_edition
from repository.places.country_names import country_name
from repository.places.setting import (
    SETTING,
    Facts,
    is_landlocked,
    magnitude,
    share_of_size,
    shares,
)
from repository.places.with_cases import places_with_cases

# At most so many cities are compared with others, those with most cases.
MOST_CITIES = 2_000
AT_ONCE = 100


@dataclass
class Places:
    """The cities and countries of cases: their settings and names, and the row of each by key.

    `names` are, as in `city_and_country`, the name of a city, names in other languages, and its
    country; without a name, that of a country.
    """

    facts: list[Facts]
    names: list[tuple[str, dict[str, str], str]]
    cities: dict[str, int]
    countries: dict[str, int]

    def __post_init__(self) -> None:
        # Many places differ only in their population: compare the rest once.
        self.alike: dict[Facts, list[int]] = {}
        for row, facts in enumerate(self.facts):
            self.alike.setdefault(replace(facts, population=None), []).append(row)
        self.sizes = [magnitude(facts.population) for facts in self.facts]

    def likeness(self, own: Facts) -> array[float]:
        """The similarity of the setting of each place, from 0 to 1; what is unknown counts 0."""
        found = array("d", bytes(8 * len(self.facts)))
        whole = sum(SETTING.values())
        size = magnitude(own.population)
        for facts, rows in self.alike.items():
            known = sum(SETTING[name] * share for name, share in shares(own, facts).items())
            for row in rows:
                found[row] = known / whole
                if own.population and self.facts[row].population:
                    share = share_of_size(size, self.sizes[row])
                    found[row] += SETTING["size"] * share / whole
        return found

    def label(self, rows: Iterable[int]) -> str:
        """Return the names of places in the active language."""
        named = (self.names[row] for row in rows)
        return ", ".join(
            city_and_country(name, names, country) if name else country_name(country)
            for name, names, country in named
        )

    def rows_of(self, cities: Iterable[str], countries: Iterable[str]) -> list[int]:
        """The rows of the cities of a case; of its countries, if it has no city."""
        if cities:
            return [self.cities[slug] for slug in cities if slug in self.cities]
        return [self.countries[code] for code in countries if code in self.countries]


@cached_by_edition()
def places(edition: str) -> Places:
    """Return the places of published cases, in two queries."""
    facts: list[Facts] = []
    names: list[tuple[str, dict[str, str], str]] = []
    rows: dict[str, int] = {}
    shown = places_with_cases(edition, MOST_CITIES)
    cities = City.objects.filter(slug__in=shown.cities).select_related("country", "profile")
    # Not all at once: 2,000 cities with all their columns take 20 MB.
    for city in cities.order_by("slug").iterator(chunk_size=AT_ONCE):
        rows[city.slug] = len(facts)
        facts.append(facts_of(city))
        names.append((city.name, city.names, city.country_id))
    countries = list(Country.objects.filter(pk__in=shown.countries).order_by("iso2"))
    return Places(
        facts + [facts_of_country(country) for country in countries],
        names + [("", {}, country.iso2) for country in countries],
        rows,
        {country.iso2: len(facts) + row for row, country in enumerate(countries)},
    )


def facts_of(city: City) -> Facts:
    """Return what is known about the setting of a city, with its country and profile loaded."""
    profile = getattr(city, "profile", None) or CityProfile()
    return Facts(
        **of_country(city.country),
        has_sea_port=city.has_sea_port,
        has_dry_port=city.has_dry_port,
        has_rail_hub=city.has_rail_hub,
        population=city.population,
        setting=profile.setting,
        corridors=frozenset(profile.corridors),
    )


def facts_of_country(country: Country) -> Facts:
    """Return what holds for every place of a country."""
    return Facts(**of_country(country))


def of_country(country: Country) -> dict:
    return {
        "country": country.iso2,
        "region": country.region,
        "subregion": country.intermediate_region or country.subregion,
        "income_group": country.income_group,
        "is_ldc": country.is_ldc,
        "is_lldc": country.is_lldc,
        "is_sids": country.is_sids,
        "is_country_landlocked": is_landlocked(country.iso2, is_lldc=country.is_lldc),
    }
