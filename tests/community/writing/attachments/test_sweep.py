"""The sweep of files without a row and rows without a file."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.storage.memory import InMemoryStorage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import Attachment
from community.privacy import retention
from community.privacy.retention import sweep_files
from community.tasks import queue as tasks_queue
from config.storage import SyncedFileSystemStorage
from tests.community.conftest import run_queue
from tests.community.writing.attachments.uploads import attach
from tests.config.conftest import ROOT, environment
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, UserFactory
from tests.files import picture
from tests.page import page_of
from tests.processes import holding, is_waited_for, kill, url_of_database, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def attachment(member):
    return attach(CaseStudyFactory(authors=[member]), member)


def make_old(media, days=2) -> None:
    """Set the times of all files to days ago."""
    then = time.time() - days * 24 * 3600
    for path in media.rglob("*"):
        os.utime(path, (then, then))


def files_in(folder: str) -> list[str]:
    try:
        return sorted(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def swept() -> dict:
    sweep_files.enqueue()
    run_queue()
    return DBTaskResult.objects.get(task_path=sweep_files.module_path).return_value


NOTHING = {"missing": [], "set_aside": 0, "deleted": 0}


def test_leave_files_with_a_row_and_new_ones(attachment, media):
    make_old(media)
    default_storage.save("attachments/new.jpeg", ContentFile(b"x"))
    assert swept() == NOTHING
    assert len(files_in("attachments")) == 2


def test_set_aside_a_file_without_a_row_and_delete_it_a_month_later(attachment, media, caplog):
    default_storage.save("attachments/lost.jpeg", ContentFile(b"x"))
    make_old(media)
    assert swept() == NOTHING | {"set_aside": 1}
    assert [f"attachments/{name}" for name in files_in("attachments")] == [attachment.file.name]
    assert files_in("orphans/attachments") == ["lost.jpeg"]
    assert "1 set aside" in caplog.text

    DBTaskResult.objects.all().delete()
    make_old(media, days=29)
    assert swept() == NOTHING
    DBTaskResult.objects.all().delete()
    make_old(media, days=31)
    assert swept() == NOTHING | {"deleted": 1}
    assert files_in("orphans/attachments") == []


def test_sweep_a_smaller_copy_with_its_picture(member, media):
    attach(CaseStudyFactory(authors=[member]), member, picture(size=(1600, 400)))
    make_old(media)
    assert swept() == NOTHING
    assert len(files_in("attachments")) == 2
    Attachment.objects.all().delete()
    DBTaskResult.objects.all().delete()
    assert swept() == NOTHING | {"set_aside": 2}
    assert files_in("attachments") == []


def test_restore_a_file_with_its_row(attachment, media):
    """An older database is restored by mistake, then the right one."""
    with attachment.file.open() as file:
        content = file.read()
    Attachment.objects.all().delete()
    make_old(media)
    assert swept() == NOTHING | {"set_aside": 1}

    attachment.save(force_insert=True)
    DBTaskResult.objects.all().delete()
    assert swept() == NOTHING
    with Attachment.objects.get().file.open() as file:
        assert file.read() == content
    assert files_in("orphans/attachments") == []


def test_report_a_row_without_a_file(attachment, caplog):
    default_storage.delete(attachment.file.name)
    assert swept()["missing"] == [["community.Attachment", attachment.pk]]
    assert "community.Attachment" in caplog.text
    desk = DeskClient()
    desk.force_login(UserFactory(superuser=True))
    missing = page_of(desk.get("/admin/")).one("[aria-labelledby=missing-files]")
    assert missing.headings == ["1 file is missing"]
    assert [each.text for each in missing.select("li")] == [f"Attachment (ID {attachment.pk})"]


def test_show_the_desk_after_a_model_is_renamed(attachment):
    """An upgrade can rename what the last sweep has reported."""
    default_storage.delete(attachment.file.name)
    swept()
    row = DBTaskResult.objects.get(task_path=sweep_files.module_path)
    row.return_value["missing"] = [["community.Enclosure", 987654], *row.return_value["missing"]]
    row.save()
    desk = DeskClient()
    desk.force_login(UserFactory(superuser=True))
    page = page_of(desk.get("/admin/"))
    assert page.status == 200
    missing = page.select("[aria-labelledby=missing-files] li")
    assert [each.text for each in missing] == [f"Attachment (ID {attachment.pk})"]


def test_sweep_any_storage(settings, member):
    """Only Django's storage API is used, which those for S3 implement too."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}
    assert isinstance(storages["default"], InMemoryStorage)
    attach(CaseStudyFactory(authors=[member]), member)
    assert swept() == NOTHING
    Attachment.objects.all().delete()
    DBTaskResult.objects.all().delete()
    ahead = timezone.now() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention.timezone, "now", lambda: ahead)
        outcome = retention.quarantine_orphans()
    assert (outcome, files_in("attachments")) == (1, [])
    assert len(files_in("orphans/attachments")) == 1


@pytest.mark.django_db(transaction=True)
def test_one_sweep_at_a_time():
    with psycopg.connect(url_of_database()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [retention.SWEEP_LOCK])
        assert swept() == {}


def test_sweep_once_an_hour():
    for _turn in range(2):
        tasks_queue.enqueue_due([sweep_files])
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=61))
    tasks_queue.enqueue_due([sweep_files])
    assert DBTaskResult.objects.count() == 2


# Crashes

ATTACH = """
import os
from django.core.files.uploadedfile import SimpleUploadedFile
from community.writing.attachments.actions import attach
from community.models import User
from repository.models import CaseStudy

upload = SimpleUploadedFile("photo.jpg", bytes.fromhex(os.environ["PICTURE"]))
member = User.objects.get(pk=os.environ["MEMBER"])
attach(case=CaseStudy.objects.get(), upload=upload, caption="The yard", by=member)
"""


@pytest.mark.django_db(transaction=True)
def test_sweep_up_after_a_crash_between_file_and_row(media, member):
    CaseStudyFactory(authors=[member])
    values = environment(
        TESTING="1", DATA_DIR=str(media.parent), DATABASE_URL=url_of_database()
    ) | {"PICTURE": picture().hex(), "MEMBER": str(member.pk)}
    with holding("LOCK TABLE community_attachment IN SHARE MODE") as held:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ATTACH]
        process = subprocess.Popen(command, cwd=ROOT, env=values)
        wait_until(lambda: is_waited_for(held), process)
        # The file is on the disk before its row is there.
        assert len(files_in("attachments")) == 1
        kill(process, held)
    assert (len(files_in("attachments")), Attachment.objects.count()) == (1, 0)

    make_old(media)
    assert swept() == NOTHING | {"set_aside": 1}
    assert files_in("attachments") == []


def test_files_are_synced_before_their_row(media, monkeypatch):
    synced = []
    work = os.fsync

    def note(descriptor):
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        return work(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    name = SyncedFileSystemStorage().save("attachments/one.pdf", ContentFile(b"x"))
    assert synced == [str(media / name), str(media / "attachments"), str(media)]
