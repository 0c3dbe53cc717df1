"""What editors do at the desk, in a real browser under the content security policy of the site."""

import re

import pytest
from playwright.sync_api import expect

from community.models import User
from repository.models import CaseStudy, City
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.factories import CaseStudyFactory

SHEET = (
    "slug,title,summary,solution\n"
    'zhengzhou,Changed,"A new, short summary.",One window.\n'
    "new-case,New case,A summary.,=1+1\n"
)


@pytest.fixture(scope="module")
def address(serve):
    """The site with the files of the desk, plain as on a machine of ours."""
    return serve()


@pytest.fixture
def page(open_page, address):
    """A browser in which the administrator has signed in."""
    page = open_page(base_url=address)
    cookie = signed_in(User.objects.get(handle="administrator")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    return page


def success_message(page) -> str:
    return page.locator(".messagelist .success").inner_text()


def test_import_and_history_show_what_changes(page):
    page.goto("/admin/repository/casestudy/import/")
    sheet = {"name": "sheet.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    page.get_by_label("File to import").set_input_files(sheet)
    click_and_load(page.get_by_role("button", name="Preview import"))
    rows = page.locator("table.preview tbody tr")
    expect(rows.locator("td:first-child")).to_have_text(["2", "3"])
    expect(rows.nth(0).locator("dt")).to_have_text(["title", "summary", "solution"])
    click_and_load(page.get_by_role("button", name="Import", exact=True))
    assert re.findall(r"\d+", success_message(page)) == ["1", "1", "0"]  # new, changed, unchanged
    case = CaseStudy.objects.get(slug="zhengzhou")
    page.goto(f"/admin/repository/casestudy/{case.pk}/history/")
    newest = page.locator(".changes > li").first
    expect(newest.locator(".by")).to_have_text("Administrator")
    expect(newest.locator("dt")).to_have_text(["Title", "Summary", "Solution"])
    expect(newest.locator("ins").nth(0)).to_have_text("Changed")
    assert CaseStudy.objects.get(slug="new-case").solution == "=1+1"


def test_preview_publish_and_archive_a_case(page):
    draft = CaseStudyFactory(title="Not yet public")
    page.goto(f"/admin/repository/casestudy/{draft.pk}/change/")
    click_and_load(page.get_by_role("link", name="Preview on site"))
    expect(page.locator(".notice")).to_contain_text("Preview. This case is not public")
    page.go_back()
    click_and_load(page.get_by_role("link", name="Publish"))
    click_and_load(page.get_by_role("button", name="Publish"))
    assert success_message(page) == "1 case was published."
    click_and_load(page.get_by_role("link", name="Archive"))
    page.locator("#content-main").get_by_role("textbox").fill("The programme has ended.")
    click_and_load(page.get_by_role("button", name="Archive"))
    assert success_message(page) == "1 case was archived."
    page.goto(draft.get_absolute_url())
    expect(page.get_by_text("The programme has ended.")).to_be_visible()
    # The page says that what it showed is gone, which the browser notes.
    assert [complaint.split(": ", 1)[1] for complaint in page.complaints] == [
        "Failed to load resource: the server responded with a status of 410 (Gone)"
    ]
    page.complaints.clear()


def test_add_a_city_from_the_gazetteer(page):
    page.goto("/admin/repository/city/")
    click_and_load(page.get_by_role("link", name="Add from the gazetteer"))
    page.get_by_label("Name").fill("Recife")
    click_and_load(page.get_by_role("button", name="Search"))
    click_and_load(page.get_by_role("row", name="Recife").get_by_role("button", name="Add"))
    assert "Recife" in success_message(page)
    assert City.objects.filter(name="Recife").exists()


def test_pickers_are_named_and_find(page):
    page.goto("/admin/repository/casestudy/add/")
    with page.expect_response(re.compile(r"term=Zhengz(&|$)")) as found:
        page.get_by_role("searchbox", name="Cities").fill("Zhengz")
    found.value.finished()
    page.get_by_role("option", name="Zhengzhou").click()
    expect(page.locator("#id_cities option:checked")).to_have_text(["Zhengzhou"])
    expect(page.get_by_role("searchbox", name="Cities")).to_have_count(1)
