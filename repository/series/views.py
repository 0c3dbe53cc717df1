from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from repository.evidence.arithmetic import sums
from repository.evidence.arrangement import evidence_groups
from repository.maps.world import draw_map
from repository.models import Series, Webinar
from repository.pages.addresses import original_url, shown_url
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.pages.schema_org import series_schema
from repository.pages.tables import csv_of
from repository.series import figures
from repository.translations.reading import show, with_languages

# The number of table rows and of webinars on the page; files hold all rows.
MAX_ROWS, MAX_WEBINARS = 30, 100


@public_page
def series_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a series with its webinars, figures, report and arithmetic."""
    series = series_for(slug)
    report = report_of(series, request)
    evidence = list(series.evidence.select_related("reference", "webinar"))
    webinars = list(Webinar.objects.public().filter(series=series)[:MAX_WEBINARS])
    organizers, supporters = series.bodies()
    original = original_url(request, series, series.language)
    series.evidence_list = evidence
    languages = show("series", series, ("webinar", webinars))
    url = shown_url(request, series, original)
    overview, *tables = report.tables
    context = {
        "section": "webinars",
        "series": series,
        "languages": languages,
        "webinars": webinars,
        "organizers": organizers,
        "supporters": supporters,
        "report": report,
        "overview": overview,
        "tables": [table.first(MAX_ROWS) for table in tables],
        "map": draw_map(report.points, [], label=series.title, list_url="#cities")
        if report.points
        else None,
        "groups": evidence_groups(evidence, is_drawn=True),
        "missing": [row for row in evidence if row.is_missing],
        "sums": sums([row for row in evidence if not row.is_missing]),
        "schema": series_schema(series, organizers, url=url, original=original),
        "url": url,
        "original": original,
        "files": series.get_absolute_url(),
    }
    return render(request, "repository/series/detail.html", context)


@public_page
def series_csv(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Download one table as CSV."""
    report = report_of(series_for(slug), request)
    table = report.table(key)
    if table is None:
        raise Http404
    return csv_of(table, on=report.last, name=f"{slug}-{key}")


def series_for(slug: str) -> Series:
    rows = with_languages("series", Series.objects.public().select_related("report"))
    return get_object_or_404(rows, slug=slug)


def report_of(series: Series, request: PublicHttpRequest) -> figures.Report:
    """Return the figures as of the end of yesterday."""
    today: date = timezone.localdate()
    return figures.report(request.edition, series, today, request.LANGUAGE_CODE)
