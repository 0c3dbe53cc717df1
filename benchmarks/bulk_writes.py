"""Bulk writes that bypass triggers and indexes."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


def link(
    model: type[Model],
    name: str,
    rows,
    others,
    rng: random.Random,
    *,
    minimum: int,
    maximum: int,
) -> None:
    """Link each row to a random number of the others, from `minimum` to `maximum`."""
    others = list(others)
    write_links(
        model,
        name,
        [
            (row.pk, other.pk)
            for row in rows
            for other in rng.sample(others, rng.randint(minimum, maximum))
        ],
    )


def write(rows: Iterable[Model]) -> None:
    """Insert rows several times faster than bulk_create(), without setting their primary keys."""
    rows = list(rows)
    model = type(rows[0])
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
            )


def write_links(model: type[Model], name: str, pairs: list[tuple]) -> None:
    field = model._meta.get_field(name)
    columns = f"{field.m2m_column_name()}, {field.m2m_reverse_name()}"
    # Ten times faster than bulk_create().
    statement = f"COPY {field.m2m_db_table()} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for pair in pairs:
            copy.write_row(pair)


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """Disable the triggers of some tables, by default those of the collection.

    This skips history, search entries and editions. The edition is raised once at the end.
    """
    with connection.cursor() as cursor:
        run_pending_checks(cursor)
        tables = tables or [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith("repository_") and not name.endswith("event")
        ]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        run_pending_checks(cursor)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("UPDATE repository_edition SET number = number + 1, changed_at = now()")


def run_pending_checks(cursor) -> None:
    """Run the checks of a transaction now: pending ones would prevent altering tables."""
    if connection.in_atomic_block:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Drop indexes and rebuild them at the end, which is faster than updating them for each row.

    The indexes of primary keys and unique constraints are not dropped.
    """
    yield from dropped(
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
    """Drop foreign keys and add them at the end, which is faster than checking each row."""
    yield from dropped(
        models,
        """SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = %s::regclass AND contype = 'f'""",
        drop="ALTER TABLE {table} DROP CONSTRAINT {name}",
        create="ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
    )


def dropped(models: Iterable[type[Model]], query: str, *, drop: str, create: str) -> Iterator[None]:
    """Drop the objects that the query returns as (name, definition), and recreate them later."""
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        statements = []
        for table in tables:
            cursor.execute(query, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(drop.format(table=table, name=name))
                statements.append(create.format(table=table, name=name, definition=definition))
        yield
        for statement in statements:
            cursor.execute(statement)
