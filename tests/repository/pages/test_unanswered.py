"""Pages that were made while the embedding engine failed are not kept."""

import pytest

from repository.embeddings import engine
from repository.embeddings.meaning import calibrations
from repository.pages.http import SHARED
from tests.factories import GlossaryTermFactory
from tests.repository.embeddings.api import end_pause, used_api

pytestmark = [pytest.mark.django_db]
QUESTION = {"q": "what do the tall ships carry"}


@pytest.mark.parametrize("path", ["/search/", "/cases/", "/partnerships/"])
def test_page_without_the_answer_of_the_engine_is_not_kept(client, settings, monkeypatch, path):
    # The board asks only an engine that is calibrated.
    monkeypatch.setitem(calibrations(), "hashed-words@1", {"question": 0.9, "passage": 0.9})
    GlossaryTermFactory(term="Ship", definition="It sails.")
    with used_api(settings) as api:
        usual = client.get(path, QUESTION)
        # Vectors of the last questions are kept for a while.
        engine.last_queries.cache_clear()
        api.fault = lambda handler, answer: handler.send(b"", status=500)
        degraded = [client.get(path, QUESTION) for _failed_or_paused in range(2)]
        # What does not ask the engine is kept as always.
        others = client.get("/about/")
        api.fault = None
        end_pause()
        again = client.get(path, QUESTION)
    assert [(each.status_code, each.headers["Cache-Control"]) for each in degraded] == [
        (200, "no-store")
    ] * 2
    assert not any("ETag" in each.headers for each in degraded)
    assert usual.headers["ETag"] == again.headers["ETag"]
    assert others.headers["Cache-Control"] == usual.headers["Cache-Control"]
    assert usual.headers["Cache-Control"] == SHARED


def test_page_without_an_engine_is_kept(client, settings):
    assert settings.EMBEDDINGS_URL == ""
    assert "ETag" in client.get("/search/", QUESTION).headers
