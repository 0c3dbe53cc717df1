"""A command that is run again changes nothing."""

import shutil

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands

from tests import databases
from tests.community.tasks import test_lost_workers
from tests.config import (
    test_backups,
    test_demo,
    test_preflight,
    test_prepare,
    test_problems,
    test_serve_embeddings,
    test_wording,
)
from tests.partnerships.replies import test_receive
from tests.repository.search import test_models
from tests.restoring import State

pytestmark = [pytest.mark.slow(40), pytest.mark.proof(in_turn=True)]

APPS = {"config", "repository", "community", "partnerships"}
SERIES = settings.BASE_DIR / "repository" / "content" / "series-2020"
REQUEST = '{"country": "ZM", "themes": ["logistics"]}'
COMMANDS = [
    ["ask_authors"],
    ["ask_cities"],
    ["embed_passages"],
    ["export_translations", "{folder}/series-2020"],
    ["load_sample"],
    ["load_series", "{folder}/series-2020"],
    ["prepare"],
    ["prune"],
    ["rank_matches", "--file", "{folder}/request.json"],
    ["reapply_deletions"],
    ["send_digests"],
    ["yearly_report", "2026", "--html-only", "--output", "{folder}/report"],
]
# What tests the others: they refuse to do it again, or run until they are stopped.
OTHERS = {
    "backup": test_backups.test_backup_refused_if_the_folder_exists,
    "check_site": test_problems.test_tell_of_each_problem_once_a_day,
    "db_worker": test_lost_workers.test_remind_everybody_once,
    "demo": test_demo.test_start_repair_and_survive_being_killed,
    "finish_restore": test_backups.test_finish_a_restore_by_other_means,
    "limit_role": test_prepare.test_limit_role_twice_changes_nothing,
    "makemigrations": test_wording.test_no_migration_for_wording,
    "migrate": test_prepare.test_prepare_twice_changes_no_row,
    "rebuild_search": test_models.test_entries_equal_what_they_should_be,
    "receive_mail": test_receive.test_count_an_email_once,
    "restore_backup": test_backups.test_restore_everything,
    "serve": test_preflight.test_serve_refused_when_the_port_is_taken,
    "serve_embeddings": test_serve_embeddings.test_serve_embeddings_refused_if_the_port_is_taken,
    "verify_backup": test_backups.test_verify_a_backup,
}


@pytest.fixture
def folder(tmp_path):
    """What commands read, and where they write."""
    shutil.copytree(SERIES, tmp_path / SERIES.name)
    (tmp_path / "request.json").write_text(REQUEST)
    return tmp_path


@pytest.fixture(autouse=True)
def series(series_database, django_db_blocker, settings, folder):
    """A copy of the database with the 2020 series, and empty folders."""
    settings.DELETIONS_FILE = folder / "deletions.jsonl"
    settings.MEDIA_ROOT = folder / "media"
    with django_db_blocker.unblock(), databases.copied(series_database, "second"):
        yield


@pytest.mark.proof(group="second start", sample=3)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_change_nothing_the_second_time(command, folder, request):
    if command[0] == "embed_passages":
        request.getfixturevalue("engine")
    command = [word.format(folder=folder) for word in command]
    call_command(*command, verbosity=0)
    before = State().marks, files_in(folder)
    call_command(*command, verbosity=0)
    assert (State().marks, files_in(folder)) == before


def files_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_commands_are_run_again():
    own = {name for name, app in get_commands().items() if app in APPS}
    tested = {command[0] for command in COMMANDS}
    assert own == tested | OTHERS.keys()
    assert not tested & OTHERS.keys()
