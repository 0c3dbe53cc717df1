"""What readers do with a page besides reading it: compare, send feedback, save. Without scripts."""

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import Collection, PageFeedback, SavedItem, User
from repository.models import CaseStudy
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load, press
from tests.collection import PASSWORD

CASE = "/cases/zhengzhou/"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def page(open_page, site):
    return open_page(
        base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 640}
    )


def title_of(page):
    return page.get_by_role("heading", level=1)


def test_compare_two_cases_from_the_page_of_one(page):
    first, second = (CaseStudy.objects.get(slug=slug) for slug in ("zhengzhou", "tianjin"))
    page.goto(CASE)
    click_and_load(page.get_by_role("link", name="Compare with another case"))
    expect(title_of(page)).to_have_text("Compare two cases")
    lists = page.get_by_role("main").get_by_role("combobox")
    expect(lists.nth(0)).to_have_value(first.slug)
    lists.nth(1).select_option(value=second.slug)
    press(page, "Compare cases")
    headings = page.get_by_role("main").get_by_role("heading", level=2)
    expect(headings.nth(0)).to_have_text(first.title)
    expect(headings.nth(1)).to_have_text(second.title)
    assert width_over(page) == 0
    click_and_load(page.get_by_role("main").get_by_role("link", name=second.title).first)
    expect(title_of(page)).to_have_text(second.title)


def test_say_whether_a_page_was_useful(page):
    page.goto(CASE)
    title = title_of(page).inner_text()
    click_and_load(page.get_by_role("link", name="Is this page useful?"))
    expect(page.get_by_role("main").get_by_role("link", name=CASE)).to_be_visible()
    # The browser asks for an answer, and what was typed stays.
    message = "What did the warehouse cost?"
    page.get_by_role("textbox", name="What were you looking for?").fill(message)
    page.get_by_role("button", name="Send feedback").click()
    assert page.get_by_label("Partly").evaluate("radio => radio.validity.valueMissing")
    assert not PageFeedback.objects.exists()
    assert width_over(page) == 0
    page.get_by_label("Partly").check()
    press(page, "Send feedback")
    expect(page.locator(".messages")).to_contain_text("Thank you for your feedback.")
    expect(title_of(page)).to_have_text(title)
    assert [*PageFeedback.objects.values_list("page", "answer", "message")] == [
        (CASE, "partly", message)
    ]


def test_report_a_wrong_translation_from_signed_out(page):
    """Links by address: their texts are translated."""
    page.goto(f"/fr{CASE}")
    click_and_load(page.locator(".foot a[href*='/translations/report/']"))
    assert width_over(page) == 0
    assert violations(page) == []
    click_and_load(page.locator("main a[href*='/accounts/login/']"))
    page.locator("[name=login]").fill("member@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    click_and_load(page.locator("main form.form button.button").first)
    page.locator("[name=quoted]").fill("Enregistrer")
    page.locator("[name=suggestion]").fill("Garder")
    assert width_over(page) == 0
    assert violations(page) == []
    click_and_load(page.locator("main form.form button.button"))
    page.wait_for_url(f"**/fr{CASE}")
    expect(page.locator(".messages")).to_be_visible()
    report = PageFeedback.objects.reports().get()
    assert (report.language, report.text, report.page) == ("fr", "Save", f"/fr{CASE}")


def test_save_a_case_into_a_collection_from_signed_out(page):
    page.goto(CASE)
    title = title_of(page).inner_text()
    click_and_load(page.get_by_role("link", name="Save", exact=True))
    expect(title_of(page)).to_have_text("Sign in")
    page.get_by_label("Email address").fill("member@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    # Back on the page.
    expect(title_of(page)).to_have_text(title)
    press(page, "Save")
    expect(title_of(page)).to_have_text(title)
    click_and_load(page.get_by_role("link", name="Saved"))
    expect(title_of(page)).to_have_text(title)
    assert width_over(page) == 0
    page.get_by_role("textbox", name="Note").fill("Ask who pays at night.")
    page.get_by_role("textbox", name="Or a new collection").fill("Port project")
    press(page, "Save changes")
    expect(title_of(page)).to_have_text("Port project")
    expect(page.locator(".saved-page h2")).to_have_text(title)
    expect(page.locator(".saved-page .words")).to_have_text("Ask who pays at night.")
    assert width_over(page) == 0
    item = SavedItem.objects.get(member=User.objects.get(handle="member"))
    assert (item.subject.slug, str(item.collection)) == ("zhengzhou", "Port project")

    click_and_load(page.get_by_role("link", name="Print view"))
    expect(page.locator(".to-print .url")).to_contain_text(CASE)
    click_and_load(page.get_by_role("link", name="Port project"))
    click_and_load(page.get_by_role("link", name="Delete"))
    expect(page.get_by_role("main")).to_contain_text("1 saved page")
    press(page, "Delete collection")
    expect(page.locator(".messages")).to_contain_text("Collection “Port project” deleted.")
    assert (SavedItem.objects.count(), Collection.objects.count()) == (0, 0)
    page.goto(CASE)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


def test_pages_have_no_barriers(open_page, site):
    page = open_page(base_url=site, viewport={"width": 360, "height": 640})
    page.goto(f"/accounts/login/?next={CASE}")
    page.get_by_label("Email address").fill("member@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    press(page, "Save")
    click_and_load(page.get_by_role("link", name="Saved"))
    expect(page.get_by_role("textbox", name="Note")).to_be_visible()
    assert violations(page, "light", "dark") == []
    lists = [f"/collections/{path}" for path in ("", "saved/", "saved/print/")]
    for path in (*lists, f"/feedback/?page={CASE}", "/compare/?case=zhengzhou&case=tianjin"):
        page.goto(path)
        assert violations(page, "light", "dark") == []
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            assert width_over(page) == 0
    SavedItem.objects.all().delete()
