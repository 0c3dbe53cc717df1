"""Leases, attempts and steps of background tasks.

`django-tasks-db` marks a task as running when a worker takes it, and does not notice when that
worker dies. Here each running task has a lease, which its worker renews; once the lease has
expired, any worker requeues the task. So a task can run more than once, even while an earlier run
is still going on, and every task must be idempotent: `claim()` records completed steps. See
docs/decisions/0016-leases-of-tasks.md.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.tasks import Task, TaskContext, TaskResult, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import TaskLease, TaskStep

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
RENEWED_EVERY = 20  # seconds
# After this time the lease of a task that hangs is no longer renewed.
MAX_RUN_LENGTH = 3600  # seconds
# Delays before the second and later attempts of a failed task.
RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
ATTEMPTS = len(RETRY_DELAYS) + 1

# The tasks that this process is running, and when each began on the monotonic clock.
held: dict[str, float] = {}


class WorkerLost(Exception):
    """The worker of a task died, or stopped renewing the lease."""


def begin(*, task_result: TaskResult, **kwargs) -> None:
    """Lease a task to this process when it starts."""
    held[task_result.id] = time.monotonic()
    renew([task_result.id])


def finish(*, task_result: TaskResult, **kwargs) -> None:
    """End the lease; requeue a failed task if it has an attempt left."""
    held.pop(task_result.id, None)
    with transaction.atomic():
        TaskLease.objects.filter(task=task_result.id).delete()
        task = (
            DBTaskResult.objects.select_for_update()
            .filter(pk=task_result.id, status=TaskResultStatus.FAILED)
            .first()
        )
        if task is not None and len(task.worker_ids) < ATTEMPTS:
            make_ready(task, after=RETRY_DELAYS[max(len(task.worker_ids), 1) - 1])


def make_ready(task: DBTaskResult, *, after: timedelta = timedelta(0)) -> None:
    """Requeue a locked task."""
    task.status = TaskResultStatus.READY
    task.run_after = timezone.now() + after
    task.finished_at = None
    task.save(update_fields=["status", "run_after", "finished_at"])


def renew(tasks: Iterable[str]) -> None:
    """Extend the leases of tasks, by primary key."""
    TaskLease.objects.bulk_create(
        [TaskLease(task_id=task, expires_at=Now() + LEASE) for task in tasks],
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["expires_at"],
    )


@transaction.atomic
def requeue_expired() -> int:
    """Requeue tasks whose lease has expired; return how many.

    A task without attempts left is marked as failed instead.
    """
    # A worker may die before it has written the lease, and older rows have none.
    TaskLease.objects.bulk_create(
        [
            TaskLease(task=task, expires_at=Now() + LEASE)
            for task in DBTaskResult.objects.running().filter(lease=None)
        ],
        ignore_conflicts=True,
    )
    expired = (
        TaskLease.objects.select_for_update(skip_locked=True)
        .select_related("task")
        .filter(expires_at__lt=Now(), task__status=TaskResultStatus.RUNNING)
    )
    count = 0
    for lease in expired:
        task = lease.task
        lease.delete()
        attempt = len(task.worker_ids)
        if attempt < ATTEMPTS:
            logger.warning(
                "The worker of task %s (%s) was lost in attempt %d of %d; it is run again.",
                *(task.pk, task.task_path, attempt, ATTEMPTS),
            )
            make_ready(task)
            count += 1
        else:
            logger.error(
                "The worker of task %s (%s) was lost in each of %d attempts.",
                *(task.pk, task.task_path, attempt),
            )
            task.set_failed(WorkerLost("The worker was lost in each attempt."))
    return count


def enqueue_due(tasks: Iterable[Task]) -> None:
    """Queue the hourly tasks that were not queued within the last hour.

    Two workers may do so concurrently: such a task must tolerate being queued twice.
    """
    an_hour_ago = timezone.now() - timedelta(hours=1)
    for task in tasks:
        queued = DBTaskResult.objects.filter(task_path=task.module_path)
        if not queued.filter(enqueued_at__gt=an_hour_ago).exists():
            task.enqueue()


def enqueue_needed(tasks: Mapping[Task, Callable[[], bool]]) -> None:
    """Queue each task that has something to do, unless it is waiting or running.

    Like hourly tasks, it may be queued twice.
    """
    for task, is_due in tasks.items():
        unfinished = DBTaskResult.objects.filter(
            task_path=task.module_path,
            status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
        )
        if not unfinished.exists() and is_due():
            task.enqueue()


class Heartbeat(threading.Thread):
    """Renew the leases of this process, requeue tasks of dead workers, and queue other tasks.

    `hourly` tasks are queued once an hour, and those `when_due` when their function says so.
    """

    def __init__(
        self,
        *,
        hourly: Iterable[Task] = (),
        when_due: Mapping[Task, Callable[[], bool]] | None = None,
    ):
        super().__init__(name="task-heartbeat", daemon=True)
        self.hourly = list(hourly)
        self.when_due = when_due or {}
        self.stopped = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        # It may be waiting for a database that does not answer.
        self.join(timeout=10)

    def run(self) -> None:
        while not self.stopped.wait(RENEWED_EVERY):
            try:
                now = time.monotonic()
                renew([task for task, began in list(held.items()) if now - began < MAX_RUN_LENGTH])
                requeue_expired()
                enqueue_due(self.hourly)
                enqueue_needed(self.when_due)
            except DatabaseError as error:
                # The next turn tries again, with a new connection.
                logger.warning("Leases of tasks were not renewed: %s", type(error).__name__)
            except Exception:
                # Without this thread the tasks of this worker would run twice.
                logger.exception("Leases of tasks were not renewed.")
            finally:
                connection.close()


def claim(context: TaskContext, step: str) -> bool:
    """Record that a task does a step; return False if an earlier run has done it.

    Call it in the transaction that does the step. A concurrent run waits for its end.
    """
    _step, is_new = TaskStep.objects.get_or_create(task_id=context.task_result.id, name=step)
    return is_new


def once_for_each(context: TaskContext, keys: Iterable[int], work: Callable[[int], None]) -> None:
    """Do some work for each key, in a separate transaction, once even if the task is rerun.

    If it fails for one key the others are still done; the error is raised at the end, so that the
    task is run again for the rest.
    """
    errors: list[Exception] = []
    for key in keys:
        try:
            with transaction.atomic():
                if claim(context, str(key)):
                    work(key)
        except (InterfaceError, OperationalError):
            raise
        except Exception as error:
            logger.exception("Task %s failed for %s.", context.task_result.id, key)
            errors.append(error)
    if errors:
        raise errors[0]
