"""The installed responses have translations into each language, and staff keep theirs."""

from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from community.models import CannedText
from community.moderation.canned_texts.loading import FOLDER, load_canned_translations
from community.moderation.canned_texts.translated import in_language
from config.translation_checks import catalogue_faults
from repository.models import Origin, Original, TranslatedParagraph, Translation
from repository.translations.kinds import kinds
from repository.translations.loading import translated_languages
from repository.translations.po import as_po, from_po

pytestmark = pytest.mark.django_db


def paragraphs(language="es"):
    return TranslatedParagraph.objects.filter(translation__language=language)


def test_every_installed_response_is_translated():
    assert load_canned_translations() == 26 * 6
    found = Translation.objects.filter(kind="canned")
    assert {row.state for row in found} == {"draft"}
    assert set(found.values_list("language", flat=True)) == {*translated_languages()}
    assert {row.origin for row in TranslatedParagraph.objects.all()} == {Origin.EDITORS}
    for language in translated_languages():
        texts = in_language(CannedText.objects.all(), language)
        assert {text.language for text in texts} == {language}
    assert load_canned_translations() == 0


def test_what_staff_have_translated_or_edited_is_kept():
    load_canned_translations()
    paragraphs().filter(source="Advertising").update(text="Anuncios", origin=Origin.PERSON)
    edited = CannedText.objects.get(title="Off topic")
    edited.text = "Not here."
    edited.save()
    CannedText.objects.get(title="Copied text").delete()
    assert load_canned_translations() == 0
    assert paragraphs().get(source="Advertising").text == "Anuncios"
    assert not paragraphs().filter(source="Copied text").exists()
    translation = Translation.objects.get(object_id=edited.pk, kind="canned", language="es")
    assert translation.state == "partly-stale"


def test_a_renamed_response_keeps_the_translation_of_its_text():
    CannedText.objects.filter(title="Off topic").update(title="Elsewhere")
    load_canned_translations()
    [text] = in_language(CannedText.objects.filter(title="Elsewhere"), "zh")
    assert text.language == "zh"


@pytest.mark.parametrize("language", translated_languages())
def test_files_have_exactly_the_installed_texts(language):
    data = (FOLDER / f"{language}.po").read_bytes()
    stated, is_reviewed, entries = from_po(data)
    assert (stated, is_reviewed) == (language, False)
    assert as_po(language, entries) == data
    listed = {(entry.field, entry.source) for entry in entries}
    kind = kinds["canned"]
    assert listed == {
        (unit.field, unit.paragraph.text)
        for row in CannedText.objects.all()
        for unit in kind.units(row)
    }
    by_source = defaultdict(set)
    for entry in entries:
        by_source[entry.source].add(entry.text)
    assert [texts for texts in by_source.values() if len(texts) > 1 or "" in texts] == []
    assert max(len(entry.text) for entry in entries if entry.field == "title") <= 60


@pytest.mark.parametrize("language", translated_languages())
def test_files_follow_the_terms_and_the_typography(language):
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file)
    assert catalogue_faults(catalogue, language, Path()) == []


def test_originals_are_there_from_the_first_migration():
    titles = Original.objects.filter(kind="canned").values_list("title", flat=True)
    assert sorted(titles) == sorted(CannedText.objects.values_list("title", flat=True))
