import pytest
from django.test import Client

from tests.page import page_of

PAGE = "/accounts/login/"


def language(response) -> tuple[str, str]:
    """The language of the page, as given in its HTML and in its headers."""
    return page_of(response)["lang"], response.headers["Content-Language"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "cookie", "expected"),
    [
        ("", "", "en"),
        ("fr-BJ,fr;q=0.9,en;q=0.5", "", "fr"),
        ("zh-Hans,sw;q=0.8", "", "en"),
        ("fr", "en", "en"),
        ("en", "fr", "fr"),
        ("fr", "klingon", "fr"),
        ("fr", "en'\"><script>", "fr"),
    ],
)
def test_prefer_the_language_of_the_cookie_to_that_of_the_browser(client, asked, cookie, expected):
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get(PAGE, HTTP_ACCEPT_LANGUAGE=asked)

    assert language(response) == (expected, expected)
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("cookie", "profile", "expected"),
    [("", "fr", "fr"), ("en", "fr", "en"), ("", "", "en"), ("", "xx", "en")],
)
def test_use_the_language_of_the_profile_without_a_cookie(
    client, member, cookie, profile, expected
):
    member.language = profile
    member.save()
    client.force_login(member)
    if cookie:
        client.cookies["django_language"] = cookie

    assert language(client.get("/accounts/profile/")) == (expected, expected)


def test_read_no_session_for_visitors_without_one(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(PAGE)

    assert "sessionid" not in response.cookies


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/logout/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/no-key/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/password/reset/key/1-no-key/",
        "/accounts/profile/",
        "/accounts/reauthenticate/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/2fa/authenticate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/keys/1/edit/",
        "/accounts/2fa/webauthn/keys/1/remove/",
        "/accounts/2fa/webauthn/login/",
        "/accounts/2fa/webauthn/reauthenticate/",
    ],
)
def test_keep_pages_of_accounts_out_of_caches(client, signed_in, path):
    for reader in (Client(), signed_in):
        response = reader.get(path)
        assert response.status_code in {200, 302, 403, 404}
        assert {"no-store", "private"} <= set(response.headers["Cache-Control"].split(", "))
