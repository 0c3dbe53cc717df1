"""Canned responses in the language of the member who gets them."""

import pytest
from django.utils.translation import override

from community.models import CannedText
from community.moderation.canned_texts.translated import in_language
from community.moderation.reviews.forms import DecisionForm
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_others(db):
    CannedText.objects.all().delete()


def canned(title="Ad", text="No advertising.\n\nTell us more.", **given) -> CannedText:
    words = {"reason": "spam", "language": "en", "title": title, "text": text}
    return CannedText.objects.create(**words | given)


def shown(language: str) -> list[tuple[str, str, str]]:
    found = in_language(CannedText.objects.all(), language)
    return [(text.shown_title, text.language, text.text) for text in found]


def test_a_response_is_in_the_language_of_the_member():
    translated("canned", canned())
    assert shown("en") == [("Ad", "en", "No advertising.\n\nTell us more.")]
    assert shown("es") == [("Ad", "es", "ES No advertising.\n\nES Tell us more.")]
    # Without a translation in English.
    assert shown("fr") == shown("en")


def test_titles_are_in_the_language_of_the_page():
    translated("canned", canned())
    with override("es"):
        assert shown("en") == [("ES Ad", "en", "No advertising.\n\nTell us more.")]


def test_a_response_that_is_partly_translated_is_in_english():
    text = canned()
    translated("canned", text)
    text.text += "\n\nA new paragraph."
    text.save()
    assert shown("es") == shown("en")


def test_a_response_whose_original_has_changed_is_marked():
    text = canned()
    translated("canned", text)
    text.text = "No advertising.\n\nTell us less."
    text.save()
    assert shown("es") == [("Ad", "es", "ES No advertising.\n\nES Tell us more.")]
    form = DecisionForm(language="es")
    [_none, (_value, label)] = form.fields["canned"].choices
    mark = "<em>The original has changed since</em>"
    words = "ES No advertising.\n\nES Tell us more."
    head = 'Spam or advertising · Ad: <bdi lang="es" dir="ltr">'
    assert label == f"{head}{words}</bdi> {mark}"
    [_none, (_value, label)] = DecisionForm(language="en").fields["canned"].choices
    assert "<em>" not in label
    # It can be sent all the same.
    form = DecisionForm({"verb": "decline", "canned": text.pk}, language="es")
    assert form.is_valid()
    assert form.cleaned_data["message"] == words


def test_a_response_in_french_is_offered_to_french_readers_until_it_is_in_english():
    text = canned(language="fr", title="Pub", text="Pas de publicité.")
    assert shown("fr") == [("Pub", "fr", "Pas de publicité.")]
    assert shown("en") == shown("es") == []
    form = DecisionForm({"verb": "decline", "canned": text.pk}, language="es")
    assert form.errors.keys() == {"canned"}
    translated("canned", text, language="en")
    assert shown("es") == [("ES Pub", "en", "ES Pas de publicité.")]
    assert DecisionForm({"verb": "decline", "canned": text.pk}, language="es").is_valid()


def test_texts_of_staff_are_escaped():
    canned(text="<b>No</b>")
    [_none, (_value, label)] = DecisionForm(language="en").fields["canned"].choices
    assert "<bdi>&lt;b&gt;No&lt;/b&gt;</bdi>" in label


def test_a_text_in_translation_is_not_saved():
    translated("canned", canned())
    [text] = in_language(CannedText.objects.all(), "es")
    with pytest.raises(TypeError, match="can’t be saved"):
        text.save()


@pytest.mark.parametrize(("language", "number"), [("en", 1), ("es", 2)])
def test_queries_are_few(language, number, django_assert_num_queries):
    for place in range(3):
        translated("canned", canned(title=f"Ad {place}"))
    with django_assert_num_queries(number):
        assert len(in_language(CannedText.objects.all(), language)) == 3
