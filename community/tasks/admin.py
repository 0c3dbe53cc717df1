from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from community.permissions import can_retry_tasks
from community.tasks import actions
from repository.desk.base import KnownSelection

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(KnownSelection, DBTaskResultAdmin):
    """The task queue: what is queued, running or failed, and when.

    Arguments are not shown: they contain whole messages with links that sign people in. A
    traceback can contain the same.
    """

    list_display = [
        "task_name",
        "status",
        "attempts",
        "exception_class_path",
        "enqueued_at",
        "started_at",
        "finished_at",
    ]
    list_filter = ["status", "queue_name"]
    actions = ["retry_selected"]
    change_form_template = "admin/community/task/change_form.html"
    fields = [
        "task_path",
        "status",
        "attempts",
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

    @admin.display(description=_("attempts"))
    def attempts(self, task: DBTaskResult) -> int:
        return len(task.worker_ids)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return can_retry_tasks(request.user)

    def get_urls(self):
        retry = self.admin_site.admin_view(self.retry_view)
        name = "django_tasks_database_dbtaskresult_retry"
        return [path("<uuid:pk>/retry/", retry, name=name), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_retry": self.has_retry_permission(request)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @method_decorator(require_POST)
    def retry_view(self, request: HttpRequest, pk) -> HttpResponse:
        """Run a failed task again."""
        if not self.has_retry_permission(request):
            raise PermissionDenied
        task = get_object_or_404(DBTaskResult, pk=pk)
        if actions.retry(task=task, by=request.user):
            message = gettext("Task queued again.")
        else:
            message = gettext("The task has already been retried.")
        self.message_user(request, message, messages.SUCCESS)
        return redirect("admin:django_tasks_database_dbtaskresult_change", pk)

    @admin.action(description=_("Retry selected failed tasks"), permissions=["retry"])
    def retry_selected(self, request, queryset):
        failed = queryset.failed().order_by("pk")
        count = sum(actions.retry(task=task, by=request.user) for task in failed)
        text = ngettext(
            "%(count)d task queued again.",
            "%(count)d tasks queued again.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
