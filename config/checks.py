"""System checks."""

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# Each database from before 0.9.0 has one of them.
REPLACED = {("repository", "0001_collection"), ("repository", "0002_extensions_and_goals")}


@register(Tags.database)
def check_replaced_migrations(*, databases=None, **kwargs) -> list[Error]:
    """Refuse to migrate a database made by the migrations from before 0.9.0."""
    return [
        Error(
            "The database was made before version 0.9.0, by migrations that no longer exist. "
            "Nothing was changed.",
            hint="Prepare a new one; for a demo, choose another folder: make demo DATA=FOLDER.",
            id="exchange.E001",
        )
        for alias in databases or []
        if REPLACED & MigrationRecorder(connections[alias]).applied_migrations().keys()
    ]
