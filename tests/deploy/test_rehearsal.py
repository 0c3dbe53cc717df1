"""When the rehearsal fails."""

import pytest

from deploy.rehearsal.load import Record

pytestmark = pytest.mark.without_database


@pytest.mark.parametrize(
    ("found", "missed"),
    [
        ({}, []),
        ({"lost": 1, "repeated": 2}, ["1 writes lost, 2 stored twice"]),
        ({"acknowledged": []}, ["no write was acknowledged"]),
        ({"failures": [(1.0, "503"), (40.0, "503")]}, ["responses failed for 39 seconds"]),
        ({"failures": [(1.0, "503"), (30.0, "503")]}, []),
        ({"refusals": ["/desk/ answered 403."]}, ["/desk/ answered 403."]),
    ],
)
def test_miss_a_bound(found, missed):
    record = Record(**{"fault": "disk full", "acknowledged": ["a"]} | found)
    assert record.misses() == [f"disk full: {text}" for text in missed]
