"""The past, in which sample data are written.

The sample is written by the actions that the pages use, which take the time from the clock. While
it is loaded, and only then, the clock of this process can be set to an earlier moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django.tasks.backends.dummy import DummyBackend
from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Set the clock of this process to a moment."""
    before = timezone.now
    timezone.now = lambda: moment
    try:
        yield moment
    finally:
        timezone.now = before


class Calendar:
    """Moments counted back from now."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def ago(self, days: float) -> datetime:
        """Return the moment some days ago."""
        return self.now - timedelta(days=days)


@contextmanager
def without_tasks() -> Iterator[None]:
    """Queue no background tasks: nobody gets an email about sample data."""
    before = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    task_backends[DEFAULT_TASK_BACKEND_ALIAS] = DummyBackend(
        DEFAULT_TASK_BACKEND_ALIAS, {"QUEUES": [], "OPTIONS": {}}
    )
    try:
        yield
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = before
