"""Assignment of calls between cities to slots of a timetable.

The pair with the fewest free slots is placed first, each in its earliest slot: a pair that can talk
at ten o'clock only gets that slot before a pair that can talk all day. Equal pairs are placed in
the order of their primary keys, so that the same input always gives the same timetable.

A set of slots is a number whose bit n stands for slot n.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """When calls may be: on which days, between which hours of a time zone, and how many at once.

    `minutes` is the length of a slot. Days begin and end by the clocks of `zone` (IANA).
    """

    first_day: date
    last_day: date
    begins_at: time
    ends_at: time
    zone: str
    minutes: int
    parallel: int
    includes_weekends: bool = False

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def starts(self) -> Iterator[datetime]:
        """Yield the starts of the slots in order, in UTC."""
        zone = ZoneInfo(self.zone)
        for number in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=number)
            if day.weekday() >= SATURDAY and not self.includes_weekends:
                continue
            start = datetime.combine(day, self.begins_at, zone).astimezone(UTC)
            end = datetime.combine(day, self.ends_at, zone).astimezone(UTC)
            while start + self.length <= end:
                yield start
                start += self.length


@dataclass(frozen=True, slots=True)
class Hours:
    """The working hours of a city by its own clocks; `zone` is empty if it is not known."""

    zone: str
    begins_at: time
    ends_at: time

    def include(self, start: datetime, length: timedelta) -> bool:
        """Whether a call is within the working hours of one day."""
        if not self.zone:
            return False
        zone = ZoneInfo(self.zone)
        first, last = start.astimezone(zone), (start + length).astimezone(zone)
        return first.date() == last.date() and (
            self.begins_at <= first.time() and last.time() <= self.ends_at
        )


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which a city has another date."""

    start: datetime
    end: datetime

    def overlaps(self, start: datetime, length: timedelta) -> bool:
        return self.start < start + length and start < self.end


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cities that are to have a call, by primary keys."""

    pk: int
    cities: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """The slot of a call, and the number of its line among the parallel ones, from 1."""

    start: datetime
    line: int


class Obstacle(StrEnum):
    """Why a pair fits nowhere."""

    ZONE = "zone"  # the time zone of a city is not known
    HOURS = "hours"  # the working hours of the two do not meet in any slot
    BUSY = "busy"  # one of the cities has another date in every slot that fits both
    LINES = "lines"  # all parallel calls are taken in every slot that is left to them


@dataclass
class Board:
    """The slots of a timetable, with what is taken.

    `busy` has the other dates of each city. `taken` has the calls that stay where they are, with
    their lines; the dates of their cities are in `busy`.
    """

    frame: Frame
    hours: Mapping[int, Hours]
    busy: Mapping[int, Sequence[Busy]] = field(default_factory=dict)
    taken: Collection[tuple[Busy, int]] = ()
    # Slots that begin earlier are over.
    now: datetime | None = None

    def __post_init__(self) -> None:
        self.starts = list(self.frame.starts())
        length = self.frame.length
        self.lines: list[set[int]] = [
            {line for call, line in self.taken if call.overlaps(start, length)}
            for start in self.starts
        ]
        self.within = {
            city: mask(hours.include(start, length) for start in self.starts)
            for city, hours in self.hours.items()
        }
        self.occupied = {
            city: mask(any(each.overlaps(start, length) for each in dates) for start in self.starts)
            for city, dates in self.busy.items()
        }
        self.ahead = mask(self.now is None or start > self.now for start in self.starts)
        self.full = mask(len(lines) >= self.frame.parallel for lines in self.lines)

    def suiting(self, pair: Pair) -> int:
        """The slots to come within the working hours of both cities."""
        first, second = pair.cities
        return self.ahead & self.within.get(first, 0) & self.within.get(second, 0)

    def free(self, pair: Pair) -> int:
        """The slots that fit both cities, in which both are free."""
        first, second = pair.cities
        taken = self.occupied.get(first, 0) | self.occupied.get(second, 0)
        return self.suiting(pair) & ~taken

    def open(self, pair: Pair) -> int:
        """The free slots in which another call can be held."""
        return self.free(pair) & ~self.full

    def open_starts(self, pair: Pair) -> list[datetime]:
        """The starts of all slots to which a call could be moved."""
        slots = self.open(pair)
        return [start for number, start in enumerate(self.starts) if slots >> number & 1]

    def place(self, pair: Pair, number: int) -> Placed:
        """Take a slot for a pair, on the first free line."""
        lines = self.lines[number]
        line = next(n for n in range(1, self.frame.parallel + 1) if n not in lines)
        lines.add(line)
        if len(lines) >= self.frame.parallel:
            self.full |= 1 << number
        for city in pair.cities:
            self.occupied[city] = self.occupied.get(city, 0) | (1 << number)
        return Placed(self.starts[number], line)

    def obstacle(self, pair: Pair) -> Obstacle | None:
        """Why a pair fits nowhere now; None if it would fit."""
        if self.open(pair):
            return None
        if not all(self.hours[city].zone for city in pair.cities):
            return Obstacle.ZONE
        if not self.suiting(pair):
            return Obstacle.HOURS
        return Obstacle.LINES if self.free(pair) else Obstacle.BUSY


def arrange(board: Board, pairs: Collection[Pair]) -> dict[int, Placed]:
    """Place as many pairs as fit, and return their slots by primary key.

    Pairs that are missing fit nowhere; `Board.obstacle` then gives the reason.
    """
    waiting = {pair.pk: pair for pair in pairs}
    placed: dict[int, Placed] = {}
    while waiting:
        options = {pk: board.open(pair) for pk, pair in waiting.items()}
        possible = [(slots.bit_count(), pk) for pk, slots in options.items() if slots]
        if not possible:
            break
        _number, pk = min(possible)
        earliest = (options[pk] & -options[pk]).bit_length() - 1
        placed[pk] = board.place(waiting.pop(pk), earliest)
    return placed


def mask(bits: Iterator[bool]) -> int:
    """Return the set of slots for which the bits are true."""
    return sum(1 << number for number, bit in enumerate(bits) if bit)
