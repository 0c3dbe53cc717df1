from django_tasks_db.management.commands import db_worker

from community.task_queue import Heartbeat, requeue_expired
from community.upkeep import sweep_files


class Command(db_worker.Command):
    """The worker of django-tasks-db, which also takes up what a worker that died has left, and
    adds the tasks that run once an hour."""

    def handle(self, **options):
        requeue_expired()
        with Heartbeat(hourly=[sweep_files]):
            super().handle(**options)
