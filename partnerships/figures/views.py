from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from partnerships import permissions
from partnerships.figures import monitoring as figures
from partnerships.figures.agreements import told
from partnerships.figures.flows import draw_flows
from repository.pages.http import has_session
from repository.pages.table_files import csv_of


@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Figures of the whole exchange, as charts with a table under each; for brokers more."""
    report = report_for(request)
    # It depends on many tables, and on nothing but these figures: they tell whether it has changed.
    etag = etag_of(request, report)
    if etag and (unchanged := get_conditional_response(request, etag=etag)):
        return unchanged
    context = {
        "section": "partnerships",
        "report": report,
        "path": report.table("path"),
        "tables": [table for table in report.tables if table.key != "path"],
        "map": draw_flows(report.flows),
        "told": [told(flow) for flow in report.flows],
    }
    response = render(request, "partnerships/figures/monitoring.html", context)
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return for_one(response, request, report)


def report_for(request: HttpRequest) -> figures.Report:
    """What this reader may know. Only staff are brokers: others are not asked for their rights."""
    user = request.user
    for_brokers = user.is_authenticated and user.is_staff and permissions.can_broker(user)
    today = timezone.localdate()
    return (
        figures.report(on=today, for_brokers=True) if for_brokers else figures.public_report(today)
    )


def for_one(response: HttpResponse, request: HttpRequest, report: figures.Report) -> HttpResponse:
    """What brokers read is kept nowhere, and what greets a member in no shared cache."""
    if report.for_brokers:
        response.headers["Cache-Control"] = "private, no-store"
    elif greets(request):
        response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def greets(request: HttpRequest) -> bool:
    """Whether the page names its reader, or shows what was told to them."""
    return has_session(request) or "messages" in request.COOKIES


def etag_of(request: HttpRequest, report: figures.Report) -> str | None:
    """A mark of the figures in a language; None for members, whom the page greets."""
    if greets(request):
        return None
    return figures.etag_of(report)


@require_safe
def monitoring_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of one table, for spreadsheets."""
    report = report_for(request)
    table = report.table(key)
    if table is None:
        raise Http404
    response = csv_of(table, on=report.on, name=key)
    return for_one(response, request, report)
