import pytest
from playwright.sync_api import expect

from tests.browser.steps import click_and_load

LIVE = ".hits mark"


@pytest.fixture
def search(site, page):
    page.goto(f"{site}/search/")
    return page


def titles(page):
    return page.locator(".hits h3").all_inner_texts()


@pytest.mark.end_to_end(role="visitor")
def test_show_results_as_you_type(search, site):
    search.get_by_role("searchbox").press_sequentially("zhengz", delay=20)
    # On a slow machine the first letters have results as well.
    search.wait_for_url(f"{site}/search/?q=zhengz")
    search.wait_for_selector(LIVE)
    assert set(titles(search)[:2]) == {
        "Zhengzhou",
        "Rail transport and bonded imports in landlocked Zhengzhou",
    }
    expect(search.get_by_role("status")).to_contain_text("result")
    # The address is changed in place: no page was loaded, and "back" leaves the search.
    assert search.evaluate("history.length") <= 2
    assert search.get_by_role("searchbox").input_value() == "zhengz"


def test_keep_the_chosen_kind_while_typing(site, page):
    page.goto(f"{site}/search/?q=rail&kind=practice")
    page.get_by_role("searchbox").fill("customs")
    page.wait_for_url("**/search/?q=customs&kind=practice")
    page.wait_for_selector(LIVE)
    kinds = set(page.locator(".hits .eyebrow").all_inner_texts())
    assert kinds == {"Practice"}


def test_clear_what_was_typed(search, site):
    search.get_by_role("searchbox").fill("rail")
    search.wait_for_selector(LIVE)
    search.get_by_role("searchbox").fill("")
    search.wait_for_url(f"{site}/search/?q=")
    search.wait_for_selector(".empty")
    assert titles(search) == []


def test_search_by_keyboard_alone(search, site):
    search.get_by_role("searchbox").focus()
    search.keyboard.type("rail")
    # The results while typing have the same address as the page that Enter opens.
    with search.expect_event("load"):
        search.keyboard.press("Enter")
    assert search.url == f"{site}/search/?q=rail"
    assert search.locator(LIVE).first.is_visible()
    search.get_by_role("searchbox").focus()
    for _ in range(3):
        search.keyboard.press("Tab")
    assert search.evaluate("document.activeElement.classList.contains('chip')") is True


def test_search_without_scripts(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/search/")
    page.get_by_role("searchbox").fill("logistcs")
    click_and_load(page.get_by_role("button", name="Search"))
    assert page.url == f"{site}/search/?q=logistcs"
    expect(page.locator(".notice")).to_contain_text("Showing results for logistics")
    click_and_load(page.get_by_role("link", name="Practices 9"))
    assert page.url == f"{site}/search/?q=logistcs&kind=practice"


def test_keep_results_when_the_line_is_down(search):
    search.get_by_role("searchbox").fill("rail")
    search.wait_for_selector(LIVE)
    before = titles(search)
    search.context.set_offline(True)
    with search.expect_event("requestfailed"):
        search.get_by_role("searchbox").fill("customs")
    search.wait_for_selector("#results:not([aria-busy])")
    assert titles(search) == before
    # This test took the line away itself.
    search.complaints.clear()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("query", ["", "?q=customs", "?q=quokka", "?q=" + "w" * 200])
def test_fit_the_width(site, open_page, width, query):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/search/{query}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
