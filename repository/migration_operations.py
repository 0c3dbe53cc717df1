"""An operation of migrations that makes many tables and triggers together."""

from django.db.migrations.operations.base import Operation


class AtOnce(Operation):
    """Operations that make new tables and their triggers, with the models rendered once for all.

    Django renders the models anew for each operation, which for a whole app with its history takes
    a minute. Each operation here sees the state after all of them, so only those belong here that
    do not depend on the state between them.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: list[Operation]):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label, state):
        if "apps" in state.__dict__:
            del state.apps
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        # The tables are there in the state before alone: that is where each looks for its own.
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, from_state)

    def describe(self):
        return "Make tables and triggers at once"
