"""Two brokers at once: no city has two calls at the same time, and no call two dates."""

from datetime import UTC, datetime

import pytest

from partnerships.models import Call, Meeting
from partnerships.timetables import actions
from tests.partnerships.timetables.pairs import VALUES, introduce, round_of
from tests.races import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)
TEN = datetime(2030, 3, 4, 10, tzinfo=UTC)


def plan(round, by):
    actions.plan(round=round, by=by, values=VALUES, hours={})


def test_arrange_concurrently_once(broker, administrator):
    both = introduce(1)
    round = round_of(both)
    attempts = [lambda by=by: plan(round, by) for by in (broker, administrator)]
    assert race(round, *attempts) == ["done", "done"]
    call = Call.objects.get()
    assert call.events.count() == 1


def test_two_rounds_give_a_city_one_call_at_a_time(broker, administrator):
    """Each round alone would take the first slot."""
    first = introduce(1)
    second = introduce(2, asked=first.city)
    rounds = [round_of(first), round_of(second)]
    attempts = [
        lambda round=round, by=by: plan(round, by)
        for round, by in zip(rounds, (broker, administrator), strict=True)
    ]
    assert race(first.city, *attempts) == ["done", "done"]
    assert len(set(Call.objects.values_list("at", flat=True))) == 2


def test_move_two_calls_to_one_slot(broker, administrator):
    first = introduce(1)
    second = introduce(2, asked=first.city)
    plan(round_of(first, second), broker)
    calls = Call.objects.order_by("match_id")
    attempts = [
        lambda call=call, by=by: actions.move(call=call, by=by, at=TEN)
        for call, by in zip(calls, (broker, administrator), strict=True)
    ]
    assert race(first.city, *attempts) == ["done", "refused"]
    assert Call.objects.filter(at=TEN).count() == 1


def test_send_concurrently_once(broker, administrator):
    both = introduce(1)
    round = round_of(both)
    plan(round, broker)
    call = Call.objects.get()
    attempts = [lambda by=by: actions.send(call=call, by=by) for by in (broker, administrator)]
    assert race(both.city, *attempts) == ["done", "done"]
    assert (Meeting.objects.count(), Meeting.objects.get().sequence) == (1, 0)


def test_move_and_cancel_concurrently(broker, administrator):
    both = introduce(1)
    round = round_of(both)
    plan(round, broker)
    actions.send_all(round=round, by=broker)
    call = Call.objects.get()
    outcomes = at_once(
        lambda: actions.move(call=call, by=broker, at=TEN),
        lambda: actions.cancel(call=call, by=administrator),
    )
    call.refresh_from_db()
    meeting = Meeting.objects.order_by("pk").first()
    # Whichever comes last: the date follows the call.
    assert outcomes == ["done", "done"]
    assert meeting.is_cancelled
    assert (call.cancelled_at is None) == (call.meeting is None)


def test_arrange_keeps_calls_of_pairs_introduced_since(broker):
    """Another broker has invited a further pair while this one waited for the cities."""
    first, second = introduce(1), introduce(2)
    round = round_of(first)

    def invite_the_second():
        round.requests.add(second.request)
        plan(round, broker)
        actions.send(call=Call.objects.get(match=second.match), by=broker)

    # The city that is locked first.
    city = first.request.city
    assert race(city, lambda: plan(round, broker), while_waiting=invite_the_second) == ["done"]
    assert Call.objects.get(match=second.match).meeting == Meeting.objects.get()
