from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from partnerships.desk.roles import for_brokers
from partnerships.figures import charts
from partnerships.figures import monitoring as figures
from partnerships.figures.forms import PeriodForm
from repository.pages.cache import has_cookies
from repository.pages.http import PRIVATE, set_cache_headers
from repository.pages.tables import csv_of

# The tables drawn as charts, beside the funnel. The others are folded below them.
CHARTS = ("times", "regions", "goals", "practices", "outcomes")
# The rows of each list of brokers on the page; the file has all.
ROWS_SHOWN = 8


@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Show the public figures of the exchange as charts and tables.

    `?year=`, or `?start=` and `?end=`, limit requests, introductions and partnerships to a period.
    """
    form = PeriodForm(request.GET)
    report = public_report(request, form)
    # The page depends on many tables, but only through these figures: their hash is the ETag.
    # Pages that greet a member, or show an error, have none.
    etag = None if has_cookies(request) or form.errors else figures.etag_of(report)
    if etag and (unchanged := get_conditional_response(request, etag=etag)):
        set_cache_headers(request, unchanged, etag)
        return unchanged
    page = reverse("partnerships:monitoring")
    context = {"section": "partnerships", **context_of(report, form, page)}
    response = render(request, "partnerships/figures/monitoring.html", context)
    if etag:
        set_cache_headers(request, response, etag)
    return for_members(response, request)


@require_safe
def monitoring_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows of a public table as CSV."""
    form = PeriodForm(request.GET)
    return for_members(csv_file(public_report(request, form), form, key), request)


@for_brokers
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the figures of all requests and partnerships, and what waits, to brokers."""
    form = PeriodForm(request.GET)
    report = report_for_brokers(request, form)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures for brokers"),
        "lists": [table.first(ROWS_SHOWN) for table in report.for_brokers],
        **context_of(report, form, reverse("admin:figures")),
    }
    return render(request, "partnerships/figures/desk.html", context)


@for_brokers
@require_safe
def desk_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows of a table for brokers as CSV."""
    form = PeriodForm(request.GET)
    return csv_file(report_for_brokers(request, form), form, key)


def public_report(request: HttpRequest, form: PeriodForm) -> figures.Report:
    samples = asks_for_samples(request)
    return figures.public_report(timezone.localdate(), form.period, samples=samples)


def report_for_brokers(request: HttpRequest, form: PeriodForm) -> figures.Report:
    return figures.report(
        on=timezone.localdate(),
        for_brokers=True,
        period=form.period,
        samples=asks_for_samples(request),
    )


def asks_for_samples(request: HttpRequest) -> bool:
    return request.GET.get("data") == "sample"


def csv_file(report: figures.Report, form: PeriodForm, key: str) -> HttpResponse:
    """Return a table as CSV; 404 if there is none of this key, or the period is not valid."""
    table = report.table(key)
    if table is None or form.errors:
        raise Http404
    chosen = [] if table in report.trend else form.parameters.values()
    name = "-".join([*(["sample"] if report.is_sample else []), key, *chosen])
    return csv_of(table, on=report.on, name=name)


def context_of(report: figures.Report, form: PeriodForm, page: str) -> dict[str, Any]:
    """Return what both pages show, with links to their own files."""
    shown = [table for table in report.public if report.is_for_brokers or not table.is_empty]
    by_key = {table.key: table for table in shown}
    apart = {"funnel", "path", *CHARTS, *(table.key for table in report.trend)}
    return {
        "report": report,
        "form": form,
        "page": page,
        "path": report.table("path"),
        "funnel": funnel(report),
        "facts": facts(report),
        "years": year_links(report, form, page),
        "query": query(report, form.parameters),
        "charts": [charts.chart(by_key[key]) for key in CHARTS if key in by_key],
        # They count all years.
        "trend_query": query(report, {}),
        "trend": [table for table in report.trend if table in shown],
        "tables": [table for table in shown if table.key not in apart],
    }


def funnel(report: figures.Report) -> charts.Chart | None:
    """The steps from a request to a partnership; None before the first request."""
    table = report.table("funnel")
    return charts.funnel(table) if table and not table.is_empty else None


def facts(report: figures.Report) -> list[tuple[str, str]]:
    """Further figures of the path, if they are shown and not zero, without those of the funnel."""
    path = report.table("path")
    rows = enumerate(row[-1] for row in path.rows) if path else ()
    numbers = {place: number for place, number in rows if isinstance(number, int)}
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


def query(report: figures.Report, period: dict[str, str]) -> str:
    """Return the query string for a period of the data set that the report counts."""
    chosen = period | ({"data": "sample"} if report.is_sample else {})
    return f"?{urlencode(chosen)}" if chosen else ""


def year_links(report: figures.Report, form: PeriodForm, page: str) -> list[dict[str, Any]]:
    """Return links to all years together, and to each year if there are several."""
    if len(report.years) < 2:
        return []
    choices: list[tuple[str, dict[str, str]]] = [(_("All years"), {})]
    choices += [(str(year), {"year": str(year)}) for year in reversed(report.years)]
    return [
        {
            "label": label,
            "url": f"{page}{query(report, period)}",
            "is_chosen": form.parameters == period and not form.errors,
        }
        for label, period in choices
    ]


def for_members(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Prevent shared caching of pages that greet a member."""
    if has_cookies(request):
        response.headers["Cache-Control"] = PRIVATE
    return response
