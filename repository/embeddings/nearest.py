"""Find the passages nearest in meaning to a vector."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from repository.embeddings.fields import CosineDistance
from repository.embeddings.models import PARTS, EmbeddingModel, Passage
from repository.embeddings.sources import Source, sources

type Among = QuerySet | Mapping[str, QuerySet] | None
type Key = tuple[str, str]

# pgvector looks for so many candidates in its index at first, and goes on while a filter leaves
# too few. Strictly in the order of distance, so that the same question has the same answer.
PREPARE = """
SELECT set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('hnsw.ef_search', %s, true)
"""
# Candidates for each passage that is returned. Of the ten nearest of 60,000 passages, 1 finds 96 %
# and 2 all.
CANDIDATES = 2
# How many times as many passages are read again if few of the nearest may be compared.
MORE = 4

# The share of the summary in the order of texts: a sentence may be near by chance.
HEAD = 0.25


@dataclass(frozen=True)
class Near:
    """A passage, and its similarity to the question: the cosine, from -1 to 1.

    `head` is the similarity of the first passage of the same text, its summary. `is_question`: the
    passage is not a part of the text, but a question that it answers.
    """

    kind: str
    object_id: str
    position: int
    language: str
    title: str
    text: str
    similarity: float
    head: float
    is_question: bool = False

    @property
    def score(self) -> float:
        """By which texts are ordered, given the nearest passage of each."""
        return (1 - HEAD) * self.similarity + HEAD * self.head


def nearest(
    vector: Sequence[float],
    *,
    kinds: Collection[str],
    among: Among = None,
    without: Collection[Key] = (),
    most: int = 100,
    most_questions: int = 0,
    least: float = -1,
) -> list[Near]:
    """Return the passages of these kinds that are nearest, nearest first.

    At most `most` of the collection, `most` of other texts, and `most_questions` of the questions
    that the texts of the collection answer; of other texts only those with a similarity of at least
    `least`.

    `vector` has unit length and comes from the model in use. `among` is a queryset of the rows
    whose texts may be compared, or one for each kind; by default all rows of the source, which for
    the collection is everything public. Other texts have no influence on the result. `without` are
    kinds and object ids of texts to leave out. Runs three statements, and two more for texts
    outside the collection, again each time that few of these may be compared.
    """
    model = EmbeddingModel.objects.in_use()
    if model is None or model.dimensions != len(vector):
        return []
    excluded = Q()
    for kind, keys in by_kind(without).items():
        excluded &= ~Q(kind=kind, object_id__in=keys)
    passages = with_distance(vector, model).filter(excluded)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PREPARE, [str(CANDIDATES * most)])
        found = of_collection(passages, kinds, among, {"texts": most, "questions": most_questions})
        found += of_others(passages, kinds, among, most=most, least=least)
    found.sort(key=lambda near: (-near.similarity, near.kind, near.object_id, near.position))
    return found


def of_collection(
    passages: QuerySet, kinds: Collection[str], among: Among, most: Mapping[str, int]
) -> list[Near]:
    """Return the nearest passages of the collection: so many of each of its `PARTS`."""
    # No other condition on kinds: PostgreSQL would expect too few rows, and not use the index.
    allowed = Q()
    for source in sources:
        if source.is_collection:
            for wanted, rows in texts_of(source, kinds, among):
                allowed |= Q(kind__in=wanted) & Q(exists_by_index(of_passage(rows)))
    if not allowed:
        return []
    parts = [passages.filter(PARTS[part], allowed)[:count] for part, count in most.items() if count]
    first, *rest = parts
    rows = first.union(*rest, all=True) if rest else first
    return [near for near, _digest in map(as_near, rows)]


def of_others(
    passages: QuerySet, kinds: Collection[str], among: Among, *, most: int, least: float
) -> list[Near]:
    """Return the nearest passages of texts outside the collection.

    Which of the texts may be compared is checked afterwards, and more passages are read until
    there are enough: Django takes five times as long to build one query with the conditions of all
    kinds (27 ms instead of 5).
    """
    others = [source for source in sources if not source.is_collection]
    wanted = [kind for source in others for kind in source.kinds if kind in kinds]
    # A condition on kinds, unlike in the collection: PostgreSQL still uses the index for kinds with
    # many passages. Of other kinds it compares all of their passages, some hundreds: that is exact
    # and takes 1 ms. Filtered afterwards, most passages that were read might be of the wrong kinds.
    passages = passages.filter(PARTS["others"], kind__in=wanted)
    found: list[Near] = []
    start, size = 0, most
    while wanted and len(found) < most:
        read = [as_near(row) for row in passages[start : start + size]]
        # Also of those that are not near enough: otherwise a text that the reader may not see, and
        # that is near to the question, would take a query more.
        current = current_texts(others, [each for each, _digest in read], among)
        found += [
            each
            for each, digest in read
            if each.similarity >= least and (each.kind, each.object_id, digest) in current
        ]
        if len(read) < size or read[-1][0].similarity < least:
            break
        start, size = start + size, MORE * size
    return found[:most]


def current_texts(
    others: Sequence[Source], found: Sequence[Near], among: Among
) -> set[tuple[str, str, str]]:
    """Return kind, object id and digest of the texts of passages that may be compared now."""
    keys = by_kind({(near.kind, near.object_id) for near in found})
    parts = [
        rows.filter(pk__in=[key for kind in wanted for key in keys[kind]]).values_list(
            "kind", "object_id", "digest"
        )
        for source in others
        for wanted, rows in texts_of(source, keys, among)
    ]
    if not parts:
        return set()
    first, *rest = parts
    return set(first.union(*rest, all=True).order_by() if rest else first)


def by_kind(keys: Collection[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, object_id in sorted(keys):
        found.setdefault(kind, []).append(object_id)
    return found


def texts_of(
    source: Source, kinds: Collection[str], among: Among
) -> Iterator[tuple[list[str], QuerySet]]:
    """Yield kinds of a source with the texts that may be compared."""
    if wanted := [kind for kind in source.kinds if kind in kinds]:
        if among is None:
            yield wanted, source.rows()
        elif isinstance(among, QuerySet):
            yield wanted, only(source.rows(), among)
        else:
            for kind in wanted:
                if kind in among:
                    yield [kind], only(source.rows(), among[kind])
            # Together: Django takes 1 ms to build the condition of each.
            if others := [kind for kind in wanted if kind not in among]:
                yield others, source.rows()


def only(rows: QuerySet, among: QuerySet) -> QuerySet:
    return rows.filter(Exists(among.order_by().filter(pk=primary_key())))


def of_passage(rows: QuerySet) -> QuerySet:
    """Return the text of the collection of a passage in an outer query, if it is still the same."""
    return rows.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), digest=OuterRef("source_digest")
    )


def primary_key() -> Cast:
    """The primary key of the row that a text of an outer query describes."""
    return Cast(OuterRef("object_id"), BigIntegerField())


def exists_by_index(texts: QuerySet) -> Subquery:
    """Does a text exist, looked up for one passage after another?

    PostgreSQL turns `EXISTS` into a join and then compares all vectors, since it underestimates how
    many passages the join leaves: 140 ms for 60,000 passages, while their index takes 4 ms.
    """
    return Subquery(texts.values_list(Value(True))[:1], output_field=BooleanField())


def with_distance(vector: Sequence[float], model: EmbeddingModel) -> QuerySet:
    """Return all passages with their distance and that of their text's summary, nearest first."""
    head = Passage.objects.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), position=0, model=model.pk
    ).annotate(distance=CosineDistance("vector", vector))
    return (
        Passage.objects.filter(model=model.pk)
        .annotate(
            distance=CosineDistance("vector", vector),
            head=Coalesce(Subquery(head.values("distance")[:1]), "distance"),
        )
        .order_by("distance", "kind", "object_id", "position")
        .values_list(
            "kind",
            "object_id",
            "position",
            "language",
            "title",
            "text",
            "is_question",
            "distance",
            "head",
            "source_digest",
        )
    )


def as_near(columns: Sequence[Any]) -> tuple[Near, str]:
    """Return a row of `with_distance` as a passage, and the digest of its text."""
    *texts, is_question, distance, head, digest = columns
    near = Near(*texts, similarity=1 - distance, head=1 - head, is_question=is_question)
    return near, digest
