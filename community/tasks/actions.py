from django.contrib.admin.models import CHANGE, LogEntry
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import User
from repository.workflow import action, lock_or_none


@action
def retry(*, task: DBTaskResult, by: User) -> bool:
    """Queue a failed task again with all its attempts; return whether it had failed.

    Idempotent: a second click finds it queued, running or done.
    """
    # Lock the row so that concurrent clicks are idempotent.
    failed = lock_or_none(DBTaskResult.objects.failed(), task.pk)
    if failed is None:
        return False
    failed.status = TaskResultStatus.READY
    failed.run_after = timezone.now()
    failed.finished_at = None
    failed.worker_ids = []
    failed.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])
    LogEntry.objects.log_actions(by.pk, [failed], CHANGE, "Retried.", single_object=True)
    return True
