"""The texts that are embedded: what the search knows, and what higher apps add."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat

from repository.models import SearchEntry, SearchKind

# Kinds of search entries with sentences to compare. Places and people are found by name.
COLLECTION = [
    SearchKind.CASE,
    SearchKind.PRACTICE,
    SearchKind.WEBINAR,
    SearchKind.RECOMMENDATION,
    SearchKind.LANDSCAPE,
    SearchKind.TERM,
    SearchKind.CITY,
    SearchKind.SPEAKER,
]
COLUMNS = ("kind", "object_id", "digest", "language", "title", "summary", "body")


@dataclass(frozen=True)
class Source:
    """Texts of some kinds.

    `rows` returns a queryset of values with `COLUMNS`: the texts that exist now. The digest must
    cover all other columns from `language` on.
    """

    kinds: tuple[str, ...]
    rows: Callable[[], QuerySet]


def collection_rows() -> QuerySet:
    """Everything public in the collection, as the search knows it."""
    return SearchEntry.objects.filter(kind__in=COLLECTION).values(*COLUMNS)


def described(
    rows: QuerySet,
    kind: str,
    *,
    title: str,
    summary: str,
    body: str = "",
    language: str = "language",
) -> QuerySet:
    """Return rows of a model as texts, given the names of its columns."""
    texts = {
        "language": F(language),
        "title": F(title),
        "summary": F(summary),
        "body": F(body) if body else Value(""),
    }
    return rows.order_by().values(
        kind=Value(kind),
        object_id=Cast("pk", CharField()),
        digest=MD5(Concat(*texts.values(), output_field=CharField())),
        **texts,
    )


sources: list[Source] = [Source(tuple(COLLECTION), collection_rows)]


def source_of(kind: str) -> Source:
    """Return the source of a kind of text."""
    return next(source for source in sources if kind in source.kinds)
