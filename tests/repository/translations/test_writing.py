import pytest

from repository.models import Origin, TranslatedParagraph
from repository.translations.kinds import kinds
from repository.translations.paragraphs import digest
from repository.translations.writing import write
from tests.factories import PracticeFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def test_another_text_of_an_earlier_paragraph_is_not_reviewed():
    """Its review would count again if an edit of the original was undone."""
    practice = PracticeFactory(name="Parcels", summary="", description="One.\n\nTwo.", needs="")
    translated("practice", practice).paragraphs.update(is_reviewed=True)
    practice.description = "Three.\n\nFour."
    practice.save()
    # The place of a single paragraph is the first one.
    key = f"description:{digest('Two.')}"
    write(
        kind=kinds["practice"],
        row=practice,
        language="es",
        texts={key: "Dos."},
        sources={key: "Two."},
        origin=Origin.PERSON,
    )
    found = TranslatedParagraph.objects.filter(field="description")
    assert [(row.text, row.is_reviewed) for row in found] == [("Dos.", False)]
