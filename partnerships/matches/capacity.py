"""How many partners a city can work with in a year, and how many it has."""

from typing import NamedTuple

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from partnerships.models import CityProfile, Match, Offer
from repository.models import City


class Load(NamedTuple):
    """How many partners a year a city takes, None where it has not said, and has this year."""

    capacity: int | None
    partners: int

    @property
    def room(self) -> int | None:
        """How many more partners it takes this year, at least 0; None where it has not said."""
        return None if self.capacity is None else max(0, self.capacity - self.partners)


def load_of(city: City) -> Load:
    """What a city says in its profile, else by its open offers; and to how many partners it was
    introduced this year as the city that was asked. In one query."""
    year = timezone.localdate().year
    said = CityProfile.objects.filter(city=OuterRef("pk")).values("partners_a_year")
    offers = Offer.objects.open().filter(city=OuterRef("pk")).order_by().values("city")
    introduced = Match.objects.introduced().filter(city=OuterRef("pk"), introduced_at__year=year)
    partners = introduced.order_by().values("city").annotate(n=Count("pk")).values("n")
    rows = City.objects.filter(pk=city.pk).values_list(
        Coalesce(Subquery(said[:1]), Subquery(offers.annotate(sum=Sum("capacity")).values("sum"))),
        Coalesce(Subquery(partners), 0),
    )
    return Load(*rows.get())
