"""Figures of the whole exchange: requests, matches, partnerships and contributions.

Each table states what it is computed from. The page, its charts and the CSV files have the same
rows. Only requests and partnerships that are or were public are counted; numbers about answers and
actions of people are subject to `suppression`. Brokers see all of them, and the tables of
`brokers`.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.figures import agreements as made
from partnerships.figures import brokers, datasets
from partnerships.figures import community as community_figures
from partnerships.figures import countries as places
from partnerships.figures import funnel as steps
from partnerships.figures import requests as asked
from partnerships.figures.messages import with_message
from partnerships.figures.periods import Period, read_together
from partnerships.figures.suppression import Speakers
from partnerships.figures.years import by_year, trend
from partnerships.suggestions import lists as suggestions_lists
from repository.models import City, Evidence, Series
from repository.pages.tables import English, Table
from repository.translations.reading import CARD, translate

# The maximum number of reports in the cache of a process.
MAX_REPORTS = 100


@dataclass(frozen=True)
class Report:
    """All figures as of one day."""

    on: date
    tables: tuple[Table, ...]
    # Tables about members and the collection.
    community: tuple[Table, ...] = ()
    # Numbers by year, of all years that have any.
    trend: tuple[Table, ...] = ()
    years: tuple[int, ...] = ()
    # The period of the other tables; None for all time.
    period: Period | None = None
    # Whether non-public rows are counted, and additional tables for brokers.
    is_for_brokers: bool = False
    # Whether it counts the sample data set instead of real data, and whether there is one.
    is_sample: bool = False
    has_samples: bool = False
    for_brokers: tuple[Table, ...] = ()

    def table(self, key: str) -> Table | None:
        every = (*self.public, *self.for_brokers)
        return next((table for table in every if table.key == key), None)

    @property
    def public(self) -> tuple[Table, ...]:
        """The tables for all readers."""
        return (*self.tables, *self.trend, *self.community)


class ReportCache:
    """A cache of the last reports in this process, by language and period, for a limited time.

    The page is public and takes seconds with a million comments, so concurrent requests wait for
    one computation.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reports: dict[tuple[str, Period | None, bool], tuple[float, Report]] = {}

    def get(self, on: date, period: Period | None = None, *, samples: bool = False) -> Report:
        """Return the report for all time, or for a period."""
        key = get_language() or "", period, samples
        with self._lock:
            until, known = self._reports.pop(key, (0.0, None))
            if known is None or known.on != on or time.monotonic() >= until:
                known = report(on=on, period=period, samples=samples)
                until = time.monotonic() + settings.FIGURES_KEPT_FOR
            # The last in the dictionary is the one that was read last.
            self._reports[key] = until, known
            if len(self._reports) > MAX_REPORTS:
                del self._reports[next(iter(self._reports))]
            return known


# The report for all readers: for the page, its files and the API.
public_report = ReportCache().get


def report(
    *,
    on: date,
    for_brokers: bool = False,
    period: Period | None = None,
    samples: bool = False,
) -> Report:
    """Return all tables as of a day, of the sample data set with `samples`, else of real data."""
    with datasets.dataset(samples=samples):
        made = report_of_dataset(on, for_brokers, period)
    return replace(made, is_sample=samples)


