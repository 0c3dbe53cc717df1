"""Assignment of cities to several requests with the highest total."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from partnerships.matches.capacity import USUAL_ROOM
from partnerships.ranking.factors import DEFAULT, WHOLE, Weights
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.filters import exclusions
from partnerships.ranking.scoring import score

# How much of what is asked a city has, in whole steps.
FULL = 100


@dataclass(frozen=True, slots=True)
class Assignment:
    """A request with its assigned city and points, and its own best candidate.

    `tenths` and `best_tenths` are in tenths of a point; `best` is the city that the request would
    get if it were the only one.
    """

    ask: int
    place: int
    tenths: int
    best: int
    best_tenths: int

    @property
    def cost(self) -> int:
        """The points that the request loses in favour of the others, in tenths.

        0 if it gets a city with more points, which has less of what is asked.
        """
        return max(0, self.best_tenths - self.tenths)


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A request without an assigned city, and the city it would get if it were the only one.

    `best` is None if no city can answer it; `best_tenths` is then 0.
    """

    ask: int
    best: int | None
    best_tenths: int


@dataclass(frozen=True, slots=True)
class Round:
    """Assigned and unassigned requests, by primary key."""

    assignments: tuple[Assignment, ...]
    unassigned: tuple[Unassigned, ...]

    @property
    def tenths(self) -> int:
        """The total of all assignments in tenths of a point."""
        return sum(assignment.tenths for assignment in self.assignments)

    def as_data(self) -> dict[str, Any]:
        """Return the data to store as JSON; points are numbers with one decimal."""
        return {
            "total": self.tenths / 10,
            "assignments": [
                {
                    "request": assignment.ask,
                    "city": assignment.place,
                    "points": assignment.tenths / 10,
                    "best_city": assignment.best,
                    "best_points": assignment.best_tenths / 10,
                    "cost": assignment.cost / 10,
                }
                for assignment in self.assignments
            ],
            "unassigned": [
                {"request": left.ask, "best_city": left.best, "best_points": left.best_tenths / 10}
                for left in self.unassigned
            ],
        }


def assign(
    asks: Sequence[Ask],
    places: Sequence[Place],
    capacities: Mapping[int, int] | None = None,
    weights: Weights = DEFAULT,
    *,
    served: Mapping[str, int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Round:
    """Assign each request at most one city so that the cities have as much as possible of what is
    asked, and then as many points as possible.

    `capacities` limits the requests of a city in this round, by primary key; the default is its
    remaining capacity of this year, or one if not known. It is never more than the remaining
    capacity. Among equal totals, more requests are assigned. `progress(done, of)` is called after
    each request has been compared with all cities; the remaining step is short. Raise ValueError if
    two requests or two places have the same primary key, or for a negative capacity.
    """
    # SciPy takes half a second to import, and only the worker needs it.
    from scipy.optimize import linear_sum_assignment

    asks = sorted(asks, key=lambda ask: ask.pk)
    places = sorted(places, key=lambda place: place.pk)
    if any(len({item.pk for item in items}) < len(items) for items in (asks, places)):
        raise ValueError("A request or a city was given twice.")
    rooms = np.array([_room(place, capacities or {}) for place in places], np.int64)
    gains = _gains(asks, places, rooms, weights, served, progress)

    # A city has one column for each request it can take; each request has an additional column of
    # its own, worth nothing, which means "unassigned".
    columns = np.repeat(np.arange(len(places)), np.minimum(rooms, (gains > 0).sum(axis=0)))
    alone = np.zeros((len(asks), len(asks)), np.int64)
    values = np.hstack([gains[:, columns], alone])
    rows, chosen = linear_sum_assignment(values, maximize=True)

    assignments, unassigned = [], []
    for row, column in zip(rows.tolist(), chosen.tolist(), strict=True):
        ask = asks[row]
        top = int(np.argmax(gains[row])) if places else 0
        is_possible = bool(places) and gains[row, top] > 0
        best = places[top].pk if is_possible else None
        best_tenths = _tenths(gains[row, top], len(asks)) if is_possible else 0
        if column < len(columns) and best is not None and values[row, column] > 0:
            place = int(columns[column])
            tenths = _tenths(gains[row, place], len(asks))
            assignments.append(Assignment(ask.pk, places[place].pk, tenths, best, best_tenths))
        else:
            unassigned.append(Unassigned(ask.pk, best, best_tenths))
    return Round(tuple(assignments), tuple(unassigned))


def _gains(
    asks: Sequence[Ask],
    places: Sequence[Place],
    rooms: npt.NDArray[np.int64],
    weights: Weights,
    served: Mapping[str, int] | None,
    progress: Callable[[int, int], None] | None,
) -> npt.NDArray[np.int64]:
    """Return the value of each pair as an array of requests × cities; 0 if not allowed.

    The level counts more than the points of all requests together. Both are multiplied by one more
    than the number of requests, plus one for being assigned: so no number of assigned requests
    outweighs a tenth of a point.
    """
    limits = weights.most
    gains = np.zeros((len(asks), len(places)), np.int64)
    for row, ask in enumerate(asks):
        for column, place in enumerate(places):
            if not rooms[column] or not ask.may_go_to(place):
                continue
            result = score(ask, place, served or {})
            # Plans and what was abandoned are for a broker to consider.
            if result and result.met and not exclusions(ask, place):
                total = sum(result.tenths(limits).values())
                total += level(result.met, len(ask.central)) * _span(len(asks))
                gains[row, column] = total * (len(asks) + 1) + 1
        if progress:
            progress(row + 1, len(asks))
    return gains


def level(met: int, of: int) -> int:
    """How much a city has of what is asked, from 0 to FULL."""
    return met * FULL // max(of, 1)


def _span(asks: int) -> int:
    """More than all requests together can have in tenths of a point."""
    return WHOLE * asks + 1


def _tenths(gain: int, asks: int) -> int:
    return int(gain) // (asks + 1) % _span(asks)


def _room(place: Place, capacities: Mapping[int, int]) -> int:
    capacity = capacities.get(place.pk)
    if capacity is not None and capacity < 0:
        raise ValueError("A city cannot take fewer than no requests.")
    if place.room is None:
        return USUAL_ROOM if capacity is None else capacity
    return place.room if capacity is None else min(capacity, place.room)
