"""The shared cache table. Threads act as workers: each has its own connection."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from community.accounts import rate_limits

WORKERS = 4


@pytest.fixture
def table(transactional_db):
    """The cache table, emptied before and after: flushing the models does not clear it."""
    cache.clear()
    yield
    cache.clear()


def at_once(act, times: int = WORKERS) -> list:
    """The results of workers that all do the same at once."""
    barrier = Barrier(WORKERS)

    def work(_):
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(times)))


def expire(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cache SET expires = now() - interval '1 second' WHERE cache_key = %s",
            [cache.make_key(key)],
        )


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("table")
def test_get_values_until_they_expire():
    cache.set("key", {"a": [1, 2]}, 60)
    cache.set("key", {"a": [3]}, 60)
    cache.set("ever", "é", None)
    cache.set("over", 1, -1)

    assert cache.get_many(["key", "ever", "over"]) == {"key": {"a": [3]}, "ever": "é"}
    expire("key")
    assert (cache.get("key"), cache.has_key("ever")) == (None, True)


@pytest.mark.usefixtures("table")
def test_touch_existing_keys():
    cache.set("key", 1, 3600)

    assert (cache.touch("key", 60), cache.touch("none", 60)) == (True, False)
    expire("key")
    assert cache.touch("key", 60) is False


@pytest.mark.usefixtures("table")
def test_add_succeeds_for_one_worker_only():
    for round_ in range(20):
        assert sorted(at_once(partial(cache.add, f"new-{round_}", 1, 60))) == [False] * 3 + [True]


@pytest.mark.usefixtures("table")
def test_add_over_an_expired_row_succeeds_for_one_worker_only():
    """This fails with Django's DatabaseCache, where several workers "add" the row."""
    for round_ in range(20):
        cache.set(f"old-{round_}", 1, 60)
        expire(f"old-{round_}")
        assert sorted(at_once(partial(cache.add, f"old-{round_}", 1, 60))) == [False] * 3 + [True]


@pytest.mark.usefixtures("table")
def test_keep_all_rows_that_have_not_expired():
    """This fails with Django's DatabaseCache: above 300 rows it drops a third."""
    for number in range(450):
        cache.set(f"key-{number}", number, 60)

    assert (rows(), cache.get("key-0")) == (450, 0)


@pytest.mark.usefixtures("table")
def test_delete_expired_rows():
    for number in range(150):
        cache.set(f"over-{number}", number, -1)
    for number in range(100):
        cache.set(f"key-{number}", number, 60)

    assert rows() == 100


@pytest.mark.usefixtures("table")
def test_sweep_deletes_all_expired_rows(monkeypatch):
    monkeypatch.setattr("config.cache.SWEPT_AT_ONCE", 4)
    # The hundredth write of the process would sweep by itself.
    monkeypatch.setattr("config.cache.SWEEP_EVERY", 1_000_000)
    for number in range(9):
        cache.set(f"over-{number}", number, -1)
    cache.set("key", 1, 60)

    assert (cache.sweep(), rows(), cache.sweep()) == (9, 1, 0)


@pytest.mark.usefixtures("table")
def test_rate_limits_are_shared_by_all_workers(rf, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "act", "7/m/ip")

    def try_once():
        return rate_limits.is_within_limit(rf.post("/"), "act")

    assert sum(at_once(try_once, times=40)) == 7
