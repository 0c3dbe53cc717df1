"""The client of a LibreTranslate server: texts in, translated texts out.

`TRANSLATION_URL` in the settings; without it, there are no machine drafts. Called only in
background tasks, and only with texts that everyone may read.
"""

import json
import logging
import math
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

# Texts and characters in one request, seconds until it must be answered, and bytes of the answer.
BATCH, BATCH_LENGTH = 20, 5_000
TIMEOUT = 60
MAX_BYTES = 2_000_000
# Seconds for which a failing server is not asked again.
PAUSE = 60
# The status of an answer that refuses certain texts or languages.
REFUSALS = {400, 413, 422}


class TranslatorUnavailable(Exception):
    """There is no translation server, or it does not answer as it should."""


class TextsRefused(Exception):
    """The server may work, but not with these texts or languages."""


class AnswerError(Exception):
    """What is wrong with an answer, without any part of it, since it may repeat the texts."""


class Breaker:
    """A circuit breaker: after a failure, the server is not asked for some seconds.

    One for each process.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # Of the monotonic clock.
        self.closed_until = -math.inf
        self.is_failing = False

    def check(self) -> None:
        """Raise TranslatorUnavailable during the pause after a failure."""
        with self.lock:
            if time.monotonic() < self.closed_until:
                raise TranslatorUnavailable("The translation server failed a moment ago.")

    def fail(self, error: Exception) -> None:
        """Begin the pause, and log the first failure of several, without the texts."""
        with self.lock:
            was_failing, self.is_failing = self.is_failing, True
            self.closed_until = time.monotonic() + PAUSE
        if not was_failing:
            # The text of other exceptions may repeat what was sent or received.
            reason = str(error) if isinstance(error, AnswerError) else type(error).__name__
            logger.warning("The translation server doesn’t respond as expected: %s", reason)

    def succeed(self) -> None:
        with self.lock:
            self.is_failing, self.closed_until = False, -math.inf


breaker = Breaker()


def is_configured() -> bool:
    return bool(settings.TRANSLATION_URL)


def translate(texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """Return at most `BATCH` texts in another language, in the same order.

    Raises TranslatorUnavailable, or TextsRefused.
    """
    if not is_configured():
        raise TranslatorUnavailable("There is no translation server.")
    breaker.check()
    asked: dict[str, Any] = {
        "q": list(texts),
        "source": source,
        "target": target,
        "format": "text",
    }
    if settings.TRANSLATION_KEY:
        asked["api_key"] = settings.TRANSLATION_KEY
    try:
        found = translated(exchange(json.dumps(asked).encode()), len(asked["q"]))
    except TextsRefused:
        raise
    # Answers can be anything: also JSON that is nested too deeply.
    except Exception as error:
        breaker.fail(error)
        raise TranslatorUnavailable("The translation server doesn’t respond as expected.") from None
    breaker.succeed()
    return found


def exchange(body: bytes) -> Any:
    """Send a request and return the JSON of the answer, within `TIMEOUT` seconds in all."""
    url = urlsplit(settings.TRANSLATION_URL)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=TIMEOUT)
    with closing(connection):
        connection.connect()
        # Timeouts of sockets hold for each read: a server that sends byte by byte would go on.
        timer = threading.Timer(TIMEOUT, shut_down, [connection.sock])
        timer.daemon = True
        timer.start()
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{url.path}/translate", body, headers)
            response = connection.getresponse()
            if response.status in REFUSALS:
                raise TextsRefused(f"status {response.status}")
            if response.status != 200:
                # Redirects too: the texts are for this server only.
                raise AnswerError(f"status {response.status}")
            answer = response.read(MAX_BYTES)
            if not response.isclosed() and response.read(1):
                raise AnswerError("the answer is too long")
        finally:
            timer.cancel()
    return json.loads(answer)


def shut_down(connected: socket.socket) -> None:
    # Not the method of a TLS socket, which the other thread is using.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def translated(answer: Any, count: int) -> list[str]:
    """Return the texts of an answer."""
    found = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise AnswerError("no list of texts")
    if len(found) != count:
        raise AnswerError("not one text for each text")
    return found
