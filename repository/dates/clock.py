"""The time by the database's clock, which all machines of a site share.

Machines whose clocks differ would otherwise disagree on whether a form, a deadline or a reservation
is still valid. Each process measures the difference when it connects, at most once a minute.
"""

import logging
import time as system
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

MEASURED_EVERY = 60  # seconds
# Seconds that are ignored, since the query itself takes time.
TOLERATED = 1
# Seconds from which a warning is logged: one-time codes and sign-in need the correct time.
REPORTED = 60

log = logging.getLogger(__name__)


class Difference:
    """The number of seconds by which the database's clock is ahead of this process's clock."""

    def __init__(self):
        self.seconds = 0.0
        self.measured_at: float | None = None

    def measure(self, *, connection, **kwargs) -> None:
        """Receiver of `connection_created`."""
        since = self.measured_at
        if since is not None and system.monotonic() - since < MEASURED_EVERY:
            return
        self.measured_at = system.monotonic()
        before = system.time()
        # Bypass Django's cursor, so that this is not counted among a page's queries.
        with connection.wrap_database_errors:
            row = connection.connection.execute(
                "SELECT extract(epoch FROM clock_timestamp())::float8"
            ).fetchone()
        after = system.time()
        if not 0 <= after - before <= TOLERATED:
            # The query was delayed or the clock was set: measure again at the next connection.
            self.measured_at = None
            return
        found = row[0] - (before + after) / 2
        self.seconds = found if abs(found) > TOLERATED else 0.0
        if abs(found) > REPORTED:
            log.warning("This machine's clock is %d seconds from the database's.", round(-found))


difference = Difference()


def time() -> float:
    """Like `time.time()`."""
    return system.time() + difference.seconds


def now() -> datetime:
    """Like `timezone.now()`."""
    return timezone.now() + timedelta(seconds=difference.seconds)


def today() -> date:
    """Like `timezone.localdate()`."""
    return timezone.localdate(now())


class MomentField(models.DateTimeField):
    """A DateTimeField whose `auto_now` and `auto_now_add` use the database's clock."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def pre_save(self, model_instance, add):
        if self.auto_now or (self.auto_now_add and add):
            value = now()
            setattr(model_instance, self.attname, value)
            return value
        return super().pre_save(model_instance, add)
