"""Tables of figures, as pages and files show them."""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.utils.formats import number_format
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from repository.text.languages import marked


class English(str):
    """Words of a cell that are English in every language: a page says so, a file needs not."""

    __slots__ = ()

    def __html__(self) -> str:
        return conditional_escape(marked(str(self), "en"))


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under a heading; `counted` says from what, `key` names the file.

    In each row the first columns are words and the last is the number: None where it is not known,
    words where it is not told.
    """

    key: str
    title: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    # Whether the numbers are parts of one whole, to be shown as bars.
    is_chart: bool = True
    # Where each row leads to, in the same order.
    urls: tuple[str, ...] = ()
    # What stands between the words of a bar, and how many columns are its words: all but the last.
    between: str = ", "
    words: int = -1
    # How many rows of the file are left out here.
    more: int = 0

    @property
    def most(self) -> int:
        return max((size(row[-1]) for row in self.rows), default=0)

    @property
    def has_numbers(self) -> bool:
        """Whether there is anything to tell: not nothing but zeros."""
        return any(cell not in (0, None) for row in self.rows for cell in row[1:])

    @property
    def is_wide(self) -> bool:
        """Whether half the width of a page is too little for it."""
        return len(self.columns) > 4

    @property
    def has_bars(self) -> bool:
        return self.is_chart and bool(self.most)

    @property
    def bars(self) -> list[dict]:
        """The rows as bars: the words, the number, and its share of the largest, 0 to 100."""
        return [
            {
                "label": self.between.join(map(str, row[: self.words])),
                "value": row[-1],
                "width": round(100 * size(row[-1]) / self.most, 1) if self.most else 0,
            }
            for row in self.rows
        ]

    @property
    def rows_with_bars(self) -> list[tuple[tuple[Any, ...], dict]]:
        return list(zip(self.rows, self.bars, strict=True))

    @property
    def linked(self) -> list[tuple[str, tuple[Any, ...]]]:
        """The rows, each with where it leads to or nothing."""
        urls = self.urls or ("",) * len(self.rows)
        return list(zip(urls, self.rows, strict=True))

    def first(self, most: int) -> Self:
        """The table with so many rows at most, as a page shows it."""
        if len(self.rows) <= most:
            return self
        return replace(
            self, rows=self.rows[:most], urls=self.urls[:most], more=len(self.rows) - most
        )


def size(value: Any) -> int:
    return value if isinstance(value, int) else 0


def shown(value: int | None) -> str:
    """A number as the page says it."""
    return _("not known yet") if value is None else number_format(value)
