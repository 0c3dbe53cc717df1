"""Cities compared with the other cities that have cases, by size and by what they share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log10

from repository.cases.facets import FacetIndex
from repository.models import City, Practice
from repository.pages.editions import per_edition
from repository.places.country_names import country_name
from repository.places.models import TRANSPORT

# How many practices of a city are compared, and how many similar cities are shown.
MOST_PRACTICES, MOST_SIMILAR = 12, 4
# How many countries and areas are compared by their number of cases.
MOST_COUNTRIES = 8
# Populations within this factor are of similar size.
SIMILAR_SIZE = 2
HUBS = tuple(TRANSPORT.values())


@dataclass(frozen=True)
class Similar:
    """A city and what it shares with another: names of practices, hubs, and size."""

    city: City
    practices: list[str] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    is_of_similar_size: bool = False


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


@per_edition
def peers() -> list[City]:
    """Return the cities with published cases."""
    fields = ("slug", "name", "names", "population", "country_id", "is_sample", *HUBS)
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


def similar_cities(
    city: City, others: Iterable[City], index: FacetIndex, practices: Sequence[Practice]
) -> list[Similar]:
    """Return the cities that share most with this one, at least a practice, best first."""
    shared: dict[str, list[str]] = {}
    for practice in practices[:MOST_PRACTICES]:
        for slug in index.counts("city", index.having("practice", [practice.slug])):
            shared.setdefault(slug, []).append(practice.name)
    hubs = {name for name in HUBS if getattr(city, name)}
    rows = []
    for other in others:
        if other.slug == city.slug or other.slug not in shared or other.is_sample != city.is_sample:
            continue
        common = [name for name in HUBS if name in hubs and getattr(other, name)]
        sizes = sorted([city.population or 0, other.population or 0])
        is_of_similar_size = 0 < sizes[1] <= SIMILAR_SIZE * sizes[0]
        score = 3 * len(shared[other.slug]) + 2 * len(common) + is_of_similar_size
        labels = [str(City._meta.get_field(name).verbose_name) for name in common]
        similar = Similar(other, shared[other.slug], labels, is_of_similar_size)
        rows.append((-score, other.slug, similar))
    rows.sort(key=lambda row: row[:2])
    return [similar for _score, _slug, similar in rows[:MOST_SIMILAR]]


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
