"""Pages are made of old values while a thread makes new ones."""

import logging
import time
from threading import Event, Thread, current_thread
from threading import enumerate as all_threads

import pytest

from repository.pages import provisional
from repository.pages.editions import Part, Tokens, per_edition, remembered
from repository.pages.provisional import current_page, making_page, note_missing

pytestmark = pytest.mark.without_database
SECONDS = 120


def at(token):
    return Tokens.of({"cases": token}, [Part.CASES])


class Slow:
    """A slow value: the number of times that it was made. Threads wait until they may go on."""

    def __init__(self):
        self.made, self.errors, self.goes_on = [], [], Event()

        @per_edition(Part.CASES, is_slow=True)
        def value() -> int:
            if current_page() is None:
                assert self.goes_on.wait(SECONDS)
            if self.errors:
                raise self.errors.pop()
            self.made.append(len(self.made) + 1)
            return self.made[-1]

        self.value = value
        with making_page(may_be_old=True):
            value(at("a"))

    def page(self, token, *, may_be_old=True):
        """Return the value on a page of an edition, and whether the page is provisional."""
        with making_page(may_be_old=may_be_old) as page:
            found = self.value(at(token))
        return found, page.is_provisional

    def end(self):
        """Let the thread go on until its end."""
        self.goes_on.set()
        for thread in threads():
            thread.join(SECONDS)
        self.goes_on.clear()


def threads():
    return [each for each in all_threads() if each.name == "Making value"]


@pytest.fixture
def slow(settings, monkeypatch):
    settings.OLD_VALUES_FOR = 3600
    monkeypatch.setattr(provisional, "PATIENCE", 0.01)
    monkeypatch.setattr(provisional, "QUICK", 0)
    slow = Slow()
    yield slow
    slow.end()
    # Other tests of this process make all slow values.
    slow.goes_on.set()


def test_use_the_old_value_while_a_thread_makes_the_new_one(slow):
    assert slow.page("a") == (1, False)
    assert [slow.page("b"), slow.page("b")] == [(1, True)] * 2
    assert len(threads()) == 1
    slow.end()
    assert [slow.page("b"), slow.page("b")] == [(2, False)] * 2
    assert slow.made == [1, 2]


def test_wait_a_moment_for_the_new_value(slow, monkeypatch):
    monkeypatch.setattr(provisional, "PATIENCE", SECONDS)
    slow.goes_on.set()
    assert slow.page("b") == (2, False)
    slow.goes_on.clear()
    monkeypatch.setattr(provisional, "PATIENCE", 0.3)
    began = time.monotonic()
    assert slow.page("c") == (2, True)
    assert time.monotonic() - began >= 0.3
    # Later pages do not wait for the same thread again.
    monkeypatch.setattr(provisional, "PATIENCE", SECONDS)
    assert slow.page("c") == (2, True)


def test_use_the_same_value_until_the_page_is_complete(slow):
    with making_page(may_be_old=True) as page:
        found = [slow.value(at("b"))]
        slow.end()
        found.append(slow.value(at("b")))
    assert (found, page.is_provisional) == ([1, 1], True)
    assert slow.page("b") == (2, False)


def test_try_again_after_a_failure(slow, caplog):
    slow.errors.append(ValueError("The database is down."))
    with caplog.at_level(logging.ERROR):
        assert slow.page("b") == (1, True)
        slow.end()
    assert [record.message for record in caplog.records] == [
        "Making value failed. The next request tries again."
    ]
    assert slow.page("b") == (1, True)
    slow.end()
    assert slow.page("b") == (2, False)


def test_make_one_edition_after_the_other(slow):
    assert slow.page("b") == (1, True)
    assert slow.page("c") == (1, True)
    slow.end()
    assert slow.page("c") == (2, True)
    slow.end()
    assert slow.page("c") == (3, False)
    assert slow.made == [1, 2, 3]


def test_wait_once_the_old_value_was_used_for_long(slow, settings):
    assert slow.page("b") == (1, True)
    settings.OLD_VALUES_FOR = 1e-6
    slow.goes_on.set()
    assert slow.page("b") == (2, False)
    # As often as there is a new edition.
    slow.goes_on.clear()
    settings.OLD_VALUES_FOR = 3600
    assert slow.page("c") == (2, True)


def test_count_the_time_from_the_first_edition_that_was_missed(slow, settings):
    assert slow.page("b") == (1, True)
    slow.end()
    settings.OLD_VALUES_FOR = 1e-6
    assert slow.page("c", may_be_old=True) == (3, False)
    assert slow.made == [1, 2, 3]


