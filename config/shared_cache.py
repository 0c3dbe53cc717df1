"""A shared Valkey or Redis cache with another cache as fallback."""

import logging
import pickle
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

# Timeout in seconds for connecting and for each response.
PATIENCE = 0.5
# Seconds for which a process does not retry an unreachable server.
LEFT_ALONE_FOR = 10


def or_fallback(name: str) -> Callable[..., Any]:
    """Return a method that uses the fallback cache if the server fails."""

    def method(self, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.health.try_again_at:
            try:
                return getattr(super(SharedCache, self), name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self.health.failed(error, self.fallback)
        return getattr(caches[self.fallback], name)(*args, **kwargs)

    method.__name__ = name
    return method


class Health:
    """The time until which the threads of this process do not use the server."""

    def __init__(self):
        self.try_again_at = 0.0

    def failed(self, error: Exception, fallback: str) -> None:
        self.try_again_at = time.monotonic() + LEFT_ALONE_FOR
        log.warning(
            "The cache server doesn’t respond; using the cache %r for %s seconds: %s",
            fallback,
            LEFT_ALONE_FOR,
            type(error).__name__,
        )


class SharedCache(RedisCache):
    """A Valkey or Redis cache that uses the cache OPTIONS["fallback"] while it is unreachable.

    Rate limits and login must work while the server is restarted. Existing packages either fail,
    lose all limits, or are unmaintained. Entries are not copied between the caches: after each
    switch limits continue from the state of the other cache.
    """

    # By name of the fallback, shared by the threads of a process, since Django creates a cache for
    # each. Caches fail separately, so that a server too full for pages still counts attempts.
    health: defaultdict[str, Health] = defaultdict(Health)

    def __init__(self, server, params):
        params = params | {"OPTIONS": dict(params["OPTIONS"])}
        self.fallback = params["OPTIONS"].pop("fallback")
        self.health = type(self).health[self.fallback]
        options = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            # The client's own retries would take several seconds.
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": options | params["OPTIONS"]})

    def ping(self) -> None:
        """Raise an error if the server is unreachable."""
        super().get("preflight")

    add = or_fallback("add")
    get = or_fallback("get")
    set = or_fallback("set")
    touch = or_fallback("touch")
    delete = or_fallback("delete")
    get_many = or_fallback("get_many")
    has_key = or_fallback("has_key")
    incr = or_fallback("incr")
    set_many = or_fallback("set_many")
    delete_many = or_fallback("delete_many")
    clear = or_fallback("clear")


class Quota:
    """The bytes that the threads of this process may still store before `ends_at`."""

    def __init__(self):
        self.ends_at = 0.0
        self.left = 0

    def takes(self, size: int, *, most: int, period: float) -> bool:
        """Count `size` bytes, at most `most` in each period; return False if there is no room."""
        now = time.monotonic()
        if now >= self.ends_at:
            self.ends_at, self.left = now + period, most
        if size > self.left:
            return False
        self.left -= size
        return True


class SharedPages(SharedCache):
    """The page cache on the server. A process adds OPTIONS["MAX_BYTES"] in each TIMEOUT.

    Visitors can request any number of variants of a page, such as lists filtered by values that do
    not exist. They must not fill the server, which holds the rate limits too.
    """

    quotas: defaultdict[str, Quota] = defaultdict(Quota)

    def __init__(self, server, params):
        params = params | {"OPTIONS": dict(params["OPTIONS"])}
        self.most = params["OPTIONS"].pop("MAX_BYTES")
        super().__init__(server, params)
        self.quota = type(self).quotas[self.fallback]

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        size = len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        # Copies of pages that have changed are replaced without limit.
        if self.has_key(key, version) or self.quota.takes(
            size, most=self.most, period=self.default_timeout
        ):
            super().set(key, value, timeout, version)
