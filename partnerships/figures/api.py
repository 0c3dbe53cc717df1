"""Read-only API of the figures of the whole exchange: the numbers of `/monitoring/`.

Loaded with the first request to the API (`config/lazy_api.py`). The docstrings of schemas and
endpoints are shown in its documentation.
"""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from partnerships.figures import monitoring
from repository.api.schemas import Problem
from repository.pages.http import set_cache_headers
from repository.pages.tables import Table

router = Router()


class FigureTable(Schema):
    """One table. In each row, words come first and the number last, as on the page and in the CSV.

    Unknown numbers are null. Numbers that aren’t shown because they cover too few people are text.
    """

    key: str
    title: str
    counted: str = Field(description="What the numbers count.")
    columns: list[str]
    rows: list[list[int | str | None]]


class Figures(Schema):
    """All tables as of a day."""

    on: dt.date = Field(description="As of this day.")
    tables: list[FigureTable]


class DatedTable(FigureTable):
    on: dt.date = Field(description="As of this day.")


def table_of(table: Table) -> dict:
    names = ("key", "title", "counted", "columns", "rows")
    return {name: getattr(table, name) for name in names}


def report_of_today() -> monitoring.Report:
    """Return the public figures, regardless of the user."""
    return monitoring.public_report(timezone.localdate())


@router.get("/figures", response=Figures, tags=["Figures"], summary="Figures of the exchange")
def figures(request: HttpRequest, response: HttpResponse):
    """The same numbers as on /monitoring/."""
    report = report_of_today()
    set_cache_headers(request, response, monitoring.etag_of(report))
    return {"on": report.on, "tables": [table_of(table) for table in report.public]}


@router.get(
    "/figures/{key}",
    response={200: DatedTable, 404: Problem},
    tags=["Figures"],
    summary="One table of figures",
)
def figure(request: HttpRequest, response: HttpResponse, key: str):
    """The same numbers as in this table’s CSV file."""
    report = report_of_today()
    table = report.table(key)
    if table is None:
        raise Http404
    set_cache_headers(request, response, monitoring.etag_of(report))
    return {"on": report.on, **table_of(table)}
