"""A limit for each network address, without storing addresses."""

import os
import threading
import time
from array import array
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network


class MinuteLimit:
    """At most `most` requests from an address in a minute, counted by each process separately.

    A count in the shared cache would cost a query each time. Addresses are hashed to one of some
    places, with a key that only this process knows and replaces each minute. A client with many
    addresses could fill a table by address, so that others would be refused. Two addresses rarely
    get the same place, and then share its limit for a minute.
    """

    def __init__(self, most: int, *, places: int = 2**16):
        self.most, self.places = most, places
        self._lock = threading.Lock()
        self._begin(-1)

    def _begin(self, minute: int) -> None:
        self._minute, self._key = minute, os.urandom(16)
        self._requests = array("H", [0]) * self.places

    def allows(self, address: str) -> bool:
        """Count one more request from the address; return False if it exceeds the limit."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._begin(minute)
            digest = blake2b(network_of(address).encode(), key=self._key, digest_size=8).digest()
            place = int.from_bytes(digest) % self.places
            if self._requests[place] >= self.most:
                return False
            self._requests[place] += 1
            return True


def network_of(address: str) -> str:
    """Return an IPv4 address, or the network of an IPv6 address: one client has all of it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed.packed, 64), strict=False))
    return str(parsed)
