"""Tables of figures as files for spreadsheets."""

import csv
from datetime import date
from io import StringIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from repository.pages.tables import Table
from repository.text.formulas import guard


def csv_of(table: Table, *, on: date, name: str) -> HttpResponse:
    """All rows of a table, each with the day they are of."""
    file = StringIO()
    write = csv.writer(file).writerow
    write([*table.columns, _("As of")])
    for row in table.rows:
        values = ["" if cell is None else guard(cell) for cell in row]
        write([*values, on.isoformat()])
    # Spreadsheets know by the mark at its beginning that this is UTF-8.
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{on}.csv"'
    return response
