"""The embedding engine: texts in, unit vectors out.

Any server that implements the OpenAI embeddings API can be the engine: `EMBEDDINGS_URL` in the
settings. Without one, or while it fails, `embed` raises `EngineUnavailable`, and the caller goes
on without vectors.
"""

import json
import logging
import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import urllib3
from django.conf import settings

logger = logging.getLogger(__name__)

# Seconds that a reader waits for the vector of a question, and a background task for a batch.
QUERY_TIMEOUT = 0.3
BATCH_TIMEOUT = 30
# Texts in one request.
BATCH = 32
# Seconds for which a failing engine is not asked again.
PAUSE = 20
MAX_BYTES = 4_000_000
CHUNK = 65_536


class EngineUnavailable(Exception):
    """There is no engine, or it does not answer as it should."""


class Breaker:
    """A circuit breaker: after a failure, the engine is not asked for some seconds.

    One for each process. After the pause a single request tries the engine again.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.closed_at = 0.0  # of the monotonic clock

    def check(self) -> None:
        """Raise EngineUnavailable during the pause after a failure."""
        with self.lock:
            now = time.monotonic()
            if now < self.closed_at:
                raise EngineUnavailable("The embedding engine failed a moment ago.")
            if self.closed_at:
                # Others wait for the result of this attempt.
                self.closed_at = now + PAUSE

    def fail(self, error: Exception) -> None:
        """Begin the pause, and log the reason without the texts."""
        with self.lock:
            self.closed_at = time.monotonic() + PAUSE
        logger.warning(
            "The embedding engine does not answer; search goes on by keywords: %s", error
        )

    def succeed(self) -> None:
        if self.closed_at:
            logger.warning("The embedding engine answers again.")
        self.closed_at = 0.0


breaker = Breaker()


@cache
def connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=4, retries=False)


def embed_query(text: str) -> np.ndarray:
    """Return the unit vector of a question, shape (dimensions,).

    Waits at most `QUERY_TIMEOUT` seconds; raises EngineUnavailable.
    """
    [vector] = ask_engine([settings.EMBEDDINGS_QUERY_PREFIX + text], timeout=QUERY_TIMEOUT)
    return vector


def embed_passages(texts: Sequence[str]) -> np.ndarray:
    """Return the unit vectors of at most `BATCH` passages, shape (texts, dimensions).

    For background tasks, since it may take `BATCH_TIMEOUT` seconds; raises EngineUnavailable.
    """
    prefix = settings.EMBEDDINGS_PASSAGE_PREFIX
    return ask_engine([prefix + text for text in texts], timeout=BATCH_TIMEOUT)


def ask_engine(texts: list[str], *, timeout: float) -> np.ndarray:
    """Return the unit vectors of texts, through the circuit breaker."""
    if not settings.EMBEDDINGS_URL:
        raise EngineUnavailable("There is no embedding engine in the settings.")
    breaker.check()
    try:
        vectors = unit_vectors(post(texts, timeout=timeout), len(texts))
    except (urllib3.exceptions.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        breaker.fail(error)
        raise EngineUnavailable("The embedding engine does not answer.") from error
    breaker.succeed()
    return vectors


def post(texts: list[str], *, timeout: float) -> Any:
    """Return the JSON that the engine answers, within `timeout` seconds altogether."""
    end = time.monotonic() + timeout
    headers = {"Content-Type": "application/json"}
    if settings.EMBEDDINGS_KEY:
        headers["Authorization"] = f"Bearer {settings.EMBEDDINGS_KEY}"
    response = connections().request(
        "POST",
        f"{settings.EMBEDDINGS_URL}/embeddings",
        body=json.dumps(
            {"model": settings.EMBEDDINGS_MODEL, "input": texts, "encoding_format": "float"}
        ).encode(),
        headers=headers,
        timeout=urllib3.Timeout(total=timeout),
        redirect=False,
        preload_content=False,
    )
    try:
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        body = b""
        # The timeout holds for each read; a server that sends byte by byte would go on for ever.
        while chunk := response.read1(CHUNK):
            body += chunk
            if time.monotonic() > end or len(body) > MAX_BYTES:
                raise ValueError("the answer is too long")
        answer = json.loads(body)
    except BaseException:
        # The rest of the answer would be read as the next one.
        response.close()
        raise
    response.release_conn()
    return answer


def unit_vectors(answer: Any, count: int) -> np.ndarray:
    """Return the vectors of an answer in the order of the texts, scaled to unit length."""
    rows = sorted(answer["data"], key=lambda row: row["index"])
    if [row["index"] for row in rows] != list(range(count)):
        raise ValueError("not one vector for each text")
    vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
    if vectors.ndim != 2 or not vectors.shape[1]:
        raise ValueError("vectors of different lengths")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise ValueError("a vector without a direction")
    return vectors / lengths
