"""Asking for pages as visitors do, and looking into the cache that keeps them."""

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
    return [cache.Kept(*pickle.loads(data)) for _expiry, data in entries]  # noqa: S301


def get(path: str, client: Client | None = None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).get(path, headers=headers)


def seen(response) -> tuple:
    """What a browser gets: status, headers and the page."""
    headers = dict(response.headers)
    headers["Vary"] = {name.strip() for name in headers.get("Vary", "").split(",")}
    body = response.content
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
        # GZipMiddleware varies the length at random.
        headers.pop("Content-Length", None)
    return response.status_code, headers, response.cookies.output(), body


def made(ask: Callable[[], HttpResponse]) -> tuple[bool, HttpResponse]:
    """Whether the page was made and not found in the cache, and the answer."""
    found = []

    def find(*arguments):
        found.append(find_page(*arguments))
        return found[-1]

    find_page = cache.find
    with patch.object(cache, "find", find):
        response = ask()
    return found in ([], [None]), response
