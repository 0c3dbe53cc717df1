"""IANA time zones, and times displayed in one of them."""

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
    """Return all time zone names: "Asia/Kolkata"."""
    return frozenset(zoneinfo.available_timezones())


@cache
def listed() -> list[str]:
    """Return the names to offer: current geographical zones and UTC, without aliases.

    They are listed in zone.tab. If the system has no such file, all names are returned.
    """
    for folder in zoneinfo.TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            rows = table.read_text(encoding="utf-8").splitlines()
            places = {row.split("\t")[2] for row in rows if row and not row.startswith("#")}
            return sorted({*(places & names()), "UTC"})
    return sorted(names())


def check(name: str) -> None:
    """Validate the name of a time zone."""
    if name not in names():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Enter a time zone like “Asia/Kolkata”."),
            code="time_zone",
            params={"name": name},
        )


def moment(day: date, time: time, name: str) -> datetime:
    """Return an aware datetime for a local day and time in a zone.

    Raises ValidationError for a time that does not exist or is ambiguous because of a change to
    or from daylight saving time.
    """
    check_day(day)
    zone = zoneinfo.ZoneInfo(name)
    first = datetime.combine(day, time, tzinfo=zone)
    shown = {"time": time.strftime("%H:%M"), "zone": name}
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise ValidationError(
            _(
                "Clocks in %(zone)s go forward on that day, so %(time)s doesn’t exist. "
                "Choose another time."
            ),
            code="left_out",
            params=shown,
        )
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValidationError(
            _(
                "Clocks in %(zone)s go back on that day, so %(time)s occurs twice. "
                "Choose another time."
            ),
            code="twice",
            params=shown,
        )
    return first


def local_and_utc(start: datetime) -> SafeString:
    """Render a time in its own zone and in UTC, in `time` elements.

    `start` must have a named time zone. The date is repeated if it differs in UTC.
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
    """Format as "Sunday 28 March 2027, 09:30", in its own zone."""
    return date_format(moment, "WEEKDAY_DATETIME_FORMAT")
