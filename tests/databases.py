"""Test databases, migrated and filled once and copied where one is needed.

Migrating takes many seconds, loading the series some, a copy a fraction of one. Of the processes of
a run, the first creates the databases that all of them copy, and the last removes them. A migrated
database, and one with the series, is reused by later runs until one of the files that it depends on
changes.
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
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX

from repository.pages.editions import forget_all

# The name of this xdist process, such as "gw0"; empty without xdist.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# Parallel workers would take longer to start than to scan hundreds of small tables; and where a
# test causes a deadlock, the server should not wait for a second before it looks for one.
OPTIONS = "-c max_parallel_workers_per_gather=0 -c deadlock_timeout=100ms"
# The files that determine a migrated database.
MIGRATED = ["*/migrations/*.py", "*/sql/*.sql", "requirements/dev.lock"]
# Seconds to wait for a connection: some tests run more threads than the pool has connections, on a
# machine that may be busy.
PATIENCE = 120


def present() -> str:
    """Return the name of the current database."""
    return connection.settings_dict["NAME"]


@contextmanager
def shared(name: str, folder: Path, make: Callable[[str], None]) -> Iterator[str]:
    """Yield a database that the first process of the run creates; lock files are in `folder`."""
    made = folder / f"{name}.made"
    # The operating system releases the locks of a process that is killed.
    with (folder / f"{name}.users").open("w") as users:
        with turn(folder, name):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not made.exists():
                drop(name)
                make(name)
                made.touch()
        yield name
        with turn(folder, name):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            made.unlink()
            drop(name)


@contextmanager
def turn(folder: Path, name: str) -> Iterator[None]:
    """Run the blocks of one name in one process at a time."""
    with (folder / f"{name}.turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ask_for_less() -> None:
    """Set the options of new connections."""
    disconnect()
    options = connection.settings_dict["OPTIONS"]
    options["options"] = OPTIONS
    be_patient(options)


def be_patient(options: dict) -> None:
    """Let a database have time to connect."""
    options["connect_timeout"] = options["pool"]["timeout"] = PATIENCE


def prepare(name: str) -> None:
    """Create an empty database in the state of a new site."""
    renewed_copy(kept("migrated", version(MIGRATED), migrate), name)


def renewed_copy(source: str, name: str) -> None:
    """Copy a database of an earlier run, and do what follows a migration.

    That depends on other files too: permissions, roles, SQL. `migrate` itself would compare all
    models with all migrations first, which takes seconds.
    """
    copy(source, name)
    with using(name):
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def kept(kind: str, state: str, make: Callable[[str], None]) -> str:
    """Return the name of a database made in this or an earlier run; other states are dropped."""
    prefix = f"{TEST_DATABASE_PREFIX}{kind}_"
    name = prefix + state
    with server_connection() as server:
        # Held until the connection closes: another run may be about to make it as well.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [prefix])
        databases = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        found = {row[0] for row in server.execute(databases, [prefix])}
        if name not in found:
            for outdated in found:
                drop(outdated)
            make(f"{prefix}now")
            server.execute(f"ALTER DATABASE {prefix}now RENAME TO {name}")
    return name


def version(patterns: list[str]) -> str:
    """Return a hash of the files that match the patterns."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            if file.is_file():
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def migrate(name: str) -> None:
    """Create a database and run all migrations."""
    own = present()
    drop(name)  # of a run that was interrupted
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0)
    switch_to(own)


@contextmanager
def copied(source: str, suffix: str) -> Iterator[None]:
    """Use a copy of a database, which is dropped at the end."""
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
    # Copying files is faster than writing their content to the log.
    execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)} STRATEGY file_copy")


def cut_off(name: str) -> None:
    """Terminate all other sessions of a database, such as late threads, which block copying."""
    # With a time to wait for their end, in milliseconds: PostgreSQL itself waits five seconds.
    sessions = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = %s"
    execute(sessions, [name])


def drop(name: str) -> None:
    disconnect()
    execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


def server_connection(name: str = "postgres") -> psycopg.Connection:
    """Return a connection to a database of the server, by default outside of the test databases."""
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    return psycopg.connect(address, autocommit=True)


def execute(sql: str, parameters: list | None = None) -> None:
    with server_connection() as server:
        server.execute(sql, parameters)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Use another database of the same server in all threads."""
    own = present()
    switch_to(name)
    try:
        yield
    finally:
        switch_to(own)


def switch_to(name: str) -> None:
    disconnect()
    connection.settings_dict["NAME"] = name
    # Primary keys of content types differ between databases, and Django caches them.
    ContentType.objects.clear_cache()
    # Copies have the same editions, and so has what a test has rolled back.
    forget_all()


def disconnect() -> None:
    connection.close()
    connection.close_pool()


def planned(name: str, statement: str) -> list[tuple]:
    """Return the rows of a frequent statement, prepared once for each connection.

    With so many tables, planning takes far longer than reading.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
        if not cursor.rowcount:
            cursor.execute(f"PREPARE {name} AS {statement}")
        cursor.execute(f"EXECUTE {name}")
        return cursor.fetchall()
