"""Migrate in a fraction of the time, by rendering fewer models.

For each operation of a migration, Django makes the classes of the changed model and of all related
models anew. Operations that change texts, indexes or triggers need none of them. The others need
the changed model and its direct relations; a data migration gets all models anew. The full run of
the tests compares the result with that of Django: see tests/upgrade.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import migrations
from django.db.migrations.state import ProjectState
from django.db.models import Field
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# They name all they need themselves.
SELF_SUFFICIENT = [
    migrations.AlterConstraint,
    migrations.AddIndex,
    migrations.RemoveIndex,
    AddTrigger,
    RemoveTrigger,
]
TEXTS = {"choices", "error_messages", "help_text", "verbose_name"}


@contextmanager
def few_models_rendered() -> Iterator[None]:
    reload_model = ProjectState.reload_model

    def reload_with_direct_relations(state: ProjectState, app: str, name: str, delay: bool = False):
        reload_model(state, app, name, delay=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "reload_model", reload_with_direct_relations)
        for operation in (migrations.AlterField, *SELF_SUFFICIENT):
            patch.setattr(operation, "state_forwards", sparing(operation.state_forwards))
        yield


def sparing(state_forwards):
    """Return a method that renders no model if the operation needs none."""

    def changed(operation, app: str, state: ProjectState) -> None:
        is_spared = not isinstance(operation, migrations.AlterField) or only_texts(
            operation, app, state
        )
        rendered = state.__dict__.pop("apps", None) if is_spared else None
        state_forwards(operation, app, state)
        if rendered:
            state.apps = rendered
            # Data migrations get all models anew.
            state.is_delayed = True

    return changed


def only_texts(operation: migrations.AlterField, app: str, state: ProjectState) -> bool:
    before = state.models[app, operation.model_name_lower].fields[operation.name]
    return operation.preserve_default and without_texts(before) == without_texts(operation.field)


def without_texts(field: Field) -> tuple:
    _name, path, args, options = field.deconstruct()
    return path, args, {name: value for name, value in options.items() if name not in TEXTS}
