"""Changes of texts need no migration; all others do."""

import pgtrigger
import pytest
from django.core.management import get_commands, load_command_class
from django.db import models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState

from config.wording import Autodetector

pytestmark = pytest.mark.without_database


def state(*, options: dict | None = None, message: str = "Enter a name.", **field) -> ProjectState:
    constraint = models.CheckConstraint(
        condition=~models.Q(name=""), name="city_name", violation_error_message=message
    )
    project = ProjectState()
    project.add_model(
        ModelState(
            "app",
            "City",
            [("id", models.AutoField(primary_key=True)), ("name", models.CharField(**field))],
            {"constraints": [constraint], "indexes": [], **(options or {})},
        )
    )
    return project


BEFORE = {"max_length": 40, "verbose_name": "name"}
KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)


def changes(**after) -> list[str]:
    questioner = MigrationQuestioner(specified_apps={"app"})
    detector = Autodetector(state(**BEFORE), state(**BEFORE | after), questioner)
    found = detector.changes(graph=MigrationGraph())
    return [
        type(operation).__name__
        for migrations in found.values()
        for migration in migrations
        for operation in migration.operations
    ]


@pytest.mark.parametrize(
    "after",
    [
        {"verbose_name": "name of the city"},
        {"help_text": "As on the sign of its town hall."},
        {"choices": [("cotonou", "Cotonou")]},
        {"message": "Enter the name of the city."},
        {"options": {"verbose_name": "town", "verbose_name_plural": "towns"}},
    ],
)
def test_no_migration_for_wording(after):
    assert changes(**after) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"max_length": 80, "verbose_name": "name of the city"}, ["AlterField"]),
        ({"null": True}, ["AlterField"]),
        ({"options": {"ordering": ["name"], "verbose_name": "town"}}, ["AlterModelOptions"]),
        # As pghistory makes for each column of a model.
        ({"options": {"triggers": [KEPT]}}, ["AddTrigger"]),
    ],
)
def test_migration_for_everything_else(after, expected):
    assert changes(**after) == expected


@pytest.mark.parametrize("name", ["makemigrations", "migrate"])
def test_commands_ignore_wording(name):
    assert load_command_class(get_commands()[name], name).autodetector is Autodetector
