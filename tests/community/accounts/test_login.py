from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from community.models import User
from tests.community.conftest import (
    PASSWORD,
    add_app,
    add_passkey,
    confirm,
    sign_in,
)
from tests.page import page_of
from tests.second_factors import RECOVERY_CODES, add, add_totp, totp

URL = "/accounts/login/"


def user_in(client):
    return client.session.get("_auth_user_id")


def test_sign_in_and_out(client, account):
    response = sign_in(client, account)
    assert (response.status_code, response.url) == (302, "/")
    assert user_in(client) == str(account.pk)

    assert client.get("/accounts/logout/").status_code == 200
    assert user_in(client) == str(account.pk)
    assert client.post("/accounts/logout/").url == "/"
    assert user_in(client) is None
    assert client.post("/accounts/logout/").url == "/"


def test_sign_in_in_capital_letters(client, account):
    response = client.post(URL, {"login": "MEMBER@Example.ORG", "password": PASSWORD})

    assert response.url == "/"


def test_sign_in_leads_staff_to_their_desk(client, account):
    account.is_staff = True
    account.save()
    assert sign_in(client, account).url == "/desk/"

    # The link on the home page names that page.
    for target, expected in (("/", "/desk/"), ("/fr/", "/desk/"), ("/cases/", "/cases/")):
        client.logout()
        form = {"login": account.email, "password": PASSWORD, "next": target}
        assert client.post(URL, form).url == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/cases/", "/cases/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_redirect_to_pages_of_this_site_only(client, account, target, expected):
    form = {"login": account.email, "password": PASSWORD, "next": target}

    assert client.post(URL, form).url == expected


def test_keep_the_session_only_if_asked_to(client, account):
    sign_in(client, account)
    assert client.cookies["sessionid"]["max-age"] == ""

    client.logout()
    client.post(URL, {"login": account.email, "password": PASSWORD, "remember": "on"})
    assert client.cookies["sessionid"]["max-age"] == 14 * 24 * 60 * 60


def test_answer_the_same_for_a_wrong_password_and_an_unknown_address(client, account):
    User.objects.create_user("unconfirmed@example.org", PASSWORD)
    answers = []
    for email, password in [
        (account.email, "a wrong password"),
        ("absent@example.org", "a wrong password"),
        ("unconfirmed@example.org", PASSWORD),
    ]:
        response = client.post(URL, {"login": email, "password": password})
        answers.append((response.status_code, response.context["form"].non_field_errors()))

    assert answers[0][0] == 200
    assert answers[0] == answers[1] == answers[2]
    assert user_in(client) is None


def test_sign_in_is_refused_to_a_closed_account(client, account):
    account.is_active = False
    account.save()

    assert sign_in(client, account).url == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert user_in(client) is None


@pytest.mark.parametrize("add", [add_app, add_passkey])
def test_ask_for_the_second_factor(client, account, add):
    add(account)

    assert sign_in(client, account).url == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert user_in(client) is None


def test_sign_in_with_the_code_of_the_app_once(client, account):
    add_app(account)
    code = totp()

    sign_in(client, account)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"
    client.post("/accounts/logout/")

    sign_in(client, account)
    response = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert list(response.context["form"].errors) == ["code"]
    assert user_in(client) is None


def test_second_factor_is_refused_without_the_password(client, account):
    add_app(account)

    response = client.post("/accounts/2fa/authenticate/", {"code": totp()})

    assert response.url == "/accounts/login/"
    assert user_in(client) is None


def test_cancel_at_the_second_factor(client, account):
    add_app(account)
    sign_in(client, account)
    client.post("/accounts/logout/", {"next": "/accounts/login/"})

    assert client.get("/accounts/2fa/authenticate/").url == "/accounts/login/"


def test_start_signing_in_with_a_passkey(client, db):
    response = client.get("/accounts/2fa/webauthn/login/", HTTP_ACCEPT="application/json")

    options = response.json()["request_options"]["publicKey"]
    assert (options["rpId"], options["userVerification"]) == ("testserver", "required")


MADE_UP = [
    "",
    "null",
    "[]",
    '"text"',
    "{}",
    '{"id": "a"}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    '{"id": "a", "rawId": 1, "type": "public-key", "response": null}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AA", "attestationObject": "AA", "signature": "AA", "userHandle": "M"}}',
    "no JSON",
]


@pytest.mark.parametrize("credential", MADE_UP)
def test_refuse_an_invalid_passkey(client, account, credential):
    login = "/accounts/2fa/webauthn/login/"
    client.get(login, HTTP_ACCEPT="application/json")
    assert client.post(login, {"credential": credential}).url == "/accounts/login/"

    add_passkey(account)
    sign_in(client, account)
    step = "/accounts/2fa/authenticate/"
    client.get(step)
    assert client.post(step, {"credential": credential}).status_code == 200
    assert user_in(client) is None


