"""Leases, attempts and steps of background tasks.

`django-tasks-db` marks a task as running when a worker takes it, and does not notice when that
worker dies. Here each running task has a lease, which its worker renews; once the lease has
expired, any worker puts the task back into the queue. So a task can run more than once, also while
an earlier run is still going on, and every task has to be safe to run twice: `claim()` records
what is done. See docs/decisions/0016-leases-of-tasks.md.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.tasks import Task, TaskContext, TaskResult, TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import TaskLease, TaskStep
from community.tasks.old_paths import paths_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
RENEWED_EVERY = 20  # seconds
# After this time the lease of a task that hangs is no longer renewed.
LONGEST_RUN = 3600  # seconds
# How long a task that failed waits for its second attempt, for its third and so on.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
ATTEMPTS = len(WAITS) + 1

# The tasks that this process is running, and when each began on the monotonic clock.
held: dict[str, float] = {}


class WorkerLost(Exception):
    """The worker of a task died, or stopped renewing the lease."""


def begin(*, task_result: TaskResult, **kwargs) -> None:
    """Lease a task to this process; called when it starts."""
    held[task_result.id] = time.monotonic()
    renew([task_result.id])


def finish(*, task_result: TaskResult, **kwargs) -> None:
    """End the lease; let a task that failed wait for another attempt, if it has one left."""
    held.pop(task_result.id, None)
    with transaction.atomic():
        TaskLease.objects.filter(task=task_result.id).delete()
        task = (
            DBTaskResult.objects.select_for_update()
            .filter(pk=task_result.id, status=TaskResultStatus.FAILED)
            .first()
        )
        if task is not None and len(task.worker_ids) < ATTEMPTS:
            make_ready(task, after=WAITS[max(len(task.worker_ids), 1) - 1])


def make_ready(task: DBTaskResult, *, after: timedelta = timedelta(0)) -> None:
    """Put a locked task back into the queue."""
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
    """Put tasks whose lease has expired back into the queue; return how many.

    A task that has had all its attempts is marked as failed instead.
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
    """Put tasks that run once an hour into the queue, but those of the last hour.

    Two workers may do so at the same moment: such a task has to bear being queued twice.
    """
    an_hour_ago = timezone.now() - timedelta(hours=1)
    for task in tasks:
        queued = DBTaskResult.objects.filter(task_path__in=paths_of(task))
        if not queued.filter(enqueued_at__gt=an_hour_ago).exists():
            task.enqueue()


class Heartbeat(threading.Thread):
    """Renews the leases of this process, puts tasks of dead workers back into the queue, and adds
    those that run once an hour."""

    def __init__(self, *, hourly: Iterable[Task] = ()):
        super().__init__(name="task-heartbeat", daemon=True)
        self.hourly = list(hourly)
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
                renew([task for task, began in list(held.items()) if now - began < LONGEST_RUN])
                requeue_expired()
                enqueue_due(self.hourly)
            except DatabaseError as error:
                # The next turn tries again, with a new connection.
                logger.warning("Leases of tasks were not renewed: %s", type(error).__name__)
            except Exception:
                # Without this thread the tasks of this worker would run twice.
                logger.exception("Leases of tasks were not renewed.")
            finally:
                connection.close()


def claim(context: TaskContext, step: str) -> bool:
    """Record that a task does a step; False where an earlier run of the task has done it.

    Call it in the transaction that does the step. A run at the same time waits for its end.
    """
    _step, is_new = TaskStep.objects.get_or_create(task_id=context.task_result.id, name=step)
    return is_new


def once_for_each(context: TaskContext, keys: Iterable[int], work: Callable[[int], None]) -> None:
    """Do some work for each key, in a transaction of its own, once however often the task runs.

    Where it fails for one key the others are still done; the error is raised at the end, so that
    the task is run again for what is missing.
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
