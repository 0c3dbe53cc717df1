"""The connection for SQL that only reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, router, transaction

from repository.models import Edition


def connection_to_read():
    """Return the connection that the ORM reads from: that of the primary or of a replica.

    All that a page shows must come from the same server. Otherwise a page could be cached under an
    edition that it does not show yet.
    """
    return connections[router.db_for_read(Edition)]


@contextmanager
def chunked_cursor_to_read(at_once: int = 100) -> Iterator[Any]:
    """Yield a cursor that fetches so many rows at once, so that they are not all in memory.

    In a transaction, outside of which PgBouncer would fetch them from another connection.
    """
    connection = connection_to_read()
    with (
        transaction.atomic(using=connection.alias, savepoint=False),
        connection.chunked_cursor() as cursor,
    ):
        # It is another cursor with PgBouncer in transaction mode.
        if hasattr(cursor.cursor, "itersize"):
            cursor.cursor.itersize = at_once
        yield cursor
