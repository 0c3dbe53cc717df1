import pytest
from django.test import Client

from tests.page import page_of

PAGE = "/accounts/login/"


def language(response) -> tuple[str, str]:
    """The language of the page, as given in its HTML and in its headers."""
    return page_of(response)["lang"], response.headers["Content-Language"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "expected"),
    [(PAGE, "en"), (f"/fr{PAGE}", "fr"), ("/fr/no-such-page/", "fr"), ("/de/", "en")],
)
@pytest.mark.parametrize("asked", ["", "fr-BJ,fr;q=0.9,en;q=0.5", "en"])
@pytest.mark.parametrize("cookie", ["", "fr", "en", "en'\"><script>"])
def test_determine_the_language_by_the_url_only(client, path, expected, asked, cookie):
    client.cookies["django_language"] = cookie

    response = client.get(path, HTTP_ACCEPT_LANGUAGE=asked)

    assert language(response) == (expected, expected)
    assert "Accept-Language" not in response.headers["Vary"]


def test_ignore_the_profile_on_pages(client, member):
    member.language = "fr"
    member.save()
    client.force_login(member)

    assert language(client.get("/accounts/profile/")) == ("en", "en")
    assert language(client.get("/fr/accounts/profile/")) == ("fr", "fr")


@pytest.mark.parametrize(("profile", "expected"), [("fr", "fr"), ("", "en"), ("xx", "en")])
def test_use_the_language_of_the_profile_in_the_admin(client, moderator, profile, expected):
    moderator.language = profile
    moderator.save()
    client.force_login(moderator)

    response = client.get("/admin/", HTTP_ACCEPT_LANGUAGE="fr")

    assert response.headers["Content-Language"] == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lang", "expected"), [("fr", "fr"), ("en", "en"), ("", "en"), ("x", "en")]
)
def test_use_the_parameter_of_the_api(client, lang, expected):
    response = client.get(
        "/api/v1/cases", {"lang": lang, "language": "fr"}, HTTP_ACCEPT_LANGUAGE="fr"
    )

    assert (response.status_code, response.headers["Content-Language"]) == (200, expected)


@pytest.mark.parametrize(
    "path",
    [
        *("/fr/admin/", "/fr/api/v1/cases", "/fr/sitemap.xml", "/fr/robots.txt", "/fr/healthz"),
        *(
            "/fr/readyz",
            "/fr/.well-known/security.txt",
            "/fr/language/fr/",
            "/fr/static/css/site.css",
        ),
        *("/en/", "/FR/", "/fr-ca/", "/fr/fr/", "/fr/en/cases/"),
    ],
)
def test_have_one_url_only(client, db, path):
    assert client.get(path).status_code == 404


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
