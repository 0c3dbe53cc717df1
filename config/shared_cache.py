"""A Valkey or Redis server that workers share, with another cache standing in for it."""

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

# Seconds that a request waits for the server at most, to connect and for an answer each.
PATIENCE = 0.5
# Seconds for which a process leaves a server alone that did not answer.
LEFT_ALONE_FOR = 10


def or_fallback(name: str) -> Callable[..., Any]:
    """A method of the server's cache which the fallback answers where the server does not."""

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
    """Until when the threads of this process leave the server alone."""

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
    """A Valkey or Redis server, and the cache OPTIONS["fallback"] while it does not answer.

    Rate limits must hold, and people must be able to sign in, while the server is restarted. The
    packages for this either fail, or forget every limit, or are no longer maintained. What one
    store holds is not copied to the other: at each change limits count from what the other knew.
    """

    # By the name of the fallback, shared by the threads of a process: Django makes a cache for
    # each. Caches fail apart, so that a server too full for pages still counts attempts.
    health: defaultdict[str, Health] = defaultdict(Health)

    def __init__(self, server, params):
        params = params | {"OPTIONS": dict(params["OPTIONS"])}
        self.fallback = params["OPTIONS"].pop("fallback")
        self.health = type(self).health[self.fallback]
        options = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            # Tries of its own would take several seconds.
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": options | params["OPTIONS"]})

    def ping(self) -> None:
        """Raise an error of the server where it does not answer."""
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
