"""Passages with vectors for the generated collection, and benchmarks of finding the nearest.

The passages of the 2020 series are embedded by the embedded engine. Those of the generated cases,
whose texts mean nothing, get a weighted mean of three of these with noise: the engine's encoder
averages words, so that these are near to vectors of texts about several things. The same seed
creates the same vectors.

`python benchmarks/passages.py fill` fills the database in the settings: six passages for each case,
with the index. `python benchmarks/passages.py measure FILE` measures the queries of pages and of
the worker, and writes the times to the file. Both need the engine at EMBEDDINGS_URL.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    import django

    django.setup()

import numpy as np
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from benchmarks.bulk_writes import without_indexes, write
from repository.embeddings import engine, updating
from repository.embeddings.fields import as_text
from repository.embeddings.meaning import close_texts
from repository.embeddings.nearest import nearest
from repository.embeddings.passages import split
from repository.embeddings.sources import COLUMNS, source_of
from repository.models import EmbeddingModel, Passage, SearchEntry

# Passages of one text, vectors of which each is a mean, and the length of the noise.
MOST, MIXED, NOISE = 6, 3, 0.2
BATCH = 2_000
KINDS = ["case", "practice", "webinar", "recommendation", "landscape", "term", "city", "speaker"]
SERIES_KINDS = ["case", "practice", "recommendation", "landscape", "term"]
QUESTIONS = [
    "How can farmers sell their products abroad?",
    "农村快递怎么降低成本？",
    "¿Cómo aceleran los pequeños puertos el despacho de aduanas?",
    "Comment former les jeunes au commerce en ligne ?",
    "warehouse rents for small firms",
    "payment services for women entrepreneurs",
]
ROUNDS = 5


def fill() -> None:
    """Embed the series, and write passages with made-up vectors for all other texts."""
    model = embed_series()
    base = np.array(Passage.objects.filter(model=model).values_list("vector", flat=True))
    texts = [text for source in updating.sources for text in updating.changed_texts(source)]
    passages = (passage for text in texts for passage in passages_of(text, model))
    with without_indexes(Passage):
        write_with_vectors(passages, base)
    updating.create_indexes(model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) repository_passage")


def write_with_vectors(passages: Iterator[Passage], base: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    while rows := list(islice(passages, BATCH)):
        vectors = rng.normal(0, NOISE / base.shape[1] ** 0.5, (len(rows), base.shape[1]))
        for _turn in range(MIXED):
            weights = rng.exponential(size=(len(rows), 1))
            vectors += weights * base[rng.integers(len(base), size=len(rows))]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        for row, vector in zip(rows, vectors.round(4).tolist(), strict=True):
            row.vector = as_text(vector)
        write(rows)


def embed_series() -> EmbeddingModel:
    """Embed what is not generated; return the model."""
    generated = Q(slug__startswith="case-") | Q(slug__startswith="know-how-")
    texts = SearchEntry.objects.filter(kind__in=SERIES_KINDS).exclude(generated)
    for text in texts.values(*COLUMNS):
        updating.replace_passages(text)
    while updating.embed_batch():
        pass
    return EmbeddingModel.objects.get()


def passages_of(text: dict, model: EmbeddingModel) -> Iterator[Passage]:
    pieces = split(text["title"], text["summary"], text["body"])
    for position, piece in enumerate(pieces[:MOST]):
        yield Passage(
            kind=text["kind"],
            object_id=text["object_id"],
            source_digest=text["digest"],
            position=position,
            language=text["language"],
            title=piece.title,
            text=piece.text,
            is_question=piece.is_question,
            is_collection=source_of(text["kind"]).is_collection,
            digest=piece.digest,
            model=model,
        )


def measure() -> dict[str, float]:
    """Return the slowest times in seconds, each the median of some rounds, and numbers."""
    vectors = [engine.embed_query(question) for question in QUESTIONS]
    collection = [source for source in updating.sources if source.is_collection]
    return {
        "passages": Passage.objects.count(),
        "embedding_slowest": slowest(engine.embed_query, QUESTIONS),
        "embedding_queries": queries(engine.embed_query, QUESTIONS),
        "suggestion_slowest": slowest(suggest, QUESTIONS),
        "suggestion_queries": queries(suggest, QUESTIONS),
        "nearest_slowest": slowest(lambda vector: nearest(vector, kinds=KINDS), vectors),
        "due_slowest": slowest(updating.is_due, [collection]),
        "due_queries": queries(updating.is_due, [collection]),
    }


def suggest(text: str) -> None:
    if not close_texts(text, kinds=["practice", "case"], closeness="suggestion"):
        sys.exit(f"Nothing is close to “{text}”: the benchmark measures something else.")


def queries[Value](work: Callable[[Value], object], values: list[Value]) -> int:
    """Return the largest number of queries, without those that begin and end transactions."""
    most = 0
    for value in values:
        with CaptureQueriesContext(connection) as captured:
            work(value)
        ended = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        most = max(most, sum(not each["sql"].startswith(ended) for each in captured))
    return most


def slowest[Value](work: Callable[[Value], object], values: list[Value]) -> float:
    return max(median(duration(work, value) for _round in range(ROUNDS)) for value in values)


def duration[Value](work: Callable[[Value], object], value: Value) -> float:
    began = time.perf_counter()
    work(value)
    return time.perf_counter() - began


def main() -> None:
    if sys.argv[1] == "fill":
        fill()
        print(f"{Passage.objects.count():,} passages filled", flush=True)
    else:
        Path(sys.argv[2]).write_text(json.dumps(measure()))


if __name__ == "__main__":
    main()
