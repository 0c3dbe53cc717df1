"""Responses in other languages become translations, and no text of staff is lost."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from community.models import CannedText
from community.moderation.canned_texts.loading import load_canned_translations
from repository.models import TranslatedParagraph, Translation
from repository.translations.paragraphs import split

pytestmark = pytest.mark.django_db
migration = import_module("partnerships.migrations.0022_canned_translations")
first = import_module("community.migrations.0003_canned_texts")
FRENCH = {reason: (title, text) for reason, title, text in first.TEXTS["fr"]}
ENGLISH = {reason: (title, text) for reason, title, text in first.TEXTS["en"]}
SPAM_FR, SPAM_EN = FRENCH["spam"], ENGLISH["spam"]


def canned(language, title, text, reason="spam", **given):
    return CannedText.objects.create(
        language=language, title=title, text=text, reason=reason, **given
    )


def convert():
    migration.convert(apps, None)


def stored(**given):
    found = TranslatedParagraph.objects.filter(**given).order_by("field", "position")
    return [(row.field, row.source, row.text, row.origin) for row in found]


@pytest.fixture
def english():
    return CannedText.objects.get(used_by="moderators", title="Advertising")


def test_installed_texts_are_left_to_the_files(english):
    canned("fr", *SPAM_FR)
    convert()
    assert CannedText.objects.exclude(language="en").count() == 0
    assert not Translation.objects.exists()
    load_canned_translations()
    assert Translation.objects.get(object_id=english.pk, language="fr").state == "draft"


def test_edited_french_text_becomes_the_translation(english):
    french = canned("fr", *SPAM_FR)
    french.title, french.text = "Pub", "Pas de publicité."
    french.save()
    convert()
    assert not CannedText.objects.filter(pk=french.pk).exists()
    assert stored() == [
        ("text", english.text, "Pas de publicité.", "person"),
        ("title", english.title, "Pub", "person"),
    ]
    translation = Translation.objects.get()
    assert (translation.object_id, translation.language) == (english.pk, "fr")
    assert translation.state == "draft"
    load_canned_translations()
    assert {row[3] for row in stored(translation=translation)} == {"person"}


def test_installed_french_text_of_an_edited_one_is_out_of_date(english):
    canned("fr", *SPAM_FR)
    english.text = "No advertising."
    english.save()
    convert()
    title, text = SPAM_EN
    assert stored() == [
        ("text", text, SPAM_FR[1], "editors"),
        ("title", title, "Publicité", "editors"),
    ]
    assert Translation.objects.get().state == "partly-stale"


def test_french_text_of_a_deleted_one_remains(english):
    french = canned("fr", *SPAM_FR)
    english.delete()
    convert()
    assert CannedText.objects.filter(pk=french.pk, title="Publicité").exists()
    assert not Translation.objects.exists()


def test_texts_of_staff_with_one_title_belong_together():
    english = canned("en", "Links", "First.\n\n- One\n- Two")
    canned("es", "Links", "Primero.\n\n- Uno\n- Dos")
    other = canned("es", "Enlaces", "Sin enlaces.")
    convert()
    assert Translation.objects.get().object_id == english.pk
    assert [row[1:3] for row in stored()] == [
        ("First.", "Primero."),
        ("One", "Uno"),
        ("Two", "Dos"),
        ("Links", "Links"),
    ]
    assert CannedText.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    "text",
    ["Primero.", "Primero.\n\nUno\n\nDos", "Primero.\n\n* Uno\n* Dos", "", "Primero.\n\n- Uno"],
)
def test_texts_whose_paragraphs_differ_remain(text):
    canned("en", "Links", "First.\n\n- One\n- Two")
    spanish = canned("es", "Links", text or "2030")
    convert()
    assert CannedText.objects.get(pk=spanish.pk).text == (text or "2030")
    assert not Translation.objects.exists()


def test_line_breaks_of_browsers_make_no_difference():
    english = canned("en", "Links", "First.\r\n\r\nSecond.")
    canned("es", "Links", "Primero.\n\nSegundo.")
    convert()
    assert Translation.objects.get(object_id=english.pk).state == "draft"


def test_a_second_text_for_one_language_remains(english):
    first, second = canned("fr", *SPAM_FR), canned("fr", "Autre", "Autre.")
    english.text = "No advertising."
    english.save()
    second.title = "Publicité "
    second.save()
    canned("fr", "Advertising", "Une autre publicité.")
    convert()
    assert Translation.objects.count() == 1
    assert not CannedText.objects.filter(pk=first.pk).exists()
    left = CannedText.objects.filter(language="fr").values_list("text", flat=True)
    assert sorted(left) == ["Autre.", "Une autre publicité."]


def test_a_french_text_that_became_spanish_is_not_the_french_one(english):
    row = canned("fr", *SPAM_FR)
    row.language, row.title, row.text = "es", "Publicidad", "Sin publicidad."
    row.save()
    convert()
    assert CannedText.objects.filter(pk=row.pk, language="es").exists()


def test_texts_of_brokers_are_converted_too():
    texts = import_module("partnerships.migrations.0006_texts_about_representations").TEXTS
    for reason, title, text in texts["fr"]:
        canned("fr", title, f"{text} Merci.", reason, used_by="brokers")
    convert()
    assert CannedText.objects.filter(language="fr").count() == 0
    assert Translation.objects.filter(kind="canned", language="fr").count() == 2


def test_the_conversion_can_be_repeated(english):
    canned("fr", "Advertising", "Pas de publicité.")
    convert()
    before = stored()
    convert()
    assert stored() == before


@pytest.mark.parametrize(
    "text", ["a", "a\n\n- b\n- 1. c\n\n\n2", " a \r\n\r\n b", "- a\n  b\n* c", ""]
)
def test_paragraphs_are_those_of_the_site(text):
    assert migration.split(text) == [tuple(found) for found in split(text)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM repository_paragraphs(%s)", [text])
        assert cursor.fetchone()[0] == sum(found.is_translated for found in split(text))
