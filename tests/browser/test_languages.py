"""The language of the browser is offered on the first visit, by a script."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import watch
from tests.browser.steps import click_and_load

pytestmark = pytest.mark.slow(5)


@pytest.fixture
def visit(browser, site, collection):
    """Open a page in a new tab of a browser in a language; return what it offers."""
    contexts, complaints = {}, []

    def visit(path: str, locale: str):
        if locale not in contexts:
            contexts[locale] = browser.new_context(locale=locale)
        page = contexts[locale].new_page()
        watch(page, complaints)
        # The script has run when the page is loaded.
        page.goto(site + path, wait_until="load")
        return page

    yield visit
    for context in contexts.values():
        context.close()
    assert complaints == []


def offered(page) -> list[str]:
    return page.eval_on_selector_all(
        ".language-offer a", "links => links.map(link => link.getAttribute('href'))"
    )


def test_offer_the_language_of_the_browser_on_the_first_visit(visit, site):
    page = visit("/cities/?page=2", "fr-BJ")
    assert offered(page) == ["/fr/cities/?page=2"]
    assert violations(page, "light", "dark") == []
    click_and_load(page.locator(".language-offer a"))
    assert page.url == f"{site}/fr/cities/?page=2"
    assert offered(page) == []
    # Of the same visit.
    page.goto(f"{site}/cities/")
    assert offered(page) == ["/fr/cities/"]
    # The second visit.
    assert offered(visit("/cities/", "fr-BJ")) == []


@pytest.mark.parametrize(
    ("path", "locale", "expected"),
    [
        ("/cities/", "en-GB", []),
        ("/cities/", "de-DE", []),
        ("/cities/", "zh-CN", ["/zh/cities/"]),
        ("/zh/cities/", "zh-SG", []),
        ("/fr/accounts/login/", "en-GB", ["/accounts/login/"]),
        ("/cases/zhengzhou/", "fr-FR", ["/fr/cases/zhengzhou/"]),
        ("/fr/cases/zhengzhou/", "en-GB", ["/cases/zhengzhou/"]),
        ("/api/v1/docs", "fr-FR", []),
    ],
)
def test_offer_only_languages_in_which_the_page_exists(visit, path, locale, expected):
    assert offered(visit(path, locale)) == expected


def test_fit_the_search_of_the_home_page_on_a_phone(open_page, site, collection):
    """Its background hides what is too wide, so that the page would not scroll."""
    page = open_page(base_url=site, viewport={"width": 360, "height": 800})
    for code, _name in settings.LANGUAGES:
        page.goto("/" if code == settings.LANGUAGE_CODE else f"/{code}/")
        expect(page.locator(".hero .find .button")).to_be_in_viewport(ratio=1)
