import re
from pathlib import Path

import pytest
from django.db import connection

from repository.models import Original, TranslatedParagraph, Translation, TranslationState
from repository.translations.kinds import kinds
from tests.factories import CaseStudyFactory, EvidenceFactory, PracticeFactory

pytestmark = pytest.mark.django_db

TRIGGER = re.compile(r"FUNCTION \w+_note_original\(('[^)]*)\)")


def original_of(kind, row) -> Original:
    return Original.objects.get(kind=kind, object_id=row.pk)


def translated(kind, row, *fields, language="es") -> Translation:
    """Translate the fields of an object as they are now, or all."""
    translation = Translation.objects.create(kind=kind, object_id=row.pk, language=language)
    TranslatedParagraph.objects.bulk_create(
        TranslatedParagraph(
            translation=translation,
            field=unit.field,
            position=position,
            source=unit.paragraph.text,
            text=f"ES {unit.paragraph.text}",
        )
        for position, unit in enumerate(kinds[kind].units(row))
        if not fields or unit.field in fields
    )
    translation.refresh_from_db()
    return translation


def test_triggers_list_the_fields_of_each_kind():
    listed = {}
    for path in Path().glob("*/sql/*.sql"):
        for arguments in TRIGGER.findall(path.read_text()):
            name, language, figures, title, *fields = re.findall(r"'([^']*)'", arguments)
            listed[name] = (language, figures, tuple(fields))
            assert title
    assert listed == {
        kind.name: (kind.language or "en", "figures" if kind.figures else "", kind.fields)
        for kind in kinds
    }


def test_an_original_has_the_keys_of_its_paragraphs_and_figures():
    case = CaseStudyFactory(challenge="One.\n\n- Two\n- 3", language="fr")
    EvidenceFactory(case=case, label="Parcels", unit="%", position=1)
    original = original_of("case", case)
    assert original.language == "fr"
    assert original.title == case.title
    assert original.keys == [unit.key for unit in kinds["case"].units(case)]
    assert any(key.startswith("figure-label:") for key in original.keys)
    case.evidence.all().delete()
    assert original_of("case", case).keys == [unit.key for unit in kinds["case"].units(case)]
    case.delete()
    assert not Original.objects.filter(kind="case", object_id=case.pk).exists()


def test_an_edit_marks_exactly_the_changed_paragraphs():
    practice = PracticeFactory(description="One.\n\nTwo.\n\nThree.")
    spanish, french = (
        translated("practice", practice),
        translated("practice", practice, "name", language="fr"),
    )
    total = spanish.total
    assert spanish.up_to_date == total
    assert spanish.stale_since is None
    assert spanish.state == TranslationState.DRAFT
    assert french.state == TranslationState.PARTLY_STALE
    practice.description = "One.\n\nTwo, changed.\n\nThree."
    practice.save()
    spanish.refresh_from_db()
    assert (spanish.total, spanish.up_to_date) == (total, total - 1)
    assert spanish.stale_since is not None
    assert spanish.state == TranslationState.PARTLY_STALE
    # Undoing the edit makes it current again: digests are compared, not times.
    practice.description = "One.\n\nTwo.\n\nThree."
    practice.save()
    spanish.refresh_from_db()
    assert (spanish.up_to_date, spanish.stale_since) == (total, None)


def test_a_translation_is_reviewed_if_all_that_is_up_to_date_is():
    practice = PracticeFactory(description="One.\n\nTwo.")
    spanish = translated("practice", practice)
    spanish.paragraphs.exclude(source="Two.").update(is_reviewed=True)

    def state() -> TranslationState:
        spanish.refresh_from_db()
        return spanish.state

    assert state() == TranslationState.DRAFT
    spanish.paragraphs.update(is_reviewed=True)
    assert state() == TranslationState.CURRENT
    practice.description = "One.\n\nThree."
    practice.save()
    assert (state(), spanish.is_reviewed) == (TranslationState.PARTLY_STALE, True)
    practice.description = "One.\n\nTwo."
    practice.save()
    assert state() == TranslationState.CURRENT
    # A paragraph that nobody has reviewed is no longer in the original.
    spanish.paragraphs.filter(source="Two.").update(is_reviewed=False)
    assert state() == TranslationState.DRAFT
    practice.description = "One."
    practice.save()
    assert state() == TranslationState.CURRENT


def test_translations_go_with_their_original():
    practice = PracticeFactory()
    translated("practice", practice)
    practice.delete()
    assert not Translation.objects.exists()
    assert not TranslatedParagraph.objects.exists()


def test_originals_can_be_rebuilt():
    practice, case = PracticeFactory(), CaseStudyFactory()
    before = {(row.kind, row.object_id): row.keys for row in Original.objects.all()}
    assert {("practice", practice.pk), ("case", case.pk)} <= before.keys()
    Original.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_rebuild_originals()")
    assert {(row.kind, row.object_id): row.keys for row in Original.objects.all()} == before
