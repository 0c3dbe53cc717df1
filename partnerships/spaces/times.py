"""Times of meetings in the time zones of both cities, the reader's first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from community.webinars.time_zones import moment, zone_name, zone_of
from partnerships.models import Match, Side
from repository.models import City, Country
from repository.text.lists import list_of

UTC = "UTC"


@dataclass(frozen=True)
class LocalTime:
    """A time as the clocks of a city show it."""

    city: City
    text: str


def zones(match: Match, sides: Collection[Side]) -> list[tuple[City, str]]:
    """Return both cities with their time zones (IANA, UTC if not known).

    The city of the reader, who represents `sides`, comes first.
    """
    ordered = sorted(Side, key=lambda side: side not in sides)
    return [(city, zone_of_city(city)) for city in map(match.city_of, ordered)]


def zone_of_city(city: City) -> str:
    return known_zone(city) or UTC


def known_zone(city: City) -> str:
    """Return the time zone of a city (IANA); empty if it is not known."""
    return cached_zone(city.country_id, city.geoname_id, city.name)


# The gazetteer is read from a file.
@lru_cache(maxsize=1000)
def cached_zone(country: str, geoname_id: int | None, name: str) -> str:
    return zone_of(Country(pk=country), city=City(geoname_id=geoname_id, name=name))


def local_times(at: datetime, match: Match, sides: Collection[Side]) -> list[LocalTime]:
    """Return a time in both cities, the reader's first."""
    return [LocalTime(city, moment(at, zone)) for city, zone in zones(match, sides)]


def zone_choices(match: Match, sides: Collection[Side]) -> list[tuple[str, str]]:
    """Return the time zones in which a time can be entered, the reader's first, with labels."""
    cities: dict[str, list[str]] = {}
    for city, zone in zones(match, sides):
        cities.setdefault(zone, []).append(city.localized_name)
    labels = {
        zone: _("%(cities)s: %(zone)s") % {"cities": list_of(names), "zone": zone_name(zone)}
        for zone, names in cities.items()
    }
    return list(({**labels} if UTC in labels else {**labels, UTC: zone_name(UTC)}).items())


# Local times at which people are at work or can be called.
EARLIEST, LATEST = time(7), time(21)


def known_zones(match: Match) -> list[tuple[City, str]]:
    """Return the cities whose time zone (IANA) is known."""
    cities = [match.city_of(side) for side in Side]
    return [(city, zone) for city in cities if (zone := known_zone(city))]


def at_night(at: datetime, cities: Collection[tuple[City, str]]) -> list[str]:
    """Return the cities where a time is before 7:00 or after 21:00, each with its local time."""
    local = [(city, at.astimezone(ZoneInfo(zone))) for city, zone in cities]
    return [
        _("%(city)s (%(time)s)") % {"city": city.localized_name, "time": time_format(there)}
        for city, there in local
        if not EARLIEST <= there.time() <= LATEST
    ]
