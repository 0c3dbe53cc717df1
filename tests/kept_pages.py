"""Request pages as anonymous visitors do, and inspect the page cache."""

import gzip
from collections import defaultdict
from collections.abc import Callable
from unittest.mock import patch

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpResponse
from django.test import Client

from config import environment
from repository.pages import cache

OFF = environment.caches(None, keep_pages=False)
ON = environment.caches(None)
ON["pages"]["BACKEND"] = "tests.kept_pages.ListedCache"


class ListedCache(LocMemCache):
    """Like its base, which cannot list its keys."""

    keys: defaultdict[str, set[str]] = defaultdict(set)

    def __init__(self, name, params):
        super().__init__(name, params)
        self.listed = self.keys[name]

    def set(self, key, *args, **kwargs):
        super().set(key, *args, **kwargs)
        self.listed.add(key)


def kept(pages: ListedCache) -> list[HttpResponse]:
    return [*pages.get_many(pages.listed).values()]


def get(path: str, client: Client | None = None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).get(path, headers=headers)


def seen(response) -> tuple:
    """Return what a browser receives: status, headers and content."""
    headers = dict(response.headers)
    headers["Vary"] = {name.strip() for name in headers.get("Vary", "").split(",")}
    body = response.content
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
        # GZipMiddleware adds a random number of bytes.
        headers.pop("Content-Length", None)
    # Of the request, not of the page.
    headers.pop("X-Request-ID", None)
    return response.status_code, headers, response.cookies.output(), body


def made(ask: Callable[[], HttpResponse]) -> tuple[bool, HttpResponse]:
    """Return the response, and whether it was rendered rather than read from the cache."""
    found = []

    def find(*arguments):
        found.append(find_page(*arguments))
        return found[-1]

    find_page = cache.find
    with patch.object(cache, "find", find):
        response = ask()
    return found in ([], [None]), response
