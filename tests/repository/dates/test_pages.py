"""The first and the last days that can be entered, on each page that tells them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from repository.dates import days
from repository.dates import time_zones as dates_time_zones
from repository.models import Webinar
from tests.factories import WebinarFactory

# The farthest from UTC on both sides.
ENDS = [
    (date(2000, 1, 1), (0, 0), "Pacific/Kiritimati"),
    (date(2000, 1, 1), (0, 0), "Pacific/Pago_Pago"),
    (date(2099, 12, 31), (23, 59), "Pacific/Kiritimati"),
    (date(2099, 12, 31), (23, 59), "Pacific/Pago_Pago"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "clock", "zone"), ENDS)
@pytest.mark.parametrize("is_announced", [True, False])
def test_show_a_webinar_at_the_ends_of_the_range(
    day, clock, zone, is_announced, client, administrator
):
    start = datetime(day.year, day.month, day.day, *clock, tzinfo=ZoneInfo(zone))
    kind = {"announced": True} if is_announced else {"planned": True, "status": "held"}
    row = WebinarFactory(
        slug="end", starts_at=start, time_zone=zone, date=day, minutes=24 * 60, **kind
    )
    row.full_clean()
    assert Webinar.objects.get().local_start.date() == day
    for path in [
        *["/", "/webinars/", "/webinars/end/", "/webinars/end/calendar.ics", "/feeds/webinars.ics"],
        *["/api/v1/webinars", "/api/v1/webinars/end", "/sitemap.xml"],
    ]:
        assert (path, client.get(path).status_code) == (path, 200)
    stamp = start.astimezone(UTC).strftime("DTSTART:%Y%m%dT%H%M%SZ")
    assert stamp in client.get("/webinars/end/calendar.ics").text
    client.force_login(administrator)
    for path in ["/admin/repository/webinar/", f"/admin/repository/webinar/{row.pk}/change/"]:
        assert (path, client.get(path).status_code) == (path, 200)


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        (date.min, False),
        (date(1999, 12, 31), False),
        (date(2000, 1, 1), True),
        (date(2099, 12, 31), True),
        (date(2100, 1, 1), False),
        (date.max, False),
    ],
)
def test_check_day(day, is_taken):
    if is_taken:
        days.check_day(day)
        assert dates_time_zones.moment(day, datetime.min.time(), "America/New_York").date() == day
        return
    with pytest.raises(ValidationError) as refused:
        days.check_day(day)
    assert refused.value.messages == [days.OUT_OF_RANGE]
