from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from partnerships import permissions
from partnerships.figures import charts
from partnerships.figures import monitoring as figures
from partnerships.figures.countries import draw_countries
from partnerships.figures.flows import draw_flows
from repository.pages.cache import has_cookies
from repository.pages.http import PRIVATE, set_cache_headers
from repository.pages.tables import Table, csv_of
from repository.text.parsing import whole_number


@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Show the figures of the exchange as charts and tables, with additional ones for brokers.

    `?year=` limits requests, introductions and partnerships to those of a year.
    """
    report = report_for(request)
    # The page depends on many tables, but only through these figures: their hash is the ETag.
    etag = etag_of(request, report)
    if etag and (unchanged := get_conditional_response(request, etag=etag)):
        set_cache_headers(request, unchanged, etag)
        return unchanged
    # The funnel and the map have their own place. Brokers see an empty table of flows.
    others = {table.key for table in report.tables} - {"funnel", "path"}
    if report.flows:
        others.discard("flows")
    countries = draw_countries(report.places)
    if countries:
        others.discard("countries")
    context = {
        "section": "partnerships",
        "report": report,
        "path": report.table("path"),
        "funnel": funnel(report),
        "facts": facts(report),
        "years": year_links(report),
        "query": query(report, report.year),
        # They count all years.
        "trend_query": query(report, None),
        "trend": charts.lines(to_show(report, report.trend)),
        "flows": report.table("flows"),
        "map": draw_flows(report.flows),
        "country_map": countries,
        "countries": charts.chart(report.table("countries")),
        "tables": charts.charts(to_show(report, [t for t in report.tables if t.key in others])),
        "community": charts.charts(to_show(report, report.community)),
        "for_brokers": charts.charts(report.for_brokers),
    }
    response = render(request, "partnerships/figures/monitoring.html", context)
    if etag:
        set_cache_headers(request, response, etag)
    return for_one(response, request, report)


def funnel(report: figures.Report) -> charts.Chart | None:
    """The steps from a request to a partnership; None before the first request."""
    table = report.table("funnel")
    return charts.funnel(table) if table and not table.is_empty else None


def facts(report: figures.Report) -> list[tuple[str, str]]:
    """Further figures of the path, if they are known and not zero, without those of the funnel."""
    path = report.table("path")
    numbers = dict(enumerate(row[-1] for row in path.rows)) if path else {}
    still_open, unmatched = numbers.get(1, 0), numbers.get(2, 0)
    share, days = numbers.get(5), numbers.get(6)
    found = [
        (share, _("%(number)s %%"), _("of introductions led to an agreement")),
        (
            days,
            ngettext("%(number)s day", "%(number)s days", days or 0),
            _("from submission to introduction (median)"),
        ),
        (still_open, "%(number)s", ngettext("request is open", "requests are open", still_open)),
        (
            unmatched,
            "%(number)s",
            ngettext(
                "request ended without an introduction",
                "requests ended without an introduction",
                unmatched,
            ),
        ),
    ]
    return [
        (figure % {"number": number_format(number)}, words)
        for number, figure, words in found
        if number
    ]


def to_show(report: figures.Report, tables: Sequence[Table]) -> list[Table]:
    """Return the tables with numbers; brokers see the empty ones too."""
    return [table for table in tables if report.is_for_brokers or not table.is_empty]


def query(report: figures.Report, year: int | None) -> str:
    """Return the query string for a year of the data set that the report counts."""
    chosen = [f"year={year}"] if year else []
    chosen += ["data=sample"] if report.is_sample else []
    return f"?{'&'.join(chosen)}" if chosen else ""


def year_links(report: figures.Report) -> list[dict[str, Any]]:
    """Return links to all years together, and to each year if there are several."""
    if len(report.years) < 2:
        return []
    page = reverse("partnerships:monitoring")
    every = f"{page}{query(report, None)}"
    links = [{"label": _("All years"), "url": every, "is_chosen": report.year is None}]
    return links + [
        {
            "label": str(year),
            "url": f"{page}{query(report, year)}",
            "is_chosen": year == report.year,
        }
        for year in reversed(report.years)
    ]


def report_for(request: HttpRequest) -> figures.Report:
    """Return the report for this reader; only staff are checked for the permission of brokers."""
    year = whole_number(request.GET.get("year", ""))
    samples = request.GET.get("data") == "sample"
    user = request.user
    for_brokers = user.is_authenticated and user.is_staff and permissions.can_broker(user)
    today = timezone.localdate()
    if not for_brokers:
        return figures.public_report(today, year, samples=samples)
    report = figures.report(on=today, for_brokers=True, samples=samples)
    if year in report.years:
        return figures.report(on=today, for_brokers=True, year=year, samples=samples)
    return report


def for_one(response: HttpResponse, request: HttpRequest, report: figures.Report) -> HttpResponse:
    """Prevent caching of brokers' pages, and shared caching of pages that greet a member."""
    if report.is_for_brokers:
        response.headers["Cache-Control"] = "private, no-store"
    elif has_cookies(request):
        response.headers["Cache-Control"] = PRIVATE
    return response


def etag_of(request: HttpRequest, report: figures.Report) -> str | None:
    """Return the ETag of the figures in a language; None for pages that greet a member."""
    if has_cookies(request):
        return None
    return figures.etag_of(report)


@require_safe
def monitoring_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows of a table as CSV."""
    report = report_for(request)
    table = report.table(key)
    if table is None:
        raise Http404
    name = f"{key}-{report.year}" if report.year and table not in report.trend else key
    if report.is_sample:
        name = f"sample-{name}"
    response = csv_of(table, on=report.on, name=name)
    return for_one(response, request, report)
