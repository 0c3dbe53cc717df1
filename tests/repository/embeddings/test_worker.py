"""Passages are embedded by a real worker process, also after the engine has failed."""

import pytest
from django_tasks_db.models import DBTaskResult

from community.privacy.retention import sweep_files
from repository.embeddings.updating import update_passages
from repository.models import EmbeddingModel, GlossaryTerm, Passage
from tests.processes import wait_until
from tests.repository.embeddings.api import api_server
from tests.workers import start_python

pytestmark = [
    pytest.mark.proof(group="embedding", sample=5),
    pytest.mark.usefixtures("scratch"),
    pytest.mark.slow(8),
]

# The worker, which looks more often than every 20 seconds.
WORKER = """
import django

django.setup()

from django.core.management import call_command

from community.tasks import queue
from repository.embeddings import engine

queue.RENEWED_EVERY = engine.PAUSE = 0.2
call_command("db_worker", "--no-startup-delay", "--interval=0.05")
"""


def texts() -> list[str]:
    return list(Passage.objects.exclude(vector=None).values_list("text", flat=True))


def unfinished() -> int:
    return DBTaskResult.objects.filter(task_path=update_passages.module_path).count()


def test_worker_follows_the_texts_and_survives_a_failing_engine(tmp_path):
    GlossaryTerm.objects.all().delete()
    term = GlossaryTerm.objects.create(slug="ship", term="Ship", definition="It floats.")
    with api_server() as api:
        api.fault = lambda handler, answer: handler.send(b"", status=500)
        engine = {"EMBEDDINGS_URL": api.url, "EMBEDDINGS_MODEL": "hashed-words@1"}
        worker = start_python(WORKER, tmp_path, **engine)
        try:
            # The engine is asked again and again, without a task for each attempt, and other tasks
            # are done meanwhile.
            done = DBTaskResult.objects.successful().filter(task_path=sweep_files.module_path)
            wait_until(lambda: len(api.requests) > 3 and done.exists(), worker)
            assert (texts(), unfinished()) == ([], 0)
            api.fault = None
            wait_until(lambda: texts() == ["It floats."], worker)
            term.definition = "It sails."
            term.save(update_fields=["definition"])
            wait_until(lambda: texts() == ["It sails."], worker)
            term.delete()
            wait_until(lambda: not Passage.objects.exists(), worker)
            assert EmbeddingModel.objects.get().name == "hashed-words"
        finally:
            worker.terminate()
            output = worker.communicate(timeout=120)[0]
    lines = [line.partition(": ")[2] for line in output.splitlines()]
    assert [line for line in lines if "engine" in line] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: status 500",
        "The embedding engine responds again.",
    ]
