"""The assignment of calls to slots: examples, and properties of random timetables."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as st

from partnerships.timetables.slots import Board, Busy, Frame, Hours, Obstacle, Pair, arrange
from tests.sampling import examples

MONDAY = date(2030, 3, 4)
ALL_DAY = Hours("UTC", time(9), time(17))


def frame(**changes) -> Frame:
    values = {
        "first_day": MONDAY,
        "last_day": MONDAY,
        "begins_at": time(9),
        "ends_at": time(11),
        "zone": "UTC",
        "minutes": 60,
        "parallel": 1,
    }
    return Frame(**values | changes)


def at(hour: int, day: int = 4) -> datetime:
    return datetime(2030, 3, day, hour, tzinfo=UTC)


def test_starts_leave_out_weekends_and_incomplete_slots():
    days = frame(first_day=date(2030, 3, 8), last_day=date(2030, 3, 11), ends_at=time(10, 59))
    assert list(days.starts()) == [at(9, 8), at(9, 11)]
    everyday = frame(first_day=date(2030, 3, 8), last_day=date(2030, 3, 11), includes_weekends=True)
    assert len(list(everyday.starts())) == 8


def test_starts_follow_the_clocks_of_the_zone():
    # Clocks were put forward in between: the same hour is earlier in UTC.
    berlin = frame(
        first_day=date(2030, 3, 29),
        last_day=date(2030, 4, 1),
        ends_at=time(10),
        zone="Europe/Berlin",
    )
    assert [start.hour for start in berlin.starts()] == [8, 7]


@pytest.mark.parametrize(
    ("zone", "start", "is_within"),
    [
        ("UTC", at(9), True),
        ("UTC", at(16), True),
        ("UTC", at(8), False),
        ("UTC", datetime(2030, 3, 4, 16, 1, tzinfo=UTC), False),
        # 17:00 in Nairobi is 14:00 UTC.
        ("Africa/Nairobi", at(13), True),
        ("Africa/Nairobi", at(14), False),
        # Two in the morning.
        ("Asia/Shanghai", at(18), False),
        ("", at(12), False),
    ],
)
def test_hours_include_a_call(zone, start, is_within):
    hours = Hours(zone, time(9), time(17))
    assert hours.include(start, timedelta(hours=1)) == is_within


def test_hours_do_not_go_past_midnight():
    late = Hours("UTC", time(9), time(23, 59))
    assert not late.include(datetime(2030, 3, 4, 23, 30, tzinfo=UTC), timedelta(minutes=60))


def test_arrange_places_the_pair_with_the_fewest_slots_first():
    # The second pair can only talk at nine; the first one could take any slot.
    hours = {1: ALL_DAY, 2: ALL_DAY, 3: ALL_DAY, 4: Hours("UTC", time(9), time(10))}
    placed = arrange(Board(frame(), hours), [Pair(1, (1, 2)), Pair(2, (3, 4))])
    assert {pk: slot.start for pk, slot in placed.items()} == {1: at(10), 2: at(9)}


def test_arrange_uses_parallel_lines_but_no_city_twice():
    hours = dict.fromkeys([1, 2, 3, 4], ALL_DAY)
    pairs = [Pair(1, (1, 2)), Pair(2, (3, 4)), Pair(3, (1, 3))]
    placed = arrange(Board(frame(parallel=2), hours), pairs)
    assert [(slot.start, slot.line) for _pk, slot in sorted(placed.items())] == [
        (at(9), 1),
        (at(9), 2),
        (at(10), 1),
    ]


def test_arrange_leaves_what_is_taken():
    hours = dict.fromkeys([1, 2, 3, 4], ALL_DAY)
    # A call of others on the first line, at half past: no slot of this timetable is left.
    taken = [(Busy(datetime(2030, 3, 4, 9, 30, tzinfo=UTC), at(11)), 1)]
    pair = Pair(1, (1, 2))
    board = Board(frame(), hours, {}, taken)
    assert (arrange(board, [pair]), board.obstacle(pair)) == ({}, Obstacle.LINES)
    board = Board(frame(parallel=2), hours, {1: [Busy(at(9), at(10))]}, taken)
    slot = arrange(board, [pair])[1]
    assert (slot.start, slot.line) == (at(10), 2)


def test_obstacles():
    hours = {
        1: ALL_DAY,
        2: ALL_DAY,
        3: Hours("", time(9), time(17)),
        4: Hours("Pacific/Auckland", time(9), time(17)),
        5: ALL_DAY,
        6: ALL_DAY,
    }
    busy = {2: [Busy(at(8), at(12))]}
    board = Board(frame(ends_at=time(10)), hours, busy)
    assert arrange(board, [Pair(1, (5, 6)), Pair(2, (1, 2))]).keys() == {1}
    assert board.obstacle(Pair(2, (1, 2))) == Obstacle.BUSY
    assert board.obstacle(Pair(3, (1, 3))) == Obstacle.ZONE
    assert board.obstacle(Pair(4, (1, 4))) == Obstacle.HOURS
    # A line is all that is missing.
    more = Board(frame(ends_at=time(10), parallel=2), hours, busy)
    assert more.obstacle(Pair(5, (1, 5))) is None
    more.place(Pair(1, (5, 6)), 0)
    assert more.obstacle(Pair(5, (1, 5))) == Obstacle.BUSY
    assert board.obstacle(Pair(6, (1, 4))) == Obstacle.HOURS


def test_slots_that_are_over_are_not_used():
    hours = dict.fromkeys([1, 2], ALL_DAY)
    pair = Pair(1, (1, 2))
    assert Board(frame(), hours, now=at(9)).open_starts(pair) == [at(10)]
    assert Board(frame(), hours, now=at(10)).obstacle(pair) == Obstacle.HOURS


ZONES = ["", "UTC", "Africa/Nairobi", "Asia/Shanghai", "America/Lima", "Asia/Kathmandu"]
CITIES = st.integers(1, 6)


@st.composite
def boards(draw):
    hours = {
        city: Hours(draw(st.sampled_from(ZONES)), time(draw(st.integers(6, 11))), time(17))
        for city in range(1, 7)
    }
    days = frame(
        last_day=MONDAY + timedelta(days=draw(st.integers(0, 4))),
        begins_at=time(draw(st.integers(0, 12))),
        ends_at=time(draw(st.integers(13, 23))),
        zone=draw(st.sampled_from(ZONES[1:])),
        minutes=draw(st.sampled_from([20, 45, 60, 240])),
        parallel=draw(st.integers(1, 3)),
    )
    starts = [
        at(0) + timedelta(minutes=n) for n in draw(st.lists(st.integers(0, 5000), max_size=4))
    ]
    dates = [Busy(start, start + timedelta(hours=1)) for start in starts]
    busy = {draw(CITIES): dates}
    taken = [(each, draw(st.integers(1, 3))) for each in dates[:2]]
    chosen = draw(st.lists(st.lists(CITIES, min_size=2, max_size=2, unique=True), max_size=12))
    pairs = [Pair(pk, tuple(cities)) for pk, cities in enumerate(chosen, 1)]
    return (days, hours, busy, taken), pairs


@hypothesis.given(boards())
@examples(2)
def test_a_timetable_keeps_all_rules(made):
    parts, pairs = made
    days, hours, busy, taken = parts
    board = Board(*parts)
    placed = arrange(board, pairs)
    cities = {pair.pk: pair.cities for pair in pairs}
    # No city has two calls at once, nor a call during another date.
    seats = Counter((slot.start, city) for pk, slot in placed.items() for city in cities[pk])
    assert all(number == 1 for number in seats.values())
    for start, city in seats:
        assert not any(each.overlaps(start, days.length) for each in busy.get(city, []))
        # All within working hours, by the clocks of the city.
        first = start.astimezone(ZoneInfo(hours[city].zone))
        last = first + days.length
        assert hours[city].begins_at <= first.time() < last.time() <= hours[city].ends_at
    # Never more calls at once than there are lines, each on a line of its own.
    lines = Counter((slot.start, slot.line) for slot in placed.values())
    assert all(number == 1 for number in lines.values())
    for start, line in lines:
        assert 1 <= line <= days.parallel
        assert line not in {number for call, number in taken if call.overlaps(start, days.length)}
    assert {slot.start for slot in placed.values()} <= set(days.starts())
    # Each pair is placed, or has a reason.
    assert all(board.obstacle(pair) for pair in pairs if pair.pk not in placed)
    # The order of the pairs does not matter.
    assert arrange(Board(*parts), list(reversed(pairs))) == placed
