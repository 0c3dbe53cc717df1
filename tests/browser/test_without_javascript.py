"""Everything works where scripts do not run."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import click_and_load
from tests.collection import PASSWORD


@pytest.fixture
def page(open_page, site):
    return open_page(java_script_enabled=False, base_url=site)


def heading(page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_search_from_the_home_page(page):
    page.goto("/")
    page.get_by_role("searchbox", name="Search the collection").fill("rail")
    click_and_load(page.get_by_role("button", name="Search"))
    assert heading(page) == "Search"
    results = page.locator("#results")
    expect(results).to_contain_text("Rail transport and bonded imports in landlocked Zhengzhou")


def test_filter_results_by_kind(page):
    page.goto("/search/?q=port")
    click_and_load(page.locator("#results nav").get_by_role("link", name="Webinars"))
    assert "kind=webinar" in page.url
    hrefs = page.locator("#results h2 a, #results h3 a").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/')[1])"
    )
    assert set(hrefs) == {"webinars"}


def test_choose_and_remove_facets(page):
    page.goto("/cases/")
    click_and_load(page.get_by_role("link", name="Small firms 7"))
    expect(page.locator(".head strong")).to_have_text("7 cases")
    page.locator(".filters summary", has_text="Region").click()
    click_and_load(page.get_by_role("link", name="Asia"))
    narrowed = page.locator("main .tiles > li").count()
    expect(page.locator(".head strong")).to_have_text(f"{narrowed} cases")
    links = page.locator(".chosen a").all_text_contents()
    chosen = [" ".join(text.split()) for text in links]
    assert chosen == ["Small firms (remove filter)", "Asia (remove filter)"]
    click_and_load(page.locator(".chosen a").first)
    click_and_load(page.locator(".chosen a").first)
    expect(page.locator(".head strong")).to_have_text("13 cases")


def test_search_within_the_cases_and_sort_them(page):
    page.goto("/cases/?theme=small-firms")
    page.get_by_role("searchbox", name="Search cases").fill("loan")
    click_and_load(page.get_by_role("button", name="Search"))
    assert "q=loan" in page.url
    assert "theme=small-firms" in page.url
    click_and_load(page.get_by_role("link", name="Title", exact=True))
    titles = page.locator("main .tiles h3").all_inner_texts()
    assert titles == sorted(titles)


def test_open_the_menu_of_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/glossary/")
    menu = page.locator(".menu")
    menu.get_by_role("link", name="Practices").wait_for(state="hidden")
    menu.locator("summary").click()
    click_and_load(menu.get_by_role("link", name="Practices"))
    assert heading(page) == "Practices"


def test_switch_the_language_and_stay_on_the_page(page):
    page.goto("/cases/?theme=small-firms")
    page.locator(".languages summary").click()
    click_and_load(page.get_by_role("link", name="Français"))
    assert page.url.endswith("/fr/cases/?theme=small-firms")
    assert page.locator("html").get_attribute("lang") == "fr"
    click_and_load(page.locator("header a[href='/fr/webinars/']").first)
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator(".languages summary").click()
    click_and_load(page.get_by_role("link", name="English"))
    assert page.locator("html").get_attribute("lang") == "en"


def test_follow_the_map(page):
    page.goto("/cities/")
    click_and_load(page.locator(".map a", has_text="Kolkata").first)
    assert heading(page).startswith("Kolkata")


def test_read_a_citation(page):
    page.goto("/cases/zhengzhou/")
    page.get_by_text("Cite this case").click()
    citation = page.locator(".cite pre").first.inner_text()
    assert citation.startswith("South-South City Exchange. (")
    assert citation.endswith("/cases/zhengzhou/")


def test_sign_in_and_out(page):
    page.goto("/practices/")
    click_and_load(page.get_by_role("link", name="Sign in"))
    page.get_by_label("Email address").fill("member@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    click_and_load(page.get_by_role("button", name="Sign in", exact=True))
    expect(page.locator(".tools .button.quiet")).to_have_text("Member")
    page.goto("/accounts/logout/")
    click_and_load(page.get_by_role("button", name="Sign out"))
    expect(page.locator(".tools .button.quiet")).to_have_text("Sign in")


def test_find_a_term_from_a_text(page):
    page.goto("/cases/zhengzhou/")
    click_and_load(page.locator(".prose a.term").first)
    assert heading(page) == "Glossary"
    expect(page.locator("dt:target")).to_have_count(1)
