from django.conf import settings
from django.db import connection
from django_tasks_db.management.commands import db_worker

from community.privacy.retention import sweep_files
from community.tasks.queue import Heartbeat, enqueue_needed, requeue_expired
from config import telemetry
from repository.embeddings.updating import Watch, update_passages
from repository.models import OutdatedEntry
from repository.search.updating import update_outdated_entries


class Command(db_worker.Command):
    """The worker of django-tasks-db, which also recovers tasks of crashed workers, enqueues hourly
    tasks, and keeps the search up to date."""

    def handle(self, **options):
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            telemetry.send_traces()
            telemetry.trace_tasks()
            # The checks of models have opened a connection whose queries would not be traced.
            connection.close()
            connection.close_pool()
        requeue_expired()
        when_due = {
            update_passages: Watch().is_due,
            update_outdated_entries: OutdatedEntry.objects.exists,
        }
        enqueue_needed(when_due)
        with Heartbeat(hourly=[sweep_files], when_due=when_due):
            super().handle(**options)
