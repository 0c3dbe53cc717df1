"""Calls of a round: arranged, moved, cancelled, and in the calendars of both cities."""

from datetime import UTC, datetime, time, timedelta

import pytest

from community.models import Notification
from partnerships.models import Call, Match, Meeting, Timetable, WorkingHours
from partnerships.spaces import actions as spaces
from partnerships.spaces import tabs
from partnerships.timetables import actions
from partnerships.timetables.actions import Sent, StatedHours
from partnerships.timetables.boards import is_moved_by_cities
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import CallFactory, MeetingFactory, RoundFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import Pair, pair
from tests.partnerships.spaces.test_invitations import Calendar
from tests.partnerships.timetables.pairs import VALUES, introduce, round_of

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2030, 3, 4, hour, minute, tzinfo=UTC)


@pytest.fixture
def both() -> Pair:
    """Cotonou and Nairobi, two hours apart: both work from 8 to 14 o'clock in UTC."""
    return introduce(1)


@pytest.fixture
def round(both):
    return round_of(both)


def plan(round, by, hours=None, **changes) -> Timetable:
    return actions.plan(round=round, by=by, values=VALUES | changes, hours=hours or {})


def times() -> list[datetime]:
    return [call.at for call in Call.objects.order_by("match_id")]


def test_plan_places_calls_within_the_hours_of_both(round, both, broker):
    timetable = plan(round, broker)
    call = Call.objects.get()
    assert (call.match, call.at, call.line, call.meeting) == (both.match, at(8), 1, None)
    assert timetable.events.get().pgh_context.metadata["user"] == broker.pk
    assert (Notification.objects.count(), Meeting.objects.count()) == (0, 0)
    # Repeated, nothing is written again.
    plan(round, broker)
    assert Call.objects.get() == call
    assert call.events.count() == 1


def test_plan_by_the_hours_that_a_broker_states(round, both, broker):
    hours = {both.city.pk: StatedHours(time(12), time(17))}
    plan(round, broker, hours)
    assert times() == [at(9)]
    plan(round, broker, hours)
    assert WorkingHours.objects.get().events.count() == 1
    plan(round, broker)
    assert (times(), WorkingHours.objects.count()) == ([at(8)], 0)


def test_plan_only_pairs_that_have_both_accepted(broker):
    asked = pair(proposed=True)
    round = RoundFactory(requests=[asked.request])
    plan(round, broker)
    assert times() == []


def test_plan_without_a_time_zone_until_it_is_stated(broker):
    both = introduce(1, country="ID", name="No such city")
    round = round_of(both)
    plan(round, broker)
    assert times() == []
    plan(round, broker, {both.city.pk: StatedHours(time(9), time(17), "Asia/Jakarta")})
    assert times() == [at(8)]


def test_plan_leaves_out_other_dates_of_the_cities(round, both, broker):
    other = introduce(2, asked=both.city)
    MeetingFactory(match=other.match, at=at(8, 15), minutes=30)
    cancelled = MeetingFactory(match=other.match, at=at(9))
    Meeting.objects.filter(pk=cancelled.pk).update(cancelled_at=at(1))
    # A call of another round that is not sent yet.
    CallFactory(match=other.match, at=at(9, 30))
    plan(round, broker)
    assert times()[0] == at(9)
    Call.objects.filter(timetable__round=round).delete()
    plan(round, broker, minutes=60)
    assert Call.objects.get(timetable__round=round).at == at(10)


def test_two_pairs_of_one_city_have_calls_one_after_the_other(both, broker):
    other = introduce(2, asked=both.city)
    round = round_of(both, other)
    plan(round, broker)
    assert times() == [at(8), at(8, 30)]


