"""What the benchmark of a series fills in and tells, with few rows."""

import itertools

import pytest

from benchmarks import pages, registrations
from community.models import Registration, Survey, SurveyAnswer
from repository.models import DailyCount, ExternalFigure, Webinar
from tests.factories import CityFactory, SeriesFactory, WebinarFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(monkeypatch):
    monkeypatch.setattr(registrations, "DAYS", 3)
    series = SeriesFactory(slug=pages.MEASURED_SERIES)
    for number in (1, 2):
        WebinarFactory(series=series, number=number)
    CityFactory.create_batch(3)
    return series


def rows() -> list[int]:
    return [model.objects.count() for model in (Registration, DailyCount, ExternalFigure, Webinar)]


def test_fill_more_registrations_and_the_rest_once(series):
    registrations.fill(200)
    assert rows() == [200, 18, 6, 2 + pages.ANNOUNCED_WEBINARS]
    registrations.fill(100)
    assert rows() == [300, 18, 6, 2 + pages.ANNOUNCED_WEBINARS]
    assert not Registration.objects.filter(webinar__status="announced").exists()


def test_fill_answers_of_half_of_them_and_close_the_surveys(series, client):
    for number, answers in ((200, 100), (100, 150)):
        registrations.fill(number)
        assert (SurveyAnswer.objects.count(), Survey.objects.count()) == (answers, 2)
        seats = [survey.counts["seats"] for survey in Survey.objects.all()]
        assert sum(seats) == Registration.objects.count()
    assert "Did you learn something new?" in client.get(f"/series/{pages.MEASURED_SERIES}/").text


def test_report_time_of_counting(series):
    registrations.fill(200)
    told = registrations.measure()
    assert 0 < told["counting_median"] <= told["counting_slowest"]
    assert (told["registrations"], told["answers"]) == (200, 100)
    assert told["counting_queries"] <= 8


def test_register_each_member_once_for_each_webinar():
    turns = pages.registrations([{"cookie": "a"}, {"cookie": "b"}])
    found = [(poster["cookie"], path) for poster, path in itertools.islice(turns, 60)]
    assert found[:3] == [
        ("a", "/webinars/announced-0/register/"),
        ("b", "/webinars/announced-0/register/"),
        ("a", "/webinars/announced-1/register/"),
    ]
    assert len(set(found)) == 60
