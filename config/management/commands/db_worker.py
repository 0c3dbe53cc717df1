from django_tasks_db.management.commands import db_worker

from community.privacy.retention import sweep_files
from community.tasks.queue import Heartbeat, requeue_expired


class Command(db_worker.Command):
    """The worker of django-tasks-db, which also recovers tasks of crashed workers and enqueues
    hourly tasks."""

    def handle(self, **options):
        requeue_expired()
        with Heartbeat(hourly=[sweep_files]):
            super().handle(**options)
