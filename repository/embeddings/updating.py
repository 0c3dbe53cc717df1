"""Keep passages and their vectors up to date, in background tasks and never in a request.

Each step is idempotent and short, and asks the database what is left to do, so that it does not
matter who changed a text, or how.
"""

import logging

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.tasks import task
from pgvector.django import HalfVectorField, HnswIndex

from repository.embeddings import engine
from repository.embeddings.models import EmbeddingModel, Passage
from repository.embeddings.passages import digest, split
from repository.embeddings.sources import Source, sources

logger = logging.getLogger(__name__)

# Texts that are split, and passages that are embedded, in one run of the task: a few seconds, so
# that emails do not wait for a new model.
TEXTS, PASSAGES = 200, 1_000
# With fewer passages an exact search takes a few milliseconds, and needs no index.
WORTH_AN_INDEX = 5_000


def changed_texts(source: Source) -> QuerySet:
    """Texts without passages, or with passages of an earlier version."""
    passages = Passage.objects.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), source_digest=OuterRef("digest")
    )
    return source.rows().exclude(Exists(passages))


def gone_passages(source: Source) -> QuerySet[Passage]:
    """Passages of texts that no longer exist."""
    texts = source.rows().filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    return Passage.objects.filter(kind__in=source.kinds).exclude(Exists(texts))


def without_vector() -> QuerySet[Passage]:
    """Passages without a vector of the model in use."""
    model = EmbeddingModel.objects.in_use()
    return Passage.objects.exclude(model=model) if model else Passage.objects.all()


def is_due() -> bool:
    """Is there anything to do? Without an engine, passages are only deleted."""
    if any(gone_passages(source).exists() for source in sources):
        return True
    return bool(settings.EMBEDDINGS_URL) and (
        any(changed_texts(source).exists() for source in sources) or without_vector().exists()
    )


@task(priority=-50)
def update_passages() -> None:
    """Do a part of what is due, and queue the rest."""
    try:
        if update(texts=TEXTS, passages=PASSAGES) and is_due():
            update_passages.enqueue()
    except engine.EngineUnavailable as error:
        # The worker looks again in a moment.
        logger.warning("Passages were not embedded: %s", error)


def update(*, texts: int, passages: int) -> int:
    """Bring at most so many texts and passages up to date; return how many changed.

    Raises EngineUnavailable.
    """
    count = 0
    for source in sources:
        deleted, _by_model = gone_passages(source).delete()
        count += deleted
    if not settings.EMBEDDINGS_URL:
        return count
    for source in sources:
        for text in changed_texts(source)[:texts]:
            replace_passages(text)
            count += 1
    embedded = 0
    while embedded < passages and (batch := embed_batch()):
        embedded += batch
    if embedded:
        raise_edition()
    return count + embedded


@transaction.atomic
def replace_passages(text: dict) -> None:
    """Store the passages of a text; those that have not changed keep their vectors."""
    pieces = split(text["title"], text["summary"], text["body"])
    of_text = {"kind": text["kind"], "object_id": text["object_id"]}
    passages = [
        Passage(
            **of_text,
            source_digest=text["digest"],
            position=position,
            language=text["language"],
            text=piece,
            digest=digest(piece),
        )
        for position, piece in enumerate(pieces)
    ]
    # In one order, so that two workers do not wait for each other.
    passages.sort(key=lambda passage: passage.digest)
    Passage.objects.filter(**of_text).exclude(
        digest__in=[passage.digest for passage in passages]
    ).delete()
    Passage.objects.bulk_create(
        passages,
        update_conflicts=True,
        unique_fields=["kind", "object_id", "digest"],
        update_fields=["source_digest", "position", "language", "text"],
    )


@transaction.atomic
def embed_batch() -> int:
    """Compute the vectors of some passages; return how many."""
    # Skip what another worker is embedding.
    waiting = without_vector().select_for_update(skip_locked=True).order_by("pk")
    passages = list(waiting[: engine.BATCH])
    if not passages:
        return 0
    vectors = engine.embed_passages([passage.text for passage in passages])
    try:
        model = EmbeddingModel.objects.of_vectors(vectors.shape[1])
    except ValueError as error:
        raise engine.EngineUnavailable(str(error)) from error
    for passage, vector in zip(passages, vectors, strict=True):
        passage.model, passage.vector = model, vector
    Passage.objects.bulk_update(passages, ["model", "vector"])
    return len(passages)


def raise_edition() -> None:
    """Invalidate public pages, which show what is near in meaning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_next_edition()")


# The index of a model


def index_of(model: EmbeddingModel) -> HnswIndex:
    """Return the index of the vectors of one model, in the form that `nearest` orders by."""
    vector = Cast("vector", HalfVectorField(dimensions=model.dimensions))
    return HnswIndex(
        OpClass(vector, name="halfvec_cosine_ops"),
        name=f"passage_vectors_of_{model.pk}",
        condition=Q(model=model.pk),
    )


def create_index(model: EmbeddingModel) -> None:
    """Create the index of a model while the site goes on; idempotent. Not in a transaction."""
    names = connection.introspection.get_constraints(connection.cursor(), Passage._meta.db_table)
    index = index_of(model)
    if index.name not in names:
        with connection.schema_editor(atomic=False) as editor:
            editor.add_index(Passage, index, concurrently=True)


def remove_other_models(model: EmbeddingModel) -> None:
    """Delete models without vectors, with their indexes."""
    for other in EmbeddingModel.objects.exclude(pk=model.pk):
        if not Passage.objects.filter(model=other).exists():
            with connection.schema_editor(atomic=False) as editor:
                editor.remove_index(Passage, index_of(other), concurrently=True)
            other.delete()
