"""A date as a calendar program sees it, from the emails about it (RFC 5546, RFC 6047)."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from community.models import NoticeSetting
from partnerships.models import Representation
from partnerships.spaces import actions
from tests.community.conftest import run_queue
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db
# Far in the future, with the weekdays of 2027.
AT = datetime(2083, 3, 2, 10, 30, tzinfo=UTC)
CALL = {"title": "Call; first, one", "at": AT, "place": "https://meet.example/a"}


@pytest.fixture
def both(db):
    return pair(introduced=True)


class Calendar:
    """What a program does with messages: per event, the highest SEQUENCE counts."""

    def __init__(self, address: str):
        self.address = address
        self.events: dict[str, icalendar.Event] = {}

    def receive(self, messages: list) -> list[str]:
        """Return the methods of the messages to this address, applied in their order."""
        methods = []
        for message in messages:
            if self.address not in message.recipients():
                continue
            whole = message.message()
            assert whole.get_content_type() == "multipart/alternative"
            text, part = whole.iter_parts()
            assert (text.get_content_type(), part.get_content_type()) == (
                "text/plain",
                "text/calendar",
            )
            calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == str(calendar["METHOD"])
            [event] = calendar.walk("VEVENT")
            assert event["ATTENDEE"] == f"mailto:{self.address}"
            assert str(event["ORGANIZER"]).startswith("mailto:")
            known = self.events.get(str(event["UID"]))
            if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                self.events[str(event["UID"])] = event
            methods.append(str(calendar["METHOD"]))
        return methods


def test_move_and_cancel_a_date_in_the_calendars_of_both(both):
    calendars = [Calendar("asking-1@example.org"), Calendar("asked-1@example.org")]
    meeting = actions.add_meeting(match=both.match, by=both.asked, **CALL)
    sent = run_queue()
    for calendar in calendars:
        assert calendar.receive(sent) == ["REQUEST"]
        [event] = calendar.events.values()
        assert (event.start, event.end - event.start) == (AT, timedelta(hours=1))
        assert (event["SUMMARY"], event["LOCATION"]) == (CALL["title"], CALL["place"])
        assert event["STATUS"] == "CONFIRMED"

    moved = CALL | {"at": AT + timedelta(days=1)}
    actions.change_meeting(meeting=meeting, by=both.asked, sequence=0, **moved)
    sent = run_queue()
    for calendar in calendars:
        assert calendar.receive(sent) == ["REQUEST"]
        # The same event, moved.
        [event] = calendar.events.values()
        assert (event.start, event["SEQUENCE"]) == (AT + timedelta(days=1), 1)

    actions.cancel_meeting(meeting=meeting, by=both.asked)
    sent = run_queue()
    for calendar in calendars:
        assert calendar.receive(sent) == ["CANCEL"]
        [event] = calendar.events.values()
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)


def test_say_what_the_date_is(both):
    actions.add_meeting(match=both.match, by=both.asked, **CALL)
    [message] = [one for one in run_queue() if one.to == ["asking-1@example.org"]]
    lines = message.body.splitlines()
    assert "Asked 1 scheduled a meeting about" in lines[0]
    assert CALL["title"] in lines
    assert [line for line in lines if "2 March 2083" in line]
    # Texts of members hold no links.
    assert [line for line in lines if line.startswith("Where: ") and "://" not in line]


def test_send_nothing_of_a_date_after_the_right_has_ended(both):
    actions.add_meeting(match=both.match, by=both.asked, **CALL)
    Representation.objects.filter(member=both.asking).update(status="ended")
    for message in run_queue():
        is_hers = message.to == ["asking-1@example.org"]
        assert (CALL["title"] in message.body) != is_hers
        assert message.message().is_multipart() != is_hers


def test_send_no_invitation_to_who_wants_no_email(both):
    NoticeSetting.objects.create(member=both.asking, kind="partnership", delivery="none")
    actions.add_meeting(match=both.match, by=both.asked, **CALL)
    assert [message.to for message in run_queue()] == [["asked-1@example.org"]]
