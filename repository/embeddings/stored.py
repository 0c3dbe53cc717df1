"""How close stored texts are in meaning to each other: no engine is asked."""

from collections.abc import Collection

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from repository.embeddings.fields import StoredDistance
from repository.embeddings.models import Passage
from repository.embeddings.nearest import Near
from repository.embeddings.sources import source_of


def similarities(kind: str, object_id: str, others: Collection[str]) -> dict[str, Near]:
    """Return the passage nearest to the title and summary of a text, for each of some others.

    All are of the same kind and exist for every reader; the keys are their object ids. Texts
    without a vector are left out. Empty without an engine. One statement, which computes the exact
    distances: pass some hundred texts, not a collection.
    """
    if not settings.EMBEDDINGS_URL:
        return {}
    passages = current_passages(kind)
    own = passages.filter(object_id=object_id, position=0).values("vector")[:1]
    rows = (
        passages.filter(object_id__in=others)
        .annotate(distance=StoredDistance("vector", Subquery(own)))
        .filter(distance__isnull=False)
        .order_by("object_id", "distance", "position")
        .distinct("object_id")
        .values_list("kind", "object_id", "position", "language", "text", "distance")
    )
    return {row[1]: Near(*row[:-1], similarity=1 - row[-1]) for row in rows}


def current_passages(kind: str) -> QuerySet[Passage]:
    """Passages of the texts of a kind as they are now, with a vector of the model in use."""
    name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
    texts = source_of(kind).rows()
    current = texts.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), digest=OuterRef("source_digest")
    )
    return Passage.objects.filter(
        Exists(current), kind=kind, model__name=name, model__version=version
    )
