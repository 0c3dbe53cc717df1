"""What the benchmark of passages fills in."""

import pytest

from benchmarks.passages import MOST, passages_of
from repository.models import EmbeddingModel, Passage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "is_collection"), [("case", True), ("offer", False)])
def test_fill_passages_of_a_text(kind, is_collection):
    model = EmbeddingModel.objects.create(name="made-up", dimensions=2)
    text = {
        "kind": kind,
        "object_id": "1",
        "digest": "0",
        "language": "en",
        "title": "A title",
        "summary": "A summary.",
        "body": "\n".join(f"This is sentence number {number} of the text." for number in range(9)),
    }
    passages = list(passages_of(text, model))
    for passage in passages:
        passage.vector = [0.6, 0.8]
    Passage.objects.bulk_create(passages)
    stored = Passage.objects.order_by("position")
    assert [passage.position for passage in stored] == list(range(MOST))
    assert (stored[0].title, stored[0].text) == ("A title", "A summary.")
    assert {(passage.is_question, passage.is_collection) for passage in stored} == {
        (False, is_collection)
    }
