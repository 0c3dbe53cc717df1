"""Offers entered by the editors for cities, which suggestions have replaced."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from community.models import Decision
from partnerships.models import Offer, SuggestionKind
from partnerships.ranking.explanations import Labels, sentences
from partnerships.ranking.reasons import Reason
from tests.factories import CityFactory, MatchFactory, OfferFactory, SuggestionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced():
    """Two replaced offers, and the suggestion for the first."""
    city = CityFactory(name="Kisumu")
    rows = [
        OfferFactory(city=city, report_key=key, status="replaced", confirmed_at=None)
        for key in ("stations", "kolkata")
    ]
    SuggestionFactory(city=city, kind=SuggestionKind.OFFER, key="stations")
    return rows


def test_redirect_to_the_suggestion(replaced):
    own = OfferFactory()
    board = Client().get("/partnerships/")
    assert own.title in {each.title for each in board.context["rows"]}
    assert {each.title for each in board.context["rows"]}.isdisjoint(
        {each.title for each in replaced}
    )
    answer = Client().get(replaced[0].get_absolute_url())
    suggestion = replaced[0].city.suggestions.get()
    assert (answer.status_code, answer.url) == (301, suggestion.get_absolute_url())
    assert Client().get(replaced[1].get_absolute_url()).status_code == 404


def test_decisions_keep_their_subject(replaced):
    decision = Decision.objects.create(
        subject=replaced[0],
        by=UserFactory(),
        verb="request-changes",
        reason="unclear",
        message="For whom?",
    )
    decision.refresh_from_db()
    assert decision.subject == replaced[0]
    assert decision.content_type == ContentType.objects.get_for_model(Offer)


def test_explain_an_old_ranking(replaced):
    city = replaced[0].city
    reason = {"code": "fit.report", "place": city.pk, "about": "practice:parcels", "count": 1}
    match = MatchFactory(city=city, ranking={"total": 650, "factors": [reason]})
    match.refresh_from_db()
    [stored] = match.ranking["factors"]
    labels = Labels(places={city.pk: "Kisumu"}, practices={"parcels": "Pooled parcels"})
    assert sentences([Reason.read(stored)], labels) == [
        (
            "The editors suggested from a case that Kisumu could share its experience "
            "with “Pooled parcels”. The city has not offered it."
        )
    ]
