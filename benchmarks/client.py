"""A minimal HTTP client: many keep-alive connections in one loop, with raw requests."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HEADER_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
PIECE = 1 << 18
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Timeout of a response in seconds.
PATIENCE = 20


class BadAnswer(Exception):
    """The server sent an unexpected status, or did not respond."""


@dataclass
class Outcome:
    """The result of a round: latencies and duration in seconds, and bytes of bodies."""

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
        # A browser's user agent, so that views are counted as well.
        f"User-Agent: {BROWSER}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join([*lines, "", form or ""]).encode()


class Connections:
    """Persistent connections to one server."""

    def __init__(self, port: int, count: int):
        self.port, self.count = port, count
        self.open()

    def open(self) -> None:
        self.sockets = []
        for _ in range(self.count):
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
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

    def run(self, requests: Iterator[bytes], *, seconds: float, status: int = 200) -> Outcome:
        """Send requests on all connections, each after the previous response, until time is up."""
        outcome = Outcome()
        expected = f"HTTP/1.1 {status} ".encode()
        clock = time.perf_counter
        sent: dict[socket.socket, float] = {}
        parts: dict[socket.socket, bytearray] = {}
        begin = clock()
        end = begin + seconds
        for connection in self.sockets:
            parts[connection] = bytearray()
            sent[connection] = clock()
            connection.sendall(next(requests))
        while sent:
            ready = self.selector.select(PATIENCE)
            if not ready:
                raise BadAnswer(f"The server did not answer for {PATIENCE} seconds.")
            for key, _events in ready:
                connection = key.fileobj
                answer = parts[connection]
                piece = connection.recv(PIECE)
                answer += piece
                size = body_size(answer, expected, closed=not piece)
                if size is None:
                    continue
                now = clock()
                outcome.latencies.append(now - sent[connection])
                outcome.body_bytes += size
                outcome.seconds = now - begin
                answer.clear()
                if now < end:
                    sent[connection] = clock()
                    connection.sendall(next(requests))
                else:
                    del sent[connection]
        return outcome

    def ask(
        self, wanted: bytes, *, on: socket.socket | None = None
    ) -> tuple[dict[bytes, bytes], bytes]:
        """Send one request and return headers, with lower-case names, and body."""
        connection = on or self.sockets[0]
        connection.sendall(wanted)
        answer = bytearray()
        while (size := body_size(answer, b"HTTP/1.1 ", closed=False)) is None:
            piece = connection.recv(PIECE)
            if not piece:
                raise BadAnswer("The server closed the connection.")
            answer += piece
        head, _, body = bytes(answer).partition(HEADER_END)
        lines = head.lower().split(b"\r\n")[1:]
        headers = {
            name: value.strip() for name, _, value in (line.partition(b":") for line in lines)
        }
        headers[b"etag"] = original(head, b"etag")
        return headers, body[:size]


def original(head: bytes, name: bytes) -> bytes:
    """Return the value of a header with its original case."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(name + b":"):
            return line.partition(b":")[2].strip()
    return b""


def body_size(answer: bytearray, expected: bytes, *, closed: bool) -> int | None:
    """Return the length of the body if it is complete, else None."""
    at = answer.find(HEADER_END)
    if at < 0:
        if closed:
            raise BadAnswer("The server closed a connection in the middle of an answer.")
        return None
    if not answer.startswith(expected):
        line = answer[: answer.find(b"\r\n")].decode(errors="replace")
        raise BadAnswer(
            f"The server answered “{line}” where “{expected.decode().strip()}” was due."
        )
    head = bytes(answer[:at]).lower()
    start = head.find(LENGTH)
    if start < 0:
        if head.startswith((b"http/1.1 304", b"http/1.1 204")):
            return 0
        raise BadAnswer("The server answered without a Content-Length.")
    size = int(head[start + len(LENGTH) :].split(b"\r\n", 1)[0])
    if len(answer) < at + len(HEADER_END) + size:
        if closed:
            raise BadAnswer("The server closed a connection in the middle of an answer.")
        return None
    return size
