"""Cities compared with the other cities that have cases, by size, and countries by their cases."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

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


@dataclass
class Peers:
    """The cities with published cases and a known population, the largest first."""

    cities: list[City]
    populations: array[int]
    pks: array[int]

    def place_of(self, city: City) -> int:
        """Return the index of a city, or where it would be inserted."""
        own = (-(city.population or 0), city.pk)
        return bisect_left(
            range(len(self.pks)), own, key=lambda at: (-self.populations[at], self.pks[at])
        )


@cached_by_edition()
def peers(_edition: str) -> dict[bool, Peers]:
    """Return the sample cities and the others; of each only what is needed to compare them.

    `cities` are the largest and the smallest.
    """
    fields = ("slug", "name", "names", "population", "country_id", "is_sample")
    rows = City.objects.with_published_cases().filter(population__gt=0).values("pk", *fields)
    found: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for row in rows.order_by("-population", "pk").iterator():
        found[row["is_sample"]].append(row)
    return {
        is_sample: Peers(
            # Objects of all cities would take four times as long.
            [City(**row) for row in (cities[:1] + cities[1:][-1:])],
            array("I", [row["population"] for row in cities]),
            array("Q", [row["pk"] for row in cities]),
        )
        for is_sample, cities in found.items()
    }


def size_among(city: City, peers: Mapping[bool, Peers]) -> Size | None:
    """Compare populations; None without cases or a known population, or with fewer than three."""
    group = peers[city.is_sample]
    at, count = group.place_of(city), len(group.pks)
    if count < 3 or at == count or group.pks[at] != city.pk:
        return None
    largest, smallest = group.cities[0], group.cities[-1]
    low, high = log10(smallest.population or 1), log10(largest.population or 1)
    span = high - low or 1
    # Of many cities every n-th is drawn, and the city itself last, above the others.
    drawn = range(0, count, 1 + count // MOST_DRAWN)
    shown = [group.populations[other] for other in drawn if other != at]
    places = [(population, False) for population in shown] + [(group.populations[at], True)]
    return Size(
        at + 1,
        count,
        smallest,
        largest,
        [
            (f"{2 + 96 * (log10(population) - low) / span:.1f}", is_here)
            for population, is_here in places
        ],
    )


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
