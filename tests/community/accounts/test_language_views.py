import pytest

OLD = "django_language"


@pytest.mark.parametrize(
    ("code", "target", "url"),
    [
        ("fr", "/cases/?theme=logistics&page=2", "/fr/cases/?theme=logistics&page=2"),
        ("en", "/fr/cases/?theme=logistics", "/cases/?theme=logistics"),
        ("fr", "/fr/cases/", "/fr/cases/"),
        ("fr", "/accounts/login/?next=/desk/", "/fr/accounts/login/?next=/desk/"),
        # These have one URL.
        ("fr", "/admin/", "/admin/"),
        ("fr", "/api/v1/docs", "/api/v1/docs"),
        ("fr", "/no-such-page/", "/no-such-page/"),
    ],
)
def test_redirect_old_links_to_the_page_in_that_language(client, code, target, url):
    client.cookies[OLD] = "fr"

    response = client.get(f"/language/{code}/", {"next": target})

    assert (response.status_code, response.url) == (302, url)
    assert (response.cookies[OLD]["max-age"], list(response.cookies)) == (0, [OLD])
    assert "no-store" in response.headers["Cache-Control"]


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

    assert (response.status_code, dict(response.cookies)) == (302, {})
    assert response.url in {"/fr/", "/cases/%0D%0ASet-Cookie:%20a=b"}


@pytest.mark.parametrize("target", ["0", "__all__", "{}", "cases", "cases/1", "a\0b", "NaN"])
def test_go_to_the_home_page_for_invalid_targets(client, target):
    response = client.get("/language/fr/", {"next": target})

    assert (response.status_code, response.url) == (302, "/fr/")


@pytest.mark.parametrize("code", ["de", "xx", "EN", "en-gb", "f"])
def test_answer_404_for_other_languages(client, code):
    assert client.get(f"/language/{code}/").status_code == 404


def test_refuse_to_choose_by_post(client):
    assert client.post("/language/fr/").status_code == 405
