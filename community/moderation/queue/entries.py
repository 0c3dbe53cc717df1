"""The queue: everything that waits for a review, oldest first.

The `Reviewable` of each type declares its rows and the columns of the queue (`waiting`). A page of
the queue is one query, and the counts are another, however many kinds there are. Moderators and
brokers have a queue each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Coalesce, Left
from django.utils import timezone

from community.models import Claim
from community.moderation.reviewable import MODERATE, QueueRows, reviewed_with
from repository.models import CaseStudy
from repository.search.excerpts import HTML_FOR_TEXT, beginning, shortened

# Entries older than this are late if they have no deadline.
LATE = timedelta(days=2)
TITLE = 140
# How many entries are searched for the next one.
LOOKAHEAD = 200
# SQL and its parameters.
Statement = tuple[str, tuple]
Kinds = tuple[QueueRows, ...]


@dataclass(frozen=True)
class Item:
    """One line of the queue."""

    kind: QueueRows
    key: int
    since: datetime
    late_at: datetime
    due: date | None
    title: str
    author: int | None
    language: str
    theme: int | None
    place: str
    region: str
    is_sample: bool

    @property
    def subject(self) -> tuple[int, int]:
        """The content type and primary key of the object, which can be claimed."""
        return ContentType.objects.get_for_model(self.kind.rows.model).pk, self.key

    @property
    def is_late(self) -> bool:
        """Whether it is past its deadline, or has waited for two days."""
        return self.late_at < timezone.now()

    @property
    def url(self) -> str:
        return self.kind.url(self.key)


# In the order of the attributes of `Item`; the first is the word of the kind.
COLUMNS = [f"q_{field.name}" for field in fields(Item)]


@dataclass(frozen=True)
class Filters:
    """Filters of the queue; empty ones match everything."""

    kind: str = ""
    language: str = ""
    theme: int | None = None
    region: str = ""
    claimed_by: int | None = None
    is_late: bool = False
    is_due: bool = False

    @property
    def depend_on_time(self) -> bool:
        """Whether the statement changes with the time: such statements are not cached."""
        return self.is_late or self.is_due or self.claimed_by is not None

    def apply(self, rows: models.QuerySet) -> models.QuerySet:
        """Filter rows of `described`, whose columns start with `q_`."""
        if self.language:
            rows = rows.filter(q_language=self.language)
        if self.theme is not None:
            rows = rows.filter(q_theme=self.theme)
        if self.region:
            rows = rows.filter(q_region=self.region)
        if self.is_late:
            rows = rows.filter(q_late_at__lt=timezone.now())
        if self.is_due:
            rows = rows.filter(q_late_at__lte=end_of_today())
        if self.claimed_by is not None:
            claims = Claim.objects.live().filter(
                by=self.claimed_by,
                content_type=ContentType.objects.get_for_model(rows.model),
                object_id=OuterRef("pk"),
            )
            rows = rows.filter(Exists(claims))
        return rows


def end_of_today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(1)


def moderated() -> Kinds:
    """What waits for moderators."""
    return kinds_for(MODERATE)


def kinds_for(permission: str, others: Callable[[], Iterable[QueueRows]] = tuple) -> Kinds:
    """What waits for those with the permission by type, in order of registration, and `others`."""
    return kinds_on(permission, others, timezone.localdate(), case_content_type())


@lru_cache(maxsize=10)
def kinds_on(
    permission: str, others: Callable[[], Iterable[QueueRows]], _day: date, _database: int
) -> Kinds:
    """Cached for each day and database: rows depend on the date and on keys of content types."""
    reviewed = (kind for each in reviewed_with(permission) for kind in each.waiting())
    return (*reviewed, *others())


def case_content_type() -> int:
    """The primary key of a content type: it differs between databases, and SQL contains it."""
    return ContentType.objects.get_for_model(CaseStudy).pk


def described(kind: QueueRows) -> models.QuerySet:
    """The rows of a kind with the queue's columns."""
    number, text, moment = models.BigIntegerField(), models.TextField(), models.DateTimeField()
    empty = Value("", text)
    length = TITLE * HTML_FOR_TEXT if kind.is_rendered else TITLE + 1
    city = kind.city
    return kind.rows.order_by().annotate(
        q_kind=Value(kind.word, models.CharField()),
        q_key=Cast("pk", number),
        q_since=Cast(kind.since, moment),
        q_late_at=Coalesce(Cast(kind.due, moment) + timedelta(days=1), F("q_since") + LATE),
        q_due=Cast(kind.due, models.DateField()),
        q_title=Left(Coalesce(kind.title, empty, output_field=text), length),
        q_author=Cast(kind.author, number),
        q_language=Cast(Coalesce(kind.language, empty), models.CharField()),
        q_theme=Cast(kind.theme, number),
        q_place=Coalesce(Cast(f"{city}__name", text), empty) if city else empty,
        q_region=Coalesce(Cast(f"{city}__country__region", text), empty) if city else empty,
        q_is_sample=Coalesce(f"{city}__is_sample", Value(False)) if city else Value(False),
    )


