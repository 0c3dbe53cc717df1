"""The pairs of a round and what is taken, as input for the assignment of slots."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from partnerships.models import Call, Match, MatchStatus, Meeting, Round, Timetable
from partnerships.spaces.times import known_zone
from partnerships.timetables.models import CLOSES_AT, OPENS_AT
from partnerships.timetables.slots import Board, Busy, Hours, Pair
from repository.models import City


def introduced_matches(round: Round) -> QuerySet[Match]:
    """Return the matches of a round in which both cities have accepted."""
    rows = Match.objects.introduced().filter(request__rounds=round)
    return rows.select_related("city__country", "request__city__country").order_by("pk")


def pair_of(match: Match) -> Pair:
    return Pair(match.pk, (match.request.city_id, match.city_id))


def cities_of(matches: Iterable[Match]) -> dict[int, City]:
    """Return the cities of matches by primary key."""
    return {city.pk: city for match in matches for city in (match.request.city, match.city)}


def hours_of(timetable: Timetable, cities: Collection[City]) -> dict[int, Hours]:
    """Return the working hours of cities: the usual ones unless a broker has stated others."""
    stated = {row.city_id: row for row in timetable.hours.all()} if timetable.pk else {}
    found = {}
    for city in cities:
        row = stated.get(city.pk)
        zone = known_zone(city) or (row.zone if row else "")
        found[city.pk] = (
            Hours(zone, row.begins_at, row.ends_at) if row else Hours(zone, OPENS_AT, CLOSES_AT)
        )
    return found


def board_of(
    timetable: Timetable,
    cities: Collection[City],
    staying: Collection[Call],
    *,
    now: datetime,
    apart_from: Call | None = None,
) -> Board:
    """Return the board of a timetable on which some calls stay where they are.

    Other dates of the cities count as well, in their spaces and in the timetables of other rounds,
    but not the one of the call `apart_from`, which is being moved.
    """
    taken = []
    busy: dict[int, list[Busy]] = defaultdict(list)
    for call in staying:
        # The room of a call stays reserved, also if the cities have moved it in their space.
        times = {slot_of(call, timetable)}
        if takes_time(call):
            times.add(busy_of(call, timetable))
            for city in pair_of(call.match).cities:
                busy[city].append(busy_of(call, timetable))
        taken += [(time, call.line) for time in times]
    keys = [city.pk for city in cities]
    known = {call.meeting_id for call in (*staying, *([apart_from] if apart_from else []))}
    for city, time in other_dates(timetable, keys, known):
        busy[city].append(time)
    return Board(timetable.frame, hours_of(timetable, cities), busy, taken, now)


def takes_time(call: Call) -> bool:
    """Whether the cities are busy then: it is cancelled neither here nor in their space."""
    return call.cancelled_at is None and not (call.meeting and call.meeting.is_cancelled)


def busy_of(call: Call, timetable: Timetable) -> Busy:
    """Return the time of a call, which the cities may have changed in their space."""
    if call.meeting is not None:
        return Busy(call.meeting.at, call.meeting.ends_at)
    return slot_of(call, timetable)


def is_moved_by_cities(call: Call) -> bool:
    """Whether the date in the space of the cities is at another time by now."""
    return call.meeting is not None and call.meeting.at != call.at


def slot_of(call: Call, timetable: Timetable) -> Busy:
    return Busy(call.at, call.at + timedelta(minutes=timetable.minutes))


def other_dates(
    timetable: Timetable, cities: Collection[int], known: Collection[int | None]
) -> Iterable[tuple[int, Busy]]:
    """Yield the dates of cities other than those of known calls, in 2 queries."""
    theirs = Q(match__city__in=cities) | Q(match__request__city__in=cities)
    theirs &= Q(match__status=MatchStatus.INTRODUCED)
    # A day more at each end, since days begin at different times.
    around = (
        timetable.first_day - timedelta(days=2),
        timetable.last_day + timedelta(days=2),
    )
    theirs &= Q(at__date__range=around)
    meetings = Meeting.objects.planned().filter(theirs).exclude(pk__in=[pk for pk in known if pk])
    calls = Call.objects.planned().filter(theirs, meeting=None).exclude(timetable=timetable)
    times = [
        (row.match, Busy(row.at, row.ends_at)) for row in meetings.select_related("match__request")
    ]
    times += [
        (row.match, busy_of(row, row.timetable))
        for row in calls.select_related("match__request", "timetable")
    ]
    for match, time in times:
        for city in pair_of(match).cities:
            yield city, time
