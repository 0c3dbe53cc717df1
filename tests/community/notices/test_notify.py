import pytest

from community.models import NoticeKind, Notification
from community.notices.notify import notify
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True)


def send_notice(members, **changes):
    values = {"kind": NoticeKind.REPLY, "event": "comment.reply"} | changes
    notify([member.pk for member in members], **values)


def notified() -> list[str]:
    return sorted(Notification.objects.values_list("member__handle", flat=True))


def test_notify_all_but_the_actor(member, colleague, stranger, case):
    send_notice([member, colleague, stranger], subject=case, actor=colleague)
    assert notified() == ["member", "stranger"]
    notice = Notification.objects.first()
    assert (notice.subject, notice.actor, notice.read_at) == (case, colleague, None)


def test_notify_once_for_each_key(member, case):
    for key in ("comment-1", "comment-1", "comment-2"):
        send_notice([member], subject=case, key=key)
    assert notified() == ["member", "member"]


def test_refuse_an_unknown_event(member, case):
    with pytest.raises(KeyError):
        send_notice([member], subject=case, event="comment.unknown")
