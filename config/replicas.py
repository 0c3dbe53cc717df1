"""Read pages from streaming replicas of the database, if REPLICA_URLS is set.

A request that changes nothing reads from a replica that has replayed all that its reader must see,
as a position in the write-ahead log, and from the primary otherwise (decision 47):

- pages that are the same for all visitors: what the primary had at most REPLICA_MAX_LAG seconds
  ago, and the reader's own last change, whose position is in a signed cookie;
- everything else, such as pages of members: all that the primary has when the page is made. So
  access that was revoked is not served from a replica that has not heard of it.
"""

import logging
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    connections,
)
from django.http import HttpRequest, HttpResponse

from config.replica_connections import at_first
from repository.pages.cache import has_cookies

log = logging.getLogger(__name__)

SAFE = {"GET", "HEAD"}
COOKIE = "position"
# Seconds for which the cookie is sent, beyond those after which all replicas in use have the
# change: clocks of web servers may differ by so much.
COOKIE_LASTS = 60
# Seconds for which a process does not ask a replica that failed.
LEFT_OUT_FOR = 10

# What is on the disk: all that was committed, unless `synchronous_commit` is off, and all that
# replicas get.
POSITION = "SELECT pg_current_wal_flush_lsn()::text"
STATE = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= ALL (%s::pg_lsn[])"


@dataclass
class Reading:
    """Where the current request reads, decided when it first does."""

    request: HttpRequest
    database: str = ""
    has_written: bool = False

    def choose(self) -> str:
        """Return the database to read from.

        A request never turns from the primary back to a replica. What it reads later is never
        older than the edition that it read first, under which its page is cached.
        """
        if connection.in_atomic_block:
            self.database = DEFAULT_DB_ALIAS
        if not self.database:
            self.database = replica_for(self.request) or DEFAULT_DB_ALIAS
        return self.database


# None outside of views and in those that may change something.
current_reading: ContextVar[Reading | None] = ContextVar("current_reading", default=None)


class ReplicaRouter:
    """Sends reads of a request to its replica, and everything else to the primary."""

    def db_for_read(self, model, **hints) -> str:
        reading = current_reading.get()
        return DEFAULT_DB_ALIAS if reading is None or is_cache(model) else reading.choose()

    def db_for_write(self, model, **hints) -> str:
        reading = current_reading.get()
        if reading is not None and not is_cache(model):
            reading.database, reading.has_written = DEFAULT_DB_ALIAS, True
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints) -> bool:
        return True

    def allow_migrate(self, database: str, app_label: str, **hints) -> bool:
        return database == DEFAULT_DB_ALIAS


def is_cache(model) -> bool:
    """Is this the table of a cache? It has rate limits, which must be exact."""
    return model._meta.app_label == "django_cache"


class ReplicaMiddleware:
    """Lets a view that changes nothing read from a replica, and remembers what others changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reading = Reading(request) if request.method in SAFE else None
        outer = current_reading.set(reading)
        try:
            response = self.get_response(request)
        finally:
            current_reading.reset(outer)
        if reading is not None:
            response.read_from = reading.database  # For the metrics.
        # A page that shared caches store has no cookie. Programs without cookies, like the script
        # that counts views, would not send one back.
        is_shared = "public" in response.headers.get("Cache-Control", "")
        if (reading is None or reading.has_written) and request.COOKIES and not is_shared:
            remember_position(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Make the page again from the primary if the replica failed while it was made."""
        reading = current_reading.get()
        is_lost = isinstance(error, (OperationalError, InterfaceError))
        if reading is None or reading.database in ("", DEFAULT_DB_ALIAS) or not is_lost:
            return None
        states[reading.database].leave_out(type(error).__name__)
        reading.database = DEFAULT_DB_ALIAS
        match = request.resolver_match
        return match.func(request, *match.args, **match.kwargs)


def remember_position(response: HttpResponse) -> None:
    try:
        position = position_of_primary()
    except Error:
        return
    response.set_signed_cookie(
        COOKIE,
        position,
        salt=__name__,
        max_age=settings.REPLICA_MAX_LAG + COOKIE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def own_position(request: HttpRequest) -> str:
    """Return the position of the last change of this reader; "" for an invalid or old cookie."""
    lasts = settings.REPLICA_MAX_LAG + COOKIE_LASTS
    return request.get_signed_cookie(COOKIE, "", salt=__name__, max_age=lasts)


def position_of_primary() -> str:
    """Return the current end of the write-ahead log."""
    with connection.cursor() as cursor:
        cursor.execute(POSITION)
        return cursor.fetchone()[0]


class Noted:
    """A position that the primary had at most REPLICA_MAX_LAG seconds ago, known to a process."""

    def __init__(self):
        self.at, self.position = -1e9, ""

    def recent(self) -> str:
        now = time.monotonic()
        if now - self.at >= settings.REPLICA_MAX_LAG:
            position = position_of_primary()
            # In this order: another thread must not take an old position for a recent one.
            self.position, self.at = position, now
        return self.position


noted = Noted()


class State:
    """Whether this process uses a replica."""

    def __init__(self, alias: str):
        self.alias = alias
        self.try_again_at = 0.0
        self.is_used = True

    def is_left_out(self) -> bool:
        return time.monotonic() < self.try_again_at

    def leave_out(self, why: str) -> None:
        self.try_again_at = time.monotonic() + LEFT_OUT_FOR
        self.is_used = False
        log.warning("Not reading from %s for %s seconds: %s", self.alias, LEFT_OUT_FOR, why)
        connections[self.alias].close()

    def has_replayed(self, positions: list[str]) -> bool:
        """Ask the replica; one that fails, or has become a primary, is left out for a while."""
        try:
            with connections[self.alias].cursor() as cursor, at_first(cursor.connection):
                cursor.execute(STATE, [positions])
                is_replica, self.is_used = cursor.fetchone()
        except Error as error:
            self.leave_out(type(error).__name__)
            return False
        if not is_replica:
            self.leave_out("it is no replica")
        return self.is_used


states = {alias: State(alias) for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS}


def replica_for(request: HttpRequest) -> str | None:
    """Return a replica that has all that this reader must see."""
    answering = [state for state in states.values() if not state.is_left_out()]
    if not answering:
        return None
    random.shuffle(answering)
    try:
        position = noted.recent() if is_for_visitors(request) else position_of_primary()
    except Error:
        return None
    positions = list(filter(None, [position, own_position(request)]))
    return next((state.alias for state in answering if state.has_replayed(positions)), None)


def is_for_visitors(request: HttpRequest) -> bool:
    """Is this a page that is the same for all visitors, asked for by one?"""
    view = getattr(request.resolver_match, "func", None)
    return getattr(view, "is_public_page", False) and not has_cookies(request)
