"""Time zones by their names in the database of IANA, and moments told in one of them."""

import zoneinfo
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from repository.dates.days import check_day


@cache
def names() -> frozenset[str]:
    """All names of zones that there are: "Asia/Kolkata"."""
    return frozenset(zoneinfo.available_timezones())


@cache
def listed() -> list[str]:
    """The names to choose from: those of places today, and UTC, without old names of the same.

    They stand in a table beside the zones. Where a system has none, all names are offered.
    """
    for folder in zoneinfo.TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            rows = table.read_text(encoding="utf-8").splitlines()
            places = {row.split("\t")[2] for row in rows if row and not row.startswith("#")}
            return sorted({*(places & names()), "UTC"})
    return sorted(names())


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
    check_day(day)
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


def told(start: datetime) -> SafeString:
    """A moment in its own zone and in UTC, for people and for machines.

    `start` is aware of a zone that has a name. The day is told again where it is another by UTC.
    """
    by_utc = start.astimezone(UTC)
    is_same_day = by_utc.date() == start.date()
    return format_html(
        '<time datetime="{}">{}</time> '
        '<span class="source">{} · <time datetime="{}">{}\u00a0UTC</time></span>',
        start.isoformat(timespec="minutes"),
        day_and_time(start),
        f"{str(start.tzinfo).replace('_', ' ')} (UTC{start:%:z})",
        f"{by_utc:%Y-%m-%dT%H:%MZ}",
        time_format(by_utc.time(), "TIME_FORMAT") if is_same_day else day_and_time(by_utc),
    )


def day_and_time(moment: datetime) -> str:
    """ "Sunday 28 March 2027, 09:30": as the clocks of its zone show it."""
    return f"{date_format(moment, 'l')} {date_format(moment, 'DATETIME_FORMAT')}"
