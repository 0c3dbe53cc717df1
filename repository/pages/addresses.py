"""Cached URL reversing: a page holds dozens of links, and `reverse` computes each every time."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(name: str, *arguments: str) -> str:
    """Return `reverse(name, args=arguments)`, cached."""
    return _address(get_urlconf(), get_script_prefix(), name, arguments)


@lru_cache(maxsize=5000)
def _address(urlconf, prefix: str, name: str, arguments: tuple[str, ...]) -> str:
    # `reverse` reads the URLconf and the prefix from the thread: they are only part of the key.
    return reverse(name, args=arguments)
