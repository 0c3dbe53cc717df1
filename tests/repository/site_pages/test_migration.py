"""Rows of pages in other languages become translations: repository 0019 and 0020."""

from importlib import import_module

import pghistory
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from repository.models import Origin, SitePage, TranslatedParagraph, Translation, TranslationState
from repository.site_pages.loading import load_site_pages
from repository.translations.kinds import kinds
from tests import databases
from tests.migrating import few_models_rendered
from tests.page import page_of

pytestmark = pytest.mark.django_db

BEFORE = [("repository", "0018_reviewed_paragraphs")]
NOTE_NOTHING = """
CREATE OR REPLACE FUNCTION partnerships_note_public_change() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN RETURN NULL; END';
CREATE OR REPLACE FUNCTION repository_refresh_case_facets(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS 'BEGIN RETURN; END';
CREATE OR REPLACE FUNCTION repository_cases_with_former_keys(
    practices bigint[], themes bigint[], tags bigint[]
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN; END'
"""
ENGLISH = "Be kind.\n\n## Reuse\n\nName the source.\n\n- One\n- Two"
FRENCH = "Soyez aimables.\n\n## Réemploi\n\nCitez la source.\n\n- Un\n- Deux"


@pytest.fixture(scope="module")
def earlier(empty_database, django_db_setup, django_db_blocker):
    """A database with one row for each page and language, as before the migrations."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "pages"):
        with few_models_rendered():
            executor = MigrationExecutor(connection)
            apps = executor.migrate(BEFORE).apps
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER note_original ON repository_sitepage")
            # The present functions write into tables of later migrations.
            cursor.execute(NOTE_NOTHING)
        fill(apps)
        with few_models_rendered():
            call_command("migrate", verbosity=0)
        yield


def fill(apps) -> None:
    page_model = apps.get_model("repository", "SitePage")

    def add(topic, language, body, title="Titre"):
        about = {"topic": topic, "language": language, "title": title, "summary": "Résumé."}
        return page_model.objects.create(**about, body=body)

    # As loaded.
    add("terms", "en", ENGLISH, "Terms")
    add("terms", "fr", FRENCH, "Conditions")
    # Edited in French, and then in English.
    english = add("contact", "en", ENGLISH, "Contact")
    french = add("contact", "fr", FRENCH)
    page_model.objects.filter(pk=french.pk).update(body=FRENCH.replace("Deux", "Deux choses"))
    page_model.objects.filter(pk=english.pk).update(body=ENGLISH.replace("Name", "Always name"))
    page_model.objects.filter(pk=english.pk).update(
        body="New.\n\n" + ENGLISH.replace("Name", "Always name")
    )
    # A paragraph more in one part, and other headings.
    add("accessibility", "en", ENGLISH, "Accessibility")
    add("accessibility", "fr", FRENCH.replace("\n\n- Un", "\n\nEn France.\n\n- Un"))
    add("accessibility", "es", "## Uno\n\nSea amable.\n\n## Dos\n\nTres.")
    # Never stored in English, and written by staff.
    with pghistory.context(user=1):
        add("privacy", "ar", "نص عربي.")
    # Equal paragraphs with different translations.
    add("about", "en", "Again.\n\nAgain.", "About")
    add("about", "fr", "Encore.\n\nDe nouveau.")
    add("about", "es", "Otra vez.\n\nOtra vez.")


def stored(topic: str, language: str) -> tuple[Translation, list[tuple[str, str, str]]]:
    page = SitePage.objects.get(topic=topic)
    translation = Translation.objects.get(kind="page", object_id=page.pk, language=language)
    rows = translation.paragraphs.order_by("position")
    assert [row.position for row in rows] == list(range(len(rows)))
    return translation, list(rows.values_list("field", "source", "text"))


def origins(translation: Translation) -> set[str]:
    return set(translation.paragraphs.values_list("origin", flat=True))


@pytest.mark.usefixtures("earlier")
class TestMigration:
    def test_keep_one_row_for_each_page(self):
        assert sorted(SitePage.objects.values_list("topic", flat=True)) == [
            "about", "accessibility", "contact", "privacy", "terms",
        ]  # fmt: skip
        assert SitePage.objects.get(topic="terms").body == ENGLISH

    def test_pair_the_paragraphs(self):
        translation, rows = stored("terms", "fr")
        assert rows == [
            ("title", "Terms", "Conditions"),
            ("summary", "Résumé.", "Résumé."),
            ("body", "Be kind.", "Soyez aimables."),
            ("body", "## Reuse", "## Réemploi"),
            ("body", "Name the source.", "Citez la source."),
            ("body", "One", "Un"),
            ("body", "Two", "Deux"),
        ]
        assert translation.state == TranslationState.DRAFT
        assert origins(translation) == {Origin.EDITORS}
        page = SitePage.objects.get(topic="terms")
        assert translation.version == page.events.get().pgh_id

    def test_mark_what_has_changed_since_as_out_of_date(self):
        translation, rows = stored("contact", "fr")
        assert ("body", "Name the source.", "Citez la source.") in rows
        assert ("body", "Two", "Deux choses") in rows
        assert (translation.total, translation.up_to_date) == (8, 6)
        assert translation.state == TranslationState.PARTLY_STALE
        assert origins(translation) == {Origin.PERSON}

    def test_keep_a_part_with_other_paragraphs_as_one(self, client):
        translation, rows = stored("accessibility", "fr")
        assert rows[3:] == [
            (
                "body",
                "## Reuse\n\nName the source.\n\n- One\n- Two",
                "## Réemploi\n\nCitez la source.\n\nEn France.\n\n- Un\n- Deux",
            )
        ]
        assert translation.state == TranslationState.PARTLY_STALE
        page = page_of(client.get("/fr/accessibility/").content.decode())
        assert page.one("main .prose").lines == [
            "Soyez aimables.", "Réemploi", "Citez la source.", "En France.", "Un", "Deux",
            "Name the source.", "One", "Two",
        ]  # fmt: skip

    def test_keep_a_text_with_other_headings_as_one_paragraph(self, client):
        _translation, rows = stored("accessibility", "es")
        assert rows[2:] == [("body", ENGLISH, "## Uno\n\nSea amable.\n\n## Dos\n\nTres.")]
        page = page_of(client.get("/es/accessibility/").content.decode())
        assert page.one("main .prose").lines[:4] == ["Uno", "Sea amable.", "Dos", "Tres."]

    def test_keep_different_translations_of_equal_paragraphs(self):
        assert stored("about", "fr")[1][2:] == [
            ("body", "Again.\n\nAgain.", "Encore.\n\nDe nouveau.")
        ]
        assert stored("about", "es")[1][2:] == [("body", "Again.", "Otra vez.")]

    def test_store_the_english_text_of_a_page_that_had_none(self):
        page = SitePage.objects.get(topic="privacy")
        # As it was then: the present one may say more.
        migration = import_module("repository.migrations.0019_site_page_translations")
        text = migration.TEXTS["privacy"]
        assert {name: getattr(page, name) for name in text} == text
        _translation, rows = stored("privacy", "ar")
        assert rows[2] == ("body", text["body"].strip(), "نص عربي.")

    def test_lose_no_text(self):
        """Every earlier text is in the history, with its language."""
        events = SitePage.pgh_event_model.objects.filter(pgh_label="delete")
        assert sorted(events.values_list("language", flat=True)) == ["ar", *["es"] * 2, *["fr"] * 4]
        for event in events:
            translation, rows = stored(event.topic, event.language)
            texts = "".join(text for _field, _source, text in rows)
            for unit in kinds["page"].units(event):
                assert unit.paragraph.text in texts
            assert translation.pgh_event_model.objects.filter(id=translation.pk).exists()
        paragraphs = TranslatedParagraph.pgh_event_model.objects.filter(pgh_label="insert")
        assert paragraphs.count() == TranslatedParagraph.objects.count()

    def test_new_events_are_english(self):
        page = SitePage.objects.get(topic="terms")
        page.title = "Our terms"
        page.save()
        assert page.events.latest("pgh_id").language == "en"

    def test_keep_texts_by_people_when_initial_ones_are_loaded(self):
        by_people = TranslatedParagraph.objects.filter(origin=Origin.PERSON)
        before = list(by_people.order_by("pk").values())
        assert len(before) == 10
        load_site_pages()
        assert list(by_people.order_by("pk").values()) == before
        assert load_site_pages() == 0