def report_of_dataset(on: date, for_brokers: bool, period: Period | None) -> Report:
    """Return all tables as of a day, in five queries, and three more for brokers.

    With a period, only the tables that count requests, introductions and partnerships, in one
    query. Numbers about people are never given by period: one that is suppressed could be the
    difference of two periods. Nor are shares and medians, for others than brokers.
    """
    found = read_together(
        {
            **by_year(for_brokers),
            "requests": asked.requests(for_brokers, period),
            "in-vain": steps.asked_in_vain(for_brokers, period),
            "introductions": asked.introductions(for_brokers, period),
            "countries": places.countries(for_brokers, period),
            "matches": asked.matches(for_brokers),
            "themes": asked.themes(for_brokers, period),
            "goals": asked.goals(for_brokers, period),
            "practices": asked.practices(for_brokers, period),
            "lacking": asked.lacking(for_brokers),
            "suggestions": suggestions_lists.by_kind(for_brokers),
            "together": asked.cities_with_common_representatives(),
            "partnerships": made.partnerships(on, for_brokers, period),
            "parties": made.parties(for_brokers, period),
            "samples": City.objects.samples().values("pk")[:1],
        }
    )
    speakers = Speakers(row["cities"] for row in found["together"])
    requests = [asked.Asked(**row) for row in found["requests"]]
    introductions = [asked.Introduced(**row) for row in found["introductions"]]
    ways = [made.Way(**row) for row in found["partnerships"]]
    parties = made.sides(found["parties"])
    asked_by_theme, made_by_theme = asked.by_theme(found["themes"], for_brokers)
    asked_by_goal, made_by_goal = asked.by_goal(found["goals"], for_brokers)
    asked_by_practice, made_by_practice = asked.by_practice(found["practices"], for_brokers)
    numbers, years = trend(found, for_brokers)
    is_whole = period is None
    in_total = for_brokers or is_whole
    answers = found["matches"] if is_whole else []
    tables = (
        steps.funnel(
            requests, found["in-vain"], speakers, for_brokers, answers=answers, in_total=in_total
        ),
        asked.headline(requests, introductions, for_brokers, in_total=in_total),
        *([asked.times(introductions, for_brokers)] if in_total else []),
        asked.requests_by_region(requests, for_brokers),
        asked_by_goal,
        asked_by_practice,
        made.partnerships_by_outcome(ways, for_brokers),
        asked.requests_by_state(requests, for_brokers),
        asked_by_theme,
        *(
            [
                asked.requests_by_end(requests, speakers, for_brokers),
                asked.matches_by_state(found["matches"], speakers, for_brokers),
            ]
            if is_whole
            else []
        ),
        asked.introductions_by_regions(introductions, for_brokers),
        places.by_country(found["countries"], for_brokers),
        made.partnerships_by_state(ways, for_brokers),
        made_by_theme,
        made_by_goal,
        made_by_practice,
        made.partnerships_by_kind(parties, for_brokers),
        made.flow_table(made.flows_of(parties), for_brokers),
    )
    community: tuple[Table, ...] = ()
    if period is not None:
        tables = tuple(replace(table, counted=f"{table.counted} {period}") for table in tables)
    else:
        tables += (asked.gaps(found["lacking"], for_brokers),)
        if not datasets.counts_samples():
            # Suggestions and earlier series are real.
            tables += (suggestions_lists.table(found["suggestions"], for_brokers), baseline())
        community = (
            *community_figures.cases(),
            *community_figures.adoption(),
            *of_community(Period.year_before(on)),
        )
    return Report(
        on=on,
        tables=tuple(map(with_message, tables)),
        community=tuple(map(with_message, community)),
        trend=numbers,
        years=years,
        period=period,
        is_for_brokers=for_brokers,
        has_samples=bool(found["samples"]),
        for_brokers=brokers.tables(on) if for_brokers else (),
    )


def etag_of(report: Report) -> str:
    """Return an ETag of the figures in the active language."""
    content = f"{settings.RELEASE} {get_language()} {report!r}"
    return f'W/"{blake2b(content.encode(), digest_size=12).hexdigest()}"'


def of_community(period: Period) -> tuple[Table, ...]:
    """Return contributions of a period, and the times in moderation, in one query."""
    made, waited = community_figures.of_members(period)
    return (
        community_figures.contributions(made, period),
        community_figures.active_members(made, period),
        community_figures.comments_by_month(made, period),
        community_figures.moderation(waited, period),
    )


# The figure in the report of 2020 that serves as the baseline of the exchange.
BASELINE = {
    "label": "said that they brokered partnerships because of the webinars",
    "series__isnull": False,
}


def baseline() -> Table:
    """Participants of earlier webinars who brokered partnerships, as recorded in the collection."""
    rows = list(Evidence.objects.filter(**BASELINE).select_related("reference", "series"))
    translate(("series", [row.series for row in rows]), only=CARD)
    return Table(
        "baseline",
        _("Before this site"),
        _(
            "Participants in earlier webinars who answered in the survey that they had brokered "
            "partnerships. The report doesn’t count the partnerships themselves."
        ),
        (_("Webinars"), _("Source"), _("Participants")),
        tuple(
            (title_of(row.series), str(row.short_source), int(row.value))
            for row in rows
            if row.value is not None
        ),
        words=1,
    )


def title_of(series: Series) -> str:
    """Return the title of a series for a cell, which marks one that is not translated."""
    return str(series) if hasattr(series, "reading") else English(series)
