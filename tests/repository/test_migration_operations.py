from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter

from repository.migration_operations import AtOnce

MADE = AtOnce(
    [
        migrations.CreateModel("Harbour", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Pier",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("harbour", models.ForeignKey("repository.Harbour", models.CASCADE)),
            ],
        ),
    ]
)


def test_make_and_remove_tables(db):
    before = ProjectState.from_apps(apps)
    after = before.clone()
    MADE.state_forwards("repository", after)
    with connection.schema_editor() as editor:
        MADE.database_forwards("repository", editor, before, after)
    tables = {"repository_harbour", "repository_pier"}
    assert tables <= set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        MADE.database_backwards("repository", editor, after, before)
    assert not tables & set(connection.introspection.table_names())


def test_write_itself_down():
    text, imports = OperationWriter(MADE).serialize()
    assert "".join(text.split()).startswith(
        "repository.migration_operations.AtOnce(operations=[migrations.Create"
    )
    assert "import repository.migration_operations" in imports
