"""A matchmaking round in a browser: its cities, the rows that are left out, and its calls."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import Call, Match, MatchStatus, PartnershipRequest, Round, RoundStatus
from repository.models import City
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories import UserFactory
from tests.factories.partnerships import (
    MatchFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    RoundFactory,
)
from tests.second_factors import add_totp

PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed, as the admin is among the pages."""
    return serve()


@pytest.fixture
def broker(collection):
    broker = staff("Brokers", "matchmaker")
    add_totp(broker)
    yield broker
    broker.delete()


@pytest.fixture
def visit(open_page, site, broker):
    def visit(**options):
        page = open_page(base_url=site, viewport=DESKTOP, **options)
        session = signed_in(broker).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


@pytest.fixture
def round(collection, broker):
    """A computed round of two requests, each with a city that could answer."""
    members = [UserFactory(handle=f"speaker-{n}", email=f"s{n}@example.org") for n in range(3)]
    cities = [City.objects.get(slug=slug) for slug in ("kolkata", "tianjin", "qingdao")]
    for member, city in zip(members, cities, strict=True):
        RepresentationFactory(member=member, city=city)
    requests = [
        PartnershipRequestFactory(opened=True, city=cities[0], title=title)
        for title in ("Goods on the train", "Loans for small firms")
    ]
    rows = [
        {
            "request": asked.pk,
            "city": city.pk,
            "points": 50.0,
            "best_city": city.pk,
            "best_points": 50.0,
            "cost": 0.0,
        }
        for asked, city in zip(requests, cities[1:], strict=True)
    ]
    made = RoundFactory(
        name="Spring round",
        requests=requests,
        status=RoundStatus.DONE,
        started_at=timezone.now(),
        result={"total": 100.0, "assignments": rows, "unassigned": []},
    )
    yield made
    Round.objects.all().delete()
    PartnershipRequest.objects.filter(pk__in=[asked.pk for asked in requests]).delete()
    for member in members:
        member.delete()


def check(page) -> None:
    """Nothing is wider than the window, and axe finds nothing."""
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert (width_over(page), violations(page, "light", "dark")) == (0, [])


def test_broker_leaves_a_row_out_and_asks_the_others(round, visit):
    page = visit()
    page.goto(f"/admin/partnerships/round/{round.pk}/result/")
    boxes = page.get_by_role("table").get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    assert [box.is_checked() for box in boxes.all()] == [True, True]
    check(page)
    page.get_by_label("Propose Qingdao for “Loans for small firms”").uncheck()
    page.get_by_label("Message to both").fill("Meet in May.")
    click_and_load(page.get_by_role("button", name="Send proposals to selected cities"))
    expect(page.get_by_text("Proposal sent for 1 request.")).to_be_visible()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="Goods on the train")).to_contain_text("Waiting for answers")
    expect(rows.filter(has_text="Loans for small firms")).to_contain_text("Excluded")
    # Only the row that was left out can be ticked again.
    expect(boxes).to_have_count(1)
    expect(boxes).not_to_be_checked()
    match = Match.objects.get()
    assert (match.request.title, match.status) == ("Goods on the train", MatchStatus.PROPOSED)
    round.refresh_from_db()
    assert len(round.left_out) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_broker_picks_cities(round, visit, scripts):
    page = visit(java_script_enabled=scripts)
    page.goto(f"/admin/partnerships/round/{round.pk}/cities/")
    if scripts:
        check(page)
    page.get_by_role("checkbox", name="Qingdao").check()
    page.get_by_label("Maximum requests for Qingdao").fill("2")
    search = page.get_by_role("searchbox", name="Name of a city or country")
    search.fill("tianj")
    if not scripts:
        click_and_load(page.get_by_role("button", name="Search"))
    # What is ticked stays in view.
    expect(page.get_by_role("checkbox", name="Qingdao")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Kolkata")).to_have_count(0)
    page.get_by_role("checkbox", name="Tianjin").check()
    click_and_load(page.get_by_role("button", name="Save cities"))
    expect(page.get_by_text("Cities saved.")).to_be_visible()
    round.refresh_from_db()
    chosen = {City.objects.get(pk=pk).slug: number for pk, number in round.capacities.items()}
    assert chosen == {"qingdao": 2, "tianjin": None}


def test_broker_arranges_and_moves_a_call(round, visit):
    asked = PartnershipRequest.objects.get(title="Goods on the train")
    MatchFactory(introduced=True, request=asked, city=City.objects.get(slug="tianjin"))
    PartnershipRequest.objects.filter(pk=asked.pk).update(status="matched")
    page = visit()
    page.goto(f"/admin/partnerships/round/{round.pk}/timetable/")
    page.get_by_label("First day").fill("2030-03-04")
    page.get_by_label("Last day").fill("2030-03-04")
    page.get_by_label("First call from").fill("00:00")
    page.get_by_label("Last call until").fill("12:00")
    click_and_load(page.get_by_role("button", name="Schedule calls"))
    # 9:00 in Kolkata.
    row = page.get_by_role("row", name="Monday 4 March 2030")
    expect(row).to_contain_text("Kolkata: Mon 4 Mar, 09:00")
    expect(row).to_contain_text("Tianjin: Mon 4 Mar, 11:30")
    check(page)
    click_and_load(page.get_by_role("button", name="Send invitations for 1 call"))
    expect(row).to_contain_text("Invited")
    click_and_load(row.get_by_role("link", name=re.compile("^Move or cancel .*Kolkata$")))
    expect(page.get_by_label("Free slots")).to_be_visible()
    check(page)
    page.get_by_label("Free slots").select_option(index=1)
    click_and_load(page.get_by_role("button", name="Move call"))
    expect(page.get_by_text("Call moved.")).to_be_visible()
    call = Call.objects.select_related("meeting").get()
    assert (call.meeting.at, call.meeting.sequence) == (call.at, 1)
