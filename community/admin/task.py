from django.contrib import admin
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from repository.admin.base import KnownSelection

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(KnownSelection, DBTaskResultAdmin):
    """The queue: what waits, ran or failed, and when.

    What a task was given is shown to nobody: it is whole messages with links that let somebody in.
    A traceback can hold the same.
    """

    fields = [
        "task_path",
        "status",
        "enqueued_at",
        "display_run_after",
        "started_at",
        "finished_at",
        "exception_class_path",
    ]

    def get_fields(self, request, obj=None):
        return self.fields

    def get_readonly_fields(self, request, obj=None):
        return self.fields
