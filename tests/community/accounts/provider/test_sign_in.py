"""What a sign-in with the provider allows: roles, the second factor, and confirming who it is."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from community.accounts.forms import LoginWebAuthnForm
from community.models import User
from repository.dates import clock
from tests.community.accounts.provider.conftest import START, enter, user_in
from tests.community.conftest import PASSWORD, add_passkey
from tests.factories import UserFactory
from tests.page import page_of
from tests.second_factors import add_totp, note_authentication, totp

DESK = "/admin/"
FACTORS = "/accounts/2fa/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def deletions_file(settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"


@pytest.fixture
def mfa(settings):
    settings.OIDC_SECOND_FACTOR = ["mfa", "phr"]


def later(monkeypatch, **passed) -> None:
    """Let time pass for confirmations of who it is."""
    seconds = timedelta(**passed).total_seconds()
    started = clock.system.time()
    monkeypatch.setattr("community.accounts.provider.sign_in.time.time", lambda: started + seconds)


# Roles


def test_revoke_a_role_that_the_provider_has_removed(client, provider, mfa):
    provider.is_now(groups=["ex-mod"], amr=["pwd", "mfa"])
    enter(client)
    open_session = Client()
    enter(open_session)
    assert [client.get(DESK).status_code, open_session.get(DESK).status_code] == [200, 200]
    provider.is_now(groups=[])
    # Open sessions stay as they are until the next sign-in.
    assert client.get(DESK).status_code == 200

    enter(client)

    user = User.objects.get()
    assert (user.is_staff, list(user.groups.all())) == (False, [])
    assert [client.get(DESK).status_code, open_session.get(DESK).status_code] == [403, 403]


@pytest.mark.parametrize("groups", ["ex-mod", ["ex-mod", 1, None]])
def test_read_groups_in_any_form(client, provider, groups):
    provider.is_now(groups=groups)
    enter(client)
    assert [group.name for group in User.objects.get().groups.all()] == ["Moderators"]


@pytest.mark.parametrize("groups", [None, {"ex-mod": True}, 1, ["Moderators", "EX-MOD"]])
def test_grant_nothing_for_other_groups(client, provider, groups):
    provider.is_now(groups=groups)
    enter(client)
    assert not User.objects.get().is_staff


# Second factor


@pytest.mark.parametrize("said", [{"amr": ["pwd", "mfa"]}, {"amr": "mfa"}, {"acr": "phr"}])
def test_accept_the_second_factor_of_the_provider(client, provider, mfa, said):
    provider.is_now(groups=["ex-mod"], **said)
    enter(client)
    assert page_of(client.get(DESK)).status == 200


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"amr": ["pwd"]},
        {"amr": []},
        {"amr": {"mfa": 1}},
        {"acr": "1"},
        # Not about this sign-in.
        {"userinfo": {"amr": ["mfa"], "acr": "phr"}},
    ],
)
def test_require_the_factor_of_this_site_otherwise(client, provider, mfa, said):
    provider.is_now(groups=["ex-mod"], **said)
    enter(client)
    assert user_in(client)
    assert client.get(DESK).url == FACTORS
    # Elsewhere staff have the rights of members.
    assert client.get("/admin/community/user/").status_code == 302


def test_accept_no_factor_of_the_provider_by_default(client, provider):
    provider.is_now(groups=["ex-mod"], amr=["mfa"])
    enter(client)
    assert client.get(DESK).url == FACTORS


def test_factor_of_the_provider_counts_for_one_session(client, provider, mfa):
    provider.is_now(groups=["ex-mod"], amr=["mfa"])
    enter(client)
    assert client.get(DESK).status_code == 200
    provider.is_now(amr=["pwd"])
    enter(client)
    assert client.get(DESK).url == FACTORS


def test_ask_for_the_code_of_this_site(client, provider, mfa):
    provider.is_now(groups=["ex-mod"], amr=["pwd"])
    enter(client)
    add_totp(User.objects.get())
    client.logout()

    response = enter(client, next="/cases/")
    assert (response.url, user_in(client)) == ("/accounts/2fa/authenticate/", None)
    response = client.post(response.url, {"code": totp()})

    assert response.url == "/cases/"
    assert client.get(DESK).status_code == 200
    left = client.session.get_expiry_date() - clock.now()
    assert left <= timedelta(hours=12)


def test_ask_for_no_code_after_the_factor_of_the_provider(client, provider, mfa):
    provider.is_now(groups=["ex-mod"], amr=["mfa"])
    enter(client)
    add_totp(User.objects.get())
    client.logout()

    assert enter(client, next=DESK).url == DESK
    assert client.get(DESK).status_code == 200


# Passkeys and passwords


def test_refuse_a_password_that_was_set_later(client, provider):
    enter(client)
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    client.logout()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert user_in(client) is None


def test_refuse_a_passkey(client, provider, monkeypatch):
    enter(client)
    user = User.objects.get()
    key = add_passkey(user)
    client.logout()
    # The answer of a device.
    monkeypatch.setattr(LoginWebAuthnForm, "clean_credential", lambda form: key)
    sent = {"credential": '{"id": "key"}'}

    response = client.post("/accounts/2fa/webauthn/login/", sent)
    assert (response.url, user_in(client)) == ("/accounts/login/", None)

    # Nothing else is wrong with it.
    SocialAccount.objects.all().delete()
    client.post("/accounts/2fa/webauthn/login/", sent)
    assert user_in(client) == str(user.pk)


def test_accept_the_password_once_the_provider_is_off(client, provider, settings):
    enter(client)
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    client.logout()
    settings.OIDC_ISSUER = ""
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert user_in(client) == str(user.pk)


# Confirming who it is


def test_confirm_at_the_provider(client, provider, monkeypatch):
    enter(client)
    assert page_of(client.get("/accounts/2fa/totp/activate/")).status == 200
    later(monkeypatch, minutes=6)

    response = client.get("/accounts/2fa/totp/activate/")
    assert response.url == f"{START}?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    page = page_of(client.get(response.url))
    assert page.form(START).fields["next"] == "/accounts/2fa/totp/activate/"
    monkeypatch.undo()

    response = enter(client, next="/accounts/2fa/totp/activate/")
    assert response.url == "/accounts/2fa/totp/activate/"
    assert page_of(client.get(response.url)).status == 200
    # A session at the provider is not enough.
    asked = [(asked.get("prompt"), asked.get("max_age")) for asked in provider.asked]
    assert asked == [(None, None), ("login", "300")]


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_session_at_the_provider_confirms_nothing(client, provider, is_signed_in):
    """Also for those who take `prompt` and `max_age` out of the address, or sign out before."""
    if is_signed_in:
        enter(client)
    provider.is_now(signed_in_ago=3600)
    enter(client)
    assert user_in(client)
    assert client.get("/accounts/2fa/totp/activate/").url.startswith(START)
    provider.is_now(signed_in_ago=5)
    enter(client)
    assert page_of(client.get("/accounts/2fa/totp/activate/")).status == 200


@pytest.mark.parametrize("said", [None, "", "1700000000", True, [1]])
def test_time_of_the_sign_in_counts_if_the_provider_says_none(client, provider, monkeypatch, said):
    provider.is_now(id_token={"auth_time": said})
    enter(client)
    assert page_of(client.get("/accounts/2fa/totp/activate/")).status == 200
    later(monkeypatch, minutes=6)
    assert client.get("/accounts/2fa/totp/activate/").url.startswith(START)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/data/export/",
        "/accounts/data/delete/",
        "/accounts/email/",
        "/accounts/password/set/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
    ],
)
def test_confirm_before_sensitive_actions(client, provider, monkeypatch, path):
    enter(client)
    user = User.objects.get()
    later(monkeypatch, minutes=6)
    sent = {
        "understood": "on",
        "contributions": "keep",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = client.post(path, sent | {"email": "new@staff.example", "action_add": ""})
    if response.url == path:
        response = client.get(path)
    assert response.url.startswith(f"{START}?next=")
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert PASSWORD not in str(client.session.items())
    assert user.emailaddress_set.count() == 1


def test_other_ways_to_confirm_lead_to_the_provider(client, provider):
    enter(client)
    assert client.get("/accounts/reauthenticate/?next=/cases/").url == f"{START}?next=%2Fcases%2F"


def test_export_and_delete_the_account(client, provider):
    enter(client)
    response = client.post("/accounts/data/export/")
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        text = archive.read("data.json").decode()
    assert json.loads(text)
    assert "person-1" in text
    client.post("/accounts/data/delete/", {"contributions": "keep", "understood": "on"})
    assert not User.objects.filter(email="staff@staff.example").exists()
    assert not SocialAccount.objects.exists()


# The desk


def test_administrators_delete_a_connection(client, provider):
    enter(client)
    member = User.objects.get()
    admin = UserFactory(superuser=True, email="a@example.org", handle="a", staff=True)
    desk = Client()
    desk.force_login(admin)
    add_totp(admin)
    session = desk.session
    note_authentication(session, admin, "mfa")
    session.save()
    page = page_of(desk.get(f"/admin/community/user/{member.pk}/change/"))
    assert "person-1" in page.text
    form = page.form("")
    fields = form.fields | {"socialaccount_set-0-DELETE": "on"}
    desk.post(f"/admin/community/user/{member.pk}/change/", fields)
    assert not SocialAccount.objects.exists()
    # The person is connected again at the next sign-in.
    client.logout()
    enter(client)
    assert user_in(client) == str(member.pk)


def test_show_no_button_to_those_who_confirm_it_here(client, provider):
    moderator = UserFactory(staff=True, email="m@example.org", handle="m")
    client.force_login(moderator)
    assert client.get(START).url.startswith("/accounts/login/")
