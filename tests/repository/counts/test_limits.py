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
    limit = MinuteLimit(2)
    assert [limit.allows("192.0.2.1") for _turn in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.2")
    at(659.0)
    assert not limit.allows("192.0.2.1")
    at(660.0)
    assert limit.allows("192.0.2.1")


def test_many_addresses_do_not_keep_others_out(at):
    limit = MinuteLimit(120)
    for number in range(20_000):
        assert limit.allows(f"2001:db8:0:{number:x}::1")
    assert limit.allows("192.0.2.1")
    # Without taking more memory.
    assert len(limit._requests) == 2**16


def test_addresses_that_share_a_place_share_its_limit(at):
    limit = MinuteLimit(2, places=1)
    assert [limit.allows(f"192.0.2.{number}") for number in range(3)] == [True, True, False]
    at(660.0)
    assert limit.allows("192.0.2.2")


def test_store_no_address(at):
    def places(limit) -> set[int]:
        for number in range(20):
            limit.allows(f"192.0.2.{number}")
        return {place for place, count in enumerate(limit._requests) if count}

    limits = [MinuteLimit(2) for _process in range(2)]
    found = [places(limit) for limit in limits]
    # Of no use in another process, or in another minute.
    at(660.0)
    found += [places(limit) for limit in limits]
    assert len({frozenset(each) for each in found}) == 4
    assert sum(limits[0]._requests) == 20


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