def items(kinds: Kinds, filters: Filters, *, start: int, stop: int) -> list[Item]:
    """Lines `start` to `stop` of the queue, in one query."""
    statement = lines.__wrapped__ if filters.depend_on_time else lines
    sql, values = statement(kinds, filters, stop)
    end = "ORDER BY q_since, q_kind, q_key LIMIT %s OFFSET %s"
    rows = run("*", sql, end, [*values, stop - start, start])
    by_word = {kind.word: kind for kind in kinds}
    found = [Item(by_word[word], *columns) for word, *columns in rows]
    return [
        replace(item, title=(beginning if item.kind.is_rendered else shortened)(item.title, TITLE))
        for item in found
    ]


def next_item(subject: models.Model, *, by: int) -> Item | None:
    """The moderators' entry after that of `subject`; after the last the first.

    Their own contributions are left out, and what others have claimed.
    """
    here = (ContentType.objects.get_for_model(subject).pk, subject.pk)
    entries = items(moderated(), Filters(), start=0, stop=LOOKAHEAD)
    places = [entry.subject for entry in entries]
    after = len(places) - places[::-1].index(here) if here in places else 0
    claimed = Claim.objects.live().exclude(by=by).values_list("content_type", "object_id")
    away = {here, *claimed}
    return next(
        (
            entry
            for entry in entries[after:] + entries[:after]
            if entry.author != by and entry.subject not in away
        ),
        None,
    )


class Group(NamedTuple):
    """What the entries of a queue are counted by."""

    kind: str
    language: str
    theme: int | None
    region: str


def counts(kinds: Kinds) -> Counter[Group]:
    """The number of entries of each group, in one query."""
    sql, values = everything(kinds)
    columns = "q_kind, q_language, q_theme, q_region, count(*)"
    rows = run(columns, sql, "GROUP BY 1, 2, 3, 4", values)
    return Counter({Group(*group): number for *group, number in rows})


class Backlog(NamedTuple):
    """How many entries of a kind there are, how many are late, and since when the oldest waits.

    `due` counts those that are late or have to be dealt with today.
    """

    total: int
    late: int
    oldest: datetime
    due: int


def backlogs(kinds: Kinds) -> dict[str, Backlog]:
    """The backlog of each kind that is not empty, by its word, in one query."""
    sql, values = everything(kinds)
    late = "count(*) FILTER (WHERE q_late_at < %s)"
    due = "count(*) FILTER (WHERE q_late_at <= %s)"
    columns = f"q_kind, count(*), {late}, min(q_since), {due}"
    rows = run(columns, sql, "GROUP BY 1", [timezone.now(), end_of_today(), *values])
    return {word: Backlog(*row) for word, *row in rows}


def totals(kinds: Kinds) -> tuple[int, int]:
    """How many entries there are, and how many of them are late, in one query."""
    found = backlogs(kinds).values()
    return sum(each.total for each in found), sum(each.late for each in found)


@lru_cache(maxsize=100)
def lines(kinds: Kinds, filters: Filters, stop: int) -> Statement:
    """The statement for the first lines of all requested kinds.

    Cached: compiling this union of thirteen querysets takes 18 ms of processor time, running it 1
    ms, and the desk requests the same one repeatedly.
    """
    wanted = [kind for kind in kinds if kind.word == filters.kind] or kinds
    # Limit each kind before the union, to read no more rows than needed.
    return union_of(
        filters.apply(described(kind)).order_by("q_since").values_list(*COLUMNS)[:stop]
        for kind in wanted
    )


@lru_cache(maxsize=10)
def everything(kinds: Kinds) -> Statement:
    """The statement for what is counted, cached as `lines`."""
    columns = ["q_kind", "q_language", "q_theme", "q_region", "q_since", "q_late_at"]
    return union_of(described(kind).values_list(*columns) for kind in kinds)


def union_of(parts: Iterable[models.QuerySet]) -> Statement:
    """The union of all parts as one statement."""
    statements, parameters = zip(*(part.query.sql_with_params() for part in parts), strict=True)
    return " UNION ALL ".join(f"({each})" for each in statements), tuple(chain(*parameters))


def run(columns: str, sql: str, end: str, values: Sequence) -> list:
    """Select columns of a statement; `end` groups, orders or limits its rows."""
    with connection.cursor() as cursor:
        # All parts are trusted: SQL compiled by Django, and constants from this module.
        cursor.execute(f"SELECT {columns} FROM ({sql}) AS queue {end}", values)  # noqa: S608
        return cursor.fetchall()
