"""Run the measured servers, each with one database and a few client connections."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import repeat
from statistics import median_low

import psutil

from benchmarks import pages
from benchmarks.client import BadResponse, Connections, request
from benchmarks.pages import HOST, REPEATED_URLS, Page, RequestBuilder
from config.environment import BASE_DIR as BASE
from config.processes import engine_command, free_port

WORKERS, CONNECTIONS = 2, 8
# Seconds to wait for the start of a server, which are many on a busy machine.
PATIENCE = 300
# How many requests are sent to count the queries of a page.
COUNTED_REQUESTS = 7
# The production server, and others for comparison if they are installed.
SERVERS = {
    "serve": "manage.py serve --port {port} --workers {workers}",
    "gunicorn-sync": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k sync config.wsgi",
    "gunicorn-gthread": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k gthread "
    "--threads {threads} config.wsgi",
}


@dataclass
class Server:
    """A running server and the requests to send to it."""

    process: psutil.Process
    connections: Connections
    requests: dict[str, RequestBuilder]

    def round(self, page: Page, seconds: float, *, renew: bool = True):
        if renew:
            self.connections.renew()
        requests = map(self.requests[page.name], repeat([]))
        return self.connections.run(requests, seconds=seconds, status=page.status)

    def warm_up(self, page: Page) -> None:
        """Fill the caches of both workers before measuring."""
        self.round(page, page.warm_up)
        if page.is_repeated:
            # On all connections, so that each worker receives each request.
            for _ in range(REPEATED_URLS):
                data = self.requests[page.name]([])
                for connection in self.connections.sockets:
                    self.connections.send(data, on=connection)

    def get(self, page: Page, **headers: str) -> tuple[dict[bytes, bytes], bytes]:
        """Send the next request of the page and return headers and body."""
        extra = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.connections.send(self.requests[page.name](extra))

    def queries(self, page: Page) -> int:
        """Return the number of queries of the page with warm caches."""
        counts = [
            int(self.get(page, X_Count_Queries="1")[0][b"x-queries"])
            for _ in range(COUNTED_REQUESTS)
        ]
        return median_low(counts)

    def memory(self) -> int:
        """Return the memory of the largest worker in bytes."""
        return largest_worker(self.process)


def largest_worker(process: psutil.Process) -> int:
    """Return the memory of the largest worker of a server in bytes."""
    workers = process.children(recursive=True)
    return max(worker.memory_info().rss for worker in workers if is_worker(worker))


def is_worker(process: psutil.Process) -> bool:
    return "resource_tracker" not in " ".join(process.cmdline())


@contextmanager
def embedding_engine(environment: dict[str, str]) -> Iterator[psutil.Process]:
    """Run the embedded engine, and add its address to the environment."""
    port = free_port()
    process = subprocess.Popen(engine_command(port=port), cwd=BASE, env=environment)
    try:
        wait_for(port, process)
        environment["EMBEDDINGS_URL"] = f"http://127.0.0.1:{port}/v1"
        yield psutil.Process(process.pid)
    finally:
        # While it starts, it may not end by itself. Killed before Granian does so, with a message.
        programs = [process, *psutil.Process(process.pid).children(recursive=True)]
        process.terminate()
        _gone, left = psutil.wait_procs([psutil.Process(each.pid) for each in programs], 5)
        for program in left:
            program.kill()
        process.wait()


@contextmanager
def served(
    database: str, members: dict, environment: dict[str, str], options, *, page_cache: bool = False
) -> Iterator[Server]:
    """Start the server with one database, connect to it, and stop it at the end."""
    environment = environment | {
        "DATABASE_URL": database,
        "PAGES_CACHE": "on" if page_cache else "off",
    }
    with running_server(environment, options.server, threads=options.threads) as (process, port):
        connections = Connections(port, CONNECTIONS)
        path = pages.page_urls(database)["case"][0]
        headers, _body = connections.send(request(path, host=HOST))
        etag = headers[b"etag"].decode()
        yield Server(
            process=psutil.Process(process.pid),
            connections=connections,
            requests=pages.request_builders(database, members, etag),
        )
        connections.close()


@contextmanager
def running_server(
    environment: dict[str, str], server: str = "serve", *, threads: int | None = None
) -> Iterator[tuple[subprocess.Popen, int]]:
    """Run a server with this environment; yield its process and port."""
    port = free_port()
    command = SERVERS[server].format(port=port, workers=WORKERS, threads=threads or 1)
    process = subprocess.Popen([sys.executable, *command.split()], cwd=BASE, env=environment)
    try:
        wait_for(port, process)
        wait_for_workers(port)
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(10 * PATIENCE):
        if process.poll() is not None:
            raise BadResponse("the server exited at once.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise BadResponse(f"the server did not start within {PATIENCE} seconds.")


def wait_for_workers(port: int) -> None:
    """Wait until all workers answer. The first that is ready would get all connections."""
    found, until = set(), time.monotonic() + PATIENCE
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Count-Queries": "1"}
    while len(found) < WORKERS:
        if time.monotonic() > until:
            raise BadResponse(f"not all workers were ready within {PATIENCE} seconds.")
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/healthz", headers=headers)
        found.add(connection.getresponse().headers["X-Worker"])
        connection.close()
        time.sleep(0.02)
