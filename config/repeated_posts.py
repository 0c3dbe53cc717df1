"""A form that is sent twice by a double click is processed once, and both answers are the same.

Actions lock the row and check its state again, so nothing happens twice. But the browser shows the
answer to the second click, and by itself that says "this was answered already", as if the member's
work had been refused. So the second request waits for the first and gets the same redirect and the
same message.
"""

import hashlib
import re
import time
from collections.abc import Callable
from http.cookies import Morsel

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

# Signing in and out changes the session, which only the first answer may do.
NOT_REPEATED = re.compile(r"/(?:[a-z-]{2,7}/)?accounts/")
CSRF_FIELD = "csrfmiddlewaretoken"
MESSAGES = "messages"
RUNNING = "running"
# For so many seconds a first request may run, and is its answer kept for a second click.
LONGEST, KEPT = 30, 5
WAIT = 0.05


class RepeatedPostMiddleware:
    """Answer a form that is sent again unchanged as it was answered the first time.

    Stands outside of MessageMiddleware, which puts the message into a cookie of the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        if not cache.add(key, RUNNING, LONGEST):
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
            # A form with mistakes, for example: sent again, it is looked at again.
            cache.delete(key)
        return response


def key_of(request: HttpRequest) -> str | None:
    """What two requests share only if they send the same form of the same page.

    The token that protects a form is different each time that a page is made. It is checked only
    after this, so the secret in the cookie counts too: no other browser gets the answer.
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
    """The answer to the first request, once it is there; None if it was no redirect."""
    deadline = time.monotonic() + LONGEST
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
