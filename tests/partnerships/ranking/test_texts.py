"""What cities wrote that is close to a request, by the vectors of the real engine."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.models import Brokering, ListingStatus, Offer, PartnershipRequest, RequestStatus
from partnerships.ranking.facts import CloseText
from partnerships.ranking.loading import answers_of, compared, gather, ranked, ranking_for
from partnerships.ranking.quotes import SHORT, Quote, quotes_of
from partnerships.ranking.reasons import Reason
from partnerships.ranking.texts import closeness_of
from repository.embeddings.meaning import threshold
from repository.embeddings.passages import digest, with_title
from repository.models import EmbeddingModel, Passage
from repository.search.excerpts import shortened
from tests import factories as f
from tests.engines import embed_everything
from tests.factories import partnerships as p
from tests.partnerships.ranking.places import QUERIES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]

# The same idea in two languages, without a word in common.
CHALLENGE = (
    "Les colis mettent douze jours à arriver dans nos villages, parce que chaque transporteur "
    "fait le trajet seul."
)
CLOSE = (
    "We show how one company collects the parcels of all carriers and brings them to the villages "
    "in a day or two."
)
FAR = "Customs officers learn to classify precious stones and to read certificates of origin."


@pytest.fixture
def parcels():
    return f.PracticeFactory(slug="parcels", name="Parcels")


@pytest.fixture
def asked(parcels):
    """A French request for the practice."""
    return p.PartnershipRequestFactory(
        opened=True,
        city__name="Cotonou",
        language="fr",
        title="Des colis pour les villages",
        challenge=CHALLENGE,
        practices=[parcels],
    )


def offer_of(name, practices, description, title="Parcels to villages", **values):
    return p.OfferFactory(
        city=f.CityFactory(name=name),
        title=title,
        description=description,
        practices=practices,
        **values,
    )


@pytest.fixture
def far(parcels):
    # The first by its key, unless the text decides.
    return offer_of("Aden", [parcels], FAR, title="Precious stones")


@pytest.fixture
def close(parcels, far):
    return offer_of("Zhalantun", [parcels], CLOSE)


def passage_of(offer) -> str:
    return digest(with_title(offer.title, offer.description))


def asked_of(partnership_request) -> str:
    text = f"{partnership_request.challenge} {partnership_request.desired_result}"
    return digest(with_title(partnership_request.title, text))


def texts_of(partnership_request) -> dict[int, CloseText]:
    [ask] = gather([partnership_request.pk]).asks
    return dict(ask.texts)


def test_a_close_offer_in_another_language_counts(asked, close, far):
    without = [each.place for each in ranked(asked.pk)[1].candidates]
    assert without == [far.city_id, close.city_id]
    embed_everything()
    [(place, text)] = texts_of(asked).items()
    assert (place, text.record, text.pk) == (close.city_id, "offer", close.pk)
    assert 0 < text.closeness <= 1
    assert text.passage == passage_of(close)

    first, second = ranked(asked.pk)[1].candidates
    assert (first.place, second.place) == (close.city_id, far.city_id)
    # Alike but for the text, which counts at most as much as a plan: 0.1 of what is left of 40.
    assert [each.tenths for each in first.factors[1:]] == [
        each.tenths for each in second.factors[1:]
    ]
    assert 0 < first.tenths - second.tenths <= 0.1 * 0.75 * 400 + 1
    assert first.factors[0].reasons[-1] == Reason(
        "fit.text.offer",
        close.city_id,
        {"offer": close.pk, "closeness": text.closeness, "passage": passage_of(close)}
        | {"asked": asked_of(asked)},
    )
    assert [each.code for each in second.factors[0].reasons] == ["fit.offer", "fit.modality"]


def test_the_closest_offer_of_a_city_counts(asked, close):
    p.OfferFactory(
        city=close.city, title="Villages", description="Roads to villages.", practices=[]
    )
    same = p.OfferFactory(city=close.city, title=asked.title, description=CHALLENGE, language="fr")
    embed_everything()
    assert texts_of(asked) == {
        close.city_id: CloseText("offer", same.pk, 1.0, passage_of(same), asked_of(asked))
    }


def test_a_text_makes_no_city_a_candidate(asked, close, far):
    other = offer_of("Kathmandu", [f.PracticeFactory()], CLOSE)
    embed_everything()
    assert [each.place for each in ranked(asked.pk)[1].candidates] == [close.city_id, far.city_id]
    assert compared(asked.pk, [other.city_id]) == {}


def test_an_offer_is_compared_with_needs(asked, close, parcels):
    asked.direction = "offer"
    asked.save()
    need = p.NeedFactory(
        city=close.city, title="Parcels to villages", description=CLOSE, practices=[parcels]
    )
    embed_everything()
    [(place, text)] = texts_of(asked).items()
    assert (place, text.record, text.pk) == (close.city_id, "need", need.pk)


OUTDATED = {
    "pending": {"status": ListingStatus.PENDING},
    "closed": {"status": ListingStatus.CLOSED},
    "declined": {"status": ListingStatus.DECLINED},
    "expired": {"valid_until": timezone.localdate() - timedelta(days=1)},
    "rewritten": {"description": FAR},
    "of an organisation": {"city": None},
}


@pytest.mark.parametrize("state", OUTDATED)
def test_only_what_is_published_now_is_compared(asked, close, far, state):
    embed_everything()
    assert texts_of(asked)
    values = OUTDATED[state]
    if "city" in values:
        values = values | {"organization": f.OrganizationFactory()}
    # The passages are still those of before.
    Offer.objects.filter(pk=close.pk).update(**values)
    assert texts_of(asked) == {}
    quotes = quotes_of([reason_of(close)])
    if state in ("rewritten", "of an organisation"):
        [quote] = quotes.values()
        assert (quote.title, quote.text) == (
            close.title,
            "" if state == "rewritten" else CLOSE,
        )
    else:
        assert quotes == {}


def reason_of(offer) -> Reason:
    params = {"offer": offer.pk, "closeness": 0.5, "passage": passage_of(offer)}
    return Reason("fit.text.offer", offer.city_id, params)


def test_a_title_is_not_quoted_twice(asked, close):
    Offer.objects.update(title=asked.title, description="")
    embed_everything()
    candidate = ranked(asked.pk)[1].candidates[0]
    [quote] = quotes_of(candidate.reasons).values()
    assert (quote.title, quote.text) == (asked.title, "")


def test_a_request_that_has_changed_is_not_compared_until_it_is_embedded(asked, close):
    embed_everything()
    assert texts_of(asked)
    PartnershipRequest.objects.filter(pk=asked.pk).update(challenge=f"{CHALLENGE} Aidez-nous.")
    assert texts_of(asked) == {}
    embed_everything()
    assert texts_of(asked)


def test_a_draft_is_not_compared(asked, close):
    PartnershipRequest.objects.filter(pk=asked.pk).update(status=RequestStatus.DRAFT)
    embed_everything()
    assert texts_of(asked) == {}


def test_vectors_of_different_models_are_not_compared(asked, close):
    embed_everything()
    other = EmbeddingModel.objects.create(name="other", version="1", dimensions=512)
    Passage.objects.filter(kind="offer").update(model=other)
    assert texts_of(asked) == {}


def test_brokers_turn_it_off(asked, close, far):
    embed_everything()
    Brokering.objects.create(pk=1, compares_texts=False)
    with CaptureQueriesContext(connection) as queries:
        assert texts_of(asked) == {}
    assert len(queries) == QUERIES
    assert [each.place for each in ranked(asked.pk)[1].candidates] == [far.city_id, close.city_id]


def test_no_text_counts_without_an_engine(asked, close, settings):
    embed_everything()
    settings.EMBEDDINGS_URL = ""
    with CaptureQueriesContext(connection) as queries:
        assert texts_of(asked) == {}
    assert len(queries) == QUERIES


def test_a_model_without_calibration_does_not_count(asked, close, settings):
    settings.EMBEDDINGS_MODEL = "other@1"
    assert texts_of(asked) == {}


def test_no_engine_is_asked(asked, close, settings):
    embed_everything()
    before = texts_of(asked)
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
    assert texts_of(asked) == before != {}


def test_one_query_for_each_kind_of_text(asked, close, parcels):
    offering = p.PartnershipRequestFactory(opened=True, direction="offer", practices=[parcels])
    p.NeedFactory(practices=[parcels])
    for _number in range(2):
        p.PartnershipRequestFactory(opened=True, practices=[parcels], challenge=CHALLENGE)
        offer_of("More", [parcels], CLOSE)
    embed_everything()
    with CaptureQueriesContext(connection) as queries:
        gather([asked.pk])
    assert len(queries) == QUERIES + 1
    with CaptureQueriesContext(connection) as queries:
        gathered = gather(PartnershipRequest.objects.values("pk"))
    assert len(queries) == QUERIES + 2
    by_key = {ask.pk: ask for ask in gathered.asks}
    assert len(by_key[asked.pk].texts) == 3
    assert {text.record for text in by_key[offering.pk].texts.values()} <= {"need"}


def test_texts_are_not_compared_if_candidates_are_only_counted(asked, close):
    embed_everything()
    with CaptureQueriesContext(connection) as queries:
        _gathered, ranking = ranked(asked.pk, most=0)
    assert (ranking.count, len(queries)) == (2, QUERIES)


def test_city_and_broker_read_the_same_points(asked, close, far):
    embed_everything()
    for candidate in ranked(asked.pk)[1].candidates:
        [own] = answers_of(candidate.place, [asked.pk])[1].candidates
        assert own == candidate
        assert ranking_for(asked.pk, candidate.place) == candidate.as_data()


def test_the_stored_ranking_holds_no_text(asked, close):
    embed_everything()
    stored = ranking_for(asked.pk, close.city_id)
    assert CLOSE not in str(stored)
    reasons = [Reason.read(each) for each in stored["factors"][0]["reasons"]]
    assert quotes_of(reasons) == {
        ("offer", close.pk): Quote(
            "offer",
            close.pk,
            "Parcels to villages",
            CLOSE,
            "en",
            shortened(f"{asked.challenge} {asked.desired_result}", SHORT),
            asked.language,
        )
    }
    close.delete()
    assert quotes_of(reasons) == {}


def test_quotes_take_no_query_without_texts():
    with CaptureQueriesContext(connection) as queries:
        assert quotes_of([Reason("fit.offer", 1, {"about": "practice:x", "count": 1})]) == {}
    assert len(queries) == 0


def test_closeness_is_between_texts_that_are_similar_and_the_same():
    least, most = threshold("near"), threshold("duplicate")
    assert closeness_of(least, least, most) == 0
    assert closeness_of((least + most) / 2, least, most) == 0.5
    assert closeness_of(1.0, least, most) == 1
