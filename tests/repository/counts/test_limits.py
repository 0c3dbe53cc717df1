"""Requests are limited by address, and no address is stored."""

import time

import pytest

from repository.counts.limits import MinuteLimit, network_of

pytestmark = pytest.mark.without_database


@pytest.fixture
def at(monkeypatch):
    """Set the time in seconds."""

    def at(seconds):
        monkeypatch.setattr(time, "monotonic", lambda: seconds)

    at(600.0)
    return at


def test_allow_so_many_in_a_minute(at):
    limit = MinuteLimit(2, addresses=10)
    assert [limit.allows("192.0.2.1") for _turn in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.2")
    at(659.0)
    assert not limit.allows("192.0.2.1")
    at(660.0)
    assert limit.allows("192.0.2.1")


def test_limit_the_number_of_addresses(at):
    limit = MinuteLimit(2, addresses=2)
    assert [limit.allows(f"192.0.2.{number}") for number in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.0")
    at(660.0)
    assert limit.allows("192.0.2.2")


def test_store_no_address(at):
    limits = [MinuteLimit(2, addresses=10) for _process in range(2)]
    for limit in limits:
        limit.allows("192.0.2.1")
    digests = [next(iter(limit._requests)) for limit in limits]
    assert b"192" not in digests[0]
    # Of no use in another process, or in another minute.
    assert digests[0] != digests[1]
    at(660.0)
    limits[0].allows("192.0.2.1")
    assert next(iter(limits[0]._requests)) not in digests
    assert len(limits[0]._requests) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_take_a_network_of_ipv6_for_one_client(address, network):
    assert network_of(address) == network
