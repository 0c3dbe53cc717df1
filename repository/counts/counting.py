"""How often pages, recordings and slides are opened, and nothing about who opens them.

Readers wait for no writing: a process counts in its memory, and every few seconds a thread
of its own adds what there is to the totals of the day, in one statement. A process that is told to
stop writes the rest. Lost is what one has not written that is killed, or that loses its database
for good: no more than `settings.COUNTS_WRITTEN_EVERY` seconds of it.
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

# Addresses may be made up: what is not there is left out when it is written, and until then there
# are never more of them than this, nor longer than those there are.
MOST_KEPT, LONGEST = 5_000, 120

# Browsers begin like this. What does not is a program, and says its own name.
BROWSERS = ("Mozilla/", "Opera/")
# Robots that begin like a browser: nearly all give an address, or call themselves compatible with
# one. Cubot is a make of telephones.
ROBOTS = re.compile(
    r"https?:|compatible;|(?<!cu)bot|crawl|spider|slurp|scrap|archiv|fetch|index|monitor|uptime"
    r"|pingdom|validat|lighthouse|page ?speed|inspect|headless|phantom|selenium|preview|externalhit"
    r"|mediapartners|feed|python|curl|wget|java/|axios|gpt|claude|perplexity",
    re.IGNORECASE,
)
# So much of a name is looked at, and so many names are known at once.
NAME, NAMES = 300, 512


class Key(NamedTuple):
    """One total: what is counted of which page, "case" or "webinar", on which day."""

    kind: str
    noun: str
    slug: str
    day: date


# A page that is gone, was renamed or is a draft has no total. Rows come in one order, so that
# processes which write at once do not wait for each other in a circle.
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
    """What this process has counted and not yet written."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Forget all: what a process inherits from its parent is the parent's to write."""
        self._lock = threading.Lock()
        self._counted: Counter[Key] = Counter()
        self._is_writing = False

    def add(self, key: Key) -> None:
        with self._lock:
            if key in self._counted or len(self._counted) < MOST_KEPT:
                self._counted[key] += 1
            begins = settings.COUNTS_WRITTEN_EVERY and not self._is_writing
            self._is_writing = self._is_writing or bool(begins)
        if begins:
            atexit.register(self.write)
            threading.Thread(target=self._write_for_ever, name="counting", daemon=True).start()

    def write(self) -> None:
        """Add what was counted to the totals; where the database refuses, keep it and try later."""
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

    def _write_for_ever(self) -> None:
        while True:
            time.sleep(settings.COUNTS_WRITTEN_EVERY)
            self.write()
            connection.close()


buffer = Buffer()
os.register_at_fork(after_in_child=buffer.start_anew)


def counted(kind: CountKind, noun: str) -> Callable[[Callable], Callable]:
    """Count what a view answers to readers: a page, 304 where they have it, or where to go on."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, slug: str, **rest: int) -> HttpResponse:
            response = view(request, slug, **rest)
            is_answer = response.status_code in (200, 302, 304) and len(slug) <= LONGEST
            if is_answer and is_read(request):
                buffer.add(Key(kind.value, noun, slug, timezone.localdate()))
            return response

        return wrapper

    return decorate


def is_read(request: HttpRequest) -> bool:
    """Whether a person sees the answer: no robot asked, no script, and no browser in advance."""
    headers = request.headers
    return (
        request.method == "GET"
        and is_browser(headers.get("User-Agent", "")[:NAME])
        and headers.get("Sec-Fetch-Dest", "document") == "document"
        and not any(
            word in headers.get(name, "")
            for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
            for word in ("prefetch", "prerender", "preview")
        )
    )


@lru_cache(maxsize=NAMES)
def is_browser(name: str) -> bool:
    """Whether a program calls itself a browser, and no robot."""
    return name.startswith(BROWSERS) and not ROBOTS.search(name)
