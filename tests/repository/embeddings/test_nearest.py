import pytest
from django.contrib.auth.models import AnonymousUser

from partnerships.models import Offer, PartnershipRequest
from repository.embeddings import engine as embedding_engine
from repository.embeddings.nearest import nearest
from tests.engines import embed_everything
from tests.factories import NeedFactory, OfferFactory, PartnershipRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]
ABOUT = {"title": "Parcels for villages", "description": "Shops that collect parcels."}


def near(kinds, **options):
    vector = embedding_engine.embed_query("Where do villagers collect their parcels?")
    return [(each.kind, int(each.object_id)) for each in nearest(vector, kinds=kinds, **options)]


@pytest.fixture
def listings():
    offer, need = OfferFactory(**ABOUT), NeedFactory(**ABOUT)
    hidden = PartnershipRequestFactory(opened=True, visibility="brokers")
    shown = PartnershipRequestFactory(opened=True)
    embed_everything()
    return offer, need, hidden, shown


def test_find_texts_of_several_sources_in_four_statements(listings, django_assert_num_queries):
    offer, need, *_requests = listings
    vector = embedding_engine.embed_query("Where do villagers collect their parcels?")
    # The savepoint of the test counts as two more.
    with django_assert_num_queries(6):
        found = nearest(vector, kinds=["offer", "need"])
    assert {(each.kind, each.object_id) for each in found} == {
        ("offer", str(offer.pk)),
        ("need", str(need.pk)),
    }


@pytest.mark.parametrize(("least", "found"), [(-1, True), (0.999, False)])
def test_as_many_queries_whether_or_not_a_passage_is_near_enough(
    listings, least, found, django_assert_num_queries
):
    """The passages that are read may be of texts that the reader may not see."""
    vector = embedding_engine.embed_query("Where do villagers collect their parcels?")
    with django_assert_num_queries(6):
        near = nearest(vector, kinds=["offer", "need", "request"], least=least)
    assert bool(near) == found


def test_nearer_texts_that_may_not_be_compared_have_no_influence(listings):
    """Of a single nearest passage, which is of one of many hidden requests."""
    hidden = PartnershipRequestFactory.create_batch(
        9, opened=True, visibility="brokers", title="Where do villagers collect their parcels?"
    )
    embed_everything()
    assert near(["request"], most=1)[0][1] in {each.pk for each in hidden}
    shown = listings[-1]
    among = PartnershipRequest.objects.visible_to(AnonymousUser())
    assert near(["request"], among=among, most=1) == [("request", shown.pk)]


def test_compare_each_kind_among_rows_of_its_own(listings):
    offer, need, _hidden, shown = listings
    kinds = ["offer", "need", "request"]
    among = {"request": PartnershipRequest.objects.visible_to(AnonymousUser())}
    assert set(near(kinds, among=among)) == {
        ("offer", offer.pk),
        ("need", need.pk),
        ("request", shown.pk),
    }
    among |= {"offer": Offer.objects.none()}
    assert {kind for kind, _pk in near(kinds, among=among)} == {"need", "request"}


def test_compare_one_kind_among_some_rows(listings):
    shown = listings[-1]
    among = PartnershipRequest.objects.filter(pk=shown.pk)
    assert set(near(["request"], among=among)) == {("request", shown.pk)}
