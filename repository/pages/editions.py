"""The state of everything public, and values that a process computes once for it."""

from collections.abc import Callable
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

# In SQL because every public page runs this query, and the ORM takes longer to build it than the
# database to answer it. Webinars end without a change of a row.
STATE = """
SELECT token::text, (
    SELECT count(*) FROM repository_webinar WHERE status IN ('announced', 'live')
    AND starts_at + make_interval(mins => minutes) <= statement_timestamp()
) FROM repository_edition
"""

_cached: list[Callable[[], None]] = []


class PublicHttpRequest(HttpRequest):
    """A request of a page that `public_page` keeps for one edition."""

    edition: str


def current_edition() -> str:
    """Return what identifies the state of everything public: its token, the day, ended webinars.

    Read it before what it stands for: if something changes in between, the result belongs to the
    earlier state, which no later request asks for.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        token, ended = cursor.fetchone()
    return f"{token} {timezone.localdate()} {ended}"


def cached_by_edition[**P, Made](most: int = 1) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """Cache the last `most` results of a function whose first argument is the current edition.

    All requests of the process share a result, so it must not be modified.
    """

    def decorate(function: Callable[P, Made]) -> Callable[P, Made]:
        cached = lru_cache(maxsize=most)(function)
        _cached.append(cached.cache_clear)
        return cached

    return decorate


def forget_all() -> None:
    """Empty all caches: for tests, which roll back to the same edition."""
    for forget in _cached:
        forget()
