"""What is removed once a day, and what is not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from community.accounts.sessions import SessionStore
from community.models import User
from community.privacy import retention
from tests.community.conftest import (
    add_passkey,
    confirm,
    link_in,
    run_queue,
    sign_in,
    sign_up_form,
)
from tests.factories import CaseStudyFactory, UserFactory

DAY = timedelta(days=1)


def waiting(*, days=8, **fields) -> User:
    """An account that signed up so many days ago and never confirmed its address."""
    user = UserFactory(date_joined=timezone.now() - days * DAY, **fields)
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    return user


def left() -> set[User]:
    """The accounts left after the daily run."""
    retention.remove_unconfirmed_accounts()
    return set(User.objects.all())


def test_remove_accounts_that_were_never_confirmed(db, member):
    young = waiting(days=6)
    for _ in range(2):
        waiting()

    assert retention.remove_unconfirmed_accounts() == 2
    assert set(User.objects.all()) == {member, young}
    assert EmailAddress.objects.get().user == young
    # The second round finds nothing.
    assert retention.remove_unconfirmed_accounts() == 0


def test_keep_confirmed_accounts(db):
    confirmed = waiting()
    confirmed.emailaddress_set.update(verified=True)
    changing = confirm(UserFactory(date_joined=timezone.now() - 30 * DAY))
    changing.emailaddress_set.create(email="new@example.org", verified=False)

    assert left() == {confirmed, changing}


@pytest.mark.parametrize(
    "fields",
    [
        {"last_login": timezone.now()},
        {"is_staff": True},
        {"is_superuser": True},
        # Closed by staff: signing up again with the address would reopen it.
        {"is_active": False},
    ],
)
def test_keep_accounts_that_signed_in_are_staff_or_were_closed(db, fields):
    user = waiting(**fields)
    assert left() == {user}


def test_keep_accounts_made_without_a_sign_up(db):
    user = UserFactory(date_joined=timezone.now() - 30 * DAY)
    assert left() == {user}


def test_keep_accounts_with_belongings(db, moderator):
    author, keyholder, colleague = waiting(), waiting(), waiting()
    CaseStudyFactory(authors=[author])
    add_passkey(keyholder)
    colleague.groups.set(moderator.groups.all())

    assert left() == {author, keyholder, colleague, moderator}


def test_sign_up_again_after_the_account_was_removed(client, db):
    fields = sign_up_form("new@example.org")
    client.post("/accounts/signup/", fields)
    [message] = run_queue()
    old_link = link_in(message)
    User.objects.update(date_joined=timezone.now() - 8 * DAY)
    assert left() == set()
    cache.clear()

    assert client.post("/accounts/signup/", fields).url == "/accounts/confirm-email/"
    [message] = run_queue()
    assert message.subject == "Confirm your email address"
    client.post(old_link)
    assert EmailAddress.objects.get().verified is False
    client.post(link_in(message))
    assert sign_in(client, User.objects.get()).url == "/"
    assert left() == {User.objects.get()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", [User, EmailAddress])
def test_skip_an_account_that_is_being_confirmed(held):
    """Another worker holds one of the rows; the run neither waits for it nor deletes it."""
    user = waiting()

    def round_of_another() -> int:
        try:
            return retention.remove_unconfirmed_accounts()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        held.objects.select_for_update().get()
        assert pool.submit(round_of_another).result(timeout=120) == 0
        EmailAddress.objects.update(verified=True)

    assert left() == {user}


def test_delete_the_rows_of_ended_sessions(db, member):
    session = SessionStore()
    session.create()
    before = timezone.now() - 2 * DAY
    for key, seen in [
        (session.session_key, before),
        ("ended", before),
        ("just-begun", timezone.now()),
    ]:
        UserSession.objects.create(
            user=member, ip="192.0.2.1", session_key=key, user_agent="Browser", last_seen_at=seen
        )

    assert retention.forget_ended_sessions() == 1
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {
        session.session_key,
        "just-begun",
    }
    assert retention.forget_ended_sessions() == 0
