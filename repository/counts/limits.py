"""A limit for each network address, without storing addresses."""

import os
import threading
import time
from collections import Counter
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network


class MinuteLimit:
    """At most `most` requests from an address in a minute, counted by each process separately.

    A count in the shared cache would cost a query each time. Addresses are hashed with a key that
    only this process knows, and forgotten after the minute.
    """

    def __init__(self, most: int, *, addresses: int):
        """`addresses` limits the memory: in a minute with more, further ones are refused."""
        self.most, self.addresses = most, addresses
        self._lock = threading.Lock()
        self._begin(-1)

    def _begin(self, minute: int) -> None:
        self._minute, self._key = minute, os.urandom(16)
        self._requests: Counter[bytes] = Counter()

    def allows(self, address: str) -> bool:
        """Count one more request from the address; return False if it exceeds the limit."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._begin(minute)
            digest = blake2b(network_of(address).encode(), key=self._key, digest_size=8).digest()
            if digest not in self._requests and len(self._requests) >= self.addresses:
                return False
            self._requests[digest] += 1
            return self._requests[digest] <= self.most


def network_of(address: str) -> str:
    """Return an IPv4 address, or the network of an IPv6 address: one client has all of it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed.packed, 64), strict=False))
    return str(parsed)
