"""Questions that objects answer, in `questions.yaml` and in their own files."""

import pytest
from django.core.exceptions import ValidationError

from repository.loading.entries import SeriesError
from repository.loading.writing import load_series
from repository.models import CaseStudy, SearchEntry, Theme
from repository.search.questions import MAX_LENGTH, check_questions
from tests.engines import apply_search_changes

pytestmark = pytest.mark.django_db


def load(folder, text: str) -> None:
    (folder.path / "questions.yaml").write_text(text, encoding="utf-8")
    load_series(folder.path)


def test_questions_are_stored_with_their_object_and_in_the_search(folder):
    load(folder, "case:\n  zhengzhou:\n  - Far from the sea?\n  - 没有港口怎么办？\n")
    case = CaseStudy.objects.get(slug="zhengzhou")
    assert case.questions == "Far from the sea?\n没有港口怎么办？"
    apply_search_changes()
    entry = SearchEntry.objects.get(kind="case", object_id=str(case.pk))
    assert entry.questions == case.questions


def test_questions_removed_from_the_file_are_removed(folder):
    load(folder, "case:\n  zhengzhou:\n  - Far from the sea?\n")
    load(folder, "case:\n  zhengzhou: []\n")
    assert CaseStudy.objects.get(slug="zhengzhou").questions == ""


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("- a\n", "this file must map kinds to slugs, and slugs to questions"),
        ("theme:\n  customs:\n  - a\n", "is not one of"),
        ("case:\n  nowhere:\n  - a\n", "there is no case with this slug"),
        ("case:\n  zhengzhou: a\n", "must be a list of questions"),
        (f"case:\n  zhengzhou:\n  - {'a' * (MAX_LENGTH + 1)}\n", "zhengzhou"),
    ],
)
def test_mistakes_are_named_with_their_line(folder, text, mistake):
    with pytest.raises(SeriesError) as error:
        load(folder, text)
    assert mistake in str(error.value)
    assert Theme.objects.count() == 0


def test_long_question_is_refused_in_the_admin():
    check_questions("a" * MAX_LENGTH + "\n" + "b" * MAX_LENGTH)
    with pytest.raises(ValidationError):
        check_questions("a\n" + "b" * (MAX_LENGTH + 1))
