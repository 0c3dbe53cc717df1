import re

import pytest
from django.utils.translation import override

from repository.models import CaseStudy, Practice, TranslatedParagraph
from repository.translations.reading import translate
from tests.factories import CaseStudyFactory, EvidenceFactory, PracticeFactory
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


def read(name, row, language="es"):
    row = type(row).objects.get(pk=row.pk)
    with override(language):
        translate((name, [row]))
    return row


def test_an_object_is_shown_in_the_language_of_the_reader():
    practice = PracticeFactory(name="Parcels", description="One.\n\n- Two\n- Three")
    translated("practice", practice)
    found = read("practice", practice)
    assert found.name == "ES Parcels"
    assert found.description == "ES One.\n\n- ES Two\n- ES Three"
    assert "<li>ES Two</li>" in found.rendered["description"]
    assert found.language == "es"
    assert found.reading.original_language == "en"
    assert not found.reading.changed
    assert read("practice", practice, "fr").name == "Parcels"


def test_a_changed_paragraph_keeps_its_translation_and_says_so():
    practice = PracticeFactory(description="One.\n\nTwo.\n\nThree.")
    translated("practice", practice)
    practice.description = "One.\n\nTwo, changed.\n\nThree.\n\nFour."
    practice.save()
    found = read("practice", practice)
    assert found.rendered["description"] == (
        "<p>ES One.</p>\n<p>ES Two.</p>\n<p>ES Three.</p>\n"
        '<div lang="en" dir="ltr"><p>Four.</p>\n</div>'
    )
    [changed] = found.reading.changed
    assert changed.changes == [("removed", "Two."), ("added", "Two, changed.")]
    assert found.reading.is_partly_missing


def test_links_lead_to_pages_in_the_language_of_the_reader():
    practice = PracticeFactory(description="See [one](/cases/) and [two](https://example.org/).")
    translated("practice", practice)
    html = read("practice", practice).rendered["description"]
    assert re.findall('href="([^"]*)"', html) == ["/es/cases/", "https://example.org/"]


def test_an_object_without_a_translated_title_stays_as_it_is():
    practice = PracticeFactory(name="Parcels")
    translated("practice", practice, "summary", "description")
    found = read("practice", practice)
    assert found.name == "Parcels"
    assert not hasattr(found, "reading")


def test_figures_are_shown_with_their_case():
    case = CaseStudyFactory()
    EvidenceFactory(case=case, label="Parcels", unit="%")
    translated("case", case)
    found = CaseStudy.objects.get(pk=case.pk)
    found.evidence_list = list(found.evidence.all())
    with override("es"):
        translate(("case", [found]))
    assert [(row.label, row.unit) for row in found.evidence_list] == [("ES Parcels", "%")]


def test_units_that_the_site_knows_are_not_those_of_a_translation():
    """They have plural forms, and the drawings depend on them."""
    case = CaseStudyFactory()
    EvidenceFactory(case=case, label="Age", value=1, unit="years")
    EvidenceFactory(case=case, label="Sent", value=2, unit="parcels")
    translated("case", case)
    found = CaseStudy.objects.get(pk=case.pk)
    found.evidence_list = list(found.evidence.all())
    with override("es"):
        translate(("case", [found]))
        assert [row.figure for row in found.evidence_list] == ["1\xa0año", "2\xa0ES parcels"]


def test_what_is_shown_in_translation_cannot_overwrite_the_original():
    practice = PracticeFactory()
    translated("practice", practice)
    with pytest.raises(TypeError, match="in translation"):
        read("practice", practice).save()


def test_many_objects_need_one_query(django_assert_num_queries):
    practices = [PracticeFactory() for _ in range(3)]
    case = CaseStudyFactory()
    for practice in practices:
        translated("practice", practice)
    translated("case", case)
    rows = list(Practice.objects.only("slug", "name", "summary"))
    cases = list(CaseStudy.objects.for_cards())
    with override("es"), django_assert_num_queries(1):
        translate(("practice", rows), ("case", cases), only=("title", "name", "summary"))
    assert {row.language for row in [*rows, *cases]} == {"es"}
    with override("en"), django_assert_num_queries(0):
        translate(("practice", list(practices)))


def test_the_language_of_a_translation_is_not_that_of_the_original():
    case = CaseStudyFactory(language="es")
    TranslatedParagraph.objects.all().delete()
    assert not hasattr(read("case", case), "reading")
