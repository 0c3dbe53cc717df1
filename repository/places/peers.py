"""Cities compared with the other cities that have cases, by size, and countries by their cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10

from repository.cases.facets import Counts
from repository.models import City
from repository.pages.editions import cached_by_edition
from repository.places.country_names import country_name

# How many countries and areas are compared by their number of cases.
MOST_COUNTRIES = 8
# About how many cities are drawn on the scale of their populations.
MOST_DRAWN = 300


@dataclass(frozen=True)
class Size:
    """The population of a city among its peers.

    `places` are the positions of cities from 0 to 100 on a logarithmic scale, and whether it is
    the city itself; `rank` counts from the largest.
    """

    rank: int
    count: int
    smallest: City
    largest: City
    places: list[tuple[str, bool]]


@cached_by_edition()
def peers(_edition: str) -> dict[bool, list[City]]:
    """Return the sample cities with cases and a known population, and the others, largest first."""
    cities = City.objects.with_published_cases().filter(population__gt=0)
    fields = ("slug", "name", "names", "population", "country_id", "is_sample")
    found: dict[bool, list[City]] = {False: [], True: []}
    for city in cities.only(*fields).order_by("-population", "pk"):
        found[city.is_sample].append(city)
    return found


def size_among(city: City, peers: Mapping[bool, list[City]]) -> Size | None:
    """Compare populations; None without cases or a known population, or with fewer than three."""
    group = peers[city.is_sample]
    at = next((at for at, other in enumerate(group) if other.pk == city.pk), None)
    if at is None or len(group) < 3:
        return None
    largest, smallest = group[0], group[-1]
    low, high = log10(smallest.population or 1), log10(largest.population or 1)
    span = high - low or 1
    # Of many cities every n-th is drawn, and the city itself last, above the others.
    others = [other for other in group[:: 1 + len(group) // MOST_DRAWN] if other != city]
    places = [
        (f"{2 + 96 * (log10(each.population or 1) - low) / span:.1f}", each == city)
        for each in [*others, group[at]]
    ]
    return Size(at + 1, len(group), smallest, largest, places)


def countries_by_cases(counts: Counts, iso2: str) -> list[tuple[str, str, int, int, bool]]:
    """Return the countries and areas with most cases, and this one: for bars.

    Each is (code, name, number of cases, its share of the largest in per cent, is it this one).
    Samples are left out. Empty if this one has no cases.
    """
    real = {code: count.real for code, count in counts["country"].items() if count.real}
    if iso2 not in real or len(real) < 2:
        return []
    ranked = sorted(real, key=lambda code: (-real[code], code))
    shown = ranked[:MOST_COUNTRIES]
    if iso2 not in shown:
        shown[-1] = iso2
    most = real[shown[0]]
    return [
        (code, country_name(code), real[code], round(100 * real[code] / most), code == iso2)
        for code in shown
    ]
