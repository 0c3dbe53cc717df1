import pytest

from tests.factories import (
    CaseStudyFactory,
    GlossaryTermFactory,
    RecommendationFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db


def test_list_recommendations_then_actions(read):
    series = SeriesFactory()
    case = CaseStudyFactory(published=True, title="Trains", slug="trains")
    RecommendationFactory(
        series=series, slug="act", kind="action", number=1, title="Act", body="", summary=""
    )
    RecommendationFactory(
        series=series,
        slug="second",
        kind="policy",
        number=2,
        title="Second",
        summary="",
        body="",
    )
    RecommendationFactory(
        series=series,
        slug="one-window",
        kind="policy",
        number=1,
        title="One window",
        summary="In one place.",
        body="One **form**.",
        place="Chapter III",
        cases=[case, CaseStudyFactory(title="Draft")],
    )
    page = read("/recommendations/")
    assert page.main.lines[2:] == [
        "Policy recommendations",
        "1",
        "One window",
        "In one place.",
        "One form.",
        "In the report: Chapter III",
        "Related cases: Trains",
        "2",
        "Second",
        "Action points",
        "1",
        "Act",
    ]
    assert page.main.links == [
        ("One window", "/recommendations/one-window/"),
        ("Trains", "/cases/trains/"),
        ("Second", "/recommendations/second/"),
        ("Act", "/recommendations/act/"),
    ]
    # Addresses of before lead to the same place.
    assert "One window" in page.one("#one-window").text


def test_show_a_recommendation_with_its_cases(read):
    case = CaseStudyFactory(published=True, title="Trains", slug="trains")
    RecommendationFactory(
        slug="one-window",
        kind="policy",
        number=1,
        title="One window",
        summary="In one place.",
        body="One **form**.",
        place="Chapter III",
        cases=[case, CaseStudyFactory(title="Draft")],
    )
    page = read("/recommendations/one-window/")
    assert page.main.lines[:10] == [
        "Recommendations",
        "Policy recommendation 1",
        "One window",
        "In one place.",
        "Save",
        "One form.",
        "In the report: Chapter III",
        "Related cases",
        "Selected by the editors",
        "Trains",
    ]
    assert ("Trains", "/cases/trains/") in page.main.links
    read("/recommendations/two-windows/", 404)


def test_mark_the_first_use_of_a_term(read):
    GlossaryTermFactory(slug="window", term="single window")
    RecommendationFactory(slug="one-window", body="A Single Window, a single window.")
    assert (
        read("/recommendations/one-window/").main.links.count(
            ("Single Window", "/glossary/#window")
        )
        == 1
    )


def test_list_no_recommendation(read):
    assert [url for _name, url in read("/recommendations/").main.links] == ["/cases/"]


def test_turn_pages_of_recommendations(read):
    series = SeriesFactory()
    for number in range(1, 22):
        RecommendationFactory(series=series, number=number)
    page = read("/recommendations/?page=2")
    assert [row.number for row in page.response.context["page"].object_list] == [21]
