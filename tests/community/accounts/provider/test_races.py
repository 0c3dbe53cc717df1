"""Two sign-ins with the provider at the same moment."""

from functools import partial

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from community.accounts.provider.actions import connect
from community.models import User
from repository.models import Edition
from repository.workflow import ActionRefused
from tests.community.conftest import confirm
from tests.factories import UserFactory
from tests.races import together

ADDRESS = "staff@staff.example"
NOBODY_FOUND = 'AS "a" FROM "community_user"'
CHECKED = 'FROM "socialaccount_socialaccount"'
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def edition(db):
    Edition.objects.get_or_create(pk=1)


def connections(*uids: str):
    accounts = [SocialAccount(provider="https://id.example", uid=uid) for uid in uids]
    return [partial(connect, account=account, email=ADDRESS) for account in accounts]


def test_connect_an_account_to_one_person():
    user = confirm(UserFactory(email=ADDRESS))
    [error] = together(*connections("1", "2"), after=CHECKED)
    assert isinstance(error, ActionRefused)
    assert user.socialaccount_set.count() == 1


def test_connect_two_people_without_the_lock(without_locks):
    user = confirm(UserFactory(email=ADDRESS))
    assert together(*connections("1", "2"), after=CHECKED) == []
    assert user.socialaccount_set.count() == 2


def test_create_one_account():
    [error] = together(*connections("1", "1"), after=NOBODY_FOUND)
    # The view answers both with a message.
    assert isinstance(error, (IntegrityError, ValidationError))
    assert User.objects.get(email=ADDRESS).socialaccount_set.get().uid == "1"
