"""Migrating without making nearly all classes of models anew after each step.

Beside the database Django keeps, as classes, the models that there are after each operation. When
one of them changes it makes that class anew, and all that are related to it however remotely: here,
where everything leads to a member, nearly all. The time then grows with the square of their number,
from seconds to minutes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState
from django.db.models import Model

Key = tuple[str, str]


@contextmanager
def few_classes() -> Iterator[None]:
    """Meanwhile only the class of the changed model is made anew, where that is enough.

    It is enough for what is made or gains something, and where Django itself puts the others off.
    As then, operations that run Python find all of them made anew.
    """
    found_by_django = ProjectState._find_reload_model

    def find(state: ProjectState, app: str, name: str, delay: bool = False) -> set[Key]:
        try:
            old = state.apps.get_model(app, name)
        except LookupError:
            return {(app, name)}
        had = {field.name for field in old._meta.get_fields() if not field.auto_created}
        has = state.models[app, name].fields.keys()
        if had - has or not (delay or has - had):
            return found_by_django(state, app, name, delay)
        state.is_delayed = True
        return {(app, name), *made_with(old)}

    ProjectState._find_reload_model = find
    try:
        yield
    finally:
        ProjectState._find_reload_model = found_by_django


def made_with(model: type[Model]) -> Iterator[Key]:
    """The classes that hang on that of a model: its tables of pairs, and what inherits from it."""
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            yield through._meta.app_label, through._meta.model_name
    for heir in model.__subclasses__():
        yield heir._meta.app_label, heir._meta.model_name
        yield from made_with(heir)
