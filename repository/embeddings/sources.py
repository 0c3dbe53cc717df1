"""The texts that are embedded: what the search knows, and what higher apps add."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
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
PARAGRAPH, SEPARATOR = Value("\n\n"), Value("\x1f")
COLUMNS = ("kind", "object_id", "digest", "language", "title", "summary", "body", "questions")


@dataclass(frozen=True)
class Source:
    """Texts of some kinds.

    `rows` returns a queryset of values with `COLUMNS`: the texts that exist now. The digest must
    cover all other columns from `language` on. `is_collection` is true for the texts of the search:
    an index finds them by `kind` and `object_id`, and they change only with the edition.
    `public` returns those of `rows` that everyone may read, by default all.
    """

    kinds: tuple[str, ...]
    rows: Callable[[], QuerySet]
    is_collection: bool = False
    public: Callable[[], QuerySet] | None = None

    def public_rows(self) -> QuerySet:
        return self.public() if self.public else self.rows()


def collection_rows() -> QuerySet:
    """Everything public in the collection, as the search knows it."""
    return SearchEntry.objects.filter(kind__in=COLLECTION).values(*COLUMNS)


def described(
    rows: QuerySet,
    kind: str,
    *,
    title: str,
    summary: str = "",
    body: Sequence[str] = (),
    language: str | Combinable = "language",
) -> QuerySet:
    """Return rows of a model as texts, given the names of its columns.

    Summary and body are Markdown, the body of several columns. Without a summary the whole body is
    the summary as well: what a short text is about is clearer than from its sentences alone.
    """
    written = {
        "language": F(language) if isinstance(language, str) else language,
        "title": F(title),
        "summary": joined(PARAGRAPH, [F(name) for name in ([summary] if summary else body)]),
        "body": joined(PARAGRAPH, [F(name) for name in body]),
    }
    # The digest of what is written: making plain text of it takes longer.
    digest = MD5(joined(SEPARATOR, list(written.values())))
    shown = written | {name: Plain(written[name]) for name in ("summary", "body")}
    # After `values`, since columns of the model may have the same names.
    return (
        rows.order_by()
        .values("pk")
        .annotate(digest=digest, kind=Value(kind), object_id=Cast("pk", CharField()), **shown)
        .annotate(questions=Value(""))
        .values(*COLUMNS)
    )


class Plain(Func):
    """Markdown as plain text, as in the entries of the search."""

    function = "repository_plain"
    output_field = TextField()


def joined(separator: Value, texts: Sequence[Combinable]) -> Combinable:
    """Return an expression for texts with a separator between them."""
    if not texts:
        return Value("", TextField())
    parts = [part for text in texts for part in (separator, text)][1:]
    return Concat(*parts, output_field=TextField()) if len(parts) > 1 else texts[0]


sources: list[Source] = [Source(tuple(COLLECTION), collection_rows, is_collection=True)]


def source_of(kind: str) -> Source:
    """Return the source of a kind of text."""
    return next(source for source in sources if kind in source.kinds)
