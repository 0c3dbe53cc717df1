"""Cities compared with the other cities that have cases, by size, and countries by their cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log10

from repository.cases.facets import FacetIndex
from repository.models import City
from repository.pages.editions import Part, per_edition
from repository.places.country_names import country_name

# How many countries and areas are compared by their number of cases.
MOST_COUNTRIES = 8


@dataclass(frozen=True)
class Size:
    """The population of a city among its peers.

    `places` are the positions of all cities from 0 to 100 on a logarithmic scale, and whether it is
    the city itself; `rank` counts from the largest.
    """

    rank: int
    count: int
    smallest: City
    largest: City
    places: list[tuple[str, bool]]


@per_edition(Part.CASES, Part.PLACES)
def peers() -> list[City]:
    """Return the cities with published cases."""
    fields = ("slug", "name", "names", "population", "country_id", "is_sample")
    return list(City.objects.with_published_cases().only(*fields).order_by("slug"))


def size_among(city: City, others: Iterable[City]) -> Size | None:
    """Compare populations; None if that of the city or of all others is unknown."""
    known = {
        other.slug: other
        for other in [*others, city]
        if other.population and other.is_sample == city.is_sample
    }
    if city.slug not in known or len(known) < 3:
        return None
    ranked = sorted(known.values(), key=lambda other: (-(other.population or 0), other.slug))
    low, high = (log10(other.population or 1) for other in (ranked[-1], ranked[0]))
    span = high - low or 1
    places = [
        (f"{2 + 96 * (log10(other.population or 1) - low) / span:.1f}", other.slug == city.slug)
        for other in ranked
    ]
    rank = [other.slug for other in ranked].index(city.slug) + 1
    # The city itself is drawn last, above the others.
    return Size(rank, len(ranked), ranked[-1], ranked[0], sorted(places, key=lambda at: at[1]))


def countries_by_cases(index: FacetIndex, iso2: str) -> list[tuple[str, str, int, int, bool]]:
    """Return the countries and areas with most cases, and this one: for bars.

    Each is (code, name, number of cases, its share of the largest in per cent, is it this one).
    Empty if this one has no cases.
    """
    counts = {key: value.total for key, value in index.values["country"].items()}
    if iso2 not in counts or len(counts) < 2:
        return []
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    shown = ranked[:MOST_COUNTRIES]
    if iso2 not in shown:
        shown[-1] = iso2
    most = counts[shown[0]]
    return [
        (code, country_name(code), counts[code], round(100 * counts[code] / most), code == iso2)
        for code in shown
    ]
