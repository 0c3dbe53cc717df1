"""Time zones by their names in the database of IANA."""

import zoneinfo
from datetime import UTC, date, datetime, time
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Of these the rules of the zones are known, or assumed to stay.
YEARS = range(2000, 2100)


@cache
def names() -> frozenset[str]:
    """All names of zones that there are: "Asia/Kolkata"."""
    return frozenset(zoneinfo.available_timezones())


def check(name: str) -> None:
    """Refuse what is no name of a time zone."""
    if name not in names():
        raise ValidationError(
            _("“%(name)s” is not the name of a time zone. One is “Asia/Kolkata”."),
            code="time_zone",
            params={"name": name},
        )


def moment(day: date, time: time, name: str) -> datetime:
    """The moment at which the clocks of a zone show this, on that day.

    Where clocks are put forward some times are left out, and where they are put back some come
    twice: ValidationError says so.
    """
    if day.year not in YEARS:
        raise ValidationError(_("Take a day between 2000 and 2099."), code="year")
    zone = zoneinfo.ZoneInfo(name)
    first = datetime.combine(day, time, tzinfo=zone)
    shown = {"time": time.strftime("%H:%M"), "zone": name}
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise ValidationError(
            _(
                "The clocks of %(zone)s are put forward on that day, and never show %(time)s. "
                "Take another time."
            ),
            code="left_out",
            params=shown,
        )
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValidationError(
            _(
                "The clocks of %(zone)s are put back on that day, and show %(time)s twice. "
                "Take another time."
            ),
            code="twice",
            params=shown,
        )
    return first
