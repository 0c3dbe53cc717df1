import pytest

from partnerships.listings.interest import express
from partnerships.models import Interest, Match, RequestStatus
from partnerships.ranking.loading import ranking_for
from repository.workflow import ActionRefused
from tests.factories import CityFactory, PracticeFactory
from tests.factories.partnerships import (
    InterestFactory,
    MatchFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)
from tests.partnerships.matches.pairs import notified

pytestmark = pytest.mark.django_db

SAID = {"cooperation": "A training of two weeks.", "about": "A port with forty village shops."}


@pytest.fixture
def city(focal_point):
    return RepresentationFactory(member=focal_point, city__name="Kisumu").city


@pytest.fixture
def partnership_request(db):
    return PartnershipRequestFactory(opened=True)


def test_express_notifies_only_brokers(partnership_request, city, focal_point, broker):
    RepresentationFactory(city=partnership_request.city)
    match = express(
        partnership_request=partnership_request,
        city=city,
        by=focal_point,
        unclear="Who pays?",
        **SAID,
    )
    found = Match.objects.get()
    assert (found, found.origin, found.status, found.city) == (match, "interest", "interest", city)
    said = Interest.objects.get()
    assert (said.cooperation, said.about, said.unclear, said.by) == (
        SAID["cooperation"],
        SAID["about"],
        "Who pays?",
        focal_point,
    )
    assert notified() == [("broker", "match.interest")]


def test_express_stores_the_ranking(partnership_request, city, focal_point):
    practice = PracticeFactory()
    partnership_request.practices.add(practice)
    OfferFactory(city=city, practices=[practice])
    wanted = ranking_for(partnership_request.pk, city.pk)
    assert wanted["total"] > 0
    assert (
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID).ranking
        == wanted
    )
    # An earlier ranking is kept.
    other = PartnershipRequestFactory(opened=True, practices=[practice])
    MatchFactory(request=other, city=city, ranking=wanted | {"total": 1})
    assert (
        express(partnership_request=other, city=city, by=focal_point, **SAID).ranking["total"] == 1
    )


@pytest.mark.parametrize("status", ["interest", "candidate"])
def test_express_for_a_candidate_of_the_ranking(status, partnership_request, city, focal_point):
    known = MatchFactory(request=partnership_request, city=city, status=status)
    match = express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
    assert (match, match.origin, Match.objects.get().status) == (known, "interest", status)


def test_express_for_a_city_already_asked(partnership_request, city, focal_point):
    MatchFactory(request=partnership_request, city=city, proposed=True)
    with pytest.raises(ActionRefused, match="already been proposed for this request"):
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)


def test_express_twice_is_refused(partnership_request, city, focal_point, broker):
    express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
    with pytest.raises(ActionRefused, match="already expressed interest"):
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
    Match.objects.update(status="withdrawn")
    with pytest.raises(ActionRefused, match="already expressed interest"):
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
    assert (Match.objects.count(), notified()) == (1, [("broker", "match.interest")])


def test_express_by_another_city_as_well(partnership_request, city, focal_point):
    InterestFactory(match__request=partnership_request)
    express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
    assert Interest.objects.count() == 2


@pytest.mark.parametrize("name", SAID)
def test_express_without_an_answer(name, partnership_request, city, focal_point):
    with pytest.raises(ActionRefused, match="The broker needs both"):
        express(
            partnership_request=partnership_request,
            city=city,
            by=focal_point,
            **SAID | {name: "  "},
        )
    assert Match.objects.count() == 0


def test_express_without_representing_the_city(partnership_request, focal_point, stranger, city):
    for by, other in ((focal_point, CityFactory()), (stranger, city)):
        with pytest.raises(ActionRefused, match="You don’t represent"):
            express(partnership_request=partnership_request, city=other, by=by, **SAID)


def test_express_for_the_request_of_the_city_itself(focal_point, city):
    partnership_request = PartnershipRequestFactory(opened=True, city=city)
    with pytest.raises(ActionRefused, match="Choose a different city"):
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)


@pytest.mark.parametrize("status", [RequestStatus.MATCHED, RequestStatus.EXPIRED])
def test_express_when_the_request_is_not_open(status, partnership_request, city, focal_point):
    type(partnership_request).objects.update(status=status)
    with pytest.raises(ActionRefused, match="isn’t looking for partners"):
        express(partnership_request=partnership_request, city=city, by=focal_point, **SAID)
