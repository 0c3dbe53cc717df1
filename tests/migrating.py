"""Migrate in a fraction of the time, by rendering fewer models.

For each operation of a migration, Django makes the classes of the changed model and of all related
models again. Operations that change texts, options, indexes or triggers need none of them, and
those that add a table, a column or a constraint need its model. The others need the changed model
and its direct relations; a data migration gets all models. The full run of the tests compares the
result with that of Django: see tests/upgrade.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps.registry import Apps
from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# They name all they need themselves.
SELF_SUFFICIENT = (
    migrations.AlterConstraint,
    migrations.AlterModelOptions,
    migrations.AddIndex,
    migrations.RemoveIndex,
    AddTrigger,
    RemoveTrigger,
)
OF_ONE_TABLE = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddConstraint,
    migrations.RemoveConstraint,
)
TEXTS = {"choices", "error_messages", "help_text", "verbose_name"}


@contextmanager
def few_models_rendered() -> Iterator[None]:
    reload_model = ProjectState.reload_model

    def reload_with_direct_relations(state: ProjectState, app: str, name: str, delay: bool = False):
        reload_model(state, app, name, delay=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "reload_model", reload_with_direct_relations)
        for operation in (*SELF_SUFFICIENT, *OF_ONE_TABLE, migrations.AlterField):
            patch.setattr(operation, "state_forwards", sparing(operation.state_forwards))
        patch.setattr(Apps, "get_swappable_settings_name", swappable_settings_name())
        yield


def swappable_settings_name():
    """Return Django's method with a cache of its own, which changes of models do not clear."""
    cached = functools.cache(Apps.get_swappable_settings_name.__wrapped__)

    def name_of_setting(apps: Apps, model: str) -> str | None:
        return cached(apps, model)

    name_of_setting.cache_clear = lambda: None
    return name_of_setting


def sparing(state_forwards):
    """Return a method that renders no model, or one, if the operation needs no more."""

    def changed(operation, app: str, state: ProjectState) -> None:
        needs_none = changes_no_column(operation, app, state)
        needs_one = isinstance(operation, OF_ONE_TABLE)
        apps = state.__dict__.pop("apps", None) if needs_none or needs_one else None
        state_forwards(operation, app, state)
        if not apps:
            return
        if not needs_none:
            name = getattr(operation, "model_name_lower", None) or operation.name_lower
            with apps.bulk_update():
                apps.unregister_model(app, name)
            apps.render_multiple([state.models[app, name]])
        state.apps = apps
        # Data migrations get all models.
        state.is_delayed = True

    return changed


def changes_no_column(operation: Operation, app: str, state: ProjectState) -> bool:
    if not isinstance(operation, migrations.AlterField):
        return isinstance(operation, SELF_SUFFICIENT)
    before = state.models[app, operation.model_name_lower].fields[operation.name]
    return operation.preserve_default and without_texts(before) == without_texts(operation.field)


def without_texts(field: Field) -> tuple:
    _name, path, args, options = field.deconstruct()
    return path, args, {name: value for name, value in options.items() if name not in TEXTS}
