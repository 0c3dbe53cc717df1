"""Titles and figures that pages of another kind show in the language of the reader."""

import pytest

from partnerships.figures.monitoring import BASELINE
from repository.models import LandscapeSection
from tests.factories import (
    CaseStudyFactory,
    EvidenceFactory,
    LandscapeSectionFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    SuggestionFactory,
    WebinarFactory,
)
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = CaseStudyFactory(title="Rural parcels", challenge="One.", published=True)
    case.practices.add(PracticeFactory(name="Parcels by bus"))
    EvidenceFactory(case=case, label="Parcels delivered", is_headline=True)
    translated("case", case)
    translated("practice", case.practices.get())
    return case


def test_compared_cases(read, case):
    other = CaseStudyFactory(title="Another", published=True)
    page = read(f"/es/compare/?case={case.slug}&case={other.slug}")
    assert [each.text for each in page.select("section.stack > h2")] == [
        "ES Rural parcels",
        "Another",
    ]
    assert [each.attributes.get("lang") for each in page.select("section.stack > h2")] == [
        None,
        "en",
    ]
    for text in ("ES One.", "ES Parcels by bus", "ES Parcels delivered"):
        assert text in page.main.text
    assert "ES Rural parcels" in [each.text for each in page.select("option")]


def test_pages_that_cite_a_work(read, case):
    # The case cites it twice: with a figure, and in its list.
    work = ReferenceFactory()
    case.references.add(work)
    case.evidence.update(reference=work)
    page = read("/es/references/")
    [link] = page.select(f"main a[href='/es{case.get_absolute_url()}']")
    assert (link.text, link.attributes.get("lang")) == ("ES Rural parcels", None)


def test_the_series_of_the_baseline(read):
    series = SeriesFactory(title="The series of 2020")
    EvidenceFactory(series=series, case=None, value=15, label=BASELINE["label"])
    translated("series", series)
    cell = read("/es/monitoring/").one("#baseline tbody th")
    assert (cell.text, cell.select("[lang]")) == ("ES The series of 2020", [])
    cell = read("/fr/monitoring/").one("#baseline tbody th")
    [title] = cell.select("[lang]")
    assert (title.text, title["lang"], title["dir"]) == ("The series of 2020", "en", "ltr")


@pytest.mark.parametrize("path", ["/es/partnerships/", "/es/partnerships/suggestions/", "practice"])
def test_cases_of_suggestions(read, case, path):
    practice = case.practices.get()
    suggestion = SuggestionFactory(title="A first bus")
    suggestion.cases.add(case)
    suggestion.practices.add(practice)
    translated("suggestion", suggestion)
    page = read(f"/es{practice.get_absolute_url()}" if path == "practice" else path)
    [link] = page.select(f"main p > a[href='/es{case.get_absolute_url()}']")
    assert (link.text, link.attributes.get("lang")) == ("ES Rural parcels", None)
    assert "ES A first bus" in page.main.text


@pytest.mark.parametrize("path", ["/es/", "/es/webinars/", "/es/about/", "series"])
def test_figures_of_a_series(read, path):
    series = SeriesFactory()
    WebinarFactory(series=series)
    EvidenceFactory(
        series=series, case=None, label="Views", value=12, unit="", is_headline=True, place="Page 3"
    )
    translated("series", series)
    page = read(f"/es{series.get_absolute_url()}" if path == "series" else path)
    assert "ES Views" in page.main.text
    assert [each.text for each in page.select("main [lang=en]") if "Views" in each.text] == []
    if path != "/es/":
        assert "Page 3" in [each.text for each in page.select("main [lang=en]")]


def test_figures_of_the_landscape(read):
    section = LandscapeSectionFactory()
    EvidenceFactory(section=section, case=None, label="Views", value=12, unit="", place="Page 3")
    translated("landscape", LandscapeSection.objects.get())
    page = read("/es/landscape/")
    assert "ES Views" in page.main.text
    assert [each.text for each in page.select("main [lang=en]") if "Views" in each.text] == []
    assert "Page 3" in [each.text for each in page.select("main [lang=en]")]


def test_a_figure_without_translation_is_marked_as_english(read):
    section = LandscapeSectionFactory()
    EvidenceFactory(section=section, case=None, label="Views", value=12, unit="")
    translated("landscape", LandscapeSection.objects.get(), "title")
    page = read("/es/landscape/")
    assert [each.text for each in page.select("main [lang=en]") if "Views" in each.text] != []
