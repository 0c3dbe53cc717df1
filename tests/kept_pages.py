"""Request pages as anonymous visitors do, and inspect the page cache."""

import gzip
import pickle
from collections.abc import Callable
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client

from config import environment
from repository.pages import cache

OFF = environment.caches(None, keep_pages=False)
ON = environment.caches(None)


def kept(pages) -> list[cache.Kept]:
    entries = pages.store.entries.values()
    found = [pickle.loads(data) for _expiry, data in entries]  # noqa: S301
    # Besides pages there are cards of cases.
    return [cache.Kept(*each) for each in found if not isinstance(each, str)]


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
