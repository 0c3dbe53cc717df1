"""Candidates of a request, in a browser: for brokers, and for a city that could answer."""

import pytest

from partnerships.models import Brokering, Match
from repository.models import CaseStudy, City, Practice
from tests.browser.axe import violations, width_over, width_over_at_double_text
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.conftest import staff
from tests.factories import CityFactory, UserFactory
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.second_factors import add_totp

PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed, as the admin is among the pages."""
    return serve()


@pytest.fixture
def visit(open_page, site):
    def visit(member):
        page = open_page(base_url=site, viewport=DESKTOP)
        session = signed_in(member).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


@pytest.fixture
def broker(collection):
    broker = staff("Brokers", "matchmaker")
    add_totp(broker)
    yield broker
    broker.delete()


@pytest.fixture
def asked(collection):
    """A request that began from a case, for a practice that several cities have shown."""
    asked = PartnershipRequestFactory(
        opened=True,
        city=CityFactory(name="Cotonou"),
        title="Goods on the train within a week",
        practices=[Practice.objects.get(slug="pilot-zone")],
        inspired_by=CaseStudy.objects.filter(cities__slug="zhengzhou").first(),
        musts=["speaks:en"],
    )
    yield asked
    city = asked.city
    asked.delete()
    city.delete()


def check(page) -> None:
    """Nothing is wider than the window, and axe finds nothing."""
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert (width_over(page), violations(page, "light", "dark")) == (0, [])
        assert width_over_at_double_text(page) == 0


def test_broker_compares_candidates_and_tries_weights(asked, broker, visit):
    page = visit(broker)
    page.goto(f"/admin/partnerships/requests/{asked.pk}/candidates/")
    ranking = page.locator("section[aria-labelledby=ranking]")
    names = ranking.locator(".cand h3 a").all_inner_texts()
    assert len(names) >= 3
    check(page)
    for name in names[:2]:
        page.get_by_label(f"Compare: {name}").check()
    click_and_load(page.get_by_role("button", name="Compare selected cities (up to 3)"))
    table = page.get_by_role("table", name="Side by side")
    heads = table.locator("thead th a").all_inner_texts()
    assert heads == names[:2]
    # Inside "Try other weights".
    ranking.get_by_text("Try other weights").click()
    page.get_by_label("Similarity of the cities").fill("900")
    click_and_load(page.get_by_role("button", name="Update order"))
    assert page.get_by_text("Nothing is saved.").is_visible()
    assert len(ranking.locator(".moved").all()) == len(ranking.locator(".cand").all())
    assert table.is_visible()
    check(page)
    assert not Match.objects.filter(request=asked).exists()
    assert not Brokering.objects.filter(weights__has_key="setting").exists()


def test_city_reads_what_it_could_answer(asked, visit):
    city = City.objects.get(slug="zhengzhou")
    member = UserFactory(handle="speaker", email="speaker@example.org")
    RepresentationFactory(member=member, city=city)
    page = visit(member)
    page.goto("/partnerships/to-answer/")
    card = page.locator(".cand", has_text=asked.title)
    assert card.locator(".headline").inner_text() == (
        "Cotonou asks for your help with “Cross-border e-commerce comprehensive pilot zone”"
    )
    assert "The request from Cotonou was inspired by your case." in card.inner_text()
    check(page)
    member.delete()
