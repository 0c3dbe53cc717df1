"""The first and the last days that can be entered, on each page that tells them."""

from datetime import UTC, date, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from repository.dates import days
from repository.dates import time_zones as dates_time_zones
from repository.models import Webinar
from tests.factories import PartnershipRequestFactory, SeriesFactory, WebinarFactory

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
    assert refused.value.messages == ["Take a day between 2000 and 2099."]


BEFORE = date(1999, 3, 1), date(1999, 4, 1)
AFTER = date(9998, 1, 1), date.max


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("migration", "table", "columns", "rows"),
    [
        (
            "repository.migrations.0034_days_in_range",
            "repository_series",
            ["start", '"end"'],
            SeriesFactory,
        ),
        (
            "partnerships.migrations.0019_days_in_range",
            "partnerships_partnershiprequest",
            ["starts_on", "ends_on"],
            PartnershipRequestFactory,
        ),
    ],
)
@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((None, date.max), (None, days.LAST)),
        (BEFORE, (days.FIRST, days.FIRST)),
        (AFTER, (days.LAST, days.LAST)),
        ((BEFORE[0], AFTER[1]), (days.FIRST, days.LAST)),
        ((BEFORE[0], None), (days.FIRST, None)),
    ],
)
def test_bring_days_from_before_into_the_range(migration, table, columns, rows, ends, expected):
    """In the transaction in which the constraints are added, and beside those of before."""
    names = [column.strip('"') for column in columns]
    row = rows(**dict.fromkeys(names))
    model = type(row)
    migration = import_module(migration)
    added = [each for each in model._meta.constraints if each.name.endswith("_in_range")]
    assert migration.COLUMNS.count((table, columns)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for constraint in added:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint.name}")
        model.objects.filter(pk=row.pk).update(**dict(zip(names, ends, strict=True)))
        cursor.execute(migration.clamped(table, columns, *migration.DAYS).sql)
        with connection.schema_editor() as editor:
            for constraint in added:
                editor.add_constraint(model, constraint)
    assert model.objects.values_list(*names).get(pk=row.pk) == expected
