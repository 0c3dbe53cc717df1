"""Migrations are not made for wording, which is not in the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import AlterConstraint, AlterField, AlterModelOptions
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import MigrationAutodetectorMixin

# Of fields and models. pretalx leaves them out too.
TEXTS = {"choices", "error_messages", "help_text", "verbose_name", "verbose_name_plural"}


class Autodetector(MigrationAutodetectorMixin, MigrationAutodetector):
    """Finds changes of the models that need a migration, and of their triggers."""

    def add_operation(
        self,
        app_label: str,
        operation: Operation,
        dependencies: Iterable | None = None,
        beginning: bool = False,
    ) -> None:
        if not self.is_wording(app_label, operation):
            super().add_operation(app_label, operation, dependencies, beginning)

    def is_wording(self, app_label: str, operation: Operation) -> bool:
        match operation:
            case AlterConstraint():
                # Django's operation for what is not in the database: its message and its code.
                return True
            case AlterModelOptions():
                model = self.from_state.models[app_label, operation.name_lower]
                known = {name: model.options.get(name) for name in operation.ALTER_OPTION_KEYS}
                return without_texts(known) == without_texts(
                    dict.fromkeys(known) | operation.options
                )
            case AlterField():
                model = self.from_state.models[app_label, operation.model_name_lower]
                before = model.fields.get(operation.name)
                return before is not None and definition(before) == definition(operation.field)
        return False


def definition(field: Any) -> tuple:
    _name, path, arguments, options = field.deconstruct()
    return path, arguments, without_texts(options)


def without_texts(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in TEXTS}
