"""Backups: `backup`, `restore_backup` and `verify_backup`."""

import fcntl
import hashlib
import io
import json
import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from community.models import Attachment, Comment, Deletion, User
from community.privacy.actions import delete_account
from config.backups import ages, contents, programs
from repository.dates import clock
from repository.models import Edition
from tests import databases
from tests.community.writing.attachments.uploads import attach
from tests.factories import CaseStudyFactory, CommentFactory, UserFactory

pytestmark = [
    pytest.mark.proof(group="backups", sample=4),
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow(15),
]

OWNERS = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    """The data folder of the site."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.DELETIONS_FILE = tmp_path / "data" / "deletions.jsonl"
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path, chosen_names):
    return tmp_path / "backup"


@pytest.fixture
def attachment(data, member):
    return attach(CaseStudyFactory(authors=[member]), member)


def content_of(attachment) -> bytes:
    with attachment.file.open() as file:
        return file.read()


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """Replace the programs of PostgreSQL by a script."""

    def fake(script: str) -> None:
        path = tmp_path / "program"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(programs, "candidates", lambda name: [str(path)])

    return fake


def refusal(*command) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(*map(str, command))
    return str(refused.value)


def restore(folder: Path, name: str, *options: str) -> str:
    """Restore into a database, which is used from then on; return what was printed."""
    databases.switch_to(name)
    out = io.StringIO()
    call_command("restore_backup", str(folder), *options, stdout=out)
    return out.getvalue()


def test_restore_everything(attachment, folder, new_database, data):
    member = UserFactory(handle="left-since")
    comment = CommentFactory(author=member)
    Session.objects.create(session_key="k", session_data="", expire_date="2099-01-01T00:00Z")
    earlier, picture = Edition.objects.get(), content_of(attachment)
    call_command("backup", str(folder), verbosity=0)
    delete_account(member=member, by=member, erase=True)
    default_storage.delete(attachment.file.name)

    with databases.using(databases.present()):
        printed = restore(folder, new_database).splitlines()
        assert re.fullmatch(r"Restored \d{3,} rows of \d{3} tables\.", printed.pop(1))
        assert printed == [
            "Restored 1 files; 0 were there.",
            "Deletions listed: 1, applied again: 1.",
            f"Ended all sessions. The edition is {Edition.objects.get().number}.",
        ]
        assert not User.objects.filter(pk=member.pk).exists()
        assert not Comment.objects.filter(pk=comment.pk).exists()
        assert Deletion.objects.get().number == member.pk
        assert not Session.objects.exists()
        now = Edition.objects.get()
        assert now.number > earlier.number
        assert now.token != earlier.token
        assert content_of(Attachment.objects.get()) == picture
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_user_tables "
                "WHERE relname = 'community_user' AND last_analyze IS NOT NULL"
            )
            assert cursor.fetchone() == (1,)
        # A second start is refused, and changes nothing.
        assert refusal("restore_backup", folder).startswith(
            f"The database “{new_database}” is not empty: it has "
        )
        databases.disconnect()


def test_restore_adds_lost_records_of_deletions(folder, new_database, data):
    member = UserFactory()
    delete_account(member=member, by=member, erase=False)
    call_command("backup", str(folder), verbosity=0)
    other = UserFactory()
    delete_account(member=other, by=other, erase=False)
    since = (data / "deletions.jsonl").read_text().splitlines()[1]
    (data / "deletions.jsonl").write_text(since + "\n")
    with databases.using(databases.present()):
        restore(folder, new_database)
        assert Deletion.objects.count() == 2
        databases.disconnect()
    lines = (data / "deletions.jsonl").read_text().splitlines()
    numbers = [json.loads(line)["number"] for line in lines]
    assert numbers == [other.pk, member.pk]


def test_backup_as_the_site_and_restore_as_the_owner(run, site_role, owner, folder):
    """None of them is a superuser, who has created the extension vector."""
    _role, url = site_role
    folder.mkdir()
    made = run("manage.py", "backup", str(folder), TESTING="1", DATABASE_URL=url)
    [folder] = folder.iterdir()
    assert (made.stderr, made.returncode) == ("", 0)
    url, name = owner
    with databases.server_connection(name) as server:
        server.execute("CREATE EXTENSION vector")
    restored = run("manage.py", "restore_backup", str(folder), TESTING="1", DATABASE_URL=url)
    assert (restored.stderr, restored.returncode) == ("", 0)
    with databases.server_connection(name) as server:
        owners = server.execute(OWNERS).fetchall()
    assert owners == [(name,)]


def test_verify_a_backup(attachment, folder, capfd):
    before = scratch_databases()
    call_command("backup", str(folder), verbosity=0)
    delete_account(member=attachment.by, by=attachment.by, erase=False)
    call_command("verify_backup", str(folder))
    printed, _errors = capfd.readouterr()
    assert "Restored 1 files; 0 were there." in printed
    assert "Deletions listed: 1, applied again: 1." in printed
    assert printed.endswith(f"{folder} can be restored.\n")
    # The site's own data are untouched.
    assert Deletion.objects.count() == 1
    assert scratch_databases() == before


def test_verify_refused_to_a_user_who_may_not_create_the_extension(folder, owner):
    before = scratch_databases()
    call_command("backup", str(folder), verbosity=0)
    url, name = owner
    databases.execute(f"ALTER ROLE {name} CREATEDB")
    # Not the name of the scratch database, which is removed.
    with pytest.raises(CommandError, match="psql --dbname=template1 --command="):
        call_command("verify_backup", "--server", url, str(folder))
    assert scratch_databases() == before


def test_verify_a_backup_with_a_deletion_that_the_site_has_lost(member, colleague, folder, data):
    delete_account(member=member, by=member, erase=False)
    call_command("backup", str(folder), verbosity=0)
    delete_account(member=colleague, by=colleague, erase=False)
    since = (data / "deletions.jsonl").read_text().splitlines()[1]
    (data / "deletions.jsonl").write_text(since + "\n")
    call_command("verify_backup", str(folder))


def test_note_the_ages_of_backups_for_the_metrics(folder, data, capsys):
    assert dict(ages.ages()) == {}
    data.mkdir()
    (data / "last-backup-made").mkdir()
    call_command("backup", str(folder.with_name("first")), verbosity=0)
    assert "is not in the metrics (Is a directory: " in capsys.readouterr().err
    (data / "last-backup-made").rmdir()
    call_command("backup", str(folder), verbosity=0)
    assert list(dict(ages.ages())) == ["made"]
    summary = contents.Summary.read(folder)
    summary.made_at = (clock.now() - timedelta(days=2)).isoformat()
    summary.write(folder)
    call_command("verify_backup", str(folder))
    found = dict(ages.ages())
    assert 0 <= found["made"] < 120
    assert 2 * 86_400 <= found["verified"] < 2 * 86_400 + 120
    # A comparison of files does not show that the rest can be restored.
    (data / "last-backup-verified").unlink()
    call_command("verify_backup", str(folder), "--site-files")
    assert list(dict(ages.ages())) == ["made"]


def scratch_databases() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'exchange_scratch%'")
        return cursor.fetchall()


def test_backup_lists_files_for_sha256sum(attachment, folder, data):
    call_command("backup", str(folder), "--without-files", verbosity=0)
    digest = hashlib.sha256(content_of(attachment)).hexdigest()
    assert (folder / "media.sha256").read_text() == f"{digest}  {attachment.file.name}\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        *["backup.json", "database.dump", "deletions.jsonl", "media.sha256"]
    ]
    check = ["sha256sum", "--check", "--quiet", str(folder / "media.sha256")]
    assert subprocess.run(check, cwd=data / "media", check=False).returncode == 0
    assert folder.stat().st_mode & 0o777 == 0o700


def test_backup_reports_missing_files(attachment, folder, capsys):
    default_storage.delete(attachment.file.name)
    call_command("backup", str(folder), verbosity=0)
    assert "1 uploaded files are missing" in capsys.readouterr().err
    assert contents.Summary.read(folder).missing_files == [attachment.file.name]


def test_backup_refused_if_the_folder_exists(folder):
    folder.mkdir()
    assert refusal("backup", folder) == f"{folder} exists. Name a folder that doesn’t exist yet."


def test_backup_refused_if_the_folder_above_is_missing(folder):
    message = refusal("backup", folder / "deep" / "er")
    assert message.startswith(f"The backup can’t be written to {folder}/deep/er (No such file")


def test_backup_replaces_what_a_killed_one_left(folder):
    unfinished = folder.with_name("backup.unfinished")
    (unfinished / "media").mkdir(parents=True)
    (unfinished / "database.dump").write_text("half")
    lock = os.open(unfinished, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert refusal("backup", folder) == f"Another backup to {folder} is running."
    assert (unfinished / "database.dump").read_text() == "half"
    os.close(lock)
    call_command("backup", str(folder), verbosity=0)
    assert not unfinished.exists()
    assert not (folder / "media").exists()
    assert contents.checked(folder).rows["community_user"] == User.objects.count()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("is_link", [False, True])
def test_backup_refuses_a_folder_that_others_have_made(folder, is_link, monkeypatch, tmp_path):
    """Where others can write too, the one who made it could read the backup."""
    unfinished, theirs = folder.with_name("backup.unfinished"), tmp_path / "theirs"
    theirs.mkdir()
    if is_link:
        unfinished.symlink_to(theirs)
        reason = f"The backup can’t be written to {folder} (Not a directory: {unfinished})."
    else:
        unfinished.mkdir()
        own = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: own + 1)
        reason = f"{unfinished} belongs to another user. Name another folder."
    assert refusal("backup", folder) == reason
    assert not folder.exists()
    assert [*theirs.iterdir()] == []


def test_backup_leaves_nothing_if_the_disk_is_full(folder, fake):
    fake(
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";;\n'
        '*) for each; do case "$each" in --file=*) echo half > "${each#--file=}";; esac; done\n'
        'echo "pg_dump: error: could not write to file: No space left on device" >&2; exit 1;; esac'
    )
    assert refusal("backup", folder) == (
        "program failed: could not write to file: No space left on device"
    )
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith("back")] == []


def test_backup_leaves_nothing_if_a_file_cannot_be_written(attachment, folder, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.backups.writing.digest_of", full)
    assert refusal("backup", folder) == (
        f"The backup can’t be written to {folder} (No space left on device)."
    )
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith("back")] == []


def test_backup_refused_with_an_older_program(folder, fake):
    server = programs.server_version()
    fake(f'echo "pg_dump (PostgreSQL) {server - 1}.2"')
    assert refusal("backup", folder) == (
        f"pg_dump of PostgreSQL {server} or newer is needed, and only {server - 1} was found. "
        f"Install it, on Debian with the package postgresql-client-{server}."
    )


def test_choose_the_program_of_the_same_version(monkeypatch):
    found = {"/old": 17, "/new": 19, "/same": 18, "/same/too": 18, "/broken": 0}
    monkeypatch.setattr(programs, "candidates", lambda name: [*found])
    monkeypatch.setattr(programs, "version", found.get)
    assert programs.program("pg_dump", least=18) == "/same"
    assert programs.program("pg_dump", least=16) == "/old"


@pytest.fixture
def written(folder, attachment):
    """A backup whose database is not looked at."""
    call_command("backup", str(folder), verbosity=0)
    return folder


def test_refuse_a_damaged_backup(written, attachment):
    copy = written / "media" / attachment.file.name
    copy.write_bytes(b"other")
    damaged = "The backup is damaged: {} is missing or has changed."
    name = f"media/{attachment.file.name}"
    assert refusal("restore_backup", written) == damaged.format(name)
    assert refusal("verify_backup", written) == damaged.format(name)
    copy.write_bytes(content_of(attachment))
    with (written / "database.dump").open("ab") as dump:
        dump.write(b"x")
    assert refusal("verify_backup", written) == damaged.format("database.dump")
    (written / "backup.json").unlink()
    assert refusal("verify_backup", written) == (
        f"{written} is no complete backup: it has no backup.json."
    )


def test_refuse_a_backup_of_a_newer_version(written, new_database):
    summary = contents.Summary.read(written)
    summary.migrations.append("community.9999_later")
    summary.write(written)
    with databases.using(new_database):
        assert refusal("restore_backup", written) == (
            "The backup is of a newer version: it has the migration community.9999_later. "
            "Update first."
        )
        databases.disconnect()


def test_refuse_to_replace_other_files(written, new_database, attachment):
    default_storage.delete(attachment.file.name)
    default_storage.save(attachment.file.name, ContentFile(b"other"))
    with databases.using(new_database):
        assert refusal("restore_backup", written) == (
            f"Uploaded files exist with another content: {attachment.file.name}. "
            "Move them away first."
        )
        with connection.cursor() as cursor:
            assert connection.introspection.table_names(cursor) == []
        databases.disconnect()


@pytest.mark.parametrize("time", [1, 2])
def test_finish_a_restore_by_other_means(time, data, member):
    data.mkdir()
    line = {"number": member.pk, "joined": member.date_joined.isoformat(), "erased": False}
    line["deleted"] = "2026-11-01T00:00:00+00:00"
    (data / "deletions.jsonl").write_text(json.dumps(line) + "\n")
    Session.objects.create(session_key="k", session_data="", expire_date="2099-01-01T00:00Z")
    before = Edition.objects.get().number
    for _ in range(time):
        call_command("finish_restore", verbosity=0)
    assert not User.objects.filter(pk=member.pk).exists()
    assert not Session.objects.exists()
    assert Edition.objects.get().number > before
