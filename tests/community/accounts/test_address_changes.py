"""Changes of addresses that nobody confirms end after three days."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailConfirmation
from django.utils import timezone

from community.accounts.address_changes import end_old_changes, is_taken, record_request
from tests.community.conftest import confirm

DAY = timedelta(days=1)


@pytest.fixture
def change(account):
    """An address that the member is changing to, with the note of when it was asked for."""
    address = account.emailaddress_set.create(email="new@example.org")
    record_request(address)
    return address


def asked_before(days: int) -> None:
    EmailConfirmation.objects.update(created=timezone.now() - days * DAY)


def left(account) -> list[str]:
    return list(account.emailaddress_set.order_by("pk").values_list("email", flat=True))


def test_end_a_change_after_three_days(change, account):
    asked_before(days=4)

    assert (end_old_changes(), end_old_changes()) == (1, 0)
    assert left(account) == ["member@example.org"]
    assert EmailConfirmation.objects.count() == 0


def test_keep_a_change_that_was_asked_for_again(change, account):
    asked_before(days=4)
    record_request(change)

    assert end_old_changes() == 0
    assert left(account) == ["member@example.org", "new@example.org"]
    assert EmailConfirmation.objects.count() == 1


def test_begin_the_three_days_of_a_change_without_a_note(change, account):
    EmailConfirmation.objects.all().delete()

    assert end_old_changes() == 0
    asked_before(days=4)
    assert end_old_changes() == 1


def test_keep_the_address_that_an_account_was_made_with(member):
    member.emailaddress_set.create(email=member.email, primary=True)

    assert (end_old_changes(), end_old_changes()) == (0, 0)
    assert (left(member), EmailConfirmation.objects.count()) == ([member.email], 0)


def test_unconfirmed_address_belongs_to_nobody(change, account, member, colleague):
    confirm(colleague)
    account.emailaddress_set.create(email="second@example.org", verified=True)

    assert [
        is_taken(email)
        for email in (account.email, "second@example.org", "new@example.org", "a@example.org")
    ] == [True, True, False, False]
