import pytest

from repository.site_pages.loading import load_site_pages
from tests.factories import EvidenceFactory, ReferenceFactory, SeriesFactory, WebinarFactory
from tests.repository.content import report_text
from tests.repository.content.shared_text import shared_runs

pytestmark = pytest.mark.django_db


def test_show_where_the_collection_comes_from(read):
    page = read("/about/")
    headings = [
        "Aims",
        "Organisers and foreword",
        "Findings by region",
        "Partnerships after the webinars",
        "How the collection is made",
        "Rights",
    ]
    assert [line for line in page.main.lines if line in headings] == headings
    assert page.main.lines[2].endswith(
        "It is not an official site of the United Nations, nor of any organisation named here."
    )
    for heading, words in [
        ("Organisers and foreword", "and supported by the China International Center"),
        (
            "Partnerships after the webinars",
            "15 participants answered that they had brokered partnerships",
        ),
        ("Rights", "copyright UNOSSC/UNDP, all rights reserved"),
        # Sentences of the editors have up to 14 words in a row of the report.
        ("Rights", "The editors write the sentences, some of which share a phrase"),
    ]:
        (text,) = page.main.after(heading, 1)
        assert words in text
    (text,) = page.main.after(page.main.after("Organisers and foreword", 1)[0], 1)
    assert "Zhang Wei, Chief Advisor of CATIS" in text


def test_show_the_figures_of_the_series_with_its_report(read):
    report = ReferenceFactory(key="report", title="Innovative Experiences")
    series = WebinarFactory(series=SeriesFactory(title="Talks", report=report)).series
    EvidenceFactory(
        case=None, series=series, label="told of a partnership", value=15, unit="persons"
    )
    page = read("/about/")
    assert page.one(".drawn p").text == "15 people told of a partnership"
    assert ("Talks", series.get_absolute_url()) in page.main.links
    assert ("Innovative Experiences", "/references/#report") in page.main.links


def test_share_no_run_of_words_with_the_report_but_names_and_a_quotation(read):
    runs = report_text.read(report_text.RUNS)
    found = [run for line in read("/about/").main.lines for run in shared_runs(line, runs)]
    quoted = (
        "establishing an online repository of knowledge and a community of practice of policy "
        "makers practitioners and researchers in promoting e commerce and digital innovation"
    )
    assert [run for run in found if run not in quoted] == []


def test_show_the_title_in_french(read):
    load_site_pages()
    page = read("/fr/about/")
    assert page.one("h1").text == "À propos"
    assert page.one("body > footer").link("À propos") == "/fr/about/"
