"""A minimal HTTP client that sends prebuilt requests on many keep-alive connections."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HEADER_END = b"\r\n\r\n"
CONTENT_LENGTH = b"\r\ncontent-length:"
CHUNK_SIZE = 1 << 18
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Seconds to wait for a response.
TIMEOUT = 20


class BadResponse(Exception):
    """The server sent an unexpected status, or did not respond."""


@dataclass
class RoundResult:
    """The latencies and duration of a round in seconds, and the size of all bodies in bytes."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    body_bytes: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


def request(
    path: str, *, host: str, headers: Iterable[tuple[str, str]] = (), form: str | None = None
) -> bytes:
    """Build a GET request, or a POST request with a form, as a browser behind the proxy would."""
    if form is not None:
        sent = "application/x-www-form-urlencoded"
        headers = [*headers, ("Content-Type", sent), ("Content-Length", str(len(form)))]
        headers.append(("Origin", f"https://{host}"))
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {host}",
        "X-Forwarded-Proto: https",
        "Accept-Language: en",
        f"User-Agent: {USER_AGENT}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join([*lines, "", form or ""]).encode()


class Connections:
    """Persistent connections to one server."""

    def __init__(self, port: int, count: int, *, timeout: float = TIMEOUT):
        self.port, self.count, self.timeout = port, count, timeout
        self.open()

    def open(self) -> None:
        self.sockets = []
        for _ in range(self.count):
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets.append(connection)
        self.selector = selectors.DefaultSelector()
        for connection in self.sockets:
            self.selector.register(connection, selectors.EVENT_READ)

    def renew(self) -> None:
        """Reconnect, since the system assigns connections to workers at random."""
        self.close()
        self.open()

    def close(self) -> None:
        self.selector.close()
        for connection in self.sockets:
            connection.close()

    def run(self, requests: Iterator[bytes], *, seconds: float, status: int = 200) -> RoundResult:
        """Send requests on all connections, each after the previous response, until time is up."""
        result = RoundResult()
        expected = f"HTTP/1.1 {status} ".encode()
        clock = time.perf_counter
        sent: dict[socket.socket, float] = {}
        responses: dict[socket.socket, bytearray] = {}
        begin = clock()
        end = begin + seconds
        for connection in self.sockets:
            responses[connection] = bytearray()
            sent[connection] = clock()
            connection.sendall(next(requests))
        while sent:
            ready = self.selector.select(TIMEOUT)
            if not ready:
                raise BadResponse(f"The server did not respond for {TIMEOUT} seconds.")
            for key, _events in ready:
                connection = key.fileobj
                response = responses[connection]
                chunk = connection.recv(CHUNK_SIZE)
                response += chunk
                size = body_size(response, expected, closed=not chunk)
                if size is None:
                    continue
                now = clock()
                result.latencies.append(now - sent[connection])
                result.body_bytes += size
                result.seconds = now - begin
                response.clear()
                if now < end:
                    sent[connection] = clock()
                    connection.sendall(next(requests))
                else:
                    del sent[connection]
        return result

    def send(
        self, data: bytes, *, on: socket.socket | None = None, status: int | None = None
    ) -> tuple[dict[bytes, bytes], bytes]:
        """Send one request and return its headers, with lower-case names, and body.

        With `status`, any other status raises BadResponse.
        """
        expected = b"HTTP/1.1 " + (f"{status} ".encode() if status else b"")
        connection = on or self.sockets[0]
        connection.sendall(data)
        response = bytearray()
        while (size := body_size(response, expected, closed=False)) is None:
            chunk = connection.recv(CHUNK_SIZE)
            if not chunk:
                raise BadResponse("The server closed the connection.")
            response += chunk
        head, _, body = bytes(response).partition(HEADER_END)
        lines = head.lower().split(b"\r\n")[1:]
        headers = {
            name: value.strip() for name, _, value in (line.partition(b":") for line in lines)
        }
        headers[b"etag"] = header_value(head, b"etag")
        return headers, body[:size]


def header_value(head: bytes, name: bytes) -> bytes:
    """Return the value of a header with its original case."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(name + b":"):
            return line.partition(b":")[2].strip()
    return b""


def body_size(response: bytearray, expected: bytes, *, closed: bool) -> int | None:
    """Return the length of the body if it is complete, else None."""
    end = response.find(HEADER_END)
    if end < 0:
        if closed:
            raise BadResponse("The server closed a connection in the middle of a response.")
        return None
    if not response.startswith(expected):
        line = response[: response.find(b"\r\n")].decode(errors="replace")
        raise BadResponse(f"The server answered “{line}”, not “{expected.decode().strip()}”.")
    head = bytes(response[:end]).lower()
    start = head.find(CONTENT_LENGTH)
    if start < 0:
        if head.startswith((b"http/1.1 304", b"http/1.1 204")):
            return 0
        raise BadResponse("The response has no Content-Length.")
    size = int(head[start + len(CONTENT_LENGTH) :].split(b"\r\n", 1)[0])
    if len(response) < end + len(HEADER_END) + size:
        if closed:
            raise BadResponse("The server closed a connection in the middle of a response.")
        return None
    return size
