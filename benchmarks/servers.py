"""Run the programs that are measured, each as in production."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.client import open_connections, request
from config.environment import BASE_DIR
from config.processes import free_port

WORKERS = 2
PATIENCE = 300  # seconds for the start on a busy machine


@contextmanager
def served(**environment: str) -> Iterator[tuple[psutil.Process, int]]:
    """Run the site; yield its process and port once all workers answer."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", str(WORKERS)]
    with program(command, port, **environment) as process:
        # The worker that is ready first would get all connections.
        found, until = set(), time.monotonic() + PATIENCE
        while len(found) < WORKERS and time.monotonic() < until:
            with open_connections(port, 1) as [connection]:
                headers, _body = connection.send(request("/healthz", X_Report="1"))
                found.add(headers[b"x-worker"])
        yield process, port


@contextmanager
def program(command: list[str], port: int, **environment: str) -> Iterator[psutil.Process]:
    """Run a program that listens at a port; stop it and its children at the end."""
    process = psutil.Popen(command, cwd=BASE_DIR, env=os.environ | environment)
    try:
        wait_for(port, process)
        yield process
    finally:
        # While it starts, it may not end by itself.
        programs = [process, *process.children(recursive=True)]
        process.terminate()
        _gone, left = psutil.wait_procs(programs, timeout=15)
        for each in left:
            each.kill()


def wait_for(port: int, process: psutil.Popen) -> None:
    for _ in range(10 * PATIENCE):
        if process.poll() is not None:
            sys.exit("The benchmark could not be run: a server exited at once.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The benchmark could not be run: no server within {PATIENCE} seconds.")


def largest_worker(process: psutil.Process) -> int:
    """Return the memory of the largest worker of a server in bytes."""
    return max(
        child.memory_info().rss
        for child in process.children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    )
