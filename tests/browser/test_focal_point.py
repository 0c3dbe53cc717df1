"""The day of a focal point, with the number of clicks, on a desktop and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.models import User
from partnerships.models import PartnershipRequest, Representation
from repository.models import CaseStudy, City
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.factories import RepresentationFactory
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.slow(15)

VIEWPORTS = {"phone": {"width": 360, "height": 800}, "desktop": {"width": 1280, "height": 800}}


@pytest.fixture(params=VIEWPORTS)
def visit(request, open_page, site, collection):
    def visit(member: User) -> Page:
        page = open_page(base_url=site, viewport=VIEWPORTS[request.param])
        cookie = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return page

    return visit


@pytest.fixture
def both(collection):
    made = pair(proposed=True, reply_by=timezone.localdate() + timedelta(days=14))
    yield made
    made.request.delete()
    for row in (made.asking, made.asked, made.city, made.request.city):
        row.delete()


def check(page: Page) -> None:
    assert width_over(page) == 0
    assert violations(page, "light", "dark") == []


def test_answer_a_proposal_with_one_click_after_the_link(visit, both):
    page = visit(both.asked)
    page.goto(both.match.get_absolute_url())
    check(page)
    # On a phone the first of the two buttons is in the bar that stays in view.
    buttons = page.get_by_role("button", name="Accept").filter(visible=True)
    [accept] = [each for each in buttons.all() if is_in_view(each)]
    click_and_load(accept)
    expect(page.locator(".messages")).to_contain_text("Accepted.")
    both.match.refresh_from_db()
    assert both.match.candidate_answer == "yes"


def is_in_view(button) -> bool:
    box = button.bounding_box()
    return bool(box) and box["y"] >= 0 and box["y"] + box["height"] <= 800


def test_decline_a_proposal_with_a_reason(visit, both):
    page = visit(both.asked)
    page.goto(both.match.get_absolute_url())
    page.get_by_role("link", name="Decline").or_(
        page.locator("summary", has_text="Decline")
    ).filter(visible=True).first.click()
    page.get_by_label("Why are you declining?").select_option("language")
    check(page)
    click_and_load(page.get_by_role("button", name="Decline proposal"))
    expect(page.locator(".messages")).to_contain_text("Declined.")
    both.match.refresh_from_db()
    assert (both.match.status, both.match.candidate_refusal) == ("declined", "language")


@pytest.fixture
def member(collection):
    member = User.objects.get(handle="member")
    city = City.objects.get(slug="zhengzhou")
    City.objects.filter(pk=city.pk).update(working_languages=["en", "zh"])
    RepresentationFactory(member=member, city=city)
    yield member
    PartnershipRequest.objects.filter(city=city).delete()
    Representation.objects.filter(member=member).delete()
    City.objects.filter(pk=city.pk).update(working_languages=city.working_languages)


def test_request_from_a_case_in_nine_clicks(visit, member):
    case = CaseStudy.objects.published().filter(practices__isnull=False).first()
    page = visit(member)
    page.goto(case.get_absolute_url())
    clicks = 0

    def click(target, *, loads: bool = False) -> None:
        nonlocal clicks
        clicks += 1
        if loads:
            click_and_load(target)
        else:
            target.click()

    click(page.locator(f"a[href$='?case={case.slug}']").filter(visible=True).first, loads=True)
    check(page)
    learn = page.locator("#field-practices")
    expect(learn.locator("legend")).to_have_text("What does your city want to learn?")
    assert page.locator("input[type=checkbox]:checked").count() == 0
    click(learn.locator(".suggest label").first)
    page.get_by_label("The challenge").fill("Parcels take twelve days.")
    page.get_by_label("What result do you want?").fill("Three days.")
    for _step in range(3):
        click(
            page.locator("form.write").get_by_role("button", name="Save and continue"), loads=True
        )
    click(page.get_by_role("group", name="Kinds of cooperation").get_by_text("Training"))
    click(page.get_by_role("group", name="Who can see the request").get_by_text("Everyone"))
    click(page.get_by_role("button", name="Save and check your answers"), loads=True)
    check(page)
    expect(page.get_by_text("After the review, everyone can read it.")).to_be_visible()
    click(page.get_by_role("button", name="Submit request"), loads=True)
    asked = PartnershipRequest.objects.get(inspired_by=case)
    assert (asked.status, asked.practices.count(), clicks) == ("submitted", 1, 9)
