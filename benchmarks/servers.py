"""The measured servers: each with one database and a few client connections."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from statistics import median_low

import psutil

from benchmarks import pages
from benchmarks.client import BadAnswer, Connections, request
from benchmarks.pages import HOST, REPEATED, Asking, Page
from config.environment import BASE_DIR as BASE

WORKERS, CONNECTIONS = 2, 8
# The number of requests to count the queries of a page.
ASKED = 7
# What `manage.py serve` starts, and others to compare it with where they are installed.
SERVERS = {
    "serve": "manage.py serve --port {port} --workers {workers}",
    "gunicorn-sync": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k sync config.wsgi",
    "gunicorn-gthread": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k gthread "
    "--threads {threads} config.wsgi",
}


@dataclass
class Server:
    """A running server with the requests to send."""

    process: psutil.Process
    connections: Connections
    askings: dict[str, Asking]

    def round(self, page: Page, seconds: float, *, renew: bool = True):
        if renew:
            self.connections.renew()
        requests = map(self.askings[page.name], repeat([]))
        return self.connections.run(requests, seconds=seconds, status=page.status)

    def warm_up(self, page: Page) -> None:
        """Fill the caches of both workers before measuring."""
        self.round(page, page.warm_up)
        if page.is_repeated:
            # On each connection: two of them at least end at different workers.
            for _address in range(REPEATED):
                wanted = self.askings[page.name]([])
                for connection in self.connections.sockets:
                    self.connections.ask(wanted, on=connection)

    def ask(self, page: Page, **headers: str) -> tuple[dict[bytes, bytes], bytes]:
        extra = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.connections.ask(self.askings[page.name](extra))

    def queries(self, page: Page) -> int:
        """Return the number of queries of the page with warm caches."""
        counts = [self.ask(page, X_Count_Queries="1")[0][b"x-queries"] for _turn in range(ASKED)]
        return median_low(map(int, counts))

    def memory(self) -> int:
        """Return the memory of the largest worker in bytes."""
        workers = self.process.children(recursive=True)
        return max(worker.memory_info().rss for worker in workers if is_worker(worker))


def is_worker(process: psutil.Process) -> bool:
    return "resource_tracker" not in " ".join(process.cmdline())


@contextmanager
def served(
    database: str, members: dict, environment: dict[str, str], chosen, *, caches: bool = False
) -> Iterator[Server]:
    """Start the server before one database, with a few connections to it and no page cache."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = chosen.threads or 1
    command = SERVERS[chosen.server].format(port=port, workers=WORKERS, threads=threads)
    process = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=BASE,
        env=environment | {"DATABASE_URL": database, "PAGES_CACHE": "on" if caches else "off"},
    )
    try:
        wait_for(port, process)
        connections = Connections(port, CONNECTIONS)
        path = pages.addresses(database)["case"][0]
        headers, _body = connections.ask(request(path, host=HOST))
        etag = headers[b"etag"].decode()
        yield Server(
            process=psutil.Process(process.pid),
            connections=connections,
            askings=pages.askings(database, members, etag),
        )
        connections.close()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise BadAnswer("the server ended as soon as it was started.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise BadAnswer("the server did not start within a minute.")
