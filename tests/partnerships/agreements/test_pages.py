"""Partnerships, offers and needs on the pages of the collection and on the desk of a member."""

import pytest
from django.test import Client

from community.accounts import demo as accounts_demo
from community.accounts.demo import create_accounts
from community.models import User
from partnerships.desk.demo import represent_a_city
from partnerships.listings import actions
from partnerships.models import PartnershipStatus
from partnerships.permissions import speaks_for
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.page import Page, page_of

pytestmark = pytest.mark.django_db
NOTE = "No city or country has offered or requested them"


def cards(page: Page, heading: str) -> list[str]:
    """The titles of the cards under a heading."""
    found, is_under = [], False
    for each in page.select("h2, .card h3"):
        if each.tag == "h2":
            is_under = each.text == heading
        elif is_under:
            found.append(each.text)
    return found


@pytest.fixture
def practice():
    return PracticeFactory(slug="parcels", name="Pooled parcels")


@pytest.fixture
def kisumu():
    kenya = CountryFactory(iso2="KE")
    place = {"latitude": -0.1, "longitude": 34.8}
    return CityFactory(slug="kisumu", name="Kisumu", country=kenya, **place)


def test_practice_lists_offers_needs_and_requests(client, practice, kisumu):
    OfferFactory(title="Our rounds", practices=[practice], city=kisumu)
    OfferFactory(title="Waiting", practices=[practice], pending=True)
    OfferFactory(title="Another matter")
    NeedFactory(title="Rounds for us", practices=[practice])
    PartnershipRequestFactory(opened=True, title="We ask", practices=[practice])
    PartnershipRequestFactory(
        opened=True, title="For members", practices=[practice], visibility="members"
    )
    page = page_of(client.get("/practices/parcels/"))
    assert page.headings.index("Offered by") < page.headings.index("Wanted by")
    assert cards(page, "Offered by") == ["Our rounds"]
    assert sorted(cards(page, "Wanted by")) == ["Rounds for us", "We ask"]
    assert "/partnerships/?practice=parcels" in [href for _text, href in page.links]
    for hidden in ("Waiting", "Another matter", "For members"):
        assert hidden not in page.html


def test_practice_without_listings_has_no_sections(client, practice):
    page = page_of(client.get("/practices/parcels/"))
    assert {"Offered by", "Wanted by"}.isdisjoint(page.headings)


def test_city_lists_its_own(client, kisumu):
    OfferFactory(title="Our rounds", city=kisumu)
    SuggestionFactory(title="Stations", city=kisumu, cases=[CaseStudyFactory(published=True)])
    SuggestionFactory(title="To others")
    SuggestionFactory(title="Declined", city=kisumu, declined=True)
    NeedFactory(title="Of others")
    PartnershipRequestFactory(opened=True, title="We ask", city=kisumu)
    PartnershipRequestFactory(opened=True, title="Hidden", city=kisumu, visibility="brokers")
    page = page_of(client.get("/cities/kisumu/"))
    assert cards(page, "Offers, needs and open requests") == ["We ask", "Our rounds"]
    assert cards(page, "Editors’ suggestions") == ["Stations"]
    assert page.text.count(NOTE) == 1


def test_country_lists_its_own_and_its_suggestions(client, kisumu):
    NeedFactory(title="Cold rooms", city=None, country=kisumu.country)
    NeedFactory(title="Of a city", city=kisumu)
    SuggestionFactory(title="To a city", city=kisumu)
    SuggestionFactory(title="Roads", kind="need", city=None, country=kisumu.country)
    page = page_of(client.get("/countries/ke/"))
    assert cards(page, "Offers, needs and open requests") == ["Cold rooms"]
    assert cards(page, "Editors’ suggestions") == ["Roads"]
    assert page.text.count(NOTE) == 1


def test_practice_lists_suggestions_separately(client, practice, kisumu):
    OfferFactory(title="Our rounds", practices=[practice])
    SuggestionFactory(title="Stations", city=kisumu, practices=[practice])
    SuggestionFactory(title="Others", city=kisumu)
    page = page_of(client.get("/practices/parcels/"))
    assert cards(page, "Offered by") == ["Our rounds"]
    assert cards(page, "Editors’ suggestions") == ["Stations"]


def test_city_and_country_list_public_partnerships(client, practice, kisumu):
    qingdao = CityFactory(slug="qingdao", country=CountryFactory(iso2="CN"))
    parties = [(kisumu, "requester"), (qingdao, "provider")]
    PartnershipFactory(title="Together", parties=parties, practices=[practice])
    PartnershipFactory(title="Hidden", parties=parties, practices=[practice], is_public=False)
    elsewhere = CityFactory(country=CountryFactory(iso2="BJ"))
    PartnershipFactory(title="Of others", parties=[(elsewhere, "requester")])
    for path in ("/cities/kisumu/", "/cities/qingdao/", "/countries/ke/", "/countries/cn/"):
        page = page_of(client.get(path))
        assert cards(page, "Partnerships") == ["Together"]
        assert "Hidden" not in page.html
    page = page_of(client.get("/practices/parcels/"))
    assert cards(page, "Partnerships") == ["Together"]
    page = page_of(client.get("/cities/kisumu/"))
    assert "/partnerships/?kind=partnership&city=kisumu" in [href for _text, href in page.links]


