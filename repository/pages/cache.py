"""Pages of anonymous visitors, kept compressed in the cache "pages"."""

import gzip
import re
from collections.abc import Collection
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.http import HttpRequest, HttpResponse

# A longer query is not looked at: nobody follows a link to it.
LONGEST_QUERY = 500
# Bytes of a compressed page; a larger one would take the place of many others.
LARGEST = 1024 * 1024
# What takes fewer bytes than this is not compressed; as in GZipMiddleware.
SMALLEST = 200
ACCEPTS_GZIP = re.compile(r"\bgzip\b")


class Kept(NamedTuple):
    """A page in the cache, with the ETag that it was made for."""

    etag: str
    headers: dict[str, str]
    body: bytes
    is_compressed: bool


def key_of(request: HttpRequest, parameters: Collection[str]) -> str | None:
    """The key of the page that is asked for; None if it is not kept.

    `parameters` are those of the query that the view reads. Of all others an address may have any
    number: a page asked for with one of them is made each time.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
        return None
    query = []
    if text := request.META.get("QUERY_STRING", ""):
        if len(text) > LONGEST_QUERY or not request.GET.keys() <= set(parameters):
            return None
        # The order of values counts: pages name the chosen values in it.
        query = sorted(request.GET.lists())
    page = (request.scheme, request.get_host(), request.path, query, request.LANGUAGE_CODE)
    # A digest: an address is longer than a key may be, and may hold any character.
    return blake2b(repr(page).encode(), digest_size=20).hexdigest()


def find(request: HttpRequest, key: str, etag: str) -> HttpResponse | None:
    """The page under this key, if it was made for this ETag."""
    kept = caches["pages"].get(key)
    if kept is None or kept[0] != etag:
        return None
    return answer(request, Kept(*kept))


def keep(request: HttpRequest, key: str, etag: str, response: HttpResponse) -> HttpResponse:
    """Keep the page if it is the same for all visitors; return it as it will be served from now."""
    pages = caches["pages"]
    if isinstance(pages, DummyCache) or not is_for_all(request, response):
        return response
    body = response.content
    if is_compressed := len(body) >= SMALLEST:
        # Nothing secret is in it that its length could tell: GZipMiddleware adds random bytes.
        body = gzip.compress(body, compresslevel=6, mtime=0)
    if len(body) > LARGEST:
        return response
    kept = Kept(etag, dict(response.headers), body, is_compressed)
    pages.set(key, tuple(kept))
    return answer(request, kept)


def is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether this is a complete page without a token, a cookie or a message."""
    return (
        request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Content-Encoding")
        # A form on the page asked for a token, and its cookie is set later, by the middleware.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not request.session.modified
        and not get_messages(request).added_new
    )


def answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """A kept page, compressed for those who accept that."""
    body, headers = kept.body, dict(kept.headers)
    if kept.is_compressed:
        headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
        if ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    return HttpResponse(body, headers=headers)
