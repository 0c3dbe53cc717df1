"""A shared Valkey or Redis cache with another cache as fallback."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
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
            "The cache server does not answer; the cache %r stands in for %s seconds: %s",
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
