"""Another model: its vectors replace those of the old one, and are never compared with them."""

import io
import subprocess
import sys

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.embeddings import engine, updating
from repository.embeddings.fields import as_text
from repository.embeddings.nearest import nearest
from repository.embeddings.sources import COLLECTION
from repository.models import EmbeddingModel, GlossaryTerm, Passage, SearchEntry
from repository.search.meaning import REAL
from tests.config.conftest import ROOT, environment
from tests.processes import holding, is_waited_for, url_of_database, wait_until
from tests.repository.embeddings.api import used_api

pytestmark = [
    pytest.mark.proof(group="embedding", in_turn=True, sample=5),
    pytest.mark.usefixtures("scratch"),
    pytest.mark.slow(5),
]

TEXTS, PASSAGES_OF_EACH, DIMENSIONS = 2_000, 10, 64
TERMS = [
    ("ship", "Ship", "It sails."),
    ("train", "Train", "It rolls."),
    ("van", "Van", "It honks."),
]


@pytest.fixture(autouse=True)
def texts(scratch):
    """Three terms of the glossary, and nothing else."""
    GlossaryTerm.objects.all().delete()
    for slug, name, definition in TERMS:
        GlossaryTerm.objects.create(slug=slug, term=name, definition=definition)
    yield
    GlossaryTerm.objects.all().delete()
    SearchEntry.objects.all().delete()
    Passage.objects.all().delete()
    for model in EmbeddingModel.objects.all():
        drop_index(model)
        model.delete()


def names_of(model) -> set[str]:
    return {index.name for index in updating.indexes_of(model)}


def drop_index(model) -> None:
    with connection.cursor() as cursor:
        for name in names_of(model):
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


def embed_passages(**options) -> str:
    out = io.StringIO()
    call_command("embed_passages", stdout=out, **options)
    return out.getvalue()


def found(question: str) -> list[str]:
    return [near.text for near in nearest(engine.embed_query(question), kinds=["term"])]


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'repository_passage' "
            "AND indexname LIKE 'passage_%%_of_%%'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_switch_to_another_model_and_its_index(settings, monkeypatch):
    monkeypatch.setattr(updating, "WORTH_AN_INDEX", 3)
    with used_api(settings, model="hashed-words@1", dimensions=32):
        assert embed_passages() == "3 of 3 passages\nAll passages are up to date: 3.\n"
        assert found("Train. It rolls.")[0] == "It rolls."
        [old] = EmbeddingModel.objects.all()
        assert (old.dimensions, indexes()) == (32, names_of(old))
    with used_api(settings, model="hashed-words@2", dimensions=64) as api:
        # Before the first vector of the new model, and while some passages have one.
        assert found("It rolls") == []
        monkeypatch.setattr(engine, "BATCH", 1)
        assert len(updating.embed_batch()) == 1
        new = EmbeddingModel.objects.get(version="2")
        assert found("It rolls") == list(
            Passage.objects.filter(model=new).values_list("text", flat=True)
        )
        # The index of the old model is there until no passage has its vectors.
        updating.finish()
        assert indexes() == names_of(old)
        before = len(api.requests)
        embed_passages()
        assert len(api.requests) - before == 3  # two passages and "ready"
        assert EmbeddingModel.objects.get() == new
        assert indexes() == names_of(new)
        assert len(found("It rolls")) == 3
        # Again, nothing is left to do.
        created = Passage.objects.values_list("pk", flat=True)
        keys = set(created)
        assert embed_passages() == "All passages are up to date: 3.\n"
        assert (keys, len(api.requests) - before) == (set(created.all()), 5)


def test_owner_is_asked_for_only_if_there_is_something_to_do(settings, monkeypatch, capsys):
    def asked() -> bool:
        embed_passages()
        return "with the DATABASE_URL of the owner" in capsys.readouterr().err

    # As with the role of the site, where there are two.
    monkeypatch.setattr(updating, "owns_passages", lambda: False)
    with used_api(settings, model="hashed-words@1", dimensions=32):
        assert not asked()
        monkeypatch.setattr(updating, "WORTH_AN_INDEX", 3)
        assert asked()
    monkeypatch.setattr(updating, "WORTH_AN_INDEX", 5_000)
    with used_api(settings, model="hashed-words@2", dimensions=32):
        # The old model is left.
        assert asked()


def test_index_left_invalid_is_created_again(settings, monkeypatch):
    monkeypatch.setattr(updating, "WORTH_AN_INDEX", 3)
    with used_api(settings):
        embed_passages()
        index, *_others = updating.indexes_of(EmbeddingModel.objects.get())
        with connection.cursor() as cursor:
            # As after an interruption.
            cursor.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass",
                [index.name],
            )
        assert updating.state_of_index(index) == "invalid"
        embed_passages()
        assert updating.state_of_index(index) == "valid"


def test_engine_that_changes_its_dimensions_is_paused(settings, caplog):
    with used_api(settings, dimensions=8) as api:
        embed_passages(verbosity=0)
        term = GlossaryTerm.objects.get(slug="van")
        term.definition = "It beeps."
        term.save(update_fields=["definition"])
        api.dimensions = 16
        with pytest.raises(CommandError) as refused:
            embed_passages(verbosity=0)
        assert str(refused.value) == (
            "The embedding engine’s vectors have 16 dimensions instead of 8. Check EMBEDDINGS_URL "
            "and EMBEDDINGS_MODEL."
        )
        assert found_or_nothing("It rolls") == []
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: "
        "16 dimensions instead of 8"
    ]
    assert set(Passage.objects.values_list("model__dimensions", flat=True)) == {8, None}


