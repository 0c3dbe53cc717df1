import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from config import postgres
from tests.config.conftest import ROOT, environment

pytestmark = [
    pytest.mark.proof(group="embedded server", in_turn=True, sample=2),
    pytest.mark.without_database,
]


# Not `tmp_path`: another run of pytest that starts closes the folder of all runs to other users,
# and the server has a user of its own.
@pytest.fixture
def folder():
    with TemporaryDirectory(prefix="exchange-tests-") as path:
        yield Path(path)


@pytest.fixture(scope="module")
def data():
    """The data folder of the server that these tests start and stop."""
    with TemporaryDirectory(prefix="exchange-tests-") as path:
        yield Path(path)


def servers(data):
    """The main processes of the servers that run in the data folder."""
    folder = str(data / "postgres")
    found = [
        process
        for process in psutil.process_iter(["name", "cmdline", "ppid"])
        if process.info["name"] == "postgres" and folder in (process.info["cmdline"] or [])
    ]
    # A child process shows its parent's command line until it sets its title.
    numbers = {process.pid for process in found}
    return [process for process in found if process.info["ppid"] not in numbers]


@pytest.fixture
def start():
    """Start a command with the server of a data folder."""
    started = []

    def start(data, command, **settings):
        process = subprocess.Popen(
            [sys.executable, "-m", "config.postgres", "sh", "-c", command],
            cwd=ROOT,
            env=environment(DATA_DIR=str(data), **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append((process, data))
        return process

    yield start
    # Clean up after a failed test.
    for process, data in started:
        with process:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for server in servers(data):
            server.kill()


@pytest.fixture
def start_and_wait(start):
    """Start a command that runs until its input ends; return it and the URL of the server."""

    def start_and_wait(data, **settings):
        process = start(data, "echo $DATABASE_URL; cat", **settings)
        return process, process.stdout.readline().strip()

    return start_and_wait


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_run_command_with_server_and_stop_it(start, data):
    process = start(data, 'test -n "$DATABASE_URL" && exit 7')
    assert process.communicate() == ("", "")
    assert process.returncode == 7
    assert servers(data) == []


def test_keep_server_while_another_process_uses_it(start_and_wait, data):
    first, url = start_and_wait(data)
    second, same_url = start_and_wait(data)
    assert same_url == url
    ask(url, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(url, "INSERT INTO kept VALUES ('first')")
    assert first.communicate() == ("", "")
    assert ask(url, "SELECT word FROM kept") == "first"
    assert second.communicate() == ("", "")
    assert servers(data) == []


def test_reuse_the_server_after_its_process_was_killed(start_and_wait, data):
    killed, url = start_and_wait(data)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert len(servers(data)) == 1
    process, same_url = start_and_wait(data)
    assert same_url == url
    assert process.communicate() == ("", "")
    assert servers(data) == []


def test_start_again_after_everything_was_killed(start_and_wait, data):
    killed, url = start_and_wait(data)
    ask(url, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(url, "TRUNCATE kept")
    ask(url, "INSERT INTO kept VALUES ('second')")
    os.killpg(killed.pid, signal.SIGKILL)
    [server] = servers(data)
    server.kill()
    killed.communicate()
    process, url = start_and_wait(data)
    assert ask(url, "SELECT word FROM kept") == "second"
    assert process.communicate() == ("", "")
    assert servers(data) == []


def test_start_if_the_old_process_id_belongs_to_another_process(start_and_wait, data):
    first, _url = start_and_wait(data)
    first.communicate()
    lines = [str(os.getpid()), str(data / "postgres"), "1", "5432", "/nowhere", "", "1 1", "ready"]
    (data / "postgres" / "postmaster.pid").write_text("\n".join(lines))
    process, url = start_and_wait(data)
    assert ask(url, "SELECT 1") == 1
    assert process.communicate() == ("", "")


def test_start_again_after_an_unfinished_first_start(start_and_wait, folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("18")
    (folder / "postgres.unfinished").touch()
    process, url = start_and_wait(folder)
    # The same on every machine, whatever its language.
    question = "SELECT lower('É') || datlocale FROM pg_database WHERE datname = 'template1'"
    assert ask(url, question) == "éC.UTF-8"
    assert ask(url, "SHOW fsync") == "on"
    assert process.communicate() == ("", "")


def test_start_in_a_folder_with_a_long_path_and_spaces(start_and_wait, folder):
    data = folder / ("far away " * 12).strip()
    data.mkdir()
    process, url = start_and_wait(data, TESTING="1")
    assert ask(url, "SHOW fsync") == "off"
    assert process.communicate() == ("", "")
    assert servers(data) == []


def test_report_in_one_sentence_that_the_server_does_not_start(start, folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9.6\n")
    process = start(folder, "true")
    _out, said = process.communicate()
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert said.startswith(
        f"Cannot start: The embedded PostgreSQL in {folder}/postgres doesn’t start. Move that "
        "folder away to start with an empty one, or set DATABASE_URL to another server. Its "
        "message: "
    )


def test_stop_the_server_with_its_process(start_and_wait, data):
    process, _url = start_and_wait(data)
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=120)
    assert servers(data) == []


def test_stop_the_server_with_a_management_command(data):
    code = "import django, time; django.setup(); print('ready', flush=True); time.sleep(60)"
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "TESTING": "1", "DATA_DIR": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    assert len(servers(data)) == 1
    process.terminate()
    assert process.communicate(timeout=120) == ("", None)
    assert servers(data) == []


RESTARTED = """
import sys
import time
from pathlib import Path
from config import postgres

data = Path(sys.argv[1])
url = postgres.embedded_url(data)
server = postgres.embedded_server(data, durable=True)
first = server.process()
postgres.restart_if_ended(data)
assert server.process() == first
first.kill()
first.wait()
postgres.restart_if_ended(data)
assert server.process() not in (None, first)
assert server.url() == url
"""


@pytest.mark.proof(sample=1)
def test_restart_a_server_that_has_ended():
    with TemporaryDirectory(prefix="exchange-tests-") as data:
        command = [sys.executable, "-c", RESTARTED, data]
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)


# A parent that does not ask how its child has ended, as some first processes of containers.
CARELESS = """
import subprocess, time
print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
time.sleep(600)
"""


def test_stop_without_waiting_for_who_is_told_of_ended_processes(data):
    server = postgres.embedded_server(data, durable=True)
    command = [sys.executable, "-c", CARELESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        began = time.monotonic()
        server.stop(child)
        assert time.monotonic() - began < postgres.SECONDS / 2
        assert child.status() == psutil.STATUS_ZOMBIE
        parent.kill()
