"""From the invitation of a city that nobody represents to its answer, in browsers."""

import re

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from partnerships.models import CityInvitation, Interest, Match
from repository.models import CaseStudy
from tests.browser.steps import click_and_load, press
from tests.collection import signed_in
from tests.community.conftest import PASSWORD, run_queue
from tests.conftest import staff
from tests.factories import PartnershipRequestFactory
from tests.second_factors import add_totp

pytestmark = pytest.mark.slow(20)

ADDRESS = "trade@zhengzhou.example"
TITLE = "Parcels from Cotonou by rail"


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def asked(collection):
    case = CaseStudy.objects.get(slug="zhengzhou")
    return PartnershipRequestFactory(
        opened=True, title=TITLE, city__name="Cotonou", practices=[case.practices.first()]
    )


def link_of(subject: str) -> str:
    [message] = [message for message in run_queue() if message.subject == subject]
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def invite(page, asked) -> None:
    """Find that nobody could answer, and write to an office of the city."""
    page.goto(f"/admin/partnerships/requests/{asked.pk}/candidates/")
    click_and_load(page.get_by_role("link", name=re.compile("^Invite .*Zhengzhou$")).first)
    expect(page.get_by_label("City", exact=True)).to_have_value(re.compile("^Zhengzhou"))
    page.get_by_label("Office", exact=True).fill("Bureau of commerce")
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_label("Source of the address").fill("The page of the bureau")
    click_and_load(page.get_by_role("button", name="Send invitation"))
    expect(page.locator(".messagelist")).to_contain_text("Invitation sent.")


def make_account(page) -> None:
    click_and_load(page.get_by_role("link", name="Create an account"))
    expect(page.get_by_label("Email address")).to_have_value(ADDRESS)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Create account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    page.goto(link_of("Confirm your email address"))
    press(page, "Confirm email address")
    expect(page.locator(".messages")).to_contain_text(f"Email address {ADDRESS} confirmed.")
    click_and_load(page.get_by_role("link", name="Skip for now"))


def accept(page) -> None:
    page.get_by_label("Your position").fill("Head of the rail office")
    press(page, "Represent the city")
    expect(page.locator(".messages")).to_contain_text("You now represent Zhengzhou.")


def test_invite_a_city_until_it_has_answered(open_page, site, asked):
    broker = staff("Brokers", "broker")
    add_totp(broker)
    desk = open_page(base_url=site)
    session = signed_in(broker).cookies["sessionid"].value
    desk.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    invite(desk, asked)

    officer = open_page(base_url=site)
    officer.goto(link_of("Would you like to represent Zhengzhou?"))
    expect(officer.get_by_role("main")).to_contain_text(TITLE)
    make_account(officer)
    # The desk of a member leads back to the invitation.
    officer.goto("/desk/")
    click_and_load(officer.get_by_role("region", name="To do").get_by_role("link").first)
    accept(officer)

    click_and_load(officer.get_by_role("link", name="Check the city’s profile"))
    officer.locator("[name=sectors]").fill("Rail freight")
    press(officer, "Save profile")
    expect(officer.get_by_role("heading", level=1)).to_have_text("You represent Zhengzhou")
    click_and_load(officer.get_by_role("link", name="Answer the request"))
    officer.get_by_label("What kind of cooperation do you have in mind?").fill("Parcels by rail.")
    officer.get_by_label("Who are you?").fill("The rail office.")
    click_and_load(officer.get_by_role("main").locator("form").get_by_role("button").last)
    expect(officer.locator(".messages .success")).to_be_visible()

    match = Match.objects.get(request=asked)
    assert (match.city.slug, match.origin) == ("zhengzhou", "interest")
    assert Interest.objects.get(match=match).by.email == ADDRESS
    invitation = CityInvitation.objects.get()
    desk.goto(invitation.get_absolute_url())
    expect(desk.get_by_role("main")).to_contain_text("Accepted")
    expect(desk.get_by_role("main")).not_to_contain_text(ADDRESS)
    # Now both cities can be asked.
    desk.goto(f"/admin/partnerships/matches/{match.pk}/")
    expect(desk.get_by_role("button", name="Propose to both cities")).to_have_count(0)
    expect(desk.get_by_role("main")).to_contain_text("No one represents Cotonou")
