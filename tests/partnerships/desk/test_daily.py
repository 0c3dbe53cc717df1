from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from community.models import Notification
from community.privacy import retention as files
from partnerships.desk import daily
from partnerships.models import Representation
from tests.factories import RepresentationFactory
from tests.files import PDF

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def days(count: int):
    return timezone.localdate() + count * DAY


def test_end_representations_after_their_last_day():
    over, today, later = (RepresentationFactory(until=days(count)) for count in (-1, 0, 1))
    assert (daily.end_lapsed(), daily.end_lapsed()) == (1, 0)
    for row in (over, today, later):
        row.refresh_from_db()
    assert [row.status for row in (over, today, later)] == ["ended", "approved", "approved"]


def test_warn_once_of_each_last_day(member):
    row = RepresentationFactory(member=member, until=days(20))
    RepresentationFactory(member=member, until=days(31))
    RepresentationFactory(member=member)
    for _ in range(2):
        daily.warn_ending()
    assert Notification.objects.count() == 1
    Representation.objects.filter(pk=row.pk).update(until=days(25))
    daily.warn_ending()
    assert set(Notification.objects.values_list("event", "member")) == {
        ("representation.ending", member.pk)
    }
    assert Notification.objects.count() == 2


def test_forget_letters_a_month_after_the_answer(django_capture_on_commit_callbacks):
    now = timezone.now()
    kept = []
    for status, ago in (("declined", 31), ("ended", 31), ("declined", 29), ("approved", 400)):
        row = RepresentationFactory(status=status, decided_at=now - ago * DAY)
        row.letter.save("", ContentFile(PDF))
        if (status, ago) in (("declined", 29), ("approved", 400)):
            kept.append(row.letter.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert (daily.forget_letters(), daily.forget_letters()) == (2, 0)
    assert sorted(f"letters/{name}" for name in default_storage.listdir("letters")[1]) == sorted(
        kept
    )


def test_set_letters_without_a_row_aside(monkeypatch):
    row = RepresentationFactory()
    row.letter.save("", ContentFile(PDF))
    default_storage.save("letters/orphan.pdf", ContentFile(PDF))
    assert files.quarantine_orphans() == 0
    monkeypatch.setattr(files, "FILES_WITHOUT_ROW_FOR", timedelta(0))
    assert files.quarantine_orphans() == 1
    assert [f"letters/{name}" for name in default_storage.listdir("letters")[1]] == [
        row.letter.name
    ]
