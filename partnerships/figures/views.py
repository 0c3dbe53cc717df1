from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from partnerships import permissions
from partnerships.figures import monitoring as figures
from partnerships.figures.agreements import line_as_text
from partnerships.figures.flows import draw_flows
from repository.pages.http import has_session
from repository.pages.table_files import csv_of


@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Show the figures of the exchange as charts and tables, with additional ones for brokers."""
    report = report_for(request)
    # The page depends on many tables, but only through these figures: their hash is the ETag.
    etag = etag_of(request, report)
    if etag and (unchanged := get_conditional_response(request, etag=etag)):
        return unchanged
    context = {
        "section": "partnerships",
        "report": report,
        "path": report.table("path"),
        "tables": [table for table in report.tables if table.key != "path"],
        "map": draw_flows(report.flows),
        "flow_lines": [line_as_text(flow) for flow in report.flows],
    }
    response = render(request, "partnerships/figures/monitoring.html", context)
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return for_one(response, request, report)


def report_for(request: HttpRequest) -> figures.Report:
    """Return the report for this reader; only staff are checked for the permission of brokers."""
    user = request.user
    for_brokers = user.is_authenticated and user.is_staff and permissions.can_broker(user)
    today = timezone.localdate()
    return (
        figures.report(on=today, for_brokers=True) if for_brokers else figures.public_report(today)
    )


def for_one(response: HttpResponse, request: HttpRequest, report: figures.Report) -> HttpResponse:
    """Prevent caching of brokers' pages, and shared caching of pages that greet a member."""
    if report.for_brokers:
        response.headers["Cache-Control"] = "private, no-store"
    elif greets(request):
        response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def greets(request: HttpRequest) -> bool:
    """Whether the page names its reader, or shows messages to them."""
    return has_session(request) or "messages" in request.COOKIES


def etag_of(request: HttpRequest, report: figures.Report) -> str | None:
    """Return the ETag of the figures in a language; None for pages that greet a member."""
    if greets(request):
        return None
    return figures.etag_of(report)


@require_safe
def monitoring_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows of a table as CSV."""
    report = report_for(request)
    table = report.table(key)
    if table is None:
        raise Http404
    response = csv_of(table, on=report.on, name=key)
    return for_one(response, request, report)
