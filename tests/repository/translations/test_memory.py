import pytest

from repository.models import CaseStatus, Origin
from repository.translations.memory import memory_of
from tests.factories import CaseStudyFactory, PracticeFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def remembered(*sources, language="es"):
    return {source: row.text for source, row in memory_of(language, sources).items()}


def test_identical_paragraphs_are_remembered(django_assert_num_queries):
    practice = PracticeFactory(description="One.\n\nTwo.")
    translated("practice", practice)
    with django_assert_num_queries(1):
        assert remembered("One.", "Two.", "Three.") == {"One.": "ES One.", "Two.": "ES Two."}
    assert remembered("One.", language="fr") == {}
    with django_assert_num_queries(0):
        assert remembered() == {}


def test_a_reviewed_translation_comes_first():
    first, second, third = (
        translated("practice", PracticeFactory(description="One.")) for _ in range(3)
    )
    for translation, text in [(first, "Reviewed"), (second, "Copied"), (third, "Last")]:
        translation.paragraphs.filter(source="One.").update(text=text)
    assert remembered("One.") == {"One.": "Last"}
    third.paragraphs.update(origin=Origin.MEMORY)
    assert remembered("One.") == {"One.": "Copied"}
    first.paragraphs.update(is_reviewed=True)
    assert remembered("One.") == {"One.": "Reviewed"}


def test_what_is_not_public_is_not_remembered():
    case = CaseStudyFactory(published=True, challenge="One.")
    translated("case", case)
    assert remembered("One.") == {"One.": "ES One."}
    type(case).objects.filter(pk=case.pk).update(
        status=CaseStatus.ARCHIVED, archived_reason="Ended."
    )
    assert remembered("One.") == {}


def test_what_a_machine_made_is_not_remembered():
    translation = translated("practice", PracticeFactory(description="One."))
    translation.paragraphs.update(origin=Origin.MACHINE)
    assert remembered("One.") == {}
