"""Keep passages and their vectors up to date, in background tasks and never in a request.

Each step is idempotent and short, and asks the database what is left to do, so that it does not
matter who changed a text, or how.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.tasks import task

from repository.embeddings import engine
from repository.embeddings.fields import HalfVectorField, HnswIndex
from repository.embeddings.models import PARTS, EmbeddingModel, Passage
from repository.embeddings.passages import split
from repository.embeddings.sources import Source, source_of, sources
from repository.models import Edition

# Texts that are split, and passages that are embedded, in one run of the task: a few seconds, so
# that emails do not wait for a new model.
TEXTS, PASSAGES = 200, 1_000
# Bytes of the passages in one request: as many as 32 of the usual length. The embedded engine takes
# about 100 ms, and questions wait for it. Characters of Chinese take three times as long as those
# of English, and three times the bytes.
BATCH_BYTES = 4_000
# Characters of a passage that no engine refuses for its length.
SHORT = 40
# With fewer passages an exact search takes a few milliseconds, and needs no index.
WORTH_AN_INDEX = 5_000
# Dimensions of which pgvector has an index.
MAX_DIMENSIONS = 4_000
# The advisory lock of changes to the indexes, any number that nothing else locks.
INDEXES = 7_317_018


def changed_texts(source: Source) -> QuerySet:
    """Texts without passages, or with passages of an earlier version."""
    passages = Passage.objects.filter(
        kind=OuterRef("kind"), object_id=OuterRef("object_id"), source_digest=OuterRef("digest")
    )
    return source.rows().exclude(Exists(passages))


def gone_passages(source: Source) -> QuerySet[Passage]:
    """Passages of texts that no longer exist; without an engine, also those that have changed.

    What somebody has removed from a text is not kept in case there is an engine again.
    """
    texts = source.rows().filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    if not settings.EMBEDDINGS_URL:
        texts = texts.filter(digest=OuterRef("source_digest"))
    return Passage.objects.filter(kind__in=source.kinds).exclude(Exists(texts))


def without_vector() -> QuerySet[Passage]:
    """Passages without a vector of the model in use."""
    model = EmbeddingModel.objects.in_use()
    if model is None:
        return Passage.objects.all()
    # By the index of the model's key, unlike `exclude(model=model)`, which reads all passages.
    others = list(EmbeddingModel.objects.exclude(pk=model.pk))
    return Passage.objects.filter(Q(model=None) | Q(model__in=others))


def is_due(among: Iterable[Source] = sources) -> bool:
    """Is there anything to do? Without an engine, passages are only deleted.

    While the engine fails, it is asked here again, so that no task is queued in vain.
    """
    among = list(among)
    if any(gone_passages(source).exists() for source in among):
        return True
    if not settings.EMBEDDINGS_URL:
        return False
    is_missing = any(changed_texts(source).exists() for source in among)
    return (is_missing or without_vector().exists()) and engine.is_answering()


class Watch:
    """Tells a worker again and again whether anything is due.

    Comparing 60,000 passages with the collection takes 150 ms, which is done only once for each of
    its editions.
    """

    def __init__(self) -> None:
        self.settled: UUID | None = None

    def is_due(self) -> bool:
        edition = Edition.objects.get().token
        is_settled = edition == self.settled
        if is_due(source for source in sources if not (source.is_collection and is_settled)):
            return True
        # A failing engine leaves texts without passages.
        self.settled = None if engine.breaker.is_failing else edition
        return False


@task(priority=-50)
def update_passages() -> None:
    """Do a part of what is due, and queue the rest. At the end, create the index."""
    # The worker looks again in a moment if the engine, which logs it, doesn't answer.
    with suppress(engine.EngineUnavailable):
        if update(texts=TEXTS, passages=PASSAGES) and is_due():
            update_passages.enqueue()
        else:
            finish()


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
        embedded += len(batch)
    return count + embedded


@transaction.atomic
def replace_passages(text: dict) -> None:
    """Store the passages of a text; those that have not changed keep their vectors."""
    pieces = split(text["title"], text["summary"], text["body"], text["questions"])
    of_text = {"kind": text["kind"], "object_id": text["object_id"]}
    passages = [
        Passage(
            **of_text,
            source_digest=text["digest"],
            position=position,
            language=text["language"],
            title=piece.title,
            text=piece.text,
            is_question=piece.is_question,
            is_collection=source_of(text["kind"]).is_collection,
            digest=piece.digest,
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
        update_fields=["source_digest", "position", "language", "title", "text", "is_question"],
    )


@transaction.atomic
def embed_batch() -> list[Passage]:
    """Compute the vectors of some passages; return them."""
    # Skip what another worker is embedding.
    waiting = without_vector().select_for_update(skip_locked=True).order_by("pk")
    passages = list(at_once(waiting[: engine.BATCH]))
    if not passages:
        return []
    vectors = vectors_for([passage.with_title for passage in passages])
    try:
        model = EmbeddingModel.objects.of_vectors(len(vectors[0]))
    except ValueError as error:
        engine.breaker.fail(engine.EngineError(str(error)))
        raise engine.EngineUnavailable(f"The embedding engine’s vectors have {error}.") from None
    for passage, vector in zip(passages, vectors, strict=True):
        passage.model, passage.vector = model, vector
    Passage.objects.bulk_update(passages, ["model", "vector"])
    return passages


def at_once(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield as many passages as one request may hold, at least one."""
    size = 0
    for passage in passages:
        size += len(passage.with_title.encode())
        if size > BATCH_BYTES and size > len(passage.with_title.encode()):
            return
        yield passage


