"""An officer writes a request in four steps, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from community.models import User
from partnerships.models import PartnershipRequest, Representation
from repository.models import City
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load, press
from tests.collection import signed_in
from tests.factories import RepresentationFactory

pytestmark = pytest.mark.slow(15)

PHONE = {"width": 360, "height": 800}


@pytest.fixture
def visit(open_page, site, collection):
    member = User.objects.get(handle="member")
    RepresentationFactory(member=member, city=City.objects.get(slug="zhengzhou"))

    def window(**options):
        page = open_page(base_url=site, viewport=PHONE, **options)
        cookie = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return page

    yield window
    PartnershipRequest.objects.all().delete()
    Representation.objects.all().delete()


def heading(page):
    return page.get_by_role("heading", level=1)


def step(page, name: str) -> None:
    expect(heading(page)).to_have_text(name)
    assert width_over(page) == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_write_a_request_in_four_steps(visit, scripts):
    page = visit(java_script_enabled=scripts)
    page.goto("/partnerships/requests/new/")
    step(page, "What you’re looking for")
    page.get_by_label("The challenge").fill("Parcels take twelve days.")
    press(page, "Save and continue")
    # The title is missing: the link from the top leads to it.
    page.get_by_role("alert").get_by_role("link", name="Enter a title.").click()
    expect(page).to_have_url(re.compile("#id_title$"))
    page.get_by_label("Title").fill("Parcels to every village")
    page.locator("#field-themes summary").click()
    page.locator("#field-themes").get_by_role("checkbox").first.check()
    press(page, "Save and continue")

    step(page, "About your city")
    page.get_by_label("What is the situation today?").fill("12 days in 2026")
    # The Enter key goes on as well.
    page.get_by_label("What is the situation today?").press("Enter")
    step(page, "What you offer")
    page.get_by_label("What can your city contribute?").fill("A hall at the port.")
    # Any other step saves this one.
    click_and_load(page.locator(".steps").get_by_role("button", name="4"))
    step(page, "Partner and dates")
    page.get_by_role("group", name="Kinds of cooperation").get_by_label("Training").check()
    page.get_by_label("Start date").fill("2027-05-01")
    page.get_by_label("End date").fill("2027-01-01")
    press(page, "Save and check your answers")
    alert = page.get_by_role("alert")
    alert.get_by_role("link", name="Enter an end date that is on or after the start date.").click()
    page.get_by_label("End date").fill("2027-12-01")
    if scripts:
        assert violations(page) == []
    press(page, "Save and check your answers")

    step(page, "Check your answers")
    expect(
        page.locator(".answers").filter(has_text="What can your city contribute?")
    ).to_contain_text("A hall at the port.")
    if scripts:
        assert violations(page) == []
    for missing, answer in (
        ("Describe the result you want.", "What result do you want?"),
        ("Choose at least one working language.", "Languages you can work in"),
        ("Choose who can see the request.", "Who can see the request once it’s open?"),
    ):
        click_and_load(page.get_by_role("alert").get_by_role("link", name=missing))
        if answer.startswith("What"):
            page.get_by_label(answer).fill("Three days.")
        elif answer.startswith("Who"):
            page.get_by_role("group", name=answer).get_by_label("Only brokers").check()
        else:
            languages = page.get_by_role("group", name=answer)
            languages.locator("summary").click()
            languages.get_by_label("English").check()
        press(page, "Save and check your answers")
    click_and_load(page.get_by_role("link", name=re.compile("^Change ?: Title$")))
    page.get_by_label("Title").fill("Parcels to all villages")
    press(page, "Save and check your answers")
    press(page, "Submit request")
    expect(page.locator(".messages")).to_contain_text("Request submitted.")
    asked = PartnershipRequest.objects.get()
    assert (asked.visibility, asked.status) == ("brokers", "submitted")
    assert (asked.title, asked.baseline, asked.resources, asked.languages) == (
        "Parcels to all villages",
        "12 days in 2026",
        "A hall at the port.",
        ["en"],
    )