def test_plan_again_keeps_calls_that_were_moved_or_sent(both, broker):
    pairs = [both, introduce(2), introduce(3)]
    round = round_of(*pairs)
    plan(round, broker, parallel=1)
    first, second, third = Call.objects.order_by("match_id")
    actions.send(call=first, by=broker)
    actions.move(call=second, by=broker, at=at(11))
    plan(round, broker, parallel=1, begins_at=time(10), ends_at=time(12))
    # The first one is invited, the second one was moved, the third one follows the new hours.
    assert times() == [at(8), at(11), at(10)]
    # A moved call that the new slots do not have is arranged again.
    plan(round, broker, parallel=1, begins_at=time(12), ends_at=time(13))
    assert times() == [at(8), at(12), at(12, 30)]
    with pytest.raises(ActionRefused, match="no longer"):
        actions.move(call=third, by=broker, at=at(12))


def test_a_call_leaves_the_timetable_with_its_introduction(round, both, broker):
    plan(round, broker)
    call = Call.objects.get()
    Match.objects.update(status="withdrawn")
    for verb in (actions.send, actions.cancel):
        with pytest.raises(ActionRefused, match="has ended"):
            verb(call=call, by=broker)
    with pytest.raises(ActionRefused, match="has ended"):
        actions.move(call=call, by=broker, at=at(9))
    plan(round, broker)
    assert times() == []


def test_move_to_a_free_slot(both, broker):
    other = introduce(2, asked=both.city)
    round = round_of(both, other)
    plan(round, broker)
    first, second = Call.objects.order_by("match_id")
    for wrong in (at(8, 30), at(7), at(8, 15), at(16)):
        with pytest.raises(ActionRefused, match="no longer free"):
            actions.move(call=first, by=broker, at=wrong)
    for _time in range(2):
        moved = actions.move(call=first, by=broker, at=at(10))
    assert (moved.at, moved.is_by_hand, moved.events.count()) == (at(10), True, 2)
    actions.move(call=second, by=broker, at=at(8))
    assert times() == [at(10), at(8)]


def test_refuse_others_than_brokers(round, both, broker, moderator):
    with pytest.raises(ActionRefused):
        plan(round, both.asking)
    plan(round, broker)
    call = Call.objects.get()
    for by in (both.asking, both.asked, moderator):
        with pytest.raises(ActionRefused):
            actions.move(call=call, by=by, at=at(9))
        with pytest.raises(ActionRefused):
            actions.cancel(call=call, by=by)
        with pytest.raises(ActionRefused):
            actions.send_all(round=round, by=by)
    assert (times(), Meeting.objects.count()) == ([at(8)], 0)


def test_send_invitations_once(round, both, broker):
    plan(round, broker, rooms="https://meet.example/a")
    assert actions.send_all(round=round, by=broker) == Sent(1, [], 0)
    assert actions.send_all(round=round, by=broker) == Sent(0, [], 0)
    meeting = Meeting.objects.get()
    assert (meeting.match, meeting.title, meeting.at, meeting.minutes, meeting.place) == (
        both.match,
        round.name,
        at(8),
        30,
        "https://meet.example/a",
    )
    assert Call.objects.get().meeting == meeting
    assert not actions.send(call=Call.objects.get(), by=broker)


@pytest.mark.parametrize("member", ["asking", "asked"])
def test_cities_move_and_cancel_their_call(member, round, both, broker):
    plan(round, broker)
    actions.send_all(round=round, by=broker)
    meeting, by = Meeting.objects.get(), getattr(both, member)
    values = {"title": meeting.title, "place": meeting.place, "sequence": 0}
    spaces.change_meeting(meeting=meeting, by=by, at=at(9), **values)
    assert Meeting.objects.get().at == at(9)
    spaces.cancel_meeting(meeting=meeting, by=by)
    assert Meeting.objects.get().is_cancelled


def test_a_date_that_a_broker_added_by_hand_stays_the_brokers(both, broker):
    meeting = spaces.add_meeting(match=both.match, by=broker, title="Call", at=at(9), place="")
    with pytest.raises(ActionRefused, match="Someone else has already added this"):
        spaces.cancel_meeting(meeting=meeting, by=both.asked)


