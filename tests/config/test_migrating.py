"""The migrated database has everything that the models declare."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

# With many-to-many tables.
MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.can_migrate("default") and not model._meta.proxy
]

# Columns that the last release still writes, by model: the next release removes them.
KEPT_FOR_LAST_RELEASE: dict[type[Model], set[str]] = {}


@pytest.fixture
def cursor(db):
    with connection.cursor() as cursor:
        yield cursor


def test_every_column_exists(cursor):
    def columns(model) -> set[str]:
        table = model._meta.db_table
        return {row.name for row in connection.introspection.get_table_description(cursor, table)}

    wanted = {
        model: {field.column for field in model._meta.local_concrete_fields}
        | KEPT_FOR_LAST_RELEASE.get(model, set())
        for model in MODELS
    }
    assert len(wanted) > 80
    assert {model: columns(model) for model in MODELS} == wanted


def test_every_constraint_and_index_exists(cursor):
    def missing(model) -> set[str]:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        wanted = [*model._meta.constraints, *model._meta.indexes]
        # PostgreSQL truncates longer names.
        return {each.name[:63] for each in wanted} - found.keys()

    assert {model: names for model in MODELS if (names := missing(model))} == {}


def test_every_trigger_exists(db):
    with_triggers = pgtrigger.registered()
    assert len(with_triggers) > 100
    assert [
        (model._meta.label, trigger.name)
        for model, trigger in with_triggers
        if trigger.get_installation_status(model) != ("INSTALLED", True)
    ] == []
