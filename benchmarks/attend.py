"""Who comes to webinars: 100,000 registrations for a series, and members who register at once.

`python benchmarks/attend.py fill 100000` writes that many registrations for the webinars of the
series of 2020, from many cities and countries, with numbers of other platforms and two years of
daily counts, and webinars to come that everybody may register for. `python benchmarks/attend.py
count FILE` measures how long it takes to count all that once, and writes it to the file. Both use
the database of the settings, after benchmarks/fill.py.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    import django

    django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.pages import ANNOUNCED, ATTENDED
from repository import series_figures
from repository.models import Series, Webinar, WebinarStatus

DAYS, TURNS = 730, 5

# Most are from few cities, as it is in the report.
WRITE = """
INSERT INTO community_registration
    (webinar_id, name, email, organization, place, language, time_zone, status, gender, city_id,
     country_id, created_at, placed_at)
SELECT w.pks[1 + n %% cardinality(w.pks)], '', '', '', '', 'en', 'UTC', 'registered',
    (ARRAY['woman', 'woman', 'woman', 'man', 'man', 'other', 'unsaid', ''])[1 + n %% 8],
    c.pks[place.at], c.countries[place.at], now(), now()
FROM generate_series(1, %(number)s) AS n,
    (
        SELECT array_agg(id ORDER BY id) AS pks FROM repository_webinar
        WHERE series_id = %(series)s AND status = 'held'
    ) w,
    (
        SELECT array_agg(id ORDER BY id) AS pks, array_agg(country_id ORDER BY id) AS countries
        FROM repository_city
    ) c,
    LATERAL (
        SELECT 1 + floor(cardinality(c.pks) * power((n * 7919 %% 100003) / 100003.0, 3))::int AS at
    ) place
"""
COUNTS = """
INSERT INTO repository_dailycount (kind, day, webinar_id, number)
SELECT kind, current_date - n, w.id, 1 + n %% 40
FROM repository_webinar w, generate_series(1, %(days)s) AS n,
    unnest(ARRAY['view', 'playback', 'slides']) AS kind
WHERE w.series_id = %(series)s AND status = 'held' ON CONFLICT DO NOTHING
"""
ELSEWHERE = """
INSERT INTO repository_externalfigure (webinar_id, platform, kind, day, value, source)
SELECT w.id, 'Channel ' || n, 'live', current_date - 7, 1000 * n, 'Statistics page'
FROM repository_webinar w, generate_series(1, 3) AS n
WHERE w.series_id = %(series)s AND status = 'held' ON CONFLICT DO NOTHING
"""


def fill(number: int) -> None:
    """Write so many registrations more; the rest once."""
    series = Series.objects.get(slug=ATTENDED)
    with connection.cursor() as cursor:
        for statement in (WRITE, COUNTS, ELSEWHERE):
            cursor.execute(statement, {"series": series.pk, "number": number, "days": DAYS})
    coming = (
        Webinar(
            series=series,
            number=1000 + turn,
            slug=f"announced-{turn}",
            title=f"Webinar to come {turn}",
            status=WebinarStatus.ANNOUNCED,
            starts_at=timezone.now() + timedelta(days=30),
            minutes=90,
            time_zone="UTC",
            capacity=10_000_000,
        )
        for turn in range(ANNOUNCED)
    )
    Webinar.objects.bulk_create(coming, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE community_registration, repository_dailycount")


def count() -> dict[str, float]:
    """Seconds to count a series anew: in the middle, and at most."""
    series = Series.objects.get(slug=ATTENDED)
    seconds = []
    for _turn in range(TURNS):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            report = series_figures.counted(series, timezone.localdate())
            seconds.append(time.perf_counter() - began)
    registered = dict(report.tables[0].rows)
    return {
        "counting_median": median(seconds),
        "counting_slowest": max(seconds),
        "counting_queries": len(queries),
        "registrations": next(iter(registered.values())),
    }


if __name__ == "__main__":
    verb, argument = sys.argv[1:]
    if verb == "fill":
        fill(int(argument))
    else:
        Path(argument).write_text(json.dumps(count()))
