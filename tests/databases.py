"""Databases of the tests: migrated and filled once in a run, and copied where one is needed.

Migrating and loading the series take seconds, a copy a fraction of one. Of the processes that share
the tests of a run, the first makes what all of them copy, and the last removes it.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection

# One of the processes that share the tests of a run: "gw0", or nothing where there is but one.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


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


def migrate(name: str) -> None:
    """Make an empty database as a new site has it."""
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
    execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}")


def cut_off(name: str) -> None:
    """End every other session of a database, a late thread's: else nobody may copy it."""
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def drop(name: str) -> None:
    disconnect()
    execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")


def execute(sql: str, parameters: list | None = None) -> None:
    """Ask the server from outside of any of the databases here."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql, parameters)


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
