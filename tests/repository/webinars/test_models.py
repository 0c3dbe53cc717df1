from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from repository.models import Webinar, WebinarStatus
from tests.factories import WebinarFactory

pytestmark = pytest.mark.django_db


def test_start_and_end_are_in_the_time_zone_of_the_webinar():
    webinar = WebinarFactory.build(
        starts_at=datetime(2027, 3, 28, 0, 30, tzinfo=UTC), minutes=90, time_zone="Europe/Berlin"
    )
    # In that night clocks go forward, at one o'clock by UTC.
    assert webinar.local_start.isoformat() == "2027-03-28T01:30:00+01:00"
    assert webinar.ends_at.astimezone(webinar.local_start.tzinfo).isoformat() == (
        "2027-03-28T04:00:00+02:00"
    )


def test_know_nothing_of_a_time_that_is_not_known():
    webinar = WebinarFactory.build()
    assert (webinar.local_start, webinar.ends_at, webinar.is_upcoming) == (None, None, False)


@pytest.mark.parametrize("status", WebinarStatus.values)
def test_take_registrations_while_it_can_be_attended(status):
    now = timezone.now()
    given = {"status": status, "cancelled_because": "Storm."}
    soon = WebinarFactory(planned=True, starts_at=now - timedelta(minutes=89), **given)
    WebinarFactory(planned=True, starts_at=now - timedelta(minutes=91), **given)
    later = WebinarFactory(planned=True, **given)
    is_open = status in ("announced", "live")
    assert list(Webinar.objects.upcoming()) == ([soon, later] if is_open else [])
    shown = [webinar.takes_registrations for webinar in Webinar.objects.order_by("pk")]
    assert shown == [is_open, False, is_open]


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "Asia/Kolkata\0", "UTC+5"])
def test_refuse_a_time_zone_that_there_is_not(name):
    with pytest.raises(ValidationError) as refusal:
        WebinarFactory.build(time_zone=name).clean_fields(exclude=["series"])
    assert list(refusal.value.message_dict) == ["time_zone"]
