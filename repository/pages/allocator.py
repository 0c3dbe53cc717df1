"""The allocator of the C library, which keeps freed blocks for later ones of the same thread."""

import ctypes
from contextlib import suppress


def return_freed_memory() -> None:
    """Return freed blocks to the system. Not all systems have `malloc_trim`."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
