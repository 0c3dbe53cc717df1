"""Cities in the order of their numbers of cases."""

from django.db.models import Count, FilteredRelation, Q, QuerySet

from repository.models import City
from repository.places.areas import Area


def by_cases(area: Area, *, real: bool = False) -> QuerySet[City]:
    """Return the cities in an area with `case_count`, those with most published cases first.

    With `real`, without samples of cities and of cases.
    """
    cities = City.objects.filter(**area.cities)
    cases = Q(cases__status="published")
    if real:
        cities, cases = cities.real(), cases & Q(cases__is_sample=False)
    # A city has each case once: no DISTINCT, which would sort all pairs. As a condition of the join
    # (and not of the count), the published cases are read from an index, instead of all cases.
    counted = FilteredRelation("cases", condition=cases)
    cities = cities.annotate(counted_cases=counted, case_count=Count("counted_cases"))
    return cities.order_by("-case_count", "name", "slug")
