import threading
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from tests.deploy.proxies import nginx


class Request(NamedTuple):
    command: str
    headers: Message


class Origin:
    """An application of which the test decides what it answers, and reads what it is asked."""

    def __init__(self):
        self.requests = []
        self.status, self.headers, self.body = 200, {}, b"page"
        # Cleared while a test wants requests to wait.
        self.is_answering = threading.Event()
        self.is_answering.set()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                # The handler and its headers serve further requests of the connection.
                origin.requests.append(Request(self.command, self.headers))
                origin.is_answering.wait(120)
                self.answer()

            def do_POST(self):
                self.do_GET()

            def do_HEAD(self):
                self.do_GET()

            def answer(self):
                etag = origin.headers.get("ETag")
                is_same = etag and self.headers.get("If-None-Match") == etag
                body = b"" if is_same else origin.body
                self.send_response(304 if is_same else origin.status)
                for name, value in origin.headers.items():
                    self.send_header(name, value)
                if not is_same:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *arguments):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def reset(self) -> None:
        self.requests.clear()
        self.status, self.headers, self.body = 200, {}, b"page"
        self.is_answering.set()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def running_origin():
    origin = Origin()
    yield origin
    origin.stop()


@pytest.fixture
def origin(running_origin):
    running_origin.reset()
    return running_origin


@pytest.fixture(scope="module")
def proxy(running_origin, tmp_path_factory):
    """nginx before the `origin`."""
    with nginx(tmp_path_factory.mktemp("nginx"), running_origin.port) as proxy:
        yield proxy
