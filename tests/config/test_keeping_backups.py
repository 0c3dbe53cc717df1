"""Several backups in one folder: their names, the newest, and how long they are kept."""

import fcntl
import os
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.backups import contents, keeping
from config.management.commands.backup import days
from repository.dates import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def old_backup(folder: Path, name: str, *, age: timedelta) -> Path:
    """Make a folder that looks like a backup."""
    (folder / name / "media").mkdir(parents=True)
    (folder / name / "media" / "a.pdf").write_text("a")
    made_at = (clock.now() - age).isoformat()
    contents.Summary(made_at, "1", 17, 1, [], {}, [], has_files=True).write(folder / name)
    return folder / name


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.django_db(transaction=True)
@pytest.mark.proof(group="backups", in_turn=True, sample=4)
def test_back_up_twice_a_day_and_delete_old_ones(folder, monkeypatch, capsys):
    now = datetime(2026, 12, 2, 2, 30, tzinfo=UTC)
    monkeypatch.setattr(keeping.clock, "now", lambda: now)
    # Named as by earlier versions: its age is in its summary.
    old_backup(folder, "2026-08-01", age=timedelta(days=91))
    old_backup(folder, "2026-09-04", age=timedelta(days=89))
    (folder / "media").mkdir()
    call_command("backup", "--keep", "90d", str(folder))
    assert capsys.readouterr().out.splitlines()[-1] == "Deleted 2026-08-01."
    now += timedelta(hours=12)
    call_command("backup", "--keep", "90d", str(folder))
    assert names(folder) == ["2026-09-04", "2026-12-02T023000", "2026-12-02T143000", "media"]
    assert keeping.newest(folder) == folder / "2026-12-02T143000"


def test_delete_only_old_backups_and_what_is_left_of_them(folder):
    made = old_backup(folder, "new", age=timedelta(days=400))
    old = old_backup(folder, "old", age=timedelta(days=400))
    (folder / "killed.unfinished" / "media").mkdir(parents=True)
    (folder / "photographs").mkdir()
    (folder / "notes.txt").write_text("1")
    other = old_backup(folder, "other", age=timedelta(days=400))
    (other / "backup.json").write_text('{"format": 99}')
    (folder / "running.unfinished").mkdir()
    lock = os.open(folder / "running.unfinished", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert keeping.delete_old(made, timedelta(days=90)) == ["killed.unfinished", "old"]
    os.close(lock)
    assert names(folder) == ["new", "notes.txt", "other", "photographs", "running.unfinished"]
    assert not old.exists()


def test_interrupted_deletion_leaves_no_backup(folder, monkeypatch):
    made = old_backup(folder, "new", age=timedelta(0))
    old_backup(folder, "old", age=timedelta(days=91))

    def interrupt(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(keeping.shutil, "rmtree", interrupt)
    with pytest.raises(CommandError, match=r"The backup is complete, but old ones can’t be"):
        keeping.delete_old(made, timedelta(days=90))
    assert [path.name for _made_at, path in keeping.backups(folder)] == ["new"]


def test_find_the_newest_backup(folder):
    with pytest.raises(CommandError, match=r"is no complete backup: it has no backup\.json"):
        call_command("verify_backup", str(folder))
    newest = old_backup(folder, "a", age=timedelta(hours=1))
    old_backup(folder, "b", age=timedelta(hours=2))
    (folder / "c.unfinished").mkdir()
    assert keeping.newest(folder) == newest
    # Or the one that is named.
    assert keeping.newest(folder / "b") == folder / "b"


def test_refuse_a_folder_that_does_not_exist(folder):
    with pytest.raises(CommandError, match=r"is no folder\. Make it first"):
        call_command("backup", str(folder / "missing"))


@pytest.mark.parametrize("text", ["90", "0d", "d", "-1d", "90 d", "9m"])
def test_refuse_a_time_to_keep_backups_that_is_no_number_of_days(text):
    with pytest.raises(ArgumentTypeError, match="is no number of days like 90d"):
        days(text)
