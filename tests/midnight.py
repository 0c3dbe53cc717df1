"""Starts no test shortly before midnight UTC, when the day would change while it runs.

Hundreds of tests count days from today: they create data, open a page and compare its dates.
Reading the date once in each of them would clutter the tests, and would not reach the clock of the
database and of the servers that a test starts.
"""

import time

import pytest

DAY = 86_400  # seconds
LONG_ENOUGH = 60  # seconds, for nearly all tests


def seconds_to_wait(now: float) -> float:
    """Return the number of seconds to wait with a test, at a time in seconds since 1970."""
    left = -now % DAY
    # A second more, as the clock may be adjusted while the test waits.
    return left + 1 if 0 < left <= LONG_ENOUGH else 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Wait until midnight has passed, before the fixtures of the test are set up."""
    time.sleep(seconds_to_wait(time.time()))