def test_search_finds_public_partnerships(client, practice, kisumu):
    parties = [(kisumu, "requester"), (CityFactory(), "provider")]
    options = {"practices": [practice], "parties": parties, "summary": "Village shops"}
    public = PartnershipFactory(title="Together", **options)
    PartnershipFactory(title="Hidden", is_public=False, **options)

    def found(text: str) -> list[str]:
        page = page_of(client.get("/search/", {"q": text}))
        return [each.text for each in page.select("section[aria-labelledby=partnerships] h3")]

    for text in ("together", "kisumu shops", "KÉNYA", '"village shops"', "pooled parc"):
        assert found(text) == ["Together"]
    for text in ("together nowhere", "together -kisumu", '"shops village"', "", "hidden"):
        assert found(text) == []
    page = page_of(client.get("/search/?q=together"))
    assert page.link("Together") == public.get_absolute_url()
    assert "/partnerships/?q=together" in [href for _text, href in page.links]


def test_home_shows_open_requests_else_offers_and_needs(client, kisumu):
    assert "Everything on the board" not in page_of(client.get("/")).text
    SuggestionFactory(title="Only suggested", city=kisumu)
    OfferFactory(title="Our rounds", city=kisumu)
    page = page_of(client.get("/"))
    assert cards(page, "Offers and needs") == ["Our rounds"]
    PartnershipRequestFactory(opened=True, title="We ask", city=kisumu)
    PartnershipRequestFactory(opened=True, title="For members", visibility="members")
    page = page_of(client.get("/"))
    assert cards(page, "Cities looking for partners") == ["We ask"]
    for hidden in ("Our rounds", "For members", "Only suggested"):
        assert hidden not in page.html


@pytest.mark.parametrize("path", ["/", "/practices/parcels/", "/cities/kisumu/"])
@pytest.mark.parametrize("size", [1, 3, 40])
def test_pages_take_a_fixed_number_of_queries(
    client, path, practice, kisumu, size, django_assert_num_queries, django_assert_max_num_queries
):
    for factory in (OfferFactory, NeedFactory):
        for _each in range(size):
            factory(city=kisumu, practices=[practice])
    for _each in range(size):
        SuggestionFactory(city=kisumu, practices=[practice])
        PartnershipFactory(parties=[(kisumu, "requester")], practices=[practice])
    # The cases for a city are computed on the first view in an edition.
    most = {"/": 12, "/practices/parcels/": 13, "/cities/kisumu/": 19}[path]
    with django_assert_max_num_queries(most):
        client.get(path)
    expected = {"/": 5, "/practices/parcels/": 9, "/cities/kisumu/": 9}[path]
    with django_assert_num_queries(expected):
        client.get(path)


def test_map_draws_lines_between_cities_that_work_together(client, kisumu):
    def partners(**options):
        far = CityFactory(latitude=34.7, longitude=113.6)
        return PartnershipFactory(
            parties=[(kisumu, "requester"), (far, "provider")], **options
        ), far

    partners(is_public=False)
    partners(status=PartnershipStatus.DISCONTINUED, reason="Over", ended_on="2026-04-01")
    assert page_of(client.get("/")).select("path.link") == []
    _partnership, far = partners()
    page = page_of(client.get("/"))
    assert len(page.select("path.link")) == 2  # for wide screens and for phones
    assert far.get_absolute_url() in [href for _text, href in page.links]
    OfferFactory(city=kisumu)
    NeedFactory(city=far)
    assert len(page_of(client.get("/partnerships/")).select("path.link")) == 2


def test_desk_lists_what_waits_for_the_member(client, focal_point, kisumu, broker, stranger):
    RepresentationFactory(member=focal_point, city=kisumu)
    SuggestionFactory(title="Stations", city=kisumu)
    SuggestionFactory(title="Declined", city=kisumu, declined=True)
    need = NeedFactory(title="Sent back", city=kisumu, pending=True)
    SuggestionFactory(title="To others")
    words = {"reason": "unclear", "message": "For whom is it?"}
    actions.decide(listing=need, verb="request-changes", by=broker, **words)
    client.force_login(focal_point)
    page = page_of(client.get("/desk/"))
    [waiting] = page.by_role("region", "To do")
    assert {"View suggestion Stations", "Make changes Sent back"} <= {
        text for text, _href in waiting.links
    }
    asked = "Suggested by the editors: adopt or decline it"
    for text in (asked, "For whom is it?"):
        assert text in waiting.text
    assert "To others" not in page.html
    assert "Declined" not in page.html
    other = Client()
    other.force_login(stranger)
    assert "Sent back" not in page_of(other.get("/desk/")).html


def test_focal_point_of_the_demo_represents_a_city():
    city = CityFactory(slug="zhengzhou")
    create_accounts()
    represent_a_city()
    represent_a_city()
    member = User.objects.get(email=f"focal-point{accounts_demo.DOMAIN}")
    representation = member.representations.get()
    assert (representation.place, representation.country) == (city.name, city.country)
    assert speaks_for(member, city)
    member.representations.update(status="ended")
    represent_a_city()
    assert not speaks_for(member, city)
