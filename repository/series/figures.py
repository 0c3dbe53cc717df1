"""Figures of a series: own counts, counts by other platforms, and outcomes.

They are as of the end of a day, so that pages, files and processes agree, and so that changes
during the day do not reveal individuals. Higher apps append their figures to `parts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from repository.maps.world import Point
from repository.models import (
    CountKind,
    ExternalFigure,
    ExternalKind,
    Series,
    Webinar,
    WebinarStatus,
)
from repository.pages.editions import cached_by_edition
from repository.pages.tables import Table

DRAFT = WebinarStatus.DRAFT
VIEWS = (ExternalKind.LIVE, ExternalKind.RECORDING)
# The number of cached reports, each for one series and language.
MAX_KEPT = 50


@dataclass(frozen=True)
class Part:
    """Tables on one subject, headline numbers, and places for the map."""

    tables: tuple[Table, ...] = ()
    headlines: tuple[tuple[str, int], ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Report:
    """All figures of a series before a day."""

    before: date
    tables: tuple[Table, ...]
    points: tuple[Point, ...]

    @property
    def last(self) -> date:
        """Return the last day that is included."""
        return self.before - timedelta(days=1)

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)


# Functions of higher apps that return figures of a series before a day.
parts: list[Callable[[Series, date], Part]] = []


@cached_by_edition(MAX_KEPT)
def report(_edition: str, series: Series, before: date, _language: str) -> Report:
    """Return the report of a series as of the end of the day before `before`."""
    made = [*(part(series, before) for part in parts), opened(series, before)]
    others = elsewhere(series, before)
    headlines = Table(
        "overview",
        _("At a glance"),
        _("These figures come from the tables below."),
        (_("Measure"), pgettext("how many", "Number")),
        tuple(row for part in [*made, others] for row in part.headlines),
        is_chart=False,
    )
    return Report(
        before=before,
        tables=(headlines, *(table for part in [*made, others] for table in part.tables)),
        points=tuple(point for part in made for point in part.points),
    )


OPENED = """
SELECT w.number, w.slug, min(c.day), coalesce(sum(c.number) FILTER (WHERE kind = %s), 0),
    coalesce(sum(c.number) FILTER (WHERE kind = %s), 0),
    coalesce(sum(c.number) FILTER (WHERE kind = %s), 0)
FROM repository_webinar w
LEFT JOIN repository_dailycount c ON c.webinar_id = w.id AND c.day < %s
WHERE w.series_id = %s AND w.status <> 'draft'
GROUP BY w.id ORDER BY w.number
"""


def webinar_name(number: int) -> str:
    return _("Webinar %(number)s") % {"number": number}


def opened(series: Series, before: date) -> Part:
    """Count views of each webinar's page, slides and recording on this site."""
    kinds = (CountKind.SLIDES, CountKind.PLAYBACK, CountKind.VIEW)
    labels = [str(kind.label) for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(OPENED, [*(kind.value for kind in kinds), before, series.pk])
        found = cursor.fetchall()
    rows = tuple((webinar_name(row[0]), *map(int, row[3:])) for row in found)
    since = min((row[2] for row in found if row[2]), default=None)
    text = _(
        "How often people opened a webinar page, its slides and its recording, counted "
        "per day and without robots. Repeat visits count again."
    )
    if since:
        days = _("Counted since %(day)s.") % {"day": date_format(since)}
        text = f"{text} {days}"
    table = Table(
        "opened",
        _("Opened on this site"),
        text,
        (_("Webinar"), *labels),
        rows,
        urls=tuple(Webinar(slug=row[1]).get_absolute_url() for row in found),
        words=1,
    )
    totals = [sum(row[column] for row in rows) for column in (1, 2, 3)]
    headlines = [
        (_("%(what)s on this site") % {"what": label}, total)
        for label, total in zip(labels, totals, strict=True)
        if total
    ]
    return Part((table,), tuple(reversed(headlines)))


def elsewhere(series: Series, before: date) -> Part:
    """Return the latest figures of other platforms for each webinar or the series."""
    figures = list(
        ExternalFigure.objects.filter(day__lt=before)
        .filter(Q(series=series) | Q(webinar__series=series) & ~Q(webinar__status=DRAFT))
        .order_by("kind", "platform", "series_id", "webinar__number", "webinar_id", "-day")
        .distinct("kind", "platform", "series_id", "webinar__number", "webinar_id")
        .values_list("kind", "platform", "webinar__number", "day", "source", "value")
    )
    labels = {kind.value: str(kind.label) for kind in ExternalKind}
    rows = tuple(
        (
            labels[kind],
            platform,
            _("the series") if number is None else webinar_name(number),
            date_format(day),
            source,
            value,
        )
        for kind, platform, number, day, source, value in figures
    )
    totals = by_platform(figures)
    views = Table(
        "platforms",
        _("Views on other platforms"),
        _(
            "The figure for the whole series if the platform provides one, or else the "
            "sum of its webinars. Platforms count differently, so we don’t add their "
            "figures up."
        ),
        (_("Measure"), _("Platform"), pgettext("how many", "Number")),
        tuple(
            (labels[kind], platform, n) for (kind, platform), n in totals.items() if kind in VIEWS
        ),
    )
    table = Table(
        "elsewhere",
        _("Figures from other platforms"),
        _(
            "Reported by the platforms and entered by hand. Each number is the total up "
            "to its date."
        ),
        (
            *(_("Measure"), _("Platform"), _("Scope"), _("Up to")),
            *(_("Source"), pgettext("how many", "Number")),
        ),
        rows,
        is_chart=False,
    )
    headlines = tuple(
        (_("%(what)s: %(platform)s") % {"what": labels[kind], "platform": platform}, n)
        for (kind, platform), n in totals.items()
        if kind not in VIEWS
    )
    return Part(tuple(one for one in (views, table) if one.rows), headlines)


def by_platform(figures: list[tuple]) -> dict[tuple[str, str], int]:
    """Return totals by kind and platform: that of the series if given, else the sum of webinars."""
    of_series = {row[:2]: row[-1] for row in figures if row[2] is None}
    totals: dict[tuple[str, str], int] = {}
    for kind, platform, _number, _day, _source, value in figures:
        totals[kind, platform] = totals.get((kind, platform), 0) + value
    return totals | of_series