def test_send_a_few_at_a_time(both, broker, monkeypatch):
    round = round_of(both, introduce(2), introduce(3))
    plan(round, broker)
    monkeypatch.setattr(actions, "SENT_AT_ONCE", 2)
    assert actions.send_all(round=round, by=broker) == Sent(2, [], 1)
    assert actions.send_all(round=round, by=broker) == Sent(1, [], 0)
    assert Meeting.objects.count() == 3


def test_a_refused_invitation_does_not_stop_the_others(both, broker):
    other = introduce(2)
    round = round_of(both, other)
    plan(round, broker)
    Match.objects.filter(pk=both.match.pk).update(status="withdrawn")
    invited, refusals, left = actions.send_all(round=round, by=broker)
    assert (invited, len(refusals), left) == (1, 1, 0)


def test_invitations_changes_and_cancellations_reach_the_calendars_of_both(round, both, broker):
    calendars = [Calendar("asking-1@example.org"), Calendar("asked-1@example.org")]

    def received(*methods: str) -> list:
        sent = run_queue()
        events = []
        for calendar in calendars:
            assert calendar.receive(sent) == list(methods)
            events += calendar.events.values()
        return events

    plan(round, broker, rooms="https://meet.example/a\nhttps://meet.example/b")
    assert run_queue() == []
    actions.send_all(round=round, by=broker)
    for event in received("REQUEST"):
        assert (event.start, event.end - event.start) == (at(8), timedelta(minutes=30))
        assert event["LOCATION"] == "https://meet.example/a"
    actions.send_all(round=round, by=broker)
    assert run_queue() == []

    call = Call.objects.get()
    for _time in range(2):
        actions.move(call=call, by=broker, at=at(9))
    for event in received("REQUEST"):
        assert (event.start, event["SEQUENCE"]) == (at(9), 1)

    for _time in range(2):
        actions.cancel(call=call, by=broker)
    for event in received("CANCEL"):
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    # It stays cancelled when the calls are arranged again, until a broker plans it again.
    plan(round, broker)
    assert actions.send_all(round=round, by=broker) == Sent(0, [], 0)
    actions.move(call=call, by=broker, at=at(9))
    assert actions.send_all(round=round, by=broker) == Sent(1, [], 0)
    new = received("REQUEST")
    assert len(new) == 4  # the cancelled event, and another one, for each of the two


def test_a_date_that_the_cities_have_moved_stays_theirs(round, both, broker):
    plan(round, broker, rooms="https://meet.example/a")
    actions.send_all(round=round, by=broker)
    meeting = Meeting.objects.get()
    spaces.change_meeting(
        meeting=meeting,
        by=broker,
        title="Our call",
        at=at(12),
        place="https://other.example/",
        sequence=0,
    )
    call = Call.objects.select_related("meeting").get()
    assert is_moved_by_cities(call)
    # Back to the slot of the timetable: title and place are theirs.
    actions.move(call=call, by=broker, at=at(8))
    meeting.refresh_from_db()
    assert (meeting.at, meeting.title, meeting.place) == (
        at(8),
        "Our call",
        "https://other.example/",
    )


def test_a_date_that_the_cities_have_cancelled_takes_no_time(both, broker):
    other = introduce(2, asked=both.city)
    round = round_of(both)
    plan(round, broker)
    actions.send_all(round=round, by=broker)
    spaces.cancel_meeting(meeting=Meeting.objects.get(), by=broker)
    round.requests.add(other.request)
    plan(round, broker)
    assert times() == [at(8), at(8)]


def test_the_cities_read_how_long_a_call_is(round, both, broker, client):
    plan(round, broker)
    actions.send_all(round=round, by=broker)
    [message] = [each for each in run_queue() if each.to == ["asking-1@example.org"]]
    assert "Length: 30 minutes" in message.body.splitlines()
    client.force_login(both.asking)
    url = tabs.address(both.match, tabs.Tab.FILES)
    assert "Length: 30 minutes" in page_of(client.get(url)).main.lines
