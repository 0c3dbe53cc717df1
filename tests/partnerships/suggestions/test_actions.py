import pytest

from community.models import Notification
from partnerships.listings import actions as listings_actions
from partnerships.models import Need, Offer, Suggestion
from partnerships.ranking.loading import ranked
from partnerships.suggestions import actions
from repository.workflow import ActionRefused
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "Our village stations",
    "description": "You see all of it.",
    "language": "en",
    "modalities": ["study-visit"],
    "languages": ["zh"],
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


@pytest.fixture
def suggestion(city, practice):
    return SuggestionFactory(city=city, practices=[practice])


def adopt(suggestion, by, *, links=None, **changes):
    return actions.adopt(suggestion=suggestion, by=by, links=links or {}, **WORDS | changes)


@pytest.mark.parametrize(("kind", "model"), [("offer", Offer), ("need", Need)])
def test_adopt_creates_a_pending_listing(city, practice, focal_point, broker, kind, model):
    suggestion = SuggestionFactory(city=city, kind=kind, practices=[practice])
    made = adopt(suggestion, focal_point, links={"practices": [practice]})
    assert isinstance(made, model)
    assert (made.city, made.title, made.status) == (city, WORDS["title"], "pending")
    assert (made.created_by, made.report_key) == (focal_point, "")
    assert [*made.practices.all()] == [practice]
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.listing) == ("adopted", made)
    assert (suggestion.decided_by, suggestion.decided_at is not None) == (focal_point, True)
    event = suggestion.events.order_by("pgh_id").last()
    assert (event.status, event.pgh_context.metadata["user"]) == ("adopted", focal_point.pk)
    # It is reviewed before it is public.
    notices = Notification.objects.values_list("member__handle", "event")
    assert [*notices] == [("broker", "listing.submitted")]


def test_adopt_twice_is_harmless(suggestion, focal_point):
    first = adopt(suggestion, focal_point)
    before = suggestion.events.count()
    assert adopt(suggestion, focal_point) == first
    assert (Offer.objects.count(), suggestion.events.count()) == (1, before)


def test_adopt_by_a_colleague_afterwards_is_refused(suggestion, city, focal_point, colleague):
    adopt(suggestion, focal_point)
    RepresentationFactory(member=colleague, city=city)
    with pytest.raises(ActionRefused, match="already been decided: Adopted by the city"):
        adopt(suggestion, colleague)
    assert Offer.objects.count() == 1


def test_adopt_is_for_representatives_of_the_city(suggestion, stranger, broker):
    for by in (stranger, broker):
        with pytest.raises(ActionRefused, match="You don’t represent Zha Lan Tun"):
            adopt(suggestion, by)
    suggestion.refresh_from_db()
    assert (suggestion.status, Offer.objects.exists()) == ("open", False)


def test_adopt_of_a_country_is_refused(focal_point, broker):
    suggestion = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    for by in (focal_point, broker):
        with pytest.raises(ActionRefused, match="Only a city"):
            adopt(suggestion, by)


def test_adopt_is_refused_beyond_thirty_listings(suggestion, city, focal_point):
    OfferFactory.create_batch(30, city=city)
    with pytest.raises(ActionRefused, match="30 offers and needs"):
        adopt(suggestion, focal_point)
    suggestion.refresh_from_db()
    assert suggestion.status == "open"


@pytest.mark.parametrize("who", ["focal_point", "broker"])
def test_decline_removes_it(suggestion, who, request):
    by = request.getfixturevalue(who)
    actions.decline(suggestion=suggestion, by=by)
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.decided_by) == ("declined", by)
    assert not Suggestion.objects.open().exists()


def test_decline_twice_is_harmless(suggestion, focal_point, broker):
    actions.decline(suggestion=suggestion, by=focal_point)
    before = suggestion.events.count()
    actions.decline(suggestion=suggestion, by=broker)
    suggestion.refresh_from_db()
    assert (suggestion.decided_by, suggestion.events.count()) == (focal_point, before)


def test_decline_is_refused_to_others(suggestion, stranger):
    with pytest.raises(ActionRefused, match="You don’t represent"):
        actions.decline(suggestion=suggestion, by=stranger)
    of_country = SuggestionFactory(city=None, country=CountryFactory(iso2="BJ"))
    with pytest.raises(ActionRefused, match="Only brokers"):
        actions.decline(suggestion=of_country, by=stranger)
    assert Suggestion.objects.open().count() == 2


def test_decided_suggestions_stay_decided(suggestion, city, focal_point):
    adopt(suggestion, focal_point)
    with pytest.raises(ActionRefused, match="already been decided: Adopted by the city"):
        actions.decline(suggestion=suggestion, by=focal_point)
    other = SuggestionFactory(city=city, declined=True)
    with pytest.raises(ActionRefused, match="already been decided: Declined"):
        adopt(other, focal_point)
    suggestion.delete()
    with pytest.raises(ActionRefused, match="no longer exists"):
        actions.decline(suggestion=suggestion, by=focal_point)


def test_adopted_offer_can_be_approved(suggestion, focal_point, broker):
    made = adopt(suggestion, focal_point)
    listings_actions.decide(listing=made, verb="approve", by=broker)
    made.refresh_from_db()
    assert made.status == "published"


# The ranking


@pytest.mark.parametrize("direction", ["seek", "offer", "both"])
def test_ranking_is_the_same_with_and_without_suggestions(direction):
    rail, loans = PracticeFactory(slug="rail"), PracticeFactory(slug="loans")
    theme = ThemeFactory()
    cities = CityFactory.create_batch(4)
    for city in cities[:2]:
        CaseStudyFactory(published=True, cities=[city], practices=[rail], themes=[theme])
    OfferFactory(city=cities[1], practices=[rail])
    NeedFactory(city=cities[2], practices=[rail, loans])
    asked = PartnershipRequestFactory(
        opened=True,
        direction=direction,
        practices=[rail],
        themes=[theme],
        offered_practices=[loans],
    )
    before = ranked(asked.pk)
    assert before[1].candidates
    for city in [*cities, asked.city]:
        for kind in ("offer", "need"):
            SuggestionFactory(
                city=city,
                kind=kind,
                practices=[rail, loans],
                themes=[theme],
                cases=[CaseStudyFactory(published=True)],
            )
    assert ranked(asked.pk)[1] == before[1]
