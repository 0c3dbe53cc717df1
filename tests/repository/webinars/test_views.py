from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from repository.models import Chapter, Webinar
from repository.pages.editions import forget_all
from repository.webinars import views
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
from tests.page import page_of

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
    lines = page.main.lines
    assert lines[lines.index("Past webinars") :] == [
        "Past webinars",
        "The 2020 series",
        "Cities talk.",
        "14 August 2020 to 4 December 2020. Organised by: CATIS, UNOSSC.",
        "1",
        "By rail",
        "Trains.",
        "Sun Qi, Ana Sol · recording available",
        "2",
        "By sea",
        "Ships.",
        "The series in figures",
        "More figures",
        "249 downloads",
        "Source: UNOSSC (2021)",
        "Charts in the source whose data are not available: views.",
        "All figures of the series",
    ]
    assert ("By sea", f"/webinars/{second.slug}/") in page.main.links


def test_list_no_webinar(read):
    page = read("/webinars/")
    assert page.main.select(".empty")
    assert page.main.links[-1] == ("All cases", "/cases/")
    assert not page.select("#coming, #past")


def test_list_a_series_with_little_information(read):
    series = SeriesFactory(title="A series", summary="", start=date(2020, 8, 14))
    WebinarFactory(series=series, number=1, title="By rail", summary="Trains.")
    lines = read("/webinars/").main.lines
    assert lines[lines.index("A series") :] == ["A series", "1", "By rail", "Trains."]


def test_paginate_webinars(read, series):
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
    assert page.main.lines == [
        "Webinars",
        "Webinar 7",
        "By rail",
        "Trains.",
        "Save",
        "Speakers",
        "SQ",
        "Ms. Sun Qi",
        "Director",
        "Cases inspired by this webinar",
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
        "Cities and countries",
        "Zhengzhou Belarus",
        "Practices",
        "Rail corridor",
        "Questions and discussion",
        "No questions yet. Ask the speakers a question.",
        "Sign in to comment",
    ]
    assert ("Watch the recording", "/webinars/by-rail/recording/") in page.main.links
    [schema] = page.json_ld
    assert (schema["@type"], schema["startDate"]) == ("Event", "2020-09-30")


def test_show_what_is_not_known_of_a_webinar(read, series):
    WebinarFactory(series=series, slug="by-rail")
    page = read("/webinars/by-rail/")
    assert page.main.after("Date", 3) == [
        "unknown; the series ran from 14 August 2020 to 4 December 2020",
        "Recording",
        "no known link",
    ]
    assert "Speakers" not in page.main.lines


def test_show_that_no_date_is_known(read):
    WebinarFactory(slug="by-rail")
    assert read("/webinars/by-rail/").main.after("Date") == ["unknown"]


def test_answer_404_for_an_unknown_webinar(client):
    assert client.get("/webinars/unknown/").status_code == 404


@pytest.fixture
def planned(series):
    """One that is announced: in Nairobi on another day than by UTC."""
    webinar = WebinarFactory(
        announced=True,
        series=series,
        number=16,
        slug="by-river",
        title="By river",
        summary="Barges.",
        starts_at=datetime(2098, 3, 27, 23, 30, tzinfo=UTC),
        languages=["en", "fr"],
        interpretation=["zh"],
        capacity=50,
        meeting_link="https://example.org/room",
        cases=[CaseStudyFactory(published=True, title="Barges", slug="barges")],
    )
    webinar.cases.add(CaseStudyFactory(title="Draft"))
    return webinar


