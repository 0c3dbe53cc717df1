from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.models import Webinar
from repository.pages.editions import forget_all
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    ThemeFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def test_show_purpose_and_numbers(read):
    theme = ThemeFactory(slug="customs", name="Customs")
    series = SeriesFactory(
        title="The 2020 series", report=ReferenceFactory(authors=[{"literal": "UNOSSC"}], year=2021)
    )
    for title, code in [("First", "BR"), ("Second", "BJ")]:
        CaseStudyFactory(
            published=True,
            title=title,
            themes=[theme],
            countries=[CountryFactory(iso2=code, region=code)],
        )
    AppearanceFactory(webinar__series=series)
    PracticeFactory()
    EvidenceFactory(case=None, series=series, value=4874930, label="views", is_headline=True)
    EvidenceFactory(case=None, series=series, value=3, label="platforms")
    EvidenceFactory(case=None, series=series, value=None, is_missing=True, is_headline=True)
    page = read("/")
    assert page.main.lines[0] == "What one city learned, another can use"
    assert [card.text for card in page.select("main .tile h3")] == ["Second", "First"]
    assert page.one(".talks").text == "1 talk in 1 webinar"
    assert page.one(".series-figures").text == "4,874,930 views one mark: 100,000"
    [door] = page.select(".doors a")
    assert door["href"] == "/cases/?theme=customs&theme=governance"
    assert door.one("em").text.split()[0] == "2"


def test_name_samples_apart_in_the_counts(read):
    theme = ThemeFactory(slug="customs", name="Customs")
    for region, is_sample in [("Africa", False), ("Africa", True), ("Asia", True)]:
        country = CountryFactory(region=region)
        CaseStudyFactory(published=True, themes=[theme], countries=[country], is_sample=is_sample)
        AppearanceFactory(webinar__series=SeriesFactory(is_sample=is_sample))
    page = read("/")
    assert page.one(".doors em").text == "1 case + 2 samples"
    assert page.one('.head a[href="/cases/"]').text == "1 case + 2 samples"
    assert read("/cases/").one(".head p:first-child").text == "1 case + 2 samples"
    context = page.response.context
    counts = ("region_count", "webinar_count", "talk_count")
    assert [context[count] for count in counts] == [1, 1, 1]
    assert not context["series"].is_sample
    # They can be read all the same, after the others.
    shown = [card.case for card in (context["first"], *context["cards"])]
    assert [case.is_sample for case in shown] == [False, True, True]


@pytest.mark.parametrize(
    ("talks", "webinars", "text"),
    [
        (2, 1, "2 talks in 1 webinar"),
        (1, 2, "1 talk in 2 webinars"),
        (2, 2, "2 talks in 2 webinars"),
    ],
)
def test_pluralize_talks_and_webinars_separately(read, talks, webinars, text):
    rooms = WebinarFactory.create_batch(webinars, series=SeriesFactory())
    for number in range(talks):
        AppearanceFactory(webinar=rooms[number % webinars])
    assert read("/").one(".talks").text == text


def test_query_count_does_not_grow_with_figures(client):
    series = WebinarFactory(series=SeriesFactory()).series

    def queries() -> int:
        EvidenceFactory(case=None, series=series, is_headline=True, reference=ReferenceFactory())
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return len(asked)

    queries()  # What is kept for an edition.
    assert len({queries() for _figure in range(3)}) == 1


def test_show_the_newest_cases(read):
    for number in range(8):
        CaseStudyFactory(published=True, title=f"Case {number}")
    context = read("/").response.context
    assert [card.case.title for card in (context["first"], *context["cards"])] == [
        f"Case {number}" for number in (7, 6, 5, 4, 3, 2, 1)
    ]


def test_show_the_purpose_in_french(read):
    page = read("/fr/")
    assert page.document.css_first("html").attributes["lang"] == "fr"
    assert page.one("h1").text != read("/").one("h1").text


def test_link_practices_on_an_empty_collection(read):
    page = read("/")
    assert ("All practices", "/practices/") in page.main.links
    assert "Themes" not in page.main.lines


def test_show_places_on_the_map(read):
    zhengzhou = CityFactory(slug="zhengzhou", latitude=34.75, longitude=113.63)
    CaseStudyFactory(published=True, cities=[zhengzhou])
    assert {mark["href"] for mark in read("/").select("svg a")} == {"/cities/zhengzhou/"}


def test_show_the_next_webinar(read):
    WebinarFactory(announced=True, title="Later", starts_at=datetime(2098, 3, 28, 9, tzinfo=UTC))
    WebinarFactory(
        announced=True, title="Next", slug="next", starts_at=datetime(2098, 1, 5, 9, tzinfo=UTC)
    )
    page = read("/")
    assert page.main.after("Next webinar", 3) == [
        "Next",
        "Sunday 5 January 2098, 12:00 Africa/Nairobi (UTC+03:00) · 09:00 UTC",
        "How a city opened its port to small traders.",
    ]
    assert ("Next", "/webinars/next/") in page.main.links
    Webinar.objects.filter(slug="next").update(status="live")
    forget_all()
    assert read("/").main.after("Live now") == ["Next"]