@pytest.mark.parametrize("credential", MADE_UP)
def test_refuse_to_add_an_invalid_passkey(signed_in, account, credential):
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    path = "/accounts/2fa/webauthn/add/"
    signed_in.get(path)

    response = signed_in.post(path, {"name": "Key", "credential": credential})
    assert response.status_code == 200
    assert Authenticator.objects.count() == 0

    add_passkey(account)
    path = "/accounts/2fa/webauthn/reauthenticate/"
    signed_in.get(path)
    assert signed_in.post(path, {"credential": credential}).url == "/accounts/login/"


def test_list_the_sessions_and_end_all_others(client, account):
    elsewhere = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0")
    sign_in(elsewhere, account)
    sign_in(client, account)

    response = client.get("/accounts/sessions/")
    assert response.context["session_count"] == 2
    assert "Firefox on Windows" in page_of(response).main.headings

    assert client.post("/accounts/sessions/").url == "/accounts/sessions/"
    assert elsewhere.get("/accounts/sessions/").url == "/accounts/login/?next=/accounts/sessions/"
    assert client.get("/accounts/sessions/").context["session_count"] == 1


def test_keep_the_sessions_of_others(client, account, colleague):
    other = Client()
    sign_in(other, confirm(colleague))
    sign_in(client, account)
    client.post("/accounts/sessions/")

    assert other.get("/accounts/sessions/").status_code == 200


def test_set_up_a_factor_only_after_reauthentication(signed_in):
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert unquote(signed_in.get(path).url) == f"/accounts/reauthenticate/?next={path}"
        assert signed_in.post(path, {"code": "123456"}).url.startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.count() == 0


def test_remove_is_refused_for_passkeys_of_others(signed_in, colleague):
    key = add_passkey(colleague)
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})

    for act in ("edit", "remove"):
        for method in (signed_in.get, signed_in.post):
            assert method(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/").status_code == 404
    assert Authenticator.objects.get() == key


def test_rename_and_remove_a_passkey(signed_in, account):
    key = add_passkey(account)
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})

    signed_in.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "My phone"})
    assert page_of(signed_in.get("/accounts/2fa/webauthn/")).main.headings == [
        "Passkeys",
        "My phone",
    ]

    remove = f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"
    assert "“My phone”" in page_of(signed_in.get(remove)).main.text
    assert signed_in.post(remove).url == "/accounts/2fa/webauthn/"
    assert Authenticator.objects.count() == 0
    assert signed_in.post(remove).status_code == 404


def test_show_the_recovery_codes_to_their_owner(signed_in, account):
    add_app(account)
    path = "/accounts/2fa/recovery-codes/"
    assert unquote(signed_in.get(path).url) == f"/accounts/reauthenticate/?next={path}"
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})

    shown = page_of(signed_in.get(path)).select(".codes li")
    assert [code.text for code in shown] == RECOVERY_CODES
    download = signed_in.get(path + "download/")
    assert download.text.split() == RECOVERY_CODES
    assert download.headers["Content-Type"] == "text/plain"

    signed_in.post(path + "generate/")
    assert signed_in.get(path + "download/").text.split() != RECOVERY_CODES


@pytest.mark.parametrize(("left", "words"), [(2, "2 of 10 are left."), (1, "1 of 10 is left.")])
def test_count_the_recovery_codes_that_are_left(signed_in, account, left, words):
    add_totp(account)
    used = (1 << (10 - left)) - 1
    add(account, Authenticator.Type.RECOVERY_CODES, seed="seed", used_mask=used)
    page = page_of(signed_in.get("/accounts/2fa/"))
    _heading, text, _link = page.select(".panel")[-1].lines
    assert text.endswith(words)


@pytest.mark.parametrize(
    ("profile", "path", "lands_on"),
    [
        ("fr", "/accounts/login/", "/fr/"),
        ("fr", "/accounts/login/?next=/cases/%3Fpage=2%23list", "/fr/cases/?page=2#list"),
        ("en", "/fr/accounts/login/", "/"),
        ("en", "/fr/accounts/login/?next=/fr/cases/", "/cases/"),
        # Without a language in the profile, the page decides; nor does the admin have another URL.
        ("", "/fr/accounts/login/", "/fr/"),
        ("", "/accounts/login/?next=/fr/cases/", "/fr/cases/"),
        ("xx", "/fr/accounts/login/", "/fr/"),
        ("fr", "/accounts/login/?next=/admin/", "/admin/"),
    ],
)
def test_sign_in_leads_to_the_language_of_the_profile(client, account, profile, path, lands_on):
    account.language = profile
    account.save()

    response = client.post(path, {"login": account.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, lands_on)


def test_know_a_browser_in_every_language(client, account):
    sign_in(client, account)

    assert client.cookies[settings.KNOWN_DEVICE_COOKIE_NAME]["path"] == "/"
