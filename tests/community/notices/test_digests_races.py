"""Concurrent tasks mail a notice once; without the lock, some twice."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.models import NoticeKind, NoticeSetting, Notification
from community.notices import digests
from community.notices.notify import notify
from tests.factories import CaseStudyFactory, UserFactory
from tests.races import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def notified_members():
    """Five members with one notice each, of which the tasks are gone."""
    case = CaseStudyFactory(published=True)
    members = [UserFactory() for _ in range(5)]
    notify([row.pk for row in members], kind="reply", event="comment.reply", subject=case)
    DBTaskResult.objects.all().delete()
    return members


def together(monkeypatch, name: str, attempt) -> list[Exception]:
    """Run it in two threads, each waiting once for the other before sending; return errors."""
    meeting = Meeting()
    work = getattr(digests, name)

    def meet(*args, **kwargs):
        meeting.come()
        return work(*args, **kwargs)

    monkeypatch.setattr(digests, name, meet)
    return meeting.together(attempt, attempt)


def queued() -> list[str]:
    tasks = DBTaskResult.objects.filter(task_path="community.notices.emails.deliver")
    return sorted(task.args_kwargs["kwargs"]["to"][0] for task in tasks)


def test_mail_each_notice_once(notified_members, monkeypatch):
    assert together(monkeypatch, "mail_notice", digests.send_at_once.call) == []
    assert queued() == sorted(member.email for member in notified_members)
    assert Notification.objects.filter(mailed_at=None).count() == 0


def test_mail_some_twice_without_the_lock(notified_members, monkeypatch):
    """Shows that the test above can fail."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)
    together(monkeypatch, "mail_notice", digests.send_at_once.call)
    assert len(queued()) > len(notified_members)


def test_send_each_digest_once(notified_members, monkeypatch):
    for kind in NoticeKind:
        NoticeSetting.objects.bulk_create(
            [NoticeSetting(member=row, kind=kind, delivery="daily") for row in notified_members]
        )
    now = timezone.now() + timedelta(days=1)
    assert together(monkeypatch, "send_digest", lambda: digests.send_digests(now)) == []
    assert queued() == sorted(member.email for member in notified_members)


def test_queue_nothing_when_interrupted(notified_members, monkeypatch):
    """The message and the mark are committed together."""

    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "update", crash)
        with pytest.raises(KeyboardInterrupt):
            digests.send_at_once.call()
    assert queued() == []
    digests.send_at_once.call()
    assert len(queued()) == 5
