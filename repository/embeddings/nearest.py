"""Find the passages nearest in meaning to a vector."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from pgvector.django import CosineDistance, HalfVectorField

from repository.embeddings.models import EmbeddingModel, Passage
from repository.embeddings.sources import sources

# pgvector looks for so many candidates in its index at first, and goes on while a filter leaves
# too few. Strictly in the order of distance, so that the same question has the same answer.
PREPARE = """
SELECT set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('hnsw.ef_search', %s, true)
"""


@dataclass(frozen=True)
class Near:
    """A passage, and its similarity to the question: the cosine, from -1 to 1."""

    kind: str
    object_id: str
    position: int
    language: str
    text: str
    similarity: float


def nearest(
    vector: np.ndarray, *, kinds: Collection[str], among: QuerySet | None = None, most: int = 100
) -> list[Near]:
    """Return at most `most` passages of these kinds, nearest first.

    `vector` has unit length and comes from the model in use. `among` is a queryset of the rows
    whose texts may be compared; by default all rows of the source, which for the collection is
    everything public. It is part of the query, so that other texts have no influence on the
    result. Runs two statements for each source.
    """
    model = EmbeddingModel.objects.in_use()
    if model is None or model.dimensions != len(vector):
        return []
    found: list[Near] = []
    for source in sources:
        wanted = [kind for kind in source.kinds if kind in kinds]
        if wanted:
            rows = source.rows()
            if among is not None:
                rows = rows.filter(object_id__in=among.values(text_id=Cast("pk", CharField())))
            found += nearest_of(vector, model, Passage.objects.filter(kind__in=wanted), rows, most)
    return sorted(found, key=lambda near: -near.similarity)[:most]


@transaction.atomic
def nearest_of(
    vector: np.ndarray, model: EmbeddingModel, passages: QuerySet, texts: QuerySet, most: int
) -> list[Near]:
    """Return the nearest of some passages that are parts of some texts as they are now."""
    current = texts.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), digest=OuterRef("source_digest")
    )
    distance = CosineDistance(Cast("vector", HalfVectorField(dimensions=model.dimensions)), vector)
    rows = (
        passages.filter(Exists(current), model=model.pk)
        .annotate(distance=distance)
        .order_by("distance", "kind", "object_id", "position")
        .values_list("kind", "object_id", "position", "language", "text", "distance")
    )
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, [str(most)])
    return [Near(*columns, similarity=1 - distance) for *columns, distance in rows[:most]]
