import pytest

from repository.embeddings.meaning import close_texts
from repository.models import Passage
from tests.engines import embed_everything
from tests.factories import OfferFactory

QUESTION = "Which credit cooperative lends farmers money for seed?"
LINES = "\n".join(f"The cooperative lends farmers money, {n}." for n in range(70))


@pytest.mark.django_db
def test_texts_with_many_close_sentences_hide_no_others(engine):
    """Their sentences are nearer than those of others, and more than are read at once."""
    long = [OfferFactory(title=QUESTION, description=LINES) for _each in range(3)]
    short = OfferFactory(title="Loans for farmers", description="Our bank lends farmers money.")
    embed_everything()
    of_long = Passage.objects.filter(object_id__in=[str(offer.pk) for offer in long])
    assert of_long.count() > 200
    found = [near.object_id for near in close_texts(QUESTION, kinds=["offer"])]
    assert found == [*(str(offer.pk) for offer in long), str(short.pk)]