def vectors_for(texts: list[str]) -> list[list[float]]:
    """Return the vectors of texts; of the beginning of those that the engine refuses.

    Otherwise one text, such as 400 rare signs, would stop all others behind it.
    """
    try:
        return engine.embed_passages(texts)
    except engine.TextsRefused:
        if len(texts) > 1:
            middle = len(texts) // 2
            return [*vectors_for(texts[:middle]), *vectors_for(texts[middle:])]
        if len(texts[0]) <= SHORT:
            raise
        return vectors_for([texts[0][: len(texts[0]) // 2]])


# The indexes of a model


def finish() -> None:
    """Once all passages have vectors of one model, create its index, and remove other models.

    If the site's role does not own the tables, only `embed_passages` can, run by their owner.
    """
    model = EmbeddingModel.objects.in_use()
    if model is None or without_vector().exists() or not owns_passages():
        return
    if is_worth_an_index(model):
        create_indexes(model)
    remove_other_models(model)


def needs_owner() -> bool:
    """Is there something left to `finish` that only the owner of the tables can do?"""
    model = EmbeddingModel.objects.in_use()
    if model is None or owns_passages():
        return False
    lacks_index = is_worth_an_index(model) and any(
        state_of_index(index) != "valid" for index in indexes_of(model)
    )
    return lacks_index or EmbeddingModel.objects.exclude(pk=model.pk).exists()


def is_worth_an_index(model: EmbeddingModel) -> bool:
    passages = Passage.objects.filter(model=model)
    are_many = passages[WORTH_AN_INDEX - 1 : WORTH_AN_INDEX].exists()
    return are_many and model.dimensions <= MAX_DIMENSIONS


def owns_passages() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass",
            [Passage._meta.db_table],
        )
        return cursor.fetchone()[0]


def indexes_of(model: EmbeddingModel) -> list[HnswIndex]:
    """Return the indexes of the vectors of one model, in the form that `nearest` orders by.

    One for each part of the passages: among 75,000 passages, an index of all takes 60 ms to find
    the nearest of a few hundred questions, since it visits the other passages first.
    """
    vector = Cast("vector", HalfVectorField(dimensions=model.dimensions))
    return [
        HnswIndex(
            OpClass(vector, name="halfvec_cosine_ops"),
            name=f"passage_{part}_of_{model.pk}",
            condition=Q(model=model.pk) & condition,
        )
        for part, condition in PARTS.items()
    ]


def create_indexes(model: EmbeddingModel) -> None:
    """Create the indexes of a model while the site goes on; idempotent. Not in a transaction."""
    with one_at_a_time() as is_mine:
        for index in indexes_of(model) if is_mine else []:
            state = state_of_index(index)
            with connection.schema_editor(atomic=False) as editor:
                if state == "invalid":
                    # Left behind when its creation was interrupted.
                    editor.remove_index(Passage, index, concurrently=True)  # type: ignore[call-arg]
                if state != "valid":
                    editor.add_index(Passage, index, concurrently=True)  # type: ignore[call-arg]


def remove_other_models(model: EmbeddingModel) -> None:
    """Delete models without vectors, with their indexes. Not in a transaction."""
    with one_at_a_time() as is_mine:
        for other in EmbeddingModel.objects.exclude(pk=model.pk) if is_mine else []:
            if Passage.objects.filter(model=other).exists():
                continue
            for index in indexes_of(other):
                if state_of_index(index) != "missing":
                    with connection.schema_editor(atomic=False) as editor:
                        editor.remove_index(Passage, index, concurrently=True)  # type: ignore[call-arg]
            other.delete()


@contextmanager
def one_at_a_time() -> Iterator[bool]:
    """Yield whether no other process is changing the indexes, which takes a while.

    The lock belongs to a transaction on a connection of its own: indexes are changed outside of
    transactions, and behind PgBouncer a session changes its connection to the server.
    """
    with psycopg.connect(**connection.get_connection_params()) as other:
        found = other.execute("SELECT pg_try_advisory_xact_lock(%s)", [INDEXES]).fetchone()
        yield bool(found and found[0])


def state_of_index(index: HnswIndex) -> Literal["missing", "invalid", "valid"]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [index.name]
        )
        found = cursor.fetchone()
    if found is None:
        return "missing"
    return "valid" if found[0] else "invalid"
