"""System checks."""

from collections import defaultdict

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

HINT = (
    "Check out commit bd674ec, run `python manage.py migrate` there, and come back: "
    "docs/operations/update.md."
)


@register(Tags.database)
def check_replaced_migrations(*, databases=None, **kwargs) -> list[Error]:
    """Report a database with only some of the replaced migrations, which cannot be migrated."""
    errors = []
    replaced: defaultdict[str, set] = defaultdict(set)
    for (app, _name), migration in MigrationLoader(None).replacements.items():
        replaced[app].update(migration.replaces)
    for alias in databases or []:
        applied = MigrationRecorder(connections[alias]).applied_migrations().keys()
        missing = [names - applied for names in replaced.values() if names & applied]
        if any(missing):
            app, name = min(set().union(*missing))
            errors.append(
                Error(
                    "The database has some of the migrations that later ones replace, but not "
                    f"all: {app}.{name} is missing.",
                    hint=HINT,
                    id="exchange.E001",
                )
            )
    return errors
