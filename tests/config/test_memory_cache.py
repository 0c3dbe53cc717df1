"""The in-memory cache never exceeds its size."""

import sys
import time
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.memory_cache import ENTRY_BYTES, MemoryCache, size_of

LIMIT = 10_000


def cache(most: int = LIMIT) -> MemoryCache:
    made = MemoryCache("test", {"OPTIONS": {"MAX_BYTES": most}})
    made.clear()
    return made


def test_behave_like_other_backends():
    memory = cache()
    assert (memory.get("key"), memory.get("key", 1), "key" in memory) == (None, 1, False)
    assert (memory.add("key", [1]), memory.add("key", [2]), memory.get("key")) == (True, False, [1])
    memory.set("key", [3])
    assert (memory.get("key"), "key" in memory) == ([3], True)
    memory.set_many({"one": 1, "other": 2})
    assert memory.get_many(["one", "other", "none"]) == {"one": 1, "other": 2}
    assert (memory.incr("one"), memory.get_or_set("made", lambda: 5)) == (2, 5)
    assert (memory.delete("one"), memory.delete("one"), "one" in memory) == (True, False, False)
    memory.clear()
    assert (memory.get("other"), memory.store.size) == (None, 0)


def test_get_returns_a_copy():
    memory = cache()
    memory.set("key", [1])
    memory.get("key").append(2)
    assert memory.get("key") == [1]


def test_expire(monkeypatch):
    memory, now = cache(), time.time()
    memory.set("short", 1, 10)
    memory.set("long", 1, 100)
    memory.set("ever", 1, None)
    memory.set("past", 1, 0)
    assert memory.touch("short", 50)
    assert not memory.touch("none")
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert [key for key in ("short", "long", "ever", "past") if key in memory] == ["long", "ever"]
    assert memory.store.size == sum(
        size_of(key, data) for key, (_expiry, data) in memory.store.entries.items()
    )


def test_drop_the_least_recently_used():
    memory = cache(4 * (ENTRY_BYTES + 100))
    for key in "abc":
        memory.set(key, b"x" * 200)
    memory.get("a")
    memory.set("d", b"x" * 200)
    assert [key for key in "abcd" if key in memory] == ["a", "c", "d"]


def test_do_not_store_values_larger_than_the_cache():
    memory = cache()
    memory.set("other", 1)
    memory.set("key", 1)
    memory.set("key", b"x" * LIMIT)
    assert ("key" in memory, "other" in memory) == (False, True)


def test_share_entries_among_threads():
    memory, other = cache(), MemoryCache("test", {"OPTIONS": {"MAX_BYTES": LIMIT}})
    memory.set("key", 1)
    assert other.get("key") == 1
    assert MemoryCache("another", {"OPTIONS": {"MAX_BYTES": LIMIT}}).get("key") is None


KEYS = st.sampled_from("abcdefgh")
VALUES = st.integers(0, 12_000).map(bytes)
STEPS = st.one_of(
    st.tuples(st.just("set"), KEYS, VALUES, st.sampled_from([None, 0, 60])),
    st.tuples(st.just("add"), KEYS, VALUES),
    st.tuples(st.sampled_from(["get", "delete", "touch"]), KEYS),
)


@given(st.lists(STEPS, max_size=30))
def test_count_the_bytes_after_any_steps(steps):
    memory = cache()
    for verb, *arguments in steps:
        getattr(memory, verb)(*arguments)
        entries = memory.store.entries
        assert memory.store.size == sum(size_of(key, data) for key, (_at, data) in entries.items())
        assert memory.store.size <= LIMIT


def test_count_at_least_what_python_needs():
    memory = cache(10_000_000)
    before = sys.getsizeof(memory.store.entries)
    for number in range(1_000):
        memory.set(f"pages:1:{number:064}", number)
    needed = sys.getsizeof(memory.store.entries) - before
    for key, entry in memory.store.entries.items():
        needed += sum(map(sys.getsizeof, (key, entry, *entry)))
    assert needed < memory.store.size


@pytest.mark.parametrize("threads", [4])
def test_count_the_bytes_while_threads_write(threads):
    memory, errors = cache(), []

    def work(name: int) -> None:
        try:
            for number in range(500):
                memory.set(f"{name}-{number % 20}", b"x" * number)
                memory.get(f"{(name + 1) % threads}-{number % 20}")
                memory.delete(f"{name}-{(number + 7) % 20}")
        except Exception as error:
            errors.append(error)

    workers = [Thread(target=work, args=[name]) for name in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    entries = memory.store.entries
    assert errors == []
    assert memory.store.size == sum(size_of(key, data) for key, (_at, data) in entries.items())
