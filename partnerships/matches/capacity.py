"""The number of partners that a city can work with in a year, and the number it has."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from partnerships.models import CityProfile, Match, Offer
from partnerships.ranking.facts import Place
from repository.models import City

# The number of requests for which a city that has not stated a capacity is proposed at once.
USUAL_ROOM = 1


class Load(NamedTuple):
    """Partners a year (None if not stated) and partners this year."""

    capacity: int | None
    partners: int

    @property
    def room(self) -> int | None:
        """The number of additional partners possible this year, at least 0; None if not stated."""
        return None if self.capacity is None else max(0, self.capacity - self.partners)


def load_of(city: City) -> Load:
    """Return the capacity of a city and the number of its partners this year, in one query.

    The capacity is that of its profile, or else of its open offers; partners are counted by
    introductions in which the city was the candidate.
    """
    year = timezone.localdate().year
    stated = CityProfile.objects.filter(city=OuterRef("pk")).values("partners_a_year")
    offers = Offer.objects.open().filter(city=OuterRef("pk")).order_by().values("city")
    introduced = Match.objects.introduced().filter(city=OuterRef("pk"), introduced_at__year=year)
    partners = introduced.order_by().values("city").annotate(n=Count("pk")).values("n")
    rows = City.objects.filter(pk=city.pk).values_list(
        Coalesce(
            Subquery(stated[:1]), Subquery(offers.annotate(sum=Sum("capacity")).values("sum"))
        ),
        Coalesce(Subquery(partners), 0),
    )
    return Load(*rows.get())


def remaining_capacities(
    places: Sequence[Place],
    capacities: Mapping[int, int | None],
    kept: Collection[tuple[int, bool]],
) -> dict[int, int]:
    """Return the capacities of cities for several requests, of which some pairs are kept.

    `kept` has the city of each such pair, with whether the two have been introduced: the remaining
    capacity of this year does not include these any more.
    """
    taken = Counter(city for city, _is_introduced in kept)
    planned = Counter(city for city, is_introduced in kept if not is_introduced)
    found = {city: number for city, number in capacities.items() if number is not None}
    for place in places:
        if place.pk not in taken:
            continue
        limits = []
        if place.room is not None:
            limits.append(place.room - planned[place.pk])
        if place.pk in found or place.room is None:
            limits.append(found.get(place.pk, USUAL_ROOM) - taken[place.pk])
        found[place.pk] = max(0, min(limits))
    return found
