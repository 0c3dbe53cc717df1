"""What all tables of figures share: periods, and how rows are counted."""

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


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both counted."""

    first: date
    last: date

    @classmethod
    def year_before(cls, on: date) -> "Period":
        """Twelve months of the calendar, the one of this day being the last, and up to it."""
        year, month = divmod(on.year * 12 + on.month - 12, 12)
        return cls(date(year, month + 1, 1), on)

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def until(self) -> datetime:
        """The moment after its end."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))

    @property
    def months(self) -> list[date]:
        """The first day of each month that it touches."""
        numbers = range(
            self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month
        )
        return [date(number // 12, number % 12 + 1, 1) for number in numbers]

    def __str__(self) -> str:
        words = {"first": date_format(self.first), "last": date_format(self.last)}
        return _("From %(first)s to %(last)s.") % words


def read_together(parts: Mapping[str, QuerySet]) -> dict[str, list[dict[str, Any]]]:
    """The rows of several querysets of values by their names, in one query and of one moment.

    They come by way of JSON, which has no days and moments: those are texts.
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
    """One row for each choice, also for what there is none of."""
    return tuple((str(choice.label), counted.get(choice.value, 0)) for choice in choices)


def total(rows: Iterable[Any]) -> int:
    return sum(row.n for row in rows)


def tallied(rows: Iterable[Any], column: str) -> Counter[str]:
    """How many there are by what a column says."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted[getattr(row, column)] += row.n
    return counted


def counted_of(rows: QuerySet, link: str) -> Coalesce:
    """How many of the rows are linked to the outer one."""
    of_one = rows.order_by().filter(**{link: OuterRef("pk")}).values(link)
    return Coalesce(Subquery(of_one.annotate(n=Count("pk", distinct=True)).values("n")), 0)


def most_first(pairs: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
