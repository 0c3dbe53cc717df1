import pytest
from django.test import Client

from community.models import CannedText, Decision
from partnerships.listings import actions
from partnerships.models import Offer
from tests.desk_client import DeskClient
from tests.factories import (
    CityFactory,
    CommentFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.page import page_of

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
    return f"/admin/review/{listing._meta.model_name}/{listing.pk}/"


def test_list_filters_by_task(desk, waiting):
    OfferFactory(title="Changed")
    found = {
        todo: [offer.title for offer in desk.get(f"{LIST}?todo={todo}").context["cl"].result_list]
        for todo in ("review", "changed")
    }
    assert found == {"review": ["Two weeks"], "changed": ["Changed"]}


def test_row_of_a_city_links_to_its_review(desk, waiting):
    assert page_of(desk.get(LIST)).link("Two weeks") == review(waiting)
    # The admin's own page is read-only.
    assert desk.post(f"{LIST}{waiting.pk}/change/", {"title": "Mine"}).status_code == 403


def test_review_publishes(desk, waiting, broker):
    page = page_of(desk.get(review(waiting)))
    assert page.one("article h3").text == "Two weeks"
    seen = page.form("#decide").fields["seen"]
    answer = desk.post(review(waiting), {"verb": "approve", "seen": seen}, follow=True)
    assert answer.redirect_chain == [("/admin/", 302), ("/admin/partnerships/pipeline/", 302)]
    assert page_of(answer).outcomes == ["success"]
    waiting.refresh_from_db()
    assert waiting.status == "published"
    assert Decision.objects.get().by == broker
    again = desk.post(review(waiting), {"verb": "approve", "seen": seen})
    assert "Read it again" in page_of(again).errors[0]
    assert Decision.objects.count() == 1


def test_old_address_of_a_review_redirects(desk, waiting):
    assert desk.get(f"{LIST}{waiting.pk}/review/").url == review(waiting)


def test_brokers_are_not_led_to_what_moderators_review(desk, waiting):
    CommentFactory(standing="pending", body="Between us.")
    assert desk.get(review(waiting)).context["next"] is None
    seen = {"verb": "approve", "seen": actions.fingerprint(waiting)}
    [message] = page_of(desk.post(review(waiting), seen, follow=True)).messages
    assert message == "Approved: Two weeks"


def test_review_shows_its_context(desk, waiting):
    other = OfferFactory(city=waiting.city, title="Cold rooms")
    page = page_of(desk.get(review(waiting)))
    assert page.one("[aria-labelledby=others]").links == [("Cold rooms", other.get_absolute_url())]
    names = [name for name, _url in page.one(".breadcrumbs").links]
    assert (names, page.link("History")) == (["Home", "Offers"], f"{LIST}{waiting.pk}/history/")


def test_review_by_an_involved_broker_has_no_form(desk, waiting, broker):
    RepresentationFactory(member=broker, city=waiting.city)
    page = page_of(desk.get(review(waiting)))
    assert page.select("#decide") == []
    assert page.one(".notice").text == (
        "This concerns your own city or contribution, so another broker must decide."
    )


def test_review_declines_with_a_canned_text(desk, waiting):
    words = {
        "used_by": "brokers",
        "language": "en",
        "reason": "unclear",
        "text": "Say it in two sentences.",
    }
    text = CannedText.objects.create(title="Shorter", **words)
    seen = {"verb": "decline", "seen": actions.fingerprint(waiting)}
    answer = desk.post(review(waiting), seen)
    assert "Choose a reason" in page_of(answer).errors[0]
    desk.post(review(waiting), seen | {"canned": text.pk, "message": "Please."})
    waiting.refresh_from_db()
    assert waiting.status == "declined"
    assert Decision.objects.get().message == "Say it in two sentences.\n\nPlease."


def test_review_is_refused_after_a_change(desk, waiting):
    answer = desk.post(review(waiting), {"verb": "approve", "seen": "another text"})
    assert "Read it again" in page_of(answer).errors[0]
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_review_of_a_closed_listing_has_no_form(desk):
    need = NeedFactory(status="closed")
    assert page_of(desk.get(review(need))).select("#decide") == []
    answer = desk.post(review(need), {"verb": "approve"})
    assert "its status is “Closed”" in page_of(answer).errors[0]


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


def test_broker_adds_an_offer_of_an_organisation(desk, broker):
    bank, practice = OrganizationFactory(name="A bank of the South"), PracticeFactory()
    words = {
        "title": "Help with the first agreement",
        "description": "We sit between both cities.",
        "language": "en",
        "modalities": ["joint-project"],
        "practices": [practice.pk],
    }
    answer = desk.post(f"{LIST}add/", words)
    assert page_of(answer).wrong_fields == [""]
    desk.post(f"{LIST}add/", words | {"organization": bank.pk})
    offer = Offer.objects.get()
    assert (offer.organization, offer.status, offer.created_by) == (bank, "published", broker)
    assert [*offer.practices.all()] == [practice]
    card = page_of(Client().get("/partnerships/")).one("#found .card")
    assert card.lines[:2] == ["Offer · A bank of the South", "Help with the first agreement"]
    desk.post(f"{LIST}{offer.pk}/change/", words | {"organization": bank.pk, "title": "Other"})
    assert page_of(Client().get(offer.get_absolute_url())).one("h1").text == "Other"


def test_broker_edits_a_need_of_a_country(desk):
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
def test_list_in_a_fixed_number_of_queries(desk, size, django_assert_max_num_queries):
    for _each in range(size):
        OfferFactory(city=CityFactory())
        OfferFactory(city=None, organization=OrganizationFactory())
    with django_assert_max_num_queries(8):
        desk.get(LIST)


def test_history_lists_the_changes(desk, waiting):
    content = page_of(desk.get(f"{LIST}{waiting.pk}/history/")).one("#content")
    assert content.one("h1").text == "History of “Two weeks”"
    assert content.lines[-2:] == ["Practices", waiting.practices.get().name]
