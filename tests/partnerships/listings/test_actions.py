from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Decision, Notification, Verb
from partnerships.listings import actions
from partnerships.models import ListingStatus, Need, Offer
from repository.workflow import ActionRefused
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
    RepresentationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "Two weeks at our village stations",
    "description": "You **see** all of it.",
    "language": "en",
    "modalities": ["study-visit"],
    "languages": ["zh", "en"],
    "valid_until": None,
}


@pytest.fixture
def city(focal_point):
    city = CityFactory(slug="zhalantun", name="Zha Lan Tun")
    RepresentationFactory(member=focal_point, city=city)
    return city


@pytest.fixture
def practice():
    return PracticeFactory(slug="village-service-stations")


def write(city, by, *, model=Offer, links=None, **changes):
    return actions.create(model=model, owner=city, by=by, links=links or {}, **WORDS | changes)


def notified() -> list[tuple]:
    rows = Notification.objects.order_by("pk")
    return [*rows.values_list("member__handle", "kind", "event")]


def test_create_notifies_the_brokers(city, practice, focal_point, broker):
    case = CaseStudyFactory(published=True, cities=[city])
    offer = write(city, focal_point, links={"practices": [practice], "cases": [case]})
    offer.refresh_from_db()
    assert (offer.status, offer.published_at, offer.city, offer.created_by) == (
        "pending",
        None,
        city,
        focal_point,
    )
    assert offer.rendered["description"] == "<p>You <strong>see</strong> all of it.</p>\n"
    assert [[*offer.practices.all()], [*offer.cases.all()]] == [[practice], [case]]
    assert notified() == [("broker", "brokering", "listing.submitted")]
    assert offer.events.get().pgh_context.metadata["user"] == focal_point.pk


def test_create_twice_is_harmless(city, focal_point, broker):
    assert write(city, focal_point) == write(city, focal_point)
    assert (Offer.objects.count(), len(notified())) == (1, 1)


def test_create_is_refused_beyond_thirty_of_both_kinds(city, focal_point):
    OfferFactory.create_batch(15, city=city)
    NeedFactory.create_batch(14, city=city)
    NeedFactory(city=city, status=ListingStatus.CLOSED)
    OfferFactory()
    write(city, focal_point, title="The thirtieth")
    with pytest.raises(ActionRefused, match="30 offers and needs"):
        write(city, focal_point, model=Need, title="One more")
    assert Need.objects.filter(city=city).counted().count() == 14


def test_change_a_pending_listing(city, focal_point, broker):
    offer = OfferFactory(city=city, pending=True)
    changed = actions.change(listing=offer, by=focal_point, links={}, **WORDS)
    changed.refresh_from_db()
    assert (changed.status, changed.title) == ("pending", WORDS["title"])
    assert notified() == []


def test_change_on_request_notifies_the_brokers_again(city, focal_point, broker):
    need = NeedFactory(city=city, status=ListingStatus.CHANGES_REQUESTED, published_at=None)
    changed = actions.change(listing=need, by=focal_point, links={}, **WORDS)
    assert changed.status == ListingStatus.PENDING
    assert notified() == [("broker", "brokering", "listing.submitted")]


def test_change_a_published_listing_is_reviewed_afterwards(city, practice, focal_point, broker):
    offer = OfferFactory(city=city, practices=[practice])
    Offer.objects.update(changed_at=offer.reviewed_at)
    assert not Offer.objects.changed_since_review().exists()
    other = PracticeFactory(slug="parcels")
    actions.change(listing=offer, by=focal_point, links={"practices": [other]}, **WORDS)
    offer.refresh_from_db()
    assert (offer.status, offer.title) == ("published", WORDS["title"])
    assert [*Offer.objects.changed_since_review()] == [*Offer.objects.waiting()] == [offer]
    assert notified() == []


def test_change_without_differences(city, focal_point):
    offer = OfferFactory(city=city, **WORDS)
    before = offer.events.count()
    actions.change(listing=offer, by=focal_point, links={}, **WORDS)
    assert offer.events.count() == before


@pytest.mark.parametrize("status", ["declined", "closed", "replaced"])
@pytest.mark.parametrize("verb", ["change", "close"])
def test_verbs_are_refused_in_a_final_status(city, focal_point, verb, status):
    key = "stations" if status == "replaced" else ""
    offer = OfferFactory(city=city, status=status, report_key=key)
    words = {"links": {}, **WORDS} if verb == "change" else {}
    with pytest.raises(ActionRefused, match="its status is"):
        getattr(actions, verb)(listing=offer, by=focal_point, **words)
    offer.refresh_from_db()
    assert offer.status == status


def test_close_removes_it_from_the_board(city, focal_point):
    need = NeedFactory(city=city)
    actions.close(listing=need, by=focal_point)
    need.refresh_from_db()
    assert need.status == ListingStatus.CLOSED
    with pytest.raises(ActionRefused):
        actions.close(listing=need, by=focal_point)


