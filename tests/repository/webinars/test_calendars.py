from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from repository.webinars import calendars
from repository.webinars.calendars import escaped, folded


def test_keep_a_calendar_one_value_a_line():
    assert escaped("Call\r\nATTENDEE:x\\") == "Call ATTENDEE:x\\\\"
    long = folded("SUMMARY:" + "é" * 100)
    assert all(len(line.encode()) <= 75 for line in long.split("\r\n"))
    assert long.replace("\r\n ", "") == "SUMMARY:" + "é" * 100


def test_link_to_calendars_on_the_web():
    event = calendars.Event(
        uid="1",
        title="Rail & river",
        start=datetime(2098, 3, 28, 2, 30, tzinfo=ZoneInfo("Africa/Nairobi")),
        end=datetime(2098, 3, 28, 4, 0, tzinfo=ZoneInfo("Africa/Nairobi")),
        changed_at=datetime(2098, 1, 1, tzinfo=UTC),
        path="/webinars/by-river/",
        text="Barges.",
        place="https://meet.example/secret",
    )
    urls = (event.google_url, event.outlook_url)
    google, outlook = (parse_qs(urlsplit(url).query) for url in urls)
    assert google["dates"] == ["20980327T233000Z/20980328T010000Z"]
    assert google["text"] == outlook["subject"] == ["Rail & river"]
    assert (outlook["startdt"], outlook["enddt"]) == (
        ["2098-03-27T23:30:00Z"],
        ["2098-03-28T01:00:00Z"],
    )
    # The link to the meeting is not sent to these sites.
    assert "secret" not in event.google_url + event.outlook_url
