"""Staff enter what other platforms count: a number, its day and where it can be checked."""

import pytest
from django.db import IntegrityError, transaction

from repository.models import Edition, ExternalFigure
from tests.factories import ExternalFigureFactory, SeriesFactory, WebinarFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
ADD = "/admin/repository/externalfigure/add/"


def form(**more):
    return {
        "platform": "Video channel",
        "kind": "live",
        "day": "2026-11-01",
        "value": "1200",
        "source": "Statistics page",
    } | more


def test_enter_a_figure_of_a_webinar(client, moderator):
    webinar = WebinarFactory()
    client.force_login(moderator)
    response = client.post(ADD, form(webinar=webinar.pk))
    assert response.status_code == 302
    figure = ExternalFigure.objects.get()
    assert (figure.webinar, figure.series, figure.value) == (webinar, None, 1200)
    assert list(figure.events.values_list("pgh_label", "value")) == [("insert", 1200)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"webinar": "", "series": ""}, "Choose either a webinar or a series."),
        ({"value": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"source": ""}, "This field is required."),
        (
            {"day": "2999-12-31"},
            "The date must not be in the future.",
        ),
        (
            {"platform": "Old channel"},
            "There is already a figure from this platform for that day. Edit it instead.",
        ),
    ],
)
def test_refuse_a_figure_that_cannot_be(client, moderator, more, words):
    webinar = WebinarFactory()
    ExternalFigureFactory(webinar=webinar, platform="Old channel")
    client.force_login(moderator)
    response = client.post(ADD, form(webinar=webinar.pk) | more)
    assert response.status_code == 200
    assert words in page_of(response).errors
    assert ExternalFigure.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"webinar": None},
        {"kind": "applause"},
        {"platform": ""},
        {"source": ""},
        {"value": -1},
        {"series": True},
    ],
)
def test_keep_figures_whole_in_the_database(wrong):
    if wrong.get("series"):
        wrong = {"series": SeriesFactory()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalFigureFactory(**wrong)


def test_keep_one_number_of_a_platform_and_a_day():
    figure = ExternalFigureFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalFigureFactory(webinar=figure.webinar)
    series = SeriesFactory()
    ExternalFigureFactory(series=series, webinar=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalFigureFactory(series=series, webinar=None)


@pytest.mark.django_db(transaction=True)
def test_refresh_pages_when_a_figure_is_entered():
    Edition.objects.get_or_create(pk=1)
    webinar = WebinarFactory()
    before = Edition.objects.get().number
    ExternalFigureFactory(webinar=webinar)
    assert Edition.objects.get().number == before + 1
