"""Pairs of cities that a round has brought together, and the values of a timetable."""

from datetime import UTC, date, datetime, time

from partnerships.models import Round
from repository.models import City
from tests.factories import CityFactory, CountryFactory, RoundFactory
from tests.factories.partnerships import MatchFactory, PartnershipRequestFactory
from tests.partnerships.matches.pairs import Pair, speaker

MONDAY = date(2030, 3, 4)
# For calls of CallFactory.
ANOTHER_SLOT = datetime(2030, 3, 4, 13, tzinfo=UTC)
VALUES = {
    "first_day": MONDAY,
    "last_day": MONDAY,
    "begins_at": time(0),
    "ends_at": time(23),
    "zone": "UTC",
    "includes_weekends": False,
    "minutes": 30,
    "parallel": 3,
    "rooms": "",
}


def city_in(iso2: str, name: str) -> City:
    country = City._meta.get_field("country").related_model.objects.filter(pk=iso2).first()
    return CityFactory(name=name, country=country or CountryFactory(iso2=iso2))


def introduce(number: int, *, asked: City | None = None, country="KE", name="Nairobi") -> Pair:
    """A city of Benin (UTC+1) and one of Kenya (UTC+3) that have both accepted."""
    asking = city_in("BJ", f"Cotonou {number}")
    made_here = asked is None
    asked = asked or city_in(country, name)
    partnership_request = PartnershipRequestFactory(opened=True, city=asking, status="matched")
    match = MatchFactory(introduced=True, request=partnership_request, city=asked)
    asked_member = speaker(asked, f"asked-{number}") if made_here else None
    return Pair(match, speaker(asking, f"asking-{number}"), asked_member)


def round_of(*pairs: Pair) -> Round:
    return RoundFactory(
        name="Spring round", status="done", requests=[pair.request for pair in pairs]
    )
