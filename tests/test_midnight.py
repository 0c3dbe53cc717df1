from datetime import UTC, datetime

import pytest

from tests.midnight import seconds_to_wait


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("00:00:00", 0),
        ("12:00:00", 0),
        ("23:58:59", 0),
        ("23:59:00", 61),
        ("23:59:59", 2),
    ],
)
def test_wait_shortly_before_midnight(time, seconds):
    now = datetime.fromisoformat(f"2026-12-31T{time}").replace(tzinfo=UTC)
    assert seconds_to_wait(now.timestamp()) == seconds
