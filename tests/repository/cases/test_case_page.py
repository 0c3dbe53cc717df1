"""The statement behind a case's page gives what the tables hold, in the order of the models."""

from datetime import date
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict
from django.utils import translation

from repository.cases.case_page import case_page
from repository.models import Appearance, CaseStudy, Tag
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    OrganizationFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    SpeakerFactory,
    ThemeFactory,
    WebinarFactory,
)


@pytest.fixture
def case(db):
    """A case with several of everything, made in another order than they are shown in."""
    late = SeriesFactory(slug="late", start=date(2021, 1, 1))
    series = [SeriesFactory(slug="undated"), late, SeriesFactory(start=date(2020, 1, 1))]
    webinars = [WebinarFactory(series=row, number=number) for row in series for number in (2, 1)]
    speakers = [SpeakerFactory(), SpeakerFactory()]
    for webinar in webinars:
        for position, speaker in enumerate([*reversed(speakers), SpeakerFactory()]):
            AppearanceFactory(webinar=webinar, speaker=speaker, position=position)
    references = [
        ReferenceFactory(key="z", accessed=date(2021, 2, 28)),
        ReferenceFactory(key="a", year=None),
    ]
    case = CaseStudyFactory(
        published=True,
        webinars=webinars,
        speakers=speakers,
        references=references,
        practices=[PracticeFactory(name="Zones"), PracticeFactory(name="Awards")],
        tags=["rail", "Port"],
    )
    EvidenceFactory(case=case, position=3, value=Decimal("39.3"), reference=references[0])
    EvidenceFactory(case=case, position=1, value=Decimal("12345678901234.5678"))
    EvidenceFactory(case=case, position=2, value=None, numerator=1352, denominator=1500)
    EvidenceFactory(case=case, position=2, webinar=webinars[0])
    return case


def test_case_page_gives_the_rows_of_the_tables(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        shown = case_page(case)
    assert shown.evidence == list(case.evidence.all())
    assert shown.webinars == list(case.webinars.all())
    assert shown.practices == list(case.practices.all())
    assert shown.references == list(case.references.all())
    assert shown.tags == list(Tag.objects.for_object(case))
    assert shown.presenters == list(
        Appearance.objects.filter(webinar__cases_from_it=case, speaker__cases=case)
    )


def test_case_page_keeps_numbers_dates_and_texts(case, django_assert_num_queries):
    expected = [
        (model_to_dict(row), row.figure, row.source_text, row.language)
        for row in case.evidence.select_related("case", "reference", "webinar")
    ]
    references = [model_to_dict(row) for row in case.references.all()]
    presenters = {row.pk: row.speaker for row in Appearance.objects.select_related("speaker")}
    with django_assert_num_queries(1):
        shown = case_page(case)
        assert [
            (model_to_dict(row), row.figure, row.source_text, row.language)
            for row in shown.evidence
        ] == expected
        assert [model_to_dict(row) for row in shown.references] == references
        for row in shown.presenters:
            speaker = presenters[row.pk]
            assert (row.speaker, row.speaker.name) == (speaker, speaker.name)


@pytest.mark.django_db
def test_case_page_of_a_bare_case_is_empty():
    shown = case_page(CaseStudyFactory())
    assert (shown.evidence, shown.webinars, shown.presenters) == ([], [], [])
    assert (shown.practices, shown.references, shown.tags) == ([], [], [])


def test_case_page_sets_the_lists_that_are_prefetched_for_cards(case):
    case.cities.set([CityFactory(), CityFactory(names={"fr": "Tcheng-tcheou"})])
    case.countries.set([CountryFactory()])
    case.organizations.set([OrganizationFactory(acronym="UN"), OrganizationFactory()])
    case.themes.set([ThemeFactory(name="Z"), ThemeFactory(name="A")])
    [prefetched] = CaseStudy.objects.cards_of([case.pk])
    case_page(case)
    for language in ("en", "fr"):
        with translation.override(language):
            assert case.places == prefetched.places
            assert list(map(str, case.theme_list)) == list(map(str, prefetched.theme_list))
    for name in ("city_list", "country_list", "organization_list"):
        assert list(map(str, getattr(case, name))) == list(map(str, getattr(prefetched, name)))
