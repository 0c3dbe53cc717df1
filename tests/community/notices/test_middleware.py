"""Notices are read when their reader opens what they are about."""

import pytest

from community.models import Notification
from community.notices.notify import notify
from tests.factories import CaseStudyFactory, CommentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True)


def send(member, case, **details):
    notify([member.pk], kind="reply", event="comment.reply", subject=case, **details)


def unread() -> int:
    return Notification.objects.unread().count()


def test_read_by_opening_the_item(client, member, case):
    send(member, case)
    send(member, CaseStudyFactory(published=True))
    client.force_login(member)
    client.get("/")
    assert unread() == 2
    client.get(case.get_absolute_url())
    assert unread() == 1


def test_read_by_opening_the_item_in_another_language(client, member, case):
    send(member, case)
    client.force_login(member)
    client.get(f"/fr{case.get_absolute_url()}")
    assert unread() == 0


def test_read_by_following_the_link_to_a_comment(client, member, case):
    comment = CommentFactory(subject=case)
    send(member, case, comment=str(comment.pk))
    client.force_login(member)
    client.get(f"/comments/{comment.pk}/", follow=True)
    assert unread() == 0


def test_keep_notices_of_others_unread(client, member, stranger, case):
    send(member, case)
    for reader in (None, stranger):
        if reader:
            client.force_login(reader)
        client.get(case.get_absolute_url())
    assert unread() == 1


def test_count_nothing_as_read_by_posting_or_failing(client, member, case):
    send(member, case)
    client.force_login(member)
    client.post(case.get_absolute_url())
    client.get(f"{case.get_absolute_url()}missing/")
    assert unread() == 1


def test_count_nothing_as_read_that_the_browser_loads_in_advance(client, member, case):
    send(member, case)
    client.force_login(member)
    client.get(case.get_absolute_url(), headers={"sec-purpose": "prefetch;prerender"})
    assert unread() == 1
