"""Which places have published cases."""

from heapq import nsmallest
from typing import NamedTuple

from repository.cases.facets import all_counts


class WithCases(NamedTuple):
    """The slugs of cities, and the codes of countries with cases that have no city."""

    cities: frozenset[str]
    countries: frozenset[str]


def places_with_cases(edition: str, most: int) -> WithCases:
    """Return all such places; of very many cities, only `most` that have most of the cases."""
    counts = all_counts(edition)
    cities = nsmallest(most, counts["city"], key=lambda slug: (-counts["city"][slug].total, slug))
    return WithCases(frozenset(cities), frozenset(counts["alone"]))
