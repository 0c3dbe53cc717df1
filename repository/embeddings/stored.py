"""Compare texts whose vectors are stored, without asking the engine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import (
    Case,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from repository.embeddings.fields import StoredDistance
from repository.embeddings.models import PARTS, EmbeddingModel, Passage
from repository.embeddings.nearest import (
    CANDIDATES,
    PREPARE,
    Near,
    as_near,
    exists_by_index,
    of_passage,
    with_distance,
)
from repository.embeddings.sources import source_of

type Key = tuple[str, int]


def similarities(kind: str, object_id: str, others: Collection[str]) -> dict[str, Near]:
    """Return the passage nearest to the title and summary of a text, for each of some others.

    All are of the same kind and exist for every reader; the keys are their object ids. Texts
    without a vector are left out. Empty without an engine. One statement, which computes the exact
    distances: pass a hundred texts, not a collection.
    """
    if not settings.EMBEDDINGS_URL:
        return {}
    passages = current_passages(kind).filter(is_question=False)
    own = Subquery(passages.filter(object_id=object_id, position=0).values("vector")[:1])
    of_head = Case(When(position=0, then="distance"))
    rows = (
        passages.filter(object_id__in=others)
        # In a CASE: PostgreSQL may compute it before it looks at the model, and refuses to compare
        # the vectors of two models while one is replaced.
        .annotate(distance=Case(When(of_model_in_use(), then=StoredDistance("vector", own))))
        .filter(distance__isnull=False)
        .annotate(head=Coalesce(Window(Min(of_head), partition_by="object_id"), "distance"))
        .order_by("object_id", "distance", "position")
        .distinct("object_id")
        .values_list(
            "kind", "object_id", "position", "language", "title", "text", "distance", "head"
        )
    )
    found = [
        Near(*columns, similarity=1 - distance, head=1 - head) for *columns, distance, head in rows
    ]
    return {near.object_id: near for near in found}


def current_passages(kind: str) -> QuerySet[Passage]:
    """Passages of the texts of a kind as they are now, with a vector of the model in use."""
    texts = source_of(kind).rows()
    current = texts.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), digest=OuterRef("source_digest")
    )
    return Passage.objects.filter(of_model_in_use(), Exists(current), kind=kind)


def of_model_in_use() -> Q:
    name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
    return Q(model__name=name, model__version=version)


@dataclass(frozen=True)
class Stored:
    """The vector of the title and summary of a text, with the primary key of its model."""

    model: int
    vector: list[float]


def vectors_of(keys: Collection[Key]) -> dict[Key, Stored]:
    """Return the vectors of rows by kind and primary key, in one query.

    Rows without a vector of the model in use, or changed since it was computed, are left out. The
    reader must be allowed to see the rows: that is not checked here.
    """
    if not keys or not settings.EMBEDDINGS_URL:
        return {}
    chosen = Q()
    for kind in sorted({kind for kind, _pk in keys}):
        pks = [pk for each, pk in keys if each == kind]
        current = (
            source_of(kind)
            .rows()
            .filter(pk__in=pks, object_id=OuterRef("object_id"), digest=OuterRef("source_digest"))
        )
        chosen |= Q(Exists(current), kind=kind, object_id__in=[str(pk) for pk in pks])
    name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
    rows = Passage.objects.filter(
        chosen, position=0, model__name=name, model__version=version
    ).values_list("kind", "object_id", "model", "vector")
    return {(kind, int(pk)): Stored(model, vector) for kind, pk, model, vector in rows}


def nearest_to_each(texts: Mapping[Key, Stored], *, kind: str, most: int) -> dict[Key, list[Near]]:
    """Return the passages nearest to each text, nearest first, in two statements for all texts.

    `kind` is one of the collection, of which everything is public.
    """
    if not texts:
        return {}
    keys = sorted(texts)
    exists = exists_by_index(of_passage(source_of(kind).rows()))
    # Texts are compared with texts, and not with the questions that they answer.
    first, *rest = [
        with_distance(texts[key].vector, EmbeddingModel(pk=texts[key].model))
        .filter(PARTS["texts"], exists, kind=kind)
        .annotate(number=Value(number, IntegerField()))[:most]
        for number, key in enumerate(keys)
    ]
    found: dict[Key, list[Near]] = {key: [] for key in keys}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PREPARE, [str(CANDIDATES * most)])
        rows = first.union(*rest, all=True) if rest else first
        for *columns, number in rows:
            near, _digest = as_near(columns)
            found[keys[number]].append(near)
    for each in found.values():
        each.sort(key=lambda near: (-near.similarity, near.object_id, near.position))
    return found
