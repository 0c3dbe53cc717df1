"""An HTTP client that leaves the processors to the servers.

Libraries such as http.client make an object of each header, which slows down pages from the cache.
"""

import socket
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle

HOST = "localhost"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PATIENCE = 60  # seconds for a response


class BadResponse(Exception):
    """The server sent an unexpected status, or did not respond."""


def request(path: str, **headers: str) -> bytes:
    """Build a GET request as a browser behind the proxy would send it."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        "Accept-Language: en",
        f"User-Agent: {USER_AGENT}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class Connection:
    """A connection that sends one request after another."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> tuple[dict[bytes, bytes], bytes]:
        """Send a request; return the headers, with names in lower case, and the body."""
        self.socket.sendall(data)
        status, headers = self.file.readline(), {}
        while (line := self.file.readline().rstrip()) != b"":
            name, _colon, value = line.partition(b": ")
            headers[name.lower()] = value
        if b" 200 " not in status:
            raise BadResponse(f"{status!r} to {data.splitlines()[0]!r}")
        return headers, self.file.read(int(headers[b"content-length"]))


@contextmanager
def open_connections(port: int, number: int) -> Iterator[list[Connection]]:
    connections = [Connection(port) for _ in range(number)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.file.close()
            connection.socket.close()


def latencies(
    connections: list[Connection], requests: Iterable[bytes], seconds: float
) -> tuple[list[float], float]:
    """Send requests in turn on all connections until time is up.

    Returns the seconds that each took, and those that all took together.
    """
    turns = cycle(requests)
    began = time.perf_counter()

    def send_many(connection: Connection) -> list[float]:
        taken = []
        while not taken or time.perf_counter() - began < seconds:
            sent = time.perf_counter()
            connection.send(next(turns))
            taken.append(time.perf_counter() - sent)
        return taken

    with ThreadPoolExecutor(len(connections)) as executor:
        taken = [time for part in executor.map(send_many, connections) for time in part]
    return taken, time.perf_counter() - began
