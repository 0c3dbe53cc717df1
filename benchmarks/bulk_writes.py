"""Bulk writes that bypass triggers and indexes."""

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

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


def insert(model: type[Model], source: str, values: dict[str, str], parameters: dict) -> None:
    """Insert a row for each of `source`, with an SQL expression for each column in `values`.

    Other columns get the default of their field. Faster than `write` if PostgreSQL can make up the
    values.
    """
    defaults = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.concrete_fields
        if field.has_default() or not (field.null or field.has_db_default())
        if not field.primary_key and not field.generated and field.column not in values
    }
    values = values | {column: f"%({column})s" for column in defaults}
    columns = ", ".join(f'"{column}"' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) "  # noqa: S608
            f"SELECT {', '.join(values.values())} FROM {source}",
            defaults | parameters,
        )


def together(jobs: Iterable[Callable[[], object]], *, connections: int) -> None:
    """Run jobs on some other connections at the same time; with none of them, one by one here."""
    if not connections:
        for job in jobs:
            job()
        return

    def run(job: Callable[[], object]) -> None:
        with closing(connection):
            job()

    with ThreadPoolExecutor(connections) as executor:
        list(executor.map(run, jobs))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


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
def without_indexes(*models: type[Model], connections: int = 0) -> Iterator[None]:
    """Drop indexes and rebuild them at the end, which is faster than updating them for each row."""
    indexes = dropped_indexes(*models)
    yield
    together(indexes, connections=connections)


def dropped_indexes(*models: type[Model]) -> list[Callable[[], object]]:
    """Drop indexes, and return functions that create them again.

    The indexes of primary keys and unique constraints are not dropped.
    """
    return dropped(
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
    keys = dropped(
        models,
        """SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = %s::regclass AND contype = 'f'""",
        drop="ALTER TABLE {table} DROP CONSTRAINT {name}",
        create="ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
    )
    yield
    together(keys, connections=0)


def dropped(
    models: Iterable[type[Model]], query: str, *, drop: str, create: str
) -> list[Callable[[], object]]:
    """Drop the objects that the query returns as (name, definition), and return their creation."""
    statements = []
    with connection.cursor() as cursor:
        for table in [model._meta.db_table for model in models]:
            cursor.execute(query, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(drop.format(table=table, name=name))
                statements.append(create.format(table=table, name=name, definition=definition))
    return [partial(execute, statement) for statement in statements]
