"""From the home page to a submitted request, as an officer who reads Arabic."""

import re

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from community.models import User
from partnerships.models import PartnershipRequest, Representation
from repository.models import CaseStudy, City, TranslatedParagraph
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load, press
from tests.collection import signed_in
from tests.factories import RepresentationFactory

pytestmark = pytest.mark.slow(20)

PHONE = {"width": 360, "height": 800}
ARABIC = re.compile(r"[\u0600-\u06ff]")


def arabic(message: str) -> str:
    with override("ar"):
        return gettext(message)


def look(page) -> None:
    """The page is in Arabic, from right to left, and fits the screen."""
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "ar")
    expect(html).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC)
    assert width_over(page) == 0
    assert violations(page) == []


@pytest.fixture
def visit(open_page, site, collection):
    member = User.objects.get(handle="member")
    User.objects.filter(pk=member.pk).update(language="ar")
    RepresentationFactory(member=member, city=City.objects.get(slug="zhengzhou"))
    page = open_page(base_url=site, viewport=PHONE)
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    yield page
    PartnershipRequest.objects.all().delete()
    Representation.objects.all().delete()
    User.objects.filter(pk=member.pk).update(language="")


def test_read_a_case_and_request_a_partner_in_arabic(visit):
    page = visit
    page.goto("/ar/")
    look(page)
    page.goto("/ar/cases/")
    look(page)
    title = TranslatedParagraph.objects.get(
        translation__kind="case",
        translation__language="ar",
        translation__object_id=CaseStudy.objects.get(slug="qingdao").pk,
        field="title",
    ).text
    click_and_load(page.get_by_role("link", name=title, exact=True).first)
    expect(page).to_have_url(re.compile("/ar/cases/qingdao/$"))
    look(page)
    click_and_load(page.get_by_role("link", name=arabic("Find a partner city")).first)
    look(page)
    expect(page.locator("[name=title]")).to_have_value(re.compile(re.escape(title[:20])))
    page.locator("#field-practices .suggest label").first.click()
    page.locator("[name=title]").fill("قروض لصغار المصدّرين")
    page.locator("[name=challenge]").fill("لا تقرض المصارف صغار المصدّرين.")
    page.locator("[name=desired_result]").fill("قروض خلال أسبوع.")
    press(page, arabic("Save and continue"))
    look(page)
    languages = page.locator("[name=languages][value=ar]")
    languages.locator("xpath=ancestor::details").locator("summary").click()
    languages.check()
    press(page, arabic("Save and continue"))
    look(page)
    press(page, arabic("Save and continue"))
    look(page)
    page.locator("[name=modalities]").first.check()
    page.locator("[name=visibility]").first.check()
    press(page, arabic("Save and check your answers"))
    look(page)
    press(page, arabic("Submit request"))
    expect(page.locator(".messages")).to_have_text(ARABIC)
    asked = PartnershipRequest.objects.get()
    assert (asked.status, asked.title) == ("submitted", "قروض لصغار المصدّرين")
    assert asked.languages == ["ar"]