def test_wait_for_the_thread_where_a_page_may_not_be_old(slow):
    assert slow.page("b") == (1, True)
    found = []
    reader = Thread(target=lambda: found.append(slow.page("b", may_be_old=False)))
    reader.start()
    reader.join(0.1)
    assert reader.is_alive()
    slow.end()
    reader.join(SECONDS)
    assert found == [(2, False)]
    assert slow.made == [1, 2]


def test_make_it_at_once_where_a_page_may_not_be_old(slow):
    assert slow.page("b", may_be_old=False) == (2, False)
    assert threads() == []


def test_make_it_at_once_outside_of_pages(slow):
    slow.goes_on.set()
    assert slow.value(at("b")) == 2
    assert slow.made == [1, 2]


def test_make_it_after_a_failure_where_a_page_may_not_be_old(slow):
    slow.errors.append(ValueError("The database is down."))
    assert slow.page("b") == (1, True)
    slow.goes_on.set()
    assert slow.page("b", may_be_old=False) == (2, False)


def test_make_all_values_at_once_without_the_setting(slow, settings):
    settings.OLD_VALUES_FOR = 0
    assert slow.page("b") == (2, False)
    assert threads() == []


def test_make_the_first_value_at_once(slow):
    slow.value.forget()
    assert slow.page("b") == (2, False)
    assert threads() == []


def test_keep_the_current_value_only(slow):
    assert slow.page("b") == (1, True)
    assert slow.page("a") == (1, False)
    slow.end()
    assert slow.page("b") == (2, False)
    assert slow.page("a") == (2, True)
    assert slow.page("b") == (2, False)


def test_make_the_new_value_from_the_old_one(settings, monkeypatch):
    settings.OLD_VALUES_FOR = 3600
    monkeypatch.setattr(provisional, "PATIENCE", SECONDS)
    calls = []

    def update(made, before, now):
        calls.append((before[Part.CASES], now[Part.CASES]))
        return made + 1

    @per_edition(Part.CASES, update=update, is_slow=True)
    def value() -> int:
        return 1

    found = []
    for token in "abc":
        with making_page(may_be_old=True):
            found.append(value(at(token)))
    assert found == [1, 2, 3]
    assert calls == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize("is_updated", [True, False])
def test_start_no_thread_for_a_value_that_is_made_quickly(is_updated, settings, monkeypatch):
    settings.OLD_VALUES_FOR = 3600
    monkeypatch.setattr(provisional, "PATIENCE", SECONDS)
    made_by = []
    takes = iter([0, 0, SECONDS])

    def measure(pace, make) -> str:
        pace.seconds = next(takes, 0)
        return make()

    def make(*_last) -> str:
        made_by.append(current_thread().name)
        return made_by[-1]

    monkeypatch.setattr(provisional.Pace, "measure", measure)

    @per_edition(Part.CASES, update=make if is_updated else None, is_slow=True)
    def value() -> str:
        return make()

    for token in "abcde":
        with making_page(may_be_old=True) as page:
            assert value(at(token)) == made_by[-1]
        assert not page.is_provisional
    # A thread makes it after it has taken longer.
    own = current_thread().name
    assert made_by == [own, own, own, "Making value", own]


def test_do_not_remember_what_was_made_of_an_old_value(slow):
    @remembered(2)
    def double(edition) -> int:
        return 2 * slow.value(edition)

    def page():
        with making_page(may_be_old=True):
            return double(at("b"))

    assert page() == 2
    slow.end()
    assert [page(), page()] == [4, 4]
    slow.value.forget()
    assert page() == 4


def test_remember_for_other_pages_what_was_made_of_an_old_value(slow):
    made = []

    @remembered(4)
    def double(edition) -> int:
        made.append(2 * slow.value(edition))
        return made[-1]

    def page(token):
        with making_page(may_be_old=True) as page:
            slow.value(at(token))
            return double(at(token)), page.is_provisional

    assert [page("b"), page("b")] == [(2, True)] * 2
    slow.end()
    assert [page("b"), page("b")] == [(4, False)] * 2
    assert [page("c"), page("c")] == [(4, True)] * 2
    slow.end()
    assert page("c") == (6, False)
    assert made == [2, 4, 4, 6]


def test_note_that_something_is_missing():
    note_missing()
    with making_page(may_be_old=False) as page:
        with making_page(may_be_old=False) as inner:
            note_missing()
        assert (page.is_provisional, inner.is_provisional) == (False, True)
    assert current_page() is None


def test_return_the_memory_of_the_old_value(monkeypatch):
    done = []
    monkeypatch.setattr(provisional, "return_freed_memory", lambda: done.append("returned"))
    provisional.Renewal("Making it").start(lambda: done.append("made"), patience=10)
    assert done == ["made", "returned"]
