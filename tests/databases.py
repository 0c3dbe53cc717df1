"""Databases of the tests: migrated and filled once, and copied where one is needed.

Migrating takes many seconds and loading the series some, a copy a fraction of one. Of the processes
that share the tests of a run, the first makes what all of them copy, and the last removes it. A
migrated database is kept for the next run, until the files change that it depends on.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX

# One of the processes that share the tests of a run: "gw0", or nothing where there is but one.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# Hundreds of small tables read at once would start processes that help, for longer than it takes;
# and where a test makes two wait for each other, the server need not watch them for a second.
OPTIONS = "-c max_parallel_workers_per_gather=0 -c deadlock_timeout=100ms"


def present() -> str:
    """The name of the database that is worked on."""
    return connection.settings_dict["NAME"]


@contextmanager
def shared(name: str, folder: Path, make: Callable[[str], None]) -> Iterator[str]:
    """A database that the first process of the run makes; all lock files are in `folder`."""
    made = folder / f"{name}.made"
    # The system drops the locks of a process that is killed.
    with (folder / f"{name}.users").open("w") as users:
        with turn(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not made.exists():
                drop(name)
                make(name)
                made.touch()
        yield name
        with turn(folder):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            made.unlink()
            drop(name)


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """One process at a time."""
    with (folder / "turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ask_for_less() -> None:
    """What connections from now on want of the server."""
    disconnect()
    connection.settings_dict["OPTIONS"]["options"] = OPTIONS


def prepare(name: str) -> None:
    """Make an empty database as a new site has it."""
    copy(migrated(), name)
    with using(name):
        # What follows migrations hangs on code besides: permissions, roles.
        call_command("migrate", verbosity=0)


def migrated() -> str:
    """The name of a database that was migrated by the present code, now or in an earlier run."""
    kept = f"{TEST_DATABASE_PREFIX}migrated_"
    name = kept + version()
    with server_connection() as server:
        # Until the connection closes: another run may be about to do the same.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [kept])
        databases = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        found = {row[0] for row in server.execute(databases, [kept])}
        if name not in found:
            for outdated in found:
                drop(outdated)
            migrate(f"{kept}now")
            server.execute(f"ALTER DATABASE {kept}now RENAME TO {name}")
    return name


def version() -> str:
    """Tells apart the states of all files that say what a migrated database looks like."""
    digest = hashlib.sha256()
    for pattern in ["*/migrations/*.py", "*/models/*.py", "*/sql/*.sql", "requirements-dev.lock"]:
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def migrate(name: str) -> None:
    """Make a database and run all migrations."""
    own = present()
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0)
    switch_to(own)


@contextmanager
def copied(source: str, suffix: str) -> Iterator[None]:
    """Work on a copy of a database, which goes at the end."""
    name = "_".join(filter(None, [source, WORKER, suffix]))
    copy(source, name)
    try:
        with using(name):
            yield
    finally:
        drop(name)


def copy(source: str, name: str) -> None:
    disconnect()
    cut_off(source)
    drop(name)
    # File by file, not by a log of all that is in them.
    execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)} STRATEGY file_copy")


def cut_off(name: str) -> None:
    """End every other session of a database, a late thread's: else nobody may copy it."""
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def drop(name: str) -> None:
    disconnect()
    execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


def server_connection() -> psycopg.Connection:
    """A connection to the server, outside of any of the databases here."""
    address = urlsplit(settings.DATABASE_URL)._replace(path="/postgres").geturl()
    return psycopg.connect(address, autocommit=True)


def execute(sql: str, parameters: list | None = None) -> None:
    with server_connection() as server:
        server.execute(sql, parameters)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Work on another database of the same server, in all threads."""
    own = present()
    switch_to(name)
    try:
        yield
    finally:
        switch_to(own)


def switch_to(name: str) -> None:
    disconnect()
    connection.settings_dict["NAME"] = name
    # The numbers of models differ from one database to another, and Django remembers them.
    ContentType.objects.clear_cache()


def disconnect() -> None:
    connection.close()
    connection.close_pool()


def planned(name: str, statement: str) -> list[tuple]:
    """The rows of a statement that is asked often, which each connection plans once.

    So many tables take far longer to plan than to read.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
        if not cursor.rowcount:
            cursor.execute(f"PREPARE {name} AS {statement}")
        cursor.execute(f"EXECUTE {name}")
        return cursor.fetchall()
