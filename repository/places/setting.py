"""The setting of cities, and what two of them have in common: coast, size, income, region.

Practices transfer best between similar places: docs/matching.md.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

# The parts of the similarity of setting, and their weights.
SETTING: Final = {
    "coast": 3,
    "surroundings": 3,
    "size": 2,
    "income": 2,
    "region": 2,
    "corridor": 2,
    "groups": 1,
}
INCOMES: Final = ("low", "lower-middle", "upper-middle", "high")
SURROUNDINGS: Final = ("urban", "mixed", "rural")
# A ratio of 100 between populations counts as not similar at all.
UNLIKE_SIZE: Final = 2.0  # Powers of ten.
# Cities are said to be of similar size if the larger one has at most twice the population.
SIMILAR_SIZE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts that describe the setting of a city.

    `None`, an empty text or an empty set means "not known". `population` is in persons.
    """

    country: str = ""  # ISO 3166-1 alpha-2.
    region: str = ""
    subregion: str = ""
    income_group: str = ""  # As repository.models.IncomeGroup.
    is_ldc: bool = False
    is_lldc: bool = False
    is_sids: bool = False
    # Whether the whole country is landlocked.
    is_country_landlocked: bool | None = None
    has_sea_port: bool | None = None
    has_dry_port: bool | None = None
    has_rail_hub: bool | None = None
    population: int | None = None
    setting: str = ""  # "urban", "mixed" or "rural".
    corridors: frozenset[str] = frozenset()

    @property
    def is_port(self) -> bool | None:
        """Whether it has a sea port; not known if what is recorded contradicts itself.

        A city on the Caspian Sea may state one, in a country that counts as landlocked.
        """
        if self.is_country_landlocked:
            return None if self.has_sea_port else False
        return self.has_sea_port

    @property
    def is_landlocked(self) -> bool | None:
        """Whether the city has no access to the sea, as Zhengzhou in a country with a coast."""
        # Certain, whatever the city has stated.
        if self.is_country_landlocked:
            return True
        return None if self.has_sea_port is None else not self.has_sea_port


def magnitude(population: int | None) -> float:
    """The base-10 logarithm of a population; NaN if it is not known."""
    return math.log10(population) if population else math.nan


def groups(place: Facts) -> tuple[bool, bool, bool]:
    """Membership of its country in the country groups of the United Nations."""
    return place.is_ldc, place.is_lldc, place.is_sids


def shares(own: Facts, place: Facts) -> dict[str, float]:
    """Similarity from 0 to 1 of each part of the setting that is known of both places."""
    alike = [mine == theirs for mine, theirs in zip(groups(own), groups(place), strict=True)]
    found = {"groups": sum(alike) / 3}
    if own.is_landlocked is not None and place.is_landlocked is not None:
        found["coast"] = float(own.is_landlocked == place.is_landlocked)
    for name, scale, mine, theirs in (
        ("surroundings", SURROUNDINGS, own.setting, place.setting),
        ("income", INCOMES, own.income_group, place.income_group),
    ):
        if mine in scale and theirs in scale:
            found[name] = 1.0 - abs(scale.index(mine) - scale.index(theirs)) / (len(scale) - 1)
    if own.population and place.population:
        found["size"] = share_of_size(magnitude(own.population), magnitude(place.population))
    if own.region and place.region:
        is_near = own.subregion and own.subregion == place.subregion
        found["region"] = (1.0 if is_near else 0.5) if own.region == place.region else 0.0
    if own.corridors and place.corridors:
        found["corridor"] = float(not own.corridors.isdisjoint(place.corridors))
    return found


def share_of_size(own: float, other: float) -> float:
    """Similarity from 0 to 1 of two populations, given by their magnitudes."""
    return 1.0 - min(abs(own - other) / UNLIKE_SIZE, 1.0)


def comparisons(own: Facts, place: Facts) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield what is similar or different about the setting of two places, as codes with facts.

    Each is known of both places: what one of them has says nothing about the other. The codes are
    those of the reasons for a candidate, without "setting.". `own` and `theirs` are populations.
    """
    match (own.is_port, place.is_port):
        case (False, False):
            yield "landlocked", {}
        case (True, True):
            yield "port", {}
        case (False, True):
            yield "coast.port", {}
        case (True, False):
            yield "coast.landlocked", {}
    if own.has_rail_hub and place.has_rail_hub:
        yield "rail", {}
    if own.has_dry_port and place.has_dry_port:
        yield "dry-port", {}
    if own.setting and place.setting:
        if own.setting == place.setting:
            yield place.setting, {}
        elif {own.setting, place.setting} == {SURROUNDINGS[0], SURROUNDINGS[-1]}:
            yield f"surroundings.{place.setting}", {}
    if own.population and place.population:
        people = {"own": own.population, "theirs": place.population}
        smaller, larger = sorted(people.values())
        if larger <= SIMILAR_SIZE * smaller:
            yield "size", people
        elif larger >= 10 * smaller:
            yield ("size.larger" if larger == place.population else "size.smaller"), people
    if own.income_group and own.income_group == place.income_group:
        yield "income", {"value": place.income_group}
    if own.region and own.region == place.region:
        same = own.subregion and own.subregion == place.subregion
        yield ("subregion" if same else "region"), {"value": place.region}
    if shared := sorted(own.corridors & place.corridors):
        yield "corridor", {"corridors": shared}
    for name, mine, theirs in zip(("ldc", "lldc", "sids"), groups(own), groups(place), strict=True):
        if mine and theirs:
            yield name, {}


# Landlocked, and not developing: twelve countries in Europe. With the 32 landlocked developing
# countries of UN-OHRLLS (`is_lldc`) they are the 44 landlocked ones of the CIA's World Factbook.
# Checked in 2026 against two published lists, which cite it: spiegato.com ("Which Countries are
# Landlocked?") and thefactfile.org ("List of 44 landlocked countries in the World"). Coasts of the
# Caspian and Aral Seas do not count, as for UN-OHRLLS.
NOT_DEVELOPING = frozenset(["AD", "AT", "BY", "CH", "CZ", "HU", "LI", "LU", "RS", "SK", "SM", "VA"])


def is_landlocked(iso2: str, *, is_lldc: bool) -> bool:
    """Whether a country or area has no coast, so that none of its cities has a sea port.

    A city of any other country is landlocked only if the city says that it has no sea port.
    """
    return is_lldc or iso2 in NOT_DEVELOPING
