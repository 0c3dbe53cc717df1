"""The application server, and the shipped nginx before it, on free ports."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings as configured

from tests.config.conftest import ROOT, environment
from tests.deploy.configurations import nginx_configuration
from tests.processes import url_of_database
from tests.servers import free_port, status_of
from tests.user_agents import FIREFOX

PATIENCE = 120
# Seconds between writes of counts.
COUNTS_WRITTEN_EVERY = 1


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def cached(self) -> str:
        """What the cache did: HIT, MISS, BYPASS, REVALIDATED."""
        return self.headers.get("X-Cache", "")

    @property
    def text(self) -> str:
        return self.body.decode()


class Proxy(NamedTuple):
    port: int
    folder: Path

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: str | None = None,
        cookie: str = "",
        headers: Mapping[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> Answer:
        """Send a request as a browser would, but without compression; `source` is its address."""
        sent = {"User-Agent": FIREFOX} | ({"Cookie": cookie} if cookie else {}) | (headers or {})
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(source, 0)
        )
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def running(command: list[str], port: int, *, path: str, folder: Path, **options) -> Iterator[None]:
    """Run a server until the block ends; it answers when the block begins."""
    with (
        (folder / "output").open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options) as process,
    ):
        try:
            deadline = time.monotonic() + PATIENCE
            while not status_of(port, path):
                assert process.poll() is None, (folder / "output").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


@contextmanager
def application(folder: Path) -> Iterator[int]:
    """Run the site with two processes on the database of the test; yield the port."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=2"]
    settings = environment(
        TESTING="1",
        # Of the test, which makes sessions.
        SECRET_KEY=configured.SECRET_KEY,
        DATA_DIR=str(folder / "data"),
        DATABASE_URL=url_of_database(),
        COUNTS_WRITTEN_EVERY=str(COUNTS_WRITTEN_EVERY),
        PAGES_CACHE="on",
        TRUSTED_PROXIES="1",
    )
    with running(command, port, path="/readyz", folder=folder, cwd=ROOT, env=settings):
        yield port


def program() -> str:
    """Return the path of nginx, or skip the test."""
    # In a variable named NGINX, nginx would look for sockets that it inherits.
    found = os.environ.get("NGINX_PROGRAM")
    if not found:
        pytest.skip("no nginx: deploy/ensure-nginx fetches it on Debian")
    return found


@contextmanager
def nginx(folder: Path, application_port: int) -> Iterator[Proxy]:
    port = free_port()
    path = nginx_configuration(folder, port, application_port)
    options = ["-p", str(folder), "-c", str(path), "-e", "stderr", "-g", "daemon off;"]
    with running([program(), *options], port, path="/robots.txt", folder=folder):
        yield Proxy(port, folder)
