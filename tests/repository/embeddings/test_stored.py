import pytest

from repository.embeddings import engine, updating
from repository.embeddings.stored import similarities
from repository.models import Passage
from tests.engines import apply_search_changes, embed_everything
from tests.factories import CaseStudyFactory
from tests.repository.embeddings.api import used_api


@pytest.mark.django_db
def test_similarities_while_a_model_of_another_length_replaces_one(settings, monkeypatch):
    keys = [
        str(CaseStudyFactory(published=True, title=f"Seed {name}", summary=f"Seed {name}.").pk)
        for name in ("loans", "banks", "shops")
    ]
    apply_search_changes()
    with used_api(settings, model="hashed-words@1", dimensions=32):
        embed_everything()
        assert set(similarities("case", keys[0], keys[1:])) == set(keys[1:])
    with used_api(settings, model="hashed-words@2", dimensions=64):
        monkeypatch.setattr(engine, "BATCH", 1)
        compared = {key: set() for key in keys}
        while updating.embed_batch():
            new = Passage.objects.filter(kind="case", is_question=False, model__version="2")
            for key in keys:
                has_vector = new.filter(object_id=key, position=0).exists()
                compared[key] = set(similarities("case", key, keys))
                # Only with what has a vector of the new model.
                known = set(new.values_list("object_id", flat=True))
                assert compared[key] == (known if has_vector else set())
    assert [compared[key] for key in keys] == [set(keys)] * len(keys)
