"""The moderation queue: everything that needs a moderator, oldest first.

The `Reviewable` of each type provides its rows and the expressions for the queue's columns. A page
of the queue is one query, and the counts are another, however many kinds there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from community.models import (
    Claim,
    Flag,
)
from community.moderation.queue.themes import (
    number_of,
)
from community.moderation.reviewable import registered
from repository.models import CaseStudy
from repository.search.excerpts import HTML_FOR_TEXT, beginning, shortened

# Entries older than this are late.
LATE = timedelta(days=2)
TITLE = 140
# How many entries are searched for the next one.
LOOKAHEAD = 200
# The kinds in the order of the desk.
ORDER = [
    "case",
    "revision",
    "comment",
    "experience",
    "flagged-case",
    "flagged-comment",
    "flagged-experience",
    "tag-case",
    "tag-webinar",
    "practice",
    "words",
    "translation",
    "appeal",
    "member",
]
# SQL and its parameters.
Statement = tuple[str, tuple]
COLUMNS = ["kind", "content_type", "key", "since", "language", "theme", "title", "author"]


@dataclass(frozen=True)
class Kind:
    """A kind of queue entry.

    `rows` are the rows; the other attributes are expressions over them. `subject` is the model
    that a moderator claims and reviews, if it differs from that of the rows, and `key` its primary
    key.
    """

    word: str
    name: Promise
    rows: Callable[[], models.QuerySet]
    subject: type[models.Model] | None
    title: Any
    author: Any = None
    key: str = "pk"
    since: str = "created_at"
    language: Any = None
    theme: Any = None
    # Whether the title is HTML whose text is shown.
    is_rendered: bool = False
    url: Callable[[str, int], str] = lambda word, key: reverse("admin:review", args=[word, key])

    def described(self) -> models.QuerySet:
        """The rows annotated with the queue's columns, each prefixed with `q_`."""
        number = models.BigIntegerField()
        length = TITLE * HTML_FOR_TEXT if self.is_rendered else TITLE + 1
        kind = number_of(self.subject) if self.subject else F("content_type")
        columns = {
            "kind": Value(self.word, models.CharField()),
            "content_type": Cast(kind, models.IntegerField()),
            "key": Cast(F(self.key), number),
            "since": Cast(F(self.since), models.DateTimeField()),
            "language": Cast(Coalesce(self.language, Value("")), models.CharField()),
            "theme": Cast(self.theme, number),
            "title": Left(Coalesce(self.title, Value(""), output_field=models.TextField()), length),
            "author": Cast(self.author, number),
        }
        return self.rows().order_by().annotate(**{f"q_{name}": columns[name] for name in COLUMNS})


@dataclass(frozen=True)
class Item:
    """One line of the queue."""

    kind: Kind
    content_type: int
    key: int
    since: datetime
    language: str
    theme: int | None
    title: str
    author: int | None

    @property
    def is_late(self) -> bool:
        return self.since < timezone.now() - LATE

    @property
    def url(self) -> str:
        return self.kind.url(self.kind.word, self.key)


@dataclass(frozen=True)
class Filters:
    """Filters of the queue; empty ones match everything."""

    kind: str = ""
    language: str = ""
    theme: int | None = None
    claimed_by: int | None = None

    def apply(self, rows: models.QuerySet) -> models.QuerySet:
        """Filter rows of `Kind.described`, whose columns start with `q_`."""
        if self.language:
            rows = rows.filter(q_language=self.language)
        if self.theme is not None:
            rows = rows.filter(q_theme=self.theme)
        if self.claimed_by is not None:
            held = Claim.objects.live().filter(
                by=self.claimed_by,
                content_type=OuterRef("q_content_type"),
                object_id=OuterRef("q_key"),
            )
            rows = rows.filter(Exists(held))
        return rows


def flagged(model: type[models.Model], shown: Q) -> models.QuerySet:
    """One open flag, the oldest, for each flagged object.

    Objects outside `shown` are left out, such as those withdrawn by their author.
    """
    here = Flag.objects.open().filter(content_type=number_of(model))
    earlier = here.filter(object_id=OuterRef("object_id"), pk__lt=OuterRef("pk"))
    return here.filter(
        ~Exists(earlier), Exists(model.objects.filter(shown, pk=OuterRef("object_id")))
    )


def flagged_kind(
    word: str, name: Promise, model: type[models.Model], *, title: Any, shown: Q, theme: Any
) -> Kind:
    """Flagged objects of a type; `shown` selects those that others have seen."""
    here = model._default_manager.filter(pk=OuterRef("object_id"))
    # A case can have several authors.
    author = None if model is CaseStudy else Subquery(here.values("author")[:1])
    return Kind(
        f"flagged-{word}",
        name,
        lambda: flagged(model, shown),
        model,
        title=Subquery(here.values_list(title)[:1]),
        is_rendered=model is not CaseStudy,
        author=author,
        key="object_id",
        theme=theme,
        language=Subquery(here.values("language")[:1]),
        url=lambda _word, key: reverse("admin:review", args=[word, key]),
    )


