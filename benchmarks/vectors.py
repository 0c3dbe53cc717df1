"""Measure finding the nearest of many vectors: `python benchmarks/vectors.py 1000000`.

The table has vectors of the length and type of passages, and their index. Like those of
benchmarks/passages.py, they are weighted means of three of some random vectors with noise, so that
some are near to each other. Pages need more than this: they also look up the texts of passages.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import psycopg

from benchmarks.databases import log, scratch_server
from repository.embeddings.fields import as_text

DIMENSIONS, BASE, MIXED, NOISE = 512, 2_000, 3, 0.2
BATCH, QUESTIONS, NEAREST, CANDIDATES = 10_000, 20, 100, 200
# One row of COPY in binary: the number of columns, then the length and value of each.
ROW = np.dtype(
    [
        *(("columns", ">i2"), ("id_length", ">i4"), ("id", ">i8"), ("length", ">i4")),
        *(("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", DIMENSIONS)),
    ]
)
HEADER, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
QUERY = "SELECT id FROM made_up ORDER BY vector <=> %s::halfvec LIMIT %s"


def vectors(rng: np.random.Generator, base: np.ndarray, number: int) -> np.ndarray:
    found = rng.normal(0, NOISE / DIMENSIONS**0.5, (number, DIMENSIONS))
    for _turn in range(MIXED):
        found += rng.exponential(size=(number, 1)) * base[rng.integers(BASE, size=number)]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def rows(rng: np.random.Generator, base: np.ndarray, number: int) -> Iterator[bytes]:
    yield HEADER
    for start in range(0, number, BATCH):
        batch = np.zeros(min(BATCH, number - start), ROW)
        batch["columns"], batch["id_length"], batch["dimensions"] = 2, 8, DIMENSIONS
        batch["id"] = np.arange(start, start + len(batch))
        batch["length"] = 4 + 2 * DIMENSIONS
        batch["vector"] = vectors(rng, base, len(batch))
        yield batch.tobytes()
    yield END


def measure(connection: psycopg.Connection, number: int, memory: str) -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(0, 1 / DIMENSIONS**0.5, (BASE, DIMENSIONS))
    began = time.monotonic()

    def lap(name: str) -> None:
        log(f"{time.monotonic() - began:5.0f} s  {name}")

    connection.execute("CREATE EXTENSION vector")
    connection.execute(f"CREATE TABLE made_up (id bigint, vector halfvec({DIMENSIONS}))")
    copied = "COPY made_up FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(copied) as copy:
        for part in rows(rng, base, number):
            copy.write(part)
    connection.execute("VACUUM (ANALYZE) made_up")
    lap(f"{number:,} vectors")
    questions = [as_text(vector) for vector in vectors(rng, base, QUESTIONS).tolist()]
    exact = [answer(connection, question)[0] for question in questions]
    lap("exact answers")
    connection.execute(f"SET maintenance_work_mem = '{memory}'")
    connection.execute("SET max_parallel_maintenance_workers = 1")
    connection.execute("CREATE INDEX nearest ON made_up USING hnsw (vector halfvec_cosine_ops)")
    size = connection.execute("SELECT pg_size_pretty(pg_relation_size('nearest'))").fetchone()
    lap(f"index, {size[0]}")
    connection.execute("SET hnsw.iterative_scan = 'strict_order'")
    connection.execute(f"SET hnsw.ef_search = {CANDIDATES}")
    for question in questions:
        answer(connection, question)
    found, times = zip(*(answer(connection, question) for question in questions), strict=True)
    shared = sum(len(one & other) for one, other in zip(exact, found, strict=True))
    lap(
        f"the {NEAREST} nearest: median {median(times):.1f} ms, slowest {max(times):.1f} ms, "
        f"{shared / QUESTIONS / NEAREST:.0%} of the exact ones"
    )


def answer(connection: psycopg.Connection, question: str) -> tuple[set[int], float]:
    """Return the nearest IDs, and the milliseconds that they took."""
    began = time.perf_counter()
    found = connection.execute(QUERY, [question, NEAREST]).fetchall()
    return {pk for (pk,) in found}, 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--memory", default="4GB", help="of the creation of the index")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    name = f"exchange_vectors_{os.getpid()}"
    with (
        scratch_server() as (url, _environment),
        psycopg.connect(url, autocommit=True) as server,
    ):
        try:
            server.execute(f"CREATE DATABASE {name}")
            with psycopg.connect(url, dbname=name, autocommit=True) as connection:
                measure(connection, options.number, options.memory)
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
