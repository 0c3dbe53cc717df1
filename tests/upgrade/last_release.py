"""What the code of the last release needs of the database, which a rolling update must keep.

During an update, servers with the code of the last release use the database that the new one has
migrated. `make record-release` writes `last_release.json` when a release is made.
"""

from pathlib import Path

from django.apps import apps
from django.db import connection

FILE = Path(__file__).parent / "last_release.json"
DUMP = FILE.with_suffix(".sql.xz")

# Each way to call a function: arguments with a default can be left out.
FUNCTIONS = """
SELECT format('%s(%s)', proname, array_to_string((
    SELECT array_agg(format_type(type, NULL) ORDER BY place)
    FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS argument (type, place) WHERE place <= given
), ','))
FROM pg_proc, generate_series((pronargs - pronargdefaults)::integer, pronargs::integer) AS given
WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
    AND proname ~ '^(repository|community|partnerships)_'
    AND prorettype <> 'trigger'::regtype
ORDER BY 1
"""
# Columns that must be given a value, because they have no default.
REQUIRED = """
SELECT relname, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0
    AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''
"""


def columns_of_models() -> dict[str, list[str]]:
    """Return the columns that the models read and write, by table."""
    return {
        model._meta.db_table: sorted(field.column for field in model._meta.local_concrete_fields)
        for model in sorted(
            apps.get_models(include_auto_created=True), key=lambda model: model._meta.db_table
        )
        if model._meta.can_migrate("default") and not model._meta.proxy
    }


def functions() -> list[str]:
    """Return the functions that statements call, with the types of their arguments."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return [name for (name,) in cursor.fetchall()]


def required_columns() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(REQUIRED)
        return set(cursor.fetchall())
