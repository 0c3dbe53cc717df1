"""The time by the clock of the database, which all machines of a site share.

Machines whose clocks differ would otherwise disagree on whether a form, a deadline or something
taken for half an hour is still valid. Each process measures once a minute, as it connects, how far
its own clock is from the database's.
"""

import logging
import time as system
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

MEASURED_EVERY = 60  # seconds
# Seconds that are no difference: a query takes its time.
TOLERATED = 1
# Seconds from which operators should hear of it: one-time codes and sign-in need the right time.
REPORTED = 60

log = logging.getLogger(__name__)


class Difference:
    """How many seconds the database's clock is ahead of this process's."""

    def __init__(self):
        self.seconds = 0.0
        self.measured_at: float | None = None

    def measure(self, *, connection, **kwargs) -> None:
        """Receive `connection_created`."""
        since = self.measured_at
        if since is not None and system.monotonic() - since < MEASURED_EVERY:
            return
        self.measured_at = system.monotonic()
        before = system.time()
        # Not through the ORM: pages have a fixed number of queries.
        with connection.wrap_database_errors:
            row = connection.connection.execute(
                "SELECT extract(epoch FROM clock_timestamp())::float8"
            ).fetchone()
        after = system.time()
        if not 0 <= after - before <= TOLERATED:
            # The machine or the database stood still, or the clock was set: the next one measures.
            self.measured_at = None
            return
        found = row[0] - (before + after) / 2
        self.seconds = found if abs(found) > TOLERATED else 0.0
        if abs(found) > REPORTED:
            log.warning("This machine's clock is %d seconds from the database's.", round(-found))


difference = Difference()


def time() -> float:
    """Seconds since 1970, as `time.time()`."""
    return system.time() + difference.seconds


def now() -> datetime:
    """As `timezone.now()`."""
    return timezone.now() + timedelta(seconds=difference.seconds)


def today() -> date:
    """As `timezone.localdate()`."""
    return timezone.localdate(now())


class MomentField(models.DateTimeField):
    """A DateTimeField that fills in `auto_now` and `auto_now_add` by the clock of the database."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def pre_save(self, model_instance, add):
        if self.auto_now or (self.auto_now_add and add):
            value = now()
            setattr(model_instance, self.attname, value)
            return value
        return super().pre_save(model_instance, add)
