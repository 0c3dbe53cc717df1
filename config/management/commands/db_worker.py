from django_tasks_db.management.commands import db_worker

from community.task_queue import Heartbeat, requeue_expired


class Command(db_worker.Command):
    """The worker of django-tasks-db, which also takes up what a worker that died has left."""

    def handle(self, **options):
        requeue_expired()
        with Heartbeat():
            super().handle(**options)
