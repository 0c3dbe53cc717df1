"""How many partners a city can work with in a year, and how many it has."""

from django.db.models import Sum
from django.utils import timezone

from partnerships.models import CityProfile, Match, Offer
from repository.models import City


def capacity_of(city: City) -> int | None:
    """How many partners a year it takes: as it says in its profile, or by its open offers.

    None where it has said neither.
    """
    said = CityProfile.objects.filter(city=city).values_list("partners_a_year", flat=True).first()
    if said is not None:
        return said
    return Offer.objects.open().filter(city=city).aggregate(sum=Sum("capacity"))["sum"]


def partners_this_year(city: City) -> int:
    """How many partners it was introduced to this year as the city that was asked."""
    year = timezone.localdate().year
    return Match.objects.introduced().filter(city=city, introduced_at__year=year).count()


def room_of(city: City) -> int | None:
    """How many more partners it takes this year, at least 0; None where it has not said."""
    capacity = capacity_of(city)
    return None if capacity is None else max(0, capacity - partners_this_year(city))
