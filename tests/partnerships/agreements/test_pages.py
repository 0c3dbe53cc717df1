"""What the partnership desk adds to the pages of the collection and to a member's own desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from community.accounts import demo as accounts_demo
from community.accounts.demo import create_accounts
from community.models import User
from partnerships.desk.daily import show_ended
from partnerships.desk.demo import speak_for_a_city
from partnerships.listings import actions
from partnerships.listings.pages import show
from partnerships.models import PartnershipStatus
from partnerships.permissions import speaks_for
from repository.models import PageStamp
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
from tests.page import Page

pytestmark = pytest.mark.django_db
NOTE = "Suggested from this case by the editors. The {} has neither offered nor requested it."


class Parsed(Page):
    """A page by its headings."""

    def cards(self, heading: str) -> list[str]:
        """The titles of the cards under a heading."""
        found, is_under = [], False
        for each in self.select("h2, .card h3"):
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


def test_practice_says_who_offers_it_and_where_it_is_wanted(client, practice, kisumu):
    OfferFactory(title="Our rounds", practices=[practice], city=kisumu)
    OfferFactory(title="Waiting", practices=[practice], pending=True)
    OfferFactory(title="Another matter")
    NeedFactory(title="Rounds for us", practices=[practice])
    PartnershipRequestFactory(opened=True, title="We ask", practices=[practice])
    PartnershipRequestFactory(
        opened=True, title="For members", practices=[practice], visibility="members"
    )
    page = client.get("/practices/parcels/").text
    assert page.index("Offered by") < page.index("Our rounds") < page.index("Wanted in")
    assert page.index("Wanted in") < min(page.index("Rounds for us"), page.index("We ask"))
    assert 'href="/partnerships/?practice=parcels"' in page
    for hidden in ("Waiting", "Another matter", "For members"):
        assert hidden not in page


def test_practice_without_any_says_nothing(client, practice):
    page = client.get("/practices/parcels/").text
    assert "Offered by" not in page
    assert "Wanted in" not in page


def test_city_shows_what_is_its_own(client, kisumu):
    OfferFactory(title="Our rounds", city=kisumu)
    SuggestionFactory(title="Stations", city=kisumu, cases=[CaseStudyFactory(published=True)])
    SuggestionFactory(title="To others")
    SuggestionFactory(title="Declined", city=kisumu, declined=True)
    NeedFactory(title="Of others")
    PartnershipRequestFactory(opened=True, title="We ask", city=kisumu)
    PartnershipRequestFactory(opened=True, title="Hidden", city=kisumu, visibility="brokers")
    page = Parsed(client.get("/cities/kisumu/").text)
    assert page.cards("Offers, needs and open requests") == ["We ask", "Our rounds"]
    assert page.cards("Suggestions by the editors") == ["Stations"]
    assert page.text.count(NOTE.format("city")) == 1


def test_country_shows_what_is_its_own_and_what_is_suggested_to_it(client, kisumu):
    NeedFactory(title="Cold rooms", city=None, country=kisumu.country)
    NeedFactory(title="Of a city", city=kisumu)
    SuggestionFactory(title="To a city", city=kisumu)
    SuggestionFactory(title="Roads", kind="need", city=None, country=kisumu.country)
    page = Parsed(client.get("/countries/ke/").text)
    assert page.cards("Offers, needs and open requests") == ["Cold rooms"]
    assert page.cards("Suggestions by the editors") == ["Roads"]
    assert page.text.count(NOTE.format("country")) == 1


def test_practice_shows_what_is_suggested_apart(client, practice, kisumu):
    OfferFactory(title="Our rounds", practices=[practice])
    SuggestionFactory(title="Stations", city=kisumu, practices=[practice])
    SuggestionFactory(title="Others", city=kisumu)
    page = Parsed(client.get("/practices/parcels/").text)
    assert page.cards("Offered by") == ["Our rounds"]
    assert page.cards("Suggestions by the editors") == ["Stations"]


def test_home_shows_open_requests_else_offers_and_needs(client, kisumu):
    assert "All on the board" not in client.get("/").text
    SuggestionFactory(title="Only suggested", city=kisumu)
    offer = OfferFactory(title="Our rounds", city=kisumu)
    show(offer)
    page = client.get("/").text
    assert "What cities offer and need" in page
    assert "Our rounds" in page
    PartnershipRequestFactory(opened=True, title="We ask", city=kisumu)
    PartnershipRequestFactory(opened=True, title="For members", visibility="members")
    show(offer)
    page = client.get("/").text
    assert "Cities looking for partners" in page
    assert "We ask" in page
    assert "Our rounds" not in page
    assert "For members" not in page
    assert "Only suggested" not in page


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
    with django_assert_max_num_queries(12):
        client.get(path)
    expected = {"/": 6, "/practices/parcels/": 9, "/cities/kisumu/": 8}[path]
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
    assert 'class="link"' not in client.get("/").text
    _partnership, far = partners()
    PageStamp.objects.touch("/")
    page = client.get("/").text
    assert page.count('class="link"') == 2  # for wide screens and for phones
    assert far.get_absolute_url() in page
    OfferFactory(city=kisumu)
    NeedFactory(city=far)
    assert client.get("/partnerships/").text.count('class="link"') == 2


def test_own_desk_asks_for_what_waits(client, focal_point, kisumu, broker, stranger):
    RepresentationFactory(member=focal_point, city=kisumu)
    SuggestionFactory(title="Stations", city=kisumu)
    SuggestionFactory(title="Declined", city=kisumu, declined=True)
    need = NeedFactory(title="Sent back", city=kisumu, pending=True)
    SuggestionFactory(title="To others")
    words = {"reason": "unclear", "message": "For whom is it?"}
    actions.decide(listing=need, verb="request-changes", by=broker, **words)
    client.force_login(focal_point)
    page = client.get("/desk/").text
    asked = "Suggested by the editors: adopt or decline it"
    for words in (asked, "Stations", "Sent back", "For whom is it?"):
        assert words in page
    assert "To others" not in page
    assert "Declined" not in page
    other = Client()
    other.force_login(stranger)
    assert "Sent back" not in other.get("/desk/").text


def test_pages_stay_while_what_is_written_is_for_its_city_alone(focal_point, broker):
    city = CityFactory()
    RepresentationFactory(member=focal_point, city=city)
    practice = PracticeFactory()
    offer = OfferFactory(city=city, practices=[practice], pending=True)
    shown = {city.get_absolute_url(), practice.get_absolute_url(), "/partnerships/", "/"}
    words = {"reason": "unclear", "message": "For whom?"}
    actions.decide(listing=offer, verb="request-changes", by=broker, **words)
    assert not PageStamp.objects.filter(path__in=shown).exists()
    offer = OfferFactory(city=city, practices=[practice], pending=True)
    actions.decide(listing=offer, verb="approve", by=broker)
    assert PageStamp.objects.filter(path__in=shown).count() == 4
    PageStamp.objects.all().delete()
    actions.close(listing=offer, by=focal_point)
    assert PageStamp.objects.filter(path__in=shown).count() == 4


def test_pages_are_new_once_the_last_day_is_over(client):
    offer = OfferFactory(valid_until=timezone.localdate() - timedelta(days=1))
    OfferFactory(valid_until=timezone.localdate())
    NeedFactory(valid_until=timezone.localdate() - timedelta(days=30))
    show_ended()
    own = {*PageStamp.objects.filter(path__contains="/offers/").values_list("path", flat=True)}
    assert own == {offer.get_absolute_url()}
    assert not PageStamp.objects.filter(path__contains="/needs/").exists()
    assert PageStamp.objects.filter(path="/partnerships/").exists()


def test_focal_point_of_the_demo_speaks_for_a_city():
    city = CityFactory(slug="zhengzhou")
    create_accounts()
    speak_for_a_city()
    speak_for_a_city()
    member = User.objects.get(email=f"focal-point{accounts_demo.DOMAIN}")
    assert member.representations.count() == 1
    assert speaks_for(member, city)
    member.representations.update(status="ended")
    speak_for_a_city()
    assert not speaks_for(member, city)
