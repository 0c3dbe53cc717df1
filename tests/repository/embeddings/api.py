"""A local server of the embeddings API, well-behaved or not, which records what it is asked.

Its vectors depend on the words of a text only: each word is hashed into one of a few dimensions.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from repository.embeddings import engine
from tests.engines import asking


def hashed(text: str, dimensions: int) -> list[float]:
    vector = [0.01] * dimensions
    for word in text.lower().split():
        vector[hashlib.sha256(word.encode()).digest()[0] % dimensions] += 1
    return vector


class Api(ThreadingHTTPServer):
    """The server. `fault` replaces the answer: it gets the handler and the right answer."""

    daemon_threads = True

    def __init__(self, dimensions: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.dimensions = dimensions
        self.fault: Callable[[Handler, dict], object] | None = None
        self.requests: list[dict] = []
        self.headers: list = []
        # Seconds from a request until its connection was closed, where `wait_for_end` is used.
        self.durations: list[float] = []
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """Clients that hang up are expected here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(asked | {"path": self.path})
        self.server.headers.append(self.headers)
        data = [
            {"index": index, "embedding": hashed(text, self.server.dimensions)}
            for index, text in enumerate(asked["input"])
        ]
        answer = {"object": "list", "model": asked["model"], "data": data}
        if self.server.fault:
            self.server.fault(self, answer)
        else:
            self.send(json.dumps(answer).encode())

    def send(self, body: bytes, *, status: int = 200, **headers: str):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def wait_for_end(self, send: Callable[[], object] = lambda: None) -> None:
        """Wait until the client closes the connection, calling `send` again and again."""
        began = time.monotonic()
        self.connection.settimeout(0.02)
        while True:
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                send()
            except OSError:
                break
        self.server.durations.append(time.monotonic() - began)
        self.server.ended.set()
        self.close_connection = True

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def api_server(dimensions: int = 8):
    with Api(dimensions) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def used_api(settings, *, model: str = "hashed-words@1", dimensions: int = 8):
    """Run a server and use it as the engine."""
    with api_server(dimensions) as server, asking(settings, server.url):
        settings.EMBEDDINGS_MODEL = model
        yield server


def end_pause() -> None:
    """Let the pause after a failure be over."""
    engine.breaker.closed_until = time.monotonic() - 1
