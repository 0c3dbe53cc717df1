"""Process a form submitted twice by a double click once, with the same response to both requests.

Actions lock the row and re-check its state, so they are idempotent. But the browser shows the
response to the second click, which would say "this was answered already", as if the action had been
refused. So the second request waits for the first and gets the same redirect and message.
"""

import hashlib
import re
import time
from collections.abc import Callable
from http.cookies import Morsel

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

# Login and logout change the session, which only the first response may do.
NOT_REPEATED = re.compile(r"/(?:[a-z-]{2,7}/)?accounts/")
CSRF_FIELD = "csrfmiddlewaretoken"
MESSAGES = "messages"
RUNNING = "running"
# In seconds: how long a first request may run, and how long its response is stored.
MAX_LENGTH, KEPT = 30, 5
WAIT = 0.05


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
        if not cache.add(key, RUNNING, MAX_LENGTH):
            if (first := answer_of(key)) is not None:
                return repeated(first)
            return self.get_response(request)
        try:
            response = self.get_response(request)
        except BaseException:
            cache.delete(key)
            raise
        if response.status_code in (302, 303):
            cookie = response.cookies.get(MESSAGES)
            cache.set(key, (response.headers["Location"], cookie), KEPT)
        else:
            # Not a redirect, for example a form with errors: process it again.
            cache.delete(key)
        return response


def key_of(request: HttpRequest) -> str | None:
    """Return a key that is equal only for the same form of the same rendered page.

    The CSRF token differs each time a page is rendered. As it is checked only later, the key also
    includes the CSRF cookie, so that no other browser gets the response.
    """
    if request.method != "POST" or NOT_REPEATED.match(request.path_info):
        return None
    if not request.POST.get(CSRF_FIELD):
        return None
    digest = hashlib.sha256()
    user = str(request.user.pk)  # type: ignore[union-attr]
    secret = request.META.get("CSRF_COOKIE", "")
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


def answer_of(key: str) -> tuple[str, Morsel | None] | None:
    """Wait for the response to the first request; None if it was not a redirect."""
    deadline = time.monotonic() + MAX_LENGTH
    while (found := cache.get(key)) == RUNNING and time.monotonic() < deadline:
        time.sleep(WAIT)
    return None if found == RUNNING else found


def repeated(first: tuple[str, Morsel | None]) -> HttpResponse:
    location, cookie = first
    response = HttpResponseRedirect(location)
    if cookie is not None:
        response.cookies[MESSAGES] = cookie.value
        response.cookies[MESSAGES].update(cookie)
    add_never_cache_headers(response)
    return response
