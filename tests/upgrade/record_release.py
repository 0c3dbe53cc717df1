"""Run by `make record-release`: uses the migrated database of the tests."""

import pytest

from tests.upgrade.last_release import record


@pytest.mark.django_db
def test_record():
    record()
