"""Count views of pages, recordings and slides, without storing anything about readers.

Requests do not wait for writes: each process counts in memory, and every few seconds a thread adds
the counts to the daily totals in one statement. A process that is stopped writes the rest. If it is
killed, or loses its database permanently, at most `settings.COUNTS_WRITTEN_EVERY` seconds of counts
are lost.
"""

import atexit
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import lru_cache, wraps
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from repository.models import CountKind

log = logging.getLogger(__name__)

# Requested slugs may be invented: unknown ones are dropped when counts are written, and these
# limits bound the memory until then.
MAX_KEPT, MAX_LENGTH = 5_000, 120

# User agents of browsers start with these; other programs use their own name.
BROWSERS = ("Mozilla/", "Opera/")
# Robots with browser-like user agents: nearly all include a URL, or "compatible". Cubot is a brand
# of phones.
ROBOTS = re.compile(
    r"https?:|compatible;|(?<!cu)bot|crawl|spider|slurp|scrap|archiv|fetch|index|monitor|uptime"
    r"|pingdom|validat|lighthouse|page ?speed|inspect|headless|phantom|selenium|preview|externalhit"
    r"|mediapartners|feed|python|curl|wget|java/|axios|gpt|claude|perplexity",
    re.IGNORECASE,
)
# The examined length of a user agent, and the number of cached user agents.
NAME, NAMES = 300, 512


class Key(NamedTuple):
    """The key of a total: kind of count, "case" or "webinar", slug and day."""

    kind: str
    noun: str
    slug: str
    day: date


# Pages that were deleted or renamed, and drafts, are not counted. Rows are written in a fixed order
# to avoid deadlocks between processes.
WRITE = """
WITH counted AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::bigint[])
        AS counted (kind, noun, slug, day, number)
), of_cases AS (
    SELECT kind, day, o.id AS case_id, NULL::bigint AS webinar_id, counted.number
    FROM counted JOIN repository_casestudy o ON noun = 'case' AND o.slug = counted.slug
    WHERE o.status = 'published' FOR KEY SHARE OF o
), of_webinars AS (
    SELECT kind, day, NULL::bigint AS case_id, o.id AS webinar_id, counted.number
    FROM counted JOIN repository_webinar o ON noun = 'webinar' AND o.slug = counted.slug
    WHERE o.status <> 'draft' FOR KEY SHARE OF o
)
INSERT INTO repository_dailycount AS total (kind, day, case_id, webinar_id, number)
SELECT kind, day, case_id, webinar_id, number
FROM (SELECT * FROM of_cases UNION ALL SELECT * FROM of_webinars) rows
ORDER BY kind, day, case_id, webinar_id
ON CONFLICT (kind, day, case_id, webinar_id)
DO UPDATE SET number = total.number + excluded.number
"""


class Buffer:
    """Counts of this process that are not written yet."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Reset after a fork: inherited counts are written by the parent."""
        self._lock = threading.Lock()
        self._counted: Counter[Key] = Counter()
        self._is_writing = False

    def add(self, key: Key) -> None:
        """Count one event; new keys beyond the limit are dropped."""
        with self._lock:
            if key in self._counted or len(self._counted) < MAX_KEPT:
                self._counted[key] += 1
            begins = settings.COUNTS_WRITTEN_EVERY and not self._is_writing
            self._is_writing = self._is_writing or bool(begins)
        if begins:
            atexit.register(self.write)
            threading.Thread(target=self._write_periodically, name="counting", daemon=True).start()

    def write(self) -> None:
        """Add the counts to the totals; if the database fails, keep them and retry later."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        columns = [list(column) for column in zip(*counted, strict=True)]
        try:
            with connection.cursor() as cursor:
                cursor.execute(WRITE, [*columns, list(counted.values())])
        except Error:
            log.warning("Counts could not be written and are kept.", exc_info=True)
            with self._lock:
                self._counted.update(counted)

    def _write_periodically(self) -> None:
        while True:
            time.sleep(settings.COUNTS_WRITTEN_EVERY)
            self.write()
            connection.close()


buffer = Buffer()
os.register_at_fork(after_in_child=buffer.reset)


def counted(kind: CountKind, noun: str) -> Callable[[Callable], Callable]:
    """Decorate a view to count its successful responses to readers: files, 304 and redirects.

    Only for responses that no shared cache stores. Views of pages are counted by `views.seen`.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, slug: str, **rest: int) -> HttpResponse:
            response = view(request, slug, **rest)
            is_answer = response.status_code in (200, 302, 304) and len(slug) <= MAX_LENGTH
            if is_answer and is_read(request):
                buffer.add(Key(kind.value, noun, slug, timezone.localdate()))
            return response

        return wrapper

    return decorate


def is_read(request: HttpRequest) -> bool:
    """Is the response shown to a person, rather than to a robot, a script or a prefetch?"""
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and is_of_reader(request)
    )


def is_of_reader(request: HttpRequest) -> bool:
    """Does a browser send this for a person, and not in advance?"""
    headers = request.headers
    return is_browser(headers.get("User-Agent", "")[:NAME]) and not any(
        word in headers.get(name, "")
        for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
        for word in ("prefetch", "prerender", "preview")
    )


@lru_cache(maxsize=NAMES)
def is_browser(name: str) -> bool:
    """Does the user agent belong to a browser and not to a robot?"""
    return name.startswith(BROWSERS) and not ROBOTS.search(name)
