"""Pages for anonymous visitors in Django's cache "pages", compressed."""

import gzip
import re
from collections.abc import Collection
from hashlib import blake2b
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from repository.pages.editions import PublicHttpRequest

# Pages with a longer query string are not cached: no link leads to them.
MAX_QUERY_LENGTH = 500
# In bytes, compressed; a larger page would take the memory of many others.
LARGEST = 256 * 1024
# Responses with fewer bytes are not compressed, as in GZipMiddleware.
SMALLEST = 200
ACCEPTS_GZIP = re.compile(r"\bgzip\b")


def key_of(request: PublicHttpRequest, parameters: Collection[str]) -> str | None:
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
    page = (
        *(settings.RELEASE, request.edition, request.scheme, request.get_host()),
        *(request.path, query, request.LANGUAGE_CODE),
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


def find(request: HttpRequest, key: str) -> HttpResponse | None:
    """Return the cached page, compressed for clients that accept gzip."""
    page = caches["pages"].get(key)
    if page is None:
        return None
    page.page_cache = "hit"  # For the metrics.
    is_compressed = page.has_header("Content-Encoding")
    if is_compressed and not ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
        page.content = gzip.decompress(page.content)
        del page.headers["Content-Encoding"]
    return page


def keep(key: str, response: HttpResponse) -> None:
    """Cache a page that is the same for all visitors. It is compressed once, for all of them."""
    headers, body = dict(response.headers), response.content
    if len(body) >= SMALLEST:
        # GZipMiddleware adds random bytes against BREACH; a cached page holds no secret.
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    if len(body) <= LARGEST:
        caches["pages"].set(key, HttpResponse(body, headers=headers))


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
