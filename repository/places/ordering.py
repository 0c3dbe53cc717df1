"""Cities in the order of their numbers of cases."""

from array import array
from collections.abc import Sequence

from django.db.models import Count, Q

from repository.models import City
from repository.pages.editions import Known, Part, Tokens, per_edition
from repository.places.areas import Area

# Areas of which each process remembers the order of the cities, for one edition.
MOST_ORDERS = 50


@per_edition(Part.CASES, Part.PLACES)
def known_orders() -> Known[tuple[str, bool], Sequence[int]]:
    return Known(MOST_ORDERS)


def by_cases(edition: Tokens, area: Area, *, real: bool = False) -> Sequence[int]:
    """Return the primary keys of the cities in an area, those with most published cases first.

    With `real`, without samples of cities and of cases. One query, unless the process remembers
    the answer.
    """
    known, key = known_orders(edition), (area.query, real)
    if (found := known.get(key)) is None:
        cities, cases = City.objects.filter(**area.cities), Q(cases__status="published")
        if real:
            cities, cases = cities.real(), cases & Q(cases__is_sample=False)
        # A city has each case once: no DISTINCT, which would sort all pairs.
        counted = cities.annotate(case_count=Count("cases", filter=cases))
        ordered = counted.order_by("-case_count", "name", "slug").values_list("pk", flat=True)
        found = known[key] = array("Q", ordered.iterator())
    return found
