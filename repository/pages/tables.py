"""Tables of figures, for pages and files."""

import csv
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any, Self

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.html import conditional_escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository.text.formulas import guard
from repository.text.languages import marked
from repository.text.lists import list_separator
from repository.translations.reading import names_in


class English(str):
    """Text of a cell that is always English: pages mark its language."""

    __slots__ = ()

    def __html__(self) -> str:
        return conditional_escape(marked(str(self), "en"))


def cells_of(kind: str, names: Collection[str]) -> dict[str, str]:
    """Return the names of objects of a kind in the language of the reader, for cells.

    One query; none in English.
    """
    found = names_in(kind, names, get_language() or "en")
    return {name: found.get(name) or English(name) for name in names}


@dataclass(frozen=True)
class Table:
    """A table of labels and numbers. `counted` describes its data, `key` names the file.

    In each row the first columns are labels and the last is the number: None if it is not known,
    a string if it is suppressed. `message` says what the numbers show, as the title of a chart.
    """

    key: str
    title: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    # Whether the numbers are parts of a whole, shown as bars.
    is_chart: bool = True
    # The link of each row, in the same order.
    urls: tuple[str, ...] = ()
    # The separator of a bar's labels, and how many columns are labels (-1: all but the last).
    between: str = ""
    words: int = -1
    # How many rows are in the file but not on the page.
    more: int = 0
    message: str = ""
    # Whether the table stays open under its bars: a list to work through.
    is_open: bool = False

    @property
    def heading(self) -> str:
        return self.message or self.title

    @property
    def most(self) -> int:
        return max((size(row[-1]) for row in self.rows), default=0)

    @property
    def has_numbers(self) -> bool:
        """Does any row have a number other than zero?"""
        return any(cell not in (0, None) for row in self.rows for cell in row[1:])

    @property
    def is_empty(self) -> bool:
        """Are all numbers zero or not known?"""
        return all(cell in (0, None) for row in self.rows for cell in row[self.words :])

    @property
    def is_wide(self) -> bool:
        """Is the table too wide for half the width of a page?"""
        return len(self.columns) > 4

    @property
    def has_bars(self) -> bool:
        return self.is_chart and bool(self.most)

    @property
    def bars(self) -> list[dict]:
        """Return the rows as bars: label, number, and its share of the largest number, 0 to 100."""
        return [
            {
                "label": self.label_of(row),
                "value": row[-1],
                "width": round(100 * size(row[-1]) / self.most, 1) if self.most else 0,
            }
            for row in self.rows
        ]

    def label_of(self, row: tuple[Any, ...]) -> str:
        first, *others = row[: self.words]
        if isinstance(first, English) and not others:
            return first
        return (self.between or list_separator()).join(map(str, (first, *others)))

    @property
    def rows_with_bars(self) -> list[tuple[tuple[Any, ...], dict]]:
        return list(zip(self.rows, self.bars, strict=True))

    @property
    def linked(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Return pairs of the link (or an empty string) and the row."""
        urls = self.urls or ("",) * len(self.rows)
        return list(zip(urls, self.rows, strict=True))

    def first(self, most: int) -> Self:
        """Return the table with at most `most` rows, as shown on a page."""
        if len(self.rows) <= most:
            return self
        return replace(
            self, rows=self.rows[:most], urls=self.urls[:most], more=len(self.rows) - most
        )


def size(value: Any) -> int:
    return value if isinstance(value, int) else 0


def shown(value: int | None) -> str:
    """Format a number; None means that it is not known."""
    return _("not known yet") if value is None else number_format(value)


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
