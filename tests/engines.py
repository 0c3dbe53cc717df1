"""The embedded engine of semantic search, and failing ones, as servers on this machine."""

import subprocess
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from config.processes import engine_command
from repository.embeddings import engine, updating
from tests.servers import free_port, status_of

# Seconds: a guard against hanging.
PATIENCE = 120


@contextmanager
def embedded_engine():
    """Run the engine as in production; yield its URL."""
    port = free_port()
    with subprocess.Popen(engine_command(port=port), cwd=settings.BASE_DIR) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            # It answers once the model is loaded, here that there is no such page.
            while status_of(port, "/") != 404:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


@contextmanager
def asking(settings, url: str):
    """Use the engine at `url`, with a new circuit breaker."""
    settings.EMBEDDINGS_URL = url
    engine.breaker = engine.Breaker()
    engine.last_queries.cache_clear()
    with long_times():
        yield
    engine.breaker = engine.Breaker()


@contextmanager
def long_times():
    """Let nothing end by itself during a test, on a machine that may be busy.

    That is the wait for an answer, the pause after a failure, and the time for which an answer
    shows that the engine works.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("QUERY_TIMEOUT", "BATCH_TIMEOUT", "PAUSE", "FRESH"):
            patch.setattr(engine, name, 600)
        yield


def embed_everything() -> None:
    """Bring all passages up to date, as the background tasks do."""
    with long_times():
        while updating.is_due():
            updating.update(texts=500, passages=2_000)


def apply_search_changes() -> None:
    """Update search entries and facets of cases within a transaction, as its end would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS repository_apply_search_changes IMMEDIATE")
        cursor.execute("SET CONSTRAINTS repository_apply_search_changes DEFERRED")
