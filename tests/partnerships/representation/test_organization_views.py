"""Pages for those who represent an organisation: asking, review, its offers and partnerships."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.accounts import spam_protection
from partnerships import permissions
from partnerships.listings import actions as listings_actions
from partnerships.models import Offer, Representation
from repository.models import Organization
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartyFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.page import page_of
from tests.partnerships.listings.listings import listing_form

pytestmark = pytest.mark.django_db

APPROVE = {"verb": "approve", "without_evidence": "on"}

LIST = "/partnerships/cities/"
ASK = "/partnerships/cities/ask/"
NEW = "/partnerships/offers/new/"
REVIEW = "/admin/review/representation/"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def bank(db):
    return OrganizationFactory(slug="bank", name="Development Bank of the Lake", acronym="DBL")


@pytest.fixture
def practice(db):
    return PracticeFactory(slug="parcels", name="Pooled parcels")


@pytest.fixture
def held(member, bank):
    return RepresentationFactory(member=member, organization=bank, city=None, place=bank.name)


@pytest.fixture
def speaker(held, member):
    return as_user(member)


def as_user(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client


def end(representation) -> None:
    Representation.objects.filter(pk=representation.pk).update(
        until=timezone.localdate() - timedelta(days=1)
    )


def sent(user, **values) -> dict:
    return {"position": "Programme officer", "stamp": spam_protection.stamp_for(user)} | values


# Asking


def test_ask_for_an_organization(member, bank):
    client = as_user(member)
    choices = page_of(client.get(ASK)).form(ASK).choices("organization")
    assert choices == {
        "": "Choose an organisation",
        str(bank.pk): "Development Bank of the Lake (DBL)",
    }
    response = client.post(ASK, sent(member, organization=bank.pk))
    assert (response.status_code, response.headers["Location"]) == (302, LIST)
    assert Representation.objects.get().organization == bank
    page = page_of(client.get(LIST))
    assert page.one(".representations h2").text == "Development Bank of the Lake (DBL)"
    # Nothing can be done in its name yet.
    assert page.select(f'[href^="{NEW}"]') == []


def test_ask_for_a_new_organization(member):
    CountryFactory(iso2="KE", name="Kenya")
    values = sent(member, new_organization=" Fund  of the Coast ", organization_country="KE")
    assert as_user(member).post(ASK, values).status_code == 302
    asked = Representation.objects.get()
    assert (asked.organization, asked.place, asked.country_id) == (None, "Fund of the Coast", "KE")
    assert asked.is_of_organization


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "__all__"),
        ({"organization": "bank", "city": "Kisumu"}, "__all__"),
        ({"organization": "bank", "new_organization": "Fund"}, "new_organization"),
        ({"organization": "0"}, "organization"),
        ({"new_organization": "x" * 201}, "new_organization"),
        ({"new_organization": "Fund", "new_place": "Ndhiwa"}, "__all__"),
    ],
)
def test_ask_with_a_mistake(member, bank, values, field):
    values = {name: bank.pk if value == "bank" else value for name, value in values.items()}
    response = as_user(member).post(ASK, sent(member, **values))
    assert (response.status_code, [*response.context["form"].errors]) == (200, [field])
    assert not Representation.objects.exists()


def test_preselect_the_organization_of_a_link(member, bank):
    client = as_user(member)
    form = client.get(f"{ASK}?organization=bank").context["form"]
    assert (form["organization"].value(), form.is_organization) == (bank.pk, True)
    assert client.get(f"{ASK}?organization=no%00thing").status_code == 200


def test_list_and_end_own_representation(speaker, held, member, bank):
    row = page_of(speaker.get(LIST)).one(".representations > li")
    # No links to pages of cities: the profile, needs, requests to answer.
    assert row.links == [("Add offer", f"{NEW}?organization=bank")]
    [end_form] = row.forms
    assert speaker.post(end_form.action).status_code == 302
    assert not permissions.speaks_for(member, bank)


def test_show_the_organization_on_the_members_desk(speaker, bank):
    page = page_of(speaker.get("/desk/"))
    part = page.one("[aria-labelledby=organizations]")
    assert part.one("h3").text == "Development Bank of the Lake"
    assert NEW in {href for _text, href in part.links}
    assert page.select("#cities") == []


# The page of the brokers


def choices(response) -> list[str]:
    return [key for key, _label in response.context["form"].fields["organization"].choices]


def test_approve_at_the_desk(broker, member, bank):
    other = OrganizationFactory(name="Bank of the Coast")
    asked = RepresentationFactory(
        member=member, organization=bank, city=None, place=bank.name, asked=True
    )
    desk, path = as_user(broker), f"{REVIEW}{asked.pk}/"
    response = desk.get(path)
    assert choices(response) == [f"organization-{bank.pk}", "new"]
    found = desk.get(f"{path}?look_for=coast%00")
    assert choices(found) == [f"organization-{row.pk}" for row in (bank, other)] + ["new"]
    desk.post(
        path,
        {**APPROVE, "organization": f"organization-{bank.pk}"},
    )
    assert permissions.speaks_for(member, bank)


def test_approve_a_new_organization_at_the_desk(broker, member):
    asked = RepresentationFactory(
        member=member, city=None, place="coast fund", is_of_organization=True, asked=True
    )
    desk, path = as_user(broker), f"{REVIEW}{asked.pk}/"
    record = page_of(desk.get(path)).one("article dl")
    assert "coast fund · new organisation, in the member’s words" in record.lines
    new = {
        "verb": "approve",
        "without_evidence": "on",
        "organization": "new",
        "name": "Fund of the Coast",
    }
    refused = desk.post(path, new)
    assert list(refused.context["form"].errors) == ["__all__"]
    desk.post(path, new | {"kind": "bank"})
    made = Organization.objects.get()
    assert (made.name, made.kind, permissions.speaks_for(member, made)) == (
        "Fund of the Coast",
        "bank",
        True,
    )


def test_show_who_else_speaks_for_it(broker, held, colleague, bank):
    asked = RepresentationFactory(
        member=colleague, organization=bank, city=None, place=bank.name, asked=True
    )
    page = page_of(as_user(broker).get(f"{REVIEW}{asked.pk}/"))
    others = page.one("[aria-labelledby=others]")
    assert others.links == [(held.member.display_name, f"{REVIEW}{held.pk}/")]


# Offers


def test_write_an_offer_of_the_organization(speaker, member, bank, practice):
    case = CaseStudyFactory(published=True, organizations=[bank], title="What we paid for")
    foreign = CaseStudyFactory(published=True, organizations=[OrganizationFactory()])
    page = page_of(speaker.get(NEW))
    assert foreign.title not in page.html
    form = page.form(NEW)
    assert form.choices("cases") == {str(case.pk): "What we paid for"}
    assert "owner" not in [control["name"] for control in form.controls]
    assert f"For {bank}" in page.lines
    answer = speaker.post(NEW, listing_form(practice, cases=[case.pk]), follow=True)
    offer = Offer.objects.get()
    assert (offer.organization, offer.city, offer.created_by) == (bank, None, member)
    assert ([*offer.cases.all()], offer.status) == ([case], "pending")
    assert len(page_of(answer).select(".notice")) == 1
    speaker.post(
        f"/partnerships/offers/{offer.pk}/edit/", listing_form(practice, title="All of it")
    )
    offer.refresh_from_db()
    assert offer.title == "All of it"
    speaker.post(f"/partnerships/offers/{offer.pk}/close/")
    offer.refresh_from_db()
    assert offer.status == "closed"


def test_choose_for_whom_it_is(speaker, member, bank, practice):
    city = CityFactory(name="Kisumu")
    RepresentationFactory(member=member, city=city)
    form = speaker.get(f"{NEW}?organization=bank").context["form"]
    assert form.fields["owner"].choices == [
        (f"city-{city.pk}", "Kisumu"),
        (f"organization-{bank.pk}", "Development Bank of the Lake (DBL)"),
    ]
    assert form["owner"].value() == f"organization-{bank.pk}"
    other = OrganizationFactory()
    refused = speaker.post(NEW, listing_form(practice, owner=f"organization-{other.pk}"))
    assert [*refused.context["form"].errors] == ["owner"]
    speaker.post(NEW, listing_form(practice, owner=f"organization-{bank.pk}"))
    assert Offer.objects.get().organization == bank


def test_needs_and_requests_are_for_cities(speaker, bank):
    for path in ("/partnerships/needs/new/", "/partnerships/needs/new/?organization=bank"):
        response = speaker.get(path)
        assert (response.status_code, response.headers["Location"]) == (302, ASK)
    assert "form" not in speaker.get("/partnerships/requests/new/").context
    # A pending request to represent an organisation does not count as one for a city.
    RepresentationFactory(
        member=Representation.objects.get().member,
        organization=OrganizationFactory(),
        city=None,
        asked=True,
    )
    assert not speaker.get("/partnerships/requests/new/").context["waiting"]
    assert len(page_of(speaker.get("/partnerships/to-answer/")).select(".empty")) == 1


def test_right_ends_in_the_next_request(speaker, held, bank, practice):
    shown = OfferFactory(organization=bank, city=None, practices=[practice])
    hidden = OfferFactory(organization=bank, city=None, pending=True, practices=[practice])
    pages = [f"/partnerships/offers/{row.pk}/edit/" for row in (shown, hidden)]
    assert [speaker.get(page).status_code for page in pages] == [200, 200]
    assert page_of(speaker.get(shown.get_absolute_url())).link("Edit offer") == pages[0]
    end(held)
    response = speaker.get(NEW)
    assert (response.status_code, response.headers["Location"]) == (302, ASK)
    assert [speaker.get(page).status_code for page in pages] == [403, 404]
    assert [speaker.post(page, listing_form(practice)).status_code for page in pages] == [403, 404]
    assert speaker.get(hidden.get_absolute_url()).status_code == 404
    assert page_of(speaker.get(shown.get_absolute_url())).select(f'[href="{pages[0]}"]') == []


def test_hide_what_is_not_published_from_all_others(
    held, member, broker, focal_point, colleague, bank, client
):
    RepresentationFactory(member=focal_point, city=CityFactory())
    RepresentationFactory(member=colleague, organization=OrganizationFactory(), city=None)
    offer = OfferFactory(organization=bank, city=None, pending=True, title="Hush hush")
    everywhere = ["/partnerships/", "/", "/feeds/cases.atom", "/search/?q=hush", "/api/v1/cases"]
    for reader in (Client(), as_user(focal_point), as_user(colleague)):
        assert reader.get(offer.get_absolute_url()).status_code == 404
        for path in everywhere:
            assert "Hush hush" not in reader.get(path).text
    for reader in (member, broker):
        assert page_of(as_user(reader).get(offer.get_absolute_url())).one("h1").text == "Hush hush"


def test_appeal_only_as_a_representative(speaker, held, broker, bank):
    offer = OfferFactory(organization=bank, city=None, pending=True)
    words = {"reason": "unclear", "message": "Say how much."}
    decision = listings_actions.decide(listing=offer, verb="decline", by=broker, **words)
    appeal = f"/appeals/new/{decision.pk}/"
    page = page_of(speaker.get(offer.get_absolute_url()))
    assert page.one(".words").text == "Say how much."
    assert appeal in [url for _name, url in page.links]
    assert speaker.get(appeal).status_code == 200
    end(held)
    assert speaker.get(appeal).status_code == 404
    # The brokers manage the offer now: they read the message but cannot appeal.
    page = page_of(as_user(broker).get(offer.get_absolute_url()))
    assert page.one(".words").text == "Say how much."
    assert appeal not in page.html


@pytest.mark.parametrize("size", [1, 3])
def test_show_in_a_fixed_number_of_queries(
    speaker, broker, bank, size, django_assert_max_num_queries
):
    offers = OfferFactory.create_batch(size, organization=bank, city=None)
    RepresentationFactory(organization=bank, city=None)
    for _each in range(size):
        NeedFactory()
    for reader in (speaker, as_user(broker)):
        reader.get(offers[0].get_absolute_url())
        with django_assert_max_num_queries(13):
            reader.get(offers[0].get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        speaker.get(NEW)
    assert len(asked) <= 12


def test_edit_at_the_desk_only_without_a_representative(broker, held, bank, practice):
    desk, path = as_user(broker), "/admin/partnerships/offer/"
    words = {
        "title": "Help",
        "description": "We sit between both.",
        "language": "en",
        "modalities": ["joint-project"],
        "practices": [practice.pk],
        "organization": bank.pk,
    }
    assert page_of(desk.post(f"{path}add/", words)).wrong_fields == ["organization"]
    assert not Offer.objects.exists()
    offer = OfferFactory(organization=bank, city=None, title="Theirs")
    assert page_of(desk.get(path)).link("Theirs") == f"/admin/review/offer/{offer.pk}/"
    assert desk.post(f"{path}{offer.pk}/change/", words).status_code == 403
    end(held)
    assert page_of(desk.get(path)).link("Theirs") == f"{path}{offer.pk}/change/"
    desk.post(f"{path}{offer.pk}/change/", words)
    offer.refresh_from_db()
    assert offer.title == "Help"


@pytest.mark.parametrize("status", ["pending", "changes-requested", "declined"])
def test_review_offers_of_a_former_representative(broker, held, bank, practice, status):
    """Saving one in the admin would publish it without a decision."""
    offer = OfferFactory(city=None, organization=bank, status=status, practices=[practice])
    Representation.objects.update(status="ended")
    page = f"/admin/partnerships/offer/{offer.pk}/"
    client = as_user(broker)
    assert client.post(f"{page}change/", {}).status_code == 403
    listed = page_of(client.get("/admin/partnerships/offer/"))
    review = f"/admin/review/offer/{offer.pk}/"
    assert listed.link(offer.title) == review
    assert page_of(client.get(review)).one("article h3").text == offer.title


def test_review_shows_others_of_the_same_organization(broker, bank):
    offer, other = OfferFactory.create_batch(2, organization=bank, city=None)
    OfferFactory(organization=OrganizationFactory(), city=None)
    page = as_user(broker).get(f"/admin/review/offer/{offer.pk}/")
    assert [*page.context["others"]] == [other]


# Partnerships


@pytest.fixture
def facilitated(partnership, bank):
    PartyFactory(partnership=partnership, organization=bank, city=None, role="facilitator")
    return partnership


def test_read_and_write_in_the_partnership(speaker, held, facilitated):
    path = facilitated.get_absolute_url()
    page = speaker.get(path)
    assert (page.status_code, page.context["may_run"]) == (200, True)
    # It has no say in whether the page is public, and no rights of staff.
    assert (page.context["wants_public"], page.context["may_broker"]) == (None, False)
    assert speaker.post(f"{path}stall/", {"words": "No visas."}).status_code == 302
    facilitated.refresh_from_db()
    assert facilitated.status == "stalled"
    assert page_of(speaker.get("/desk/")).link(facilitated.title) == path
    end(held)
    assert speaker.get(path).status_code == 404
    assert speaker.post(f"{path}resume/").status_code == 404
    assert facilitated.title not in page_of(speaker.get("/desk/")).html


def test_read_nothing_before_it_is_a_party(speaker, partnership, introduced, focal_point):
    assert speaker.get(partnership.get_absolute_url()).status_code == 404
    introduced.facilitator = Organization.objects.get()
    introduced.save()
    assert speaker.get(introduced.get_absolute_url()).status_code == 404
    assert speaker.get(introduced.request.get_absolute_url()).status_code == 404


def test_read_no_match_as_a_party(speaker, facilitated, introduced, focal_point):
    assert speaker.get(introduced.get_absolute_url()).status_code == 404
    page = page_of(speaker.get(facilitated.get_absolute_url()))
    assert focal_point.display_name not in page.html


def test_start_a_case_about_the_outcome(speaker, member, facilitated, bank):
    type(facilitated).objects.update(
        status="completed", outcome="3 days", ended_on=timezone.localdate()
    )
    path = facilitated.get_absolute_url()
    page = page_of(speaker.get(f"{path}?tab=progress"))
    assert page.form(f"{path}case/").buttons == ["Write the case"]
    assert speaker.post(f"{path}case/").status_code == 302
    facilitated.refresh_from_db()
    assert [*facilitated.resulting_case.authors.all()] == [member]
    assert [*facilitated.resulting_case.organizations.all()] == [bank]
