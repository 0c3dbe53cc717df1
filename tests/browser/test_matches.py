"""Two cities come together, on screens of each size, as each of those who have a part in it."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import User
from partnerships.models import Match
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories.partnerships import (
    InterestFactory,
    MeetingFactory,
    PlanFactory,
    QuestionFactory,
    RepresentationFactory,
    SpaceFileFactory,
    SpaceMessageFactory,
)
from tests.partnerships.matches.pairs import pair
from tests.second_factors import add_totp

pytestmark = pytest.mark.usefixtures("collection")

PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
BOTH_SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed, as the admin is among the pages."""
    return serve()


@pytest.fixture
def visit(open_page, site):
    def visit(member: User, viewport=DESKTOP):
        page = open_page(base_url=site, viewport=viewport)
        session = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


def reason(code: str, place: int, **params) -> dict:
    return {"code": code, "place": place, **params}


def ranking(both) -> dict:
    place, asking = both.city.pk, both.request.city.pk
    factors = {
        "fit": [reason("fit.case", place, about="practice:parcel-consolidation", count=1)],
        "setting": [reason("setting.port", place, requester=asking)],
        "languages": [reason("languages.shared", place, languages=["fr", "en"])],
    }
    rows = [
        {"factor": name, "points": 12.5, "most": 40.0, "is_known": True, "reasons": reasons}
        for name, reasons in factors.items()
    ]
    return {"total": 37.5, "factors": rows, "notes": []}


@pytest.fixture
def broker(collection):

    broker = staff("Brokers", "matchmaker")
    add_totp(broker)
    yield broker
    broker.delete()


@pytest.fixture
def both(collection):
    made = pair(
        proposed=True,
        message="You are both ports, and both bring village goods to the world.",
        reply_by=timezone.localdate() + timedelta(days=14),
        request__title="Parcels to every village within three days",
    )
    made.match.ranking = ranking(made)
    made.match.save()
    yield made
    cities = [made.city, made.request.city]
    made.request.delete()
    for person in (made.asking, made.asked):
        person.delete()
    for city in cities:
        city.delete()


def fill_space(both) -> None:
    PlanFactory(match=both.match, version=2, text="A first visit in *May*:\n\n- ten shops\n- a day")
    for who in (both.asking, both.asked, both.asking):
        SpaceMessageFactory(match=both.match, by=who, body="Welcome. **When** can we call you?")
    MeetingFactory(match=both.match, by=both.asked, place="https://meet.example/room-with-a-name")
    SpaceFileFactory(match=both.match, by=both.asking, title="Programme of the visit, second draft")


def look(page, path: str, name: str) -> None:
    """Open a page at two widths: nothing is wider than the window, axe finds nothing."""
    page.goto(path)
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert width_over(page) == 0, (name, viewport)
        assert violations(page, *BOTH_SCHEMES) == [], (name, viewport)
        if folder := os.environ.get("SHOTS"):
            for scheme in BOTH_SCHEMES:
                page.emulate_media(color_scheme=scheme)
                width = viewport["width"]
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


def test_pages_in_each_role(both, visit, broker):
    path = both.match.get_absolute_url()
    desk = f"/admin/partnerships/matches/{both.match.pk}/"
    QuestionFactory(match=both.match, side="candidate", by=both.asked)
    QuestionFactory(
        match=both.match, side="requester", passed_words="Who pays?", passed_at=timezone.now()
    )
    requester, candidate, staff_member = visit(both.asking), visit(both.asked), visit(broker)
    look(requester, path, "proposed-requester")
    look(candidate, path, "proposed-candidate")
    look(staff_member, path, "proposed-broker")
    look(staff_member, desk, "desk-proposed")
    Match.objects.filter(pk=both.match.pk).update(
        status="introduced",
        requester_answer="yes",
        requester_answered_at=timezone.now(),
        candidate_answer="yes",
        candidate_words="We look forward to it.",
        candidate_answered_at=timezone.now(),
        introduced_at=timezone.now(),
    )
    fill_space(both)
    for tab in ("messages", "plan", "dates", "files", "agreement", "introduction"):
        look(requester, f"{path}?tab={tab}", f"introduced-requester-{tab}")
    look(staff_member, path, "introduced-broker")
    look(staff_member, desk, "desk-introduced")
    look(requester, "/desk/", "own-desk")


def test_interest_in_each_state(both, visit):
    Match.objects.filter(pk=both.match.pk).update(
        status="interest", proposed_at=None, reply_by=None, origin="interest", message=""
    )
    InterestFactory(match=both.match, by=both.asked, unclear="Who pays for the journey?")
    candidate = visit(both.asked)
    look(candidate, both.match.get_absolute_url(), "interest-match")
    look(candidate, f"/partnerships/requests/{both.request.pk}/interest/", "interest-form")


@pytest.mark.end_to_end(role="focal point")
def test_two_cities_come_together(both, visit, site):
    """Without a line of script: asked, answered, introduced, written to, agreed."""
    path = both.match.get_absolute_url()
    candidate, requester = visit(both.asked), visit(both.asking)
    for page in (candidate, requester):
        page.goto(path)
        assert "city.example" not in page.content()
    candidate.get_by_text("Add a message").click()
    candidate.get_by_label("Message with your acceptance").fill("Gladly.")
    click_and_load(candidate.get_by_role("button", name="Accept proposal"))
    candidate.get_by_text("notify you when the other city answers").wait_for()
    click_and_load(requester.get_by_role("button", name="Accept proposal"))
    requester.get_by_role("heading", name="Contacts").wait_for()
    requester.get_by_text(f"{both.asked.handle}@city.example").wait_for()
    requester.get_by_label("Your message").fill("Welcome! When can we *call* you?")
    click_and_load(requester.get_by_role("button", name="Send message", exact=True))
    requester.locator("#messages ~ ol em, section em").get_by_text("call").wait_for()
    parts = requester.get_by_role("navigation", name="Sections")
    click_and_load(parts.get_by_role("link", name="Agreement"))
    requester.get_by_label("What you want to do together").fill("A visit in May.")
    click_and_load(requester.get_by_role("button", name="Save plan"))
    click_and_load(requester.get_by_role("button", name="We agree to this plan"))
    candidate.goto(f"{path}?tab=agreement")
    click_and_load(candidate.get_by_role("button", name="We agree to this plan"))
    candidate.get_by_role("status").get_by_text("Both cities have agreed to the plan.").wait_for()


def test_the_space_closes_with_the_right(both, visit):
    Match.objects.filter(pk=both.match.pk).update(
        status="introduced",
        requester_answer="yes",
        requester_answered_at=timezone.now(),
        candidate_answer="yes",
        candidate_answered_at=timezone.now(),
        introduced_at=timezone.now(),
    )
    page = visit(both.asked)
    page.goto(both.match.get_absolute_url())
    page.get_by_role("heading", name="Contacts").wait_for()
    both.asked.representations.update(status="ended")
    page.complaints.clear()
    assert page.reload().status == 404
    page.complaints.clear()
    RepresentationFactory(member=both.asked, city=both.city)
