"""Browsers known to an account are not locked out by failed attempts elsewhere."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.test import Client

from community.accounts import known_devices
from tests.community.accounts.failed_sign_ins import is_locked_out, try_in
from tests.community.conftest import PASSWORD, confirm, sign_in
from tests.factories import UserFactory

COOKIE = settings.KNOWN_DEVICE_COOKIE_NAME
NEW = "nineteen quiet lanterns"


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def attack(account) -> None:
    """Use up the attempts for the account from elsewhere."""
    for number in range(6):
        answer = try_in(Client(), account.email, f"203.0.113.{number}")
    assert is_locked_out(answer)


@pytest.fixture
def known(account):
    """The member's browser, signed out again."""
    client = Client()
    sign_in(client, account)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)
    return client


def test_remember_the_device_in_a_cookie_that_scripts_cannot_read(known, account):
    cookie = known.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        # The pages that ask for a password are under a prefix for each language.
        *(True, "Lax", "/"),
        31_536_000,
    )
    _name, accounts = signing.loads(cookie.value, salt="community.known_devices")
    assert list(accounts) == [str(account.pk)]
    assert account.password not in cookie.value


def test_a_known_device_signs_in_while_others_are_locked_out(known, account):
    attack(account)
    elsewhere = Client()
    assert is_locked_out(sign_in(elsewhere, account))
    assert not is_signed_in(elsewhere)

    assert sign_in(known, account).url == "/"
    assert is_signed_in(known)
    # The others are still locked out.
    assert is_locked_out(sign_in(Client(), account))


def test_a_known_device_reauthenticates_while_others_are_locked_out(known, account):
    sign_in(known, account)
    attack(account)
    answer = known.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})
    assert answer.url == "/"


def test_a_known_device_has_its_own_limit(known, account):
    answers = [try_in(known, account.email, f"198.51.100.{number}") for number in range(6)]
    assert [is_locked_out(answer) for answer in answers] == [False] * 5 + [True]
    assert is_locked_out(sign_in(known, account))
    # Its attempts do not count for others.
    assert sign_in(Client(), account).url == "/"


def test_signing_in_resets_the_limit(known, account):
    for _ in range(4):
        try_in(known, account.email)
        sign_in(known, account)
        known.post("/accounts/logout/")
    assert sign_in(known, account).url == "/"


def test_a_device_is_known_to_its_own_account_only(known, colleague):
    confirm(colleague)
    attack(colleague)
    assert is_locked_out(sign_in(known, colleague))


def test_several_people_share_a_device(known, account, colleague):
    sign_in(known, confirm(colleague))
    known.post("/accounts/logout/")
    for each in (account, colleague):
        attack(each)
        assert sign_in(known, each).url == "/"
        known.post("/accounts/logout/")


def test_a_new_password_invalidates_known_devices(known, account):
    account.set_password(NEW)
    account.save()
    attack(account)
    assert is_locked_out(sign_in(known, account, NEW))


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda value: signing.dumps(signing.loads(value, salt="community.known_devices")),
        lambda value: "known",
        lambda value: "",
        lambda value: "." * 4_000,
    ],
    ids=["changed", "another salt", "words", "nothing", "long"],
)
def test_a_forged_cookie_has_no_effect(forge, known, account):
    attack(account)
    known.cookies[COOKIE] = forge(known.cookies[COOKIE].value)
    assert is_locked_out(sign_in(known, account))


def test_a_cookie_ends_after_a_year(known, account, monkeypatch):
    attack(account)
    monkeypatch.setattr(known_devices, "KEPT_FOR", -1)
    assert is_locked_out(sign_in(known, account))


def test_remember_a_limited_number_of_accounts(rf, db):
    cookies = {}
    for _ in range(7):
        request = rf.get("/", headers={})
        request.COOKIES, request.user = cookies, AnonymousUser()
        user, response = UserFactory(), known_devices.HttpResponse()
        known_devices.remember(request, response, user)
        cookies = {COOKIE: response.cookies[COOKIE].value}
    assert len(known_devices.device_of(request).accounts) == known_devices.MAX_ACCOUNTS
