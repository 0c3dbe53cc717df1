"""Arrange the calls of a round, move and cancel them, and invite the cities.

Rows are locked in this order: the cities, so that none gets two calls at once, even in two rounds;
the round; the match; its date; members and pages last.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from community.models import User
from partnerships.models import Call, Match, Round, Timetable, WorkingHours
from partnerships.representation.rights import check_broker
from partnerships.spaces import actions as spaces
from partnerships.timetables.boards import (
    board_of,
    cities_of,
    introduced_matches,
    is_moved_by_cities,
    pair_of,
    takes_time,
)
from partnerships.timetables.slots import Placed, arrange
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, action, lock, lock_all

# Limits the time of one page request, as each invitation takes a moment.
SENT_AT_ONCE = 50
COLUMNS = (
    "first_day",
    "last_day",
    "begins_at",
    "ends_at",
    "zone",
    "includes_weekends",
    "minutes",
    "parallel",
    "rooms",
)


class StatedHours(NamedTuple):
    """The working hours of a city as stated by a broker; `zone` only where it is not known."""

    begins_at: time
    ends_at: time
    zone: str = ""


class Sent(NamedTuple):
    """The number of invitations sent, refusals with their reasons, and the number left to send."""

    invited: int
    refused: list[str]
    left: int


@action
def plan(
    *, round: Round, by: User, values: Mapping[str, Any], hours: Mapping[int, StatedHours]
) -> Timetable:
    """Save the days, hours and slots, and arrange the calls that are still open. Idempotent.

    Calls stay whose cities have been invited, or that a broker has moved within the new slots.
    """
    matches = list(introduced_matches(round))
    lock_cities({key for match in matches for key in pair_of(match).cities})
    round = lock(Round, round.pk)
    check_broker(by)
    # An introduction may have ended before the locks were taken.
    matches = list(introduced_matches(round).filter(pk__in=[match.pk for match in matches]))
    timetable = Timetable.objects.filter(round=round).first() or Timetable(round=round)
    for name in COLUMNS:
        setattr(timetable, name, values[name])
    timetable.save()
    write_hours(timetable, hours)
    # Not those of pairs that were introduced and got a call while this waited for the locks.
    introduced = introduced_matches(round).order_by().values("pk")
    timetable.calls.exclude(match__in=introduced).delete()
    arrange_calls(timetable, matches)
    return timetable


def write_hours(timetable: Timetable, hours: Mapping[int, StatedHours]) -> None:
    """Store the working hours of these cities, and no others."""
    known = {row.city_id: row for row in timetable.hours.all()}
    timetable.hours.exclude(city__in=hours).delete()
    for city, stated in hours.items():
        row = known.get(city) or WorkingHours(timetable=timetable, city_id=city)
        before = (row.begins_at, row.ends_at, row.zone)
        row.begins_at, row.ends_at, row.zone = stated
        if row.pk is None or before != stated:
            row.save()


def arrange_calls(timetable: Timetable, matches: list[Match]) -> None:
    """Give the matches without a fixed call their slots; calls whose slot changes are replaced."""
    now = clock.now()
    cities = list(cities_of(matches).values())
    calls = list(timetable.calls.select_related("match__request", "meeting"))
    for call in calls:
        if call.cancelled_at is None and not takes_time(call):
            # The cities have cancelled it in their space.
            call.cancelled_at = now
            call.save(update_fields=["cancelled_at"])
    in_frame = set(timetable.frame.starts())
    fixed = [
        call
        for call in calls
        if call.meeting_id or call.cancelled_at or (call.is_by_hand and call.at in in_frame)
    ]
    staying = [call for call in fixed if call.cancelled_at is None]
    board = board_of(timetable, cities, staying, now=now)
    known = {call.match_id for call in fixed}
    placed = arrange(board, [pair_of(match) for match in matches if match.pk not in known])
    open_calls = {call.match_id: call for call in calls if call not in fixed}
    changed = [
        pk
        for pk, call in open_calls.items()
        if pk not in placed or Placed(call.at, call.line) != placed[pk]
    ]
    timetable.calls.filter(match__in=changed).delete()
    Call.objects.bulk_create(
        [
            Call(timetable=timetable, match_id=pk, at=slot.start, line=slot.line)
            for pk, slot in placed.items()
            if pk not in open_calls or pk in changed
        ]
    )


@action
def move(*, call: Call, by: User, at: datetime) -> Call:
    """Move a call to another free slot; cities that have been invited get the change. Idempotent.

    A cancelled call is planned again; its cities are invited with the next invitations.
    """
    call = lock_call(call, by)
    if call.at == at and takes_time(call) and not is_moved_by_cities(call):
        return call
    timetable = call.timetable
    others = timetable.calls.planned().exclude(pk=call.pk)
    staying = list(others.select_related("match__request", "meeting"))
    cities = list(cities_of([call.match]).values())
    board = board_of(timetable, cities, staying, now=clock.now(), apart_from=call)
    pair = pair_of(call.match)
    if at not in board.open_starts(pair):
        raise ActionRefused(_("This slot is no longer free. Choose another one."))
    former_room = timetable.room(call.line)
    slot = board.place(pair, board.starts.index(at))
    call.at, call.line = slot.start, slot.line
    call.is_by_hand, call.cancelled_at = True, None
    if call.meeting is not None and call.meeting.is_cancelled:
        # It gets a new date: calendars have removed the cancelled one.
        call.meeting = None
    elif call.meeting is not None:
        meeting = call.meeting
        is_own_room = meeting.place == former_room
        spaces.change_meeting(
            meeting=meeting,
            by=by,
            title=meeting.title,
            at=at,
            place=timetable.room(call.line) if is_own_room else meeting.place,
            sequence=meeting.sequence,
        )
    call.save(update_fields=["at", "line", "is_by_hand", "cancelled_at", "meeting"])
    return call


@action
def cancel(*, call: Call, by: User) -> Call:
    """Cancel a call; cities that have been invited get the cancellation. Idempotent."""
    call = lock_call(call, by)
    if call.cancelled_at is None:
        if call.meeting is not None:
            spaces.cancel_meeting(meeting=call.meeting, by=by)
        call.cancelled_at = clock.now()
        call.save(update_fields=["cancelled_at"])
    return call


def send_all(*, round: Round, by: User) -> Sent:
    """Invite the cities of all calls that they do not know of yet, SENT_AT_ONCE at a time.

    Each call has its own transaction: a refusal does not affect the others.
    """
    check_broker(by)
    calls = Call.objects.planned().filter(timetable__round=round, meeting=None)
    ready = list(calls.select_related("match__request", "match__city"))
    count, refused = 0, []
    for call in ready[:SENT_AT_ONCE]:
        try:
            count += send(call=call, by=by)
        except ActionRefused as refusal:
            refused.append(f"{call.match}: {refusal}")
    return Sent(count, refused, len(ready[SENT_AT_ONCE:]))


@action
def send(*, call: Call, by: User) -> bool:
    """Add a call to the dates of its cities, who are notified. Return False if it is there."""
    call = lock_call(call, by)
    if call.meeting is not None or call.cancelled_at is not None:
        return False
    call.meeting = spaces.add_meeting(
        match=call.match,
        by=by,
        title=call.timetable.round.name,
        at=call.at,
        place=call.timetable.room(call.line),
        minutes=call.timetable.minutes,
    )
    call.save(update_fields=["meeting"])
    return True


def lock_call(call: Call, by: User) -> Call:
    """Lock the cities and the round of a call of two introduced cities."""
    rows = Call.objects.select_related("match__request", "timetable")
    found = rows.filter(pk=call.pk).first()
    if found is None:
        raise ActionRefused(_("This no longer exists."))
    lock_cities(pair_of(found.match).cities)
    lock(Round, found.timetable.round_id)
    check_broker(by)
    rows = Call.objects.select_related(
        "match__request__city__country", "match__city__country", "timetable__round", "meeting"
    )
    locked = lock(rows, call.pk)
    if not locked.match.is_introduced:
        raise ActionRefused(_("The introduction of these two cities has ended."))
    return locked


def lock_cities(keys: set[int] | tuple[int, ...]) -> None:
    """Lock the rows of cities; rows that refer to them can still be written."""
    lock_all(City.objects.filter(pk__in=keys), no_key=True)
