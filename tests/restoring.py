"""What a test has committed, put back by looking which tables it wrote to.

Django would empty each of the hundreds of tables after such a test, and then fill in what follows
migrations: most of a second of the processor for the few rows that the test was about.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

from tests import databases

# Its own tables; those of extensions are not written to.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# A row that was added or changed is the transaction's that did so, and none before has its number.
MARK = sql.SQL("SELECT {name}, count(*), max(xmin::text::bigint) FROM {table}")


@contextmanager
def after_commits() -> Iterator[None]:
    """Tests that commit leave the present database as it is now."""
    state = State()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: state.put_back())
        yield


class State:
    """The rows of a database at one moment, to which it can be brought back."""

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
        """How many rows each table has, and which transaction wrote the newest of them."""
        found = databases.planned("marks", self.look)
        return {name: (count, newest) for name, count, newest in found}

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            found = self.look_now()
            changed = [name for name, mark in found.items() if mark != self.marks[name]]
            # Without triggers, which would refuse to, and without looking who refers to a row.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name in changed:
                cursor.execute(command("DELETE FROM {}", name))
            for name in self.rows.keys() & changed:
                with cursor.copy(command("COPY {} FROM STDIN", name)) as copy:
                    copy.write(self.rows[name])
            # Rows that were put back are new to the database as well.
            self.marks = self.look_now() if self.rows.keys() & changed else self.marks


def command(text: str, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))
