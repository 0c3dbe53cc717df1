"""Restore the database after a test that commits, by finding the tables that it wrote to.

Django would truncate hundreds of tables after each such test and send post_migrate again, which
takes most of a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

from tests import databases

# Our own tables; those of extensions are not written to.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# A new or changed row has the id of the transaction that wrote it, which is higher than all others.
MARK = sql.SQL("SELECT {name}, count(*), max(xmin::text::bigint) FROM {table}")


@contextmanager
def after_commits() -> Iterator[None]:
    """Restore the current state of the database after each test that commits."""
    state = State()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: state.restore())
        yield


class State:
    """The rows of a database at one moment, which can be restored."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            names = [name for (name,) in cursor.fetchall()]
            tables = sql.SQL(" UNION ALL ").join(
                MARK.format(name=sql.Literal(name), table=sql.Identifier(name)) for name in names
            )
            self.look = tables.as_string(cursor.connection)
            self.marks = self.look_now()
            self.rows = {}
            for name, (count, _newest) in self.marks.items():
                if count:
                    with cursor.copy(command("COPY {} TO STDOUT", name)) as copy:
                        self.rows[name] = b"".join(bytes(some) for some in copy)

    def look_now(self) -> dict[str, tuple[int, int | None]]:
        """Return the number of rows of each table, and the transaction id of its last change."""
        found = databases.planned("marks", self.look)
        return {name: (count, newest) for name, count, newest in found}

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            found = self.look_now()
            changed = [name for name, mark in found.items() if mark != self.marks[name]]
            # Without triggers, which would prevent it, and without checking foreign keys.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name in changed:
                cursor.execute(command("DELETE FROM {}", name))
            for name in self.rows.keys() & changed:
                with cursor.copy(command("COPY {} FROM STDIN", name)) as copy:
                    copy.write(self.rows[name])
            # Restored rows have new transaction ids.
            self.marks = self.look_now() if self.rows.keys() & changed else self.marks


def command(text: str, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))
