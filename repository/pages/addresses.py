"""Addresses of pages. A page holds dozens, and Django puts each together anew."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(name: str, *arguments: str) -> str:
    """What `reverse` says, kept for the next time."""
    return _address(get_urlconf(), get_script_prefix(), name, arguments)


@lru_cache(maxsize=5000)
def _address(urlconf, prefix: str, name: str, arguments: tuple[str, ...]) -> str:
    # Both stand for what `reverse` reads of the thread: they are part of the key alone.
    return reverse(name, args=arguments)
