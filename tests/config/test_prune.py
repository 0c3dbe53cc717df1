"""The daily `prune` command."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailConfirmation
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community.accounts.address_changes import record_request
from community.models import User
from community.notices.emails import post
from tests.community.conftest import run_queue
from tests.factories import UserFactory
from tests.factories.partnerships import PartnershipRequestFactory

DAY = timedelta(days=1)


@pytest.fixture
def past(db):
    """Expired data of each kind."""
    old = timezone.now() - 8 * DAY
    cache.clear()
    cache.set("over", 1, -1)
    user = UserFactory(date_joined=old)
    user.emailaddress_set.create(email=user.email, verified=False)
    changing = UserFactory()
    record_request(changing.emailaddress_set.create(email="new@example.org"))
    EmailConfirmation.objects.update(created=timezone.now() - 4 * DAY)
    Session.objects.create(session_key="ended", session_data="", expire_date=old)
    UserSession.objects.create(
        user=changing,
        ip="192.0.2.1",
        session_key="ended",
        user_agent="Browser",
        last_seen_at=old,
    )
    PartnershipRequestFactory(opened=True, expires_at=old)
    PartnershipRequestFactory(opened=True, expires_at=timezone.now() + DAY)
    return old


def send(subject: str) -> DBTaskResult:
    post(EmailMessage(subject, "Text", "us@example.org", ["them@example.org"]))
    run_queue()
    return DBTaskResult.objects.order_by("enqueued_at").last()


def test_prune_removes_expired_data(past, capsys):
    sent, fresh = send("Old"), send("New")
    DBTaskResult.objects.filter(pk=sent.pk).update(finished_at=timezone.now() - 2 * DAY)

    call_command("prune")

    assert capsys.readouterr().out == (
        "Deleted: unconfirmed accounts: 1, unconfirmed email changes: 1, traces of "
        "ended sessions: 1, expired cache rows: 1, unsaved texts: 0, old handles: 0, "
        "letters: 0, webinar guests: 0, addresses of speakers: 0, page feedback: 0, "
        "digests of received emails: 0, returned emails: 0. Ended: representations: 0, matches "
        "without an answer in time: 0.\n"
        "Partnership requests: 1 expired, 1 warned.\n"
        "Invitations: 0 reminded, 0 ended without an answer.\n"
    )
    assert (User.objects.count(), Session.objects.count(), UserSession.objects.count()) == (1, 0, 0)
    assert list(DBTaskResult.objects.all()) == [fresh]


def test_prune_twice_is_harmless(past, capsys):
    call_command("prune", verbosity=0)
    call_command("prune")

    assert capsys.readouterr().out == (
        "Deleted: unconfirmed accounts: 0, unconfirmed email changes: 0, traces of "
        "ended sessions: 0, expired cache rows: 0, unsaved texts: 0, old handles: 0, "
        "letters: 0, webinar guests: 0, addresses of speakers: 0, page feedback: 0, "
        "digests of received emails: 0, returned emails: 0. Ended: representations: 0, matches "
        "without an answer in time: 0.\n"
        "Partnership requests: 0 expired, 0 warned.\n"
        "Invitations: 0 reminded, 0 ended without an answer.\n"
    )
