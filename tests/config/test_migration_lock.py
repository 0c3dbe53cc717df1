"""`make check` fails if a migration has changed, or reads a file that can change."""

import pytest

from config.migration_lock import ROOT, add_new, complaints

MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    operations = [migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)]
"""


@pytest.fixture
def project(tmp_path):
    """A project with one migration, which is locked, and the operations that migrations share."""
    for path in ("repository/migration_operations.py", "community/migrations/0001_tables.py"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(MIGRATION)
    add_new(tmp_path)
    assert complaints(tmp_path) == []
    return tmp_path


def test_the_migrations_of_the_project_are_locked():
    assert complaints(ROOT) == []
    text = (ROOT / "migrations.lock").read_text()
    for app in ("repository", "community", "partnerships"):
        assert f"{app}/migrations/0001_" in text


@pytest.mark.parametrize(
    "path", ["community/migrations/0001_tables.py", "repository/migration_operations.py"]
)
def test_report_a_changed_migration(project, path):
    (project / path).write_text(MIGRATION.replace("1", "2"))
    assert complaints(project) == [
        f"{path} has changed. It may have been applied: add a migration."
    ]
    # Locking new migrations does not hide it.
    add_new(project)
    assert len(complaints(project)) == 1


def test_report_missing_and_new_migrations(project):
    file = project / "community/migrations/0001_tables.py"
    file.rename(file.with_name("0001_others.py"))
    assert complaints(project) == [
        "community/migrations/0001_tables.py is gone. Databases need it.",
        "community/migrations/0001_others.py is new. Run `make lock-migrations`.",
    ]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("from pathlib import Path", "pathlib"),
        ("import os", "os"),
        ("SQL = open('functions.sql')", "open"),
        ("SQL = FOLDER.joinpath('functions.sql').read_text()", "read_text"),
        ("HERE = __file__", "__file__"),
        ("from importlib import import_module", "import_module, importlib"),
    ],
)
def test_report_a_migration_that_reads_a_file(project, line, names):
    (project / "community/migrations/0002_functions.py").write_text(f"{line}\n{MIGRATION}")
    add_new(project)
    assert complaints(project) == [
        f"community/migrations/0002_functions.py uses {names}. Write what it does into it."
    ]


def test_report_files_that_are_not_migrations(project):
    (project / "community/migrations/functions.sql").write_text("SELECT 1")
    add_new(project)
    assert complaints(project) == ["community/migrations/functions.sql is no migration."]
