"""The embedding engine: texts in, unit vectors out.

Any server that implements the OpenAI embeddings API can be the engine: `EMBEDDINGS_URL` in the
settings. Without one, or while it fails, `embed_query` and `embed_passages` raise
`EngineUnavailable`, and the caller goes on without vectors.

Vectors are lists of floats, since NumPy would take 22 MB in each web worker.
"""

import json
import logging
import math
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import cache, lru_cache
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

# Seconds that a reader waits for the vector of a question, and a background task for a batch.
QUERY_TIMEOUT = 0.3
BATCH_TIMEOUT = 30
# Texts in one request.
BATCH = 32
# The status of an answer that refuses certain texts, such as one that is too long for the model.
REFUSALS = {400, 413, 422}
# Seconds for which a failing engine is not asked again.
PAUSE = 20
# Seconds for which an answer shows that the engine works.
FRESH = 10
MAX_BYTES = 4_000_000
# Calls at the same time in one process.
THREADS = 4


class EngineUnavailable(Exception):
    """There is no engine, or it does not answer as it should."""


class TextsRefused(EngineUnavailable):
    """The engine may work, but not with these texts."""


class EngineError(Exception):
    """What is wrong with an answer, without any part of it, since it may repeat the texts."""


class Breaker:
    """A circuit breaker: after a failure, the engine is not asked for some seconds.

    One for each process. After the pause a single request tries the engine again.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # Of the monotonic clock: when the pause ends, 0 if the engine works; the last answer.
        self.closed_until = 0.0
        self.answered_at = -math.inf

    @property
    def is_failing(self) -> bool:
        return self.closed_until > 0

    def check(self) -> None:
        """Raise EngineUnavailable during the pause after a failure."""
        with self.lock:
            now = time.monotonic()
            if now < self.closed_until:
                raise EngineUnavailable("The embedding engine failed a moment ago.")
            if self.is_failing:
                # Others wait for the result of this attempt.
                self.closed_until = now + PAUSE

    def fail(self, error: Exception) -> None:
        """Begin the pause, and log the first failure of several, without the texts."""
        with self.lock:
            was_working = not self.is_failing
            self.closed_until = time.monotonic() + PAUSE
            self.answered_at = -math.inf
        if was_working:
            # The text of other exceptions may repeat what was sent or received.
            reason = str(error) if isinstance(error, EngineError) else type(error).__name__
            logger.warning(
                "The embedding engine doesn’t respond as expected; search goes on by keywords: %s",
                reason,
            )

    def succeed(self) -> None:
        with self.lock:
            was_failing = self.is_failing
            self.closed_until = 0.0
            self.answered_at = time.monotonic()
        if was_failing:
            logger.warning("The embedding engine responds again.")


breaker = Breaker()


def is_configured() -> bool:
    return bool(settings.EMBEDDINGS_URL)


def embed_query(text: str) -> list[float]:
    """Return the unit vector of a question.

    Waits at most `QUERY_TIMEOUT` seconds; raises EngineUnavailable.
    """
    [vector] = embed_queries([text])
    return vector


def remembered_query(text: str) -> list[float]:
    """Return the unit vector of a question, of which the process remembers the last ones.

    A page may compare a question with several kinds of texts, and readers turn pages.
    """
    return last_queries(
        text, settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_QUERY_PREFIX
    )


@lru_cache(maxsize=128)
def last_queries(text: str, *_settings: str) -> list[float]:
    return embed_query(text)


def embed_queries(texts: Sequence[str]) -> list[list[float]]:
    """Return the unit vectors of at most `BATCH` short texts, all of the same length.

    One request, for which a reader waits: see `embed_query`.
    """
    prefix = settings.EMBEDDINGS_QUERY_PREFIX
    return ask_engine([prefix + text for text in texts], timeout=QUERY_TIMEOUT)


def embed_passages(texts: Sequence[str]) -> list[list[float]]:
    """Return the unit vectors of at most `BATCH` passages, all of the same length.

    For background tasks, since it may take `BATCH_TIMEOUT` seconds; raises EngineUnavailable.
    """
    prefix = settings.EMBEDDINGS_PASSAGE_PREFIX
    return ask_engine([prefix + text for text in texts], timeout=BATCH_TIMEOUT)


def is_answering() -> bool:
    """Does the engine work? Asks it unless it has answered within the last `FRESH` seconds."""
    if time.monotonic() - breaker.answered_at < FRESH:
        return True
    try:
        embed_query("ready")
    except TextsRefused as error:
        # This text is short: it refuses all.
        breaker.fail(EngineError(str(error)))
        return False
    except EngineUnavailable:
        return False
    return True


def ask_engine(texts: list[str], *, timeout: float) -> list[list[float]]:
    """Return the unit vectors of texts."""
    if not settings.EMBEDDINGS_URL:
        raise EngineUnavailable("There is no embedding engine in the settings.")
    return ask_through_breaker(texts, timeout=timeout)


def ask_through_breaker(texts: list[str], *, timeout: float) -> list[list[float]]:
    breaker.check()
    call = Call(texts)
    answer = threads().submit(call.run)
    try:
        vectors = unit_vectors(answer.result(timeout), len(texts))
    except TextsRefused:
        # The author of a refused text must not be able to stop the engine for everybody.
        raise
    # Answers can be anything: also JSON that is nested too deeply, or numbers that are too large.
    except Exception as error:
        answer.cancel()
        call.abandon()
        breaker.fail(error)
        raise EngineUnavailable("The embedding engine doesn’t respond as expected.") from None
    breaker.succeed()
    return vectors


@cache
def threads() -> ThreadPoolExecutor:
    """Threads that ask the engine, so that the caller can stop waiting at any moment.

    Timeouts of sockets are not enough: they hold for each read, so that a server that sends byte by
    byte would go on for ever, and not for the look-up of the host's name.
    """
    return ThreadPoolExecutor(THREADS, thread_name_prefix="embedding-engine")


class Call:
    """One request to the engine, on a connection of its own, which can be closed at any moment.

    A connection to this machine takes 0.1 ms. Those of urllib3 are kept open, but cannot be closed
    before the headers of the answer have arrived.
    """

    def __init__(self, texts: list[str]):
        # Halves of a surrogate pair are not text: an engine may fail.
        texts = [text.encode(errors="replace").decode() for text in texts]
        self.body = json.dumps(
            {"model": model_name(), "input": texts, "encoding_format": "float"}
        ).encode()
        self.lock = threading.Lock()
        self.socket: socket.socket | None = None
        self.is_abandoned = False

    def run(self) -> Any:
        """Return the JSON that the engine answers."""
        url = urlsplit(settings.EMBEDDINGS_URL)
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=BATCH_TIMEOUT)
        with closing(connection):
            connection.connect()
            with self.lock:
                if self.is_abandoned:
                    raise TimeoutError
                self.socket = connection.sock
            try:
                return self.exchange(connection, f"{url.path}/embeddings")
            finally:
                with self.lock:
                    self.socket = None

    def exchange(self, connection: HTTPConnection, path: str) -> Any:
        headers = {"Content-Type": "application/json"}
        if settings.EMBEDDINGS_KEY:
            headers["Authorization"] = f"Bearer {settings.EMBEDDINGS_KEY}"
        connection.request("POST", path, self.body, headers)
        response = connection.getresponse()
        if response.status in REFUSALS:
            raise TextsRefused(f"status {response.status}")
        if response.status != 200:
            # Redirects too: the texts are for this server only.
            raise EngineError(f"status {response.status}")
        body = response.read(MAX_BYTES)
        if not response.isclosed() and response.read(1):
            raise EngineError("the answer is too long")
        return json.loads(body)

    def abandon(self) -> None:
        """Close the connection under the thread that may still wait for it."""
        with self.lock:
            self.is_abandoned = True
            if self.socket:
                # Not the method of a TLS socket, which the other thread is using.
                with suppress(OSError):
                    socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def model_name() -> str:
    """Return the name of the model without its version, which only this site knows."""
    return settings.EMBEDDINGS_MODEL.partition("@")[0]


def unit_vectors(answer: Any, count: int) -> list[list[float]]:
    """Return the vectors of an answer in the order of the texts, scaled to unit length."""
    model = answer.get("model", "")
    if model.startswith(f"{model_name()}@") and model != settings.EMBEDDINGS_MODEL:
        # After an update of the embedded engine.
        raise EngineError("it has another version of the model, so it must be restarted")
    rows = sorted(answer["data"], key=lambda row: row["index"])
    if [row["index"] for row in rows] != list(range(count)):
        raise EngineError("not one vector for each text")
    vectors = [row["embedding"] for row in rows]
    if len(set(map(len, vectors))) != 1:
        raise EngineError("vectors of different lengths")
    return [unit(vector) for vector in vectors]


def unit(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    if not math.isfinite(length) or not length:
        raise EngineError("a vector without a direction")
    return [number / length for number in vector]
