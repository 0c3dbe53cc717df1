"""Cities in the order of their numbers of cases."""

from array import array
from collections.abc import Sequence

from django.db.models import Count, FilteredRelation, Q, QuerySet

from repository.cases.lookups import short
from repository.models import City
from repository.pages.editions import cached_by_edition
from repository.places.areas import Area

# Areas of which each process remembers the order of the cities, for one edition.
MOST_AREAS = 50


@cached_by_edition()
def all_cities(_edition: str) -> Sequence[int]:
    return ordered(City.objects.all(), Q(cases__status="published"))


@cached_by_edition()
def real_cities(_edition: str) -> Sequence[int]:
    """Return the order without samples of cities and of cases."""
    cases = Q(cases__status="published", cases__is_sample=False)
    return ordered(City.objects.real(), cases)


def ordered(cities: QuerySet[City], cases: Q) -> Sequence[int]:
    # A city has each case once: no DISTINCT, which would sort all pairs. As a condition of the join
    # (and not of the count), the published cases are read from an index, instead of all cases.
    counted = cities.annotate(
        counted_cases=FilteredRelation("cases", condition=cases), case_count=Count("counted_cases")
    )
    rows = counted.order_by("-case_count", "name", "slug").values_list("pk", flat=True)
    return short(array("Q", rows.iterator()))


@cached_by_edition(MOST_AREAS)
def by_cases(edition: str, area: Area, *, real: bool = False) -> Sequence[int]:
    """Return the primary keys of the cities in an area, those with most published cases first.

    With `real`, without samples of cities and of cases. One query for an area, and one for all
    cities, unless the process remembers the answer.
    """
    cities = (real_cities if real else all_cities)(edition)
    if not area.query:
        return cities
    inside = City.objects.filter(**area.cities).values_list("pk", flat=True)
    return short(array("Q", filter(set(inside.iterator()).__contains__, cities)))
