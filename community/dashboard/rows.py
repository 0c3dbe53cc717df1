"""Rows of many tables for the dashboard, in one statement.

A source declares its rows and the expressions for the columns.
community/moderation/queue/entries.py does the same for moderators.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import get_language

from community.models import User
from community.moderation.queue.columns import number_of

# The maximum number of rows of each source.
SHOWN = 20
# The subject of a row with a generic relation.
ABOUT = Concat(
    Cast("content_type", models.TextField()),
    Value(" ", models.TextField()),
    Cast("object_id", models.TextField()),
)


@dataclass(frozen=True)
class Source:
    """Rows of one table that are shown in one way; the columns are expressions over them.

    `at` is the sort key. `names` are translations of `words`. `about` is the content type and the
    primary key of the subject, in the form of ABOUT.
    """

    word: str
    rows: Callable[[User], models.QuerySet]
    at: Any
    newest_first: bool = True
    key: str = "pk"
    title: Any = None
    words: Any = None
    names: Any = None
    state: Any = None
    due: Any = None
    about: Any = None
    # Whether staff decide about them.
    is_decided: bool = False

    def described(self, user: User) -> models.QuerySet:
        """The first rows with the columns of `Row`, each prefixed with `q_`."""
        rows = self.rows(user).order_by()
        text = models.TextField()
        empty = Value("", text)
        columns = {
            "word": Value(self.word, models.CharField()),
            "kind": Cast(number_of(rows.model), models.IntegerField()),
            "key": Cast(F(self.key), models.BigIntegerField()),
            "at": Cast(self.at, models.DateTimeField()),
            "title": Coalesce(Cast(self.title, text), empty),
            "words": Coalesce(Cast(self.words, text), empty),
            "names": Coalesce(Cast(self.names, text), Value("{}", text)),
            "state": Coalesce(Cast(self.state, text), empty),
            "due": Cast(self.due, models.DateTimeField()),
            "about": Coalesce(Cast(self.about, text), empty),
        }
        rows = rows.annotate(**{f"q_{name}": columns[name] for name in Row._fields})
        order = ("-q_at", "-q_key") if self.newest_first else ("q_at", "q_key")
        return rows.order_by(*order).values_list(*(f"q_{name}" for name in Row._fields))[:SHOWN]


class Row(NamedTuple):
    """One row of a source."""

    word: str
    kind: int
    key: int
    at: datetime
    title: str
    words: str
    names: str
    state: str
    due: datetime | None
    about: str

    @property
    def subject(self) -> tuple[int, int]:
        """The content type and the primary key of the subject."""
        kind, key = self.about.split()
        return int(kind), int(key)

    @property
    def place(self) -> str:
        """The words in the reader's language."""
        return json.loads(self.names).get(get_language() or "", self.words)


def read_rows(user: User, sources: Iterable[Source]) -> dict[str, list[Row]]:
    """The rows of each source by its word, in order; one query for all."""
    wanted = {source.word: source for source in sources}
    found: dict[str, list[Row]] = {word: [] for word in wanted}
    if not wanted:
        return found
    first, *others = [source.described(user) for source in wanted.values()]
    rows = first.union(*others, all=True).order_by() if others else first
    for row in map(Row._make, rows):
        found[row.word].append(row)
    for word, each in found.items():
        # The order of a UNION is undefined.
        each.sort(key=lambda row: (row.at, row.key), reverse=wanted[word].newest_first)
    return found


def subjects(rows: Iterable[Row]) -> dict[tuple[int, int], Any]:
    """The existing subjects of the rows: one query for each type."""
    keys: dict[int, set[int]] = {}
    for row in rows:
        kind, key = row.subject
        keys.setdefault(kind, set()).add(key)
    found: dict[tuple[int, int], Any] = {}
    for kind, wanted in sorted(keys.items()):
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        found |= {(kind, key): row for key, row in model._base_manager.in_bulk(wanted).items()}
    return found
