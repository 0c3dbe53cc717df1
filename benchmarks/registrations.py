"""Registrations for webinars, and a benchmark of the figures of a series.

`python benchmarks/registrations.py fill 100000` creates 100,000 registrations for the 2020 series,
survey responses for half of them, two years of daily counts, and figures of other platforms; also
webinars of another series that are open for registration. `python benchmarks/registrations.py
measure FILE` computes the figures of the series and writes the times to the file. Both use the
database in the settings, after benchmarks/fill.py.
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

from benchmarks.bulk_writes import without_triggers
from benchmarks.pages import ANNOUNCED_WEBINARS, MEASURED_SERIES
from community.models import Survey, SurveyAnswer
from community.webinars.surveys import actions as surveys_actions
from community.webinars.surveys import figures as surveys_figures
from repository.models import Series, Webinar, WebinarStatus
from repository.series import figures as series_figures

# Days with daily counts, and how often the figures are computed.
DAYS, REPETITIONS = 730, 5

# Most registrations are from a few cities, as in the report on the series.
INSERT_REGISTRATIONS = """
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
INSERT_DAILY_COUNTS = """
INSERT INTO repository_dailycount (kind, day, webinar_id, number)
SELECT kind, current_date - n, w.id, 1 + n %% 40
FROM repository_webinar w, generate_series(1, %(days)s) AS n,
    unnest(ARRAY['view', 'playback', 'slides']) AS kind
WHERE w.series_id = %(series)s AND status = 'held' ON CONFLICT DO NOTHING
"""
INSERT_EXTERNAL_FIGURES = """
INSERT INTO repository_externalfigure (webinar_id, platform, kind, day, value, source)
SELECT w.id, 'Channel ' || n, 'live', current_date - 7, 1000 * n, 'Statistics page'
FROM repository_webinar w, generate_series(1, 3) AS n
WHERE w.series_id = %(series)s AND status = 'held' ON CONFLICT DO NOTHING
"""
# Existing surveys are reopened, so that they are counted again.
INSERT_SURVEYS = """
INSERT INTO community_survey (webinar_id, opened_at, closes_at, seats, counts)
SELECT id, now() - interval '32 days', now() - interval '2 days', '{}', '{}'
FROM repository_webinar WHERE series_id = %(series)s AND status = 'held'
ON CONFLICT (webinar_id) DO UPDATE SET closed_at = NULL, counts = '{}'
"""
# Every second registration responds; 2% of the responses have a public comment.
INSERT_RESPONSES = """
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
    """Add registrations, with survey responses for half of them; create all other rows once."""
    series = Series.objects.get(slug=MEASURED_SERIES)
    with connection.cursor() as cursor:
        for statement in (INSERT_REGISTRATIONS, INSERT_DAILY_COUNTS, INSERT_EXTERNAL_FIGURES):
            cursor.execute(statement, {"series": series.pk, "number": number, "days": DAYS})
    fill_surveys(series)
    # In another series: survey results of a series are shown only if it has no upcoming webinars.
    upcoming, _created = Series.objects.get_or_create(
        slug="series-to-come", defaults={"title": "To come"}
    )
    webinars = (
        Webinar(
            series=upcoming,
            number=1000 + n,
            slug=f"announced-{n}",
            title=f"Webinar to come {n}",
            status=WebinarStatus.ANNOUNCED,
            starts_at=timezone.now() + timedelta(days=30),
            minutes=90,
            time_zone="UTC",
            capacity=10_000_000,
        )
        for n in range(ANNOUNCED_WEBINARS)
    )
    Webinar.objects.bulk_create(webinars, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE community_registration, community_surveyanswer, repository_dailycount"
        )


def fill_surveys(series: Series) -> None:
    """Create survey responses, and close the surveys."""
    triggers = without_triggers("community_survey", "community_surveyanswer")
    with transaction.atomic(), triggers, connection.cursor() as cursor:
        for statement in (INSERT_SURVEYS, INSERT_RESPONSES):
            cursor.execute(statement, {"series": series.pk})
    surveys = Survey.objects.filter(webinar__series=series)
    for survey in surveys.select_related("webinar"):
        survey.seats = surveys_figures.seats_of(survey.webinar)
        survey.save(update_fields=["seats"])
        surveys_actions.close(survey=survey)
    # Results are published the day after closing.
    surveys.update(closed_at=timezone.now() - timedelta(days=2))


def measure() -> dict[str, float]:
    """Compute the figures of the series; return times in seconds, and numbers of rows."""
    series = Series.objects.get(slug=MEASURED_SERIES)
    seconds = []
    for _ in range(REPETITIONS):
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
    command, argument = sys.argv[1:]
    if command == "fill":
        fill(int(argument))
    else:
        Path(argument).write_text(json.dumps(measure()))
