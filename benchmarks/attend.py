"""Webinar registrations: 100,000 for a series, of which half answer the surveys, and members who
register concurrently.

`python benchmarks/attend.py fill 100000` writes that many registrations for the webinars of the
series of 2020, from many cities and countries, with numbers of other platforms and two years of
daily counts; answers to the surveys, which are closed; and webinars of another series to come that
everybody may register for. `python benchmarks/attend.py count FILE` measures how long it takes to
count all that once, and writes it to the file. Both use the database of the settings, after
benchmarks/fill.py.
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

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.pages import ANNOUNCED, ATTENDED
from benchmarks.tables import without_triggers
from community.models import Survey, SurveyAnswer
from community.webinars.surveys import actions as surveys_actions
from community.webinars.surveys import figures as surveys_figures
from repository.models import Series, Webinar, WebinarStatus
from repository.series import figures as series_figures

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
# Reopened where there was one, to be counted again.
SURVEYS = """
INSERT INTO community_survey (webinar_id, opened_at, closes_at, seats, counts)
SELECT id, now() - interval '32 days', now() - interval '2 days', '{}', '{}'
FROM repository_webinar WHERE series_id = %(series)s AND status = 'held'
ON CONFLICT (webinar_id) DO UPDATE SET closed_at = NULL, counts = '{}'
"""
# Of every second registration; one in fifty has words that everybody may read, of some lines.
ANSWERS = """
INSERT INTO community_surveyanswer
    (survey_id, registration_id, is_member, country_id, gender, attended, knowledge, collaborate,
     brokered, partner, comment, extra, words, answered_at)
SELECT s.id, r.id, false, r.country_id, r.gender,
    (ARRAY['live', 'live', 'recording', 'no'])[1 + r.id / 2 %% 4],
    (ARRAY['much', 'much', 'some', 'none'])[1 + r.id / 2 %% 4],
    (ARRAY['yes', 'maybe', 'no'])[1 + r.id / 2 %% 3], (ARRAY['yes', 'no'])[1 + r.id / 2 %% 2],
    '', CASE WHEN r.id %% 100 = 0 THEN repeat('We shall try it in our port. ', 8) ELSE '' END,
    '{}', CASE WHEN r.id %% 100 = 0 THEN 'shown' ELSE '' END, now() - interval '3 days'
FROM community_registration r JOIN community_survey s ON s.webinar_id = r.webinar_id
WHERE r.id %% 2 = 0 ON CONFLICT (registration_id) DO NOTHING
"""


def fill(number: int) -> None:
    """Add this many registrations, with answers of half of them; create other rows once."""
    series = Series.objects.get(slug=ATTENDED)
    with connection.cursor() as cursor:
        for statement in (WRITE, COUNTS, ELSEWHERE):
            cursor.execute(statement, {"series": series.pk, "number": number, "days": DAYS})
    fill_surveys(series)
    # Of another series: the answers to all surveys of one are told once none of it is to come.
    ahead, _new = Series.objects.get_or_create(slug="series-to-come", defaults={"title": "To come"})
    coming = (
        Webinar(
            series=ahead,
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
        cursor.execute(
            "ANALYZE community_registration, community_surveyanswer, repository_dailycount"
        )


def fill_surveys(series: Series) -> None:
    """Write the answers, and count them as after the closing date."""
    triggers = without_triggers("community_survey", "community_surveyanswer")
    with transaction.atomic(), triggers, connection.cursor() as cursor:
        for statement in (SURVEYS, ANSWERS):
            cursor.execute(statement, {"series": series.pk})
    surveys = Survey.objects.filter(webinar__series=series)
    for each in surveys.select_related("webinar"):
        each.seats = surveys_figures.seats_of(each.webinar)
        each.save(update_fields=["seats"])
        surveys_actions.close(survey=each)
    # Results are published from the day after.
    surveys.update(closed_at=timezone.now() - timedelta(days=2))


def count() -> dict[str, float]:
    """Return the median and maximum of seconds to recount a series."""
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
        "answers": SurveyAnswer.objects.filter(survey__webinar__series=series).count(),
    }


if __name__ == "__main__":
    verb, argument = sys.argv[1:]
    if verb == "fill":
        fill(int(argument))
    else:
        Path(argument).write_text(json.dumps(count()))
