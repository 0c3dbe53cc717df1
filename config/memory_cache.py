"""An in-process cache with a limit in bytes."""

import pickle
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

# Overhead in bytes of an entry, besides its key and value: measured, rounded up.
ENTRY_BYTES = 500


@dataclass
class Store:
    """The entries of one cache, least recently used first: key → (expiry, pickled value).

    Expiry is the value of `BaseCache.get_backend_timeout`; None means never.
    """

    entries: OrderedDict[str, tuple[float | None, bytes]] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)

    def remove(self, key: str) -> None:
        """Remove an existing entry. The caller must hold the lock, as for `read` and `write`."""
        _expiry, data = self.entries.pop(key)
        self.size -= size_of(key, data)

    def read(self, key: str) -> bytes | None:
        expiry, data = self.entries.get(key, (None, None))
        if data is None:
            return None
        if expiry is not None and expiry <= time.time():
            self.remove(key)
            return None
        self.entries.move_to_end(key)
        return data

    def write(self, key: str, expiry: float | None, data: bytes, *, most: int) -> None:
        """Write an entry; it is dropped if it is larger than the whole cache."""
        if key in self.entries:
            self.remove(key)
        if size_of(key, data) > most:
            return
        self.entries[key] = expiry, data
        self.size += size_of(key, data)
        while self.size > most:
            self.remove(next(iter(self.entries)))


def size_of(key: str, data: bytes) -> int:
    return ENTRY_BYTES + len(key) + len(data)


# Django creates a cache object for each thread: those with the same LOCATION share a store.
_stores: defaultdict[str, Store] = defaultdict(Store)


class MemoryCache(BaseCache):
    """Like LocMemCache, with `OPTIONS["MAX_BYTES"]` instead of MAX_ENTRIES.

    The number of entries does not limit memory, since entries vary from 1 KB to 500 KB.
    """

    def __init__(self, name: str, params: dict[str, Any]):
        super().__init__(params)
        self.store = _stores[name]
        self.most = params["OPTIONS"]["MAX_BYTES"]

    def get(self, key, default=None, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self.store.lock:
            data = self.store.read(key)
        return default if data is None else pickle.loads(data)  # noqa: S301

    def has_key(self, key, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self.store.lock:
            return self.store.read(key) is not None

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self.store.lock:
            self.store.write(key, self.get_backend_timeout(timeout), data, most=self.most)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self.store.lock:
            if self.store.read(key) is not None:
                return False
            self.store.write(key, self.get_backend_timeout(timeout), data, most=self.most)
            return True

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self.store.lock:
            data = self.store.read(key)
            if data is None:
                return False
            self.store.entries[key] = self.get_backend_timeout(timeout), data
            return True

    def delete(self, key, version=None):
        key = self.make_and_validate_key(key, version=version)
        with self.store.lock:
            if key not in self.store.entries:
                return False
            self.store.remove(key)
            return True

    def clear(self):
        with self.store.lock:
            self.store.entries.clear()
            self.store.size = 0
