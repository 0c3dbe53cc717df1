"""Which places have published cases, from the index: the same after most publications."""

from heapq import nsmallest
from typing import NamedTuple

from repository.cases.facets import facet_index
from repository.pages.editions import cached_by_edition


class WithCases(NamedTuple):
    """The slugs of cities, and the codes of countries with cases that have no city."""

    cities: frozenset[str]
    countries: frozenset[str]


@cached_by_edition(2)
def places_with_cases(edition: str, most: int) -> WithCases:
    """Return all such places; of very many cities, only `most` that have most of the cases."""
    index = facet_index(edition)
    counts = index.values["city"].totals()
    cities = list(counts)
    if len(cities) > most:
        cities = nsmallest(most, cities, key=lambda slug: (-counts[slug], slug))
    without_city = index.everything - index.having_any("city")
    countries = (
        code for code, value in index.values["country"].items() if value.cases & without_city
    )
    return WithCases(frozenset(cities), frozenset(countries))
