"""All that the present database is made of, as sets that can be compared."""

import re

from django.db import connection

# A restored condition has its casts in other places.
CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")
# Django gives a constraint of one unique column another name where the column was altered.
UNIQUE = re.compile(r"_[0-9a-f]{8}_uniq\b")
QUERIES = {
    "functions": """
        SELECT pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc') FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
        )
    """,
    "triggers": """
        SELECT pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger')
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "views": """
        SELECT oid::regclass::text, pg_get_viewdef(oid), obj_description(oid, 'pg_class')
        FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
    """,
    "columns": """
        SELECT a.attrelid::regclass::text, c.relkind, a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            a.attstorage, a.attcompression,
            pg_get_expr(d.adbin, d.adrelid), a.attcollation, a.attstattarget
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'c', 'p')
            AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraints": """
        -- The names of NOT NULL depend on the order in which columns were made.
        SELECT conrelid::regclass::text, CASE contype WHEN 'n' THEN '' ELSE conname END,
            pg_get_constraintdef(oid), condeferrable, condeferred, convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 't'
    """,
    "indexes": """
        SELECT pg_get_indexdef(indexrelid), indisvalid, reloptions
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid
        WHERE c.relnamespace = 'public'::regnamespace
    """,
    "tables": """
        SELECT relname, relpersistence, reloptions FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    """,
    "sequences": """
        SELECT sequencename, data_type, start_value, min_value, max_value, increment_by, cycle
        FROM pg_sequences WHERE schemaname = 'public'
    """,
    "extensions": "SELECT extname FROM pg_extension",
}


def schema() -> dict[str, set]:
    """Definitions by kind of object, with what was noted of them."""
    found = {}
    with connection.cursor() as cursor:
        for kind, query in QUERIES.items():
            cursor.execute(query)
            rows = [[str(value) for value in row] for row in cursor.fetchall()]
            if kind in {"constraints", "indexes"}:
                rows = [[UNIQUE.sub("_key", CASTS.sub("", value)) for value in row] for row in rows]
            found[kind] = {tuple(row) for row in rows}
    return found


def differences(one: dict[str, set], other: dict[str, set]) -> dict[str, list]:
    """What is in one of them only, by kind."""
    return {kind: sorted(one[kind] ^ other[kind]) for kind in one if one[kind] != other[kind]}
