"""Loads of a series, imports of sheets and deletions at the desk, one at a time.

Each writes many rows, in an order of its own. Two at once could deadlock, and one would be aborted.
"""

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from repository.workflow import ActionRefused

# The key of an advisory lock.
LOCK = 20201204
# Seconds for which a request waits. A load can take minutes.
WAIT = 5


def lock_for_load() -> None:
    """Wait for the others, however long it takes, and lock until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def lock_for_desk() -> None:
    """Lock until the end of the transaction; raise ActionRefused if the others take long.

    Take this lock before any other: the transaction that holds it may be waiting for the other one.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT}s"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            # The limit is for this lock only.
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise ActionRefused(
            _("An import or deletion is running. Try again in a minute.")
        ) from error