def kinds() -> dict[str, Kind]:
    """Every kind by its word, in the order of the desk. Lazy, because it needs the database."""
    return kinds_of(case_content_type())


def case_content_type() -> int:
    """The primary key of a content type: it differs between databases, and SQL contains it."""
    return ContentType.objects.get_for_model(CaseStudy).pk


@cache
def kinds_of(_database: int) -> dict[str, Kind]:
    """Cached for each database, as the querysets contain keys of content types."""
    every = {kind.word: kind for each in registered() for kind in each.queue()}
    return dict(sorted(every.items(), key=lambda item: ORDER.index(item[0])))


def items(filters: Filters, *, start: int, stop: int) -> list[Item]:
    """Lines `start` to `stop` of the queue, in one query."""
    known = kinds()
    # Claims expire: with this filter the statement depends on the time and is not cached.
    parts = lines.__wrapped__ if filters.claimed_by is not None else lines
    sql, values = parts(filters, stop, case_content_type())
    rows = run(sql, "ORDER BY 4, 1, 3 LIMIT %s OFFSET %s", [*values, stop - start, start])
    found = [Item(known[kind], *rest) for kind, *rest in rows]
    return [
        replace(item, title=(beginning if item.kind.is_rendered else shortened)(item.title, TITLE))
        for item in found
    ]


def next_item(subject: models.Model, *, by: int) -> Item | None:
    """The entry after that of `subject`, for a moderator to go on with; after the last the first.

    Their own contributions are left out, and what others have claimed.
    """
    kind = ContentType.objects.get_for_model(subject).pk
    here = (kind, subject.pk)
    entries = items(Filters(), start=0, stop=LOOKAHEAD)
    places = [(entry.content_type, entry.key) for entry in entries]
    after = len(places) - places[::-1].index(here) if here in places else 0
    claimed = Claim.objects.live().exclude(by=by).values_list("content_type", "object_id")
    away = {here, *claimed}
    return next(
        (
            entry
            for entry in entries[after:] + entries[:after]
            if entry.author != by and (entry.content_type, entry.key) not in away
        ),
        None,
    )


@lru_cache(maxsize=100)
def lines(filters: Filters, stop: int, _database: int) -> Statement:
    """The statement for the first lines of all requested kinds.

    Cached: compiling this union of thirteen querysets takes 18 ms of processor time, running it 1
    ms, and the desk requests the same one repeatedly.
    """
    known = kinds()
    wanted = [known[filters.kind]] if filters.kind in known else list(known.values())
    columns = [f"q_{name}" for name in COLUMNS]
    # Limit each kind before the union, to read no more rows than needed.
    return union_of(
        filters.apply(kind.described()).order_by("q_since").values_list(*columns)[:stop]
        for kind in wanted
    )


def counts() -> Counter[tuple[str, str, int | None]]:
    """The number of entries for each kind, language and theme, in one query."""
    sql, values = groups(case_content_type())
    return Counter({tuple(group): number for *group, number in run(sql, "", values)})


def totals() -> tuple[int, int]:
    """How many entries there are, and how many of them are late, in one query."""
    sql, values = moments(case_content_type())
    found = "SELECT count(*), count(*) FILTER (WHERE q_since < %s)"
    with connection.cursor() as cursor:
        # Trusted: SQL compiled by Django.
        cursor.execute(f"{found} FROM ({sql}) AS queue", [timezone.now() - LATE, *values])
        total, late = cursor.fetchone()
    return total, late


@lru_cache(maxsize=10)
def moments(_database: int) -> Statement:
    """The statement for `totals`, cached because compiling it takes long (see `lines`)."""
    return union_of(kind.described().values_list("q_since") for kind in kinds().values())


@lru_cache(maxsize=10)
def groups(_database: int) -> Statement:
    """The statement for `counts`, cached because compiling it takes long (see `lines`)."""
    columns = ["q_kind", "q_language", "q_theme"]
    return union_of(
        kind.described()
        .values(*columns)
        .annotate(q_number=Count("pk"))
        .values_list(*columns, "q_number")
        for kind in kinds().values()
    )


def union_of(parts: Iterable[models.QuerySet]) -> Statement:
    """The union of all parts as one statement."""
    statements, parameters = zip(*(part.query.sql_with_params() for part in parts), strict=True)
    return " UNION ALL ".join(f"({each})" for each in statements), tuple(chain(*parameters))


def run(sql: str, end: str, values: Sequence) -> list:
    """Run a statement and return its rows; `end` is the ORDER BY and LIMIT by column number."""
    with connection.cursor() as cursor:
        # Both parts are trusted: SQL compiled by Django, and a constant from this module.
        cursor.execute(f"SELECT * FROM ({sql}) AS queue {end}", values)  # noqa: S608
        return cursor.fetchall()
