"""What each table of the present database holds, in a form that can be compared."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from psycopg import sql

COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
CHECKSUM = sql.SQL(
    "SELECT count(*), coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '') "
    'FROM (SELECT (row({columns})::text) COLLATE "C" AS line FROM {table}) AS lines'
)


def checksums() -> dict[str, dict[str, Any]]:
    """For each table: its columns, and the number and the checksum of its rows."""
    return {
        table: {"columns": columns} | checksum(table, columns)
        for table, columns in present_columns().items()
    }


def present_columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return dict(cursor.fetchall())


def checksum(table: str, columns: Iterable[str]) -> dict[str, Any]:
    """The number of rows of a table, and one sum over these columns, whatever their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            CHECKSUM.format(
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                table=sql.Identifier(table),
            )
        )
        rows, total = cursor.fetchone()
    return {"rows": rows, "sum": total}
