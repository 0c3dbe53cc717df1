import pytest
from django.test import Client

from community.models import CannedText, Decision
from partnerships.listings import actions
from partnerships.models import Offer
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/partnerships/offer/"


@pytest.fixture
def waiting():
    return OfferFactory(pending=True, title="Two weeks", practices=[PracticeFactory()])


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def review(listing) -> str:
    return f"/admin/partnerships/{listing._meta.model_name}/{listing.pk}/review/"


def test_list_shows_what_there_is_to_do(desk, waiting):
    OfferFactory(title="Changed")
    found = {
        todo: [offer.title for offer in desk.get(f"{LIST}?todo={todo}").context["cl"].result_list]
        for todo in ("review", "changed")
    }
    assert found == {"review": ["Two weeks"], "changed": ["Changed"]}


def test_row_of_a_city_leads_to_its_review(desk, waiting):
    assert f'href="{review(waiting)}"' in desk.get(LIST).text
    # For whoever has kept the other address: to read.
    assert desk.post(f"{LIST}{waiting.pk}/change/", {"title": "Mine"}).status_code == 403


def test_review_publishes(desk, waiting, broker):
    page = desk.get(review(waiting))
    assert "Two weeks" in page.text
    seen = page.context["form"].initial["seen"]
    answer = desk.post(review(waiting), {"verb": "approve", "seen": seen}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Done: Approve." in answer.text
    waiting.refresh_from_db()
    assert waiting.status == "published"
    assert Decision.objects.get().by == broker
    again = desk.post(review(waiting), {"verb": "approve", "seen": seen})
    assert "Read it again" in again.context["form"].non_field_errors()[0]
    assert Decision.objects.count() == 1


def test_review_declines_in_canned_words(desk, waiting):
    words = {
        "used_by": "brokers",
        "language": "en",
        "reason": "unclear",
        "text": "Say it in two sentences.",
    }
    text = CannedText.objects.create(title="Shorter", **words)
    seen = {"verb": "decline", "seen": actions.fingerprint(waiting)}
    answer = desk.post(review(waiting), seen)
    assert "Choose a reason" in answer.context["form"].non_field_errors()[0]
    desk.post(review(waiting), seen | {"canned": text.pk, "message": "Please."})
    waiting.refresh_from_db()
    assert waiting.status == "declined"
    assert Decision.objects.get().message == "Say it in two sentences.\n\nPlease."


def test_review_of_what_changed_meanwhile_is_refused(desk, waiting):
    answer = desk.post(review(waiting), {"verb": "approve", "seen": "another text"})
    assert "Read it again" in answer.context["form"].non_field_errors()[0]
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_review_of_what_is_over_offers_no_verb(desk):
    need = NeedFactory(status="closed")
    assert desk.get(review(need)).context["verbs"] == []
    answer = desk.post(review(need), {"verb": "approve"})
    assert "its status is “Closed”" in answer.context["form"].non_field_errors()[0]


def test_desk_is_for_brokers(waiting, member, moderator, focal_point):
    for user, expected in ((None, 302), (member, 403), (focal_point, 403), (moderator, 403)):
        reader = DeskClient()
        if user:
            reader.force_login(user)
        for page in (LIST, f"{LIST}add/", review(waiting)):
            answer = reader.get(page)
            assert (page, answer.status_code) == (page, expected)
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_broker_enters_what_an_organisation_offers(desk, broker):
    bank, practice = OrganizationFactory(name="A bank of the South"), PracticeFactory()
    words = {
        "title": "Help with the first agreement",
        "description": "We sit between both cities.",
        "language": "en",
        "modalities": ["joint-project"],
        "practices": [practice.pk],
    }
    answer = desk.post(f"{LIST}add/", words)
    assert "of one city, of one organisation or of one country" in answer.text
    desk.post(f"{LIST}add/", words | {"organization": bank.pk})
    offer = Offer.objects.get()
    assert (offer.organization, offer.status, offer.created_by) == (bank, "published", broker)
    assert [*offer.practices.all()] == [practice]
    assert "A bank of the South" in Client().get("/partnerships/").text
    desk.post(f"{LIST}{offer.pk}/change/", words | {"organization": bank.pk, "title": "Other"})
    assert "Other" in Client().get(offer.get_absolute_url()).text


def test_broker_changes_what_is_of_a_country(desk):
    need = NeedFactory(city=None, country=CountryFactory(iso2="BJ"))
    words = {
        "country": "BJ",
        "title": "Cold rooms",
        "description": "",
        "language": "en",
        "modalities": ["investment"],
    }
    desk.post(f"/admin/partnerships/need/{need.pk}/change/", words)
    need.refresh_from_db()
    assert need.title == "Cold rooms"


@pytest.mark.parametrize("size", [1, 3, 60])
def test_list_takes_as_many_queries_with_one_and_with_many(
    desk, size, django_assert_max_num_queries
):
    for _each in range(size):
        OfferFactory(city=CityFactory())
        OfferFactory(city=None, organization=OrganizationFactory())
    with django_assert_max_num_queries(8):
        desk.get(LIST)


def test_history_tells_who_changed_what(desk, waiting):
    assert desk.get(f"{LIST}{waiting.pk}/history/").status_code == 200
