"""A broker at the pipeline: the board, the list, and several requests changed at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import Handling, PartnershipRequest
from partnerships.pipeline.stages import Stage
from repository.models import CaseStudy, City, Theme
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories.partnerships import (
    HandlingFactory,
    MatchFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    RoundFactory,
)
from tests.second_factors import add_totp

pytestmark = pytest.mark.usefixtures("collection")
URL = "/admin/partnerships/pipeline/"
PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed, as the page is among those of the admin."""
    return serve()


@pytest.fixture
def broker(collection):
    broker = staff("Brokers", "matchmaker")
    add_totp(broker)
    yield broker
    broker.delete()


@pytest.fixture
def requests(collection, broker):
    """A request that is new, one that is open, one about which two cities are asked."""
    cities = {slug: City.objects.get(slug=slug) for slug in ("kolkata", "tianjin", "qingdao")}
    now = timezone.now()
    themes = [Theme.objects.get(slug="rural")]
    made = [
        PartnershipRequestFactory(
            city=cities["kolkata"],
            submitted=True,
            submitted_at=now,
            title="One window",
            themes=themes,
        ),
        PartnershipRequestFactory(
            city=cities["kolkata"], opened=True, title="Rail freight for fruit", themes=themes
        ),
        PartnershipRequestFactory(
            city=cities["qingdao"], opened=True, title="Parcels to 60 villages"
        ),
    ]
    MatchFactory(request=made[2], city=cities["tianjin"], proposed=True)
    HandlingFactory(request=made[2], owner=broker)
    yield made
    PartnershipRequest.objects.filter(pk__in=[row.pk for row in made]).delete()


@pytest.fixture
def visit(open_page, site, broker):
    def visit(**options):
        page = open_page(base_url=site, **options)
        session = signed_in(broker).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


@pytest.mark.end_to_end(role="broker")
def test_take_over_snooze_and_find_requests_without_javascript(visit, requests, broker):
    page = visit(java_script_enabled=False, viewport=DESKTOP)
    page.goto("/admin/")
    click_and_load(page.get_by_role("link", name="Board", exact=True))
    names = ["One window", "Rail freight for fruit", "Parcels to 60 villages"]
    expect(page.locator(".ticket > a")).to_have_text(names)
    lane = page.get_by_role("region", name=f"{Stage.ASKED.label} 1")
    expect(lane.locator(".ticket > a")).to_have_text(names[2:])
    expect(page.locator(".ticket.late > a")).to_have_text(names[1:2])
    # Both new ones are taken over, and one is put off.
    for name in ("One window", "Rail freight for fruit"):
        page.get_by_role("checkbox", name=f"Select “{name}”").check()
    click_and_load(page.get_by_role("button", name="Assign to me"))
    expect(page.locator(".messagelist")).to_contain_text("2 requests updated.")
    page.get_by_role("checkbox", name="Select “Rail freight for fruit”").check()
    day = timezone.localdate() + timedelta(days=9)
    page.locator(".bulk summary", has_text="Snooze").click()
    page.locator("#bulk_why").select_option("other")
    page.get_by_label("Until").fill(day.isoformat())
    click_and_load(page.get_by_role("button", name="Snooze", exact=True))
    expect(page.locator(".ticket.snoozed")).to_contain_text("Rail freight for fruit")
    assert page.locator(".ticket.late").count() == 0
    found = Handling.objects.filter(request__in=requests).values_list("owner", "snoozed_until")
    assert sorted(found, key=str) == sorted(
        [(broker.pk, None), (broker.pk, None), (broker.pk, day)], key=str
    )
    # What is snoozed is found again by a filter, and woken in the list.
    click_and_load(page.get_by_role("link", name="Snoozed 1"))
    click_and_load(page.get_by_role("link", name="List", exact=True))
    rows = page.locator(".requests > li")
    expect(rows).to_have_count(1)
    page.get_by_role("checkbox", name="Select “Rail freight for fruit”").check()
    page.locator(".bulk summary", has_text="Snooze").click()
    click_and_load(page.get_by_role("button", name="End snooze"))
    expect(rows).to_have_count(0)
    click_and_load(page.get_by_role("link", name="Show all"))
    expect(rows).to_have_count(3)
    # From a request to its candidates in two clicks.
    row = rows.filter(has_text="Rail freight for fruit")
    click_and_load(row.get_by_role("link", name="Propose"))
    click_and_load(page.get_by_role("link", name="Rail freight for fruit"))
    assert page.url.endswith(f"/admin/partnerships/requests/{requests[1].pk}/candidates/")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_find_open_and_decline_requests(visit, requests, viewport):
    """The day of a broker: what is due, a search, several decided together, what has ended."""
    others = [
        PartnershipRequestFactory(city=requests[0].city, submitted=True, title=f"Purchase {n}")
        for n in range(2)
    ]
    page = visit(viewport=viewport)
    page.goto("/admin/")
    due = page.get_by_role("region", name="Due today")
    expect(due).to_contain_text("Purchase 1")
    page.get_by_label("City, person or word").fill("purchase")
    click_and_load(page.get_by_role("button", name="Search"))
    rows = page.locator(".requests > li")
    expect(rows).to_have_count(2)
    for other in others:
        page.get_by_role("checkbox", name=f"Select “{other.title}”").check()
    page.locator(".bulk summary", has_text="Decline").click()
    page.locator("#bulk_reason").select_option(label="Not a good fit")
    page.get_by_label("Message").fill("This exchange makes no purchases.")
    click_and_load(page.get_by_role("button", name="Decline requests"))
    expect(page.locator(".messagelist")).to_contain_text("2 requests updated.")
    expect(rows).to_have_count(0)
    click_and_load(page.get_by_role("link", name="Closed 2"))
    expect(rows).to_have_count(2)
    click_and_load(page.get_by_role("link", name="All open 3"))
    page.get_by_role("checkbox", name="Select “One window”").check()
    click_and_load(page.get_by_role("button", name="Open these requests"))
    expect(page.locator(".messagelist")).to_contain_text("1 request updated.")
    assert width_over(page) == 0
    PartnershipRequest.objects.filter(pk__in=[other.pk for other in others]).delete()


