"""Requests, and the candidates of a request, as CSV and XLSX files.

Cells that a spreadsheet would treat as a formula are escaped.
"""

from collections.abc import Collection, Iterable

import tablib
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Match, PartnershipRequest
from partnerships.pipeline import stages
from partnerships.pipeline.steps import next_step
from partnerships.ranking.explanations import FACTORS, sentences
from partnerships.ranking.loading import ranked
from partnerships.ranking.matching import compare
from repository.desk.resources.formats import SafeCSV, SafeXLSX
from repository.models import City

# The maximum numbers of requests and of candidates in a file.
MAX_REQUESTS, MAX_CANDIDATES = 5_000, 200


def requests(
    filters: stages.Filters, *, extension: str, only: Collection[int] | None = None
) -> HttpResponse:
    """Return a file of the requests that match the filters, or of those with these primary keys."""
    found = stages.listed(filters, start=0, stop=MAX_REQUESTS, only=only)
    columns = [
        _("Number"),
        _("Request"),
        _("City"),
        _("Country or area"),
        _("Stage"),
        _("Status"),
        _("Owner"),
        _("Submitted"),
        _("Next step"),
        _("Due"),
        _("Late"),
        _("Top candidate"),
        _("Fit in %"),
    ]
    rows = (
        [
            card.request.pk,
            card.request.title,
            card.request.city.localized_name,
            card.request.city.country.localized_name,
            card.stage.label,
            card.request.get_status_display(),
            card.owner,
            timezone.localdate(card.since),
            next_step(card),
            card.due,
            _("yes") if card.is_late else _("no"),
            card.best and card.best.city.localized_name,
            card.fit,
        ]
        for card in found
    )
    return response(columns, rows, name="requests", extension=extension)


def candidates(asked: PartnershipRequest, *, extension: str) -> HttpResponse:
    """Return a file of the candidates of a request: those with a match, then the ranking."""
    gathered, ranking = ranked(asked.pk, most=MAX_CANDIDATES)
    matches: dict[int, Match] = {match.city_id: match for match in asked.matches.order_by("pk")}
    known = compare(
        gathered.asks[0],
        [place for place in gathered.places if place.pk in matches],
        gathered.weights,
        served=gathered.served,
    )
    points = {each.place: each for each in (*ranking.candidates, *known)}
    keys = [*matches, *(each.place for each in ranking.candidates if each.place not in matches)]
    cities = City.objects.select_related("country").in_bulk([asked.city_id, *keys])
    labels = gathered.vocabulary.labels(cities.values())
    columns = [
        _("City"),
        _("Country or area"),
        _("Status"),
        _("Points"),
        *(str(name) for name in FACTORS.values()),
        _("Reasons"),
    ]
    rows = []
    for key in keys:
        city, match, each = cities[key], matches.get(key), points.get(key)
        factors = {factor.factor: factor for factor in each.factors} if each else {}
        rows.append(
            [
                city.localized_name,
                city.country.localized_name,
                match and match.get_status_display(),
                each and float(each.total),
                *(factors[name].tenths / 10 if name in factors else None for name in FACTORS),
                " ".join(sentences(each.reasons if each else [], labels)),
            ]
        )
    return response(columns, rows, name=f"candidates-{asked.pk}", extension=extension)


def response(
    columns: list[str], rows: Iterable[list[object]], *, name: str, extension: str
) -> HttpResponse:
    """Return a table as a file to download."""
    cells = [[plain(cell) for cell in row] for row in rows]
    data = tablib.Dataset(*cells, headers=columns)
    format = {"csv": SafeCSV, "xlsx": SafeXLSX}[extension]()
    body = format.export_data(data)
    if extension == "csv":
        # Spreadsheets recognise UTF-8 by the byte order mark.
        made = HttpResponse(f"\ufeff{body}", content_type="text/csv; charset=utf-8")
    else:
        made = HttpResponse(body, content_type=format.get_content_type())
    file = f"{name}-{timezone.localdate()}.{extension}"
    made.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return made


def plain(cell: object) -> object:
    """Return a cell as a number, a date in ISO format or text."""
    if cell is None:
        return ""
    return cell if isinstance(cell, int | float) else str(cell)
