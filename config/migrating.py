"""Migrate one process at a time, without blocking the site for long.

A migration that waits for a lock on a table also blocks all later statements on that table. It
therefore gives up soon, and is tried again later.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import OperationalError, connection

from config import preflight

# The key of the advisory lock of `prepare`.
LOCK = 7_061_721
LOCK_TIMEOUT = 3  # seconds

# Nothing if it is off, or if another role owns the database.
TURN_OFF_JIT = """
SELECT format('ALTER DATABASE %I SET jit = off', datname) FROM pg_database
WHERE datname = current_database() AND current_setting('jit')::boolean
    AND pg_has_role(datdba, 'USAGE')
"""
# Seconds between the attempts to migrate.
PAUSES = [2, 5, 10, 20, 30]

# The oldest transaction, without its statements, which may contain personal data.
BLOCKING = """
SELECT pid, coalesce(nullif(application_name, ''), usename), now() - xact_start
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND xact_start < now() - %s * interval '1 second'
ORDER BY xact_start LIMIT 1
"""


@contextmanager
def one_at_a_time(out: OutputWrapper) -> Iterator[None]:
    """Run the block in one process of all machines at a time."""
    # On a connection of its own, which ends with this process, and with it the lock.
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        preflight.check_direct(own)
        waits = False
        # Not `pg_advisory_lock`: CREATE INDEX CONCURRENTLY waits for statements that are waiting.
        while not own.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0]:
            if not waits:
                out.write("Waiting for another process that is preparing the database …")
                out.flush()
            waits = True
            time.sleep(0.5)
        yield


def migrate(*, verbosity: int, out: OutputWrapper) -> None:
    """Run Django's `migrate`, again after a pause if a table is locked for too long."""
    with lock_timeout():
        for pause in [*PAUSES, None]:
            try:
                # Run the checks that call_command skips, such as whether it can be migrated.
                call_command("migrate", interactive=False, verbosity=verbosity, skip_checks=False)
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
                if pause is None:
                    raise CommandError(
                        f"A migration could not lock a table within {LOCK_TIMEOUT} seconds, "
                        f"{len(PAUSES) + 1} times.{oldest_transaction()} What was migrated is "
                        "complete. Run prepare again later."
                    ) from None
                out.write(f"A table is locked. Trying again in {pause} seconds …")
                out.flush()
                time.sleep(pause)
            else:
                return


def turn_off_jit() -> None:
    """Turn off JIT compilation for this database, now and for all later connections.

    PostgreSQL decides by estimated costs, which are too high for most of our queries: compiling
    them takes many times as long as running them.
    """
    with connection.cursor() as cursor:
        cursor.execute(TURN_OFF_JIT)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
            cursor.execute("SET jit = off")


@contextmanager
def lock_timeout() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_TIMEOUT}s"])
    try:
        yield
    finally:
        # A lost connection has no options to reset.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def oldest_transaction() -> str:
    """Return a sentence that names the transaction that is most likely to hold the lock."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKING, [LOCK_TIMEOUT])
        found = cursor.fetchone()
    if found is None:
        return ""
    pid, name, age = found
    return (
        f" The oldest transaction, of “{name}”, is {age.total_seconds():.0f} seconds old: "
        f"SELECT pg_terminate_backend({pid}) ends it."
    )
