from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    CaseStudyFactory,
    EvidenceFactory,
    LandscapeSectionFactory,
    ReferenceFactory,
    SeriesFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def test_list_works_with_the_cases_that_cite_them(read):
    work = ReferenceFactory(
        key="b-2020",
        title="On trains",
        authors=[{"family": "Li", "given": "C."}],
        year=2020,
        publisher="The Press",
        doi="10.1000/1",
        accessed=date(2021, 2, 1),
        note="In Chinese.",
        url="https://example.org/trains",
    )
    ReferenceFactory(key="a", title="Unsigned", authors=[], year=None, publisher="", url="")
    for title in ("Old", "New"):
        CaseStudyFactory(published=True, title=title, references=[work], slug=title.lower())
    CaseStudyFactory(title="Draft", references=[work])
    page = read("/references/")
    assert page.main.lines[2:] == [
        "(no date). Unsigned.",
        "Li, C. (2020). On trains. The Press. doi:10.1000/1. Accessed 1 February 2021. In Chinese. "
        "Cited by: New, Old",
    ]
    assert page.main.links == [
        ("On trains", "https://example.org/trains"),
        ("doi:10.1000/1", "https://doi.org/10.1000/1"),
        ("New", "/cases/new/"),
        ("Old", "/cases/old/"),
    ]
    assert "On trains" in page.one("#b-2020").text


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Will it last?", "Will it last?"), ("Trade, etc.", "Trade, etc."), ("Trade", "Trade.")],
)
def test_end_a_title_once(title, shown, read):
    ReferenceFactory(title=title, authors=[], year=None, publisher="", url="")
    assert read("/references/").main.lines[2:] == [f"(no date). {shown}"]


def test_list_no_work(read):
    assert read("/references/").main.lines[2:] == ["No sources yet.", "All cases"]


def test_turn_pages_of_works(read):
    for number in range(101):
        ReferenceFactory(key=f"work-{number:03}")
    page = read("/references/?page=2")
    assert [work.key for work in page.response.context["page"].object_list] == ["work-100"]


def test_list_all_kinds_of_pages_that_cite_a_work(read):
    work = ReferenceFactory(key="work")
    cited = CaseStudyFactory(published=True, title="By its list", references=[work])
    EvidenceFactory(case=cited, reference=work)
    EvidenceFactory(case=CaseStudyFactory(published=True, title="By a figure"), reference=work)
    EvidenceFactory(case=CaseStudyFactory(title="A draft"), reference=work)
    LandscapeSectionFactory(title="The regions", slug="regions", references=[work])
    section = LandscapeSectionFactory(title="The gaps", slug="gaps")
    EvidenceFactory(case=None, section=section, reference=work)
    WebinarFactory(series=SeriesFactory(title="Talks", slug="talks", report=work))
    EvidenceFactory(case=None, series=SeriesFactory(title="Of drafts"), reference=work)
    page = read("/references/")
    assert page.main.lines[-1].split("Cited by: ")[1] == (
        "By its list, The regions, Talks, By a figure, The gaps"
    )
    assert ("The gaps", "/landscape/#gaps") in page.main.links
    assert ("Talks", "/series/talks/") in page.main.links


def test_ask_the_same_queries_for_any_number_of_series():
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert Client().get("/references/").status_code == 200
        return len(found)

    def series_with_report() -> None:
        WebinarFactory(series=SeriesFactory(report=ReferenceFactory()))

    series_with_report()
    Client().get("/references/")  # What is kept for an edition is computed here.
    once = queries()
    for _number in range(2):
        series_with_report()
    Client().get("/references/")
    assert queries() == once
