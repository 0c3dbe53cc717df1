"""Shared by all tables of figures: periods and counting of rows."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from repository.places.models import REGIONS

# There is no data before this year.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Period:
    """A period of days, including the first and the last."""

    first: date
    last: date

    @classmethod
    def year_before(cls, on: date) -> "Period":
        """Return the twelve calendar months that end with the month of this day, up to this day."""
        year, month = divmod(on.year * 12 + on.month - 12, 12)
        return cls(date(year, month + 1, 1), on)

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def until(self) -> datetime:
        """The start of the first day after the period."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))

    @property
    def months(self) -> list[date]:
        """The first days of its months, including partial ones."""
        numbers = range(
            self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month
        )
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]

    def __str__(self) -> str:
        words = {"first": date_format(self.first), "last": date_format(self.last)}
        return _("%(first)s to %(last)s") % words


def read_together(parts: Mapping[str, QuerySet]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of several `values()` querysets by name, in one query and one snapshot.

    They are transferred as JSON, so dates and times are texts.
    """
    statements, values = [], []
    for name, rows in parts.items():
        sql, parameters = rows.query.sql_with_params()
        statements.append(f"SELECT %s, to_jsonb(part) FROM ({sql}) AS part")  # noqa: S608
        values += [name, *parameters]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in parts}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        for name, row in cursor.fetchall():
            found[name].append(json.loads(row))
    return found


def region(name: str) -> str:
    return str(REGIONS.get(name, name or _("Not known")))


def tally(choices: type, counted: dict) -> tuple[tuple[str, int], ...]:
    """Return a row for each choice, including those with a count of 0."""
    return tuple((str(choice.label), counted.get(choice.value, 0)) for choice in choices)


def total(rows: Iterable[Any]) -> int:
    return sum(row.n for row in rows)


def tallied(rows: Iterable[Any], column: str) -> Counter[str]:
    """Count the rows by the value of a column."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted[getattr(row, column)] += row.n
    return counted


def counted_of(rows: QuerySet, link: str) -> Coalesce:
    """Return an expression that counts the rows linked to the outer row."""
    of_one = rows.order_by().filter(**{link: OuterRef("pk")}).values(link)
    return Coalesce(Subquery(of_one.annotate(n=Count("pk", distinct=True)).values("n")), 0)


def most_first(pairs: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
