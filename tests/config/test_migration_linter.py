"""`make check` fails if a migration locks a table for long or breaks the release before."""

import pytest

from config import migration_linter
from config.migration_linter import ADVICE, complaints, faults

pytestmark = pytest.mark.without_database


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ('ALTER TABLE "t" ADD COLUMN "c" text DEFAULT \'\' NOT NULL;', set()),
        ('ALTER TABLE "t" ADD COLUMN "c" text NULL;', set()),
        (
            'ALTER TABLE "t" ADD COLUMN "c" text DEFAULT \'\' NOT NULL;\n'
            'ALTER TABLE "t" ALTER COLUMN "c" DROP DEFAULT;',
            {"NOT_NULL"},
        ),
        ('ALTER TABLE "t" DROP COLUMN "c";', {"DROP_COLUMN"}),
        ('ALTER TABLE "t" RENAME COLUMN "c" TO "d";', {"RENAME_COLUMN"}),
        ('ALTER TABLE "t" ALTER COLUMN "c" TYPE integer;', {"ALTER_COLUMN"}),
        ('DROP TABLE "t" CASCADE;', {"DROP_TABLE"}),
        ('CREATE INDEX "i" ON "t" ("c");', {"CREATE_INDEX"}),
        ('CREATE INDEX CONCURRENTLY "i" ON "t" ("c");', set()),
        ('ALTER TABLE "t" ADD CONSTRAINT "k" CHECK ("c" > 0);', {"VALIDATE"}),
        ('ALTER TABLE "t" ADD CONSTRAINT "k" CHECK ("c" > 0) NOT VALID;', set()),
        ('ALTER TABLE "t" ADD CONSTRAINT "k" UNIQUE ("c");', {"ADD_UNIQUE"}),
        # Nobody reads a new table yet.
        (
            'CREATE TABLE "t" ("c" integer NOT NULL);\n'
            'ALTER TABLE "t" ADD CONSTRAINT "k" CHECK ("c" > 0);\n'
            'CREATE INDEX "i" ON "t" ("c");',
            set(),
        ),
    ],
)
def test_find_faults_in_statements(statement, codes):
    assert faults(f"--\n-- A comment\n--\n{statement}") == codes
    assert codes <= ADVICE.keys()


def test_check_the_migrations_of_all_apps():
    found = migration_linter.migrations()
    assert {("community", "0002_initial"), ("repository", "0001_initial")} <= {*found}
    assert {app for app, _name in found} == {"community", "partnerships", "repository"}


def test_report_what_is_not_allowed(monkeypatch):
    monkeypatch.setattr(migration_linter, "migrations", lambda: [("community", "0099_drop")])
    sql = 'ALTER TABLE "t" DROP COLUMN "c";'
    monkeypatch.setattr(migration_linter, "sql_of", lambda app, name: sql)
    [complaint] = complaints()
    assert complaint.startswith("community.0099_drop: DROP_COLUMN: code of the release before")
    allowed = {"community.0099_drop": {"DROP_COLUMN": "Not read since 1.2."}}
    monkeypatch.setattr(migration_linter, "ALLOWED", allowed)
    assert complaints() == []
