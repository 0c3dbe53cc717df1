"""The search among offers, needs and suggestions finds their translations."""

import pytest

from partnerships.board.texts import find, read_texts
from partnerships.models import Need, Offer
from repository.search.parsing import read_query
from tests.factories import OfferFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def found(text):
    texts = read_texts({"offer": Offer.objects.all(), "need": Need.objects.all()})
    return [pk for _kind, pk in find(texts, read_query(text))]


def test_translations_are_found(django_assert_num_queries):
    offer, other = OfferFactory(title="Parcels"), OfferFactory(title="Mules")
    translation = translated("offer", offer)
    translation.paragraphs.filter(field="title").update(text="Colis pour l’île")
    with django_assert_num_queries(1):
        assert found("colis ile") == [offer.pk]
    assert found("mules") == [other.pk]


def test_a_translation_of_what_the_original_no_longer_says_is_not_found():
    offer = OfferFactory(title="Parcels")
    translated("offer", offer).paragraphs.filter(field="title").update(text="Colis")
    offer.title = "Letters"
    offer.save()
    assert found("colis") == []
