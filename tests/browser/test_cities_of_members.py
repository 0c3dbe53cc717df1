"""Somebody asks to speak for a city, keeps its profile, tells news in a cluster, in a browser."""

import pytest
from playwright.sync_api import expect

from community.accounts import spam_protection
from community.models import User
from partnerships.models import Cluster, ClusterNews, Representation
from repository.models import City, Organization
from tests.browser.axe import violations, width_over, width_over_at_double_text
from tests.browser.steps import click_and_load, press
from tests.collection import signed_in
from tests.factories import (
    CityProfileFactory,
    ClusterFactory,
    ClusterNewsFactory,
    RepresentationFactory,
)

PHONE = {"width": 320, "height": 800}


@pytest.fixture
def member(collection, monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    yield User.objects.get(handle="member")
    ClusterNews.objects.all().delete()
    Cluster.objects.all().delete()
    Representation.objects.all().delete()


@pytest.fixture
def visit(open_page, site):
    """A window in which somebody is signed in."""

    def window(user, **options):
        page = open_page(base_url=site, **options)
        cookie = signed_in(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return page

    return window


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ask_and_keep_the_profile(visit, member, scripts):
    page = visit(member, java_script_enabled=scripts)
    page.goto("/cities/zhengzhou/")
    click_and_load(page.get_by_role("link", name="Do you work for this city? Represent it"))
    assert page.get_by_label("City").first.input_value() == "Zhengzhou, China"
    page.get_by_label("Your position").fill("Head of the trade office")
    press(page, "Send request")
    expect(page.get_by_text("A broker will review your request")).to_be_visible()
    asked = Representation.objects.get(member=member)
    assert asked.city == City.objects.get(slug="zhengzhou")
    Representation.objects.update(status="approved", since="2026-01-01")
    page.goto("/partnerships/cities/zhengzhou/profile/")
    page.get_by_label("Sea port").select_option("no")
    page.locator("[name=sectors]").fill("Phones by air")
    press(page, "Save profile")
    expect(page.locator("aside")).to_contain_text("Phones by air")
    page.goto("/partnerships/cities/")
    page.get_by_text("Stop representing this city").click()
    press(page, "Stop representing Zhengzhou")
    asked.refresh_from_db()
    assert asked.status == "ended"
    asked.city.profile.delete()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ask_for_an_organization_and_offer_something(visit, member, scripts):
    page = visit(member, java_script_enabled=scripts)
    body = Organization.objects.order_by("name")[0]
    page.goto("/partnerships/cities/ask/")
    page.get_by_text("I work for an organisation, not a city").click()
    page.get_by_label("Organisation", exact=True).select_option(str(body))
    page.get_by_label("Your position").fill("Programme officer")
    press(page, "Send request")
    asked = Representation.objects.get(member=member)
    assert (asked.organization, asked.status) == (body, "asked")
    Representation.objects.update(status="approved", since="2026-01-01")
    page.goto("/desk/")
    click_and_load(page.locator("main a[href^='/partnerships/offers/new/']"))
    page.get_by_label("Title").fill("We pay the travel")
    page.get_by_label("Description").fill("For two people.")
    page.get_by_label("Logistics and delivery").check()
    page.get_by_label("Study visit").check()
    press(page, "Submit for review")
    expect(page.get_by_text("only your organisation and the brokers can see it")).to_be_visible()
    offer = body.offers.get(title="We pay the travel")
    assert offer.status == "pending"
    offer.delete()


def test_pages_are_accessible(visit, member, open_page, site):
    city = City.objects.get(slug="zhengzhou")
    RepresentationFactory(member=member, city=city, place="Zhengzhou")
    asked = RepresentationFactory(
        member=member, city=None, place="Ndhiwa", country_id="KE", asked=True
    )
    body = Organization.objects.all()[0]
    RepresentationFactory(member=member, city=None, organization=body, place=body.name)
    profile = CityProfileFactory(
        city=city, corridors=["land-bridge"], setting="urban", partners_a_year=3
    )
    cluster = ClusterFactory(
        slug="online",
        name="Trade online",
        cities=[city, *City.objects.all()[:3]],
        description="Together.",
    )
    news = ClusterNewsFactory(cluster=cluster, city=city, by=member)
    page = visit(member, viewport=PHONE)
    for path in (
        "/partnerships/cities/",
        "/partnerships/cities/ask/",
        f"/partnerships/cities/ask/?organization={body.slug}",
        f"/partnerships/offers/new/?organization={body.slug}",
        "/partnerships/cities/zhengzhou/profile/",
        "/partnerships/clusters/",
        "/partnerships/clusters/online/",
        "/partnerships/clusters/online/news/new/",
        f"/partnerships/clusters/news/{news.pk}/take-down/",
        "/cities/zhengzhou/",
        "/desk/",
    ):
        page.goto(path)
        assert (path, violations(page, "light", "dark"), width_over(page)) == (path, [], 0)
        assert (path, width_over_at_double_text(page)) == (path, 0)
    profile.delete()
    Representation.objects.filter(pk=asked.pk).delete()
