"""Titles and figures that pages of another kind show in the language of the reader."""

import pytest

from partnerships.figures.monitoring import BASELINE
from repository.models import LandscapeSection
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    EvidenceFactory,
    ExperienceFactory,
    LandscapeSectionFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    SuggestionFactory,
    WebinarFactory,
)
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = CaseStudyFactory(title="Rural parcels", challenge="One.", published=True)
    case.practices.add(PracticeFactory(slug="parcels", name="Parcels by bus"))
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


def test_unmet_demand(read, case):
    other = PracticeFactory(name="Rail corridor")
    PartnershipRequestFactory(opened=True, practices=[case.practices.get(), other])
    rows = read("/es/monitoring/").select("#gaps tbody th")
    assert [row.text for row in rows] == ["ES Parcels by bus", "Rail corridor"]
    assert [len(row.select("[lang=en]")) for row in rows] == [0, 1]


def test_practices_that_cities_adopted(read, case):
    other = PracticeFactory(name="Rail corridor")
    for practice in (case.practices.get(), other):
        ExperienceFactory(subject=practice)
    rows = read("/es/monitoring/").select("#adopted tbody th")
    assert [row.text for row in rows] == ["ES Parcels by bus", "Rail corridor"]
    assert [len(row.select("[lang=en]")) for row in rows] == [0, 1]


def test_practices_by_which_the_board_is_filtered(read, case):
    OfferFactory(practices=[case.practices.get()])
    OfferFactory(practices=[PracticeFactory()])
    [link] = read("/es/partnerships/").select("a[href='?practice=parcels']")
    assert link.text.startswith("ES Parcels by bus")
    assert link.select("[lang]") == []


def test_experiences_of_a_city_and_of_a_member(read, case, member):
    row = ExperienceFactory(subject=case.practices.get(), author=member)
    for path in (row.city.get_absolute_url(), member.get_absolute_url()):
        page = read(f"/es{path}")
        [link] = page.select(f"main a[href$='#experience-{row.pk}']")
        assert (link.text, link.select("[lang]")) == ("ES Parcels by bus", [])
        assert "lang" not in link.attributes


def test_the_subject_of_a_comment(client, case, member):
    client.force_login(member)
    comment = CommentFactory(subject=case, author=member)
    for language, text in [("/es", "ES Rural parcels"), ("/fr", "Rural parcels")]:
        page = page_of(client.get(f"{language}/comments/{comment.pk}/withdraw/").text)
        assert page.one(".crumbs a").text == text


def test_subjects_of_the_chapters_of_a_webinar(read, case):
    webinar = WebinarFactory(announced=True)
    webinar.chapters.create(title="A case", seconds=0, case=case)
    webinar.chapters.create(title="A practice", seconds=60, practice=case.practices.get())
    page = read(f"/es{webinar.get_absolute_url()}")
    assert "ES Rural parcels" in page.main.text
    assert "ES Parcels by bus" in page.main.text


def test_subjects_of_a_partnership(read, case):
    partnership = PartnershipFactory(inspired_by=case, is_public=True)
    partnership.practices.add(case.practices.get())
    page = read(f"/es{partnership.get_absolute_url()}")
    for row in (case, case.practices.get()):
        [link] = page.select(f"main dd a[href='/es{row.get_absolute_url()}']")
        assert link.text.strip().startswith("ES ")
        assert "lang" not in link.attributes


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
