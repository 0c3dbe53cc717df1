"""A city sees who else has what it asks for, and what it can do where no city has it."""

from urllib.parse import unquote

import pytest

from community.models import Follow, Notification, User, Verb
from partnerships.listings.actions import decide
from partnerships.models import PartnershipRequest
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    OfferFactory,
    PracticeFactory,
)
from tests.factories.partnerships import THEN, PartnershipRequestFactory, RepresentationFactory
from tests.page import page_of

HEADING = "Countries and organisations that have what you need"


@pytest.fixture
def practice(db):
    return PracticeFactory(name="Parcel trains")


@pytest.fixture
def asked(city, practice) -> PartnershipRequest:
    return PartnershipRequestFactory(
        city=city, opened=True, title="Parcels", practices=[practice], languages=["en"]
    )


def headings(page) -> list[str]:
    return [each.text for each in page.select("article h2")]


def test_starting_points_are_shown_to_the_city_that_asks(
    asked, practice, client, focal_point, stranger
):
    benin = CountryFactory(iso2="BJ", name="Benin")
    case = CaseStudyFactory(
        published=True, title="Rail in Benin", practices=[practice], countries=[benin]
    )
    url = asked.get_absolute_url()
    for person in (None, stranger):
        if person:
            client.force_login(person)
        assert HEADING not in headings(page_of(client.get(url)))
    client.force_login(focal_point)
    page = page_of(client.get(url))
    section = page.one("[aria-labelledby=starting-points]")
    assert section.links == [("Rail in Benin", case.get_absolute_url())]
    assert [each.text for each in section.select("h3")] == ["Benin country or area"]
    # Naming a city is for brokers.
    assert section.select("form") == []


@pytest.mark.parametrize("status", ["matched", "closed", "declined"])
def test_no_outlook_once_it_is_over(status, asked, client, focal_point):
    closed = {"closed_at": THEN, "closing_reason": "changed"} if status == "closed" else {}
    PartnershipRequest.objects.update(status=status, **closed)
    client.force_login(focal_point)
    assert page_of(client.get(asked.get_absolute_url())).select("#outlook") == []


def test_no_outlook_without_subjects(city, client, focal_point):
    asked = PartnershipRequestFactory(city=city, opened=True)
    client.force_login(focal_point)
    assert page_of(client.get(asked.get_absolute_url())).select("#outlook") == []


def test_where_no_city_has_it_the_city_can_invite_one_and_follow(
    asked, practice, client, focal_point
):
    client.force_login(focal_point)
    page = page_of(client.get(asked.get_absolute_url()))
    section = page.one("[aria-labelledby=outlook]")
    [mail] = [unquote(href) for _text, href in section.links if href.startswith("mailto:")]
    assert asked.get_absolute_url() in mail
    form = page.form(f"/follows/practice/{practice.pk}/")
    for _time in range(2):
        client.post(form.action, form.fields | {"verb": "follow"})
    assert Follow.objects.get().member == focal_point
    # Only brokers see this request: it cannot be sent to others.
    PartnershipRequest.objects.update(visibility="brokers")
    section = page_of(client.get(asked.get_absolute_url())).one("[aria-labelledby=outlook]")
    assert section.links == []


def test_requirements_that_rule_cities_out_are_named_but_not_the_cities(
    asked, practice, client, focal_point
):
    PartnershipRequest.objects.update(musts=["region:Africa"], status="draft")
    city = CityFactory(name="Quito", country=CountryFactory(iso2="EC", region="Americas"))
    OfferFactory(city=city, practices=[practice])
    client.force_login(focal_point)
    page = page_of(client.get(asked.get_absolute_url()))
    section = page.one("[aria-labelledby=outlook]")
    assert "Africa" in section.select("li")[0].text
    assert section.link("Edit requirements") == (f"/partnerships/requests/{asked.pk}/edit/?step=4")
    assert "Quito" not in page.html
    # The city breaks both of these.
    PartnershipRequest.objects.update(musts=["region:Africa", "country:BJ"])
    section = page_of(client.get(asked.get_absolute_url())).one("[aria-labelledby=outlook]")
    assert section.select("li")[0].text == (
        "Remove more than one requirement. No city meets all the others. Edit requirements"
    )
    PartnershipRequest.objects.update(musts=[])
    page = page_of(client.get(asked.get_absolute_url()))
    assert page.select("#outlook") == []
    assert "Quito" not in page.html


def test_followers_are_notified_once_of_a_new_offer(practice, member, broker, colleague):
    speaker = RepresentationFactory().member
    for follower in (member, speaker):
        Follow.objects.create(subject=practice, member=follower)
    offer = OfferFactory(city=speaker.representations.get().city, practices=[practice])
    type(offer).objects.update(status="pending", published_at=None, reviewed_at=None)

    def told() -> list[User]:
        return [each.member for each in Notification.objects.filter(event="offer.new")]

    decide(listing=offer, verb=Verb.APPROVE, by=broker)
    assert told() == [member]
    # It is changed and approved again.
    type(offer).objects.update(status="pending")
    decide(listing=offer, verb=Verb.APPROVE, by=broker)
    assert told() == [member]


def test_followers_are_not_notified_of_an_offer_that_is_refused(practice, member, broker):
    Follow.objects.create(subject=practice, member=member)
    offer = OfferFactory(practices=[practice], pending=True)
    decide(listing=offer, verb=Verb.DECLINE, by=broker, reason="fit", message="Not here.")
    assert not Notification.objects.filter(event="offer.new").exists()
