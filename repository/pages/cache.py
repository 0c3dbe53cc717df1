"""Pages for anonymous visitors, stored compressed in the cache "pages"."""

import gzip
import json
import re
from collections.abc import Callable, Collection, Hashable
from dataclasses import fields
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from repository.pages.editions import TAKEN, Tokens
from repository.pages.provisional import is_made_of_old_values

# Pages with a longer query string are not cached: no link leads to them.
MAX_QUERY_LENGTH = 500
# In bytes, compressed; a larger page would evict many others.
LARGEST = 1024 * 1024
# Responses with fewer bytes are not compressed, as in GZipMiddleware.
SMALLEST = 200
ACCEPTS_GZIP = re.compile(r"\bgzip\b")


class Kept(NamedTuple):
    """A page in the cache, with the ETag that it was made for.

    `cases` are the tokens of the texts of the cases that it shows, by part of the edition, if it
    depends on no others; `others` is the state of everything else that it depends on.

    `taken` is what it has taken of the parts that it does not depend on as a whole: each function
    with its arguments and the digest of what it returned, for the tokens `taken_for` of the parts.
    """

    etag: str
    headers: dict[str, str]
    body: bytes
    is_compressed: bool
    others: str = ""
    cases: dict[str, str] | None = None
    taken: list[tuple[Callable[..., Any], tuple[Hashable, ...], bytes]] | None = None
    taken_for: Tokens | None = None


def key_of(request: HttpRequest, parameters: Collection[str]) -> str | None:
    """Return the cache key of the requested page; None if the request bypasses the cache.

    `parameters` are the query parameters that the view reads. A request with any other parameter
    bypasses the cache, since the number of such URLs is unlimited.
    """
    if has_cookies(request):
        return None
    query = []
    if text := request.META.get("QUERY_STRING", ""):
        if len(text) > MAX_QUERY_LENGTH or not request.GET.keys() <= set(parameters):
            return None
        # The order of values counts: pages name the chosen values in it.
        query = sorted(request.GET.lists())
    # Another release may not have the functions that copies name.
    page = (
        *(settings.RELEASE, request.scheme, request.get_host(), request.path),
        *(query, request.LANGUAGE_CODE),
    )
    # A digest: a URL may be longer than a key is allowed to be, and hold any character.
    return blake2b(repr(page).encode(), digest_size=20).hexdigest()


def url_of(request: HttpRequest) -> str:
    """Return the path and query of this page, the same for all requests that share a cached copy.

    Pages link to themselves by it: how the first visitor wrote the query must not show in the copy
    that others get.
    """
    if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_LENGTH:
        return request.get_full_path()
    query = urlencode(sorted(request.GET.lists()), doseq=True)
    return escape_uri_path(request.path) + (f"?{query}" if query else "")


def look_up(key: str) -> Kept | None:
    """Return the cached page under this key, which may be outdated."""
    kept = caches["pages"].get(key)
    # During development another version of this code may have stored something else.
    return Kept(*kept) if kept and len(kept) == len(Kept._fields) else None


def find(
    request: HttpRequest, key: str, kept: Kept, etag: str, others: str, edition: Tokens
) -> HttpResponse | None:
    """Return a cached page if all that it shows is as when it was made."""
    is_same = kept.etag == etag or (
        kept.cases is not None
        and kept.others == others
        and all(edition[part] == token for part, token in kept.cases.items())
        and takes_the_same(key, kept, edition)
    )
    if not is_same:
        return None
    page = answer(request, kept)
    page.page_cache = "hit"  # For the metrics.
    return page


def takes_the_same(key: str, kept: Kept, edition: Tokens) -> bool:
    """Return whether a page would take the same after a publication.

    A page that takes nothing has the state of these parts in `others`. The copy is stored again, so
    that with a shared cache no other process compares it with the same edition.
    """
    if kept.taken is None:
        return True
    now = parts_taken(edition)
    if kept.taken_for == now:
        return True
    for function, arguments, before in kept.taken:
        if digest(function(edition, *arguments)) != before:
            return False
    if is_made_of_old_values():
        return False
    caches["pages"].set(key, tuple(kept._replace(taken_for=now)))
    return True


def parts_taken(edition: Tokens) -> Tokens:
    return Tokens(tuple(pair for pair in edition.by_part if pair[0] in TAKEN))


def digest(taken: Any) -> bytes:
    """Return a digest of numbers, texts, and what holds these; of rows, of their primary keys."""
    return blake2b(json.dumps(taken, default=parts_of).encode(), digest_size=16).digest()


def parts_of(value: Any) -> Any:
    """Return what JSON can represent, of a row or of the fields of a dataclass that compare."""
    if isinstance(value, Model):
        return value._meta.label, value.pk
    return {field.name: getattr(value, field.name) for field in fields(value) if field.compare}


def keep(
    request: HttpRequest, key: str, response: HttpResponse, etag: str, others: str
) -> HttpResponse:
    """Cache the response if it is the same for all visitors; return it as it will be served."""
    pages = caches["pages"]
    response.page_cache = "miss"
    if isinstance(pages, DummyCache) or not is_for_all(request, response):
        return response
    body = response.content
    if is_compressed := len(body) >= SMALLEST:
        # GZipMiddleware adds random bytes against BREACH; a cached page holds no secret.
        body = gzip.compress(body, compresslevel=6, mtime=0)
    if len(body) > LARGEST:
        return response
    kept = Kept(
        *(etag, dict(response.headers), body, is_compressed, others),
        cases=request.cases_shown,
        taken=request.taken,
        taken_for=parts_taken(request.taken_from) if request.taken is not None else None,
    )
    pages.set(key, tuple(kept))
    page = answer(request, kept)
    page.page_cache = "miss"
    return page


def is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Is this a complete page without a CSRF token, a cookie or a message?"""
    return (
        request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and not response.has_header("Content-Encoding")
        and not is_for_one(request, response)
    )


def is_for_one(request: HttpRequest, response: HttpResponse) -> bool:
    """Is the response for one reader: a member, or a visitor who gets a cookie or a message?"""
    return bool(
        has_cookies(request)
        or response.cookies
        # A form on the page used a CSRF token; the middleware sets its cookie later.
        or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        or request.session.modified
        or get_messages(request).added_new
    )


def has_cookies(request: HttpRequest) -> bool:
    """Has the request a cookie that makes its pages different: a session or waiting messages?"""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES


def answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Return a cached page, compressed for clients that accept gzip."""
    body, headers = kept.body, dict(kept.headers)
    if kept.is_compressed:
        headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
        if ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    return HttpResponse(body, headers=headers)