def found_or_nothing(question: str) -> list[str]:
    try:
        return found(question)
    except engine.EngineUnavailable:
        return []


def test_embed_passages_refused_without_an_engine():
    with pytest.raises(CommandError) as refused:
        embed_passages()
    assert str(refused.value) == "There is no embedding engine. Set EMBEDDINGS_URL."


def test_embed_passages_refused_if_the_engine_fails(settings):
    with used_api(settings) as api:
        api.fault = lambda handler, answer: handler.send(b"", status=500)
        with pytest.raises(CommandError) as refused:
            embed_passages()
    assert str(refused.value).startswith("The embedding engine ")


def test_embed_passages_continues_where_it_was_killed(settings, tmp_path):
    with used_api(settings) as api, holding("LOCK repository_embeddingmodel") as held:
        command = subprocess.Popen(
            [sys.executable, "manage.py", "embed_passages"],
            cwd=ROOT,
            env=environment(
                TESTING="1",
                DATA_DIR=str(tmp_path),
                DATABASE_URL=url_of_database(),
                EMBEDDINGS_URL=api.url,
                EMBEDDINGS_MODEL="hashed-words@1",
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_until(lambda: is_waited_for(held), command)
        command.kill()
        command.communicate()
        held.rollback()
        assert Passage.objects.exclude(vector=None).count() == 0
        assert embed_passages().endswith("All passages are up to date: 3.\n")
        assert Passage.objects.exclude(vector=None).count() == 3


def test_passage_held_by_another_worker_is_skipped(settings):
    with used_api(settings) as api:
        updating.update(texts=10, passages=0)
        first = Passage.objects.order_by("pk")[0]
        with holding("SELECT FROM repository_passage WHERE id = %s FOR UPDATE", first.pk):
            assert len(updating.embed_batch()) == 2
        assert f"{first.title}. {first.text}" not in api.requests[0]["input"]
        assert [len(updating.embed_batch()), len(updating.embed_batch())] == [1, 0]


def vectors(count: int, *, seed: int) -> list[list[float]]:
    """Return unit vectors that vary in few directions, as those of texts do."""
    directions = np.random.default_rng(0).normal(size=(8, DIMENSIONS))
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 8)) @ directions + rng.normal(size=(count, DIMENSIONS)) / 4
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).round(4).tolist()


def fill() -> EmbeddingModel:
    """Write many passages of cases with made-up vectors, beside the terms."""
    model = EmbeddingModel.objects.create(name="made-up", version="1", dimensions=DIMENSIONS)
    updating.update(texts=10, passages=0)
    terms = list(Passage.objects.all())
    for passage, vector in zip(terms, vectors(len(terms), seed=1), strict=True):
        passage.model, passage.vector = model, vector
    Passage.objects.bulk_update(terms, ["model", "vector"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO repository_searchentry (kind, object_id, slug, language, title, summary, "
            "place, countries, body, title_keys, title_words, head_words, all_words) "
            "SELECT 'case', i, 'case-' || i, 'en', 'Case ' || i, '', '', '{}', '', '{}', "
            "'', '', '' FROM generate_series(1, %s) i",
            [TEXTS],
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE made_up (n serial, vector halfvec) ON COMMIT PRESERVE ROWS"
        )
        with cursor.copy("COPY made_up (vector) FROM STDIN") as copy:
            for vector in vectors(TEXTS * PASSAGES_OF_EACH, seed=2):
                copy.write_row([as_text(vector)])
        cursor.execute(
            "INSERT INTO repository_passage (kind, object_id, source_digest, position, language, "
            "title, text, digest, model_id, vector) SELECT e.kind, e.object_id, e.digest, p, "
            "e.language, e.title, 'Passage ' || p, md5(p::text), "
            "%s, made_up.vector FROM repository_searchentry e, generate_series(1, %s) p, "
            "made_up WHERE e.kind = 'case' "
            "AND made_up.n = (e.object_id::int - 1) * %s + p",
            [model.pk, PASSAGES_OF_EACH, PASSAGES_OF_EACH],
        )
        cursor.execute("DROP TABLE made_up")
        cursor.execute("ANALYZE repository_passage, repository_searchentry")
    return model


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_nearest_uses_the_index_among_many_passages(settings):
    settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_URL = "made-up@1", "http://127.0.0.1:1/v1"
    model = fill()
    assert Passage.objects.filter(kind="case").count() == 20_000
    [question] = vectors(1, seed=3)
    exact = nearest(question, kinds=["case"], most=20)
    updating.finish()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        quick = nearest(question, kinds=["case"], most=20)
        nearest(question, kinds=COLLECTION, among=REAL, most=20)
    statements = [each["sql"] for each in captured if "<=>" in each["sql"]]
    assert len(statements) == 2
    index, *_others = updating.indexes_of(model)
    for statement in statements:
        assert f"Index Scan using {index.name}" in plan_of(statement)
    assert len(quick) == 20
    # The index is approximate, and finds nearly all.
    same = {(near.object_id, near.position) for near in exact}
    same &= {(near.object_id, near.position) for near in quick}
    assert len(same) >= 18
    # A few rows among many are all found.
    terms = nearest(question, kinds=["term"], most=20)
    assert {near.text for near in terms} == {text for _slug, _name, text in TERMS}
    assert [near.similarity for near in terms] == sorted(
        (near.similarity for near in terms), reverse=True
    )
