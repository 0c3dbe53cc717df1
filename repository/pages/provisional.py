"""Provisional pages: less than they will show, or made of old values. They are not stored.

A page is provisional if the embedding engine did not answer, or if a thread was still making a new
value from which the page reads (decision 49).
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

# Seconds that a page waits in all for new values before it is made of old ones.
PATIENCE = 0.2
# A value is made without a thread if that took less than this share of them the last time: a thread
# has a connection of its own, which costs more than bringing an index up to date.
QUICK = 0.5


@dataclass
class Page:
    """A page that is being made.

    It reads the same values from beginning to end: `old` are those that are old, each with the
    state of its edition, by the function that returns them.
    """

    may_be_old: bool = False
    is_provisional: bool = False
    old: dict[Hashable, tuple[Hashable, Any]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def patience(self) -> float:
        """Return for how many more seconds the page can wait."""
        return max(0.0, self.began + PATIENCE - time.monotonic())

    def use(self, function: Hashable, old: tuple[Hashable, Any]) -> None:
        self.old[function] = old
        self.is_provisional = True


_page: ContextVar[Page | None] = ContextVar("page", default=None)


@contextmanager
def making_page(*, may_be_old: bool) -> Iterator[Page]:
    """Note while a page is being made whether it is provisional."""
    page = Page(may_be_old)
    outer = _page.set(page)
    try:
        yield page
    finally:
        _page.reset(outer)


def current_page() -> Page | None:
    """Return the page that is being made; None outside of public pages."""
    return _page.get()


def note_missing() -> None:
    """Note that something is missing from the page that is being made."""
    if page := current_page():
        page.is_provisional = True


def old_editions() -> tuple[tuple[Hashable, Hashable], ...]:
    """Return which old values the page that is being made has read, and of which editions."""
    page = current_page()
    old = page.old if page else {}
    return tuple((function, edition) for function, (edition, _value) in old.items())


def is_made_of_old_values() -> bool:
    """Must what is computed now not be remembered for the edition?"""
    return bool(old_editions())


class Renewal:
    """The thread of this process that makes a new value while pages are made of the old one."""

    def __init__(self, name: str):
        self.name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        # Since when pages have been made of old values.
        self._since: float | None = None

    def may_take_longer(self) -> bool:
        """Is the old value recent enough to be used?"""
        now = time.monotonic()
        return now - (self._since or now) < settings.OLD_VALUES_FOR

    def start(self, make: Callable[[], object], *, patience: float) -> None:
        """Make the value in a thread and wait for a moment, unless there is such a thread."""
        with self._lock:
            if self.is_running():
                return
            thread = self._thread = threading.Thread(
                target=copy_context().run, args=(self.run, make), name=self.name, daemon=True
            )
            self._since = self._since or time.monotonic()
            thread.start()
        thread.join(patience)

    def run(self, make: Callable[[], object]) -> None:
        _page.set(None)
        try:
            make()
        except Exception:
            logger.exception("%s failed. The next request tries again.", self.name)
        finally:
            connections.close_all()

    def is_running(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def wait(self) -> None:
        """Wait until the thread has ended, if there is one."""
        if thread := self._thread:
            thread.join()

    def succeed(self) -> None:
        """Note that a page got the current value."""
        self._since = None


class Pace:
    """How long it took to make a value the last time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def is_quick(self) -> bool:
        return self.seconds < QUICK * PATIENCE

    def measure[Made](self, make: Callable[[], Made]) -> Made:
        began = time.monotonic()
        made = make()
        self.seconds = time.monotonic() - began
        return made
