"""The code of the last release works on the database of this one, during a rolling update.

Its needs are recorded when it is made, with `make record-release`, and never to make a test pass.
"""

import json

import pytest
from django.db import connection
from psycopg import sql

from tests.upgrade.last_release import FILE, functions, required_columns

pytestmark = pytest.mark.django_db

LAST = json.loads(FILE.read_text())
COLUMNS = {table: names.split() for table, names in LAST["columns"].items()}
# Functions that the last release calls with arguments that are gone, with the reason.
REPLACED: dict[str, str] = {}


def test_read_every_column_of_the_last_release():
    """Django names all columns of a model in each statement."""
    assert len(COLUMNS) > 100
    wrong = {}
    for table, columns in COLUMNS.items():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("SELECT {} FROM {} LIMIT 0").format(names, sql.Identifier(table))
        with connection.cursor() as cursor:
            present = {
                row.name for row in connection.introspection.get_table_description(cursor, table)
            }
            if missing := {*columns} - present:
                wrong[table] = missing
            else:
                cursor.execute(statement)
    assert wrong == {}


def test_insert_rows_without_columns_that_are_new():
    new = {
        (table, column)
        for table, column in required_columns()
        if table in COLUMNS and column not in COLUMNS[table]
    }
    # Give them a `db_default`.
    assert new == set()


def test_call_every_function_of_the_last_release():
    assert len(LAST["functions"]) > 20
    assert {*LAST["functions"]} - {*functions()} == REPLACED.keys()


def test_notice_what_the_last_release_misses():
    """The tests above can fail."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE community_user DROP COLUMN handle CASCADE")
        cursor.execute("ALTER TABLE community_comment ADD COLUMN mood text NOT NULL")
        cursor.execute("DROP FUNCTION repository_lock_search CASCADE")
    for test in [
        test_read_every_column_of_the_last_release,
        test_insert_rows_without_columns_that_are_new,
        test_call_every_function_of_the_last_release,
    ]:
        with pytest.raises(AssertionError):
            test()
