import json
import re
from datetime import date

import pytest

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
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return SeriesFactory(
        title="The 2020 series",
        summary="Cities talk.",
        start=date(2020, 8, 14),
        end=date(2020, 12, 4),
        organizers=[OrganizationFactory(name="UNOSSC"), OrganizationFactory(name="CATIS")],
    )


def test_list_webinars_in_their_order(read, series):
    second = WebinarFactory(series=series, number=2, title="By sea", summary="Ships.", slug="sea")
    first = WebinarFactory(series=series, number=1, title="By rail", summary="Trains.")
    first.recording = "https://example.org/film"
    first.save()
    for position, name in enumerate(["Sun Qi", "Ana Sol"]):
        AppearanceFactory(webinar=first, speaker=SpeakerFactory(name=name), position=position)
    work = ReferenceFactory(authors=[{"literal": "UNOSSC"}], year=2021)
    EvidenceFactory(case=None, series=series, value=249, label="downloads", reference=work)
    EvidenceFactory(case=None, series=series, value=None, is_missing=True, label="views")
    page = read("/webinars/")
    assert page.lines == [
        "Webinars",
        "The 2020 series",
        "Cities talk.",
        "14 August 2020 to 4 December 2020. Organised by: CATIS, UNOSSC.",
        "1",
        "By rail",
        "Trains.",
        "Sun Qi, Ana Sol · with recording",
        "2",
        "By sea",
        "Ships.",
        "The series in figures",
        "Further figures",
        "249",
        "downloads",
        "Source: UNOSSC (2021)",
        "Figures whose data the source does not hold: views.",
    ]
    assert ("By sea", f"/webinars/{second.slug}/") in page.links


def test_list_no_webinar(read):
    page = read("/webinars/")
    assert page.lines == ["Webinars", "No webinar is listed yet.", "All cases"]
    assert page.links == [("All cases", "/cases/")]


def test_list_series_of_which_little_is_known(read):
    series = SeriesFactory(title="A series", summary="", start=date(2020, 8, 14))
    WebinarFactory(series=series, number=1, title="By rail", summary="Trains.")
    assert read("/webinars/").lines == ["Webinars", "A series", "1", "By rail", "Trains."]


def test_turn_pages_of_webinars(read, series):
    for number in range(1, 32):
        WebinarFactory(series=series, number=number)
    page = read("/webinars/?page=2")
    assert [webinar.number for webinar in page.response.context["page"].object_list] == [31]


def test_show_webinar(read, series):
    practice = PracticeFactory(name="Rail corridor")
    webinar = WebinarFactory(
        series=series,
        number=7,
        slug="by-rail",
        title="By rail",
        summary="Trains.",
        date=date(2020, 9, 30),
        cities=[CityFactory(name="Zhengzhou")],
        countries=[CountryFactory(iso2="BY")],
        practices=[practice],
    )
    webinar.recording, webinar.slides = "https://example.org/film", "https://example.org/slides"
    webinar.save()
    AppearanceFactory(
        webinar=webinar, speaker=SpeakerFactory(name="Sun Qi"), honorific="Ms.", title="Director"
    )
    CaseStudyFactory(published=True, title="Trains", webinars=[webinar])
    CaseStudyFactory(title="Draft", webinars=[webinar])
    page = read("/webinars/by-rail/")
    assert page.lines == [
        "Webinars",
        "Webinar 7",
        "By rail",
        "Trains.",
        "Speakers",
        "Ms. Sun Qi",
        "Director",
        "Cases that came of it",
        "Trains",
        "A city cut the days at the border from twenty to three.",
        "Date",
        "30 September 2020",
        "Recording",
        "Watch the recording",
        "Slides",
        "Open the slides",
        "Tags",
        "Propose a tag",
        "Series",
        "The 2020 series",
        "Places",
        "ZhengzhouBelarus",
        "Practices",
        "Rail corridor",
        "Discussion",
        "Nobody has said anything yet. What would help others who read this?",
        "Sign in to take part",
    ]
    assert ("Watch the recording", "https://example.org/film") in page.links
    html = page.response.content.decode()
    schema = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert (schema["@type"], schema["startDate"]) == ("Event", "2020-09-30")


def test_say_what_is_not_known_of_a_webinar(read, series):
    WebinarFactory(series=series, slug="by-rail")
    page = read("/webinars/by-rail/")
    assert page.after("Date", 3) == [
        "not recorded; the series ran from 14 August 2020 to 4 December 2020",
        "Recording",
        "no link known",
    ]
    assert "Speakers" not in page.lines


def test_say_that_no_date_is_known_at_all(read):
    WebinarFactory(slug="by-rail")
    assert read("/webinars/by-rail/").after("Date") == ["not recorded"]


def test_answer_404_for_an_unknown_webinar(client):
    assert client.get("/webinars/unknown/").status_code == 404
