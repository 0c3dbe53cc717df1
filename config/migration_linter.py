"""Migrations must not lock a table for long, nor break the code of the release before.

`python -m config.migration_linter` checks the SQL of each migration by django-migration-linter and
the rule below: docs/operations/migrations.md.
"""

import io
import re
import sys
from pathlib import Path

import django
from django.core.management import call_command

from config.migration_lock import APPS, ROOT

# What a migration may do although it is reported: {"app.name": {"CODE": "the reason"}}.
STATUSES = "the table is small, and statuses that are gone are refused at once"
FIGURES = "The figures of a collection are hundreds of rows: a few milliseconds."
ALLOWED: dict[str, dict[str, str]] = {
    "community.0003_canned_texts_by_decision": {
        "VALIDATE": "Canned texts are some dozens of rows."
    },
    "partnerships.0003_active_when_confirmed": {"VALIDATE": STATUSES},
    "partnerships.0004_candidates": dict.fromkeys(
        ("VALIDATE", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "ADD_UNIQUE"), STATUSES
    ),
    "repository.0002_evidence_practice": {
        "CREATE_INDEX": FIGURES,
        "CREATE_INDEX_EXCLUSIVE": FIGURES,
        "VALIDATE": FIGURES,
    },
}

ADVICE = {
    "NOT_NULL": "code of the release before inserts rows without the column: give it a db_default",
    "DROP_COLUMN": "code of the release before reads the column: drop it in the next release",
    "DROP_TABLE": "code of the release before reads the table: drop it in the next release",
    "RENAME_COLUMN": "code of the release before uses the old name: add a column and copy",
    "RENAME_TABLE": "code of the release before uses the old name",
    "ALTER_COLUMN": "the table may be rewritten under a lock: add a column and copy",
    "ADD_UNIQUE": "writing is blocked while an index is made: AddIndexConcurrently first",
    "CREATE_INDEX": "writes wait until it is built: AddIndexConcurrently",
    "CREATE_INDEX_EXCLUSIVE": "reading is blocked while the index is made: in its own migration",
    "DROP_INDEX": "reads wait: RemoveIndexConcurrently",
    "REINDEX": "writes wait until it is built",
    "VALIDATE": "all rows are read under a lock: AddConstraintNotValid, and ValidateConstraint in "
    "the next migration",
}
CREATED = re.compile(r'^CREATE TABLE "(\w+)"', re.MULTILINE)
CONSTRAINT = re.compile(
    r'^ALTER TABLE "(?P<table>\w+)" ADD CONSTRAINT \S+ (?:CHECK|FOREIGN KEY)(?P<rest>.*)$',
    re.MULTILINE,
)


def migrations(root: Path = ROOT) -> list[tuple[str, str]]:
    """Return (app, name) of each migration."""
    return [
        (app, path.stem)
        for app in APPS
        for path in sorted((root / app / "migrations").glob("[0-9]*.py"))
    ]


def sql_of(app: str, name: str) -> str:
    out = io.StringIO()
    call_command("sqlmigrate", app, name, stdout=out, no_color=True)
    return out.getvalue()


def faults(sql: str) -> set[str]:
    """Return the codes of what the SQL of a migration does to tables that exist already."""
    # Imported here because it is installed for development only.
    from django_migration_linter.sql_analyser import (
        analyse_sql_statements,
        get_sql_analyser_class,
    )

    lines = [line for line in sql.splitlines() if line and not line.startswith("--")]
    errors, _ignored, warnings = analyse_sql_statements(get_sql_analyser_class("postgresql"), lines)
    found = {issue.code for issue in [*errors, *warnings]}
    created = set(CREATED.findall(sql))
    if any(
        match["table"] not in created and "NOT VALID" not in match["rest"]
        for match in CONSTRAINT.finditer(sql)
    ):
        found.add("VALIDATE")
    return found


def complaints() -> list[str]:
    found = []
    for app, name in migrations():
        codes = faults(sql_of(app, name)) - ALLOWED.get(f"{app}.{name}", {}).keys()
        found += [f"{app}.{name}: {code}: {ADVICE[code]}." for code in sorted(codes)]
    return found


if __name__ == "__main__":
    django.setup()
    if lines := complaints():
        sys.exit(
            "\n".join([*lines, "Or name the reason in ALLOWED of config/migration_linter.py."])
        )