def test_change_a_confirmed_offer_without_review(city, focal_point):
    key = {"report_key": "series-2020-stations", "confirmed_at": timezone.now()}
    offer = OfferFactory(city=city, reviewed_at=None, **key)
    actions.change(listing=offer, by=focal_point, links={}, **WORDS)
    assert [*Offer.objects.changed_since_review()] == [offer]


def decide(listing, verb, by, **words):
    return actions.decide(listing=listing, verb=verb, by=by, **words)


def test_approve_publishes_and_notifies_the_representatives(
    city, practice, focal_point, broker, stranger
):
    offer = write(city, focal_point, links={"practices": [practice]})
    Notification.objects.all().delete()
    decide(offer, Verb.APPROVE, broker, seen=actions.fingerprint(offer))
    offer.refresh_from_db()
    assert (offer.status, offer.is_read) == ("published", True)
    assert offer.published_at == offer.reviewed_at
    assert notified() == [("focal-point", "partnership", "listing.published")]
    decision = Decision.objects.get()
    assert (decision.subject, decision.by, decision.concerns, decision.before) == (
        offer,
        broker,
        focal_point,
        "pending",
    )


def test_approve_is_refused_without_a_change(city, broker):
    offer = OfferFactory(city=city, reviewed_at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(ActionRefused, match="nothing has changed since"):
        decide(offer, Verb.APPROVE, broker)


def test_approve_a_change_notifies_nobody(city, focal_point, broker):
    offer = OfferFactory(city=city)
    actions.change(listing=offer, by=focal_point, links={}, **WORDS)
    published_at = offer.published_at
    decide(offer, Verb.APPROVE, broker)
    offer.refresh_from_db()
    assert (offer.is_read, offer.published_at, notified()) == (True, published_at, [])


@pytest.mark.parametrize(
    ("verb", "status"),
    [(Verb.REQUEST_CHANGES, "changes-requested"), (Verb.DECLINE, "declined")],
)
@pytest.mark.parametrize("pending", [True, False])
def test_requesting_changes_and_declining_need_a_message(
    city, focal_point, broker, verb, status, pending
):
    need = NeedFactory(city=city, pending=pending)
    with pytest.raises(ActionRefused, match="Choose a reason"):
        decide(need, verb, broker)
    decide(need, verb, broker, reason="unclear", message="For whom?")
    need.refresh_from_db()
    assert need.status == status
    notice = Notification.objects.get()
    assert (notice.member, notice.details["message"]) == (focal_point, "For whom?")
    with pytest.raises(ActionRefused):
        decide(need, verb, broker, reason="unclear", message="For whom?")


def test_decide_is_refused_after_a_change(city, focal_point, broker):
    offer = write(city, focal_point)
    seen = actions.fingerprint(offer)
    actions.change(listing=offer, by=focal_point, links={}, **WORDS | {"title": "Another"})
    with pytest.raises(ActionRefused, match="Read it again"):
        decide(offer, Verb.APPROVE, broker, seen=seen)


def test_decide_is_refused_after_a_concurrent_change(city, focal_point, broker, monkeypatch):
    offer = write(city, focal_point)
    seen = actions.fingerprint(offer)
    lock_for = actions.lock_for

    def wait_for_change(verb, listing):
        monkeypatch.setattr(actions, "lock_for", lock_for)
        actions.change(listing=offer, by=focal_point, links={}, **WORDS | {"title": "Another"})
        return lock_for(verb, listing)

    monkeypatch.setattr(actions, "lock_for", wait_for_change)
    with pytest.raises(ActionRefused, match="Read it again"):
        decide(offer, Verb.APPROVE, broker, seen=seen)


def test_decide_is_refused_to_the_broker_who_wrote_it(city, broker):
    offer = OfferFactory(city=city, pending=True, created_by=broker)
    with pytest.raises(ActionRefused, match="nother broker"):
        decide(offer, Verb.APPROVE, broker)


@pytest.mark.parametrize("verb", [Verb.HIDE, Verb.UNDO, Verb.MERGE])
def test_decide_accepts_three_verbs_only(city, broker, verb):
    with pytest.raises(ActionRefused, match="t possible here"):
        decide(OfferFactory(city=city), verb, broker)


def test_publish_as_broker(broker):
    offer = OfferFactory.build(
        city=None, organization=OrganizationFactory(), status="pending", published_at=None
    )
    actions.publish_as_broker(offer, by=broker)
    offer.save()
    assert (offer.status, offer.created_by, offer.is_read) == ("published", broker, True)


def test_change_replaces_the_themes(city, focal_point):
    theme = ThemeFactory()
    need = write(city, focal_point, model=Need, links={"themes": [theme]})
    assert [*need.themes.all()] == [theme]
    actions.change(listing=need, by=focal_point, links={}, **WORDS)
    assert not need.themes.exists()
