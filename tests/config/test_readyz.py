"""The readiness check, with an embedding engine and without."""

import pytest
from django.test import Client

from repository.embeddings import engine
from tests.engines import PATIENCE
from tests.repository.embeddings.api import end_pause, used_api

pytestmark = pytest.mark.django_db


def readiness() -> tuple[int, dict]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


def state(search: str) -> tuple[int, dict]:
    return 200, {"database": "ok", "migrations": "applied", "search": search}


def test_search_is_off_without_an_engine():
    assert readiness() == state("off")


def test_search_is_degraded_while_the_engine_fails(settings):
    with used_api(settings) as api:
        assert readiness() == state("ok")
        # An engine that has answered a moment ago is not asked again.
        assert (readiness(), len(api.requests)) == (state("ok"), 1)
        api.fault = lambda handler, answer: handler.send(b"", status=500)
        with pytest.raises(engine.EngineUnavailable):
            engine.embed_query("ships")
        # Nor one that has failed a moment ago.
        assert (readiness(), len(api.requests)) == (state("degraded"), 2)
        end_pause()
        assert (readiness(), len(api.requests)) == (state("degraded"), 3)
        api.fault = None
        end_pause()
        assert (readiness(), len(api.requests)) == (state("ok"), 4)


def test_search_is_degraded_while_the_engine_hangs(settings, monkeypatch):
    with used_api(settings) as api:
        # Long enough for the request to arrive.
        monkeypatch.setattr(engine, "QUERY_TIMEOUT", 2)
        api.fault = lambda handler, answer: handler.wait_for_end()
        assert readiness() == state("degraded")
        # The site closes the connection itself.
        assert api.ended.wait(PATIENCE)
