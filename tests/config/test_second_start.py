"""A command that is run again changes nothing."""

import pytest
from django.conf import settings
from django.core.management import call_command

from tests import databases
from tests.restoring import State

pytestmark = pytest.mark.slow(20)

SERIES = str(settings.BASE_DIR / "repository" / "content" / "series-2020")
COMMANDS = [
    ["ask_authors"],
    ["ask_cities"],
    ["load_series", SERIES],
    ["prepare"],
    ["prune"],
    ["reapply_deletions"],
    ["send_digests"],
]


@pytest.fixture(autouse=True)
def series(series_database, django_db_blocker, settings, tmp_path):
    """A copy of the database with the 2020 series, and empty folders."""
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"
    settings.MEDIA_ROOT = tmp_path / "media"
    with django_db_blocker.unblock(), databases.copied(series_database, "second"):
        yield


@pytest.mark.proof(group="second start", sample=2)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_change_nothing_the_second_time(command):
    call_command(*command, verbosity=0)
    before = State().marks
    call_command(*command, verbosity=0)
    assert State().marks == before
