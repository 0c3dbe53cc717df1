"""Matchmaking rounds: many requests and many cities are brought together for the best total."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from partnerships.ranking.factors import DEFAULT, Weights
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.filters import exclusions
from partnerships.ranking.scoring import Field, in_tenths

# A city that has not said how many partners it can take gets one in a round.
USUAL_ROOM = 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """One request and the city it gets, with the points, and with the request's own best.

    `tenths` and `best_tenths` are in tenths of a point; `best` is the city the request would have
    had if it were alone.
    """

    ask: int
    place: int
    tenths: int
    best: int
    best_tenths: int

    @property
    def cost(self) -> int:
        """What the request gives up for the others, in tenths of a point."""
        return self.best_tenths - self.tenths


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A request that gets no city, and the city it would have had if it were alone.

    `best` is None where no city can answer it, and `best_tenths` is then 0.
    """

    ask: int
    best: int | None
    best_tenths: int


@dataclass(frozen=True, slots=True)
class Round:
    """The assignments and what is left over, by primary key of the requests."""

    assignments: tuple[Assignment, ...]
    unassigned: tuple[Unassigned, ...]

    @property
    def tenths(self) -> int:
        """The total of all assignments, in tenths of a point: no other choice gives more."""
        return sum(assignment.tenths for assignment in self.assignments)

    def as_data(self) -> dict[str, Any]:
        """As it is stored, ready for JSON; points as numbers with one decimal."""
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
    """Give each request at most one city so that the points are the most in all.

    `capacities` is how many requests a city takes in this round, by primary key; where it says
    nothing a city takes as many as it has room for this year, or one if that is not known. It
    never takes more than it has room for. Among equal totals, more requests are served.
    `progress(done, of)` is called after each request that was compared with all cities; what
    follows takes a moment. ValueError where two requests or two places have the same
    primary key, or for a capacity below 0.
    """
    # SciPy takes half a second to load, and only the worker needs it.
    from scipy.optimize import linear_sum_assignment

    asks = sorted(asks, key=lambda ask: ask.pk)
    places = sorted(places, key=lambda place: place.pk)
    if any(len({item.pk for item in items}) < len(items) for items in (asks, places)):
        raise ValueError("A request or a city was given twice.")
    rooms = np.array([_room(place, capacities or {}) for place in places], np.int64)
    gains = _gains(asks, places, rooms, weights, served, progress)

    # A city has a column for each request that it can take; then each request has one of its own,
    # worth nothing, in which it stays without.
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
    """What each pair is worth: 0 for one that cannot be; requests × cities.

    Tenths of a point, times one more than the number of requests, plus one for being served: so
    that no number of requests served outweighs a tenth of a point.
    """
    subjects = frozenset[str]().union(*(_subjects(ask) for ask in asks))
    field = Field(places, subjects=subjects, served=served)
    limits = weights.most
    keys = np.array([place.pk for place in places], np.int64)
    gains = np.zeros((len(asks), len(places)), np.int64)
    for row, ask in enumerate(asks):
        scores = field.scores(ask)
        totals = in_tenths(scores, limits).sum(axis=0)
        possible = np.flatnonzero(scores.is_relevant & (rooms > 0) & (keys != ask.requester.pk))
        able = [column for column in possible.tolist() if not exclusions(ask, places[column])]
        gains[row, able] = totals[able] * (len(asks) + 1) + 1
        if progress:
            progress(row + 1, len(asks))
    return gains


def _tenths(gain: int, asks: int) -> int:
    return int(gain) // (asks + 1)


def _subjects(ask: Ask) -> frozenset[str]:
    return ask.returns.union(wish.about for wish in ask.wishes)


def _room(place: Place, capacities: Mapping[int, int]) -> int:
    capacity = capacities.get(place.pk)
    if capacity is not None and capacity < 0:
        raise ValueError("A city cannot take fewer than no requests.")
    if place.room is None:
        return USUAL_ROOM if capacity is None else capacity
    return place.room if capacity is None else min(capacity, place.room)
