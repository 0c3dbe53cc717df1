"""Time zones (IANA) of places, and times formatted in them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global
from babel.dates import get_timezone_location
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext, to_locale

from repository.dates import time_zones as dates_time_zones
from repository.models import City, Country
from repository.places import gazetteer
from repository.places.country_names import country_name


def zones_of(country: Country | None) -> list[str]:
    """The time zones of a country, by CLDR; empty without a country."""
    zones = get_global("territory_zones").get(country.pk, []) if country else []
    return [zone for zone in zones if zone in available_timezones()]


def zone_of(country: Country | None, *, city: City | None = None, place: str = "") -> str:
    """The time zone of a place; empty if it is not known.

    If a country has several, the gazetteer decides.
    """
    zones = zones_of(country)
    if len(zones) < 2:
        return "".join(zones)
    if city and city.geoname_id:
        found = [gazetteer.by_id(city.geoname_id)]
    else:
        name = city.name if city else place
        found = gazetteer.find(name, country.pk, limit=1) if name else []
    return next((entry.time_zone for entry in found if entry and entry.time_zone in zones), "")


def zone_name(zone: str) -> str:
    """A time zone in the active language: "Benin Time", "China (Shanghai) Time"."""
    if zone == "UTC":
        return gettext("coordinated universal time")
    locale = Locale.parse(to_locale(get_language() or "en"))
    place = get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
    # Babel would name the country too, but not as the United Nations does.
    if country := get_global("zone_territories").get(zone):
        name = country_name(country)
        is_only = len(get_global("territory_zones").get(country, [])) == 1
        place = name if is_only else f"{name} ({place})"
    return locale.zone_formats["region"] % place


def names(also: Iterable[str] = ()) -> list[tuple[str, str]]:
    """All current time zones, and `also`, as IANA name and text: ("Asia/Kolkata", "Asia: Kolkata").

    With the city alone: names by country in a language take a tenth of a second for all of them.
    """
    zones = sorted({*dates_time_zones.listed(), *also})
    return [(zone, zone.replace("/", ": ").replace("_", " ")) for zone in zones]


def offset(at: datetime) -> str:
    """The offset from UTC of a zoned datetime: "UTC+5:30"."""
    minutes = int(at.utcoffset().total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def moment(at: datetime, zone: str) -> str:
    """A datetime in a time zone, formatted in the active language, with the zone."""
    local = at.astimezone(ZoneInfo(zone))
    return gettext("%(weekday)s %(day)s, %(time)s (%(zone)s, %(offset)s)") % {
        "weekday": date_format(local, "l"),
        "day": date_format(local),
        "time": time_format(local),
        "zone": zone_name(zone),
        "offset": offset(local),
    }
