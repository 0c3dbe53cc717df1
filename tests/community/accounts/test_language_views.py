import pytest


def test_keep_the_language_in_a_cookie_and_go_back(client):
    response = client.get("/language/fr/?next=/cases/?theme=logistics%26page=2")
    cookie = response.cookies["django_language"]

    assert (response.status_code, response.url) == (302, "/cases/?theme=logistics&page=2")
    assert {key: cookie[key] for key in ("max-age", "path", "httponly", "samesite", "secure")} == {
        "max-age": 31_536_000,
        "path": "/",
        "httponly": True,
        "samesite": "Lax",
        "secure": "",
    }
    assert (cookie.value, list(response.cookies)) == ("fr", ["django_language"])
    assert "no-store" in response.headers["Cache-Control"]
    # A second click does no harm.
    assert client.get("/language/fr/?next=/cases/").cookies["django_language"].value == "fr"


def test_cookie_is_secure_with_tls(client, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert client.get("/language/fr/", secure=True).cookies["django_language"]["secure"] is True


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example",
        "http:elsewhere.example",
        "javascript:alert(1)",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/cases/\r\nSet-Cookie: a=b",
    ],
)
def test_redirect_to_this_site_only(client, target):
    response = client.get("/language/fr/", {"next": target})

    assert response.status_code == 302
    assert response.url in {"/", "/cases/%0D%0ASet-Cookie:%20a=b"}


@pytest.mark.parametrize("target", ["0", "__all__", "{}", "cases", "cases/1", "a\0b", "NaN"])
def test_go_to_the_home_page_for_invalid_targets(client, target):
    response = client.get("/language/fr/", {"next": target})

    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("code", ["de", "xx", "EN", "en-gb", "f"])
def test_answer_404_for_other_languages(client, code):
    response = client.get(f"/language/{code}/")

    assert (response.status_code, dict(response.cookies)) == (404, {})


def test_refuse_to_choose_by_post(client):
    assert client.post("/language/fr/").status_code == 405


def test_choose_for_a_signed_in_member_without_touching_the_profile(client, member):
    client.force_login(member)
    client.get("/language/fr/")

    member.refresh_from_db()
    assert member.language == ""
    assert client.get("/accounts/profile/").headers["Content-Language"] == "fr"
