"""The number of partners that a city can work with in a year, and the number it has."""

from typing import NamedTuple

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from partnerships.models import CityProfile, Match, Offer
from repository.models import City


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
