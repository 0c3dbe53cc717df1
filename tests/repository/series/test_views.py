"""The page of a series: its report worked out again, and what is counted, as of yesterday."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository.models import CountKind, ExternalKind
from repository.pages import editions
from repository.pages.editions import forget_all
from tests.community.webinars.surveys.surveys import register
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    DailyCountFactory,
    EvidenceFactory,
    ExternalFigureFactory,
    OrganizationFactory,
    PartnershipFactory,
    ReferenceFactory,
    SeriesFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db
PATH = "/series/talks/"


@pytest.fixture
def yesterday():
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def series():
    return SeriesFactory(
        slug="talks",
        title="Talks of cities",
        summary="Cities talk.",
        organizers=[OrganizationFactory(name="UNOSSC")],
    )


@pytest.fixture
def webinar(series, yesterday):
    return WebinarFactory(series=series, number=1, slug="one", title="By rail", date=yesterday)


def fill(series, webinar, yesterday, *, times=1):
    """Something of all that the page tells."""
    for _turn in range(times):
        country = CountryFactory()
        register(webinar, 6, country=country, city=CityFactory(country=country), gender="woman")
        other = WebinarFactory(series=series, date=yesterday)
        register(other, 7)
        DailyCountFactory(webinar=other, day=yesterday)
        ExternalFigureFactory(webinar=other, day=yesterday)
        EvidenceFactory(
            series=series, case=None, group="Survey", webinar=other, reference=ReferenceFactory()
        )
        case = CaseStudyFactory(published=True, webinars=[other])
        old = PartnershipFactory(is_public=True, inspired_by=case)
        type(old).objects.update(created_at=timezone.now() - timedelta(days=3))


def file_of(client, key):
    response = client.get(f"{PATH}{key}.csv")
    assert response.status_code == 200
    return list(csv.reader(response.content.decode("utf-8-sig").splitlines()))


def test_show_figures_of_the_report_with_their_arithmetic(read, series, webinar):
    row = {"series": series, "case": None, "group": "Survey"}
    EvidenceFactory(**row, label="were women", value=Decimal(51), unit="%")
    EvidenceFactory(
        **row, label="knew more", value=None, numerator=1352, denominator=1500, stated="91 %"
    )
    page = read(PATH)
    assert [row.text for row in page.one("[aria-labelledby=sums]").select("li")] == [
        "Does not add up: knew more 1,352 ÷ 1,500 = 90.1 %. The source prints 91 %, which would be "
        "1,358 to 1,372 of 1,500.",
        "were women 51 % of 1,500 is between 758 and 772, because the source rounds the share.",
    ]
    assert ("Webinar 1, By rail", "/webinars/one/") in page.main.links


def test_count_what_was_opened_up_to_yesterday(client, read, series, webinar, yesterday):
    before = yesterday - timedelta(days=4)
    for kind, day, number in [
        *[(CountKind.VIEW, before, 30), (CountKind.VIEW, yesterday, 12)],
        *[(CountKind.PLAYBACK, yesterday, 4), (CountKind.SLIDES, yesterday, 2)],
        (CountKind.VIEW, timezone.localdate(), 99),
    ]:
        DailyCountFactory(webinar=webinar, kind=kind, day=day, number=number)
    DailyCountFactory(day=yesterday)
    assert file_of(client, "opened") == [
        [
            *["Webinar", "clicks on the slides", "clicks on the recording", "page views"],
            "As of",
        ],
        ["Webinar 1", "2", "4", "42", yesterday.isoformat()],
    ]
    assert file_of(client, "overview")[1:] == [
        ["page views on this site", "42", yesterday.isoformat()],
        ["clicks on the recording on this site", "4", yesterday.isoformat()],
        ["clicks on the slides on this site", "2", yesterday.isoformat()],
    ]
    assert "42 page views on this site" in read(PATH).main.lines


def test_show_the_latest_number_of_each_platform(client, series, webinar, yesterday):
    other = WebinarFactory(series=series, number=2)
    earlier = yesterday - timedelta(days=9)
    for figure in (
        {"webinar": webinar, "platform": "Channel", "value": 100, "day": earlier},
        {"webinar": webinar, "platform": "Channel", "value": 150, "day": yesterday},
        {"webinar": other, "platform": "Channel", "value": 30, "day": earlier},
        {"webinar": webinar, "platform": "Radio", "value": 7, "day": yesterday},
        {"webinar": None, "series": series, "platform": "Radio", "value": 20, "day": earlier},
        {"webinar": webinar, "platform": "Late", "value": 9, "day": timezone.localdate()},
        {"webinar": WebinarFactory(series=series, draft=True), "platform": "Draft"},
        {"platform": "Foreign"},
    ):
        ExternalFigureFactory(**{"kind": ExternalKind.LIVE, "day": earlier} | figure)
    assert [row[:3] for row in file_of(client, "platforms")[1:]] == [
        ["live views", "Channel", "180"],
        ["live views", "Radio", "20"],
    ]
    assert [(row[1], row[2], row[5]) for row in file_of(client, "elsewhere")[1:]] == [
        ("Channel", "Webinar 1", "150"),
        ("Channel", "Webinar 2", "30"),
        ("Radio", "the series", "20"),
        ("Radio", "Webinar 1", "7"),
    ]


def test_show_registrations_and_resulting_partnerships(client, read, series, webinar, yesterday):
    fill(series, webinar, yesterday)
    forget_all()
    assert [row[:2] for row in file_of(client, "overview")[1:4]] == [
        ["registrations for past webinars", "13"],
        ["country or area represented", "1"],
        ["city represented", "1"],
    ]
    assert [row[:2] for row in file_of(client, "partnerships")[1:]] == [
        ["partnerships inspired by a case in this series", "1"]
    ]
    lines = read(PATH).main.lines
    assert "Registrations by place" in lines
    assert "women" in lines


def test_show_the_same_numbers_on_the_page_and_in_the_files(
    client, read, series, webinar, yesterday
):
    fill(series, webinar, yesterday, times=3)
    forget_all()
    lines = read(PATH).main.lines
    keys = ["registrations", "gender", "countries", "cities", "opened", "platforms"]
    for key in keys:
        for row in file_of(client, key)[1:]:
            assert row[0] in " ".join(lines)
            assert f"{int(row[-2]):,}" in lines


def test_answer_404_where_there_is_nothing(client, series):
    assert client.get("/series/none/").status_code == 404
    # A series of drafts alone is not public.
    WebinarFactory(series=series, draft=True)
    assert client.get(PATH).status_code == 404
    assert client.get(f"{PATH}overview.csv").status_code == 404
    WebinarFactory(series=series)
    assert client.get(PATH).status_code == 200
    assert client.get(f"{PATH}none.csv").status_code == 404
    assert client.post(PATH).status_code == 405


@pytest.mark.parametrize("path", [PATH, f"{PATH}opened.csv"])
def test_answer_304_until_the_next_day(client, pages, monkeypatch, series, webinar, path):
    first = client.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, headers=known).status_code == 304
    assert len(queries) == 1
    DailyCountFactory(webinar=webinar, day=timezone.localdate())
    assert client.get(path, headers=known).status_code == 304
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(editions.timezone, "localdate", lambda: tomorrow)
    again = client.get(path, headers=known)
    assert (again.status_code, "7" in again.text) == (200, True)


def test_ask_the_same_queries_for_little_and_much(client, series, webinar, yesterday):
    fill(series, webinar, yesterday)

    def queries():
        forget_all()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PATH).status_code == 200
        return len(asked)

    few = queries()
    fill(series, webinar, yesterday, times=3)
    assert (queries(), few <= 13) == (few, True)


def test_link_the_series_on_webinars_and_the_home_page(read, series, webinar):
    EvidenceFactory(series=series, case=None, is_headline=True)
    for path in ("/", "/webinars/"):
        assert PATH in [url for _name, url in read(path).main.links]
    assert ("Talks of cities", PATH) in read("/webinars/one/").main.links


def test_distinguish_organisers_and_supporters(read, series, webinar):
    series.supporters.add(OrganizationFactory(name="CICETE"))
    series.framework = "Cities Project"
    series.save()
    said = "Organised by: UNOSSC. Supported by: CICETE. Part of: Cities Project."
    assert any(line.endswith(said) for line in read(PATH).main.lines)
    assert any(line.endswith(said) for line in read("/webinars/").main.lines)
