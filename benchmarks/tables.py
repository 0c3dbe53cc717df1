"""Bulk writes that bypass triggers and indexes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model

from benchmarks.words import Writer


def link(
    model: type[Model], name: str, rows, others, writer: Writer, *, least: int, most: int
) -> None:
    """Link each row to between `least` and `most` of the others."""
    pick, others = writer.random, list(others)
    write_links(
        model,
        name,
        [
            (row.pk, other.pk)
            for row in rows
            for other in pick.sample(others, pick.randint(least, most))
        ],
    )


def write(rows: Iterable[Model]) -> None:
    """Like bulk_create, but several times faster; primary keys are not set on the rows."""
    rows = list(rows)
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in fields])


def write_links(model: type[Model], name: str, pairs: list[tuple]) -> None:
    field = model._meta.get_field(name)
    here, there = field.m2m_column_name(), field.m2m_reverse_name()
    table = field.m2m_db_table()
    # Like bulk_create, ten times faster.
    statement = f"COPY {table} ({here}, {there}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for pair in pairs:
            copy.write_row(pair)


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """Disable history, search entries and editions for each row; create one edition at the end.

    Applies to these tables, or to all tables of the collection.
    """
    with connection.cursor() as cursor:
        tables = tables or [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith("repository_") and not name.endswith("event")
        ]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        if connection.in_atomic_block:
            # Pending foreign key checks would prevent altering the tables.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("UPDATE repository_edition SET number = number + 1, changed_at = now()")


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Rebuild indexes once at the end, which is faster.

    Except those of primary keys and unique constraints.
    """
    yield from without(
        models,
        """SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index i
            WHERE indrelid = %s::regclass AND NOT EXISTS (
                SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u')
            )""",
        drop="DROP INDEX {name}",
        create="{definition}",
    )


@contextmanager
def without_foreign_keys(*models: type[Model]) -> Iterator[None]:
    """Check foreign keys once at the end, which is faster."""
    yield from without(
        models,
        """SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = %s::regclass AND contype = 'f'""",
        drop="ALTER TABLE {table} DROP CONSTRAINT {name}",
        create="ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
    )


def without(models: Iterable[type[Model]], found: str, *, drop: str, create: str) -> Iterator[None]:
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        again = []
        for table in tables:
            cursor.execute(found, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(drop.format(table=table, name=name))
                again.append(create.format(table=table, name=name, definition=definition))
        yield
        for statement in again:
            cursor.execute(statement)