def test_work_with_the_keyboard(visit, requests, broker):
    page = visit(viewport=DESKTOP)
    page.goto(URL)
    page.get_by_role("checkbox", name="Select “One window”").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Assign to me").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("1 request updated.")
    assert Handling.objects.get(request=requests[0]).owner == broker


def test_download_what_is_ticked(visit, requests):
    page = visit(viewport=DESKTOP)
    page.goto(URL)
    page.get_by_role("checkbox", name="Select “One window”").check()
    before = timezone.localdate()
    with page.expect_event("requestfailed"), page.expect_download() as download:
        page.get_by_role("button", name="Download XLSX").click()
    # The answer is a file, so the page stays.
    page.complaints[:] = [each for each in page.complaints if "ERR_ABORTED" not in each]
    # The test may run at midnight.
    names = {f"requests-{day}.xlsx" for day in (before, timezone.localdate())}
    assert download.value.suggested_filename in names


@pytest.mark.parametrize("query", ["", "?view=board"])
def test_pages_are_accessible(visit, requests, query):
    page = visit(viewport=DESKTOP)
    page.goto(URL + query)
    assert violations(page, "light", "dark") == []
    assert width_over(page) == 0
    # A table of the desk fits with all its columns.
    over = "element => element.scrollWidth - element.clientWidth"
    for table in page.locator(".wide-table, .board").all():
        assert table.evaluate(over) == 0
    page.set_viewport_size(PHONE)
    assert width_over(page) == 0


# The words of a link that are on more than one line.
BROKEN = r"""link => [...link.firstChild.data.matchAll(/\S+/g)].filter(word => {
  const range = document.createRange();
  range.setStart(link.firstChild, word.index);
  range.setEnd(link.firstChild, word.index + word[0].length);
  return range.getClientRects().length > 1;
}).map(word => word[0])"""


def test_titles_on_the_board_are_not_broken_inside_a_word(visit, requests):
    PartnershipRequest.objects.filter(pk=requests[0].pk).update(
        title="Certificados sin papel para conservas"
    )
    page = visit(viewport=DESKTOP)
    page.goto(f"{URL}?view=board")
    title = page.locator(".ticket > a", has_text="Certificados")
    assert title.evaluate(BROKEN) == []


def test_facts_of_a_request_are_beside_its_text_or_set_apart(visit, requests):
    page = visit(viewport=DESKTOP)
    page.goto(requests[1].get_absolute_url())
    text = page.locator(".prose", has=page.get_by_role("heading", name="The challenge"))
    facts = page.locator("aside", has=page.locator(".glance"))
    beside, below = text.bounding_box(), facts.bounding_box()
    assert below["x"] >= beside["x"] + beside["width"]
    page.set_viewport_size(PHONE)
    above, below = text.bounding_box(), facts.bounding_box()
    assert below["y"] >= above["y"] + above["height"] + 16


LISTS = {
    "representation": lambda: RepresentationFactory(asked=True, city=tianjin()),
    "offer": lambda: OfferFactory(city=tianjin(), title="Two weeks at a warehouse of the port"),
    "need": lambda: NeedFactory(city=tianjin(), title="Somebody who has done a single window"),
    "round": lambda: RoundFactory(name="Spring of the cities on two oceans"),
}


def tianjin() -> City:
    return City.objects.get(slug="tianjin")


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_the_desk_fit_a_screen_with_their_last_column(visit, name):
    made = LISTS[name]()
    page = visit(viewport=DESKTOP)
    page.goto(f"/admin/partnerships/{name}/")
    expect(page.locator("#result_list tbody tr")).not_to_have_count(0)
    over = "element => element.scrollWidth - element.clientWidth"
    assert page.locator("#changelist .results").evaluate(over) == 0
    assert width_over(page) == 0
    made.delete()


# The pairs of a list whose term or value is wider than its column, or lies over its neighbour.
OVER = """lists => lists.flatMap(list => [...list.querySelectorAll("dt, dd")]
  .filter(each => each.scrollWidth > each.clientWidth || each.clientWidth < 40)
  .map(each => each.textContent.trim()))"""


def test_values_of_a_review_lie_beside_their_terms(visit, requests):
    case = CaseStudy.objects.published().get(slug="tianjin")
    PartnershipRequest.objects.update(inspired_by=case)
    page = visit(viewport=DESKTOP)
    page.goto(f"/admin/review/request/{requests[1].pk}/")
    expect(page.locator("aside .record a")).to_have_text(case.title)
    for width in (PHONE, DESKTOP):
        page.set_viewport_size(width)
        assert page.locator(".review .record").evaluate_all(OVER) == []


def test_a_reason_shows_its_canned_texts_alone(visit, requests):
    page = visit(viewport=DESKTOP)
    page.goto(f"/admin/review/request/{requests[0].pk}/")
    texts = page.locator(".canned label")
    everything = texts.filter(visible=True)
    assert everything.count() > 5
    page.get_by_role("radio", name="Too many open items").check()
    page.get_by_label("Reason").select_option(label="Not a good fit")
    expect(everything).to_have_count(2)
    expect(page.get_by_role("radio", name="None")).to_be_checked()
    page.get_by_label("Reason").select_option(label="Choose a reason")
    assert everything.count() > 5
    assert violations(page, "light", "dark") == []
