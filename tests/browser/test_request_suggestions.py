"""The form of a request suggests practices from words, with and without scripts."""

import pytest
from playwright.sync_api import expect

from community.models import User
from partnerships.models import PartnershipRequest, Representation
from repository.models import CaseStudy, City, Practice
from tests.browser.axe import violations, width_over
from tests.browser.steps import press
from tests.collection import signed_in
from tests.factories import RepresentationFactory

PHONE = {"width": 360, "height": 800}
URL = "/partnerships/requests/new/"
SUGGEST = "Suggest practices, themes and cases"
WORDS = "Our parcels go by rail."


@pytest.fixture
def practice(collection):
    """A practice that the words fit, with a published case."""
    practice = Practice.objects.create(
        slug="parcel-trains", name="Parcels by rail", summary="Trains carry parcels to the coast."
    )
    CaseStudy.objects.published().first().practices.add(practice)
    yield practice
    practice.cases.clear()
    PartnershipRequest.objects.all().delete()
    practice.delete()


@pytest.fixture
def visit(open_page, site, collection):
    member = User.objects.get(handle="member")
    RepresentationFactory(member=member, city=City.objects.get(slug="zhengzhou"))

    def window(**options):
        page = open_page(base_url=site, **options)
        cookie = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return page

    yield window
    Representation.objects.all().delete()


def accept_and_save(page, practice) -> None:
    suggested = page.locator("#field-practices .suggest")
    suggested.get_by_label(practice.name).check()
    page.get_by_label("Title").fill("Parcels")
    press(page, "Save for later")
    assert list(PartnershipRequest.objects.get().practices.all()) == [practice]


def test_suggest_while_writing(visit, practice):
    page = visit(viewport=PHONE)
    page.goto(URL)
    page.get_by_label("The challenge").fill(WORDS)
    page.get_by_label("Language").focus()
    expect(page.locator("#field-practices .suggest")).to_contain_text(practice.name)
    # Nothing was sent away from the page, and the place of writing is kept.
    assert page.evaluate("document.activeElement.name") == "language"
    assert violations(page) == []
    assert width_over(page) == 0
    accept_and_save(page, practice)


def test_suggest_with_a_button_and_without_scripts(visit, practice):
    page = visit(java_script_enabled=False)
    page.goto(URL)
    page.get_by_label("The challenge").fill(WORDS)
    press(page, SUGGEST)
    assert page.get_by_label("The challenge").input_value() == WORDS
    accept_and_save(page, practice)


def test_what_is_ticked_stays_ticked(visit, practice):
    page = visit()
    page.goto(URL)
    other = Practice.objects.exclude(pk=practice.pk).first()
    page.locator("#field-practices summary").click()
    page.locator("#field-practices").get_by_label(other.name).check()
    page.get_by_label("The challenge").fill(WORDS)
    page.get_by_role("button", name=SUGGEST).click()
    expect(page.locator("#field-practices .suggest")).to_contain_text(practice.name)
    assert page.locator("#field-practices").get_by_label(other.name).is_checked()
    assert page.get_by_label("The challenge").input_value() == WORDS


def test_search_the_list_of_practices(visit, practice):
    page = visit()
    page.goto(URL)
    page.locator("#field-practices summary").click()
    boxes = page.locator("#field-practices details .choices label")
    total = boxes.count()
    page.locator("#field-practices").get_by_label("Search names and summaries").fill("COAST trains")
    expect(boxes.filter(visible=True)).to_have_count(1)
    expect(boxes.filter(visible=True)).to_contain_text(practice.name)
    page.locator("#field-practices").get_by_label("Search names and summaries").fill("")
    expect(boxes.filter(visible=True)).to_have_count(total)
