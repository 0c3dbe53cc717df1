"""Passages of originals are quoted in the language of the reader."""

import pytest
from django.utils.translation import override

from repository.embeddings.nearest import Near
from repository.models import TranslatedParagraph
from repository.translations.passages import translate_passages
from tests.factories import PracticeFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(db):
    practice = PracticeFactory(
        name="Parcels",
        summary="A short summary.",
        description="It is **cheap**. It is [fast](https://example.org). It is green.\n\nOne more.",
    )
    translated("practice", practice)
    return practice


def near(row, text, position=1, language="en"):
    return Near("practice", str(row.pk), position, language, row.name, text, 0.5, 0.4)


def shown(*passages, language="es"):
    with override(language):
        return [(each.language, each.text) for each in translate_passages(passages)]


def write(field, source, text):
    TranslatedParagraph.objects.filter(field=field, source__startswith=source).update(text=text)


def test_sentences_are_found_by_their_place_in_the_paragraph(practice):
    write("description", "It is", "Es **barato**. Es [rápido](https://example.org). Es verde.")
    assert shown(
        near(practice, "It is cheap."),
        near(practice, "It is fast. It is green."),
        near(practice, "One more."),
    ) == [("es", "Es barato."), ("es", "Es rápido. Es verde."), ("es", "ES One more.")]


def test_the_whole_paragraph_is_shown_if_it_has_other_sentences(practice):
    write("description", "It is", "Es barato, rápido y verde.")
    assert shown(near(practice, "It is cheap.")) == [("es", "Es barato, rápido y verde.")]


def test_the_first_passage_is_the_summary(practice):
    assert shown(near(practice, "A short summary.", 0)) == [("es", "ES A short summary.")]
    practice.summary = "A changed summary."
    practice.save()
    assert shown(near(practice, "A changed summary.", 0)) == [("en", "A changed summary.")]


def test_what_is_not_translated_stays_as_it_is(practice):
    other = PracticeFactory(name="Mules")
    sentence = ("en", "It is cheap.")
    assert shown(near(other, "It is cheap.")) == [sentence]
    assert shown(near(practice, "It is cheap."), language="fr") == [sentence]
    assert shown(near(practice, "It was cheap.")) == [("en", "It was cheap.")]
    TranslatedParagraph.objects.filter(field="name").delete()
    assert shown(near(practice, "It is cheap.")) == [sentence]


def test_one_query_for_all_passages_and_none_in_their_language(practice, django_assert_num_queries):
    others = [PracticeFactory() for _ in range(3)]
    for other in others:
        translated("practice", other)
    passages = [near(row, row.summary, 0) for row in [practice, *others]]
    with django_assert_num_queries(1):
        assert {language for language, _text in shown(*passages)} == {"es"}
    with django_assert_num_queries(0):
        assert shown(*passages, language="en")[0] == ("en", "A short summary.")