def test_list_upcoming_webinars_first(read, series, planned, django_assert_max_num_queries):
    WebinarFactory(series=series, number=1, title="By rail", summary="Trains.")
    WebinarFactory(
        series=SeriesFactory(title="Others"), number=2, title="By sea", summary="Ships.",
        planned=True, status="cancelled", cancelled_because="A storm.",
        starts_at=datetime(2098, 1, 5, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    sooner = WebinarFactory(announced=True, series=series, number=17, title="By air", summary="")
    AppearanceFactory(webinar=sooner, speaker=SpeakerFactory(name="Sun Qi"))
    forget_all()
    # As many as a list may ask.
    with django_assert_max_num_queries(8):
        lines = read("/webinars/").main.lines
    assert lines.index("By air") < lines.index("By river") < lines.index("By sea")
    page = read("/webinars/")
    assert [day.text for day in page.select(".coming .day")][1] == "Fri 28 Mar 2098"
    assert page.select(".coming .faces")[0].text.split()[-2:] == ["Sun", "Qi"]
    assert page.select(".coming h3 a")[1]["href"] == "/webinars/by-river/"
    assert "/feeds/webinars.ics" in [href for _text, href in page.main.links]
    past = lines[lines.index("Past webinars") :]
    assert past.index("By sea") < past.index("By rail")
    assert "Cancelled · Sunday 5 January 2098, 12:00 Africa/Nairobi (UTC+03:00) · 09:00 UTC" in past


def test_list_no_upcoming_webinar_as_past(read, series, monkeypatch):
    """Also if there are more than the list shows."""
    monkeypatch.setattr(views, "MAX_COMING", 2)
    WebinarFactory(series=series, title="Held")
    for days in (1, 2):
        start = timezone.now() + timedelta(days=days)
        WebinarFactory(announced=True, series=series, title=f"Day {days}", starts_at=start)
    more = (
        "More webinars are announced. Find them in the calendar and on the pages of their series."
    )
    assert more not in read("/webinars/").main.lines
    start = timezone.now() + timedelta(days=3)
    WebinarFactory(announced=True, series=series, title="Day 3", starts_at=start)
    forget_all()
    page = read("/webinars/")
    assert [link.text for link in page.select(".coming h3 a")] == ["Day 1", "Day 2"]
    assert more in page.main.lines
    past = page.one("[aria-labelledby=past]").text
    assert ("Held" in past, "Day" in past) == (True, False)


def test_show_the_time_for_a_script_to_translate(read, planned):
    """The same for every reader: the browser fills in the time of its own time zone."""
    for path in ("/webinars/", "/webinars/by-river/"):
        page = read(path)
        line = page.one("[data-local-time]")
        assert (line["data-local-time"], line["hidden"]) == ("Africa/Nairobi", "")
        assert page.select("script[src*=local_time]")


def test_show_the_agenda_before_a_webinar(read, planned):
    """Chapters are its agenda until it is held, with the time in its zone."""
    Chapter.objects.create(webinar=planned, seconds=0, title="Welcome")
    Chapter.objects.create(webinar=planned, seconds=1800, title="Barges")
    page = read("/webinars/by-river/")
    assert [row["datetime"] for row in page.select(".agenda time")] == [
        "2098-03-28T02:30:00+03:00",
        "2098-03-28T03:00:00+03:00",
    ]
    Webinar.objects.update(status="cancelled", cancelled_because="A storm.")
    assert not read("/webinars/by-river/").select(".agenda")


def test_show_a_webinar_to_come(read, planned):
    page = read("/webinars/by-river/")
    assert page.one(".day").text == "Fri 28 Mar 2098"
    assert page.main.after("Length", 6) == [
        "90 minutes",
        "Languages",
        "English, French",
        "Interpretation into",
        "Chinese",
        "Tags",
    ]
    assert [link["href"].split("?")[0] for link in page.select(".calendars a")] == [
        "https://calendar.google.com/calendar/render",
        "https://outlook.live.com/calendar/0/deeplink/compose",
        "/webinars/by-river/calendar.ics",
    ]
    assert [time["datetime"] for time in page.select("time")] == [
        "2098-03-28T02:30+03:00",
        "2098-03-27T23:30Z",
        "2098-03-28T02:30:00+03:00",
    ]
    assert "example.org/room" not in page.html
    [schema] = page.json_ld
    assert {name: schema[name] for name in ("startDate", "endDate", "eventStatus", "location")} == {
        "startDate": "2098-03-28T02:30:00+03:00",
        "endDate": "2098-03-28T04:00:00+03:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {"@type": "VirtualLocation", "url": "http://testserver/webinars/by-river/"},
    }
    assert schema["inLanguage"] == ["en", "fr"]
    assert schema["maximumVirtualAttendeeCapacity"] == 50
    assert read("/cases/barges/").main.after("Discussed in") == ["Webinar 16, By river (upcoming)"]


def test_show_that_a_webinar_is_live_or_cancelled(read, planned):
    Webinar.objects.update(status="live")
    assert read("/webinars/by-river/").one("main .notice").text == "Live now"
    Webinar.objects.update(status="cancelled", cancelled_because="A storm.")
    page = read("/webinars/by-river/")
    assert page.main.lines[3:5] == ["Barges.", "Cancelled. A storm."]
    assert page.json_ld[0]["eventStatus"] == "https://schema.org/EventCancelled"


def test_refresh_pages_when_a_webinar_is_over(client, planned):
    """Nobody writes a row then: the pages know it by the clock."""
    end = timedelta(minutes=90)
    Webinar.objects.update(starts_at=timezone.now() - end + timedelta(hours=1), slug="by-river")
    paths = ["/", "/webinars/", "/webinars/by-river/"]
    tags = {path: client.get(path).headers["ETag"] for path in paths}
    for path, tag in tags.items():
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    with connection.cursor() as cursor:
        # As if an hour had passed: without triggers, no page learns of a change.
        cursor.execute("SET LOCAL session_replication_role = replica")
        Webinar.objects.update(starts_at=timezone.now() - end - timedelta(minutes=1))
        cursor.execute("SET LOCAL session_replication_role = origin")
    for path, tag in tags.items():
        page = page_of(client.get(path, headers={"if-none-match": tag}))
        assert page.status == 200
        assert {"Upcoming", "Next webinar"}.isdisjoint(page.lines)
