"""Other processes on the test database, stopped while they wait for a lock."""

import signal
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

# Seconds: a guard against hanging. Starting a process takes long on a busy machine.
PATIENCE = 120

# Connections that wait for a lock held by another one, and a statement that terminates them and
# waits for their end.
CONNECTIONS_WAITING = (
    "SELECT pid FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"
)

END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks "
    "WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"
)


def url_of_database() -> str:
    name = connection.settings_dict["NAME"]
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


@contextmanager
def holding(statement: str, *parameters):
    """Yield a connection that holds the locks of a statement."""
    with psycopg.connect(url_of_database()) as held:
        held.execute(statement, parameters)
        yield held
        held.rollback()


def wait_until(is_so, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_waited_for(held: psycopg.Connection) -> bool:
    with psycopg.connect(url_of_database()) as own:
        return bool(own.execute(CONNECTIONS_WAITING, [held.info.backend_pid]).fetchall())


def kill(process: subprocess.Popen, *holders: psycopg.Connection) -> None:
    """Kill a worker process, and terminate its statements in the database."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    with psycopg.connect(url_of_database()) as own:
        for held in holders:
            own.execute(END_CONNECTIONS, [held.info.backend_pid])
