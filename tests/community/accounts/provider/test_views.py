"""Signing in with the provider, from the button to the session."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from community.accounts import rate_limits
from community.models import User
from tests import nu_checker
from tests.community.accounts.provider.conftest import START, enter, user_in, way_back
from tests.community.conftest import PASSWORD, confirm, run_queue, sign_in
from tests.factories import UserFactory
from tests.openid_provider import NAME, Person
from tests.page import page_of

LOGIN = "/accounts/login/"
pytestmark = pytest.mark.django_db


def staff_member(**fields):
    """An account with the address of the person at the provider, and a password."""
    return confirm(UserFactory(email="staff@staff.example", handle="staff", **fields))


def message_after(client, response) -> str:
    [message] = page_of(client.get(response.url)).select(".messages .message")
    return message.text


def test_off_by_default(client):
    assert configured.OIDC_ISSUER == ""
    assert page_of(client.get(LOGIN)).select(f"[action='{START}']") == []
    for path in [
        START,
        f"{START}callback/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/oidc/oidc/login/",
        "/accounts/social/signup/",
    ]:
        assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    with pytest.raises(NoReverseMatch):
        reverse("provider_start")


@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_offer_the_provider_on_the_sign_in_page(client, provider, prefix):
    page = page_of(client.get(f"{prefix}{LOGIN}?next=/cases/"))
    form = page.form(f"{prefix}{START}")
    assert form.method == "post"
    assert form.fields["next"] == "/cases/"


def test_create_an_account_with_roles(client, provider):
    provider.is_now(groups=["ex-mod", "unknown"], email="Staff@Staff.example")

    response = enter(client, next="/cases/")

    user = User.objects.get()
    assert user_in(client) == str(user.pk)
    assert response.url == "/accounts/welcome/?next=%2Fcases%2F"
    assert (user.email, user.is_staff, user.is_superuser) == ("staff@staff.example", True, False)
    assert [group.name for group in user.groups.all()] == ["Moderators"]
    assert not user.has_usable_password()
    assert user.handle
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (user.email, True, True)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == (provider.issuer, "person-1", {})
    assert run_queue() == []
    # The next time it leads to the page that was asked for.
    client.logout()
    assert enter(client, next="/cases/").url == "/cases/"
    assert User.objects.count() == 1


def test_lead_staff_to_their_desk(client, provider):
    provider.is_now(groups=["ex-mod"])
    enter(client)
    client.logout()
    assert enter(client).url == "/desk/"


def test_bind_the_answer_to_the_request(client, provider):
    enter(client)
    [asked] = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "email", "profile", "groups"}
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) == 64
    assert "prompt" not in asked


def test_start_by_post_only(provider):
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"{START}?next=/cases/").url == f"{LOGIN}?next=/cases/"
    assert client.post(START).status_code == 403
    assert provider.asked == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("/fr/cases/", "/fr/cases/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
    ],
)
def test_return_to_pages_of_this_site_only(client, provider, sent, expected):
    enter(client)
    client.logout()
    assert enter(client, next=sent).url == expected


def test_return_in_the_language_of_the_page(client, provider):
    response = enter(client, path=f"/fr{START}")
    assert response.url == "/fr/accounts/welcome/?next=%2Ffr%2F"
    assert User.objects.get().language == "fr"


def test_connect_the_account_with_the_address(client, provider):
    user = staff_member()
    other = Client()
    sign_in(other, user)

    assert enter(client, next="/cases/").url == "/cases/"

    assert user_in(client) == str(user.pk)
    assert SocialAccount.objects.get().user == user
    # Sessions from before are ended, and the member is notified.
    assert page_of(other.get("/accounts/sessions/")).status == 302
    [message] = run_queue()
    assert (message.to, NAME in message.subject) == ([user.email], True)


def test_connected_account_signs_in_with_the_provider_only(client, provider):
    user = staff_member()
    enter(client)
    client.logout()

    response = sign_in(client, user)

    assert (response.status_code, response.url, user_in(client)) == (302, LOGIN, None)
    assert message_after(client, response) == f"Your account signs in with {NAME}."


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "staff@elsewhere.example"},
        {"email": "staff@sub.staff.example"},
        {"email": "staff@staff.example.elsewhere.example"},
        {"email": "staff@staff.example@elsewhere.example"},
        {"email": "not an address@staff.example"},
        {"email": None},
        {"email": ["staff@staff.example"]},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email_verified": 1},
        {"userinfo": {"sub": "somebody-else"}},
        {"id_token": {"nonce": "of-another-sign-in"}},
        {"id_token": {"nonce": ""}},
        {"id_token": {"nonce": None}},
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_refuse_an_address_that_is_not_allowed(client, provider, changes, is_known):
    if is_known:
        enter(client)
        client.logout()
    before = User.objects.count()
    provider.is_now(**changes)

    response = enter(client, next="/cases/")

    assert (response.status_code, response.url) == (302, f"{LOGIN}?next=/cases/")
    assert message_after(client, response) == f"You can’t sign in here with this {NAME} account."
    assert user_in(client) is None
    assert User.objects.count() == before


def test_address_of_another_domain_does_not_take_over_an_account(client, provider, member):
    confirm(member)
    provider.is_now(email=member.email)

    enter(client)

    assert user_in(client) is None
    assert not SocialAccount.objects.exists()


def test_prepared_account_does_not_get_a_connection(client, provider):
    """Somebody has signed up with the address and a password, and could not confirm it."""
    prepared = UserFactory(email="staff@staff.example", handle="", last_login=None)
    prepared.set_password(PASSWORD)
    prepared.save()
    prepared.emailaddress_set.create(email=prepared.email, verified=False, primary=True)

    enter(client)

    user = User.objects.get(email=prepared.email)
    assert user.pk != prepared.pk
    assert not user.check_password(PASSWORD)


def test_pending_change_to_the_address_is_cancelled(client, provider, member):
    confirm(member)
    member.emailaddress_set.create(email="staff@staff.example", verified=False, primary=False)

    enter(client)

    assert User.objects.get(email="staff@staff.example") != member
    assert [address.email for address in member.emailaddress_set.all()] == [member.email]


def test_reused_address_does_not_take_over_an_account(client, provider):
    enter(client)
    client.logout()
    provider.is_now(sub="person-2")

    response = enter(client)

    assert message_after(client, response) == f"You can’t sign in here with this {NAME} account."
    assert user_in(client) is None
    assert [account.uid for account in SocialAccount.objects.all()] == ["person-1"]


def test_provider_does_not_reach_superusers(client, provider):
    user = staff_member(superuser=True)

    enter(client)

    assert user_in(client) is None
    assert not SocialAccount.objects.exists()
    assert user.check_password(PASSWORD)


def test_connected_member_who_became_a_superuser_signs_in_here(client, provider):
    user = staff_member()
    enter(client)
    User.objects.update(is_superuser=True)
    client.logout()

    enter(client)
    assert user_in(client) is None
    sign_in(client, user)
    assert user_in(client) == str(user.pk)


def test_another_issuer_has_other_people(client, provider):
    """The same number at another provider may be of somebody else."""
    user = UserFactory(email="other@staff.example", handle="other")
    SocialAccount.objects.create(user=user, provider="https://old.example", uid="person-1")

    enter(client)

    assert User.objects.get(pk=user_in(client)).email == "staff@staff.example"


def test_inactive_account_stays_closed(client, provider):
    enter(client)
    client.logout()
    User.objects.update(is_active=False)

    assert enter(client).url == "/accounts/inactive/"
    assert user_in(client) is None


def test_session_ends_after_twelve_hours(client, provider):
    enter(client)

    left = client.session.get_expiry_date() - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    # However much it is used.
    client.post("/accounts/sessions/")
    assert client.session.get_expiry_date() - timezone.now() <= left
    assert int(client.cookies["sessionid"]["max-age"]) <= 12 * 60 * 60


def test_store_no_tokens(client, provider):
    enter(client)
    assert not SocialToken.objects.exists()
    stored = [str(session.get_decoded()) for session in Session.objects.all()]
    assert stored
    assert [text for text in stored if re.search(r"'access'|refresh|Not to be stored", text)] == []


def test_refuse_a_replayed_answer(client, provider):
    path = way_back(client, next="/cases/")
    client.get(path)
    client.logout()

    response = client.get(path)

    assert (response.status_code, response.url) == (302, f"{LOGIN}?next=/")
    assert message_after(client, response) == f"Signing in with {NAME} failed. Try again."
    assert user_in(client) is None


def test_refuse_an_answer_to_another_browser(client, provider):
    path = way_back(client)
    other = Client()
    other.get(path)
    assert user_in(other) is None
    assert not User.objects.exists()


@pytest.mark.parametrize("query", ["", "?code=1", "?state=1&code=1", "?error=access_denied"])
def test_refuse_answers_to_no_request(client, provider, query):
    response = client.get(f"{START}callback/{query}")
    assert (response.status_code, response.url) == (302, f"{LOGIN}?next=/")
    assert client.post(f"{START}callback/").status_code == 405


def test_cancel(client, provider):
    provider.person = None
    response = enter(client, next="/fr/cases/")
    assert response.url == f"/fr{LOGIN}?next=/fr/cases/"
    provider.person = Person()
    client.get(response.url)
    provider.person = None
    response = enter(client)
    assert message_after(client, response) == f"You cancelled signing in with {NAME}."


WRONG = [
    (500, b"{}"),
    (200, b""),
    (200, b"[]"),
    (200, b"null"),
    (200, b"{}"),
    (200, b'{"issuer": 1}'),
    (200, b'{"sub": {}, "access_token": 1, "id_token": 1, "expires_in": "soon"}'),
    (200, b'{"access_token": "access", "id_token": "a.b.c"}'),
    (200, b'{"access_token": "access"}'),
]


PATHS = ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("answer", WRONG)
def test_answer_malformed_answers_with_a_message(client, provider, path, answer):
    if path.startswith("/."):
        provider.broken[path] = answer
        response = client.post(START, {"next": "/cases/"})
    else:
        back = way_back(client, next="/cases/")
        provider.broken[path] = answer
        response = client.get(back)

    assert (response.status_code, response.url) == (302, f"{LOGIN}?next=/cases/")
    assert page_of(client.get(response.url)).outcomes == ["error"]
    assert user_in(client) is None


def test_provider_is_down(client, provider):
    back = way_back(client)
    provider.shutdown()
    provider.server_close()
    for ask in [lambda: client.get(back), lambda: client.post(START)]:
        text = f"{NAME} does not answer. Try again in a few minutes."
        assert message_after(client, ask()) == text
        assert user_in(client) is None


def test_refuse_a_description_of_another_issuer(client, provider, monkeypatch):
    config = provider.config() | {"issuer": "https://elsewhere.example"}
    monkeypatch.setattr(provider, "config", lambda: config)
    assert client.post(START).url == f"{LOGIN}?next=/"
    assert provider.asked == []


def test_limit_the_rate(client, provider, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "provider", "1/m/ip")
    assert [client.post(START).status_code for _number in range(2)] == [200, 429]


def test_log_the_reason_without_the_person(client, provider, caplog):
    provider.is_now(email="staff@elsewhere.example")
    enter(client)
    [record] = caplog.records
    assert record.getMessage() == (
        "Signing in with the provider failed: the domain of the address is not in OIDC_DOMAINS."
    )


if not nu_checker.hindrance():

    def test_satisfy_the_nu_checker(client, provider, tmp_path):
        pages = {"sign-in": client.get(LOGIN), "to the provider": client.post(START)}
        enter(client)
        pages["confirm"] = client.get(START)
        texts = {name: page.content.decode() for name, page in pages.items()}
        assert nu_checker.check(texts, tmp_path) == []
