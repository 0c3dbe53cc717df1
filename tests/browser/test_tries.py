"""Recipients what a city tried, in a browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import Experience, User
from repository.models import Practice
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.factories import ExperienceFactory


@pytest.fixture(scope="module")
def practice(site):
    """A practice with a report of the member, who is no newcomer then."""
    practice = Practice.objects.order_by("slug").first()
    member = User.objects.get(handle="member")
    ExperienceFactory(
        subject=practice, author=member, status="abandoned", failed="Nobody came.", tags=["rail"]
    )
    return practice


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def sign_in(site, open_page):
    """Open pages as the member."""
    session = signed_in(User.objects.get(handle="member")).cookies["sessionid"].value

    def opened(**options):
        page = open_page(base_url=site, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return opened


@pytest.mark.parametrize("scripts", [True, False])
def test_report_what_a_city_tried(sign_in, practice, scripts):
    page = sign_in(java_script_enabled=scripts)
    page.goto(practice.get_absolute_url())
    click_and_load(page.get_by_role("link", name="Share your city’s experience"))
    year = "2024" if scripts else "2022"
    city = page.get_by_role("combobox", name="City")
    if scripts:
        city.press_sequentially("Zhengz", delay=20)
        page.wait_for_selector('#cities option[value="Zhengzhou, China"]', state="attached")
    city.fill("Zhengzhou, China")
    page.get_by_role("textbox", name="Year").fill(year)
    page.get_by_role("combobox", name="Status").select_option("adopted")
    page.get_by_role("textbox", name="What worked").fill("One form.")
    page.get_by_role("combobox", name="Tags").fill("Rail, port")
    click_and_load(page.get_by_role("button", name="Share experience"))
    told = Experience.objects.get(year=year)
    page.wait_for_url(f"**{told.get_absolute_url()}")
    assert [tag.name for tag in told.tags.order_by("name")] == ["port", "rail"]
    expect(page.locator(".uptake")).to_contain_text("Adopted in 1 city, abandoned in 1 city.")
    told.delete()


def test_pages_are_accessible(sign_in, practice):
    page = sign_in(viewport={"width": 320, "height": 800})
    word = f"practice/{practice.pk}"
    for path in (practice.get_absolute_url(), f"/experiences/{word}/new/", "/tags/rail/"):
        page.goto(path)
        assert (violations(page, "light", "dark"), width_over(page)) == ([], 0)
