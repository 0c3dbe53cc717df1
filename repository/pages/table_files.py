"""Tables of figures as CSV files."""

import csv
from datetime import date
from io import StringIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from repository.pages.tables import Table
from repository.text.formulas import guard


def csv_of(table: Table, *, on: date, name: str) -> HttpResponse:
    """Return all rows of a table as a CSV file; each row ends with the date `on`."""
    file = StringIO()
    write = csv.writer(file).writerow
    write([*table.columns, _("As of")])
    for row in table.rows:
        values = ["" if cell is None else guard(cell) for cell in row]
        write([*values, on.isoformat()])
    # Spreadsheets recognise UTF-8 by the byte order mark.
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{on}.csv"'
    return response
