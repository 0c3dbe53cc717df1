"""Process a form submitted twice by a double click once, with the same response to both requests.

Actions lock the row and re-check its state, so they are idempotent. But the browser shows the
response to the second click, which would say "this was answered already", as if the action had been
refused. So the second request waits for the first and gets the same redirect and message.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import Morsel

import psycopg
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

from repository.pages.form_sent import ACCOUNTS

# The script of a draft autosaves and previews it every few seconds: idempotent, and needs no lock.
BY_SCRIPT = re.compile(r"/(?:[a-z-]{2,7}/)?cases/(?:autosave|preview)/")
CSRF_FIELD = "csrfmiddlewaretoken"
MESSAGES = "messages"
# In seconds: how long a first request is waited for, and how long its response is stored.
MAX_LENGTH, KEPT = 30, 5


class RepeatedPostMiddleware:
    """Repeat the response to a form that is submitted again unchanged.

    Must come before MessageMiddleware, which stores the message in a cookie of the response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        with locked(key):
            if (first := cache.get(key)) is not None:
                return repeated(first)
            response = self.get_response(request)
            # Anything else, for example a form with errors, is processed again.
            if response.status_code in (302, 303):
                cookie = response.cookies.get(MESSAGES)
                cache.set(key, (response.headers["Location"], cookie), KEPT)
            return response


def key_of(request: HttpRequest) -> str | None:
    """Return a key that is equal only for the same form of the same rendered page.

    The CSRF token differs each time a page is rendered. As it is checked only later, the key also
    includes the CSRF cookie, so that no other browser gets the response.
    """
    path = request.path_info
    # Login and logout change the session, which only the first response may do.
    if request.method != "POST" or ACCOUNTS.match(path) or BY_SCRIPT.match(path):
        return None
    secret = request.META.get("CSRF_COOKIE")
    if not secret or not request.POST.get(CSRF_FIELD):
        return None
    digest = hashlib.sha256()
    user = str(request.user.pk)  # type: ignore[union-attr]
    pairs = [str(pair) for pair in sorted(request.POST.lists())]
    sent = [user, secret, request.get_full_path(), *pairs]
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            sent += [name, file.name or "", content.hexdigest()]
    for part in sent:
        digest.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
    return f"repeated-post:{digest.hexdigest()}"


@contextmanager
def locked(key: str) -> Iterator[None]:
    """Hold a lock in the database, which releases it as soon as this process is killed.

    The lock belongs to a transaction on a connection of its own: views have their own transactions,
    and behind PgBouncer a session changes its connection to the server.
    """
    with connection.wrap_database_errors:
        own = psycopg.connect(**connection.get_connection_params())
    try:
        with connection.wrap_database_errors, suppress(psycopg.errors.LockNotAvailable):
            own.execute(f"SET LOCAL lock_timeout = '{MAX_LENGTH}s'")
            own.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        yield
    finally:
        # If a client leaves within a transaction, PgBouncer closes its connection to the server.
        with suppress(psycopg.Error):
            own.rollback()
        own.close()


def repeated(first: tuple[str, Morsel | None]) -> HttpResponse:
    location, cookie = first
    response = HttpResponseRedirect(location)
    if cookie is not None:
        response.cookies[MESSAGES] = cookie.value
        response.cookies[MESSAGES].update(cookie)
    add_never_cache_headers(response)
    return response
